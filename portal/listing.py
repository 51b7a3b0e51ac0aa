"""A list with filters, as a declaration: rows, words, template. Knows nothing of schools or occupations.

What the address asks for is the business of :mod:`portal.filtering`.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from portal import formats
from portal.facet_index import FacetIndex
from portal.filtering import Filters
from portal.keeping import kept_index, renew
from portal.memory import MovedOn, one_state, one_version
from portal.models import ContentVersion
from portal.models.versions import hear, start_over


def page_number(asked: str | None, last: int) -> int:
    """The page an address means: the nearest that exists. Only the digits 0 to 9 are a number."""
    text = (asked or "").strip()
    if not (text.isascii() and text.isdigit()):
        return 1
    return last if len(text) > 9 else min(max(int(text), 1), last)


class CountedPaginator(Paginator):
    """A paginator that is told how many rows there are."""

    def __init__(self, per_page: int, total: int):
        super().__init__([], per_page)
        self.count = total  # type: ignore[misc]


class ListingView(View):
    """A list with filters, as a declaration."""

    filterset_class: type[Filters]
    template_name = ""
    noun, nouns = "result", "results"
    per_page = 20
    reads_more = True  # whether the page asks the database for more than its rows

    def prepare(self, rows: QuerySet) -> QuerySet:
        """The rows of one page, with what their cards need."""
        return rows

    def more(self, filters: Filters, page: Page) -> dict[str, Any]:
        """What else this list's template needs."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        """From the index in memory while nothing has changed; else all from PostgreSQL, as of one moment."""
        if index := kept_index(self.filterset_class):
            try:
                with one_version():
                    return self.respond(request, index)
            except MovedOn:
                renew(self.filterset_class)
                start_over()
        with one_state():
            return self.respond(request)

    def respond(self, request: HttpRequest, index: FacetIndex | None = None) -> HttpResponse:
        """Raises MovedOn when ``index`` is no longer what the database holds."""
        filters = self.filterset_class(request.GET, self.filterset_class.whole_list(), request.path, index=index)
        paginator = CountedPaginator(self.per_page, filters.counts.total)
        page = paginator.page(page_number(request.GET.get("page"), paginator.num_pages))
        page.object_list = self.rows_of(filters, page)
        response = render(request, self.template_name, self.context(filters, page) | self.more(filters, page))
        if index and self.reads_more and ContentVersion.now() != index.version:
            raise MovedOn
        return response

    def rows_of(self, filters: Filters, page: Page) -> list[Any]:
        """The rows of one page. From the index they are one query, which also tells whether it still holds."""
        start = (page.number - 1) * self.per_page
        if filters.index is None:
            if not filters.counts.total:
                return []
            return list(self.prepare(filters.ordered(filters.matching()))[start : start + self.per_page])
        rows, now = self.fetched(filters, ids := filters.ids(start, start + self.per_page))
        hear(now)
        if now != filters.index.version or len(rows) != len(ids):
            raise MovedOn
        return [rows[pk] for pk in ids]

    def fetched(self, filters: Filters, ids: Sequence[int]) -> tuple[dict[int, Any], int]:
        """These rows by their id, and the content version of the moment they were read in; one query."""
        rows = self.prepare(filters.queryset.filter(pk__in=ids)).annotate(content_version=ContentVersion.expression())
        by_id = {row.pk: row for row in rows.order_by()} if ids else {}
        return by_id, next((row.content_version for row in by_id.values()), None) or ContentVersion.now()

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
            "facet_groups": filters.facet_groups,
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
            # One facet makes a page worth finding; more of them, words, a place, an order or a later page make
            # copies of it without end.
            "noindex": empty
            or len(active) > 1
            or any(name not in filters.chosen for name, _ in active)
            or bool(filters.cleaned["sort"])
            or page.number > 1
            or self.asks_for_what_is_not(filters, pairs),
        }
