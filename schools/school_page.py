"""What the page of one school says, gathered in a fixed number of queries."""

from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.html import SafeString, format_html

from portal import formats
from portal.models import Release
from portal.reasons import Reason
from schools.levels import AwardLevel, Control
from schools.models import ProgramListing, PublishedPrice, School, SchoolListing, SchoolOutcome, SchoolRecord
from schools.outcomes import FLAGS, UNITS, Caution, cautions, figures
from schools.page_parts import PRICE_HEADINGS, Rows, Sourced, domain, price_rows
from schools.schema_org import absolute, school_data
from schools.state_map import in_degrees, state_svg
from schools.vouching import Vouchers
from schools.vouching_parts import Vouched, vouched

GONE = (SchoolRecord.Status.CLOSED, SchoolRecord.Status.MERGED)


def _public(school: School | None) -> SchoolListing | None:
    """The listing of a related school, if it is public."""
    return getattr(school, "listing", None) if school else None


def applies(price: PublishedPrice) -> bool:
    """Whether the school has such students at all; a graduate price is asked of every school."""
    names = ("tuition", "fees", "per_credit")
    return any(getattr(price, name) is not None or price.reasons.get(name) != Reason.NOT_APPLICABLE for name in names)


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
        """Who the school is; a code that is missing says why."""
        listing, record, school = self.listing, self.record, self.school
        rows: Rows = [("Type", Control(listing.control).label), ("Place", self.place), ("Status", self.status)]
        for words, other in (("Now part of", self.successor), ("Reports through", self.parent)):
            if other:
                rows.append((words, format_html('<a href="{}">{}</a>', other.get_absolute_url(), other.name)))
        rows.append(("Campus", self.campus))
        rows.append(
            ("Programs here", formats.counted(listing.programs, "program") if listing.programs else "None listed")
        )
        missing = formats.as_data(None, reason=Reason.NOT_IN_FEDERAL_DATA)
        rows.append(("UNITID", school.unitid or missing))
        rows.append(("OPEID", record.opeid if record and record.opeid else missing))
        return rows

    @property
    def status(self) -> str:
        """Open, closed or merged, and since when."""
        listing = self.listing
        words = SchoolRecord.Status(listing.status).label
        if listing.closed_on:
            return f"{words}, {formats.day(listing.closed_on)}"
        return f"{words}, date not in federal data" if self.is_gone else words

    @property
    def campus(self) -> str | SafeString:
        """Main campus or branch: by who reports for whom, else by the OPEID, which ends in 00 for the main campus."""
        opeid = self.record.opeid if self.record else ""
        if self.listing.status == SchoolRecord.Status.CHILD:
            return "Branch that reports through another campus"
        if self.campuses:
            campuses = formats.counted(len(self.campuses), "campus reports", "campuses report")
            return f"Main campus; {campuses} through it"
        if not opeid:
            return formats.as_data(None, reason=Reason.NOT_IN_FEDERAL_DATA)
        return "Main campus" if opeid.endswith("00") else f"Branch, by its OPEID ending in {opeid[-2:]}"

    @property
    def place(self) -> str | SafeString:
        listing = self.listing
        parts = [self.record.address if self.record else "", listing.city, f"{listing.state_id or ''} {listing.zip}"]
        return ", ".join(part.strip() for part in parts if part.strip()) or formats.as_data(None)

    @property
    def map(self) -> SafeString:
        """Its place in the outline of its state; empty where the position or the outline is not known."""
        listing = self.listing
        if not listing.position_from or listing.latitude is None:
            return SafeString("")
        return state_svg(listing.state_id or "", listing.latitude, listing.longitude)

    @property
    def position(self) -> str:
        """The map in words: "Minneapolis, Minnesota, 44.97° N, 93.24° W"."""
        listing = self.listing
        names = [listing.city, listing.state.name if listing.state else ""]
        if not listing.position_from or listing.latitude is None:
            return ", ".join([*filter(None, names), "position not in federal data"])
        words = ", ".join([*filter(None, names), in_degrees(listing.latitude, listing.longitude)])
        return f"{words} (the middle of ZIP code {listing.zip[:5]})" if listing.position_from == "zip" else words

    # Programs ------------------------------------------------------------------------------------

    @cached_property
    def programs(self) -> list[ProgramListing]:
        rows = ProgramListing.objects.published().filter(school=self.school)
        rows = rows.select_related("field_of_study").defer("search", "field_of_study__definition")
        return list(rows.order_by("level_rank", "-core", "title", "program_id"))

    @property
    def programs_by_level(self) -> list[tuple[str, str, list[ProgramListing]]]:
        """Level in words, how many programs and graduates, and the programs; in the order of levels."""
        return [
            (AwardLevel(level).label, self._summary(rows), rows)
            for level, found in groupby(self.programs, key=lambda row: row.level)
            if (rows := list(found))
        ]

    @staticmethod
    def _summary(rows: list[ProgramListing]) -> str:
        """ "3 programs, 74 graduates"; several programs of one field share their awards, so each field counts once."""
        awards = {row.field_of_study_id: row.graduates for row in rows if row.graduates is not None}
        programs = formats.counted(len(rows), "program")
        return f"{programs}, {formats.counted(sum(awards.values()), 'graduate').lower()}" if awards else programs

    # Facts of releases ---------------------------------------------------------------------------

    price_headings = PRICE_HEADINGS

    @cached_property
    def prices(self) -> list[tuple[str, list[list[Any]]]]:
        """Undergraduate and graduate prices, a line for each residency."""
        residencies, levels = PublishedPrice.Residency.values, PublishedPrice.StudentLevel
        prices = list(PublishedPrice.objects.current().filter(school=self.school))
        prices.sort(key=lambda price: residencies.index(price.residency))
        asked = [(level, [price for price in prices if price.student_level == level]) for level in levels]
        return [(level.label, price_rows(rows, self.price_release)) for level, rows in asked if any(map(applies, rows))]

    @cached_property
    def _outcomes(self) -> list[SchoolOutcome]:
        return list(SchoolOutcome.objects.current().filter(school=self.school, measure__in=(*UNITS, *FLAGS)))

    @property
    def program_tuition(self) -> SafeString:
        """What a school that charges by the program asks for one of them; empty where College Scorecard has nothing."""
        measure = SchoolOutcome.Measure.PROGRAM_TUITION
        value = next((one.value for one in self._outcomes if one.measure == measure), None)
        return SafeString() if value is None else formats.as_data(value, release=self.outcomes_release)

    @property
    def outcomes(self) -> Rows:
        return figures(self._outcomes, UNITS, self.outcomes_release)

    @property
    def cautions(self) -> list[Caution]:
        return cautions(self._outcomes, self.school.unitid, self.outcomes_release)

    @cached_property
    def vouched(self) -> Vouched:
        return vouched(Vouchers([self.school.pk]).for_school(self.school.pk))

    # Machines ------------------------------------------------------------------------------------

    @property
    def canonical_url(self) -> str:
        return absolute(self.school.get_absolute_url())

    @property
    def in_schema_org(self) -> dict[str, Any]:
        return school_data(self.listing, self.record, self.website, self.other_names, self.parent)
