"""What the page of one program says, gathered in a fixed number of queries."""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Case, Value, When
from django.utils.html import SafeString, format_html, format_html_join

from portal import formats
from portal.models import Release
from portal.reasons import Reason
from schools.levels import AwardLevel, Control, Delivery
from schools.models import Completions, Program, ProgramListing, PublishedPrice, SchoolOutcome

Rows = list[tuple[str, Any]]

PROGRAM_SOURCES = (
    "ipeds-completions",
    "ipeds-prices",
    "ipeds-distance",
    "ipeds-institutions",
    "scorecard-institutions",
)
SIMILAR = 6
COMPLETION_RATES = (SchoolOutcome.Measure.COMPLETION_RATE_4YR, SchoolOutcome.Measure.COMPLETION_RATE_LT4)
# The school's figures a student of one program also wants, and how each is written.
MEASURES = {
    SchoolOutcome.Measure.NET_PRICE: "money",
    SchoolOutcome.Measure.COMPLETION_RATE_4YR: "share",
    SchoolOutcome.Measure.COMPLETION_RATE_LT4: "share",
    SchoolOutcome.Measure.MEDIAN_EARNINGS_10: "money",
    SchoolOutcome.Measure.MEDIAN_DEBT: "money",
}


def current_releases() -> dict[str, Release]:
    """The current release of each source of the directory, by the source's slug."""
    releases = Release.objects.current().filter(source__slug__in=PROGRAM_SOURCES).select_related("source")
    return {release.source.slug: release for release in releases}


def taught(modes: list[str]) -> str | SafeString:
    """ "Online, on campus", or that federal data do not say."""
    labels = [Delivery(mode).label for mode in modes]
    return ", ".join([*labels[:1], *(label.lower() for label in labels[1:])]) or formats.as_data(
        None, reason=Reason.NOT_IN_FEDERAL_DATA
    )


def domain(url: str) -> str:
    """The host of a web address, as a reader recognises it."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def similar_programs(field: int, level: str, state: str | None, but: int | None = None) -> list[ProgramListing]:
    """Public programs of the same field and level: of the same state first, then of the nation."""
    rows = ProgramListing.objects.published().filter(field_of_study=field, level=level).exclude(pk=but)
    elsewhere = Case(When(state=state, then=Value(0)), default=Value(1)) if state else Value(1)
    return list(rows.annotate(elsewhere=elsewhere).order_by("elsewhere", *rows.DEFAULT_ORDER)[:SIMILAR])


def price_rows(prices: list[PublishedPrice], release: Release | None) -> list[list[Any]]:
    """A line for each residency: its name, tuition, fees, both together, per credit.

    One line where all pay the same.
    """
    rows = []
    same = len(prices) > 1 and len({(one.tuition, one.fees, one.per_credit) for one in prices}) == 1
    for price in prices[:1] if same else prices:
        whole = None if price.tuition is None or price.fees is None else price.tuition + price.fees
        rows.append(
            [
                "All students" if same else price.get_residency_display(),
                formats.as_data(price.tuition, release=release, reason=price.reasons.get("tuition")),
                formats.as_data(price.fees, release=release, reason=price.reasons.get("fees")),
                formats.as_data(whole, release=release, reason=price.reason("tuition") or price.reason("fees")),
                formats.as_data(price.per_credit, release=release, reason=price.reasons.get("per_credit")),
            ]
        )
    return rows


PRICE_HEADINGS = [
    "Student",
    ("Tuition a year", "num"),
    ("Fees", "num"),
    ("Tuition and fees", "num"),
    ("Per credit", "num"),
]


def outcome_rows(outcomes: list[SchoolOutcome], units: dict[str, str], release: Release | None) -> Rows:
    """Name and figure of each measure, in the order of ``units``; a missing one says why.

    A school has one completion rate or the other, by the length of its programs: where one is known, the
    other asks nothing.
    """
    by_measure = {outcome.measure: outcome for outcome in outcomes}
    if any(measure in by_measure and by_measure[measure].value is not None for measure in COMPLETION_RATES):
        for measure in COMPLETION_RATES:
            if measure in by_measure and by_measure[measure].value is None:
                del by_measure[measure]
    return [
        (
            SchoolOutcome.Measure(measure).label,
            formats.as_data(by_measure[measure].value, unit=unit, release=release, reason=by_measure[measure].reason),
        )
        for measure, unit in units.items()
        if measure in by_measure and by_measure[measure].reason != Reason.NOT_APPLICABLE
    ]


class ProgramPage:
    def __init__(self, program: Program):
        self.program = program
        self.listing: ProgramListing = program.listing
        self.school = program.school
        self.school_listing = program.school.listing
        self.field = program.field_of_study
        self.level = AwardLevel(program.level)

    @cached_property
    def releases(self) -> dict[str, Release]:
        return current_releases()

    @property
    def awards_release(self) -> Release | None:
        return self.releases.get("ipeds-completions")

    @property
    def price_release(self) -> Release | None:
        return self.releases.get("ipeds-prices")

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

    @property
    def outcomes_release(self) -> Release | None:
        return self.releases.get("scorecard-institutions")

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


def badges(accreditations: list) -> SafeString:
    """The body, what it says and since when, each with its own entry linked."""
    return format_html_join("", "<li>{}</li>", ((badge(one),) for one in accreditations))


def badge(accreditation) -> SafeString:
    body = accreditation.accreditor
    words = "Certified by" if body.kind == body.Kind.CERTIFYING else accreditation.get_status_display() + " by"
    name = f"{body.name} ({body.acronym})" if body.acronym else body.name
    linked = (
        format_html('<a href="{}" rel="nofollow noopener">{}</a>', accreditation.url, name)
        if accreditation.url
        else name
    )
    scope = f", {accreditation.scope}" if accreditation.scope else ""
    until = f", through {formats.day(accreditation.until)}" if accreditation.until else ""
    checked = f" Checked {formats.day(accreditation.checked_on)}." if accreditation.checked_on else ""
    return format_html("{} {}{}{}.{}", words, linked, scope, until, checked)
