"""The portal's own ways: the index in memory, and the SQL that answers while there is none."""

from collections.abc import Mapping

from django.http import QueryDict

from benchmarks.rows import Answer, Ask
from portal.keeping import keep
from portal.listing import CountedPaginator
from portal.memory import one_state, one_version
from schools.filters import ProgramFilter
from schools.views.directory import ProgramList


class Ours:
    """Exactly what ``portal.listing.ListingView`` does before it writes the page."""

    def __init__(self, has_index: bool = True, forgets: bool = False):
        self.view = ProgramList()
        self.index = keep(ProgramFilter) if has_index else None
        self.forgets = forgets

    def answer(self, ask: Ask) -> Answer:
        if self.index is None:
            with one_state():
                return self._answer(ask)
        if self.forgets:  # as the first one ever to search for this
            self.index.searches.drop(ask.text)
        self.index.shown.clear()  # rows are read, as everybody else has to
        with one_version():
            return self._answer(ask)

    def _answer(self, ask: Ask) -> Answer:
        filters = ProgramFilter(QueryDict(ask.query), ProgramFilter.whole_list(), "/programs/", index=self.index)
        page = CountedPaginator(self.view.per_page, filters.counts.total).page(ask.page)
        return Answer(filters.counts, [row.pk for row in self.view.rows_of(filters, page)])

    def numbers(self, query: str) -> Mapping[str, Mapping[str, int]]:
        """Those beside the options at this address."""
        filters = ProgramFilter(QueryDict(query), ProgramFilter.whole_list(), "/programs/", index=self.index)
        return filters.counts.options
