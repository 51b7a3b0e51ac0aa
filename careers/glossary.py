"""Terms of the trade in a text: each is explained once on a page, where it first stands."""

import re
from collections.abc import Iterable

from django.utils.html import SafeString, conditional_escape, escape, format_html
from django.utils.safestring import mark_safe

from careers.models import GlossaryTerm

TAG = re.compile(r"(<[^>]*>)")
CLOSED_TO_LINKS = ("a", "h3", "th", "sup")  # inside these a term is not made a link


class Terms:
    """The terms of one page. ``mark`` links each to its explanation below; ``used`` are those it met, in order."""

    def __init__(self, terms: Iterable[GlossaryTerm]):
        self.used: list[GlossaryTerm] = []
        self._by_word: dict[str, GlossaryTerm] = {}
        for term in terms:
            for word in (term.term, *term.spellings):
                self._by_word[self._key(_in_html(word))] = term
        words = sorted(self._by_word, key=len, reverse=True)
        self._pattern = re.compile("|".join(rf"(?<![\w&#-]){_either_case(word)}(?![\w-])" for word in words) or r"(?!)")

    @staticmethod
    def _key(word: str) -> str:
        return word if word.isupper() or any(letter.isupper() for letter in word[1:]) else word.lower()

    def mark(self, html: SafeString) -> SafeString:
        """The same HTML, made by ``markdown.render``, with a link at the first place of each term.

        What is not marked as safe is text, and escaped.
        """
        pieces, closed = TAG.split(conditional_escape(html)), 0
        for place, piece in enumerate(pieces):
            if piece.startswith("<"):
                name = piece.strip("</>").partition(" ")[0]
                if name in CLOSED_TO_LINKS:
                    closed += -1 if piece.startswith("</") else 1
            elif not closed and piece:
                pieces[place] = self._pattern.sub(self._link, piece)
        return mark_safe("".join(pieces))  # what was there before, and links made by format_html

    def _link(self, match: re.Match) -> str:
        word = " ".join(match[0].split())
        term = self._by_word.get(word) or self._by_word.get(word.lower())
        if term is None or term in self.used:
            return match[0]
        self.used.append(term)
        link = '<a href="#term-{}" id="{}-here">{}</a>'  # the explanation leads back here
        return format_html(link, term.slug, term.slug, mark_safe(match[0]))  # escaped as it stood


def _in_html(word: str) -> str:
    """As it stands in what ``markdown.render`` made."""
    return escape(" ".join(word.split()).replace("'", "’"))


def _either_case(word: str) -> str:
    """A word of small letters may begin a sentence; one with capitals stands as it is. Lines may break within."""
    plain = re.escape(word).replace(r"\ ", r"\s+")
    if word != word.lower() or not word[:1].isalpha():
        return plain
    return f"[{word[0].upper()}{word[0]}]{plain[1:]}"
