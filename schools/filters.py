"""What the addresses of the program list and the school list can ask for."""

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from django import forms
from django.db.models import F, Q, QuerySet

from portal.facet_index import FacetIndex
from portal.facets import Facet, Option
from portal.filtering import Filters, Pairs, TextField, TextFilter
from schools.cards import facts_of
from schools.elsewhere import notes_on_place
from schools.facets import CONTROL, OfferFacet, program_facets, state_facet
from schools.geography import miles_between, miles_from, zip_in, zip_places
from schools.levels import Delivery
from schools.models import ProgramListing, SchoolListing
from schools.reading import ReadingForm, WordsField, notes_on_reading, ways_by_fewer_words, ways_by_spelling
from schools.sentences import program_sentence, school_sentence
from schools.spelling import vocabulary

NEAREST, FARTHEST, USUAL_RADIUS = 5, 250, 50  # miles
RADII = (5, 10, 25, 50, 100, 250)


class ZipField(forms.Field):
    """Five digits; anything else is as if nothing were said."""

    def clean(self, value: Any) -> str:
        return zip_in(value or "")


class RadiusField(forms.Field):
    """Whole miles from 5 to 250; 50 where nothing sensible was said."""

    def clean(self, value: Any) -> int:
        text = (value or "").strip()
        if not (text.isascii() and text.isdigit()):
            return USUAL_RADIUS
        return FARTHEST if len(text) > 6 else min(max(int(text), NEAREST), FARTHEST)


class NearFilter(TextFilter):
    field_class = ZipField

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return self.parent.within_radius(qs) if value else qs


class RadiusFilter(TextFilter):
    field_class = RadiusField

    def filter(self, qs: QuerySet, value: int) -> QuerySet:
        return qs  # only means something beside a ZIP


class SearchFilter(TextFilter):
    """Words. ``is_corrected=False`` takes slips of spelling as they are; see :mod:`schools.reading`."""

    field_class = WordsField

    @property
    def field(self) -> WordsField:
        field = super().field
        field.version = self.parent.version
        return field

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.search(value) if value else qs


class ProgramFilter(Filters):
    """The query of /programs/."""

    SORTS = {
        "": "Most graduates",
        "name": "Name",
        "tuition": "Lowest tuition",
        "graduates": "Most graduates, all subjects",
        "earnings": "Highest earnings of the school’s students",
        "distance": "Nearest",
    }
    DEFAULT = ProgramListing.objects.none().DEFAULT_ORDER
    ORDERS = {
        "": DEFAULT,
        "name": ["title", "school_name", "program_id"],
        "tuition": [F("tuition").asc(nulls_last=True), *DEFAULT],
        "graduates": [F("graduates").desc(nulls_last=True), "title", "program_id"],
        "earnings": [F("school_earnings").desc(nulls_last=True), *DEFAULT],
    }
    ORDER_IN_WORDS = {
        "": "health administration first, then the most graduates",
        "name": "by name",
        "tuition": "the lowest tuition first, programs without a known one last",
        "graduates": "the most graduates first, in all subjects alike",
        "earnings": "the highest earnings of the whole school’s students first, schools without a known figure last",
        "distance": "the nearest first, schools of unknown position last",
    }
    NOT_OF_ROWS = frozenset({"distance"})
    PLACE = "school"
    SILENT = frozenset({"radius"})

    q = SearchFilter(label="")
    near = NearFilter(label="")
    radius = RadiusFilter(label="")

    class Meta:
        model = ProgramListing
        fields: list[str] = []
        form = ReadingForm

    @classmethod
    def whole_list(cls) -> QuerySet:
        return ProgramListing.objects.published()

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        return program_facets()

    @classmethod
    def warm(cls, index: FacetIndex) -> None:
        super().warm(index)
        zip_places(index.version)
        vocabulary(index.version)
        facts_of(index.version)

    # Place ---------------------------------------------------------------------------------------

    @property
    def position(self):
        """The middle of the ZIP code area asked for, if any."""
        return self.form.position if self.cleaned["near"] else None

    @property
    def near_typed(self) -> str:
        """What the form shows again: the ZIP code understood, else what was typed."""
        understood = self.form.near_typed if self.cleaned else ""
        return understood or TextField().clean(self.data.get("near"))

    def within_radius(self, rows: QuerySet) -> QuerySet:
        """Schools that near, and programs known to be taught online, wherever they are."""
        distance = miles_from(self.position.latitude, self.position.longitude)
        return rows.annotate(miles=distance).filter(
            Q(miles__lte=self.cleaned["radius"]) | Q(delivery__contains=[Delivery.ONLINE])
        )

    @cached_property
    def miles(self) -> np.ndarray:
        """The same in memory: miles from the ZIP code to each place of the index."""
        return miles_between(self.position, self.index.places)

    @cached_property
    def near_enough(self) -> np.ndarray:
        online = self.index.carrying(self.facet("delivery"), [Delivery.ONLINE])
        return self.index.at_places(self.miles <= self.cleaned["radius"]) | online

    def marked(self) -> list[np.ndarray]:
        return [*super().marked(), *([self.near_enough] if self.position else [])]

    def miles_to(self, rows: Sequence[Any]) -> dict[int, float | None] | None:
        """How far each row is from the place asked for, null where nobody knows; None where no place was asked for."""
        if self.position is None:
            return None
        if self.index is None:
            return {row.pk: row.miles for row in rows}
        miles = {row.pk: float(self.miles[self.index.place_of(row.pk)]) for row in rows}
        return {pk: None if math.isnan(one) else one for pk, one in miles.items()}

    # Order ---------------------------------------------------------------------------------------

    @property
    def sort_in_force(self) -> str:
        asked = self.cleaned["sort"]
        if asked == "distance" and not self.cleaned["near"]:
            return ""
        return asked or ("distance" if self.cleaned["near"] and not self.cleaned["q"] else "")

    def sort_options(self) -> list[dict[str, Any]]:
        return [option for option in super().sort_options() if option["value"] != "distance" or self.cleaned["near"]]

    @property
    def order_in_words(self) -> str:
        if self.cleaned["q"] and not self.sort_in_force:
            return f"the best match first; of equal ones {self.ORDER_IN_WORDS['']}"
        return self.ORDER_IN_WORDS[self.sort_in_force]

    def ordered(self, rows: QuerySet) -> QuerySet:
        if self.sort_in_force == "distance":
            return rows.order_by(F("miles").asc(nulls_last=True), *self.ORDERS[""])
        return super().ordered(rows)

    def best_first(self, rows: QuerySet) -> QuerySet:
        return rows.best_first(self.cleaned["q"])

    @classmethod
    def found_by(cls, rows: QuerySet, text: str) -> Iterable[tuple[int, float]]:
        return rows.search(text).ranked(text).order_by().values_list("pk", "rank")

    def positions(self, start: int, stop: int) -> list[int]:
        if self.sort_in_force == "distance":
            return self.index.nearest(self.passing, self.miles, start, stop)
        return super().positions(start, stop)

    # Words ---------------------------------------------------------------------------------------

    def pairs(self) -> Pairs:
        near, radius = self.cleaned["near"], self.cleaned["radius"]
        unsaid = {"radius"} if not near or radius == USUAL_RADIUS else set()
        if self.cleaned["sort"] == "distance" and not near:
            unsaid.add("sort")
        return [(name, str(value)) for name, value in super().pairs() if name not in unsaid]

    def without(self, name: str, value: str | None = None) -> Pairs:
        pairs = super().without(name, value)
        if name == "near":
            pairs = [pair for pair in pairs if pair[0] != "radius" and pair != ("sort", "distance")]
        return pairs

    def label_of(self, name: str, value: str) -> str:
        if name == "near":
            return f"Within {self.cleaned['radius']} miles of {value}, or online"
        return super().label_of(name, value)

    def sentence(self, total: int) -> str:
        return program_sentence(self, total)

    def notes(self) -> list[str]:
        return [*super().notes(), *notes_on_reading(self), *notes_on_place(self)]

    def radius_options(self) -> list[dict[str, Any]]:
        miles = sorted({*RADII, self.cleaned["radius"]})
        return [{"value": one, "label": f"{one} miles", "selected": one == self.cleaned["radius"]} for one in miles]

    def ways_out(self) -> list[tuple[str, int, str]]:
        ways = [*ways_by_spelling(self), *ways_by_fewer_words(self), *super().ways_out()]
        near, radius = self.cleaned["near"], self.cleaned["radius"]
        if near:
            others = [pair for pair in self.pairs() if pair[0] != "radius"]
            for miles in (miles for miles in RADII if miles > radius):
                wider = self.at([*others, ("radius", str(miles))])
                if left := wider.counts.total:
                    ways.append((f"Look within {miles} miles of {near}", left, self.url(wider.pairs())))
                    break
            if left := self.at(self.without("near")).counts.total:
                ways.append((f"Look everywhere, not only near {near}", left, self.url(self.without("near"))))
        return ways


class SchoolFilter(Filters):
    """The query of /schools/."""

    SORTS = {"": "Most programs", "name": "Name", "graduates": "Most graduates"}
    ORDERS = {
        "": SchoolListing.objects.none().DEFAULT_ORDER,
        "name": ["name", "school_id"],
        "graduates": [F("graduates").desc(nulls_last=True), "name", "school_id"],
    }

    q = SearchFilter(label="")

    class Meta:
        model = SchoolListing
        fields: list[str] = []
        form = ReadingForm

    @classmethod
    def whole_list(cls) -> QuerySet:
        return SchoolListing.objects.published()

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        return [
            state_facet(SchoolListing.objects.published()),
            CONTROL,
            OfferFacet("programs", "Programs here", [Option("yes", "Lists programs"), Option("no", "Lists none")]),
        ]

    def best_first(self, rows: QuerySet) -> QuerySet:
        return rows.best_first(self.cleaned["q"])

    @classmethod
    def found_by(cls, rows: QuerySet, text: str) -> Iterable[tuple[int, float]]:
        return rows.search(text).ranked(text).order_by().values_list("pk", "rank")

    def sentence(self, total: int) -> str:
        return school_sentence(self, total)

    def notes(self) -> list[str]:
        return [*super().notes(), *notes_on_reading(self), *notes_on_place(self)]

    def ways_out(self) -> list[tuple[str, int, str]]:
        return [*ways_by_spelling(self), *ways_by_fewer_words(self), *super().ways_out()]
