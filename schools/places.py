"""Places in what a person typed: states by name or code, ZIP codes, and what some cities are called."""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from schools.geography import zip_in

# "MHA in Minnesota", "Minneapolis, MN": what stands between two groups of words.
BETWEEN = re.compile(r"\s*,\s*|(?:^|\s+)(?:in|near)\s+", re.IGNORECASE)
AROUND = "()[]{}.,;:!?|-–—/"  # signs that are no part of a word
DOTTED = re.compile(r"\b([a-z])\.\s?([a-z])\.?(?![a-z])", re.IGNORECASE)  # "D.C."
# What people call a city: the ZIP code of its middle, and how far it reaches, in miles.
CALLED = {"nyc": ("10001", 10), "philly": ("19103", 10)}
# Codes that are words too: "nursing or", "an MS". In small letters they are states only behind a city of theirs.
WORDS_TOO = frozenset({"AS", "IN", "ME", "MS", "OR"})
# Codes that begin names and titles: "La Verne", "De Anza", "MA in nursing". They are states at the end only.
BEGIN_NAMES = WORDS_TOO | {"AL", "CO", "DE", "HI", "ID", "LA", "MA", "MD", "MI", "OK", "PA"}
LONGEST_CITY = 4  # words


@dataclass(frozen=True)
class Meant:
    """A search with the places taken out of it. ``radius`` is null where none is meant."""

    text: str
    states: tuple[str, ...] = ()
    zip: str = ""
    radius: int | None = None


def has_code(text: str, states: Container[str]) -> bool:
    """Whether any word could be the code of a state, which is then a question of the cities before it."""
    return any(word.upper() in states for word in _words(DOTTED.sub(r"\1\2", text)))


def places_meant(text: str, states: Mapping[str, str], cities: Container[tuple[str, str]] = ()) -> Meant:
    """Take states and a ZIP out of what a person typed; ``states`` maps codes to names.

    A whole group of words is a place ("Minnesota", "MHA in Minnesota", "Minneapolis, MN"), a code at its end or
    beginning ("nursing TX", "tx mha"), a code behind a city of that state ("albany ny mha"), and a ZIP anywhere.
    "Washington University" is a school, and stays as it is. ``cities`` are known ones, in small letters with
    their state.
    """
    by_word = {name.lower(): code for code, name in states.items()} | {code.lower(): code for code in states}
    dotted = DOTTED.sub(lambda dots: code if (code := dots[1] + dots[2]).upper() in states else dots[0], text)
    groups = [group.strip() for group in BETWEEN.split(dotted) if group and group.strip()]
    rest: list[str] = []
    found: list[str] = []
    code, radius = "", None
    for at, group in enumerate(groups):
        words = _words(group)
        following = groups[at + 1].strip(AROUND).upper() if at + 1 < len(groups) else ""
        whole = by_word.get(" ".join(words).lower())
        if '"' in group or not words:
            rest.append(group)
        elif whole and not (following in states and (" ".join(words).lower(), following) in cities):
            found.append(whole)
        else:
            left = list(words)
            if (place := _state_at(left, states, cities)) is not None:
                found.append(left.pop(place).upper())
            if not code and (place := _first(left, zip_in)) is not None:
                code = zip_in(left.pop(place))
            if not code and (place := _first(left, lambda word: word.lower() in CALLED)) is not None:
                code, radius = CALLED[left.pop(place).lower()]
            rest.append(" ".join(left) if len(left) < len(words) else group)
    if not found and not code:
        return Meant(text)
    return Meant(" ".join(filter(None, rest)), tuple(found), code, radius)


def _first(words: list[str], is_meant: Callable[[str], Any]) -> int | None:
    return next((place for place, word in enumerate(words) if is_meant(word)), None)


def _words(group: str) -> list[str]:
    pieces = (piece for word in group.split() for piece in _halves(word))
    return [word for piece in pieces if (word := piece.strip(AROUND))]


def _halves(word: str) -> list[str]:
    """ "mha/tx" as two words; "coding/billing" is one."""
    first, _, last = word.rpartition("/")
    return [first, last] if first and len(last.strip(AROUND)) == 2 else [word]


def _state_at(words: list[str], states: Container[str], cities: Container[tuple[str, str]]) -> int | None:
    """Which of several words is the code of a state; null for none."""
    if len(words) < 2:
        return None
    codes = [word.upper() for word in words]
    last = len(words) - 1
    for place in (last, *range(1, last)):
        if codes[place] in states and _ends_with_city(words[:place], codes[place], cities):
            return place
    if codes[last] in states and (words[last] == codes[last] or codes[last] not in WORDS_TOO):
        return last
    return 0 if codes[0] in states and codes[0] not in BEGIN_NAMES else None


def _ends_with_city(words: list[str], state: str, cities: Container[tuple[str, str]]) -> bool:
    ends = (" ".join(words[-length:]).lower() for length in range(1, LONGEST_CITY + 1))
    return any((end, state) in cities for end in ends)
