"""Who vouches for a school and for a program, as pages print it: two badges, never one.

A page makes one :class:`Vouchers` for all the schools it speaks of (two queries) and asks it
:meth:`~Vouchers.for_school` and :meth:`~Vouchers.for_program`. What counts is in ``standing``;
all other lists are shown apart, each entry with its status in words.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from schools.levels import AwardLevel
from schools.models import Accreditation, AccreditationRecord, Accreditor, Program

DAPIP = "https://ope.ed.gov/dapip/"
Status = Accreditation.Status
CANDIDATES = (Status.CANDIDACY, Status.PRE_CANDIDACY)
WORDS = {
    Status.CANDIDACY: "Candidate, not accredited yet",
    Status.PRE_CANDIDACY: "Before candidacy, not accredited yet",
    Status.WITHDRAWAL_IN_PROGRESS: "Accredited, being withdrawn",
}
CERTIFIED = {
    Status.ACCREDITED: "Certified",
    Status.CONDITIONAL: "Certified, with conditions",
    Status.CANDIDACY: "Candidate, not certified yet",
    Status.PRE_CANDIDACY: "Before candidacy, not certified yet",
    Status.WITHDRAWAL_IN_PROGRESS: "Certified, being withdrawn",
}
CODE = re.compile(r"\s*\([A-Z]+\)\s*[-–]\s*")  # "Nursing (ADNUR) - Associate degree programs"

GRADUATE = frozenset(level for level in AwardLevel if level.is_graduate)
CERTIFICATES = frozenset({AwardLevel.CERT_LT_12W, AwardLevel.CERT_12W_1Y, AwardLevel.CERT_1_2Y, AwardLevel.CERT_2_4Y})
ASSOCIATE, BACHELOR = frozenset({AwardLevel.ASSOCIATE}), frozenset({AwardLevel.BACHELOR})
ALL = frozenset(AwardLevel)
NURSING, PRACTICAL, PUBLIC_HEALTH, DIETETICS = ("51.38",), ("51.39",), ("51.22",), ("51.31",)
MANAGEMENT = ("51.07", "51.2211")
# DAPIP's kinds of program (ProgramId), and the fields and levels a record of that kind may concern. It still names
# no program: "a record at this school that may be about a program like this one".
CONCERNS: dict[str, tuple[tuple[str, ...], frozenset[AwardLevel]]] = {
    "6": (MANAGEMENT, GRADUATE),
    "208": (MANAGEMENT, GRADUATE),
    **dict.fromkeys(("90", "187", "190"), (NURSING, ASSOCIATE)),
    **dict.fromkeys(("92", "128", "188", "191", "196"), (NURSING, BACHELOR)),
    **dict.fromkeys(("14", "163", "164", "206", "209", "119", "17", "129"), (NURSING, GRADUATE)),
    **dict.fromkeys(("93", "186", "193", "195"), (PRACTICAL, CERTIFICATES)),
    **dict.fromkeys(("73", "75"), (PUBLIC_HEALTH, GRADUATE)),
    **dict.fromkeys(("201", "202"), (PUBLIC_HEALTH, BACHELOR | GRADUATE)),
    "239": (PUBLIC_HEALTH, BACHELOR),
    **dict.fromkeys(("23", "24", "123", "161"), (DIETETICS, ALL)),
}


@dataclass(frozen=True)
class Badge:
    """One body's word. Dates are None and texts empty where nobody told."""

    body: str  # "Higher Learning Commission (HLC)"
    verb: str  # "accredits" or "certifies"
    status: str  # in words, first letter large: "Accredited, with conditions"
    counts: bool = False
    is_over: bool = False  # its last day is past
    scope: str = ""  # what exactly, in the body's words
    since: date | None = None
    since_is_estimated: bool = False
    until: date | None = None  # the last day it holds
    next_review: date | None = None
    url: str = ""  # the body's own entry; of an old record the school's in the federal database
    checked_on: date | None = None  # when an editor last looked at that entry
    recognized_by: str = ""  # who recognizes the body; empty: not checked

    @property
    def opening(self) -> str:
        """As a line begins that goes on with the body: "Accredited by", "Withdrawn:"."""
        return f"{self.status} by" if self.counts else f"{self.status}:"


@dataclass
class Vouching:
    """Everything known about one school, or one program. Only ``standing`` counts."""

    standing: list[Badge] = field(default_factory=list)
    candidates: list[Badge] = field(default_factory=list)  # on the way; not accredited
    past: list[Badge] = field(default_factory=list)  # ended, withdrawn, denied
    # Of a school: bodies that vouch for programs of it without our knowing for which.
    unnamed: list[Badge] = field(default_factory=list)
    # Editors' notes nobody confirmed, and federal records: evidence of their day. Never count these.
    unconfirmed: list[Badge] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.standing, self.candidates, self.past, self.unnamed, self.unconfirmed))


class Vouchers:
    """Editors' entries and federal records of some schools, read in two queries."""

    def __init__(self, schools: Iterable[int]):
        ids = set(schools)
        self.today = timezone.now().date()
        self._entries: dict[int, list[Accreditation]] = defaultdict(list)
        entries = Accreditation.objects.filter(school__in=ids).select_related("accreditor")
        for entry in entries.order_by("accreditor__name", "pk"):
            self._entries[entry.school_id].append(entry)
        self._records: dict[int, list[AccreditationRecord]] = defaultdict(list)
        records = AccreditationRecord.objects.current().open().filter(school__in=ids).select_related("release")
        # The school as a whole first; of one thing the seat of the school speaks, and the longest known.
        records = records.order_by("agency_name", "program_name", "-is_main", "since", "pk")
        for record in sorted(records, key=is_whole, reverse=True):
            self._records[record.school_id].append(record)

    def for_school(self, school: int, with_program_records: bool = True) -> Vouching:
        """The school as a whole, and what bodies say of programs they do not name.

        A page of one program leaves federal records about kinds of program out: see :meth:`for_program`.
        """
        vouching = Vouching()
        for entry in self._entries[school]:
            if entry.program_id is None:
                whole = entry.accreditor.kind == Accreditor.Kind.INSTITUTIONAL
                self._place(entry, vouching, unnamed=not whole)
        self._add_records(vouching, [one for one in self._records[school] if with_program_records or is_whole(one)])
        return vouching

    def for_program(self, program: Program, cip: str = "") -> Vouching:
        """The program alone: entries that name it, and old records at its school that may concern its field.

        ``cip`` is the code of its field where the caller has it, else it is asked of the program.
        """
        vouching = Vouching()
        for entry in self._entries[program.school_id]:
            if entry.program_id == program.pk:
                self._place(entry, vouching)
        cip = cip or program.field_of_study.cip
        concerned = [record for record in self._records[program.school_id] if concerns(record, cip, program.level)]
        self._add_records(vouching, concerned)
        return vouching

    def _place(self, entry: Accreditation, vouching: Vouching, unnamed: bool = False) -> None:
        badge = badge_of(entry, self.today)
        if entry.status == Status.UNCONFIRMED:
            vouching.unconfirmed.append(badge)
        elif entry.status in CANDIDATES and not badge.is_over:
            vouching.candidates.append(badge)
        elif not badge.counts:
            vouching.past.append(badge)
        elif unnamed:
            vouching.unnamed.append(badge)
        else:
            vouching.standing.append(badge)

    @staticmethod
    def _add_records(vouching: Vouching, records: Iterable[AccreditationRecord]) -> None:
        """One badge for each agency and kind of program, however many locations it lists."""
        seen = set()
        for record in records:
            if (record.agency, record.program_code) not in seen:
                seen.add((record.agency, record.program_code))
                vouching.unconfirmed.append(badge_of_record(record))


def badge_of(entry: Accreditation, today: date) -> Badge:
    """An editor's entry, as it stands on this day."""
    body = entry.accreditor
    certifies = body.kind == Accreditor.Kind.CERTIFYING
    words = (CERTIFIED if certifies else WORDS).get(entry.status, entry.get_status_display())
    is_over = entry.until is not None and entry.until < today
    if is_over and entry.status in (*Accreditation.COUNTED, *CANDIDATES):
        words = "Past its end date, not confirmed since"
    return Badge(
        body=f"{body.name} ({body.acronym})" if body.acronym else body.name,
        verb="certifies" if certifies else "accredits",
        status=words,
        counts=entry.status in Accreditation.COUNTED and not is_over,
        is_over=is_over,
        scope=entry.scope,
        since=entry.since,
        until=entry.until,
        next_review=entry.next_review,
        url=entry.url,
        checked_on=entry.checked_on,
        recognized_by=body.recognized_by,
    )


def badge_of_record(record: AccreditationRecord) -> Badge:
    """A federal record, which says what stood when the file was written and nothing of today."""
    status = record.get_status_display().lower()
    words = (
        f"Listed as {status} in the US Department of Education’s records of {record.release.period}, "
        "not confirmed since"
    )
    return Badge(
        body=record.agency_name,
        verb="accredits",
        status=words,
        scope="The school as a whole" if is_whole(record) else CODE.sub(": ", record.program_name, count=1),
        since=record.since,
        since_is_estimated=record.since_is_estimated,
        next_review=record.next_review,
        url=f"{DAPIP}#/institution-profile/{record.location}",
    )


def is_whole(record: AccreditationRecord) -> bool:
    return record.program_code == AccreditationRecord.WHOLE_SCHOOL


def concerns(record: AccreditationRecord, cip: str, level: str) -> bool:
    """Whether a record about a kind of program may be about a program of this field and level."""
    fields, levels = CONCERNS.get(record.program_code, ((), frozenset()))
    return cip.startswith(fields) and level in levels if fields else False
