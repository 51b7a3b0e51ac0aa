"""What most projects do with Django's ORM: a COUNT for each option, or a GROUP BY for each facet."""

from collections import defaultdict
from typing import Any

import django_filters
from django.db.models import Count, QuerySet
from django.http import QueryDict

from benchmarks.rows import PER_PAGE, Answer, Ask
from portal.facets import Counts, Facet
from schools.filters import ProgramFilter
from schools.models import ProgramListing


def rows_of(ask: Ask, left_out: str = "") -> QuerySet:
    """The rows that pass, all facets but one, as django-filter narrows them."""
    filters = ProgramFilter(QueryDict(ask.query), ProgramListing.objects.published(), "/programs/")
    rows = filters.narrowed()
    for facet in filters.facets:
        if facet.name != left_out and filters.cleaned[facet.name]:
            rows = rows.filter(facet.condition(filters.cleaned[facet.name]))
    return rows


def page_of(ask: Ask) -> list[int]:
    filters = ProgramFilter(QueryDict(ask.query), ProgramListing.objects.published(), "/programs/")
    rows = filters.ordered(filters.matching()).defer("search").select_related("field_of_study")
    return [row.pk for row in rows[ask.start : ask.start + PER_PAGE]]


class OptionFilter(django_filters.MultipleChoiceFilter):
    """One facet as django-filter's own kind of filter."""

    def __init__(self, facet: Facet):
        super().__init__(choices=[(option.value, option.label) for option in facet.options])
        self.facet = facet

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(self.facet.condition(value)) if value else qs


class CountPerOption:
    """A FilterSet, and beside each option a query that counts what it would give."""

    def __init__(self, facets: list[Facet]):
        self.facets = facets
        self.filters = {facet.name: OptionFilter(facet) for facet in facets}

    def answer(self, ask: Ask) -> Answer:
        total = rows_of(ask).order_by().count()
        options: dict[str, dict[str, int]] = {}
        for facet in self.facets:
            others = rows_of(ask, left_out=facet.name).order_by()
            options[facet.name] = {
                option.value: self.filters[facet.name].filter(others, [option.value]).count()
                for option in facet.options
            }
        return Answer(Counts(total, options, dict.fromkeys(options, 0)), page_of(ask))


class GroupByFacet:
    """One GROUP BY for each facet, without its own selection."""

    def __init__(self, facets: list[Facet]):
        self.facets = facets

    def answer(self, ask: Ask) -> Answer:
        total = rows_of(ask).order_by().count()
        options: dict[str, dict[str, int]] = {}
        for facet in self.facets:
            groups = rows_of(ask, left_out=facet.name).order_by().annotate(key=facet.key).values("key")
            numbers: dict[str, int] = defaultdict(int)
            for key, number in groups.annotate(number=Count("pk")).values_list("key", "number"):
                for value in facet.carried(tuple(key) if isinstance(key, list) else key):
                    numbers[value] += number
            options[facet.name] = {option.value: numbers[option.value] for option in facet.options}
        return Answer(Counts(total, options, dict.fromkeys(options, 0)), page_of(ask))
