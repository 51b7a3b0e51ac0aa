"""Places: what a person means by one, and how far a school is from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, FloatField, Value
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt

from portal.models import Zip

EARTH_DIAMETER = 7917.5  # miles, of the sphere of equal volume
ZIP = re.compile(r"(\d{5})(-\d{4})?", re.ASCII)
# "MHA in Minnesota", "Minneapolis, MN": what stands between two groups of words.
BETWEEN = re.compile(r"\s*,\s*|(?:^|\s+)(?:in|near)\s+", re.IGNORECASE)


def zip_in(text: str) -> str:
    """The five digits, if ``text`` is a ZIP code and nothing else."""
    match = ZIP.fullmatch(text.strip())
    return match[1] if match else ""


def position_of(code: str) -> Zip | None:
    """The middle of a ZIP code area; None where the Census draws none (post office boxes, new codes)."""
    return Zip.objects.current().filter(zip=code).first()


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
    "Minneapolis, MN". "Washington University" is a school, and stays as it is.
    """
    by_word = {name.lower(): code for code, name in states.items()} | {code.lower(): code for code in states}
    groups = [group.strip() for group in BETWEEN.split(text) if group and group.strip()]
    rest, found, code = [], [], ""
    for group in groups:
        if group.lower() in by_word:
            found.append(by_word[group.lower()])
        elif not code and zip_in(group):
            code = zip_in(group)
        else:
            rest.append(group)
    if not found and not code:
        return Meant(text)
    return Meant(" ".join(rest), tuple(found), code)
