"""Published prices (IPEDS IC_AY, from 2024-25 COST1). Source: https://nces.ed.gov/ipeds/datacenter/DataFiles.aspx"""

from collections.abc import Iterator
from typing import Any

from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, academic_year, year_in
from portal.imports.tables import Layout
from portal.reasons import Reason
from schools.models import PublishedPrice

from .known import IPEDS_URL, NCES, Schools

LEVEL, RESIDENCY = PublishedPrice.StudentLevel, PublishedPrice.Residency
# The number at the end of TUITION…, FEE… and HRCHG….
GROUPS = {
    "1": (LEVEL.UNDERGRADUATE, RESIDENCY.IN_DISTRICT),
    "2": (LEVEL.UNDERGRADUATE, RESIDENCY.IN_STATE),
    "3": (LEVEL.UNDERGRADUATE, RESIDENCY.OUT_OF_STATE),
    "5": (LEVEL.GRADUATE, RESIDENCY.IN_DISTRICT),
    "6": (LEVEL.GRADUATE, RESIDENCY.IN_STATE),
    "7": (LEVEL.GRADUATE, RESIDENCY.OUT_OF_STATE),
}
# Official stem, that of its flag, our name, highest plausible dollars.
PRICES = (
    ("TUITION", "XTUIT", "tuition", 1_000_000),
    ("FEE", "XFEE", "fees", 1_000_000),
    ("HRCHG", "XHRCHG", "per_credit", 100_000),
)
COLUMNS = {"UNITID": "unitid"} | {f"{stem}{group}": f"{name}{group}" for group in GROUPS for stem, _, name, _ in PRICES}
FLAGS = {f"{flag}{group}": f"{name}{group}_flag" for group in GROUPS for _, flag, name, _ in PRICES}
# Beside a blank. R, Z, C and P stand beside numbers; Y is in no list of NCES.
MEANINGS = {"A": Reason.NOT_APPLICABLE, "B": Reason.NOT_REPORTED}


class Prices(Importer):
    """Undergraduate and graduate prices by residency: the school's, dollars a full-time year."""

    source = SourceFacts("ipeds-prices", "IPEDS published prices", NCES, IPEDS_URL)
    model = PublishedPrice
    layouts = [Layout(COLUMNS, FLAGS)]
    is_provisional_at_first = True

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        """IC2023_AY and COST1_2023 are prices of 2023–24."""
        year = year_in(name, r"^ic(20\d\d)_ay") or year_in(name, r"^cost1_(20\d\d)")
        return Period(academic_year(year + 1), year + 1) if year else None

    def prepare(self) -> None:
        self.schools = Schools()

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        school = self.schools.of(row)
        # All prices of the row are read before the first is given: a bad one refuses them all.
        yield from [
            (school, level.value, residency.value, *self._prices(row, group))
            for group, (level, residency) in GROUPS.items()
        ]

    @staticmethod
    def _prices(row: Row, group: str) -> tuple[Any, ...]:
        figures: dict[str, Any] = {}
        for _, _, name, highest in PRICES:
            price = row.read(f"{name}{group}", cells.rounded, cells.IPEDS_MISSING, 0, highest)
            if isinstance(price, Reason):
                price = MEANINGS.get(row[f"{name}{group}_flag"].upper(), price)
            figures[name] = price
        values, reasons = cells.split(**figures)
        return *values.values(), cells.as_json(reasons)
