"""What the directory holds for the subjects and levels an article speaks of.

Both questions are asked of the flat listing rows, which hold public programs only,
in one statement each, however many subjects are asked for.
"""

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

# One row of `offers` for each school, field and level: a school may list two programs there,
# and the awards of the release belong to both together, so they are counted once.
OFFERS = """
    WITH asked AS (
        SELECT u.id AS subject_id, u.slug AS subject, a.level
        FROM unnest(%(subjects)s::text[], %(levels)s::text[]) AS a (subject, level)
        JOIN schools_subject u ON u.slug = a.subject
    ),
    offers AS (
        SELECT {asked} l.school_id, l.school_slug, l.school_name, l.city, l.state_id, l.field_of_study_id,
            l.level AS own_level, count(DISTINCT l.program_id) AS programs, max(l.graduates) AS graduates,
            min(l.tuition) AS tuition, max(l.graduates_reason) AS reason
        FROM asked a
        JOIN schools_subjectfield x ON x.subject_id = a.subject_id
        JOIN schools_programlisting l ON l.field_of_study_id = x.field_of_study_id AND a.level IN ('', l.level)
        GROUP BY {asked} l.school_id, l.school_slug, l.school_name, l.city, l.state_id, l.field_of_study_id, l.level
    )
"""
COUNTS = (
    OFFERS.format(asked="a.subject, a.level,")
    + """
    SELECT o.subject, o.level, sum(o.programs)::bigint, sum(o.graduates)::bigint,
        count(DISTINCT o.school_id), min(t.median), min(t.schools)
    FROM offers o
    JOIN (
        SELECT subject, level, percentile_cont(0.5) WITHIN GROUP (ORDER BY tuition) AS median,
            count(tuition) AS schools
        FROM (SELECT subject, level, min(tuition) AS tuition FROM offers GROUP BY subject, level, school_id) s
        GROUP BY subject, level
    ) t ON t.subject = o.subject AND t.level = o.level
    GROUP BY o.subject, o.level
    """
)
POPULAR = (
    OFFERS.format(asked="")
    + """
    , schools AS (
        SELECT school_slug, school_name, city, state_id, school_id,
            sum(programs)::bigint AS programs, sum(graduates)::bigint AS graduates, max(reason) AS reason
        FROM offers GROUP BY school_slug, school_name, city, state_id, school_id
    )
    SELECT school_slug, school_name, city, state_id, programs, graduates, reason, (SELECT count(*) FROM schools)
    FROM schools
    ORDER BY graduates DESC NULLS LAST, school_name, school_id
    LIMIT %(size)s
    -- A page beyond the last is the last: whole pages before the schools end, never more than asked.
    OFFSET least(%(offset)s, greatest((SELECT count(*) FROM schools) - 1, 0) / %(size)s * %(size)s)
    """
)

Pair = tuple[str, str]  # a subject's slug and an award level; an empty level means all of them


class Counts(NamedTuple):
    """One subject at one level. Null graduates and tuition mean that no school's figure is known."""

    programs: int = 0
    graduates: int | None = None
    schools: int = 0
    tuition: int | None = None  # dollars a year in state, the median over schools that publish one
    tuition_schools: int = 0


class PopularSchool(NamedTuple):
    slug: str
    name: str
    city: str
    state: str | None
    programs: int
    graduates: int | None
    reason: str  # why graduates are unknown; meaningless where they are known

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.city, self.state) if part)


class PopularPage(NamedTuple):
    schools: list[PopularSchool]
    number: int
    total: int


def _asked(pairs: Collection[Pair]) -> dict[str, list[str]]:
    ordered = sorted(set(pairs))
    return {"subjects": [subject for subject, _ in ordered], "levels": [level for _, level in ordered]}


def counts_of(pairs: Collection[Pair]) -> dict[Pair, Counts]:
    """Programs, graduates and median tuition of each subject and level, zeros included; one query."""
    found = {}
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(COUNTS, _asked(pairs))
            for subject, level, programs, graduates, schools, tuition, publishing in cursor.fetchall():
                median = None if tuition is None else round(tuition)
                found[subject, level] = Counts(programs, graduates, schools, median, publishing)
    return {pair: found.get(pair, Counts()) for pair in pairs}


def popular_schools(pairs: Collection[Pair], page: int, size: int = 10) -> PopularPage:
    """One page of the schools with most graduates in these subjects at these levels; one query.

    A page beyond the last is the last. Schools whose graduates are unknown come at the end.
    """
    if not pairs:
        return PopularPage([], 1, 0)
    page = min(max(page, 1), 100_000)
    with connection.cursor() as cursor:
        cursor.execute(POPULAR, _asked(pairs) | {"size": size, "offset": (page - 1) * size})
        rows = cursor.fetchall()
    total = rows[0][-1] if rows else 0
    last = max((total + size - 1) // size, 1)
    return PopularPage([PopularSchool(*row[:-1]) for row in rows], min(page, last), total)
