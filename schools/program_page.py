"""What the page of one program says, gathered in a fixed number of queries."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Case, Value, When
from django.utils.html import SafeString, format_html

from portal import formats
from portal.models import Release
from portal.reasons import Reason
from schools.levels import AwardLevel, Control, Delivery
from schools.models import Completions, Program, ProgramListing, PublishedPrice, SchoolOutcome
from schools.page_parts import PRICE_HEADINGS, Rows, Sourced, domain, outcome_rows, price_rows

SIMILAR = 6
# The school's figures a student of one program also wants, and how each is written.
MEASURES = {
    SchoolOutcome.Measure.NET_PRICE: "money",
    SchoolOutcome.Measure.COMPLETION_RATE_4YR: "share",
    SchoolOutcome.Measure.COMPLETION_RATE_LT4: "share",
    SchoolOutcome.Measure.MEDIAN_EARNINGS_10: "money",
    SchoolOutcome.Measure.MEDIAN_DEBT: "money",
}


def taught(modes: list[str]) -> str | SafeString:
    """ "Online, on campus", or that federal data do not say."""
    labels = [Delivery(mode).label for mode in modes]
    return ", ".join([*labels[:1], *(label.lower() for label in labels[1:])]) or formats.as_data(
        None, reason=Reason.NOT_IN_FEDERAL_DATA
    )


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
        program, listing = self.program, self.listing
        rows: Rows = [
            ("Level", self.level.label),
            ("Field", format_html('{}<span class="hint">CIP {}</span>', self.field.name, self.field.cip)),
            ("How it is taught", taught(listing.delivery)),
        ]
        if program.length_months or self._withheld("length_months"):
            rows.append(("Length", self._fact("length_months", "number", suffix=" months")))
        if program.credits or self._withheld("credits"):
            rows.append(("Credits", self._fact("credits", "number")))
        rows.append(("Tuition a year", self.tuition))
        if program.tuition_total is not None or self._withheld("tuition_total"):
            rows.append(("Total tuition", self._fact("tuition_total", "money")))
        awards = formats.as_data(listing.graduates, "number", self.awards_release, listing.graduates_reason)
        year = self.awards_release.period if self.awards_release else ""
        rows.append((f"Graduates {year}".strip(), awards))
        rows.append(("School", Control(listing.control).label))
        if program.next_start:
            rows.append(("Next start", formats.day(program.next_start)))
        if program.application_deadline:
            rows.append(("Apply by", formats.day(program.application_deadline)))
        return rows

    def _withheld(self, name: str) -> bool:
        return name in self.program.not_published

    def _fact(self, name: str, unit: str, suffix: str = "") -> SafeString:
        reason = Reason.NOT_PUBLISHED if self._withheld(name) else Reason.NOT_ASKED
        return formats.as_data(getattr(self.program, name), unit, reason=reason, suffix=suffix)

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
        """What the school asks of applicants; empty when it told us nothing."""
        program = self.program
        rows: Rows = []
        if program.entry_degree:
            rows.append(("Degree before", AwardLevel(program.entry_degree).label))
        if program.entry_gpa is not None:
            rows.append(("Lowest GPA", str(program.entry_gpa)))
        if program.entry_experience_months is not None:
            rows.append(("Work experience", formats.counted(program.entry_experience_months, "month")))
        if program.entry_test:
            rows.append(("Test", program.entry_test))
        if program.entry_notes:
            rows.append(("Also", program.entry_notes))
        return rows

    # Facts of releases ---------------------------------------------------------------------------

    @property
    def student_level(self) -> str:
        levels = PublishedPrice.StudentLevel
        return levels.GRADUATE if self.level.is_graduate else levels.UNDERGRADUATE

    @cached_property
    def prices(self) -> list[list[Any]]:
        """The school’s prices at this level; practice doctorates have others, which are in no file we read."""
        if self.level == AwardLevel.DOCTOR_PRACTICE:
            return []
        prices = PublishedPrice.objects.current().filter(school=self.school, student_level=self.student_level)
        order = PublishedPrice.Residency.values
        return price_rows(sorted(prices, key=lambda price: order.index(price.residency)), self.price_release)

    price_headings = PRICE_HEADINGS
    award_headings = ["Year", ("Awards", "num")]

    @cached_property
    def awards(self) -> list[list[Any]]:
        """Year and awards of this field and level at this school, in every promoted release, newest first."""
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
        return [
            [row.release.label, formats.as_data(row.awards, "number", row.release, row.reasons.get("awards"))]
            for row in newest.values()
        ]

    @cached_property
    def shared_by(self) -> int:
        """Public listings of this school that the awards cover together."""
        rows = ProgramListing.objects.published()
        return rows.filter(school=self.school, field_of_study=self.field, level=self.level).count()

    @cached_property
    def outcomes(self) -> Rows:
        outcomes = SchoolOutcome.objects.current().filter(school=self.school, measure__in=list(MEASURES))
        return outcome_rows(list(outcomes), MEASURES, self.releases.get("scorecard-institutions"))

    @cached_property
    def _accreditations(self) -> list:
        standing = self.school.accreditations.standing().select_related("accreditor")
        return list(standing.order_by("accreditor__name", "pk"))

    @property
    def program_accreditations(self) -> list:
        return [one for one in self._accreditations if one.program_id == self.program.pk]

    @property
    def school_accreditations(self) -> list:
        return [one for one in self._accreditations if one.program_id is None]

    @cached_property
    def similar(self) -> list[ProgramListing]:
        return similar_programs(self.field.pk, self.level, self.listing.state_id, self.program.pk)

    # Machines ------------------------------------------------------------------------------------

    @property
    def canonical_url(self) -> str:
        return settings.SITE_URL + self.listing.get_absolute_url()

    @property
    def in_schema_org(self) -> dict[str, Any]:
        """The same facts as schema.org says them; what is not known is not said."""
        listing = self.listing
        data: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "EducationalOccupationalProgram",
            "@id": self.canonical_url,
            "url": self.canonical_url,
            "name": self.title,
            "educationalCredentialAwarded": self.level.label,
            "identifier": {"@type": "PropertyValue", "propertyID": "CIP", "value": self.field.cip},
            "provider": {
                "@type": "CollegeOrUniversity",
                "name": listing.school_name,
                "url": settings.SITE_URL + self.school.get_absolute_url(),
                "address": {
                    "@type": "PostalAddress",
                    "addressLocality": listing.city,
                    "addressRegion": listing.state_id or "",
                    "addressCountry": "US",
                },
            },
        }
        modes = {"online": "online", "hybrid": "blended", "campus": "onsite"}
        if listing.delivery:
            data["educationalProgramMode"] = [modes[mode] for mode in listing.delivery]
        if self.program.description:
            data["description"] = self.program.description
        if self.program.length_months:
            data["timeToComplete"] = f"P{self.program.length_months}M"
        if listing.tuition is not None:
            data["offers"] = {
                "@type": "Offer",
                "category": "Tuition a year, in state, full time",
                "price": listing.tuition,
                "priceCurrency": "USD",
            }
        if self.website:
            data["sameAs"] = self.website
        return data
