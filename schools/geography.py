"""Places: what a person means by one, and how far a school is from it."""

import math
import re
from collections.abc import Mapping
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


def places_meant(text: str, states: Mapping[str, str]) -> Meant:
    """Take states and a ZIP out of what a person typed; ``states`` maps codes to names.

    Only a whole group of words is a place: "Minnesota", "MHA in Minnesota",
    "Minneapolis, MN"; or a code in capitals at its end: "nursing TX". "Washington University" is a school,
    and stays as it is.
    """
    by_word = {name.lower(): code for code, name in states.items()} | {code.lower(): code for code in states}
    groups = [group.strip() for group in BETWEEN.split(text) if group and group.strip()]
    rest, found, code = [], [], ""
    for group in groups:
        if group.lower() in by_word:
            found.append(by_word[group.lower()])
        elif (words := group.split())[-1] in states:
            found.append(words.pop())
            rest.append(" ".join(words))
        elif not code and zip_in(group):
            code = zip_in(group)
        else:
            rest.append(group)
    if not found and not code:
        return Meant(text)
    return Meant(" ".join(rest), tuple(found), code)
