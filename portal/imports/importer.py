"""The declaration of one official source, and a row as it is handed to it."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, TypeVar

from portal.models import Fact

from .refusals import RowRefused
from .tables import Layout, Table, clean_cell, open_table

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class SourceFacts:
    """What a ``Source`` row says when an import makes it; what editors changed there later stays."""

    slug: str
    name: str
    publisher: str
    url: str
    licence: str = "Work of the US federal government, no copyright (17 USC 105)"
    credit: str = ""


@dataclass(frozen=True)
class Period:
    """Which edition a file is: a suggestion from its name, or the operator's word."""

    name: str  # as it is printed: "2023–24"
    year: int  # the last year it speaks of
    provisional: bool = False


@dataclass
class Note:
    """Something about one line for people to look at."""

    line: int
    column: str
    value: str
    advice: str
    suggestion: str = ""  # what is most likely meant


class Row:
    """One data row. Cells are asked for by our own names, trimmed, "" where the column is absent."""

    __slots__ = ("_header", "_places", "cells", "line", "notes")

    def __init__(self, table: Table, line: int, cells: list[str], notes: list[Note]) -> None:
        self._places = table.places
        self._header = table.header
        self.line = line
        self.cells = cells
        self.notes = notes

    def __getitem__(self, name: str) -> str:
        place = self._places.get(name)
        return "" if place is None else clean_cell(self.cells[place])

    def has(self, name: str) -> bool:
        return name in self._places

    def read(self, name: str, parser: Callable[..., T], *args: Any, **options: Any) -> T:
        """The cell through a parser of ``portal.imports.cells``; a refusal says which column and value."""
        cell = self[name]
        try:
            return parser(cell, *args, **options)
        except RowRefused as refusal:
            refusal.column, refusal.value = self.official(name), cell
            raise

    def read_or_note(self, name: str, parser: Callable[..., T], *args: Any, default: D, **options: Any) -> T | D:
        """As :meth:`read`, but a refused cell costs only itself: it is noted, and ``default`` stands for it."""
        try:
            return self.read(name, parser, *args, **options)
        except RowRefused as refusal:
            self.notes.append(Note(self.line, refusal.column, refusal.value, refusal.advice))
            return default

    def refuse(self, name: str, advice: str) -> RowRefused:
        """The refusal to raise for what stands in ``name``."""
        return RowRefused(advice, self.official(name), self[name])

    def official(self, name: str) -> str:
        place = self._places.get(name)
        return name if place is None else self._header[place]


class Importer:
    """One official source. Subclasses say what they read and turn a row into facts.

    ``facts`` yields tuples in the order ``model.KEY + model.VALUES``; nothing at all
    for a row that is no fact (a total). It raises RowRefused, or Unmatched for an
    identifier nobody knows.
    """

    source: ClassVar[SourceFacts]
    model: ClassVar[type[Fact]]
    layouts: ClassVar[Sequence[Layout]]
    # Our names of the columns that say which row it is, for people who have to find it. Empty: the first column read.
    named_by: ClassVar[Sequence[str]] = ()
    skips_notes: ClassVar[bool] = False
    # In a release of several files, a row whose value is null gives way to another file's row with one.
    gives_way: ClassVar[str] = ""
    # The agency publishes first a provisional file, then a revised one.
    is_provisional_at_first: ClassVar[bool] = False

    @classmethod
    def open(cls, paths: Sequence[str | Path]) -> list[Table]:
        """The tables of one release, in the order they are read. Raises FileRefused for what is none of them."""
        return [open_table(path, cls.layouts, skips_notes=cls.skips_notes) for path in paths]

    def prepare(self) -> None:
        """Look up what rows refer to. Raises FileRefused when something has to be imported first."""

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        raise NotImplementedError

    def begin_file(self, table: Table) -> None:
        """Before the first row of each file. Raises FileRefused for a file that only looks right."""

    def before_storing(self) -> None:
        """After the last row, before facts are compared."""

    def holding(self) -> AbstractContextManager[None]:
        """Around the whole import, inside its transaction."""
        return nullcontext()

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        """The edition a file of this name would be; None when the name does not say."""
        return None

    @classmethod
    def period_name(cls, year: int) -> str:
        """How the period ending in ``year`` is printed when the operator gives only the year."""
        return academic_year(year)


def academic_year(last: int) -> str:
    """The academic year that ends in ``last``: 2024 is "2023–24"."""
    return f"{last - 1}–{last % 100:02d}"


def year_in(name: str, pattern: str) -> int | None:
    """The year the one group of ``pattern`` finds in a file's name, any case."""
    match = re.search(pattern, PurePosixPath(name).name, re.IGNORECASE)
    return int(match[1]) if match else None
