"""Figures in prose: tokens instead of digits, so that one new release renews every article.

``[[wage 29-1141 median US]]`` in a body, or ``wage 29-1141 median US`` in a cell of the
at-a-glance table, stands for a number. This module is the grammar: what may be written,
and what is wrong with what was written. ``careers.footnotes`` looks the numbers up and
says where each comes from.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from careers.models import Occupation
from portal.models import Area
from schools.levels import AwardLevel
from schools.models import Subject

TOKEN = re.compile(r"\[\[([^\[\]]*)\]\]")
SOC = re.compile(r"[0-9]{2}-[0-9]{4}")
NATION = "US"
ALL_LEVELS = "all"
NO_PLACE = "is no place we have figures for. Write US or a state’s postal code, like MN."
STATISTICS = ("mean", "p10", "p25", "median", "p75", "p90")

# What each kind of figure is written like; the word after it is what the figure is about.
WAGE, JOBS = "wage", "jobs"
OUTLOOK = ("growth", "openings", "new-jobs", "employment")
DIRECTORY = ("programs", "graduates", "tuition")
KINDS = {
    WAGE: "wage 29-1141 median US",
    JOBS: "jobs 29-1141 US",
    **{kind: f"{kind} 29-1141" for kind in OUTLOOK},
    **{kind: f"{kind} health-administration master" for kind in DIRECTORY},
}


class UnknownToken(ValueError):
    """A token that stands for no figure. The message says what to write instead."""


@dataclass(frozen=True)
class Token:
    """One figure, as an editor asks for it. ``about`` is a SOC code, or a subject's slug."""

    kind: str
    about: str
    statistic: str = ""
    area: str = ""
    level: str = ""  # an award level; empty: all of them

    def __str__(self):
        level = (self.level or ALL_LEVELS) if self.kind in DIRECTORY else ""
        return " ".join(part for part in (self.kind, self.about, self.statistic, self.area, level) if part)


def parse(text: str) -> Token:
    """The token written as ``text``, without its brackets.

    Raises UnknownToken when the words make no token. Whether the occupation, the
    state or the subject exists is not asked here (:func:`validate_tokens` does).

    >>> parse("wage 29-1141 median US")
    Token(kind='wage', about='29-1141', statistic='median', area='US', level='')
    """
    words = text.split()
    shown = f"“{' '.join(words)[:60]}”"
    kind = words[0].lower() if words else ""
    if kind not in KINDS:
        raise UnknownToken(f"{shown} is no figure. Begin with {_either(KINDS)}, as in {KINDS[WAGE]}.")
    about, *rest = [*words[1:], ""] if len(words) < 2 else words[1:]
    if kind in DIRECTORY:
        level = _only(rest, 1, shown, kind)[0].lower()
        if level != ALL_LEVELS and level not in AwardLevel.values:
            raise UnknownToken(
                f"{shown}: {level} is no award level. Write {_either([*AwardLevel.values, ALL_LEVELS])}."
            )
        return Token(kind, about.lower(), level="" if level == ALL_LEVELS else level)
    if not SOC.fullmatch(about):
        code = f"{about} is no SOC code" if about else "the SOC code is missing"
        raise UnknownToken(f"{shown}: {code}. Write two digits, a hyphen and four digits, as in {KINDS[kind]}.")
    if kind == WAGE:
        statistic, area = _only(rest, 2, shown, kind)
        if statistic.lower() not in STATISTICS:
            raise UnknownToken(f"{shown}: {statistic} is no statistic. Write {_either(STATISTICS)}.")
        return Token(kind, about, statistic.lower(), _area(area, shown))
    if kind == JOBS:
        return Token(kind, about, area=_area(_only(rest or [NATION], 1, shown, kind)[0], shown))
    _only(rest, 0, shown, kind)
    return Token(kind, about)


def _only(words: list[str], wanted: int, shown: str, kind: str) -> list[str]:
    if len(words) != wanted:
        problem = "something is missing" if len(words) < wanted else "there is something too much"
        raise UnknownToken(f"{shown}: {problem}. Write it like {KINDS[kind]}.")
    return words


def _area(code: str, shown: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", code):
        raise UnknownToken(
            f"{shown}: {code} is no place we have figures for. Write US or a state’s postal code, like MN."
        )
    return code.upper()


def _either(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"


def tokens_in(text: str) -> list[str]:
    """What stands between double brackets in a text, in order, right or wrong."""
    return [" ".join(token.split()) for token in TOKEN.findall(text)]


def validate_tokens(text: str) -> None:
    """Raise ValidationError naming each bad token of a body and what to write instead."""
    unclosed = TOKEN.sub("", text).split("[[")[1:]
    _validate(
        tokens_in(text), [f"“[[{rest.strip()[:40]}” is never closed. End the figure with ]]." for rest in unclosed]
    )


def validate_figure(text: str) -> None:
    """The same for the figure of a cell, which is written without brackets; empty is fine."""
    if not text.strip():
        return
    if "[" in text or "]" in text:
        raise ValidationError(f"“{text.strip()[:60]}”: write it here without brackets, like {KINDS[WAGE]}.")
    _validate([text], [])


def _validate(written: list[str], problems: list[str]) -> None:
    tokens = []
    for text in written:
        try:
            tokens.append(parse(text))
        except UnknownToken as problem:
            problems.append(str(problem))
    problems += _unknown_things(tokens)
    if problems:
        raise ValidationError(list(dict.fromkeys(problems)))


def _unknown_things(tokens: list[Token]) -> list[str]:
    """Sentences on tokens whose occupation, place or subject nobody knows; one query for each sort of thing."""
    subjects = {token.about for token in tokens if token.kind in DIRECTORY}
    codes = {token.about for token in tokens if token.kind not in DIRECTORY}
    areas = {token.area for token in tokens if token.area}
    known = set()
    if codes:
        known |= set(Occupation.objects.filter(soc__in=codes).values_list("soc", flat=True))
    if areas:
        known |= set(Area.objects.filter(code__in=areas).values_list("code", flat=True))
    if subjects:
        every = list(Subject.objects.values_list("slug", flat=True))
        known |= set(every)
    problems = []
    for token in tokens:
        if token.kind in DIRECTORY and token.about not in known:
            choice = f"Write {_either(every)}." if len(every) > 1 else "No subjects are loaded yet."
            problems.append(f"“{token}”: {token.about} is no subject of the directory. {choice}")
        elif token.kind not in DIRECTORY and token.about not in known:
            problems.append(
                f"“{token}”: no occupation here has the SOC code {token.about}. Look it up among the occupations."
            )
        if token.area and token.area not in known:
            problems.append(f"“{token}”: {token.area} {NO_PLACE}")
    return problems
