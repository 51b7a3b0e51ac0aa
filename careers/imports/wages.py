"""OEWS wages (BLS), national and by state. Source: https://www.bls.gov/oes/tables.htm"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any, ClassVar

from openpyxl import load_workbook

from careers.models import Occupation, Wage
from portal.imports import cells
from portal.imports.files import OfficialFile
from portal.imports.importer import Importer, Period, Row, SourceFacts, year_in
from portal.imports.refusals import FileRefused, RowRefused, Unmatched
from portal.imports.tables import Columns, Layout, Table
from portal.models import Area, State
from portal.reasons import Reason

from .titles import ALL_OCCUPATIONS, Total, create_from

BLS = "U.S. Bureau of Labor Statistics"
URL = "https://www.bls.gov/oes/tables.htm"

NEEDED: Columns = {
    "AREA": "area",
    "AREA_TYPE": "area_type",
    "OCC_CODE": "soc",
    "OCC_TITLE": "title",
    "O_GROUP": "group",
    "TOT_EMP": "employment",
    "A_MEAN": "mean",
    "A_PCT10": "p10",
    "A_PCT25": "p25",
    "A_MEDIAN": "median",
    "A_PCT75": "p75",
    "A_PCT90": "p90",
}
# Industry columns tell the whole economy from one industry; the hourly ones say why a year's wage is blank.
OPTIONAL: Columns = {
    "I_GROUP": "industry",
    "H_MEAN": "hourly_mean",
    "H_MEDIAN": "hourly_median",
    "HOURLY": "hourly_only",
}
NATION, STATES, TERRITORY = "1", "2", "3"

# The wage "#" stands for, in dollars a year, by release. Workbooks say it in their notes; CSV copies cannot.
TOP_CODES = {2023: 239_200, 2024: 239_200, 2025: 239_200}
TOP_CODE_NOTE = re.compile(r"equal to or greater than \$[\d.,]+ per hour or \$([\d,]+) per year")
NOTES_WITHIN = 100  # lines of a sheet
ENOUGH = 3_000  # rows that show every kind of area: the nation has half as many and stands first

# Field descriptions of the files: * wage estimate not available, ** employment estimate not available.
# A blank is what re-encoded copies leave of either.
EMPLOYMENT_MISSING = {"**": Reason.NOT_RELEASED, "*": Reason.NOT_RELEASED, "": Reason.NOT_IN_FEDERAL_DATA}
WAGE_MISSING = {"*": Reason.NOT_RELEASED, "": Reason.NOT_IN_FEDERAL_DATA}
BY_THE_HOUR = {"*": Reason.HOURLY_ONLY, "": Reason.HOURLY_ONLY}


class Wages(Importer):
    """Detailed occupations and the total of all; the groups between them are sums of these and are left out."""

    model = Wage
    layouts = [Layout(NEEDED, OPTIONAL)]
    kinds_of_area: ClassVar[tuple[str, ...]]

    def __init__(self, year: int | None = None) -> None:
        self.year = year  # of the release; decides what a top-coded wage stands for
        self.total = Total()

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        year = year_in(name, r"_m(20\d\d)(?!\d)")
        return Period(cls.period_name(year), year) if year else None

    @classmethod
    def period_name(cls, year: int) -> str:
        return f"May {year}"

    def prepare(self) -> None:
        self.areas = dict(State.objects.values_list("fips", "code")) | {"99": "US"}
        self.known_areas = set(Area.objects.values_list("code", flat=True))

    def begin_file(self, table: Table) -> None:
        self.top_code = _noted_top_code(table.file) or TOP_CODES.get(self.year or 0)
        self.learn_occupations(table)
        self.occupations: dict[str, int] = dict(Occupation.objects.values_list("soc", "id"))

    def learn_occupations(self, table: Table) -> None:
        """Before the rows: a national file is itself a list of occupations."""

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        group = row["group"].lower()
        if group != "detailed" and not (group == "total" and row["soc"] == ALL_OCCUPATIONS):
            return
        if row["area_type"] not in self.kinds_of_area or row["industry"].lower() not in ("cross-industry", ""):
            return
        soc = row.read("soc", cells.soc)
        if soc not in self.occupations:
            near = [known for known in self.occupations if known[:6] == soc[:6]]
            suggestion = f"{min(near)}, of the same group" if near else ""
            raise Unmatched(
                "This SOC code is new: import the national file first.", row.official("soc"), soc, suggestion
            )
        wages = {name: self._wage(row, name) for name in Wage.MEASURES}
        _refuse_disorder(row, wages)
        top_coded = {name: Reason.TOP_CODED.value for name in Wage.MEASURES if row[name] == "#"}
        employment = row.read("employment", cells.rounded, EMPLOYMENT_MISSING)
        figures, reasons = cells.split(employment=employment, **wages)
        area = self._area(row)
        self.total.count(soc, employment)
        yield (
            self.occupations[soc],
            area,
            *(figures[name] for name in Wage.VALUES if name != "reasons"),
            cells.as_json(reasons | top_coded),
        )

    def _area(self, row: Row) -> str:
        area = self.areas.get(row["area"].zfill(2))
        if area not in self.known_areas:
            raise RowRefused("This is no state or territory we know.", row.official("area"), row["area"])
        return area or ""

    def _wage(self, row: Row, name: str) -> int | Reason:
        """Whole dollars a year, the floor of a top-coded wage, or why there is none."""
        if row[name] == "#":
            if self.top_code is None:
                raise row.refuse(name, "This release's top code is not known: import the workbook, whose notes say it.")
            return self.top_code
        return row.read(name, cells.rounded, BY_THE_HOUR if _is_hourly(row) else WAGE_MISSING)


class NationalWages(Wages):
    source = SourceFacts("oews-national", "BLS OEWS national estimates", BLS, URL)
    kinds_of_area = (NATION,)

    def learn_occupations(self, table: Table) -> None:
        create_from(table, code="soc", title="title", only={"group": "detailed"})
        create_from(table, code="soc", title="title", only={"group": "total"})

    def before_storing(self) -> None:
        self.total.check()


class StateWages(Wages):
    source = SourceFacts("oews-states", "BLS OEWS state estimates", BLS, URL)
    kinds_of_area = (STATES, TERRITORY)


IMPORTERS: tuple[type[Wages], ...] = (NationalWages, StateWages)


def importers_for(table: Table) -> list[type[Wages]]:
    """Whose rows are in this file, by its kinds of area. Raises FileRefused when it is nobody's."""
    start = islice(table.rows(), ENOUGH)
    kinds = {Row(table, line, row, [])["area_type"] for line, row in start if row}
    found = [importer for importer in IMPORTERS if kinds & set(importer.kinds_of_area)]
    if not found:
        raise FileRefused(
            f"{table.file.name} holds neither national nor state wages: its AREA_TYPE is {', '.join(sorted(kinds))}."
        )
    return found


def _is_hourly(row: Row) -> bool:
    """Whether only hourly wages are published: flagged, or, in copies without the flag, seen from the wages."""
    if row.has("hourly_only"):
        return row["hourly_only"].upper() in ("TRUE", "1")
    return any(row[name].replace(".", "").isdigit() for name in ("hourly_mean", "hourly_median")) and not any(
        row[name].isdigit() for name in Wage.MEASURES
    )


def _refuse_disorder(row: Row, wages: dict[str, int | Reason]) -> None:
    """Percentiles rise; where they do not, columns are shifted or swapped. Raises RowRefused."""
    rising = [(name, wage) for name in Wage.PERCENTILES if not isinstance(wage := wages[name], Reason)]
    for (_, low), (name, high) in pairwise(rising):
        if low > high:
            raise row.refuse(name, "This percentile is below a lower one: are the columns shifted?")


def _noted_top_code(file: OfficialFile) -> int | None:
    """The yearly wage "#" stands for, as the notes of a workbook say."""
    if not file.is_workbook:
        return None
    book = load_workbook(file.open(), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        for cell_row in sheet.iter_rows(max_row=NOTES_WITHIN, max_col=3, values_only=True):
            for cell in cell_row:
                note = TOP_CODE_NOTE.search(cell) if isinstance(cell, str) else None
                if note:
                    return int(note[1].replace(",", ""))
    return None
