"""Full text search over the flat listing rows, in PostgreSQL.

The rows carry a weighted vector: names, then subject synonyms ("MHA", "HIM") and
aliases, then places and codes. A search means all of its words; the last one
may be unfinished. Signs that are no word (% _ \\) are looked for as they stand.
"""

import re

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

CONFIG = "portal_search"
CHUNK = re.compile(r'"([^"]*)"|(\S+)')
WORD = re.compile(r"[^\W_]+")
SHORTEST_BEGINNING = 3  # letters: "HIM" and "RN" mean themselves, "admin" the beginning of a word
LITERAL = "%_\\"
# Words between words, and what everything here is: left out, so that "a nursing program in Texas" is found.
GLUE = {
    "a",
    "an",
    "and",
    "at",
    "by",
    "for",
    "from",
    "in",
    "near",
    "on",
    "or",
    "the",
    "to",
    "with",
    "program",
    "programs",
}
# As people write a school's name, in full as the federal list has it; the list itself has both "St" and "Saint".
SHORT_FOR = {"coll": "college", "inst": "institute", "saint": "st", "st": "saint", "univ": "university"}
POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)


def search_query(text: str) -> SearchQuery | None:
    """The words of ``text`` as the database searches for them; None when there is no word in it."""
    chunks = [(phrase, word) for phrase, word in CHUNK.findall(text) if WORD.search(phrase or word)]
    chunks = [chunk for chunk in chunks if chunk[1].lower() not in GLUE] or chunks
    query = None
    for position, (phrase, word) in enumerate(chunks):
        words = (phrase or POSSESSIVE.sub("", word)).replace("-", " ")  # "long-term" also finds "long term"
        part = SearchQuery(words, config=CONFIG, search_type="phrase" if phrase else "plain")
        if full := SHORT_FOR.get(word.lower().rstrip(".")):
            part |= SearchQuery(full, config=CONFIG, search_type="plain")
        is_last = position == len(chunks) - 1
        if is_last and word.isalnum() and len(word) >= SHORTEST_BEGINNING:
            part |= SearchQuery(f"{word}:*", config=CONFIG, search_type="raw")
        query = part if query is None else query & part
    return query


def literal_parts(text: str) -> list[str]:
    """Pieces of ``text`` that no word search can honour: with % _ or a backslash in them, or without any word."""
    return [
        piece
        for phrase, word in CHUNK.findall(text)
        if (piece := phrase or word) and (any(sign in piece for sign in LITERAL) or not WORD.search(piece))
    ]


class SearchableQuerySet(models.QuerySet):
    """Rows with a ``search`` vector. ``LITERAL_COLUMNS`` are searched for signs that are no words."""

    LITERAL_COLUMNS: tuple[str, ...] = ()

    def search(self, text: str):
        """Rows with all these words. An empty text finds everything."""
        rows = self
        if (query := search_query(text)) is not None:
            rows = rows.filter(search=query)
        for piece in literal_parts(text):
            condition = Q()
            for column in self.LITERAL_COLUMNS:
                condition |= Q(**{f"{column}__icontains": piece})
            rows = rows.filter(condition)
        return rows

    def ranked(self, text: str):
        """Annotated with ``rank``, coarse enough that equally good rows keep the default order among them."""
        query = search_query(text)
        rank = models.Value(0.0) if query is None else Round(SearchRank(F("search"), query) * 10)
        return self.annotate(rank=rank)

    def best_first(self, text: str):
        return self.ranked(text).order_by("-rank", *self.DEFAULT_ORDER)


class ProgramListingQuerySet(SearchableQuerySet):
    LITERAL_COLUMNS = ("title", "school_name", "city")
    DEFAULT_ORDER = (F("core").desc(), F("graduates").desc(nulls_last=True), "title", "program_id")

    def published(self):
        """All of them: the database writes a row for public programs only (see ``schools.relisting``)."""
        return self.all()

    def in_default_order(self):
        """Health administration first, then the most graduates, then the name."""
        return self.order_by(*self.DEFAULT_ORDER)


class SchoolListingQuerySet(SearchableQuerySet):
    LITERAL_COLUMNS = ("name", "aliases", "city")
    DEFAULT_ORDER = ("-programs", "name", "school_id")

    def published(self):
        """All of them: the database writes a row for public schools only."""
        return self.all()

    def in_default_order(self):
        """The most programs first, then the name."""
        return self.order_by(*self.DEFAULT_ORDER)
