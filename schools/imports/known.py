"""Who and what the rows of a file speak of: schools by UNITID, fields of study by CIP code, award levels."""

from portal.imports.cells import cip, code
from portal.imports.importer import Row
from portal.imports.refusals import FileRefused, RowRefused, Unmatched
from schools.levels import AwardLevel
from schools.models import FieldOfStudy, School, SchoolListing

NCES = "National Center for Education Statistics (NCES)"
IPEDS_URL = "https://nces.ed.gov/ipeds/datacenter/DataFiles.aspx"

# IPEDS AWLEVEL. 20 and 21 replaced 1 in 2019-20; 9, 10 and 11 were retired in 2010-11.
AWARD_LEVELS = {
    "20": AwardLevel.CERT_LT_12W,
    "21": AwardLevel.CERT_12W_1Y,
    "2": AwardLevel.CERT_1_2Y,
    "3": AwardLevel.ASSOCIATE,
    "4": AwardLevel.CERT_2_4Y,
    "5": AwardLevel.BACHELOR,
    "6": AwardLevel.POSTBACC_CERT,
    "7": AwardLevel.MASTER,
    "8": AwardLevel.POSTMASTER_CERT,
    "17": AwardLevel.DOCTOR_RESEARCH,
    "18": AwardLevel.DOCTOR_PRACTICE,
    "19": AwardLevel.DOCTOR_OTHER,
}
OLD_LEVELS = {
    "1": "Level 1 (before 2019-20) covers two of today's levels and cannot be told apart.",
    "9": "This level was retired in 2010-11.",
    "10": "This level was retired in 2010-11.",
    "11": "This level was retired in 2010-11.",
}
NOT_IN_DIRECTORY = "No school of this UNITID is in the directory: import the institutions file that lists it."
NOT_IN_CODE_LIST = "This code is not in the CIP 2020 list."
EIGHT_DIGITS = "Eight digits name one campus of a school; IPEDS does not list campuses. Left out."


class Likely:
    """Which school somebody most likely meant: a suggestion for people, never followed by itself."""

    def __init__(self) -> None:
        self.by_unitid: dict[str, str] = {}
        self.by_name: dict[str, str] = {}  # empty where several schools have the name
        for school in SchoolListing.objects.values_list("school__unitid", "name", "state"):
            unitid, name, state = school
            said = " ".join(part for part in (unitid, name, f"({state})" if state else "") if part)
            self.by_unitid[unitid or ""] = said
            self.by_name[name.casefold()] = "" if name.casefold() in self.by_name else said

    def school(self, unitid: str, name: str = "") -> str:
        """An eight-digit UNITID is a campus of the school of its first six; else the one school of this very name."""
        campus = self.by_unitid.get(unitid[:6], "") if len(unitid) == 8 else ""
        return campus or self.by_name.get(name.casefold(), "")


def school_ids() -> dict[str, int]:
    """Every school in IPEDS: UNITID to id."""
    return {str(unitid): school for unitid, school in School.objects.exclude(unitid=None).values_list("unitid", "id")}


class Schools:
    """UNITID to school id."""

    def __init__(self) -> None:
        self.ids = school_ids()
        self.likely = Likely()
        if not self.ids:
            raise FileRefused("There are no schools yet: import the institutions file first.")

    def of(self, row: Row, name: str = "unitid") -> int:
        """The row's school. Raises Unmatched for one nobody knows, RowRefused for what is no UNITID."""
        unitid = row[name]
        school = self.ids.get(unitid)
        if school is not None:
            return school
        if len(unitid) == 8 and unitid.isdigit():
            raise Unmatched(EIGHT_DIGITS, row.official(name), unitid, self.likely.school(unitid))
        unitid = row.read(name, code, 6)
        if unitid not in self.ids:
            raise Unmatched(NOT_IN_DIRECTORY, row.official(name), unitid)
        return self.ids[unitid]


class Fields:
    """CIP 2020 code to field of study id."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = dict(FieldOfStudy.objects.filter(edition="2020").values_list("cip", "id"))
        if not self.ids:
            raise FileRefused("There are no fields of study yet: import the CIP code list first.")

    def _suggest(self, wanted: str) -> str:
        """A field of the same four digits: the general one (.…00) or the nearest code."""
        near = [cip for cip in self.ids if cip[:5] == wanted[:5]]
        if not near:
            return ""
        nearest = min(near, key=lambda cip: (not cip.endswith("00"), abs(int(cip[3:]) - int(wanted[3:7])), cip))
        return f"{nearest}, of the same group"

    def of(self, row: Row, name: str = "cip") -> int:
        """The row's field. Raises RowRefused for a code in no list."""
        known = self.ids.get(row[name])
        if known is not None:
            return known
        cip_code = row.read(name, cip)
        if cip_code not in self.ids:
            raise Unmatched(NOT_IN_CODE_LIST, row.official(name), row[name], self._suggest(cip_code))
        return self.ids[cip_code]


def award_level(row: Row, name: str = "level") -> AwardLevel:
    """Our own level for an AWLEVEL code, perhaps padded ("05"). Raises RowRefused."""
    level = AWARD_LEVELS.get(row[name]) or AWARD_LEVELS.get(row[name].lstrip("0"))
    if level is None:
        advice = OLD_LEVELS.get(row[name].lstrip("0"), "This is no IPEDS award level.")
        raise RowRefused(advice, row.official(name), row[name])
    return level
