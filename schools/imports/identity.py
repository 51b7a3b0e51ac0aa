"""New schools: their row, their address. Both are given once and never changed by an import."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db import connection
from django.utils.text import slugify

from portal.models import Slug

from .known import school_ids

LONGEST = 120  # characters of a school's slug


class Newcomers:
    """Gives every UNITID its school id; schools not known yet are written at once by :meth:`write`.

    Ids of new schools are drawn from the table's own sequence, so facts can name
    them before the rows exist.
    """

    def __init__(self) -> None:
        self.ids = school_ids()
        self.new: dict[str, tuple[int, str, str, str]] = {}
        self.bearers: dict[str, set[str]] = defaultdict(set)  # who in the file has a name, old schools too
        self._drawn: list[int] = []

    def school(self, unitid: str, name: str, city: str, state: str) -> int:
        """The id of this school, old or new."""
        self.bearers[slugify(name)].add(unitid)
        known = self.ids.get(unitid)
        if known is not None:
            return known
        if not self._drawn:
            self._drawn = _draw_ids(1000)
        self.ids[unitid] = self._drawn.pop()
        self.new[unitid] = (self.ids[unitid], name, city, state)
        return self.ids[unitid]

    def write(self) -> int:
        """Insert the new schools, public from now on, each under an address nothing else has or had."""
        taken = set(Slug.objects.filter(kind=Slug.Kind.SCHOOL, scope=0).values_list("slug", flat=True))
        slugs = dict(self._addresses(taken))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO schools_school (id, unitid, slug, published_at, name_override, aliases, website_override,"
                " city_override, note) SELECT *, statement_timestamp(), '', '', '', '', ''"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[])",
                [[self.new[unitid][0] for unitid in slugs], list(slugs), list(slugs.values())],
            )
        return len(slugs)

    def _addresses(self, taken: set[str]) -> Iterator[tuple[str, str]]:
        """Name; where names repeat, with the city; then with the state; at last with the UNITID."""
        waiting = sorted(self.new)
        for depth in range(4):
            wishes = {unitid: self._wish(unitid, depth) for unitid in waiting}
            often = Counter(wishes.values())
            waiting = []
            for unitid, slug in wishes.items():
                is_shared = often[slug] > 1 or (depth == 0 and len(self.bearers[slugify(self.new[unitid][1])]) > 1)
                if is_shared or slug in taken or not slug:
                    waiting.append(unitid)
                else:
                    yield unitid, slug
            taken |= {slug for unitid, slug in wishes.items() if unitid not in waiting}
        for unitid in waiting:  # a name that ends like another school's UNITID: number it
            slug = next(slug for number in range(2, 1000) if (slug := f"{self._wish(unitid, 3)}-{number}") not in taken)
            taken.add(slug)
            yield unitid, slug

    def _wish(self, unitid: str, depth: int) -> str:
        _, name, city, state = self.new[unitid]
        ends = ["", city, f"{city} {state}", f"{city} {state} {unitid}"]
        end = slugify(ends[depth])
        start = slugify(name)[: LONGEST - len(end) - 1].strip("-")
        if not start:
            start, end = ("school", unitid) if depth == 3 else ("", "")
        return f"{start}-{end}" if end else start


def _draw_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('schools_school', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [number for (number,) in reversed(cursor.fetchall())]
