"""Employment projections (BLS): occupation.xlsx, or its table 1.2 (and 1.10) as CSV.

Source: https://www.bls.gov/emp/tables.htm
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from careers.models import Occupation, Projection
from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts
from portal.imports.refusals import FileRefused
from portal.imports.tables import Layout, Table
from portal.reasons import Reason

from .titles import ALL_OCCUPATIONS, Total, create_from
from .wages import BLS

Names = dict[str | re.Pattern[str], str]
# Column names carry the years of the edition.
EMPLOYMENT = re.compile(r"^EMPLOYMENT, (\d{4})$")
SHARED: Names = {
    re.compile(r"^\d{4} NATIONAL EMPLOYMENT MATRIX TITLE$"): "title",
    re.compile(r"^\d{4} NATIONAL EMPLOYMENT MATRIX CODE$"): "soc",
    "OCCUPATION TYPE": "kind",
    EMPLOYMENT: "employment_base",
    re.compile(r"^EMPLOYMENT CHANGE, NUMERIC, "): "change",
    re.compile(r"^EMPLOYMENT CHANGE, PERCENT, "): "percent",
    re.compile(r"^OCCUPATIONAL OPENINGS, "): "openings",
}
EDUCATION: Names = {
    "TYPICAL EDUCATION NEEDED FOR ENTRY": "education",
    "WORK EXPERIENCE IN A RELATED OCCUPATION": "experience",
    "TYPICAL ON-THE-JOB TRAINING NEEDED TO ATTAIN COMPETENCY IN THE OCCUPATION": "training",
}
CHECKING: Names = {re.compile(r"^TOTAL OCCUPATIONAL SEPARATIONS, "): "separations"}
# Notes of the tables: data is unavailable for values denoted with a dash.
MISSING = dict.fromkeys(("—", "–", "-", ""), Reason.NOT_RELEASED)
FIGURES = ("employment_base", "employment_target", "change", "percent", "openings")


class TwoYears(Layout):
    """Tells the two employment columns apart by the year each names; the earlier one is the base."""

    def places(self, header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
        found, missing = super().places(header)
        years = employment_years(header)
        if len(years) == 2:
            (_, found["employment_base"]), (_, found["employment_target"]) = years
        elif "employment_base" in found:
            missing.append("Employment of the base year and of the target year")
        return found, missing


def employment_years(header: Sequence[str]) -> list[tuple[int, int]]:
    """Year and place of each employment column, earliest first."""
    return sorted((int(match[1]), place) for place, name in enumerate(header) if (match := EMPLOYMENT.match(name)))


class Projections(Importer):
    """Line items, and all occupations together as the comparator; groups are left out."""

    source = SourceFacts("bls-projections", "BLS Employment Projections", BLS, "https://www.bls.gov/emp/tables.htm")
    model = Projection
    # Table 1.10 repeats what table 1.2 says and adds separations, which we do not show: it only checks.
    layouts = [TwoYears(SHARED | EDUCATION), TwoYears(SHARED | CHECKING)]
    skips_notes = True

    def __init__(self) -> None:
        self.years: tuple[int, int] | None = None
        self.openings: dict[str, Any] = {}
        self.total = Total()

    def begin_file(self, table: Table) -> None:
        years = span(table)
        if self.years is None and is_second(table):
            raise FileRefused(f"{table.file.name} is table 1.10: table 1.2 is needed, alone or before it.")
        if self.years not in (None, years):
            raise FileRefused(
                f"{table.file.name} is of another edition, {years[0]} to {years[1]}, than the file before."
            )
        self.years, self.is_check = years, is_second(table)
        if not self.is_check:
            create_from(table, code="soc", title="title", only={"kind": "line item"})
            create_from(table, code="soc", title="title", only={"soc": ALL_OCCUPATIONS})
            self.occupations: dict[str, int] = dict(Occupation.objects.values_list("soc", "id"))

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        soc = row.read("soc", cells.soc)
        if row["kind"].lower() != "line item" and soc != ALL_OCCUPATIONS:
            return
        openings = row.read("openings", _jobs)
        if self.is_check:
            if self.openings.get(soc, openings) != openings:
                raise row.refuse("openings", "Table 1.2 says another number: are both of the same edition?")
            return
        self.openings[soc] = openings
        figures, reasons = cells.split(
            employment_base=row.read("employment_base", _jobs),
            employment_target=row.read("employment_target", _jobs),
            change=row.read("change", _jobs, low=None),
            percent=row.read("percent", cells.decimal, MISSING, low=None, high=99_999),
            openings=openings,
        )
        self.total.count(soc, figures["employment_base"])
        base, target = self.years or (0, 0)
        yield (
            self.occupations[soc],
            base,
            target,
            *(figures[name] for name in FIGURES),
            *(row.read(name, _words) for name in ("education", "experience", "training")),
            cells.as_json(reasons),
        )

    def before_storing(self) -> None:
        self.total.check()


def is_second(table: Table) -> bool:
    """Whether this is table 1.10, which has no education columns."""
    return "education" not in table.places


def span(table: Table) -> tuple[int, int]:
    """Base and target year. Raises FileRefused when the column names do not say both."""
    years = [year for year, _ in employment_years(table.header)]
    if len(years) != 2 or years[0] >= years[1]:
        raise FileRefused(f"{table.file.name} does not name a base and a target year in its columns.")
    return years[0], years[1]


def edition(table: Table) -> Period:
    """The edition a table is of, by its own column names: "2024–34"."""
    base, target = span(table)
    return Period(f"{base}–{target % 100:02d}", target)


def _jobs(cell: str, low: int | None = 0) -> int | Reason:
    """Jobs, from thousands with one decimal."""
    thousands = cells.decimal(cell, MISSING, low=low, high=2_000_000)
    return thousands if isinstance(thousands, Reason) else int((thousands * Decimal(1000)).to_integral_value())


def _words(cell: str) -> str:
    """ "None" is an answer (no experience needed); a dash is none."""
    return "" if cell in MISSING else cells.text(cell, 80)
