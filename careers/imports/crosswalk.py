"""The CIP 2020 to SOC 2018 crosswalk (NCES and BLS). Source: https://nces.ed.gov/ipeds/cipcode/post3.aspx?y=56"""

from collections.abc import Iterator
from typing import Any

from careers.models import CrosswalkPair, Occupation
from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, year_in
from portal.imports.refusals import Unmatched
from portal.imports.tables import Columns, Layout, Table
from schools.imports.known import NCES, Fields

from .titles import create_from

COLUMNS: Columns = {
    "CIP2020Code": "cip",
    "SOC2018Code": "soc",
    "SOC2018Title": "title",
}
NO_FIELD = "99.9999"  # a SOC code no field leads to
NO_OCCUPATION = "99-9999"  # a CIP code that leads to no occupation
PERIOD = "CIP 2020 to SOC 2018"


class Crosswalk(Importer):
    """Which fields of study prepare for which occupations, as published. What students see is curated apart from it."""

    source = SourceFacts(
        "cip-soc-crosswalk",
        "CIP–SOC crosswalk",
        f"{NCES} and U.S. Bureau of Labor Statistics",
        "https://nces.ed.gov/ipeds/cipcode/post3.aspx?y=56",
    )
    model = CrosswalkPair
    layouts = [Layout(COLUMNS)]

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        year = year_in(name, r"^cip(20\d\d)_?soc20\d\d.*crosswalk")
        return Period(cls.period_name(year), year) if year else None

    @classmethod
    def period_name(cls, year: int) -> str:
        return PERIOD if year == 2020 else str(year)

    def prepare(self) -> None:
        self.fields = Fields()

    def begin_file(self, table: Table) -> None:
        create_from(table, code="soc", title="title")
        self.occupations: dict[str, int] = dict(Occupation.objects.values_list("soc", "id"))

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        if row["cip"] == NO_FIELD or row["soc"] == NO_OCCUPATION:
            return
        field = self.fields.of(row)
        soc = row.read("soc", cells.soc)
        if soc not in self.occupations:
            raise Unmatched("This SOC code has no title here.", row.official("soc"), soc)
        yield field, self.occupations[soc]
