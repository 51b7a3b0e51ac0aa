"""What on the pages of programs and schools can change with a release, one digest a page, set by set.

Rendering twelve thousand pages would take minutes. So the facts they print are digested
in the database: the listing row, prices, awards, outcomes, the labels of the releases
they come from, the programs named beside. A digest may differ where the bytes do not
(a seventh similar program moved up); the other way round must never be, and
``tests/schools/test_affected.py`` holds it against real pages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple

from django.db import connection, transaction

from portal.rehearsing import Page, digest_of, shows
from schools.models import Program, SchoolListing
from schools.outcomes import FLAGS, UNITS
from schools.program_page import MEASURES
from schools.vouching import Vouchers, Vouching

SOURCES = (
    "cip-codes",
    "ipeds-institutions",
    "ipeds-completions",
    "ipeds-distance",
    "ipeds-prices",
    "scorecard-institutions",
    "census-zcta",
)
DAPIP = "dapip-records"

CURRENT = """
    WITH now AS (
        SELECT r.id, s.slug, concat_ws(' ', s.name, r.period, r.provisional) AS label
        FROM portal_release r JOIN portal_source s ON s.id = r.source_id WHERE r.state = 'current'
    ),
    label AS (
        SELECT max(label) FILTER (WHERE slug = 'ipeds-completions') AS awards,
            max(label) FILTER (WHERE slug = 'ipeds-institutions') AS directory,
            max(label) FILTER (WHERE slug = 'ipeds-prices') AS prices,
            max(label) FILTER (WHERE slug = 'ipeds-distance') AS distance,
            max(label) FILTER (WHERE slug = 'scorecard-institutions') AS outcomes
        FROM now
    ),
    price AS (
        SELECT p.school_id, p.student_level, max(label.prices)
            || string_agg(concat_ws(',', residency, tuition, fees, per_credit, reasons), ';' ORDER BY residency) AS said
        FROM schools_publishedprice p, label WHERE p.release_id IN (SELECT id FROM now)
        GROUP BY p.school_id, p.student_level
    ),
    outcome AS (
        SELECT o.school_id, max(label.outcomes)
            || string_agg(concat_ws(',', measure, value, reason), ';' ORDER BY measure) AS said
        FROM schools_schooloutcome o, label
        WHERE o.release_id IN (SELECT id FROM now) AND o.measure = ANY (%(measures)s)
        GROUP BY o.school_id
    )
"""
PROGRAMS = f"""
    {CURRENT},
    ranked AS (
        SELECT field_of_study_id, level, state_id,
            concat_ws('·', program_id, title, school_name, city, state_id, school_slug, slug, graduates,
                graduates_reason) AS card,
            row_number() OVER (PARTITION BY field_of_study_id, level ORDER BY core DESC, graduates DESC NULLS LAST,
                title, program_id) AS of_all,
            row_number() OVER (PARTITION BY field_of_study_id, level, state_id ORDER BY core DESC,
                graduates DESC NULLS LAST, title, program_id) AS of_state
        FROM schools_programlisting
    ),
    -- Six are shown, those of the state first: of a program among them the seventh, and behind them the nation's.
    near AS (
        SELECT field_of_study_id, level, state_id, count(*) AS found,
            string_agg(card, ';' ORDER BY of_state) FILTER (WHERE of_state <= 7) AS said
        FROM ranked GROUP BY field_of_study_id, level, state_id
    ),
    far AS (
        SELECT field_of_study_id, level, string_agg(card, ';' ORDER BY of_all) FILTER (WHERE of_all <= 13) AS said
        FROM ranked GROUP BY field_of_study_id, level
    ),
    years AS (
        SELECT DISTINCT ON (c.school_id, c.field_of_study_id, c.level, r.year)
            c.school_id, c.field_of_study_id, c.level,
            concat_ws(',', r.year, r.period, r.provisional, c.awards, c.reasons ->> 'awards') AS said
        FROM schools_completions c JOIN portal_release r ON r.id = c.release_id
        WHERE c.major = 1 AND r.state IN ('current', 'superseded')
        ORDER BY c.school_id, c.field_of_study_id, c.level, r.year, r.revision DESC
    ),
    awards AS (
        SELECT school_id, field_of_study_id, level, string_agg(said, ';' ORDER BY said) AS said
        FROM years GROUP BY school_id, field_of_study_id, level
    ),
    shared AS (
        SELECT school_id, field_of_study_id, level, count(*) AS listings
        FROM schools_programlisting GROUP BY school_id, field_of_study_id, level
    )
    SELECT '/programs/' || l.school_slug || '/' || l.slug || '/', l.title || ', ' || l.school_name,
        md5(concat_ws('¦',
            to_jsonb(l) - ARRAY['search', 'latitude', 'longitude', 'zip', 'accreditors', 'core'],
            s.website, s.closed_on, f.title, f.plain_title, label.awards, label.directory,
            CASE WHEN l.delivery_from = 'federal' THEN label.distance END,
            CASE WHEN l.tuition_from = 'school' THEN label.prices END,
            coalesce(awards.said, '-'), coalesce(price.said, '-'), coalesce(outcome.said, '-'), shared.listings,
            near.said, CASE WHEN near.found < 7 THEN far.said END
        ))
    FROM schools_programlisting l CROSS JOIN label
    JOIN schools_schoollisting s ON s.school_id = l.school_id
    JOIN schools_fieldofstudy f ON f.id = l.field_of_study_id
    JOIN far ON far.field_of_study_id = l.field_of_study_id AND far.level = l.level
    JOIN near ON near.field_of_study_id = l.field_of_study_id AND near.level = l.level
        AND near.state_id IS NOT DISTINCT FROM l.state_id
    JOIN shared ON shared.school_id = l.school_id AND shared.field_of_study_id = l.field_of_study_id
        AND shared.level = l.level
    LEFT JOIN awards ON awards.school_id = l.school_id AND awards.field_of_study_id = l.field_of_study_id
        AND awards.level = l.level
    LEFT JOIN price ON price.school_id = l.school_id AND l.level <> 'doctor_practice'
        AND price.student_level = CASE WHEN l.level_rank >= 6 THEN 'graduate' ELSE 'undergraduate' END
    LEFT JOIN outcome ON outcome.school_id = l.school_id
"""
SCHOOLS = f"""
    {CURRENT},
    taught AS (
        SELECT p.school_id, string_agg(
            concat_ws(',', p.level_rank, p.title, p.slug, p.named_by_school, p.graduates, p.graduates_reason,
                f.plain_title, f.title),
            ';' ORDER BY p.level_rank, p.core DESC, p.title, p.program_id) AS said
        FROM schools_programlisting p JOIN schools_fieldofstudy f ON f.id = p.field_of_study_id GROUP BY p.school_id
    ),
    prices AS (
        SELECT school_id, string_agg(said, ';' ORDER BY student_level) AS said FROM price GROUP BY school_id
    ),
    campuses AS (
        SELECT c.parent_id, string_agg(concat_ws(',', s.slug, c.name, c.city, c.state_id), ';' ORDER BY c.name) AS said
        FROM schools_schoollisting c JOIN schools_school s ON s.id = c.school_id GROUP BY c.parent_id
    )
    SELECT '/schools/' || s.slug || '/', l.name,
        md5(concat_ws('¦',
            to_jsonb(l) - ARRAY['search', 'record_id', 'core_programs', 'graduates'],
            r.address, r.opeid, e.period, e.provisional, coalesce(taught.said, '-'),
            CASE WHEN l.status NOT IN ('closed', 'merged') THEN label.awards END,
            coalesce(prices.said, '-'), coalesce(outcome.said, '-'), coalesce(campuses.said, '-'), heir.name, up.name
        ))
    FROM schools_schoollisting l CROSS JOIN label
    JOIN schools_school s ON s.id = l.school_id
    LEFT JOIN schools_schoolrecord r ON r.id = l.record_id
    LEFT JOIN portal_release e ON e.id = r.release_id
    LEFT JOIN taught ON taught.school_id = l.school_id
    LEFT JOIN prices ON prices.school_id = l.school_id
    LEFT JOIN outcome ON outcome.school_id = l.school_id
    LEFT JOIN campuses ON campuses.parent_id = l.school_id
    LEFT JOIN schools_schoollisting heir ON heir.school_id = l.successor_id
    LEFT JOIN schools_schoollisting up ON up.school_id = l.parent_id
"""


def _pages(statement: str, measures: Iterable[str]) -> Iterator[Page]:
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner cannot know how many rows the parts have, and would look each up in turn: minutes for a second.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        cursor.execute(statement, {"measures": [str(measure) for measure in measures]})
        rows = cursor.fetchall()
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
    for row in rows:
        yield Page(*row)


@shows("program", *SOURCES)
def program_pages() -> Iterator[Page]:
    return _pages(PROGRAMS, (*MEASURES, *FLAGS))


@shows("school", *SOURCES)
def school_pages() -> Iterator[Page]:
    return _pages(SCHOOLS, (*UNITS, *FLAGS))


@shows("school", DAPIP)
def vouched_schools() -> Iterator[Page]:
    listings = list(SchoolListing.objects.select_related("school").defer("search"))
    vouchers = Vouchers(listing.school_id for listing in listings)
    for listing in listings:
        yield Page(listing.get_absolute_url(), listing.name, _digest(vouchers.for_school(listing.school_id)))


@shows("program", DAPIP)
def vouched_programs() -> Iterator[Page]:
    programs = Program.objects.published().select_related("listing", "field_of_study").defer("listing__search")
    programs = list(programs)
    vouchers = Vouchers({program.school_id for program in programs})
    for program in programs:
        of_school = vouchers.for_school(program.school_id, with_program_records=False)
        digest = _digest(of_school, vouchers.for_program(program, program.field_of_study.cip))
        name = f"{program.listing.title}, {program.listing.school_name}"
        yield Page(program.listing.get_absolute_url(), name, digest)


def _digest(*vouchings: Vouching) -> str:
    return digest_of(*map(astuple, vouchings))
