"""Pages that only the benchmark's own server has: the list without its data, and with the data of other ways."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from benchmarks.contenders.orm import CountPerOption, GroupByFacet
from benchmarks.rows import Ask, Table
from portal.filtering import Filters
from portal.listing import CountedPaginator, ListingView
from schools.filters import ProgramFilter
from schools.views.directory import ProgramList


@dataclass
class Found:
    """Everything a page says, before a byte of it is written. Counts and cleaned form are kept by the filters."""

    filters: Filters
    page: Page
    context: dict[str, Any]
    reasons: dict[int, Any]


_found: dict[str, Found] = {}


class MadeEachTime(ProgramList):
    """``/programs/`` as whoever asks first gets it: nobody is answered with the page that another has got."""

    def dispatch(self, request, *args, **kwargs):
        request.path = request.path_info = "/programs/"
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class PreparedList(MadeEachTime):
    """``/programs/`` that asks and counts the first time each address is asked for, and later only writes."""

    found: Found | None = None

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.META["QUERY_STRING"]
        if asked not in _found:
            super().get(request)
            _found[asked] = self.finding
        self.found = found = _found[asked]
        context = found.context | self.more(found.filters, found.page)
        return render(request, self.template_name, context)

    def context(self, filters, page):
        context = super().context(filters, page)
        self.finding = Found(filters, page, context, super().reasons(filters, page))
        return context

    def reasons(self, filters, page):
        return self.found.reasons if self.found else super().reasons(filters, page)


@cache
def table() -> Table:
    return Table()


class RivalList(MadeEachTime):
    """``/programs/`` as it would be with the numbers and rows found in another way; nothing is kept between pages."""

    contender: Callable[..., Any] = CountPerOption

    def get(self, request: HttpRequest) -> HttpResponse:
        ask: Ask = table().ask(request.META["QUERY_STRING"], is_counted=False)
        answer = self.contender(table().facets).answer(ask)
        filters = ProgramFilter(request.GET, ProgramFilter.whole_list(), request.path)
        filters.__dict__["counts"] = answer.counts
        page = CountedPaginator(self.per_page, answer.counts.total).page(ask.page)
        rows, _ = ListingView.fetched(self, filters, answer.ids)
        for row in rows.values():
            row.miles = None  # a contender tells which rows are near, not how far they are
        page.object_list = [rows[pk] for pk in answer.ids]
        return render(request, self.template_name, self.context(filters, page) | self.more(filters, page))


class GroupByList(RivalList):
    contender = GroupByFacet
