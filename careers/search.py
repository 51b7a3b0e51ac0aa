"""What a person typed, as the database searches for it. The querysets of the models do the searching.

Articles and occupations are few, so their words are weighed when somebody asks,
not kept in a column.
"""

from collections.abc import Iterable

from django.contrib.postgres.search import CombinedSearchVector, SearchRank, SearchVector
from django.db.models import Q, QuerySet

from schools.search import CONFIG, search_query

SHORTEST_PART = 3  # characters of a title that are worth finding in the middle of a word


def vector(expression, weight: str) -> SearchVector:
    """The words of a column or expression; A weighs most, D least."""
    return SearchVector(expression, weight=weight, config=CONFIG)


def best_first(
    rows: QuerySet, text: str, words: SearchVector | CombinedSearchVector, titles: Iterable[str], tie: str
) -> QuerySet:
    """Rows that hold all words of ``text``, or have it as a part of a title; best first, then by ``tie``.

    Signs mean themselves.
    """
    query = search_query(text)
    found = Q() if query is None else Q(words=query)
    if len(text.strip()) >= SHORTEST_PART:
        for title in titles:
            found |= Q(**{f"{title}__icontains": text})
    if not found:
        return rows.none()
    rows = rows.annotate(words=words).filter(found)
    return rows.order_by(tie) if query is None else rows.annotate(rank=SearchRank(words, query)).order_by("-rank", tie)
