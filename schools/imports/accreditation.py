"""DAPIP, the federal database of accreditation: locations, records, actions. Source: https://ope.ed.gov/dapip/"""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from portal.imports import cells
from portal.imports.importer import Importer, Note, Row, SourceFacts
from portal.imports.refusals import FileRefused, RowRefused, Unmatched
from portal.imports.tables import Layout, Table, open_table
from portal.reasons import Reason
from schools.models import AccreditationRecord

from .known import EIGHT_DIGITS, NOT_IN_DIRECTORY, Likely, school_ids

# The names, telephones and e-mail addresses of officers (Admin…) are never read.
LOCATIONS = Layout(
    {"DapipId": "location", "IpedsUnitIds": "unitids", "LocationName": "location_name", "LocationType": "location_type"}
)
THING = {"DapipId": "location", "AgencyId": "agency", "ProgramId": "program_code", "SequentialId": "sequence"}
ACTIONS = Layout({**THING, "ActionDescription": "action", "ActionDate": "action_on", "EndDate": "action_ended"})
RECORDS = Layout(
    {
        **THING,
        "AgencyName": "agency_name",
        "ProgramName": "program_name",
        "AccreditationStatus": "status",
        "AccreditationDate": "since",
        "AccreditationEndDate": "ended_on",
    },
    {"InitialDateFlag": "date_flag", "ReviewDate": "next_review", "DepartmentDescription": "department"},
)
PARTS = {"InstitutionCampus.csv": LOCATIONS, "AccreditationActions.csv": ACTIONS, "AccreditationRecords.csv": RECORDS}
OPTIONAL = ("AccreditationActions.csv",)

STATUS = AccreditationRecord.Status
STATUSES = {"accredited": STATUS.ACCREDITED, "preaccredited": STATUS.PREACCREDITED, "denied": STATUS.DENIED}
MISSING = {"": Reason.NOT_REPORTED, "-": Reason.NOT_REPORTED, "NULL": Reason.NOT_REPORTED}
EARLIEST = 1800  # the oldest American accreditors are of the 1880s; some records carry the school's own founding
AHEAD = 20  # years: no agency sets an end or a review further off
BETWEEN_UNITIDS = re.compile(r"[,;|\s]+")

NO_UNITID = "This location has no UNITID, so its records belong to no school we can name."
NO_LOCATION = "No row of InstitutionCampus.csv has this DapipId: is it of the same download?"
TWO_PLACES = "This location is listed twice, with different UNITIDs."
END_UNREADABLE = "This record has ended, on a day nobody can read: look it up at the source."
NOT_PLAUSIBLE = "No accreditation has this date: look it up at the source."


@dataclass(frozen=True)
class Location:
    schools: tuple[int, ...]  # none: nobody we know; said once, at the location
    name: str
    is_main: bool


class AccreditationRecords(Importer):
    """Every record of a location with a UNITID, ended or not. Which programs of ours it speaks of, no file says."""

    source = SourceFacts(
        "dapip-records",
        "DAPIP, the federal database of accreditation",
        "US Department of Education, Office of Postsecondary Education",
        "https://ope.ed.gov/dapip/",
    )
    model = AccreditationRecord
    layouts = list(PARTS.values())
    named_by = ("location", "agency", "program_code", "sequence")

    @classmethod
    def open(cls, paths: Sequence[str | Path]) -> list[Table]:
        """One table of each part, locations first, from an archive that holds them all or from a file each."""
        found: dict[str, Table] = {}
        for path in paths:
            problem: FileRefused | None = None
            parts = {}
            for name, layout in PARTS.items():
                try:
                    parts[name] = open_table(path, [layout])
                except FileRefused as refusal:
                    # The part that fits best knows best what is wrong.
                    if problem is None or "another table" in str(problem):
                        problem = refusal
            if not parts and problem:
                raise problem
            if doubled := [name for name in parts if name in found]:
                raise FileRefused(f"There are two files like {doubled[0]}.")
            found |= parts
        if missing := [name for name in PARTS if name not in found and name not in OPTIONAL]:
            raise FileRefused(f"{' and '.join(missing)} of the same download belongs to it: name it too.")
        return [found[name] for name in PARTS if name in found]

    @classmethod
    def period_name(cls, year: int) -> str:
        return str(year)

    def prepare(self) -> None:
        self.schools = school_ids()
        if not self.schools:
            raise FileRefused("There are no schools yet: import the institutions file first.")
        self.likely = Likely()
        self.locations: dict[str, Location] = {}
        self.actions: dict[tuple[str, str, str, int], tuple[datetime.date, str]] = {}
        self.today = timezone.now().date()

    def begin_file(self, table: Table) -> None:
        self.part = (
            self._location if "unitids" in table.places else self._action if "action" in table.places else self._record
        )

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        yield from self.part(row)

    # Locations -----------------------------------------------------------------------------------

    def _location(self, row: Row) -> Iterator[tuple[Any, ...]]:
        code = row.read("location", _digits)
        unitids = [unitid for unitid in BETWEEN_UNITIDS.split(row["unitids"]) if unitid.strip("-")]
        location = Location(
            tuple(dict.fromkeys(self.schools[unitid] for unitid in unitids if unitid in self.schools)),
            row.read_or_note("location_name", cells.text, 200, default=""),
            row["location_type"].lower() == "institution",
        )
        if self.locations.setdefault(code, location).schools != location.schools:
            raise row.refuse("unitids", TWO_PLACES)
        if not unitids:
            raise Unmatched(NO_UNITID, row.official("location"), code, self.likely.school("", location.name))
        for unitid in unitids:
            if unitid not in self.schools:
                advice = EIGHT_DIGITS if len(unitid) == 8 and unitid.isdigit() else NOT_IN_DIRECTORY
                if not location.schools:
                    likely = self.likely.school(unitid, location.name)
                    raise Unmatched(advice, row.official("unitids"), row["unitids"], likely)
                row.notes.append(Note(row.line, row.official("unitids"), unitid, advice))
        yield from ()

    # Actions -------------------------------------------------------------------------------------

    def _action(self, row: Row) -> Iterator[tuple[Any, ...]]:
        """The latest action on a record that still stood; one with an end date is over, whatever the date says."""
        if row["action_ended"] in MISSING:
            key = self._key(row)
            done_on = row.read("action_on", self._past)
            words = row.read("action", cells.text, 200)
            if words and done_on and (key not in self.actions or self.actions[key][0] < done_on):
                self.actions[key] = done_on, words
        yield from ()

    # Records -------------------------------------------------------------------------------------

    def _record(self, row: Row) -> Iterator[tuple[Any, ...]]:
        key = code, agency, program_code, sequence = self._key(row)
        location = self.locations.get(code)
        if location is None:
            raise Unmatched(NO_LOCATION, row.official("location"), code)
        if not location.schools:
            return
        status = STATUSES.get(row["status"].lower().removesuffix(" accreditation").replace("-", ""))
        if status is None:
            raise row.refuse("status", "This must be Accredited, Preaccredited or Denied Accreditation.")
        ended_on = self._end(row)
        since = row.read_or_note("since", self._past, default=None)
        if since and ended_on and since > ended_on:
            row.notes.append(Note(row.line, row.official("since"), row["since"], "It begins after its own end."))
            since = None
        done_on, action = self.actions.get(key, (None, ""))
        if done_on and since and done_on < since:
            done_on, action = None, ""  # on an earlier record: it must not speak over this one
        for school in location.schools:
            yield (
                school,
                code,
                agency,
                program_code,
                sequence,
                row.read("agency_name", _words, 200),
                row.read("program_name", _words, 200),
                row.read_or_note("department", cells.text, 160, default=""),
                location.name,
                location.is_main,
                status.value,
                since,
                row["date_flag"].lower() == "estimated",
                row.read_or_note("next_review", self._planned, default=None),
                ended_on,
                action,
                done_on,
            )

    @staticmethod
    def _key(row: Row) -> tuple[str, str, str, int]:
        codes = (row.read(name, _digits) for name in ("location", "agency", "program_code"))
        sequence = row.read("sequence", cells.whole, {}, 0, 32_767)
        assert not isinstance(sequence, Reason)  # nothing stands for a missing one
        location, agency, program = codes
        return location, agency, program, sequence

    def _end(self, row: Row) -> datetime.date | None:
        """None only for a blank cell: what has ended on an impossible day has still ended."""
        try:
            return row.read("ended_on", self._planned)
        except RowRefused:
            raise row.refuse("ended_on", END_UNREADABLE) from None

    def _past(self, cell: str) -> datetime.date | None:
        return _day(cell, self.today.year)

    def _planned(self, cell: str) -> datetime.date | None:
        return _day(cell, self.today.year + AHEAD)


def _day(cell: str, latest: int) -> datetime.date | None:
    day = cells.date(cell, MISSING)
    if isinstance(day, Reason):
        return None
    if not EARLIEST <= day.year <= latest:
        raise RowRefused(NOT_PLAUSIBLE)
    return day


def _digits(cell: str) -> str:
    """A code of this database: digits, as text."""
    cell = cell.removesuffix(".0")
    if not (cell.isascii() and cell.isdigit() and 0 < len(cell) <= 10):
        raise RowRefused("This must be a number.")
    return cell.lstrip("0") or "0"


def _words(cell: str, longest: int) -> str:
    words = cells.text(cell, longest)
    if not words:
        raise RowRefused("This must not be empty.")
    return words
