"""What a list says of a place that it cannot look near, or that lies outside the directory, and where to look instead.

The directory covers the United States with its territories and the associated islands. Names of cities abroad are
names of towns here too, so a note never takes the results away.
"""

import re
from dataclasses import dataclass

from django.utils.html import format_html

from portal.filtering import Filters, TextField
from schools.geography import zip_in
from schools.places import BETWEEN


@dataclass(frozen=True)
class Abroad:
    """A country or all the others, the names people type for places there, and who lists its schools."""

    label: str
    names: frozenset[str]
    url: str
    lister: str
    postal_code: re.Pattern[str] | None = None


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(","))


COUNTRIES = (
    Abroad(
        "Canada",
        _names(
            "canada, alberta, british columbia, manitoba, new brunswick, newfoundland, nova scotia, ontario, quebec, "
            "québec, saskatchewan, calgary, edmonton, montreal, montréal, ottawa, toronto, vancouver, winnipeg"
        ),
        "https://www.cicic.ca/",
        "the Canadian Information Centre for International Credentials",
        re.compile(r"[a-z]\d[a-z] ?\d[a-z]\d", re.IGNORECASE | re.ASCII),
    ),
    Abroad(
        "the United Kingdom",
        _names(
            "united kingdom, uk, great britain, britain, england, scotland, wales, northern ireland, london, "
            "edinburgh, glasgow, cardiff, belfast"
        ),
        "https://discoveruni.gov.uk/",
        "Discover Uni",
        re.compile(r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}", re.IGNORECASE | re.ASCII),
    ),
    Abroad(
        "other countries",
        _names(
            "australia, austria, bangladesh, brazil, china, france, germany, ghana, india, indonesia, ireland, italy, "
            "japan, kenya, mexico, netherlands, new zealand, nigeria, pakistan, philippines, saudi arabia, singapore, "
            "south africa, south korea, spain, sweden, switzerland, united arab emirates, berlin, dublin, mumbai, "
            "paris, sydney, tokyo"
        ),
        "https://www.whed.net/",
        "the World Higher Education Database",
    ),
)
MILITARY = re.compile(r"(09\d|340|96[2-6])\d\d", re.ASCII)  # post offices of the forces, wherever they are
WHERE = (
    "Only schools in the United States and its territories are listed here. "
    'For “{}” in {}, look in <a href="{}" rel="nofollow noopener">{}</a>.'
)


def abroad(text: str) -> tuple[str, Abroad] | None:
    """The first group of words that names a place abroad ("MHA in London"), as typed, and where that is."""
    groups = [group.strip() for group in BETWEEN.split(text) if group and group.strip()]
    words = text.split()
    # "mha canada"; New Mexico is no Mexico.
    groups += [" ".join(words[-length:]) for length in (1, 2) if len(words) > length and words[-2].lower() != "new"]
    for group in groups:
        for country in COUNTRIES:
            if group.lower() in country.names or (country.postal_code and country.postal_code.fullmatch(group)):
                return group, country
    return None


def notes_on_place(filters: Filters) -> list[str]:
    """For the words of a search and, where a list has them, for "near" and "radius" as they were typed."""
    words = TextField().clean(filters.data.get("q"))
    near = TextField().clean(filters.data.get("near")) if "near" in filters.filters else ""
    notes = [
        format_html(WHERE, place, country.label, country.url, country.lister)
        for place, country in filter(None, {abroad(words), abroad(near)})
    ]
    if near and not zip_in(near) and not abroad(near):
        notes.append(_no_zip(filters, near))
    if MILITARY.fullmatch(zip_in(near)):
        notes.append(f"{zip_in(near)} is a post office of the armed forces, which may be anywhere in the world.")
    radius = str(filters.data.get("radius") or "").strip()
    if filters.cleaned.get("near") and radius and radius != str(filters.cleaned["radius"]):
        used = filters.cleaned["radius"]
        notes.append(f"Distances go from 5 to 250 whole miles; “{radius[:20]}” was read as {used}.")
    return notes


def _no_zip(filters: Filters, typed: str) -> str:
    """Distance starts from a ZIP code; a town is a word to search for."""
    elsewhere = filters.url([("q", typed), *filters.pairs()]) if not filters.cleaned["q"] else ""
    said = format_html("“{}” is no ZIP code, so distance was left out: that takes five digits, like 55455.", typed)
    if not elsewhere or any(sign.isdigit() for sign in typed):
        return said
    return format_html('{} <a href="{}" rel="nofollow">Search for {} as a word</a>', said, elsewhere, typed)
