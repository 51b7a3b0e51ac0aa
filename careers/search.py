"""What a person typed, as the database searches for it. The querysets of the models do the searching.

Articles and occupations are few, so their words are weighed when somebody asks,
not kept in a column.
"""

from django.contrib.postgres.search import SearchQuery

SEARCH = "portal_search"  # English stems, no stop words, no accents; see portal/migrations
SHORTEST_PART = 3  # characters of a title that are worth finding in the middle of a word


def words_of(text: str) -> SearchQuery:
    """All of these words, in any order. A hyphen counts as a space: "long-term" finds "long term"."""
    return SearchQuery(text.replace("-", " "), config=SEARCH, search_type="plain")


def is_telling(text: str) -> bool:
    """Whether a part of a word is long enough to look for: "nurs", but not "a"."""
    return len(text.strip()) >= SHORTEST_PART
