"""What the page of one program says, gathered in a fixed number of queries."""

from functools import cached_property
from typing import Any

from django.db.models import Case, Value, When
from django.utils.html import SafeString, format_html

from portal import drawing, formats
from portal.models import Release
from portal.reasons import Reason
from schools.cost import Cost, plain
from schools.levels import AwardLevel, Control, Delivery
from schools.models import Completions, Program, ProgramListing, PublishedPrice, SchoolOutcome
from schools.outcomes import FLAGS, HEALTH_AT, HEALTH_FAMILY, ONE_IS_ONLINE, Caution, cautions, figures
from schools.page_parts import Rows, Sourced, domain
from schools.provenance import provenance, where_from
from schools.schema_org import absolute, program_data
from schools.vouching import Vouchers
from schools.vouching_parts import Vouched, vouched

SIMILAR = 6
# The school's figures a student of one program also wants.
MEASURES = (
    SchoolOutcome.Measure.MEDIAN_EARNINGS_10,
    SchoolOutcome.Measure.MEDIAN_DEBT,
    SchoolOutcome.Measure.NET_PRICE,
    SchoolOutcome.Measure.COMPLETION_RATE_4YR,
    SchoolOutcome.Measure.COMPLETION_RATE_LT4,
)


def taught(modes: list[str], reason: str = Reason.NOT_IN_FEDERAL_DATA) -> str | SafeString:
    """ "Online, on campus", or why nobody knows."""
    labels = [Delivery(mode).label for mode in modes]
    return ", ".join([*labels[:1], *(label.lower() for label in labels[1:])]) or formats.as_data(None, reason=reason)


def similar_programs(field: int, level: str, state: str | None, but: int | None = None) -> list[ProgramListing]:
    """Public programs of the same field and level: of the same state first, then of the nation."""
    rows = ProgramListing.objects.published().filter(field_of_study=field, level=level).exclude(pk=but)
    elsewhere = Case(When(state=state, then=Value(0)), default=Value(1)) if state else Value(1)
    return list(rows.annotate(elsewhere=elsewhere).order_by("elsewhere", *rows.DEFAULT_ORDER)[:SIMILAR])


class ProgramPage(Sourced):
    def __init__(self, program: Program):
        self.program = program
        self.listing: ProgramListing = program.listing
        self.school = program.school
        self.school_listing = program.school.listing
        self.field = program.field_of_study
        self.level = AwardLevel(program.level)

    @property
    def title(self) -> str:
        return self.listing.title

    @property
    def website(self) -> str:
        """The program's own page, else the school's site; empty when neither is known."""
        url = self.program.url or self.school_listing.website
        return url if url.startswith(("http://", "https://")) else ""

    @property
    def website_domain(self) -> str:
        return domain(self.website)

    # At a glance ---------------------------------------------------------------------------------

    @property
    def glance(self) -> Rows:
        """Label and value; a missing value says why."""
        program, listing = self.program, self.listing
        awards = formats.as_data(listing.graduates, "number", self.awards_release, listing.graduates_reason)
        year = self.awards_release.period if self.awards_release and listing.graduates is not None else ""
        rows: Rows = [
            ("Level", self.level.label),
            ("Field", format_html('{}<span class="hint">CIP {}</span>', self.field.name, self.field.cip)),
            ("How it is taught", self.delivery),
            ("Length", self.length),
            ("Tuition a year", self.tuition),
            ("Whole program", self.cost.at_a_glance),
            (f"Graduates {year}".strip(), awards),
            ("School", Control(listing.control).label),
            ("Next start", self._date("next_start", program.next_start)),
            ("Apply by", self._date("application_deadline", program.application_deadline)),
        ]
        return rows

    @property
    def delivery(self) -> str | SafeString:
        """How it is taught, and who says so when it is not the school."""
        reason = Reason.NOT_PUBLISHED if self._withheld("delivery") else Reason.NOT_IN_FEDERAL_DATA
        words = taught(self.listing.delivery, reason)
        if self.listing.delivery_from == "federal":
            said, release = "By what the school reports of this field and level", self.releases.get("ipeds-distance")
        elif self.listing.delivery_from == "distance":
            said, release = "The school teaches only at a distance", self.outcomes_release
        elif self.may_be_online:
            kind = HEALTH_AT[self.level].label
            said = f"At least one of the school’s {kind[0].lower()}{kind[1:]} is taught fully online: ask which"
            release = self.outcomes_release
        else:
            return words
        return format_html('{}<span class="hint">{}{}</span>', words, said, f" ({release})" if release else "")

    @property
    def may_be_online(self) -> bool:
        """Whether nobody says how it is taught, and College Scorecard that some health program here is online."""
        measure = HEALTH_AT.get(self.level) if self.field.cip.startswith(HEALTH_FAMILY) else None
        return not self.listing.delivery and self._values.get(measure) == ONE_IS_ONLINE

    @property
    def program_tuition(self) -> SafeString:
        """What a school that charges by the program asks for one of them; empty where College Scorecard has nothing."""
        value = None if self.level.is_graduate else self._values.get(SchoolOutcome.Measure.PROGRAM_TUITION)
        return SafeString() if value is None else formats.as_data(value, release=self.outcomes_release)

    @property
    def length(self) -> SafeString:
        """Months, and credits where known, which may be halves."""
        months, credits = self._fact("length_months", "number", suffix=" months"), self.program.credits
        if credits is not None:
            return format_html('{}<span class="hint">{} credits</span>', months, plain(credits))
        if self._withheld("credits"):
            return format_html('{}<span class="hint">Credits: {}</span>', months, self._fact("credits", "number"))
        return months

    def _date(self, name: str, day: Any) -> str | SafeString:
        return formats.day(day) if day else formats.as_data(None, reason=self._why(name))

    def _why(self, name: str) -> str:
        """Why the school's fact of this name is missing."""
        return Reason.NOT_PUBLISHED if self._withheld(name) else Reason.NOT_ASKED

    def _withheld(self, name: str) -> bool:
        return name in self.program.not_published

    def _fact(self, name: str, unit: str, suffix: str = "") -> SafeString:
        return formats.as_data(getattr(self.program, name), unit, reason=self._why(name), suffix=suffix)

    @property
    def tuition(self) -> SafeString:
        """In state, out of state beside it, and whose price it is."""
        listing = self.listing
        ours = listing.tuition_from == ProgramListing.TuitionFrom.SCHOOL
        release = self.price_release if ours else None
        money = formats.as_data(listing.tuition, release=release, reason=listing.tuition_reason)
        if listing.tuition is None:
            return money
        out = ""
        if listing.tuition_out_of_state is not None and listing.tuition_out_of_state != listing.tuition:
            out = format_html(
                " in state, {} out of state", formats.as_data(listing.tuition_out_of_state, release=release)
            )
        whose = "The school’s published price at this level" if ours else "The program’s own price"
        return format_html('{}{}<span class="hint">{}</span>', money, out, whose)

    @property
    def admission(self) -> Rows:
        """What the school asks of applicants; what it did not tell says why."""
        program = self.program
        degree = AwardLevel(program.entry_degree).label if program.entry_degree else ""
        months = program.entry_experience_months
        experience = "" if months is None else formats.counted(months, "month") if months else "None needed"
        facts = [
            ("Degree before", "entry_degree", degree),
            ("Lowest GPA", "entry_gpa", "" if program.entry_gpa is None else str(program.entry_gpa)),
            ("Work experience", "entry_experience_months", experience),
            ("Admission test", "entry_test", program.entry_test),
            ("Also asked for", "entry_notes", program.entry_notes),
        ]
        return [(label, words or formats.as_data(None, reason=self._why(name))) for label, name, words in facts]

    @property
    def admission_is_known(self) -> bool:
        names = ("entry_degree", "entry_experience_months", "entry_gpa", "entry_test", "entry_notes")
        return any(getattr(self.program, name) not in (None, "") or self._withheld(name) for name in names)

    # Facts of releases ---------------------------------------------------------------------------

    @property
    def student_level(self) -> str:
        levels = PublishedPrice.StudentLevel
        return levels.GRADUATE if self.level.is_graduate else levels.UNDERGRADUATE

    @cached_property
    def cost(self) -> Cost:
        """From the school’s prices at this level; practice doctorates have others, which are in no file we read."""
        prices: list[PublishedPrice] = []
        if self.level != AwardLevel.DOCTOR_PRACTICE:
            current = PublishedPrice.objects.current().filter(school=self.school)
            prices = list(current.filter(student_level=self.student_level))
        return Cost(self.program, prices, self.price_release, self.listing.control)

    award_headings = ["Year", ("Awards", "num")]

    @cached_property
    def _completions(self) -> list[Completions]:
        """This field and level at this school, once for every year of a promoted release, newest first."""
        promoted = (Release.State.CURRENT, Release.State.SUPERSEDED)
        rows = Completions.objects.filter(
            school=self.school,
            field_of_study=self.field,
            level=self.level,
            major=1,
            release__state__in=promoted,
        ).select_related("release__source")
        newest: dict[int, Completions] = {}
        for row in rows.order_by("-release__year", "-release__revision"):
            newest.setdefault(row.release.year, row)
        return list(newest.values())

    @property
    def awards(self) -> list[list[Any]]:
        """Year and awards, newest first."""
        return [
            [row.release.label, formats.as_data(row.awards, "number", row.release, row.reasons.get("awards"))]
            for row in self._completions
        ]

    @property
    def awards_drawn(self) -> SafeString:
        """The same as bars, oldest first, each under the year it ended; nothing for a single year."""
        years = [(str(row.release.year), row.awards) for row in reversed(self._completions)]
        return drawing.bars_svg("Awards by the year in which the school year ended", years)

    @cached_property
    def shared_by(self) -> int:
        """Public listings of this school that the awards cover together."""
        rows = ProgramListing.objects.published()
        return rows.filter(school=self.school, field_of_study=self.field, level=self.level).count()

    @cached_property
    def _outcomes(self) -> list[SchoolOutcome]:
        wanted = {*MEASURES, *FLAGS, *HEALTH_AT.values(), SchoolOutcome.Measure.PROGRAM_TUITION}
        return list(SchoolOutcome.objects.current().filter(school=self.school, measure__in=wanted))

    @cached_property
    def _values(self) -> dict[str | None, Any]:
        return {one.measure: one.value for one in self._outcomes}

    @property
    def outcomes(self) -> Rows:
        """Figures of the whole school."""
        return figures(self._outcomes, MEASURES, self.outcomes_release)

    @property
    def cautions(self) -> list[Caution]:
        """What to know of the school before applying."""
        return cautions(self._outcomes, self.school.unitid, self.outcomes_release)

    @cached_property
    def _vouchers(self) -> Vouchers:
        return Vouchers([self.school.pk])

    @cached_property
    def school_vouched(self) -> Vouched:
        return vouched(self._vouchers.for_school(self.school.pk, with_program_records=False))

    @cached_property
    def program_vouched(self) -> Vouched:
        return vouched(self._vouchers.for_program(self.program, self.field.cip))

    @cached_property
    def similar(self) -> list[ProgramListing]:
        return similar_programs(self.field.pk, self.level, self.listing.state_id, self.program.pk)

    @property
    def questions(self) -> list[str]:
        """What to ask the school: what this page could not answer first."""
        blank = self.program
        asked = [
            (blank.length_months is None, "How long does it take, full time and part time?"),
            (not self.cost.sums or self.cost.why_no_total, "What will the whole program cost me, fees included?"),
            (not self.listing.delivery, "Which parts are online, and on which days must I be on campus?"),
            (
                Delivery.ONLINE in self.listing.delivery,
                "What must I do in person all the same: hours of practice, days on a site, exams?",
            ),
            (not self.admission_is_known, "What do you ask of applicants: degree, grades, experience, tests, letters?"),
            (blank.application_deadline is None, "By when must I apply, and when does it start?"),
            (not self.program_vouched.standing, "Which body accredits this program, and until when?"),
            (True, "If the work needs a license: does the program meet the requirements of my state?"),
            (True, "How many of those who start finish, and where do they work a year later?"),
            (True, "Which of my credits and which work experience would you count?"),
        ]
        return [question for is_open, question in asked if is_open]

    @property
    def where_from(self) -> str:
        return where_from(self.program, self.awards_release)

    @property
    def provenance(self) -> Rows:
        """Each group of facts and where it is from."""
        prices = "the school" if self.cost.is_own else self.cost.prices and self.price_release
        awards = self._completions and self.awards_release
        return provenance(self.program, self.releases, prices, awards, self._outcomes and self.outcomes_release)

    # Machines ------------------------------------------------------------------------------------

    @property
    def canonical_url(self) -> str:
        return absolute(self.listing.get_absolute_url())

    @property
    def in_schema_org(self) -> dict[str, Any]:
        return program_data(self.program, self.listing, self.school.get_absolute_url())
