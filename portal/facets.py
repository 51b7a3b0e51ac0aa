"""Facets: the ways a list can be narrowed, and the exact number beside each option.

An app declares its facets, one line each. Each number is what a visitor gets who
chooses that option and leaves the other facets, the search and the radius as they
are: a facet ignores its own selection and honours all others.

:func:`count` answers for all facets at once, in one SQL statement. The index in
memory (:mod:`portal.facet_index`) gives the same numbers faster; ``count`` answers
while there is none of the right version, and is what tests hold the index against.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Expression, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

UNKNOWN = "unknown"  # the option for rows of which nobody knows


@dataclass(frozen=True)
class Option:
    """One choice of a facet. A rare one is shown only while it is chosen."""

    value: str
    label: str
    rare: bool = False


@dataclass
class Facet:
    """One value a row, in ``column``: a level, a state. ``unknown`` labels the option for null, if there is one."""

    name: str
    label: str
    options: Sequence[Option]
    column: str = ""
    unknown: str = ""
    note: str = ""
    printed: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)  # room for whoever prints it

    def __post_init__(self) -> None:
        self.column = self.column or self.name
        if self.unknown:
            self.options = [*self.options, Option(UNKNOWN, self.unknown)]

    takes_other_values = False  # whether a visitor may ask for options that are not declared

    @property
    def key(self) -> Expression | F:
        """What rows are grouped by to be counted."""
        return F(self.column)

    @property
    def key_name(self) -> str:
        """Facets with the same name here share their groups."""
        return self.column

    def carried(self, key: Any) -> Iterable[str]:
        """The options that rows with this key carry."""
        return (UNKNOWN if key is None else str(key),)

    def condition(self, values: Collection[str]) -> Q:
        """Rows that carry any of these options."""
        known = [value for value in values if value != UNKNOWN or not self.unknown]
        condition = Q(**{f"{self.column}__in": known})
        if self.unknown and UNKNOWN in values:
            condition |= Q(**{f"{self.column}__isnull": True})
        return condition

    def clean(self, values: Iterable[str]) -> list[str]:
        """Of what an address says, the options that exist, in the order of the options; the rest is dropped."""
        asked = {value.strip().lower() for value in values}
        return [option.value for option in self.options if option.value.lower() in asked] if asked else []

    def with_values(self, values: Iterable[str]) -> "Facet":
        """The facet as a page with these values on shows it."""
        return self

    def shown(self, chosen: Collection[str]) -> list[Option]:
        """The options of the form."""
        return [option for option in self.options if not option.rare or option.value in chosen]

    def label_of(self, value: str) -> str:
        return next((option.label for option in self.options if option.value == value), value)


@dataclass
class SetFacet(Facet):
    """Several values a row, in an array column; an empty array is unknown."""

    def carried(self, key: Any) -> Iterable[str]:
        return key or (UNKNOWN,)

    def condition(self, values: Collection[str]) -> Q:
        condition = Q(**{f"{self.column}__overlap": [value for value in values if value != UNKNOWN]})
        return condition | Q(**{f"{self.column}": []}) if UNKNOWN in values else condition


@dataclass
class MappedFacet(Facet):
    """Options that each stand for several keys, and keys for several options: a subject and its fields of study.

    Each row has exactly one key, so adding up the keys of an option counts no row twice.
    """

    keys: Mapping[str, Collection[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._options_by_key: dict[Any, list[str]] = defaultdict(list)
        for value, keys in self.keys.items():
            for key in set(keys):
                self._options_by_key[key].append(value)

    def carried(self, key: Any) -> Iterable[str]:
        return self._options_by_key.get(key, ())

    def condition(self, values: Collection[str]) -> Q:
        return Q(**{f"{self.column}__in": {key for value in values for key in self.keys.get(value, ())}})


@dataclass
class CeilingFacet(Facet):
    """Ceilings on an amount: "up to $10,000" holds everything that "up to $5,000" holds.

    A ceiling that is none of the options is taken at its word and becomes one.
    """

    takes_other_values = True
    ceilings: Sequence[int] = ()
    highest: int = 1_000_000
    words: str = "Up to {:,}"

    def __post_init__(self) -> None:
        self.options = [Option(str(ceiling), self.words.format(ceiling)) for ceiling in self.ceilings]
        super().__post_init__()

    @property
    def key(self) -> Expression:
        """The lowest ceiling that holds the amount; -1 above them all, null where it is unknown."""
        steps = [When(**{f"{self.column}__lte": ceiling}, then=Value(ceiling)) for ceiling in sorted(self.ceilings)]
        return Case(
            When(**{f"{self.column}__isnull": True}, then=Value(None)),
            *steps,
            default=Value(-1),
            output_field=IntegerField(),
        )

    @property
    def key_name(self) -> str:
        return f"{self.column}_ceiling"

    def carried(self, key: Any) -> Iterable[str]:
        if key is None:
            return (UNKNOWN,)
        return [str(ceiling) for ceiling in self.ceilings if 0 <= key <= ceiling]

    def condition(self, values: Collection[str]) -> Q:
        ceilings = [int(value) for value in values if value != UNKNOWN]
        condition = Q(**{f"{self.column}__lte": max(ceilings)}) if ceilings else Q(**{f"{self.column}__in": []})
        return condition | Q(**{f"{self.column}__isnull": True}) if UNKNOWN in values else condition

    def clean(self, values: Iterable[str]) -> list[str]:
        asked = [value.strip().lower() for value in values]
        amounts = {int(text) for text in asked if text.isascii() and text.isdigit() and len(text) <= 9}
        ceilings = sorted(amount for amount in amounts if amount <= self.highest)
        return [str(amount) for amount in ceilings] + ([UNKNOWN] if self.unknown and UNKNOWN in asked else [])

    def with_values(self, values: Iterable[str]) -> "CeilingFacet":
        """With the ceilings a visitor brought along as options."""
        brought = {int(value) for value in values if value != UNKNOWN}
        if brought <= set(self.ceilings):
            return self
        return CeilingFacet(
            name=self.name,
            label=self.label,
            options=(),
            column=self.column,
            unknown=self.unknown,
            note=self.note,
            ceilings=sorted(brought | set(self.ceilings)),
            highest=self.highest,
            words=self.words,
        )

    def label_of(self, value: str) -> str:
        return super().label_of(value) if value == UNKNOWN else self.words.format(int(value))


@dataclass(frozen=True)
class Counts:
    """How many rows pass, how many carry each option, and how many would pass without one facet."""

    total: int
    options: Mapping[str, Mapping[str, int]]
    without: Mapping[str, int]


def count(rows: QuerySet, facets: Sequence[Facet], chosen: Mapping[str, Collection[str]]) -> Counts:
    """The numbers beside all options of ``facets``, exact, by one SQL statement.

    ``rows`` are narrowed by everything that is no facet (search, radius);
    ``chosen`` says which options are on. Each row is marked with the facets it
    misses, one bit each: a row that misses none counts everywhere, a row that
    misses exactly one counts only in that one, every other row nowhere.
    """
    missed: Any = Value(0, IntegerField())
    for bit, facet in enumerate(facets):
        if chosen.get(facet.name):
            missed = missed + Case(
                When(facet.condition(chosen[facet.name]), then=Value(0)),
                default=Value(1 << bit),
                output_field=IntegerField(),
            )
    keys = {facet.key_name: facet.key for facet in facets}
    columns = {name: f"key_{position}" for position, name in enumerate(keys)}
    narrow = (
        rows.order_by()
        .annotate(**{columns[name]: key for name, key in keys.items()}, missed=Coalesce(missed, 0))
        .values("missed", *columns.values())
    )
    sums: dict[str, dict[int, dict[Any, int]]] = {name: defaultdict(dict) for name in keys}
    totals: dict[int, int] = defaultdict(int)
    for miss, group, values, number in _groups(narrow, list(columns.values())):
        if group is None:
            totals[miss] += number
        else:
            name = list(keys)[group]
            key = values[group]
            sums[name][miss][tuple(key) if isinstance(key, list) else key] = number

    options: dict[str, dict[str, int]] = {}
    for bit, facet in enumerate(facets):
        numbers = dict.fromkeys((option.value for option in facet.options), 0)
        for miss in (0, 1 << bit):
            for key, number in sums[facet.key_name].get(miss, {}).items():
                for value in facet.carried(key):
                    if value in numbers:
                        numbers[value] += number
        options[facet.name] = numbers
    without = {facet.name: totals[0] + totals[1 << bit] for bit, facet in enumerate(facets)}
    return Counts(totals[0], options, without)


def _groups(narrow: QuerySet, columns: list[str]) -> Iterable[tuple[int, int | None, Sequence[Any], int]]:
    """(missed facets, which column the group is of or None for the total, the row's keys, rows)."""
    try:
        inner, params = narrow.query.sql_with_params()
    except EmptyResultSet:
        return
    listed = ", ".join(columns)
    sets = ", ".join(["(missed)", *(f"(missed, {column})" for column in columns)])
    grouping = f"grouping({listed})" if columns else "0"
    sql = (
        f"SELECT missed, {grouping}, count(*){''.join(f', {column}' for column in columns)} FROM ({inner}) narrow "
        f"WHERE missed & (missed - 1) = 0 GROUP BY GROUPING SETS ({sets})"
    )
    # grouping() has a bit for each column, the last one lowest; it is off for the column a group is of.
    everything = (1 << len(columns)) - 1
    group_of = {everything ^ (1 << (len(columns) - 1 - index)): index for index in range(len(columns))}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for miss, mask, number, *values in cursor.fetchall():
            yield miss, group_of.get(mask) if columns else None, values, number
