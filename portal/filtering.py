"""The query string of a list, as a form.

An app says which names its addresses know, which facets and which orders
(:class:`Filters`). The chips, the h1, the title, the canonical address and the
rows all come from the same cleaned form, so they cannot disagree.

Numbers and rows come from an index in this process (:mod:`portal.facet_index`) where
there is one of the right version, else from PostgreSQL: the same answers, slower.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

import django_filters
import numpy as np
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from portal.facet_index import FacetIndex, Hits
from portal.facets import Counts, Facet, count
from portal.memory import remembered
from portal.models import ContentVersion

LONGEST_TEXT = 100  # characters of a search
MOST_CHIPS = 10  # with a chip each; above, one takes all values of a facet off
INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
Pairs = list[tuple[str, str]]


class Shared:
    """A field that holds nothing of a request, so that all requests may share it."""

    def __deepcopy__(self, memo: Any) -> Any:
        return self


class TextField(Shared, forms.CharField):
    """What a person typed: composed, without invisible characters, spaces as single ones, cut at 100."""

    def clean(self, value: Any) -> str:
        text = INVISIBLE.sub(" ", unicodedata.normalize("NFC", str(value or "")))
        return " ".join(text.split())[:LONGEST_TEXT].strip()


class FacetField(Shared, forms.Field):
    widget = forms.SelectMultiple

    def __init__(self, *, facet: Facet, **kwargs: Any):
        super().__init__(**kwargs)
        self.facet = facet

    def clean(self, value: Any) -> list[str]:
        return self.facet.clean(value or [])


class KnownChoiceField(Shared, forms.Field):
    """One of these values; anything else is as if nothing were said."""

    def __init__(self, *, choices: Iterable[str], **kwargs: Any):
        super().__init__(**kwargs)
        self.choices = list(choices)

    def clean(self, value: Any) -> str:
        return value if value in self.choices else ""


class TextFilter(django_filters.Filter):
    field_class = TextField

    def __deepcopy__(self, memo: Any) -> "TextFilter":
        return copy(self)  # each list has filters of its own; what is inside them is shared


class FacetFilter(django_filters.Filter):
    field_class = FacetField

    def filter(self, qs: QuerySet, value: Sequence[str]) -> QuerySet:
        return qs.filter(self.extra["facet"].condition(value)) if value else qs


class SortFilter(django_filters.Filter):
    field_class = KnownChoiceField

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs  # orders nothing away; see Filters.ordered


@dataclass(frozen=True)
class Parts:
    """What a list makes of its facets once a version."""

    facets: list[Facet]
    filters: dict[str, django_filters.Filter]
    form: type[forms.Form]


@dataclass(frozen=True)
class Chip:
    """One filter that is on, and the address without it."""

    name: str
    value: str
    label: str
    url: str


class Filters(django_filters.FilterSet):
    """The query string of a list. Unknown names and values are dropped, never an error.

    Subclasses declare filters, and override the methods that say something in
    words. ``SORTS`` maps the value in the address to its label; "" is the default.
    ``ORDERS`` says what each sorts by; one that is not in it has a way of its own.
    """

    SORTS: dict[str, str] = {}
    ORDERS: dict[str, Sequence[Any]] = {}
    NOT_OF_ROWS: frozenset[str] = frozenset()  # orders that depend on what is asked: a distance
    PLACE: str = ""  # the column whose rows share a latitude and longitude, if the list can be near something
    SILENT: frozenset[str] = frozenset()  # names that belong to another filter and have no chip of their own

    version: int
    _declared: list[Facet]

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        """The facets as the database has them now. Kept until anything public changes."""
        return []

    @classmethod
    def whole_list(cls) -> QuerySet:
        """Everything a visitor may see, before any filter."""
        raise NotImplementedError

    @classmethod
    def arranged(cls, rows: QuerySet, sort: str) -> QuerySet:
        """Rows in one of the orders that hold for the whole list."""
        return rows.order_by(*cls.ORDERS[sort])

    @classmethod
    def found_by(cls, rows: QuerySet, text: str) -> Iterable[tuple[int, float]]:
        """What a search finds: ids and ranks, higher is better; one query."""
        pks = rows.search(text).values_list("pk", flat=True)  # type: ignore[attr-defined]
        return [(pk, -place) for place, pk in enumerate(pks)]

    @classmethod
    def warm(cls, index: FacetIndex) -> None:
        """Remember what pages of this version will ask for besides the index."""
        cls(QueryDict(), cls.whole_list(), index=index)

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet,
        path: str = "",
        like: "Filters | None" = None,
        index: FacetIndex | None = None,
    ):
        super().__init__(data, queryset)
        self.path = path
        self.index: FacetIndex | None = like.index if like else index
        self.version = like.version if like else index.version if index else ContentVersion.now()
        parts: Parts = like.parts if like else self._remembered("parts", self._parts)
        self.parts: Parts = parts
        self._declared = list(self.index.facets) if self.index else parts.facets
        self.filters |= parts.filters

    def _parts(self) -> "Parts":
        """What is the same for every address of one version: the facets, as filters, and the form."""
        facets = list(self.index.facets) if self.index else self.declare_facets()
        filters: dict[str, django_filters.Filter] = {facet.name: FacetFilter(facet=facet) for facet in facets}
        filters["sort"] = SortFilter(choices=[value for value in self.SORTS if value])
        self.filters |= filters
        return Parts(facets, filters, super().get_form_class())

    def get_form_class(self) -> type[forms.Form]:
        return self.parts.form

    def _remembered(self, what: str, compute: Callable[[], Any]) -> Any:
        return remembered(f"{type(self).__qualname__}.{what}", self.version, compute)

    # What was asked ------------------------------------------------------------------------------

    @cached_property
    def cleaned(self) -> dict[str, Any]:
        """The one truth of the page."""
        self.form.is_valid()
        return self.form.cleaned_data

    @cached_property
    def facets(self) -> list[Facet]:
        """The declared facets; a ceiling the visitor brought along is an option of its facet."""
        return [facet.with_values(self.cleaned[facet.name]) for facet in self._declared]

    @property
    def chosen(self) -> dict[str, list[str]]:
        return {facet.name: self.cleaned[facet.name] for facet in self.facets}

    def pairs(self) -> Pairs:
        """The query as names and values: only what is known, in one order, without the page."""
        return list(self._pairs)

    @cached_property
    def _pairs(self) -> Pairs:
        pairs: Pairs = []
        for name in self.filters:
            value = self.cleaned.get(name)
            pairs += [(name, one) for one in (value if isinstance(value, list) else [value]) if one]
        return pairs

    def active(self) -> Pairs:
        """The filters that are on, as a visitor counts them."""
        return [(name, value) for name, value in self.pairs() if name != "sort" and name not in self.SILENT]

    @property
    def is_wide_open(self) -> bool:
        return not self.active()

    # What follows from it ------------------------------------------------------------------------

    def narrowed(self) -> QuerySet:
        """Rows after everything that is no facet."""
        rows = self.queryset.all()
        for name, filter_ in self.filters.items():
            if not isinstance(filter_, FacetFilter):
                rows = filter_.filter(rows, self.cleaned[name])
        return rows

    def matching(self) -> QuerySet:
        """Rows after everything."""
        rows = self.narrowed()
        for facet in self.facets:
            if self.cleaned[facet.name]:
                rows = rows.filter(facet.condition(self.cleaned[facet.name]))
        return rows

    def ordered(self, rows: QuerySet) -> QuerySet:
        if self.cleaned["q"] and not self.sort_in_force:
            return self.best_first(rows)
        return self.arranged(rows, self.sort_in_force)

    def best_first(self, rows: QuerySet) -> QuerySet:
        """A search orders what it finds."""
        return rows

    @property
    def sort_in_force(self) -> str:
        return self.cleaned["sort"]

    def sort_options(self) -> list[dict[str, Any]]:
        """Orders of the form. Where words are searched, the default order is by how well they match."""
        labels = self.SORTS | ({"": "Best match"} if self.cleaned["q"] else {})
        return [
            {"value": value, "label": label, "selected": value == self.sort_in_force} for value, label in labels.items()
        ]

    @cached_property
    def counts(self) -> Counts:
        def compute() -> Counts:
            return count(self.narrowed(), self.facets, self.chosen)

        if self.index:
            return self._in_index[0]
        if self.is_wide_open:
            return self._remembered("counts", compute)
        return compute()

    # The same from the index -----------------------------------------------------------------------

    def facet(self, name: str) -> Facet:
        return next(facet for facet in self.facets if facet.name == name)

    @cached_property
    def hits(self) -> Hits | None:
        """What the search finds, best first; None where nothing is searched."""
        text, index = self.cleaned["q"], self.index
        assert index
        return index.hits(text, lambda: self.found_by(self.queryset.all(), text)) if text else None

    def marked(self) -> list[np.ndarray]:
        """The rows that each filter lets pass which is no facet."""
        return [self.hits.bits] if self.hits else []

    @cached_property
    def _in_index(self) -> tuple[Counts, np.ndarray]:
        assert self.index
        return self.index.count(self.facets, self.chosen, self.marked())

    @property
    def passing(self) -> np.ndarray:
        """The rows of the index that pass everything."""
        return self._in_index[1]

    def positions(self, start: int, stop: int) -> list[int]:
        """Where the rows of a page stand in the index, in the order of the page."""
        assert self.index
        by_words = self.hits and not self.sort_in_force
        order = self.hits.positions if by_words else self.index.orders[self.sort_in_force]  # type: ignore[union-attr]
        return self.index.page(self.passing, order, start, stop)

    def ids(self, start: int, stop: int) -> list[int]:
        assert self.index
        return self.index.ids_of(self.positions(start, stop))

    # In words ------------------------------------------------------------------------------------

    def label_of(self, name: str, value: str) -> str:
        """A filter that is on, on its chip."""
        facet = next((facet for facet in self.facets if facet.name == name), None)
        if facet:
            return f"{facet.label}: {facet.label_of(value)}"
        if name == "sort":
            return f"Sort: {self.SORTS[value]}"
        return f"“{value}”"

    def sentence(self, total: int) -> str:
        """What the list holds, as its h1 says it."""
        raise NotImplementedError

    def notes(self) -> list[str]:
        """What the visitor should know about how the address was read."""
        asked = self.data.get("q") or ""
        if len(asked) > LONGEST_TEXT:
            return [f"The search was longer than {LONGEST_TEXT} characters; the rest was left out."]
        return []

    # Addresses -----------------------------------------------------------------------------------

    def url(self, pairs: Pairs, page: int = 1) -> str:
        query = urlencode([*pairs, *([("page", str(page))] if page > 1 else [])])
        return f"{self.path}?{query}" if query else self.path

    def without(self, name: str, value: str | None = None) -> Pairs:
        """The query less one filter, or less one value of it."""
        return [pair for pair in self.pairs() if pair[0] != name or value not in (None, pair[1])]

    def chips(self) -> list[Chip]:
        """One for each value that is on; where very many are, one for a facet: each carries the whole address."""
        chips, pairs = [], [pair for pair in self.pairs() if pair[0] not in self.SILENT]
        most = MOST_CHIPS if len(pairs) <= MOST_CHIPS else 1
        for name, values in groupby(pairs, key=itemgetter(0)):
            chosen = [value for _, value in values]
            if len(chosen) > most and name in self.chosen:
                label = f"{self.facet(name).label}: {len(chosen)} chosen"
                chips.append(Chip(name, "all", label, self.url([pair for pair in self.pairs() if pair[0] != name])))
            else:
                chips += [
                    Chip(name, value, self.label_of(name, value), self.url(self.without(name, value)))
                    for value in chosen
                ]
        return chips

    def facet_groups(self) -> list[dict[str, Any]]:
        """The facets as the form prints them."""
        groups = []
        for facet in self.facets:
            chosen, numbers = self.cleaned[facet.name], self.counts.options[facet.name]
            options = [
                {
                    "value": option.value,
                    "label": option.label,
                    "count": numbers[option.value],
                    "selected": option.value in chosen,
                }
                for option in facet.shown(chosen)
            ]
            groups.append({"name": facet.name, "label": facet.label, "note": facet.note, "options": options})
        return groups

    # When nothing matches ------------------------------------------------------------------------

    def _said(self, name: str) -> str:
        """All values of one filter together: "State: Minnesota or Iowa"."""
        first, *others = (self.label_of(name, str(value)) for active, value in self.active() if active == name)
        return " or ".join([first, *(label.removeprefix(f"{self.facet(name).label}: ") for label in others)])

    def why_nothing(self) -> str:
        """What is in the way: the one filter that is on, or that there are several."""
        names = list(dict.fromkeys(name for name, _ in self.active()))
        if len(names) == 1:
            return f"Nothing matches {self._said(names[0])}"
        return f"Nothing matches {'both' if len(names) == 2 else f'all {len(names)}'} filters together"

    def everything(self) -> int:
        """How many rows there are without any filter."""
        return self.at([]).counts.total

    def ways_out(self) -> list[tuple[str, int, str]]:
        """(words, results, address) for each single filter whose removal gives results."""
        ways = []
        for facet in self.facets:
            if self.cleaned[facet.name] and (left := self.counts.without[facet.name]):
                ways.append((f"Remove “{self._said(facet.name)}”", left, self.url(self.without(facet.name))))
        if self.cleaned.get("q"):
            wider = self.at(self.without("q"))
            if wider.counts.total:
                ways.append((f"Remove “{self.cleaned['q']}”", wider.counts.total, self.url(self.without("q"))))
        return ways

    def at(self, pairs: Pairs) -> "Filters":
        """The same list at another address."""
        return type(self)(query_of(pairs), self.queryset, self.path, like=self)


def query_of(pairs: Pairs) -> QueryDict:
    return QueryDict(urlencode(pairs))
