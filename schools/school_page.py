"""What the page of one school says, gathered in a fixed number of queries."""

from functools import cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.html import SafeString, format_html

from portal import formats
from portal.models import Release
from schools.levels import AwardLevel, Control
from schools.models import ProgramListing, PublishedPrice, School, SchoolListing, SchoolOutcome, SchoolRecord
from schools.page_parts import PRICE_HEADINGS, Rows, Sourced, badges, domain, outcome_rows, price_rows

MEASURES = {
    SchoolOutcome.Measure.UNDERGRADUATES: "number",
    SchoolOutcome.Measure.GRADUATE_STUDENTS: "number",
    SchoolOutcome.Measure.ADMISSION_RATE: "share",
    SchoolOutcome.Measure.COMPLETION_RATE_4YR: "share",
    SchoolOutcome.Measure.COMPLETION_RATE_LT4: "share",
    SchoolOutcome.Measure.NET_PRICE: "money",
    SchoolOutcome.Measure.MEDIAN_DEBT: "money",
    SchoolOutcome.Measure.MEDIAN_EARNINGS_6: "money",
    SchoolOutcome.Measure.MEDIAN_EARNINGS_10: "money",
}
GONE = (SchoolRecord.Status.CLOSED, SchoolRecord.Status.MERGED)


def _public(school: School | None) -> SchoolListing | None:
    """The listing of a related school, if it is public."""
    return getattr(school, "listing", None) if school else None


class SchoolPage(Sourced):
    def __init__(self, school: School):
        self.school = school
        self.listing: SchoolListing = school.listing
        self.record: SchoolRecord | None = school.listing.record

    @property
    def record_release(self) -> Release | None:
        return self.record.release if self.record else None

    @property
    def name(self) -> str:
        return self.listing.name

    @property
    def is_gone(self) -> bool:
        return self.listing.status in GONE

    @property
    def website(self) -> str:
        url = self.listing.website
        return url if url.startswith(("http://", "https://")) else ""

    @property
    def website_domain(self) -> str:
        return domain(self.website)

    @property
    def other_names(self) -> list[str]:
        names = (name.strip() for name in self.listing.aliases.splitlines())
        return list(dict.fromkeys(name for name in names if name and name != self.name))

    @property
    def successor(self) -> SchoolListing | None:
        return _public(self.listing.successor)

    @property
    def parent(self) -> SchoolListing | None:
        return _public(self.listing.parent)

    @cached_property
    def campuses(self) -> list[SchoolListing]:
        """Public campuses that report through this school."""
        rows = SchoolListing.objects.published().filter(parent=self.school)
        return list(rows.select_related("school").order_by("name")[:50])

    @property
    def glance(self) -> Rows:
        listing, record, school = self.listing, self.record, self.school
        rows: Rows = [("Type", Control(listing.control).label), ("Place", self.place)]
        status = SchoolRecord.Status(listing.status).label
        if listing.closed_on:
            status = f"{status}, {formats.day(listing.closed_on)}"
        rows.append(("Status", status))
        for words, other in (("Now part of", self.successor), ("Reports through", self.parent)):
            if other:
                rows.append((words, format_html('<a href="{}">{}</a>', other.get_absolute_url(), other.name)))
        rows.append(("Programs here", formats.whole(listing.programs)))
        if school.unitid:
            rows.append(("UNITID", school.unitid))
        if record and record.opeid:
            rows.append(("OPEID", record.opeid))
        return rows

    @property
    def place(self) -> str | SafeString:
        listing = self.listing
        parts = [self.record.address if self.record else "", listing.city, f"{listing.state_id or ''} {listing.zip}"]
        return ", ".join(part.strip() for part in parts if part.strip()) or formats.as_data(None)

    # Programs ------------------------------------------------------------------------------------

    @cached_property
    def programs(self) -> list[ProgramListing]:
        rows = ProgramListing.objects.published().filter(school=self.school)
        rows = rows.select_related("field_of_study").defer("search", "field_of_study__definition")
        return list(rows.order_by("level_rank", "-core", "title", "program"))

    @property
    def programs_by_level(self) -> list[tuple[str, list[ProgramListing]]]:
        """Level in words and its programs, in the order of levels."""
        return [
            (AwardLevel(level).label, list(rows)) for level, rows in groupby(self.programs, key=lambda row: row.level)
        ]

    # Facts of releases ---------------------------------------------------------------------------

    price_headings = PRICE_HEADINGS

    @cached_property
    def prices(self) -> list[tuple[str, list[list[Any]]]]:
        """Undergraduate and graduate prices, a line for each residency."""
        residencies, levels = PublishedPrice.Residency.values, PublishedPrice.StudentLevel
        prices = list(PublishedPrice.objects.current().filter(school=self.school))
        prices.sort(key=lambda price: residencies.index(price.residency))
        tables = [
            (level.label, price_rows([price for price in prices if price.student_level == level], self.price_release))
            for level in levels
        ]
        return [(label, rows) for label, rows in tables if rows]

    @cached_property
    def outcomes(self) -> Rows:
        outcomes = SchoolOutcome.objects.current().filter(school=self.school, measure__in=list(MEASURES))
        return outcome_rows(list(outcomes), MEASURES, self.outcomes_release)

    @cached_property
    def accreditations(self) -> SafeString:
        standing = self.school.accreditations.standing().filter(program=None).select_related("accreditor")
        return badges(list(standing.order_by("accreditor__name", "pk")))

    # Machines ------------------------------------------------------------------------------------

    @property
    def canonical_url(self) -> str:
        return settings.SITE_URL + self.school.get_absolute_url()

    @property
    def in_schema_org(self) -> dict[str, Any]:
        """The same facts as schema.org says them; what is not known is not said."""
        listing = self.listing
        data: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "CollegeOrUniversity",
            "@id": self.canonical_url,
            "url": self.canonical_url,
            "name": self.name,
            "address": {
                "@type": "PostalAddress",
                "addressLocality": listing.city,
                "addressRegion": listing.state_id or "",
                "postalCode": listing.zip,
                "addressCountry": "US",
            },
        }
        if self.record and self.record.address:
            data["address"]["streetAddress"] = self.record.address
        if self.other_names:
            data["alternateName"] = self.other_names
        if self.school.unitid:
            data["identifier"] = {"@type": "PropertyValue", "propertyID": "UNITID", "value": self.school.unitid}
        if listing.position_from == "record":
            data["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": listing.latitude,
                "longitude": listing.longitude,
            }
        if self.website:
            data["sameAs"] = self.website
        if self.parent:
            data["parentOrganization"] = {
                "@type": "CollegeOrUniversity",
                "name": self.parent.name,
                "url": settings.SITE_URL + self.parent.get_absolute_url(),
            }
        if listing.closed_on:
            data["dissolutionDate"] = listing.closed_on.isoformat()
        return data
