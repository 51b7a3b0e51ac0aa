"""Places: what a person means by one, and how far a school is from it."""

import math
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import F, FloatField, Value
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt

from portal.facet_index import Places
from portal.memory import remembered
from portal.models import Zip

EARTH_DIAMETER = 7917.5  # miles, of the sphere of equal volume
ZIP = re.compile(r"(\d{5})(-\d{4})?", re.ASCII)
# "MHA in Minnesota", "Minneapolis, MN": what stands between two groups of words.
BETWEEN = re.compile(r"\s*,\s*|(?:^|\s+)(?:in|near)\s+", re.IGNORECASE)


def zip_in(text: str) -> str:
    """The five digits, if ``text`` is a ZIP code and nothing else."""
    match = ZIP.fullmatch(text.strip())
    return match[1] if match else ""


@dataclass(frozen=True)
class Position:
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class ZipPlaces:
    """The middles of all ZIP code areas, by ascending code; under a megabyte."""

    codes: np.ndarray
    latitudes: np.ndarray
    longitudes: np.ndarray

    def position(self, code: str) -> Position | None:
        at = int(np.searchsorted(self.codes, int(code)))
        if at == len(self.codes) or self.codes[at] != int(code):
            return None
        return Position(float(self.latitudes[at]), float(self.longitudes[at]))


def zip_places(version: int) -> ZipPlaces:
    """Of the current release, kept in this process while nothing public changes."""

    def read() -> ZipPlaces:
        rows = Zip.objects.current().order_by("zip").values_list("zip", "latitude", "longitude")
        table = np.array([(int(code), latitude, longitude) for code, latitude, longitude in rows]).reshape(-1, 3)
        return ZipPlaces(table[:, 0].astype(np.int32), table[:, 1], table[:, 2])

    return remembered("zip places", version, read)


def position_of(code: str, version: int) -> Position | None:
    """The middle of a ZIP code area; None where the Census draws none (post office boxes, new codes)."""
    return zip_places(version).position(code)


def miles_between(here: Position, places: Places) -> np.ndarray:
    """Miles from a point to each of the places as the crow flies; NaN where one has no position. As ``miles_from``."""
    half_north = np.sin((np.radians(places.latitude) - math.radians(here.latitude)) / 2)
    half_east = np.sin((np.radians(places.longitude) - math.radians(here.longitude)) / 2)
    across = math.cos(math.radians(here.latitude)) * np.cos(np.radians(places.latitude))
    return EARTH_DIAMETER * np.arcsin(np.sqrt(half_north**2 + across * half_east**2))


def miles_from(latitude: float, longitude: float):
    """Miles from a point to the row's ``latitude`` and ``longitude`` as the crow flies; null where it has none."""
    here = Radians(Value(latitude, FloatField()))
    half_north = Sin((Radians(F("latitude")) - here) / 2)
    half_east = Sin((Radians(F("longitude")) - Radians(Value(longitude, FloatField()))) / 2)
    chord = Power(half_north, 2) + Cos(here) * Cos(Radians(F("latitude"))) * Power(half_east, 2)
    return Value(EARTH_DIAMETER, FloatField()) * ASin(Sqrt(chord))


@dataclass(frozen=True)
class Meant:
    """A search with the places taken out of it."""

    text: str
    states: tuple[str, ...] = ()
    zip: str = ""


# What people call a place, and its name and state in the federal lists.
CALLED = {"nyc": ("New York", "NY"), "philly": ("Philadelphia", "PA")}
# Codes that are words too: "nursing or", "an MS". In small letters they are states only behind a city of theirs.
WORDS_TOO = frozenset({"AS", "IN", "ME", "MS", "OR"})
LONGEST_CITY = 4  # words


def places_meant(text: str, states: Mapping[str, str], cities: Container[tuple[str, str]] = ()) -> Meant:
    """Take states and a ZIP out of what a person typed; ``states`` maps codes to names.

    Only a whole group of words is a place: "Minnesota", "MHA in Minnesota",
    "Minneapolis, MN"; or a code at its end: "nursing TX", "columbus oh". "Washington University" is a school,
    and stays as it is. ``cities`` are known ones, in small letters with their state.
    """
    by_word = {name.lower(): code for code, name in states.items()} | {code.lower(): code for code in states}
    groups = [group.strip() for group in BETWEEN.split(text) if group and group.strip()]
    rest, found, code = [], [], ""
    for group in groups:
        words = group.split()
        if group.lower() in by_word:
            found.append(by_word[group.lower()])
        elif (at := next((at for at in (-1, 0) if words[at].lower() in CALLED), None)) is not None:
            words[at], state = CALLED[words[at].lower()]
            found.append(state)
            rest.append(" ".join(words))
        elif len(words) > 1 and _is_state(words, states, cities):
            found.append(words.pop().upper())
            rest.append(" ".join(words))
        elif not code and zip_in(group):
            code = zip_in(group)
        else:
            rest.append(group)
    if not found and not code:
        return Meant(text)
    return Meant(" ".join(rest), tuple(found), code)


def _is_state(words: list[str], states: Mapping[str, str], cities: Container[tuple[str, str]]) -> bool:
    """Whether the last of several words is the code of a state."""
    *before, last = words
    code = last.upper()
    if code not in states:
        return False
    if last == code or code not in WORDS_TOO:
        return True
    ends = (" ".join(before[-length:]).lower() for length in range(1, LONGEST_CITY + 1))
    return any((end, code) in cities for end in ends)
