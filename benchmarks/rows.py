"""The same rows for every contender, and what each request asks of them, in whole numbers.

A facet's key (a level, a state, a set of ways of teaching) becomes a small number, so
that a contender needs to know nothing of facets: an option is chosen by the numbers of
the keys that carry it, and what is counted by number is told apart into options at the
end. All of it comes from what the portal declares.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import F, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

from benchmarks.data import recipe
from portal.facets import Counts, Facet
from portal.listing import page_number
from schools.filters import ProgramFilter
from schools.models import ProgramListing
from schools.search import search_query

EARTH = 7917.5 / 2  # miles, the radius the portal measures with
PER_PAGE = 20
SORTS = ("", "name", "tuition", "graduates")
SHOWN = (
    "program_id", "title", "slug", "school_name", "school_slug", "city", "state_id", "level", "control",
    "tuition", "tuition_out_of_state", "tuition_from", "tuition_reason", "graduates", "graduates_reason",
)  # fmt: skip


def sort_column(sort: str) -> str:
    return f"by_{sort or 'default'}"


@dataclass
class Row:
    """One program. ``keys`` stand in the order of ``Table.columns``; ``at`` is a point on the unit sphere."""

    pk: int
    shown: tuple[Any, ...]
    keys: tuple[int, ...]
    at: tuple[float, float, float] | None
    places: tuple[int, ...]  # its place in each of SORTS
    words: list[str]


@dataclass
class Ask:
    """A request, understood. ``words`` is the search as PostgreSQL's tsquery, in text; empty: none."""

    query: str
    chosen: dict[str, list[str]]
    text: str
    words: str
    near: tuple[float, float, float] | None
    least: float  # cosine of the radius: what the product of two points must reach
    sort: str
    page: int

    @property
    def start(self) -> int:
        return (self.page - 1) * PER_PAGE


@dataclass
class Answer:
    """Whatever a contender said, in one form."""

    counts: Counts
    ids: list[int]


def at_page(query: str, page: int) -> str:
    asked = QueryDict(query, mutable=True)
    asked.pop("page", None)
    if page > 1:
        asked["page"] = str(page)
    return asked.urlencode()


def on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return (math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north))


class Table:
    """How facets are written as numbers, and the rows on demand."""

    def __init__(self) -> None:
        self.facets: list[Facet] = ProgramFilter.declare_facets()
        self.expressions = {facet.key_name: facet.key for facet in self.facets}
        self.columns = [f"k{at}" for at in range(len(self.expressions))]
        listing = ProgramListing.objects.published().order_by()
        self.keys: list[list[Any]] = []
        for key in self.expressions.values():
            values = listing.annotate(key=key).values_list("key", flat=True).distinct()
            self.keys.append(sorted({tuple(v) if isinstance(v, list) else v for v in values}, key=repr))
        self.column_of = {facet.name: list(self.expressions).index(facet.key_name) for facet in self.facets}

    @cached_property
    def carried(self) -> dict[str, list[set[str]]]:
        """For each facet, by number of the key, the options it carries."""
        return {
            facet.name: [
                set(facet.carried(key)) & {option.value for option in facet.options}
                for key in self.keys[self.column_of[facet.name]]
            ]
            for facet in self.facets
        }

    def codes(self, facet: str, values: Collection[str]) -> list[int]:
        """The numbers of the keys that carry any of these options."""
        return [code for code, options in enumerate(self.carried[facet]) if options & set(values)]

    def told(self, facet: str, numbers: Mapping[int, int]) -> dict[str, int]:
        """Rows by key as rows by option."""
        found = next(one for one in self.facets if one.name == facet)
        options = dict.fromkeys((option.value for option in found.options), 0)
        for code, number in numbers.items():
            for value in self.carried[facet][code]:
                options[value] += number
        return options

    def rows(self, batch: int = 5_000) -> Any:
        """All rows, one after the other, by id."""
        codes = [{key: code for code, key in enumerate(keys)} for keys in self.keys]
        places = [self._places(sort) for sort in SORTS]
        listing = ProgramListing.objects.published().order_by("pk")
        named = listing.annotate(**dict(zip(self.columns, self.expressions.values(), strict=True)))
        shown = [F(name) if name != "state_id" else F("state") for name in SHOWN]
        fields = named.values_list(*shown, "latitude", "longitude", "search", *self.columns)
        for row in fields.iterator(batch):
            values, (latitude, longitude, search, *keys) = row[: len(SHOWN)], row[len(SHOWN) :]
            yield Row(
                values[0],
                values,
                tuple(codes[at][tuple(k) if isinstance(k, list) else k] for at, k in enumerate(keys)),
                None if latitude is None else on_sphere(latitude, longitude),
                tuple(place[values[0]] for place in places),
                [word.replace("''", "'") for word in re.findall(r"'((?:[^']|'')*)'", search)],
            )

    def _places(self, sort: str) -> dict[int, int]:
        rows = ProgramFilter.arranged(ProgramListing.objects.published(), sort)
        return {pk: place for place, pk in enumerate(rows.values_list("pk", flat=True))}

    def ask(self, query: str, is_counted: bool = True) -> Ask:
        """A query string as the portal understands it. Its page is the nearest that exists, if that ``is_counted``."""
        filters = ProgramFilter(QueryDict(query), ProgramListing.objects.published(), "/programs/")
        cleaned, position = filters.cleaned, filters.position
        last = max(-(-filters.counts.total // PER_PAGE), 1) if is_counted else 10**6
        page = page_number(QueryDict(query).get("page"), last)
        return Ask(
            at_page(query, page),
            {name: values for name, values in filters.chosen.items() if values},
            cleaned["q"],
            self._words(cleaned["q"]),
            on_sphere(position.latitude, position.longitude) if position else None,
            math.cos(cleaned["radius"] / EARTH),
            filters.sort_in_force,
            page,
        )

    def _words(self, text: str) -> str:
        if not text or (query := search_query(text)) is None:
            return ""
        words = ProgramListing.objects.annotate(words=Cast(query, TextField())).order_by()
        return words.values_list("words", flat=True).first() or ""

    def signature(self) -> str:
        """Changes when the rows are others or the numbers mean something else."""
        return repr((recipe(), self.keys, SHOWN, SORTS, list(self.expressions)))


# PostgreSQL's tsquery, for engines that have words of their own -----------------------------------

TOKEN = re.compile(r"\s*(?:([&|()])|'((?:[^']|'')*)'(:\*)?)")


def translated(
    words: str,
    word: Callable[[str, bool], Any],
    both: Callable[[Sequence[Any]], Any],
    either: Callable[[Sequence[Any]], Any],
) -> Any:
    """``'health' & ('administr' | 'admin':*)`` in another engine's terms. Raises ValueError at phrases."""
    tokens = [match.groups() for match in TOKEN.finditer(words)]
    if "".join(match[0] for match in TOKEN.finditer(words)).strip() != words.strip():
        raise ValueError(words)

    def level(at: int, sign: str) -> tuple[Any, int]:
        below = (lambda at: level(at, "&")) if sign == "|" else atom
        part, at = below(at)
        parts = [part]
        while at < len(tokens) and tokens[at][0] == sign:
            part, at = below(at + 1)
            parts.append(part)
        joined = parts[0] if len(parts) == 1 else (either if sign == "|" else both)(parts)
        return joined, at

    def atom(at: int) -> tuple[Any, int]:
        if tokens[at][0] == "(":
            part, at = level(at + 1, "|")
            return part, at + 1
        return word(tokens[at][1].replace("''", "'"), bool(tokens[at][2])), at + 1

    return level(0, "|")[0]


def statement_patience() -> None:
    """Rivals may take longer than a page may."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
