"""IPEDS completions (C_DEP): programs offered, and how many of them at a distance. Source: https://nces.ed.gov/ipeds/datacenter/DataFiles.aspx"""

from collections.abc import Iterator
from typing import Any

from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, academic_year, year_in
from portal.imports.refusals import FileRefused
from portal.imports.tables import Layout, Table
from portal.reasons import Reason
from schools.levels import AwardLevel
from schools.models import DistanceOffer

from .completions import is_total
from .known import IPEDS_URL, NCES, Fields, Schools

# Each count P… has a twin P…DE (fully at a distance) and, in newer years, P…DES (partly).
LEVELS = {
    "PCERT2": AwardLevel.CERT_1_2Y,
    "PASSOC": AwardLevel.ASSOCIATE,
    "PCERT4": AwardLevel.CERT_2_4Y,
    "PBACHL": AwardLevel.BACHELOR,
    "PPBACC": AwardLevel.POSTBACC_CERT,
    "PMASTR": AwardLevel.MASTER,
    "PPMAST": AwardLevel.POSTMASTER_CERT,
    "PDOCRS": AwardLevel.DOCTOR_RESEARCH,
    "PDOCPP": AwardLevel.DOCTOR_PRACTICE,
    "PDOCOT": AwardLevel.DOCTOR_OTHER,
}
# Before 2019-20 one column, PCERT1, stood for both; it cannot be told apart and is not read.
NEWER_LEVELS = {"PCERT1A": AwardLevel.CERT_LT_12W, "PCERT1B": AwardLevel.CERT_12W_1Y}

COLUMNS = {"UNITID": "unitid", "CIPCODE": "cip"} | {name: name for level in LEVELS for name in (level, f"{level}DE")}
OPTIONAL = {name: name for level in NEWER_LEVELS for name in (level, f"{level}DE")} | {
    f"{level}DES": f"{level}DES" for level in LEVELS | NEWER_LEVELS
}


class DistanceOffers(Importer):
    """The six-digit rows. Older years say there 1 or 0 (yes or no), newer ones count; both are counts to us."""

    source = SourceFacts("ipeds-distance", "IPEDS completions, programs offered at a distance", NCES, IPEDS_URL)
    model = DistanceOffer
    layouts = [Layout(COLUMNS, OPTIONAL)]
    is_provisional_at_first = True
    named_by = ("unitid", "cip")

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        year = year_in(name, r"^c(20\d\d)_?dep")
        return Period(academic_year(year), year) if year else None

    def prepare(self) -> None:
        self.schools = Schools()
        self.fields = Fields()

    def begin_file(self, table: Table) -> None:
        self.levels = dict(LEVELS)
        for name, level in NEWER_LEVELS.items():
            if (name in table.places) != (f"{name}DE" in table.places):
                raise FileRefused(f"{table.file.name} has only one of the columns {name} and {name}DE.")
            if name in table.places:
                self.levels[name] = level

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        if is_total(row["cip"]):
            return
        school = self.schools.of(row)
        field = self.fields.of(row)
        for name, level in self.levels.items():
            programs = _count(row, name)
            fully = _count(row, f"{name}DE") or 0
            partly = _count(row, f"{name}DES") if row.has(f"{name}DES") else None
            if not programs:
                if fully or partly:
                    raise row.refuse(name, "Programs at a distance, but none offered: look it up at the source.")
                continue
            if max(fully, partly or 0) > programs:
                raise row.refuse(name, "More programs at a distance than offered: look it up at the source.")
            yield school, field, level.value, programs, fully, partly


def _count(row: Row, name: str) -> int | None:
    count = row.read(name, cells.whole, cells.IPEDS_MISSING, 0, 9999)
    return None if isinstance(count, Reason) else count
