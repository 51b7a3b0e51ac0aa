"""The listing learns who vouches for a program or its school, and what the school’s students earn later.

``schools_relist(ids)`` here replaces the one of ``0002_relisting``, which says what it does.
"""

from importlib import import_module

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

RELIST = """
CREATE OR REPLACE FUNCTION schools_relist(which bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM schools_programlisting WHERE which IS NULL OR school_id = ANY (which);
    DELETE FROM schools_schoollisting WHERE which IS NULL OR school_id = ANY (which);

    -- A school stands as its newest promoted record says, also when the newest release dropped it.
    INSERT INTO schools_schoollisting (
        school_id, record_id, in_current_release, name, aliases, city, state_id, zip, latitude, longitude,
        position_from, website, control, status, closed_on, successor_id, parent_id,
        programs, core_programs, graduates, search
    )
    WITH RECURSIVE standing AS (
        SELECT DISTINCT ON (r.school_id) r.*, e.state = 'current' AS in_current, s.unitid AS own_unitid
        FROM schools_schoolrecord r
        JOIN portal_release e ON e.id = r.release_id AND e.state IN ('current', 'superseded')
        JOIN schools_school s ON s.id = r.school_id
        WHERE which IS NULL OR r.school_id = ANY (which) OR EXISTS (
            SELECT 1 FROM schools_schoolrecord m
            WHERE m.school_id = ANY (which) AND m.successor_unitid <> ''
        )
        ORDER BY r.school_id, e.year DESC, e.revision DESC
    ),
    -- Mergers are followed to the end; a circle leads nowhere.
    heirs AS (
        SELECT school_id, successor_unitid AS heir, ARRAY[own_unitid, successor_unitid]::text[] AS seen,
            successor_unitid = own_unitid AS circle
        FROM standing WHERE successor_unitid <> ''
        UNION ALL
        SELECT h.school_id, n.successor_unitid, h.seen || n.successor_unitid::text,
            n.successor_unitid::text = ANY (h.seen)
        FROM heirs h JOIN standing n ON n.own_unitid = h.heir
        WHERE n.successor_unitid <> '' AND NOT h.circle
    ),
    last_heir AS (
        SELECT DISTINCT ON (school_id) school_id, heir, circle
        FROM heirs ORDER BY school_id, array_length(seen, 1) DESC
    )
    SELECT s.id, r.id, coalesce(r.in_current, false),
        coalesce(nullif(s.name_override, ''), r.name),
        concat_ws(E'\\n', nullif(s.aliases, ''), nullif(r.aliases, '')),
        coalesce(nullif(s.city_override, ''), r.city, ''), r.state_id, coalesce(r.zip, ''),
        coalesce(r.latitude, z.latitude), coalesce(r.longitude, z.longitude),
        CASE WHEN r.latitude IS NOT NULL THEN 'record' WHEN z.latitude IS NOT NULL THEN 'zip' ELSE '' END,
        coalesce(nullif(s.website_override, ''), r.website, ''),
        coalesce(r.control, 'unknown'), coalesce(r.status, 'open'), r.closed_on, heir.id, parent.id,
        0, 0, 0,
        setweight(schools_words(coalesce(nullif(s.name_override, ''), r.name)), 'A')
        || setweight(schools_words(concat_ws(' ', s.aliases, r.aliases)), 'B')
        || setweight(schools_words(concat_ws(' ', s.city_override, r.city, t.name)), 'C')
    FROM schools_school s
    LEFT JOIN standing r ON r.school_id = s.id
    LEFT JOIN portal_state t ON t.code = r.state_id
    LEFT JOIN LATERAL (
        SELECT c.latitude, c.longitude FROM portal_zip c
        JOIN portal_release e ON e.id = c.release_id AND e.state = 'current'
        WHERE c.zip = left(r.zip, 5) LIMIT 1
    ) z ON true
    LEFT JOIN last_heir h ON h.school_id = s.id AND NOT h.circle
    LEFT JOIN schools_school heir ON heir.unitid = h.heir
    LEFT JOIN schools_school parent ON parent.unitid = nullif(r.parent_unitid, '') AND parent.id <> s.id
    WHERE (which IS NULL OR s.id = ANY (which))
        AND s.published_at <= statement_timestamp()
        AND (r.id IS NOT NULL OR s.unitid IS NULL);

    INSERT INTO schools_programlisting (
        program_id, school_id, field_of_study_id, level, level_rank, core, title, named_by_school, slug, school_slug,
        school_name, city, state_id, zip, latitude, longitude, control, delivery, delivery_from,
        tuition, tuition_out_of_state, tuition_from, tuition_reason, graduates, graduates_reason,
        accreditors, school_earnings, school_earnings_reason, confirmed_on, search
    )
    WITH current AS (SELECT id FROM portal_release WHERE state = 'current'),
    about AS (
        SELECT x.field_of_study_id, bool_or(u.core) AS core,
            string_agg(u.name || ' ' || coalesce(w.words, ''), ' ') AS words
        FROM schools_subjectfield x
        JOIN schools_subject u ON u.id = x.subject_id
        LEFT JOIN (
            SELECT subject_id, string_agg(text, ' ' ORDER BY text) AS words FROM schools_subjectsynonym GROUP BY subject_id
        ) w ON w.subject_id = u.id
        GROUP BY x.field_of_study_id
    ),
    -- Whose word counts today: bodies for whole schools where no program is named, the others where one is.
    vouched AS (
        SELECT v.school_id, v.program_id, b.slug || coalesce(to_char(v.until, ':YYYY-MM-DD'), '') AS mark
        FROM schools_accreditation v
        JOIN schools_accreditor b ON b.id = v.accreditor_id
        WHERE v.status IN ('accredited', 'conditional', 'withdrawal_in_progress')
            AND (v.until IS NULL OR v.until >= (statement_timestamp() AT TIME ZONE 'UTC')::date)
            AND (v.program_id IS NULL) = (b.kind = 'institutional')
            AND (which IS NULL OR v.school_id = ANY (which))
    ),
    of_school AS (
        SELECT school_id, array_agg(DISTINCT mark) AS marks FROM vouched WHERE program_id IS NULL GROUP BY school_id
    ),
    of_program AS (
        SELECT program_id, array_agg(DISTINCT mark) AS marks FROM vouched WHERE program_id IS NOT NULL GROUP BY program_id
    )
    SELECT p.id, p.school_id, p.field_of_study_id, p.level, schools_level_rank(p.level), coalesce(a.core, false),
        coalesce(p.name, coalesce(nullif(f.plain_title, ''), f.title) || ', ' || schools_level_label(p.level)),
        p.name IS NOT NULL, p.slug, s.slug,
        l.name, l.city, l.state_id, l.zip, l.latitude, l.longitude, l.control,
        CASE WHEN cardinality(p.delivery) > 0 THEN p.delivery
            ELSE array_remove(ARRAY[
                CASE WHEN d.fully > 0 THEN 'online' END,
                CASE WHEN d.partly > 0 THEN 'hybrid' END,
                CASE WHEN d.programs > d.fully + coalesce(d.partly, 0) THEN 'campus' END
            ], NULL)::varchar[] END,
        CASE WHEN cardinality(p.delivery) > 0 THEN 'school' WHEN d.programs > 0 THEN 'federal' ELSE '' END,
        CASE WHEN p.tuition_per_year IS NOT NULL THEN p.tuition_per_year ELSE i.tuition END,
        CASE WHEN p.tuition_per_year IS NOT NULL THEN p.tuition_per_year_out_of_state ELSE o.tuition END,
        CASE WHEN p.tuition_per_year IS NOT NULL THEN 'program' WHEN i.tuition IS NOT NULL THEN 'school' ELSE '' END,
        CASE WHEN p.tuition_per_year IS NOT NULL OR i.tuition IS NOT NULL THEN ''
            WHEN 'tuition_per_year' = ANY (p.not_published) THEN 'not_published'
            ELSE coalesce(i.reasons ->> 'tuition', 'not_in_federal_data') END,
        c.awards,
        CASE WHEN c.awards IS NOT NULL THEN '' ELSE coalesce(c.reasons ->> 'awards', 'not_in_federal_data') END,
        coalesce(vp.marks || vs.marks, vp.marks, vs.marks, '{}')::varchar[],
        round(e.value)::integer,
        CASE WHEN e.value IS NOT NULL THEN '' ELSE coalesce(nullif(e.reason, ''), 'not_in_federal_data') END,
        p.confirmed_on,
        setweight(schools_words(concat_ws(' ', p.name, f.plain_title, f.title, l.name)), 'A')
        || setweight(schools_words(concat_ws(' ', a.words, l.aliases)), 'B')
        || setweight(schools_words(concat_ws(' ', l.city, t.name, f.cip)), 'C')
        || setweight(schools_words(schools_level_label(p.level)), 'D')
    FROM schools_program p
    JOIN schools_school s ON s.id = p.school_id
    JOIN schools_schoollisting l ON l.school_id = p.school_id AND l.status NOT IN ('closed', 'merged')
    JOIN schools_fieldofstudy f ON f.id = p.field_of_study_id
    LEFT JOIN portal_state t ON t.code = l.state_id
    LEFT JOIN about a ON a.field_of_study_id = p.field_of_study_id
    LEFT JOIN schools_completions c ON c.school_id = p.school_id AND c.field_of_study_id = p.field_of_study_id
        AND c.level = p.level AND c.major = 1 AND c.release_id IN (SELECT id FROM current)
    LEFT JOIN schools_distanceoffer d ON d.school_id = p.school_id AND d.field_of_study_id = p.field_of_study_id
        AND d.level = p.level AND d.release_id IN (SELECT id FROM current)
    -- A professional-practice doctorate has prices of its own, which are not in the file we read.
    LEFT JOIN schools_publishedprice i ON i.school_id = p.school_id AND i.residency = 'in_state'
        AND i.student_level = CASE WHEN schools_level_rank(p.level) >= 6 THEN 'graduate' ELSE 'undergraduate' END
        AND p.level <> 'doctor_practice' AND i.release_id IN (SELECT id FROM current)
    LEFT JOIN schools_publishedprice o ON o.school_id = p.school_id AND o.residency = 'out_of_state'
        AND o.student_level = i.student_level AND o.release_id = i.release_id
    LEFT JOIN of_program vp ON vp.program_id = p.id
    LEFT JOIN of_school vs ON vs.school_id = p.school_id
    LEFT JOIN schools_schooloutcome e ON e.school_id = p.school_id AND e.measure = 'median_earnings_10'
        AND e.release_id IN (SELECT id FROM current)
    WHERE (which IS NULL OR p.school_id = ANY (which))
        AND p.published_at <= statement_timestamp()
        AND (p.origin = 'school' OR (c.id IS NOT NULL AND a.field_of_study_id IS NOT NULL));

    UPDATE schools_schoollisting l SET programs = n.programs, core_programs = n.core_programs, graduates = n.graduates
    FROM (
        SELECT school_id, sum(rows) AS programs, sum(core_rows) AS core_programs, sum(coalesce(awards, 0)) AS graduates
        FROM (
            SELECT school_id, count(*) AS rows, count(*) FILTER (WHERE core) AS core_rows, max(graduates) AS awards
            FROM schools_programlisting
            WHERE which IS NULL OR school_id = ANY (which)
            GROUP BY school_id, field_of_study_id, level
        ) once
        GROUP BY school_id
    ) n
    WHERE n.school_id = l.school_id;
END
$$;
"""
RELIST_ALL = "SELECT schools_relist(NULL)"


def former_relist() -> str:
    text: str = import_module("schools.migrations.0002_relisting").RELIST
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0005_every_public_table_bumps'),
        ('schools', '0005_every_public_table_bumps'),
    ]

    operations = [
        migrations.AddField(
            model_name='accreditor',
            name='covers',
            field=models.CharField(blank=True, help_text='What it looks at, in a few words: graduate programs in social work.', max_length=160),
        ),
        migrations.AddField(
            model_name='programlisting',
            name='accreditors',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=72), db_default=[], default=list, help_text='Who vouches for the program or its school, by slug; empty when nobody is confirmed. One whose word ends carries its last day: some-body:2027-06-30.', size=None),
        ),
        migrations.AddField(
            model_name='programlisting',
            name='school_earnings',
            field=models.PositiveIntegerField(help_text="Dollars a year, the whole school's median 10 years after entry; never the program's.", null=True),
        ),
        migrations.AddField(
            model_name='programlisting',
            name='school_earnings_reason',
            field=models.CharField(blank=True, choices=[('not_in_federal_data', 'Not in federal data'), ('not_published', 'The school does not publish it'), ('not_asked', 'Not asked yet'), ('not_reported', 'Not reported'), ('suppressed', 'Suppressed for privacy'), ('not_released', 'Not released by the agency'), ('hourly_only', 'Published by the hour only'), ('not_applicable', 'Not applicable'), ('too_new', 'Too new'), ('top_coded', 'At least this much')], db_default='', max_length=24),
        ),
        migrations.AlterField(
            model_name='accreditor',
            name='recognized_by',
            field=models.CharField(blank=True, help_text='US Department of Education, CHEA, both, or: neither. Empty: not checked.', max_length=80),
        ),
        migrations.AlterField(
            model_name='accreditor',
            name='url',
            field=models.URLField(blank=True, max_length=300, verbose_name='its own site'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accreditation',
            trigger=pgtrigger.compiler.Trigger(name='relists_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF current_setting('portal.relisting', true) = 'later' THEN RETURN NULL; END IF; PERFORM schools_relist(ARRAY(SELECT school_id FROM new_rows)); RETURN NULL;", hash='eec649d318b917ccf94a720eaa6d0332a410ffd8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_relists_insert_e81e3', referencing='REFERENCING NEW TABLE AS new_rows ', table='schools_accreditation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accreditation',
            trigger=pgtrigger.compiler.Trigger(name='relists_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF current_setting('portal.relisting', true) = 'later' THEN RETURN NULL; END IF; PERFORM schools_relist(ARRAY(SELECT school_id FROM new_rows UNION SELECT school_id FROM old_rows)); RETURN NULL;", hash='92ddd4c62f76cd4833afae506d706f0e3c80d406', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_relists_update_e41c7', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='schools_accreditation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accreditation',
            trigger=pgtrigger.compiler.Trigger(name='relists_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF current_setting('portal.relisting', true) = 'later' THEN RETURN NULL; END IF; PERFORM schools_relist(ARRAY(SELECT school_id FROM old_rows)); RETURN NULL;", hash='4637088d0ca3393199c104215793e638dac5ef08', level='STATEMENT', operation='DELETE', pgid='pgtrigger_relists_delete_676ef', referencing='REFERENCING OLD TABLE AS old_rows ', table='schools_accreditation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accreditation',
            trigger=pgtrigger.compiler.Trigger(name='announces', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (timezone('UTC', (NEW.until + 1)::timestamp) > now())", func="\n            UPDATE portal_contentversion SET\n                number = number + 1 + (SELECT count(*) FROM unnest(upcoming) due WHERE due <= now()),\n                upcoming = ARRAY(\n                    SELECT DISTINCT due FROM unnest(upcoming || timezone('UTC', (NEW.until + 1)::timestamp)) due WHERE due > now() ORDER BY due\n                ),\n                changed_at = now()\n            WHERE id = 1;\n            RETURN NULL;\n        ", hash='90d4c6b0758a24b5ad7f61d3f5be9d2ea7334a53', operation='INSERT OR UPDATE', pgid='pgtrigger_announces_ac6c0', table='schools_accreditation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accreditor',
            trigger=pgtrigger.compiler.Trigger(name='accreditor_relists', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF current_setting('portal.relisting', true) = 'later' THEN RETURN NULL; END IF; PERFORM schools_arise(); PERFORM schools_relist(NULL); RETURN NULL;", hash='28026d9b68c914146e49c62767ce7fd6c3699ed3', level='STATEMENT', operation='UPDATE OF "kind", "slug"', pgid='pgtrigger_accreditor_relists_d8491', table='schools_accreditor', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='accreditation',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'unconfirmed'), models.Q(('url', ''), _negated=True), _connector='OR'), name='accreditation_confirmed_has_its_entry'),
        ),
        migrations.AddConstraint(
            model_name='accreditation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['accredited', 'conditional', 'candidacy', 'pre_candidacy', 'withdrawal_in_progress', 'expired', 'withdrawn', 'denied', 'unconfirmed'])), name='accreditation_status_known'),
        ),
        migrations.AddConstraint(
            model_name='accreditor',
            constraint=models.CheckConstraint(condition=models.Q(('slug__in', ('program', 'school', 'unknown')), _negated=True), name='accreditor_slug_not_reserved'),
        ),
        migrations.AddConstraint(
            model_name='accreditor',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['institutional', 'programmatic', 'certifying'])), name='accreditor_kind_known'),
        ),
        migrations.RunSQL(RELIST + RELIST_ALL, former_relist()),
    ]
