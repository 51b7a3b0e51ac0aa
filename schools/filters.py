"""What the addresses of the program list and the school list can ask for."""

from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet

from portal.facets import Facet, Option
from portal.filtering import Filters, Pairs, TextFilter
from schools.facets import CONTROL, OfferFacet, program_facets, state_facet
from schools.geography import miles_from, places_meant, position_of, zip_in
from schools.levels import Delivery
from schools.models import ProgramListing, SchoolListing
from schools.sentences import program_sentence, school_sentence

NEAREST, FARTHEST, USUAL_RADIUS = 5, 250, 50  # miles
RADII = (10, 25, 50, 100, 250)


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
    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.search(value) if value else qs


class PlaceForm(forms.Form):
    """Reads a state, or a ZIP, typed into the search box as the filter it means."""

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self.notes: list[str] = []
        states = {option.value: option.label for option in self.fields["state"].facet.options if option.value.isupper()}
        meant = places_meant(data["q"], states)
        if meant.zip and ("near" not in data or data["near"]):
            return data  # no second place; the ZIP stays a word
        data["q"] = meant.text
        data["state"] = self.fields["state"].facet.clean([*data["state"], *meant.states])
        if "near" in data:
            data["near"] = data["near"] or meant.zip
            self.find_position(data)
        return data

    def find_position(self, data: dict[str, Any]) -> None:
        self.position = position_of(data["near"]) if data["near"] else None
        self.near_typed = data["near"]
        if data["near"] and self.position is None:
            self.notes.append(
                f"We know no place for ZIP code {data['near']}: the Census has no area for it. "
                "Distance is left out; a neighboring ZIP code may work."
            )
            data["near"] = ""


class ProgramFilter(Filters):
    """The query of /programs/."""

    SORTS = {
        "": "Most graduates",
        "name": "Name",
        "tuition": "Lowest tuition",
        "graduates": "Most graduates, all subjects",
        "distance": "Nearest",
    }
    SILENT = frozenset({"radius"})

    q = SearchFilter(label="")
    near = NearFilter(label="")
    radius = RadiusFilter(label="")

    class Meta:
        model = ProgramListing
        fields: list[str] = []
        form = PlaceForm

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        return program_facets()

    # Place ---------------------------------------------------------------------------------------

    @property
    def position(self):
        """The middle of the ZIP code area asked for, if any."""
        return self.form.position if self.cleaned["near"] else None

    @property
    def near_typed(self) -> str:
        return self.form.near_typed if self.cleaned is not None else ""

    def within_radius(self, rows: QuerySet) -> QuerySet:
        """Schools that near, and programs known to be taught online, wherever they are."""
        distance = miles_from(self.position.latitude, self.position.longitude)
        return rows.annotate(miles=distance).filter(
            Q(miles__lte=self.cleaned["radius"]) | Q(delivery__contains=[Delivery.ONLINE])
        )

    # Order ---------------------------------------------------------------------------------------

    @property
    def sort_in_force(self) -> str:
        asked = self.cleaned["sort"]
        if asked == "distance" and not self.cleaned["near"]:
            return ""
        return asked or ("distance" if self.cleaned["near"] and not self.cleaned["q"] else "")

    def sort_options(self) -> list[dict[str, Any]]:
        return [option for option in super().sort_options() if option["value"] != "distance" or self.cleaned["near"]]

    def ordered(self, rows: QuerySet) -> QuerySet:
        default = rows.model.objects.none().DEFAULT_ORDER
        orders = {
            "name": ["title", "school_name", "program"],
            "tuition": [F("tuition").asc(nulls_last=True), *default],
            "graduates": [F("graduates").desc(nulls_last=True), "title", "program"],
            "distance": [F("miles").asc(nulls_last=True), *default] if self.cleaned["near"] else None,
        }
        if order := orders.get(self.sort_in_force):
            return rows.order_by(*order)
        return rows.best_first(self.cleaned["q"]) if self.cleaned["q"] else rows.in_default_order()

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
        return [*super().notes(), *self.form.notes]

    def radius_options(self) -> list[dict[str, Any]]:
        miles = sorted({*RADII, self.cleaned["radius"]})
        return [{"value": one, "label": f"{one} miles", "selected": one == self.cleaned["radius"]} for one in miles]

    def ways_out(self) -> list[tuple[str, int, str]]:
        ways = super().ways_out()
        near, radius = self.cleaned["near"], self.cleaned["radius"]
        if near:
            elsewhere = self.without("near")
            others = [pair for pair in self.pairs() if pair[0] != "radius"]
            wider = [("radius", str(miles)) for miles in RADII if miles > radius]
            tries = [(f"Look within {miles} miles", [*others, (name, miles)]) for name, miles in wider]
            for words, pairs in [*tries[:1], *tries[1:][-1:], ("Look everywhere", elsewhere)]:
                if left := self.at(pairs).counts.total:
                    ways.append((words, left, self.url(self.at(pairs).pairs())))
                    break
        return ways


class SchoolFilter(Filters):
    """The query of /schools/."""

    SORTS = {"": "Most programs", "name": "Name", "graduates": "Most graduates"}

    q = SearchFilter(label="")

    class Meta:
        model = SchoolListing
        fields: list[str] = []
        form = PlaceForm

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        return [
            state_facet(SchoolListing.objects.published()),
            CONTROL,
            OfferFacet("programs", "Programs here", [Option("yes", "Lists programs"), Option("no", "Lists none")]),
        ]

    def ordered(self, rows: QuerySet) -> QuerySet:
        orders = {
            "name": ["name", "school"],
            "graduates": [F("graduates").desc(nulls_last=True), "name", "school"],
        }
        if order := orders.get(self.sort_in_force):
            return rows.order_by(*order)
        return rows.best_first(self.cleaned["q"]) if self.cleaned["q"] else rows.in_default_order()

    def sentence(self, total: int) -> str:
        return school_sentence(self, total)

    def notes(self) -> list[str]:
        return [*super().notes(), *self.form.notes]
