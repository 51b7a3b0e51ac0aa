"""A list with filters, as a declaration: rows, words, template. Knows nothing of schools or occupations.

What the address asks for is the business of :mod:`portal.filtering`.
"""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from portal import formats
from portal.filtering import Filters


def page_number(asked: str | None, last: int) -> int:
    """The page an address means: the nearest that exists. Only the digits 0 to 9 are a number."""
    text = (asked or "").strip()
    if not (text.isascii() and text.isdigit()):
        return 1
    return last if len(text) > 9 else min(max(int(text), 1), last)


class CountedPaginator(Paginator):
    """A paginator that is told how many rows there are."""

    def __init__(self, rows: QuerySet, per_page: int, total: int):
        super().__init__(rows, per_page)
        self.count = total  # type: ignore[misc]


class ListingView(View):
    """A list with filters, as a declaration."""

    filterset_class: type[Filters]
    template_name = ""
    noun, nouns = "result", "results"
    per_page = 20

    def rows(self) -> QuerySet:
        """Everything a visitor may see, before any filter."""
        raise NotImplementedError

    def prepare(self, rows: QuerySet) -> QuerySet:
        """The rows of one page, with what their cards need."""
        return rows

    def more(self, filters: Filters, page: Page) -> dict[str, Any]:
        """What else this list's template needs."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = self.filterset_class(request.GET, self.rows(), request.path)
        total = filters.counts.total
        paginator = CountedPaginator(self.prepare(filters.ordered(filters.matching())), self.per_page, total)
        page = paginator.page(page_number(request.GET.get("page"), paginator.num_pages))
        page.object_list = list(page.object_list) if total else []
        return render(request, self.template_name, self.context(filters, page) | self.more(filters, page))

    def asks_for_what_is_not(self, filters: Filters, pairs: list[tuple[str, str]]) -> bool:
        """Whether the address names a filter and the page does not have it on: a value nobody knows was dropped."""
        asked = {name for name, values in self.request.GET.lists() if name in filters.filters and any(values)}
        return bool(asked - {name for name, _ in pairs} - filters.SILENT)

    def context(self, filters: Filters, page: Page) -> dict[str, Any]:
        pairs, active, total = filters.pairs(), filters.active(), page.paginator.count
        sentence = filters.sentence(total)
        pages = f" (page {page.number} of {page.paginator.num_pages})" if page.paginator.num_pages > 1 else ""
        empty = total == 0
        return {
            "filters": filters,
            "listing_path": filters.path,
            "total": total,
            "noun": self.noun,
            "nouns": self.nouns,
            "filters_on": len(active),
            "active_chips": filters.chips(),
            "clear_url": filters.path,
            "facet_groups": filters.facet_groups(),
            "sort_options": filters.sort_options(),
            "query": urlencode(pairs),
            "sort": filters.cleaned["sort"],
            "page": page,
            "rows": page.object_list,
            "sentence": sentence,
            "page_title": sentence + pages,
            "notes": filters.notes(),
            "ways": [
                (url, f"{words} ({formats.counted(left, self.noun, self.nouns)})")
                for words, left, url in (filters.ways_out() if empty else ())
            ],
            "canonical_url": settings.SITE_URL + filters.url(pairs, page.number),
            # One filter makes a page worth finding; more of them, an order or a later page make copies of it.
            "noindex": empty
            or len(active) > 1
            or bool(filters.cleaned["sort"])
            or page.number > 1
            or self.asks_for_what_is_not(filters, pairs),
        }
