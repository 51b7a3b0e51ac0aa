"""The list in the web process: for each option of each facet one bit a row, for each order the rows in it.

Immutable, of one content version, built in one reading of the database. It knows
nothing of schools: facets, orders and places are declared by the apps
(:class:`portal.filtering.Filters`). The numbers are those of :func:`portal.facets.count`,
which asks PostgreSQL instead; tests hold the two against each other.

Memory: an eighth of a byte a row and option, eight bytes a row for its id, four for each
order, four for each column that is kept (amounts with ceilings, places): ``nbytes`` says it.
Rows that pages showed lately are kept beside it, some 3 KB each with their card.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from portal.columns import Columns
from portal.facets import Counts, Facet
from portal.memory import Lately

WORD = 64
SEARCHES_KEPT = 256
ROWS_KEPT = 2_048
SPARSE = 8  # a set that fills less than one word in this many is counted in its own words alone
AT_ONCE = 1 << 16  # words
STEP = 8_192  # rows of an order looked through at a time


@dataclass(frozen=True)
class Hits:
    """Some of the rows and an order of their own: what a search finds, best first, or what lies around a place."""

    positions: np.ndarray
    bits: np.ndarray
    notes: dict[int, str] = field(default_factory=dict)  # what pages said of some of the rows, by their key


@dataclass(frozen=True)
class Places:
    """Where rows are: one place for many rows (a school's programs)."""

    codes: np.ndarray  # a row's place
    latitude: np.ndarray  # of each place, degrees; NaN is unknown
    longitude: np.ndarray


def packed(mask: np.ndarray, words: int) -> np.ndarray:
    bits = np.zeros(words * 8, np.uint8)
    some = np.packbits(mask, bitorder="little")
    bits[: len(some)] = some
    return bits.view(np.uint64)


def number_in(bits: np.ndarray) -> int:
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


@dataclass
class FacetIndex:
    version: int
    ids: np.ndarray
    facets: Sequence[Facet]
    bits: np.ndarray  # one row of bits an option, facet after facet
    rows: dict[str, dict[str, int]]  # facet -> option -> which row of bits; a facet's rows are neighbours
    open_columns: dict[str, tuple[np.ndarray, list[Any]]]  # columns that visitors bring options of their own to
    orders: dict[str, np.ndarray]  # sort -> positions
    rank: np.ndarray  # a row's place in the default order
    places: Places | None = None
    searches: Lately[Hits] = field(default_factory=lambda: Lately(SEARCHES_KEPT))
    shown: Lately[Any] = field(default_factory=lambda: Lately(ROWS_KEPT))  # rows of the database that pages showed

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def words(self) -> int:
        return -(-max(self.size, 1) // WORD)

    @property
    def nbytes(self) -> int:
        arrays = [self.ids, self.rank, self.bits, *self.orders.values()]
        arrays += [codes for codes, _ in self.open_columns.values()]
        if self.places:
            arrays += [self.places.codes, self.places.latitude, self.places.longitude]
        arrays += [part for hits in self.searches.all() for part in (hits.positions, hits.bits)]
        return sum(array.nbytes for array in {id(array): array for array in arrays}.values())

    # Sets of rows --------------------------------------------------------------------------------

    def everything(self) -> np.ndarray:
        return packed(np.ones(self.size, bool), self.words)

    def carrying(self, facet: Facet, values: Collection[str]) -> np.ndarray:
        """Rows that carry any of these options."""
        rows = self.rows[facet.name]
        known = [rows[value] for value in values if value in rows]
        bits = np.bitwise_or.reduce(self.bits[known], axis=0, initial=np.uint64(0))
        for value in values:
            if value not in rows:
                bits = bits | self._brought(facet, value)
        return bits

    def _brought(self, facet: Facet, value: str) -> np.ndarray:
        """Rows that carry an option which only this visitor has asked for."""
        codes, keys = self.open_columns[facet.column]
        carries = np.array([value in facet.carried(key) for key in [*keys, None]], bool)
        return packed(carries[codes], self.words)

    def hits(self, text: str, find: Callable[[], Iterable[tuple[int, float]]]) -> Hits:
        """What a search for ``text`` finds, best first, equals in the default order; asked once a version.

        ``find`` gives ids and ranks.
        """
        if known_hits := self.searches.get(text):
            return known_hits
        found = np.array(list(find()), np.float64).reshape(-1, 2)
        ids = found[:, 0].astype(np.int64)
        at = np.searchsorted(self.ids, ids)
        known = (at < self.size) & (self.ids[np.minimum(at, max(self.size - 1, 0))] == ids) if self.size else at < 0
        at, ranks = at[known], found[:, 1][known]
        hits = self.hits_at(at[np.lexsort((self.rank[at], -ranks))])
        self.searches.keep(text, hits)
        return hits

    def hits_at(self, positions: np.ndarray) -> Hits:
        mask = np.zeros(self.size, bool)
        mask[positions] = True
        return Hits(positions.astype(np.int32), packed(mask, self.words))

    # Numbers -------------------------------------------------------------------------------------

    def count(
        self, facets: Sequence[Facet], chosen: Mapping[str, Collection[str]], within: Sequence[np.ndarray] = ()
    ) -> tuple[Counts, np.ndarray]:
        """The numbers beside all options, and the rows that pass everything.

        ``facets`` are those of the index, some perhaps with options that a visitor brought.
        """
        base = np.bitwise_and.reduce(within) if len(within) else self.everything()
        own = {facet.name: self.carrying(facet, chosen[facet.name]) for facet in facets if chosen.get(facet.name)}
        passing = base
        for bits in own.values():
            passing = passing & bits
        total = number_in(passing)
        at_once = self._sums(passing)
        options: dict[str, dict[str, int]] = {}
        without: dict[str, int] = {}
        for facet in facets:
            sums, left, others = at_once, total, passing
            if facet.name in own:
                others = base
                for name, bits in own.items():
                    if name != facet.name:
                        others = others & bits
                left, sums = number_in(others), self._sums(others, facet.name)
            options[facet.name] = self._numbers(facet, sums, others)
            without[facet.name] = left
        return Counts(total, options, without), passing

    def _sums(self, rows: np.ndarray, facet: str = "") -> dict[int, int] | list[int]:
        """How many of these rows carry each option, by its row of bits: of all facets, or of one."""
        start, stop = 0, len(self.bits)
        if facet:
            start = min(self.rows[facet].values(), default=0)
            stop = start + len(self.rows[facet])
        full = np.flatnonzero(rows)
        sparse = len(full) * SPARSE < len(rows)
        rows = rows[full] if sparse else rows
        sums: list[int] = []
        step = max(AT_ONCE // max(len(rows), 1), 1)  # so that what is computed stays in the processor's cache
        for at in range(start, stop, step):
            bits = self.bits[at : min(at + step, stop)]
            sums += np.bitwise_count((bits[:, full] if sparse else bits) & rows).sum(axis=1, dtype=np.uint32).tolist()
        return dict(zip(range(start, stop), sums, strict=True)) if facet else sums

    def _numbers(self, facet: Facet, sums: Any, rows: np.ndarray) -> dict[str, int]:
        at = self.rows[facet.name]
        numbers = {value: sums[row] for value, row in at.items()}
        for option in facet.options:
            if option.value not in numbers:
                numbers[option.value] = number_in(self._brought(facet, option.value) & rows)
        return numbers

    # Pages ---------------------------------------------------------------------------------------

    def page(self, passing: np.ndarray, order: np.ndarray, start: int, stop: int) -> list[int]:
        """The positions ``start`` to ``stop`` of the rows that pass, in this order of positions."""
        mask = np.unpackbits(passing.view(np.uint8), count=self.size, bitorder="little").view(bool)
        found: list[np.ndarray] = []
        seen = 0
        for at in range(0, len(order), STEP):
            some = order[at : at + STEP]
            some = some[mask[some]]
            found.append(some)
            seen += len(some)
            if seen >= stop:
                break
        return np.concatenate(found)[start:stop].tolist() if found else []

    def nearest(self, passing: np.ndarray, miles: np.ndarray, start: int, stop: int) -> list[int]:
        """The same, by the distance of their places; unknown ones last, equals in the default order."""
        assert self.places
        positions = self.positions_in(passing)
        by_distance = np.unique(miles, return_inverse=True)[1]  # NaN is last
        keys = by_distance[self.places.codes[positions]] * np.int64(self.size + 1) + self.rank[positions]
        if stop < len(keys):
            first = np.argpartition(keys, stop)[:stop]
            positions, keys = positions[first], keys[first]
        return positions[np.argsort(keys)][start:stop].tolist()

    def positions_in(self, bits: np.ndarray) -> np.ndarray:
        return np.flatnonzero(np.unpackbits(bits.view(np.uint8), count=self.size, bitorder="little"))

    def at_places(self, which: np.ndarray) -> np.ndarray:
        """Rows at these places (a truth for each place)."""
        assert self.places
        return packed(which[self.places.codes], self.words)

    def place_of(self, pk: int) -> int:
        assert self.places
        return int(self.places.codes[np.searchsorted(self.ids, pk)])

    def ids_of(self, positions: Sequence[int]) -> list[int]:
        return self.ids[list(positions)].tolist() if len(positions) else []


# Building ----------------------------------------------------------------------------------------


def order_of(columns: Columns, keys: Sequence[tuple[str, bool, bool]]) -> np.ndarray:
    """Positions sorted by columns; a key is (column, descending, nulls last). Equal rows stand by id."""
    whole, width = np.zeros(len(columns.ids), np.int64), 1
    for name, descending, nulls_last in keys:
        column = columns.by_name[name]
        if width * (column.size + 1) * (len(whole) + 1) >= 2**62:
            values, whole = np.unique(whole, return_inverse=True)
            width = len(values)
        unknown = column.size if nulls_last else 0
        known = np.arange(column.size) + (not nulls_last)
        place = np.append(known[::-1] if descending else known, unknown).astype(np.int32)  # the last is null: code -1
        whole *= column.size + 1
        whole += place[column.codes]
        width *= column.size + 1
    whole *= len(whole) + 1
    whole += np.arange(len(whole), dtype=np.int32)
    return np.argsort(whole).astype(np.int32)


def fill_bits(bits: np.ndarray, facet: Facet, codes: np.ndarray, keys: list[Any]) -> None:
    """Write the rows of bits of a facet's options, in their order."""
    at = {option.value: row for row, option in enumerate(facet.options)}
    carries = np.zeros((len(at), len(keys) + 1), bool)  # the last key is null: code -1
    for code, key in enumerate([*keys, None]):
        for value in facet.carried(tuple(key) if isinstance(key, list) else key):
            if value in at:
                carries[at[value], code] = True
    for row, carried in zip(bits, carries, strict=True):
        row[:] = packed(carried[codes], len(row))


def places_of(columns: Columns, group: str) -> Places:
    """The places of the groups of rows; every row of a group has the same."""
    codes = columns.by_name[group].codes
    first = np.zeros(columns.by_name[group].size, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return Places(codes, columns.floats["latitude"][first], columns.floats["longitude"][first])
