"""IPEDS directory (HD): the schools there are. Source: https://nces.ed.gov/ipeds/datacenter/DataFiles.aspx"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, academic_year, year_in
from portal.imports.refusals import RowRefused
from portal.imports.tables import Layout
from portal.models import State
from portal.reasons import Reason
from schools.levels import Control
from schools.models import SchoolRecord
from schools.relisting import holding_relisting

from .identity import Newcomers
from .known import IPEDS_URL, NCES

# The names of the chief officers (CHFNM, CHFTITLE) are never read.
COLUMNS = {
    "UNITID": "unitid",
    "INSTNM": "name",
    "ADDR": "address",
    "CITY": "city",
    "STABBR": "state",
    "ZIP": "zip",
    "OPEID": "opeid",
    "WEBADDR": "website",
    "SECTOR": "sector",
    "CONTROL": "control",
    "ACT": "act",
    "NEWID": "newid",
    "CLOSEDAT": "closed_on",
    "PSET4FLG": "title_iv",
    "LONGITUD": "longitude",
    "LATITUDE": "latitude",
}
OPTIONAL = {"IALIAS": "aliases", "COUNTYNM": "county"}  # files before 2010 have none

STATUS = SchoolRecord.Status
# ACT of the HD dictionary. M closed within the year and still has data; a child campus (G) is neither
# closed nor merged.
ACTIVITY = {
    "A": STATUS.OPEN,
    "N": STATUS.OPEN,
    "R": STATUS.OPEN,
    "I": STATUS.OPEN,
    "M": STATUS.CLOSED,
    "D": STATUS.CLOSED,
    "C": STATUS.MERGED,
    "G": STATUS.CHILD,
}
CONTROLS = {"1": Control.PUBLIC, "2": Control.NONPROFIT, "3": Control.FOR_PROFIT, "-3": Control.UNKNOWN}
NONE = {"", ".", "-1", "-2", "-3"}
BETWEEN_ALIASES = re.compile(r"\||\s{2,}|[\r\n]+")


class Institutions(Importer):
    source = SourceFacts("ipeds-institutions", "IPEDS institutional characteristics, directory", NCES, IPEDS_URL)
    model = SchoolRecord
    layouts = [Layout(COLUMNS, OPTIONAL)]

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        """HD2024 is the directory of 2024–25."""
        year = year_in(name, r"^hd(20\d\d)")
        return Period(academic_year(year + 1), year + 1) if year else None

    def holding(self) -> AbstractContextManager[None]:
        return holding_relisting()

    def prepare(self) -> None:
        self.states = set(State.objects.values_list("code", flat=True))
        self.newcomers = Newcomers()

    def before_storing(self) -> None:
        self.newcomers.write()

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        unitid = row.read("unitid", cells.code, 6)
        name = row.read("name", cells.text, 160)
        if not name:
            raise row.refuse("name", "A school needs a name.")
        state = row["state"].upper()
        if state not in self.states:
            raise row.refuse("state", "This is no state or territory we know.")
        status = ACTIVITY.get(row["act"].upper())
        if status is None:
            raise row.refuse("act", "This code says neither open, closed, merged nor child campus.")
        control = CONTROLS.get(row["control"])
        if control is None:
            raise row.refuse("control", "This must be 1, 2, 3 or -3.")
        heir = self._heir(row, unitid)
        latitude, longitude = self._position(row)
        closed_on = row.read_or_note("closed_on", cells.date, cells.IPEDS_MISSING, default=Reason.NOT_REPORTED)
        city = row.read_or_note("city", cells.text, 60, default="")
        yield (
            self.newcomers.school(unitid, name, city, state),
            name,
            self._aliases(row),
            row.read_or_note("address", cells.text, 160, default=""),
            city,
            state,
            row.read_or_note("zip", self._zip, default=""),
            row.read_or_note("county", _words, 60, default=""),
            row.read_or_note("opeid", _opeid, default=""),
            row.read_or_note("website", _website, default=""),
            control.value,
            row.read_or_note("sector", _sector, default=None),
            status.value,
            None if isinstance(closed_on, Reason) or status == STATUS.OPEN else closed_on,
            heir if status == STATUS.MERGED else "",
            heir if status == STATUS.CHILD else "",
            row["title_iv"] == "1",
            latitude,
            longitude,
        )

    @staticmethod
    def _zip(cell: str) -> str:
        return "" if cell in NONE else cells.zip_code(cell)

    @staticmethod
    def _heir(row: Row, unitid: str) -> str:
        """NEWID; one that points to the school itself says nothing. Longer circles are cut when it is listed."""
        if row["newid"] in NONE:
            return ""
        heir = row.read_or_note("newid", cells.code, 6, default="")
        return "" if heir == unitid else heir

    @staticmethod
    def _aliases(row: Row) -> str:
        names: dict[str, None] = {}
        for part in BETWEEN_ALIASES.split(row["aliases"]):
            try:
                name = cells.text(part, 200)
            except RowRefused:
                continue
            if name and name not in NONE:
                names[name] = None
        return "\n".join(names)

    @staticmethod
    def _position(row: Row) -> tuple[float | None, float | None]:
        """Degrees; both or neither. 0, 0 lies in the sea. West of Greenwich is negative, Guam is not."""
        latitude = row.read_or_note(
            "latitude", cells.decimal, cells.IPEDS_MISSING, -90, 90, default=Reason.NOT_REPORTED
        )
        longitude = row.read_or_note(
            "longitude", cells.decimal, cells.IPEDS_MISSING, -180, 180, default=Reason.NOT_REPORTED
        )
        if isinstance(latitude, Reason) or isinstance(longitude, Reason) or not (latitude or longitude):
            return None, None
        return float(latitude), float(longitude)


def _words(cell: str, longest: int) -> str:
    return "" if cell in NONE else cells.text(cell, longest)


def _opeid(cell: str) -> str:
    """Eight digits; a spreadsheet may have cut the zeros in front, which leaves one reading."""
    if cell in NONE:
        return ""
    return cells.code(cell.zfill(8) if cell.isdigit() and len(cell) in (6, 7) else cell, 8)


def _website(cell: str) -> str:
    return "" if cell in NONE else cells.web_address(cell)


def _sector(cell: str) -> int | None:
    """0 is a central office; 99 and missing are unknown."""
    sector = cells.whole(cell, cells.IPEDS_MISSING, 0, 99)
    return None if isinstance(sector, Reason) or sector == 99 else sector
