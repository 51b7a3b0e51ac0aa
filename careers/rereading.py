"""Words around figures: which passages may have become untrue because a release moved the figures they speak of.

A figure renews itself, the sentence around it does not: "significantly higher", "faster
than average", "still growing". A passage is a paragraph with figures in it. It is to be
read again when what its words say has changed: a change of jobs has turned its sign, two
figures that are compared have changed places, growth has crossed that of all occupations,
a large difference has shrunk, a figure has moved far, or is gone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from django.urls import reverse

from careers.figures import TOKEN, WAGE, Token, UnknownToken, parse
from careers.footnotes import Figures
from careers.models import Article, EditionOccupation, ReRead, Section
from careers.pay import EVERYONE
from portal.models import Release
from portal.releases import Remark, watches

SOURCES = (
    "oews-national",
    "oews-states",
    "bls-projections",
    "ipeds-completions",
    "ipeds-prices",
    "ipeds-institutions",
)
SIGNED = ("growth", "new-jobs")
FAR = Decimal("0.15")  # a figure that moved by this share may not be "about" what it was
SHRUNK = Decimal("0.5")  # of a difference that was called large, this share or less is left
QUOTED = 160  # characters of a passage
SAID = 2  # doubts about it that are said in full
LONGEST = ReRead._meta.get_field("why").max_length

COMPARES = re.compile(
    r"\b(?:higher|lower|more|less|fewer|above|below|exceeds?|ahead|behind|most|least|larger|smaller|largest|smallest"
    r"|highest|lowest|best|worst|better|worse|faster|slower|than|while|but|whereas)\b", re.I
)  # fmt: skip
LARGE = re.compile(r"\b(?:significantly|substantially|considerably|sharply|markedly|much|far|well)\b", re.I)
ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|similar|same|twice|double|triple|half|third|quarter|close|equal)\b", re.I
)
TREND = re.compile(
    r"\b(?:gr[eo]w\w*|ris\w+|increas\w+|expand\w*|shrink\w*|declin\w+|fall\w*|los[ei]\w*|add\w*)\b", re.I
)
SPEAKS_OF_SIZE = (COMPARES, ABOUT, TREND)
AVERAGE = re.compile(r"\b(?:than|as|the|above|below)\b[^.]{0,30}\baverage\b|\ball occupations\b", re.I)


@dataclass(frozen=True)
class Passage:
    """A paragraph of a published article and the figures it names, as they stand."""

    article: int
    title: str
    heading: str
    text: str
    tokens: tuple[Token, ...]
    names: tuple[str, ...]  # of the figures, in words
    values: tuple[Decimal | None, ...]
    growth_of_all: Decimal | None

    @property
    def key(self) -> tuple[int, str]:
        return self.article, self.text

    @property
    def plain(self) -> str:
        words = " ".join(re.sub(r"\*\*|\||:?-{3,}:?", " ", TOKEN.sub("…", self.text)).split())
        return words if len(words) <= QUOTED else f"{words[: QUOTED - 1].rstrip()}…"


class Wording:
    """The watch over the words of published articles."""

    def look(self) -> dict[tuple[int, str], Passage]:
        """Every passage with figures, all of them looked up together."""
        articles = {one.live_id: one for one in Article.objects.published().select_related("live")}
        written = [
            (articles[section.edition_id], section.heading, paragraph)
            for section in Section.objects.filter(edition__in=list(articles)).order_by("edition", "position")
            for paragraph in section.body.split("\n\n")
            if not paragraph.lstrip().startswith("|")  # a table holds figures; what is claimed of them stands in prose
        ]
        about: dict[int, list[Token]] = {}
        chosen = EditionOccupation.objects.filter(edition__in=list(articles)).select_related("occupation")
        for one in chosen.order_by("position"):
            about.setdefault(one.edition_id, []).append(Token("growth", one.occupation.soc))
        found = []
        for article, heading, text in written:
            tokens = _tokens(text)
            if AVERAGE.search(text) and not any(token.kind == "growth" for token in tokens):
                # Words on the outlook without a figure beside them speak of the article's own occupations.
                tokens += tuple(about.get(article.live_id, []))
            if tokens:
                found.append((article, heading, text, tokens))
        everyone = Token("growth", EVERYONE)
        wanted = {token for *_, tokens in found for token in tokens} | ({everyone} if found else set())
        figures = Figures(map(str, wanted))
        values: dict[Token, Decimal | None] = {}
        names: dict[Token, str] = {}
        for token in wanted:
            figure = figures.figure(token)
            values[token] = None if figure is None or figure.value is None else Decimal(str(figure.value))
            names[token] = f"{figure.statistic}, {figure.about}, {figure.place}".rstrip(", ") if figure else str(token)
        passages = (
            Passage(
                article.pk,
                article.live.title,
                heading,
                text,
                tokens,
                tuple(names[token] for token in tokens),
                tuple(values[token] for token in tokens),
                values[everyone],
            )
            for article, heading, text, tokens in found
        )
        return {passage.key: passage for passage in passages}

    def compare(self, before: dict[Any, Passage], after: dict[Any, Passage]) -> list[Remark]:
        remarks: dict[tuple[int, str], Remark] = {}
        for key, was in before.items():
            now = after.get(key)
            if now is None or (was.values, was.growth_of_all) == (now.values, now.growth_of_all):
                continue
            doubts = list(dict.fromkeys(_doubts(was, now)))
            if doubts:
                url = reverse("admin:careers_article_change", args=[was.article])
                more = f"; and {len(doubts) - SAID} more" if len(doubts) > SAID else ""
                words = f"Under “{was.heading}”: “{was.plain}” {'; '.join(doubts[:SAID])}{more}."[:LONGEST]
                remarks[was.article, words] = Remark(was.article, was.title, url, words)
        return list(remarks.values())

    def keep(self, release: Release, remarks: list[Remark]) -> None:
        ReRead.objects.bulk_create(
            [ReRead(article_id=one.subject, release=release, why=one.why) for one in remarks], ignore_conflicts=True
        )

    def forget(self, release: Release) -> None:
        ReRead.objects.waiting().filter(release=release).delete()


def _tokens(text: str) -> tuple[Token, ...]:
    tokens: dict[Token, None] = {}
    for written in TOKEN.findall(text):
        try:
            tokens[parse(written)] = None
        except UnknownToken:
            continue
    return tuple(tokens)


def _doubts(was: Passage, now: Passage) -> Iterator[str]:
    """Why this passage may not be true any more."""
    figures = list(zip(was.tokens, was.names, was.values, now.values, strict=True))
    known = []
    for token, name, old, new in figures:
        if old is not None and new is not None:
            known.append((token, name, old, new))
            yield from _doubts_of_one(token, name, old, new, was, now)
        elif old is not None:
            yield f"{name}: not published any more"
    for (one, name_one, old_one, new_one), (two, name_two, old_two, new_two) in combinations(known, 2):
        if _unit(one) == _unit(two):
            yield from _doubts_of_two(name_one, name_two, old_one - old_two, new_one - new_two, was.text)


def _doubts_of_one(token: Token, name: str, old: Decimal, new: Decimal, was: Passage, now: Passage) -> Iterator[str]:
    moved = f"{name}: was {_said(token, old)}, is {_said(token, new)}"
    speaks_of_size = any(words.search(was.text) for words in SPEAKS_OF_SIZE)
    is_far = token.kind != "growth" and old != 0 and abs(new - old) / abs(old) >= FAR
    if (token.kind in SIGNED and _sign(old) != _sign(new)) or (speaks_of_size and is_far):
        yield moved
    all_before, all_now = was.growth_of_all, now.growth_of_all
    if token.kind != "growth" or all_before is None or all_now is None or not AVERAGE.search(was.text):
        return
    if _sign(old - all_before) != _sign(new - all_now):
        yield f"{moved}; of all occupations: was {_said(token, all_before)}, is {_said(token, all_now)}"


def _doubts_of_two(one: str, two: str, old: Decimal, new: Decimal, text: str) -> Iterator[str]:
    """``old`` and ``new`` are the difference of the two figures."""
    if _sign(old) != _sign(new):
        yield f"{one} and {two}: {'changed places' if old and new else 'no longer equal' if new else 'equal now'}"
    elif old and LARGE.search(text) and COMPARES.search(text) and abs(new) <= abs(old) * SHRUNK:
        yield f"{one} and {two}: {abs(new / old):.0%} is left of the difference"


def _unit(token: Token) -> str:
    if token.kind == WAGE or token.kind == "tuition":
        return "money"
    return "percent" if token.kind == "growth" else "number"


def _said(token: Token, value: Decimal) -> str:
    unit = _unit(token)
    if unit == "money":
        return f"${value:,.0f}"
    return f"{value:+,.1f}%" if unit == "percent" else f"{value:,.0f}"


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)


watches(Wording(), *SOURCES)
