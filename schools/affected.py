"""What on the pages of programs and schools can change with a release, one digest a page, set by set.

Rendering twelve thousand pages would take minutes. So the facts they print are digested
in the database: the listing row, prices, awards, outcomes, the labels of the releases
they come from, the programs named beside. ``tests/schools/test_affected.py`` holds the
digests against the bytes of real pages.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from itertools import islice
from typing import Any

from django.db import connection, transaction

from portal.rehearsing import Page, digest_of, shows
from schools.models import Program, SchoolListing
from schools.outcomes import FLAGS, HEALTH_AT, HEALTH_FAMILY, ONE_IS_ONLINE, UNITS, Measure
from schools.program_page import MEASURES, SIMILAR
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
Card = tuple[int, str | None, str]  # id, state and what is printed of a program that stands on another one's page

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
HEALTH_MEASURE = "CASE l.level {} END".format(
    " ".join(f"WHEN '{level.value}' THEN '{measure.value}'" for level, measure in HEALTH_AT.items())
)
PROGRAMS = f"""
    {CURRENT},
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
    flags AS (
        SELECT school_id, measure, value FROM schools_schooloutcome WHERE release_id IN (SELECT id FROM now)
            AND (measure LIKE 'health!_%%' ESCAPE '!' OR measure = '{Measure.PROGRAM_TUITION.value}')
    ),
    shared AS (
        SELECT school_id, field_of_study_id, level, count(*) AS listings
        FROM schools_programlisting GROUP BY school_id, field_of_study_id, level
    )
    SELECT '/programs/' || l.school_slug || '/' || l.slug || '/', l.title || ', ' || l.school_name,
        md5(concat_ws('¦',
            to_jsonb(l) - ARRAY['search', 'latitude', 'longitude', 'zip', 'accreditors', 'core'],
            s.website, s.closed_on, f.title, f.plain_title, label.awards, label.directory,
            CASE l.delivery_from WHEN 'federal' THEN label.distance WHEN 'distance' THEN label.outcomes END,
            CASE WHEN hint.value IS NOT NULL THEN label.outcomes END,
            CASE WHEN asked.value IS NOT NULL THEN concat_ws(',', label.outcomes, asked.value) END,
            CASE WHEN l.tuition_from = 'school' THEN label.prices END,
            coalesce(awards.said, '-'), coalesce(price.said, '-'), coalesce(outcome.said, '-'), shared.listings
        )),
        l.program_id, l.field_of_study_id, l.level, l.state_id,
        concat_ws('·', l.program_id, l.title, l.school_name, l.city, l.state_id, l.school_slug, l.slug, l.graduates,
            l.graduates_reason)
    FROM schools_programlisting l CROSS JOIN label
    JOIN schools_schoollisting s ON s.school_id = l.school_id
    JOIN schools_fieldofstudy f ON f.id = l.field_of_study_id
    JOIN shared ON shared.school_id = l.school_id AND shared.field_of_study_id = l.field_of_study_id
        AND shared.level = l.level
    LEFT JOIN awards ON awards.school_id = l.school_id AND awards.field_of_study_id = l.field_of_study_id
        AND awards.level = l.level
    LEFT JOIN price ON price.school_id = l.school_id AND l.level <> 'doctor_practice'
        AND price.student_level = CASE WHEN l.level_rank >= 6 THEN 'graduate' ELSE 'undergraduate' END
    LEFT JOIN outcome ON outcome.school_id = l.school_id
    LEFT JOIN flags hint ON hint.school_id = l.school_id AND hint.measure = {HEALTH_MEASURE}
        AND hint.value = {ONE_IS_ONLINE} AND f.cip LIKE '{HEALTH_FAMILY}%%' AND cardinality(l.delivery) = 0
    JOIN schools_program own ON own.id = l.program_id
    LEFT JOIN flags asked ON asked.school_id = l.school_id AND asked.measure = '{Measure.PROGRAM_TUITION.value}'
        AND price.said IS NULL AND l.level_rank < 6
        AND coalesce(own.tuition_total, own.tuition_per_year, own.tuition_per_credit) IS NULL
    ORDER BY l.core DESC, l.graduates DESC NULLS LAST, l.title, l.program_id  -- as programs stand beside each other
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


def _rows(statement: str, measures: Iterable[str]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner cannot know how many rows the parts have, and would look each up in turn: minutes for a second.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        cursor.execute(statement, {"measures": [str(measure) for measure in measures]})
        rows = cursor.fetchall()
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
    return rows


@shows("program", *SOURCES)
def program_pages() -> Iterator[Page]:
    rows = _rows(PROGRAMS, (*MEASURES, *FLAGS))
    nation: dict[tuple[int, str], list[Card]] = defaultdict(list)
    for *_, program, field, level, state, card in rows:
        nation[field, level].append((program, state, card))
    states: dict[tuple[int, str, str | None], list[Card]] = defaultdict(list)
    for (field, level), cards in nation.items():
        for card in cards:
            states[field, level, card[1]].append(card)
    for path, name, digest, program, field, level, state, _ in rows:
        own = states[field, level, state] if state else []
        near = [card for pk, _, card in own[: SIMILAR + 1] if pk != program][:SIMILAR]
        far = (card for pk, where, card in nation[field, level] if pk != program and (where != state or not state))
        beside = [*near, *islice(far, SIMILAR - len(near))]
        yield Page(path, name, digest_of(digest, beside))


@shows("school", *SOURCES)
def school_pages() -> Iterator[Page]:
    return (Page(*row) for row in _rows(SCHOOLS, (*UNITS, *FLAGS)))


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
