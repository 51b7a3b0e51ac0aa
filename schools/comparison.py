"""Programs side by side: the facts of their pages in the same order and the same words, one row each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.html import SafeString, conditional_escape, format_html
from django.utils.text import get_text_list

from portal import formats
from portal.reasons import Reason
from schools.levels import Control
from schools.models import Accreditation, Program, ProgramListing, SchoolOutcome
from schools.page_parts import Sourced, badges
from schools.program_page import ProgramPage, taught

MOST = 4  # columns a reader can hold against each other
NOT_ASKED = formats.as_data(None, reason=Reason.NOT_ASKED)
NOT_CONFIRMED = format_html('<span class="unknown">{}</span>', "We have not confirmed any yet")


@dataclass
class Row:
    label: str
    cells: list[SafeString]
    hint: str = ""
    lowest: list[bool] = field(default_factory=list)
    lowest_words: str = ""
    spoken: str = ""  # inside a sentence

    def __post_init__(self):
        self.spoken = self.label[0].lower() + self.label[1:]

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1

    @property
    def unasked(self) -> bool:
        """Nobody has asked any of the schools: no row for that, a sentence names it."""
        return all(cell == NOT_ASKED for cell in self.cells)

    @property
    def marked(self) -> list[tuple[SafeString, str]]:
        """Each cell with the words that mark it, empty for most."""
        marks = self.lowest or [False] * len(self.cells)
        return [(cell, self.lowest_words if mark else "") for cell, mark in zip(self.cells, marks, strict=True)]


@dataclass(frozen=True)
class Column:
    pk: int
    title: str
    school: str
    place: str
    url: str
    field: int


class Comparison(Sourced):
    """Up to ``MOST`` public programs, read with ``RELATED``; the same number of queries however many they are."""

    RELATED = ("listing", "school__listing", "field_of_study")

    def __init__(self, programs: list[Program], only_differences: bool = False):
        self.programs = programs
        self.only_differences = only_differences and len(programs) > 1
        self.pages = [ProgramPage(program) for program in programs]
        for page in self.pages:
            page.releases = self.releases

    @property
    def columns(self) -> list[Column]:
        return [
            Column(
                page.program.pk,
                page.title,
                page.listing.school_name,
                page.listing.place,
                page.listing.get_absolute_url(),
                page.field.pk,
            )
            for page in self.pages
        ]

    @property
    def fields(self) -> list[Any]:
        return [page.field for page in self.pages]

    @property
    def rows(self) -> list[Row]:
        return [row for row in self._all if row.differs or not (self.only_differences or row.unasked)]

    @property
    def unasked(self) -> str:
        """ "length, credits and admission"; empty when everything was asked of some school."""
        return get_text_list(list(dict.fromkeys(row.spoken for row in self._all if row.unasked)), "and")

    @cached_property
    def _all(self) -> list[Row]:
        return list(self._rows()) if self.programs else []

    def _rows(self) -> Iterator[Row]:
        yield self._row("Level", lambda page: page.level.label)
        yield self._row("Field", self._field)
        yield self._row("How it is taught", lambda page: taught(page.listing.delivery))
        yield self._row("Length", lambda page: self._fact(page, "length_months", "number", suffix=" months"))
        yield self._row("Credits", lambda page: self._fact(page, "credits", "number"))
        yield self._tuition()
        yield self._total()
        year = f" {self.awards_release.period}" if self.awards_release else ""
        yield self._row(f"Graduates{year}", self._graduates)
        yield self._row("Next start", lambda page: self._day(page, "next_start"))
        yield self._row("Apply by", lambda page: self._day(page, "application_deadline"))
        yield from self._admission()
        yield self._row("Type of school", lambda page: Control(page.listing.control).label)
        yield self._row("Place", lambda page: page.listing.place or formats.as_data(None))
        yield self._row("Who vouches for the program", lambda page: self._vouching(page, program=True))
        yield self._row("Who vouches for the school", lambda page: self._vouching(page, program=False))
        yield self._row(
            "Earnings of the school’s students",
            self._earnings,
            hint="Median, 10 years after entry, all fields of the school together; never of this program",
        )
        yield self._row("Confirmed by the school", self._confirmed)

    def _admission(self) -> Iterator[Row]:
        """A row for each thing that any of the programs says of admission, or says that it was not asked."""
        asked = [dict(page.admission) for page in self.pages]
        labels = dict.fromkeys(label for one in asked for label in one)
        rows = [Row(label, [conditional_escape(one.get(label, NOT_ASKED)) for one in asked]) for label in labels]
        if all(row.unasked for row in rows):
            for row in rows:
                row.spoken = "admission"
        yield from rows

    def _row(self, label: str, cell: Callable[[ProgramPage], Any], hint: str = "") -> Row:
        return Row(label, [conditional_escape(cell(page)) for page in self.pages], hint)

    # Cells ---------------------------------------------------------------------------------------

    def _fact(self, page: ProgramPage, name: str, unit: str, suffix: str = "") -> SafeString:
        """What the school says of its program, or why it says nothing."""
        return formats.as_data(getattr(page.program, name), unit, reason=self._blank(page, name), suffix=suffix)

    def _blank(self, page: ProgramPage, name: str) -> Reason:
        return Reason.NOT_PUBLISHED if name in page.program.not_published else Reason.NOT_ASKED

    def _day(self, page: ProgramPage, name: str) -> str | SafeString:
        return formats.day(getattr(page.program, name)) or formats.as_data(None, reason=self._blank(page, name))

    def _field(self, page: ProgramPage) -> SafeString:
        return format_html('{}<span class="hint">CIP {}</span>', page.field.name, page.field.cip)

    def _graduates(self, page: ProgramPage) -> SafeString:
        listing = page.listing
        return formats.as_data(listing.graduates, "number", self.awards_release, listing.graduates_reason)

    def _confirmed(self, page: ProgramPage) -> str | SafeString:
        unconfirmed = format_html('<span class="unknown">{}</span>', "Not yet")
        return formats.day(page.listing.confirmed_on) or unconfirmed

    @cached_property
    def _accreditations(self) -> list[Accreditation]:
        schools = {page.school.pk for page in self.pages}
        standing = Accreditation.objects.standing().filter(school__in=schools).select_related("accreditor")
        return list(standing.order_by("accreditor__name", "pk"))

    def _vouching(self, page: ProgramPage, program: bool) -> SafeString:
        owner = page.program.pk if program else None
        found = [one for one in self._accreditations if one.school_id == page.school.pk and one.program_id == owner]
        return format_html("<ul>{}</ul>", badges(found)) if found else NOT_CONFIRMED

    @cached_property
    def _earnings_by_school(self) -> dict[int, SchoolOutcome]:
        outcomes = SchoolOutcome.objects.current().filter(
            school__in={page.school.pk for page in self.pages}, measure=SchoolOutcome.Measure.MEDIAN_EARNINGS_10
        )
        return {outcome.school_id: outcome for outcome in outcomes}

    def _earnings(self, page: ProgramPage) -> SafeString:
        outcome = self._earnings_by_school.get(page.school.pk)
        if outcome is None:
            return formats.as_data(None, reason=Reason.NOT_IN_FEDERAL_DATA)
        return formats.as_data(outcome.value, release=self.outcomes_release, reason=outcome.reason)

    # Money ---------------------------------------------------------------------------------------

    def _tuition(self) -> Row:
        """The lowest is marked only where all known prices are of one kind: the programs' own, or their schools'."""
        row = self._row("Tuition a year", lambda page: page.tuition)
        listings = [page.listing for page in self.pages]
        known = [listing for listing in listings if listing.tuition is not None]
        if len({listing.tuition_from for listing in known}) == 1:
            row.lowest = lowest([listing.tuition for listing in listings])
            residents = any(listing.tuition_out_of_state not in (None, listing.tuition) for listing in known)
            row.lowest_words = "Lowest of these, in state" if residents else "Lowest of these"
        return row

    def _total(self) -> Row:
        row = self._row("Total tuition", lambda page: self._fact(page, "tuition_total", "money"))
        row.lowest = lowest([page.program.tuition_total for page in self.pages])
        row.lowest_words = "Lowest of these"
        return row

    @property
    def prices_are_of_two_kinds(self) -> bool:
        kinds = {page.listing.tuition_from for page in self.pages if page.listing.tuition is not None}
        return kinds == set(ProgramListing.TuitionFrom.values)


def lowest(amounts: list[int | None]) -> list[bool]:
    """Which of these are the lowest known; none where fewer than two are known or all known are the same."""
    known = [amount for amount in amounts if amount is not None]
    if len(known) < 2 or min(known) == max(known):
        return [False] * len(amounts)
    return [amount == min(known) for amount in amounts]
