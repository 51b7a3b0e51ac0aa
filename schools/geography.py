"""Places on the map, and how far a school is from one."""

import math
import re
from dataclasses import dataclass

import numpy as np
from django.db.models import F, FloatField, Value
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt

from portal.facet_index import Places
from portal.memory import remembered
from portal.models import Zip

EARTH_DIAMETER = 7917.5  # miles, of the sphere of equal volume
ZIP = re.compile(r"(\d{5})(-\d{4})?", re.ASCII)


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
