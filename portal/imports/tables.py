"""A table inside a file: its header found by name, its rows with their line numbers."""

import csv
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook

from .files import OfficialFile, check, find_files
from .refusals import FileRefused

# Official column name, or a pattern for one that carries a year, to our own name.
# Two official names with the same own name are alternatives: the first one present is read.
Columns = Mapping[str, str] | Mapping[str | re.Pattern[str], str]

DELIMITERS = (",", "|", "\t")
HEADER_WITHIN = 15  # lines: titles may stand above the header
LONGEST_CELL = 1 << 20  # characters; past it, a quotation mark was never closed
EXCEL_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)


def heading(text: str) -> str:
    """A column name as it is compared: trimmed, single-spaced, upper case."""
    return " ".join(clean_cell(text).upper().split())


def clean_cell(text: str) -> str:
    """Without surrounding blanks and without Excel's ``="01.0000"``."""
    text = text.strip()
    if text.startswith("="):
        excel = EXCEL_TEXT.match(text)
        if excel:
            return excel[1].strip()
    return text


@dataclass(frozen=True)
class Layout:
    """The columns one official table has: ``needed`` ones refuse the file when they are missing."""

    needed: Columns
    optional: Columns = field(default_factory=dict)

    def places(self, header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
        """Where each own name stands in ``header``, and the needed columns that are nowhere."""
        found: dict[str, int] = {}
        for official, own in itertools.chain(self.needed.items(), self.optional.items()):
            if own in found:
                continue
            for position, name in enumerate(header):
                if official.search(name) if isinstance(official, re.Pattern) else heading(official) == name:
                    found[own] = position
                    break
        missing: dict[str, str] = {}
        for official, own in self.needed.items():
            if own not in found:
                missing.setdefault(own, _name(official))
        return found, list(missing.values())


def _name(official: str | re.Pattern[str]) -> str:
    return official.pattern.strip("^$").replace("\\", "") if isinstance(official, re.Pattern) else official


@dataclass
class Table:
    """One table, ready to be read. ``rows()`` may be called once."""

    file: OfficialFile
    header: list[str]
    places: dict[str, int]
    unknown: list[str]
    lines: Callable[[], Iterator[tuple[int, list[str]]]] = field(repr=False)
    progress: Callable[[], int] = field(default=lambda: 0, repr=False)  # bytes read so far
    skips_notes: bool = False
    file_rows: int = 0  # data rows read

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line and trimmed cells of every data row; a row of the wrong width comes with no cells at all.

        Raises FileRefused when there is no row or the last one is incomplete.
        """
        width, seen = len(self.header), 0
        waiting: tuple[int, list[str]] | None = None
        for line, cells in self.lines():
            if not any(cell and not cell.isspace() for cell in cells):
                continue
            if self.skips_notes and not any(cells[1:]):
                continue  # a note below the data, or a blank heading: text in the first cell only
            if waiting:
                yield self._whole(waiting, width)
            waiting = line, cells
            seen += 1
        if waiting is None:
            raise FileRefused(f"{self.file.name} holds a header and no rows.")
        if len(waiting[1]) < width:
            raise FileRefused(
                f"{self.file.name} is cut short: its last line ({waiting[0]}) has {len(waiting[1])} cells"
                f" of {width}. Download it again."
            )
        yield self._whole(waiting, width)

    @staticmethod
    def _whole(row: tuple[int, list[str]], width: int) -> tuple[int, list[str]]:
        line, cells = row
        if len(cells) != width:
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) != width:
                return line, []
        return line, cells


def open_table(path: str | Path, layouts: Sequence[Layout], *, skips_notes: bool = False) -> Table:
    """The one table in ``path`` that fits a layout: a file, or the revised or only fitting member of an archive.

    Raises FileRefused, in one sentence, for everything that is not that table.
    """
    problems: list[str] = []
    fitting: list[Table] = []
    for file in find_files(Path(path)):
        try:
            check(file)
            fitting.append(_read_workbook(file, layouts) if file.is_workbook else _read_text(file, layouts))
        except FileRefused as refusal:
            if file.is_revised:
                raise  # the first, unrevised table beside it must not slip in instead
            problems.append(str(refusal))
            continue
        if file.is_revised:
            break
    if not fitting:
        raise FileRefused(problems[0])
    if len(fitting) > 1:
        names = ", ".join(table.file.name for table in fitting)
        raise FileRefused(f"{Path(path).name} holds several such tables ({names}): unpack it and name one.")
    fitting[0].skips_notes = skips_notes
    return fitting[0]


def _choose(name: str, headers: Sequence[list[str]], layouts: Sequence[Layout]) -> tuple[int, dict[str, int]]:
    """Which of the first lines is the header, and where our columns stand. Raises FileRefused."""
    best: tuple[int, list[str], int] | None = None
    for number, cells in enumerate(headers):
        # A whole file that lost a column is not taken for the smaller table it still contains.
        closest = max((_fit(layout, cells) for layout in layouts), key=lambda fit: (fit[0], not fit[1]))
        score, missing, found = closest
        if not missing:
            _refuse_doubled(name, cells, found)
            return number, found
        if best is None or score > best[0]:
            best = score, missing, number
    if best is None or not best[0]:
        raise FileRefused(f"{name} is another table: it has none of the columns this import reads.")
    missing = best[1]
    shown = ", ".join(missing[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
    raise FileRefused(
        f"{name} lacks the needed column{'s' if len(missing) > 1 else ''} {shown}: is it the right table, and whole?"
    )


def _fit(layout: Layout, cells: list[str]) -> tuple[int, list[str], dict[str, int]]:
    """How many needed columns this header has, which are missing, and where all of ours stand."""
    found, missing = layout.places(cells)
    return len(found.keys() & set(layout.needed.values())), missing, found


def _refuse_doubled(name: str, header: list[str], found: dict[str, int]) -> None:
    doubled = sorted({header[place] for place in found.values() if header.count(header[place]) > 1})
    if doubled:
        raise FileRefused(f"{name} has the needed column {', '.join(doubled)} more than once.")


def _unknown(header: list[str], layouts: Sequence[Layout]) -> list[str]:
    known: set[int] = set()
    for layout in layouts:
        known.update(layout.places(header)[0].values())
    return [name for place, name in enumerate(header) if name and place not in known]


def _read_text(file: OfficialFile, layouts: Sequence[Layout]) -> Table:
    with file.text()[0] as text:
        start = list(itertools.islice(text, HEADER_WITHIN))
    choices = []
    refusal: FileRefused | None = None
    for delimiter in DELIMITERS:
        try:
            headers = [[heading(cell) for cell in cells] for cells in csv.reader(start, delimiter=delimiter)]
        except csv.Error:
            continue
        try:
            number, places = _choose(file.name, headers, layouts)
        except FileRefused as problem:
            # The delimiter that finds some needed columns knows best which ones are missing.
            if refusal is None or "another table" in str(refusal):
                refusal = problem
            continue
        choices.append((delimiter, headers[number], number, places))
    if not choices:
        raise refusal or FileRefused(f"{file.name} is not a table.")
    delimiter, header, number, places = choices[0]
    position = 0

    def lines() -> Iterator[tuple[int, list[str]]]:
        nonlocal position
        csv.field_size_limit(LONGEST_CELL)
        text, raw = file.text()
        with text:
            reader = csv.reader(text, delimiter=delimiter)
            before = 0
            try:
                for index, cells in enumerate(reader):
                    if index > number:
                        yield before + 1, cells
                    before = reader.line_num
                    if not index % 500:
                        position = raw.tell()
            except csv.Error as error:
                raise FileRefused(f"{file.name} cannot be read after line {before}: {error}.") from error
        position = file.size

    return Table(file, header, places, _unknown(header, layouts), lines, lambda: position)


def _read_workbook(file: OfficialFile, layouts: Sequence[Layout]) -> Table:
    """The sheet with our header: BLS workbooks open on another one and hide some."""
    try:
        book = load_workbook(file.open(), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise FileRefused(f"{file.name} is a damaged workbook: download it again.") from error
    problems = []
    for sheet in sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible"):
        sheet.reset_dimensions()
        start = [
            [heading(_as_text(cell)) for cell in row]
            for row in sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True)
        ]
        try:
            number, places = _choose(file.name, start, layouts)
        except FileRefused as problem:
            problems.append(str(problem))
            continue
        header = start[number]
        while header and not header[-1]:
            header.pop()
        return Table(file, header, places, _unknown(header, layouts), _sheet_lines(sheet, number, len(header)))
    raise FileRefused(
        min(problems, key=lambda problem: "another table" in problem) if problems else f"{file.name} has no sheet."
    )


def _sheet_lines(sheet: Any, number: int, width: int) -> Callable[[], Iterator[tuple[int, list[str]]]]:
    def lines() -> Iterator[tuple[int, list[str]]]:
        for line, row in enumerate(sheet.iter_rows(min_row=number + 2, values_only=True), start=number + 2):
            cells = [_as_text(cell) for cell in row[:width]]
            yield line, cells + [""] * (width - len(cells))

    return lines


def _as_text(cell: object) -> str:
    """A workbook's value as its CSV twin would write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
