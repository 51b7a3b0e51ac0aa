"""The SQL that makes federal programs and writes the flat listing rows.

``schools_arise()`` adds a program for each school, field and level of the
current completions that is in a subject and has no program yet.
``schools_relist(ids)`` writes the listing rows of these schools, or of all.
"""

from django.db import migrations

LEVEL_LABEL = """
-- The parser takes "Administration/Management" for one word.
CREATE FUNCTION schools_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('portal_search', translate(said, '/', ' '))
$$;
CREATE FUNCTION schools_level_label(level text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE level
        WHEN 'cert_lt_12w' THEN 'certificate, under 12 weeks'
        WHEN 'cert_12w_1y' THEN 'certificate, 12 weeks to under 1 year'
        WHEN 'cert_1_2y' THEN 'certificate, 1 to under 2 years'
        WHEN 'associate' THEN 'associate’s degree'
        WHEN 'cert_2_4y' THEN 'certificate, 2 to under 4 years'
        WHEN 'bachelor' THEN 'bachelor’s degree'
        WHEN 'postbacc_cert' THEN 'postbaccalaureate certificate'
        WHEN 'master' THEN 'master’s degree'
        WHEN 'postmaster_cert' THEN 'post-master’s certificate'
        WHEN 'doctor_research' THEN 'doctor’s degree, research'
        WHEN 'doctor_practice' THEN 'doctor’s degree, professional practice'
        WHEN 'doctor_other' THEN 'doctor’s degree, other'
    END
$$;
CREATE FUNCTION schools_level_rank(level text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (array_position(ARRAY['cert_lt_12w', 'cert_12w_1y', 'cert_1_2y', 'associate', 'cert_2_4y', 'bachelor',
        'postbacc_cert', 'master', 'postmaster_cert', 'doctor_research', 'doctor_practice', 'doctor_other'],
        level) - 1)::smallint
$$;
CREATE FUNCTION schools_level_slug(level text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE level
        WHEN 'cert_lt_12w' THEN 'certificate-under-12-weeks'
        WHEN 'cert_12w_1y' THEN 'certificate-under-1-year'
        WHEN 'cert_1_2y' THEN 'certificate-1-to-2-years'
        WHEN 'associate' THEN 'associate'
        WHEN 'cert_2_4y' THEN 'certificate-2-to-4-years'
        WHEN 'bachelor' THEN 'bachelor'
        WHEN 'postbacc_cert' THEN 'postbaccalaureate-certificate'
        WHEN 'master' THEN 'master'
        WHEN 'postmaster_cert' THEN 'post-masters-certificate'
        WHEN 'doctor_research' THEN 'research-doctorate'
        WHEN 'doctor_practice' THEN 'practice-doctorate'
        WHEN 'doctor_other' THEN 'other-doctorate'
    END
$$;
"""

ARISE = """
CREATE FUNCTION schools_arise() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('portal.relisting', true), '');
BEGIN
    PERFORM set_config('portal.relisting', 'later', true);
    INSERT INTO schools_program (
        school_id, field_of_study_id, level, slug, origin, published_at,
        delivery, description, entry_degree, entry_test, entry_notes, url, not_published
    )
    SELECT c.school_id, c.field_of_study_id, c.level,
        CASE WHEN EXISTS (
            SELECT 1 FROM portal_slug t WHERE t.kind = 'program' AND t.scope = c.school_id
            AND t.slug = f.slug || '-' || schools_level_slug(c.level)
        ) THEN f.slug || '-' || schools_level_slug(c.level) || '-' || replace(f.cip, '.', '-')
        ELSE f.slug || '-' || schools_level_slug(c.level) END,
        'federal', statement_timestamp(), '{}', '', '', '', '', '', '{}'
    FROM schools_completions c
    JOIN portal_release r ON r.id = c.release_id AND r.state = 'current'
    JOIN schools_fieldofstudy f ON f.id = c.field_of_study_id
    JOIN schools_school s ON s.id = c.school_id
    WHERE c.major = 1
        AND EXISTS (SELECT 1 FROM schools_subjectfield x WHERE x.field_of_study_id = c.field_of_study_id)
        AND NOT EXISTS (
            SELECT 1 FROM schools_program p
            WHERE p.school_id = c.school_id AND p.field_of_study_id = c.field_of_study_id AND p.level = c.level
        )
    ORDER BY s.unitid, f.cip, schools_level_rank(c.level);
    PERFORM set_config('portal.relisting', before, true);
END
$$;
"""

RELIST = """
CREATE FUNCTION schools_relist(which bigint[]) RETURNS void LANGUAGE plpgsql AS $$
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
        tuition, tuition_out_of_state, tuition_from, tuition_reason, graduates, graduates_reason, confirmed_on, search
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

UNDO = """
DROP FUNCTION schools_relist(bigint[]);
DROP FUNCTION schools_arise();
DROP FUNCTION schools_level_slug(text);
DROP FUNCTION schools_words(text);
DROP FUNCTION schools_level_rank(text);
DROP FUNCTION schools_level_label(text);
"""

# A claim about a program must be a claim about the school that offers it.
SAME_SCHOOL = """
CREATE FUNCTION schools_accreditation_same_school() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.program_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM schools_program WHERE id = NEW.program_id AND school_id = NEW.school_id
    ) THEN
        RAISE EXCEPTION 'accreditation names a program of another school' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER accreditation_same_school AFTER INSERT OR UPDATE ON schools_accreditation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION schools_accreditation_same_school();
"""
UNDO_SAME_SCHOOL = """
DROP TRIGGER accreditation_same_school ON schools_accreditation;
DROP FUNCTION schools_accreditation_same_school();
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial"), ("portal", "0002_ground_data")]

    operations = [
        migrations.RunSQL(LEVEL_LABEL + ARISE + RELIST, UNDO),
        migrations.RunSQL(SAME_SCHOOL, UNDO_SAME_SCHOOL),
    ]
