"""Programs of schools that teach only at a distance are online, and fields have words of their own to be found by.

``schools_relist(ids)`` here replaces the one of ``0006_accreditors_in_the_listing``; ``0002_relisting`` says what it does.
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
        -- Where nobody says how a program is taught, a school that teaches only at a distance teaches it so.
        CASE WHEN cardinality(p.delivery) > 0 THEN p.delivery
            WHEN d.programs IS NULL AND far.value = 1 THEN '{online}'
            ELSE array_remove(ARRAY[
                CASE WHEN d.fully > 0 THEN 'online' END,
                CASE WHEN d.partly > 0 THEN 'hybrid' END,
                CASE WHEN d.programs > d.fully + coalesce(d.partly, 0) THEN 'campus' END
            ], NULL)::varchar[] END,
        CASE WHEN cardinality(p.delivery) > 0 THEN 'school' WHEN d.programs > 0 THEN 'federal'
            WHEN d.programs IS NULL AND far.value = 1 THEN 'distance' ELSE '' END,
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
        || setweight(schools_words(concat_ws(' ', a.words, f.search_words, l.aliases)), 'B')
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
    LEFT JOIN schools_schooloutcome far ON far.school_id = p.school_id AND far.measure = 'distance_only'
        AND far.release_id IN (SELECT id FROM current)
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
# What schools/starter/plain_titles.toml gives to new rows, for those that are there.
SEARCH_WORDS = r"""
UPDATE schools_fieldofstudy SET search_words =
    E'nurse practitioner\nfamily nurse practitioner\nadvanced practice registered nurse\nFNP\nAPRN'
WHERE cip = '51.3818' AND edition = '2020'
"""


def former_relist() -> str:
    return import_module("schools.migrations.0006_accreditors_in_the_listing").RELIST


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0007_federal_accreditation_records'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='fieldofstudy',
            name='field_relists',
        ),
        migrations.AddField(
            model_name='fieldofstudy',
            name='search_words',
            field=models.TextField(blank=True, help_text='What people type who look for this field, one a line, where neither its titles nor its subjects have the words: nurse practitioner.'),
        ),
        migrations.AlterField(
            model_name='programlisting',
            name='delivery',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), help_text="The school's word, else what federal records say; empty when unknown.", size=None),
        ),
        migrations.AlterField(
            model_name='programlisting',
            name='delivery_from',
            field=models.CharField(blank=True, help_text='school; federal: IPEDS, of this field and level; distance: College Scorecard, of a school that teaches only at a distance; or empty when unknown.', max_length=8),
        ),
        migrations.AlterField(
            model_name='schooloutcome',
            name='measure',
            field=models.CharField(choices=[('admission_rate', 'Share of applicants admitted'), ('undergraduates', 'Undergraduate students'), ('graduate_students', 'Graduate students'), ('completion_rate_4yr', 'Completion within 150% of normal time, four-year school'), ('completion_rate_lt4', 'Completion within 150% of normal time, shorter school'), ('net_price', 'Average net price a year'), ('median_earnings_10', 'Median earnings 10 years after entry'), ('median_earnings_6', 'Median earnings 6 years after entry'), ('median_debt', 'Median federal debt of graduates'), ('program_tuition', 'Tuition and fees of a program, where a school charges by the program'), ('distance_only', 'Teaches only at a distance'), ('health_cert_lt_1y', 'Health certificates under 1 year'), ('health_cert_1_2y', 'Health certificates of 1 to under 2 years'), ('health_associate', 'Health associate’s degrees'), ('health_cert_2_4y', 'Health certificates of 2 to under 4 years'), ('health_bachelor', 'Health bachelor’s degrees'), ('hcm2', 'On heightened cash monitoring 2'), ('operating', 'Operating, as the Department of Education says')], max_length=24),
        ),
        migrations.AlterField(
            model_name='schooloutcome',
            name='value',
            field=models.DecimalField(decimal_places=4, help_text='Dollars, a share from 0 to 1, a count, or 1 for yes; of health certificates and degrees 2 where at least one is taught fully online.', max_digits=14, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fieldofstudy',
            trigger=pgtrigger.compiler.Trigger(name='field_relists', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF current_setting('portal.relisting', true) = 'later' THEN RETURN NULL; END IF; PERFORM schools_arise(); PERFORM schools_relist(NULL); RETURN NULL;", hash='d5b41f13f0a9846c42b986b080aa54a065612f9f', level='STATEMENT', operation='UPDATE OF "title", "plain_title", "search_words"', pgid='pgtrigger_field_relists_59202', table='schools_fieldofstudy', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='fieldofstudy',
            constraint=models.CheckConstraint(condition=models.Q(('search_words__regex', '[\x01-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]'), _negated=True), name='field_search_words_clean'),
        ),
        migrations.RunSQL(SEARCH_WORDS, migrations.RunSQL.noop),
        migrations.RunSQL(RELIST + RELIST_ALL, former_relist()),
    ]
