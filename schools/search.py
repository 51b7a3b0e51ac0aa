"""Full text search over the flat listing rows, in PostgreSQL.

The rows carry a weighted vector: names, then subject synonyms ("MHA", "HIM") and
aliases, then places and codes. A search means all of its words; the last one
may be unfinished. Signs that are no word (% _ \\) are looked for as they stand.
"""

import re
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Case, F, Q, When

from schools.degrees import acronym_in

CONFIG = "portal_search"
CHUNK = re.compile(r'"([^"]*)"|(\S+)')
WORD = re.compile(r"[^\W_]+")
SHORTEST_BEGINNING = 3  # letters: "HIM" and "RN" mean themselves, "admin" the beginning of a word
MOST_WORDS_RANKED = 8
LONGEST_ACRONYM = 4  # letters, all of them capitals
LITERAL = "%_\\"
BETWEEN_WORDS = set("-–—&+,.;:/()|!?")  # signs that people put between words and mean nothing by
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
    "usa",
    "with",
    "program",
    "programs",
}
# As people write a school's name, in full as the federal list has it; the list itself has both "St" and "Saint".
# And both ways to write what most of this is about.
SHORT_FOR = {
    "coll": "college",
    "ft": "fort",
    "healthcare": "health care",
    "inst": "institute",
    "mt": "mount",
    "saint": "st",
    "st": "saint",
    "univ": "university",
}
IN_TWO_WORDS = re.compile(r"\bhealth[\s-]+care\b", re.IGNORECASE)
POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)


def chunks_of(text: str) -> list[tuple[str, str]]:
    """(phrase, "") for what stands in quotes, ("", word) for every other word that is not glue."""
    if '"' not in text:
        text = IN_TWO_WORDS.sub("healthcare", text)  # and so both ways of writing it are one search
    chunks = [(phrase, word) for phrase, word in CHUNK.findall(text) if WORD.search(phrase or word)]
    return [chunk for chunk in chunks if chunk[1].lower() not in GLUE] or chunks


def list_of_words(text: str) -> list[str]:
    """The words of ``text``, each once, without those of one letter."""
    words = [word.lower() for phrase, chunk in chunks_of(text) for word in WORD.findall(phrase or chunk)]
    return [word for word in dict.fromkeys(words) if len(word) > 1]


def is_beginning(word: str) -> bool:
    """Whether the last word of a search may be unfinished. "MIT" is an acronym, and Mitchell no answer to it."""
    is_acronym = word.isupper() and len(word) <= LONGEST_ACRONYM
    return word.isalnum() and len(word) >= SHORTEST_BEGINNING and not is_acronym


def full_form(word: str) -> str:
    return SHORT_FOR.get(word.lower().rstrip("."), "")


def _as_typed(phrase: str, word: str) -> str:
    return phrase or word


def _in_full(phrase: str, word: str) -> str:
    return phrase or full_form(word) or word


def search_query(text: str) -> SearchQuery | None:
    """The words of ``text`` as the database searches for them; None when there is no word in it."""
    chunks = chunks_of(text)
    query = None
    for position, (phrase, word) in enumerate(chunks):
        words = phrase or POSSESSIVE.sub("", word)
        words = words.replace("-", " ").replace("/", " ")  # "long-term" also finds "long term"
        part = SearchQuery(words, config=CONFIG, search_type="phrase" if phrase else "plain")
        if full := full_form(word):
            part |= SearchQuery(full, config=CONFIG, search_type="plain")
        if position == len(chunks) - 1 and is_beginning(word):
            part |= SearchQuery(f"{word}:*", config=CONFIG, search_type="raw")
        query = part if query is None else query & part
    return query


def weighted_query(text: str, weights: str, is_finished: bool = False) -> SearchQuery | None:
    """All words of ``text`` in places of these weights; ``is_finished`` takes the last word for a whole one.

    For ranking only: it takes words apart at every sign. None when there is no word in it.
    """
    chunks, parts = chunks_of(text), []
    for position, (phrase, word) in enumerate(chunks):
        for one in WORD.findall(phrase or POSSESSIVE.sub("", word)):
            forms = [f"{one}:{weights}"]
            if (full := full_form(one)) and not phrase:
                forms.append(f"({' & '.join(f'{part}:{weights}' for part in full.split())})")
            if position == len(chunks) - 1 and not is_finished and is_beginning(word):
                forms.append(f"{one}:*{weights}")
            parts.append(f"({' | '.join(forms)})")
    return SearchQuery(" & ".join(parts), config=CONFIG, search_type="raw") if parts else None


def literal_parts(text: str) -> list[str]:
    """Pieces of ``text`` that no word search can honour: with % _ or a backslash in them, or without any word.

    Signs that people put between words are left out, where there are words.
    """
    pieces = [phrase or word for phrase, word in CHUNK.findall(text)]
    pieces = [piece for piece in pieces if piece]
    if any(WORD.search(piece) for piece in pieces):
        pieces = [piece for piece in pieces if not BETWEEN_WORDS.issuperset(piece)]
    return [piece for piece in pieces if any(sign in piece for sign in LITERAL) or not WORD.search(piece)]


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
        """Annotated with ``rank``, a small number, so that equally good rows keep the default order among them.

        Two when names hold all words, one when names, synonyms and aliases do; two more where the last word
        stands whole; one more where the words stand in this order; one more for the level an acronym names.
        Each is a test of the stored vector: at 300,000 rows all of them cost less than sorting what is found.
        """
        names = weighted_query(text, "A")
        if names is None:
            return self.annotate(rank=models.Value(0))
        rank = Case(When(search=names, then=2), When(search=weighted_query(text, "AB"), then=1), default=0)
        chunks = chunks_of(text)
        if is_beginning(chunks[-1][1]):
            rank += Case(When(search=weighted_query(text, "ABCD", is_finished=True), then=2), default=0)
        if len(chunks) > 1:
            words = {" ".join(form(phrase, word) for phrase, word in chunks) for form in (_as_typed, _in_full)}
            in_order = reduce(or_, (SearchQuery(one, config=CONFIG, search_type="phrase") for one in sorted(words)))
            rank += Case(When(search=in_order, then=1), default=0)
        return self.annotate(rank=self.also_ranked(rank, text))

    def also_ranked(self, rank, text: str):
        """``rank`` with what only these rows know."""
        return rank

    def best_first(self, text: str):
        return self.ranked(text).order_by("-rank", *self.DEFAULT_ORDER)


class ProgramListingQuerySet(SearchableQuerySet):
    LITERAL_COLUMNS = ("title", "school_name", "city")
    DEFAULT_ORDER = (F("core").desc(), F("graduates").desc(nulls_last=True), "title", "program_id")

    def also_ranked(self, rank, text):
        """One more for each word in the name of the field: a school of nursing teaches more than nursing.

        And one for the level that an acronym names.
        """
        fields = self.model._meta.get_field("field_of_study").related_model.objects.filter(subjects__isnull=False)
        for word in list_of_words(text)[:MOST_WORDS_RANKED]:
            called = Q()
            for form in filter(None, (word, full_form(word))):
                called |= Q(plain_title__icontains=form) | Q(plain_title="", title__icontains=form)
            rank += Case(When(field_of_study__in=fields.filter(called).order_by().values("pk"), then=1), default=0)
        if acronym := acronym_in(text):
            _, level = acronym
            rank += Case(When(level=level, then=1), default=0)
        return rank

    def published(self):
        """All of them: the database writes a row for public programs only (see ``schools.relisting``)."""
        return self.all()

    def in_default_order(self):
        """Health administration first, then the most graduates, then the name."""
        return self.order_by(*self.DEFAULT_ORDER)


class SchoolListingQuerySet(SearchableQuerySet):
    LITERAL_COLUMNS = ("name", "aliases", "city")
    DEFAULT_ORDER = ("-programs", "name", "school_id")

    def also_ranked(self, rank, text):
        """Four more for a school that is called just this: Penn State comes before its Penn State Harrisburg."""
        called = rf"(^|[\n,;|])\s*{re.escape(text)}\s*($|[\n,;|])"
        return rank + Case(When(Q(name__iexact=text) | Q(aliases__iregex=called), then=4), default=0)

    def published(self):
        """All of them: the database writes a row for public schools only."""
        return self.all()

    def in_default_order(self):
        """The most programs first, then the name."""
        return self.order_by(*self.DEFAULT_ORDER)
