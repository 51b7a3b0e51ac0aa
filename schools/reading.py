"""What a person typed into the search box, read as the filters it means: places, levels, "online", slips of spelling.

Each thing read becomes a filter with a chip of its own, or is said in a note, so a
visitor sees what was understood and can take it back.
"""

import re
from collections.abc import Container
from typing import Any

from django import forms
from django.utils.html import format_html

from portal import formats
from portal.facets import UNKNOWN
from portal.filtering import Filters, TextField
from schools.degrees import acronym_in, levels_meant
from schools.geography import position_of
from schools.known import known
from schools.levels import Delivery
from schools.places import WORDS_TOO, has_code, places_meant
from schools.spelling import exactly, vocabulary

ONLINE = re.compile(
    r'(?<![\w"])(?:(?:fully|entirely|completely|100 ?%)[\s-]+)?'
    r'(?:on-?line|(?:by )?distance[\s-](?:learning|education)|remote(?:ly)?)(?![\w"])',
    re.IGNORECASE,
)
NEAR_ME = re.compile(r"\b(?:near|close to|around) me\b|\b(?:near|close) ?by\b|\bin my area\b", re.IGNORECASE)
WHERE_IS_THAT = (
    "“{}” was left out of the search: this site does not ask your browser where you are. Add a city, a state, or, for "
    "programs, your ZIP code."
)
KNOWN_ONLINE = (
    "These programs are known to be taught online: their school says so, or teaches only at a distance. Of {} nobody "
    'has said yet how they are taught. <a href="{}" rel="nofollow">Show these too</a>'
)
NONE_ONLINE = (
    "No school or federal record says yet which of these programs are taught online, so “online” was left out of the "
    "search. Each program’s page leads to the school’s own site."
)


class WordsField(TextField):
    """What a person searches for. ``version`` is that of the list it stands in."""

    version = 0

    def __init__(self, *, is_corrected: bool = True, **kwargs: Any):
        super().__init__(**kwargs)
        self.is_corrected = is_corrected


class ReadingForm(forms.Form):
    """Takes out of ``q`` what another filter of the same list means."""

    notes: list[str]
    typed = better = ""  # what was typed and what it was corrected to; empty where nothing was

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self.notes = []
        self.read(data)
        if better := self.corrected(data["q"]):
            self.typed, self.better, data["q"] = data["q"], better, better
            self.read(data)
        if "near" in data:
            self.find_position(data)
        return data

    def corrected(self, text: str) -> str:
        field = self.fields["q"]
        return vocabulary(field.version).corrected(text) if text and field.is_corrected else ""

    def read(self, data: dict[str, Any]) -> None:
        if '"' not in data["q"] and (match := NEAR_ME.search(data["q"])):
            data["q"] = " ".join(NEAR_ME.sub(" ", data["q"]).split())
            self.notes.append(WHERE_IS_THAT.format(match[0]))
        if "delivery" in data and ONLINE.search(data["q"]):
            self.read_online(data)
        if "level" in data:  # before places: an MS in nursing is a degree, and no nursing in Mississippi
            data["q"], levels = levels_meant(data["q"])
            data["level"] = self.fields["level"].facet.clean([*data["level"], *levels])
        self.read_places(data)

    def read_places(self, data: dict[str, Any]) -> None:
        states = {option.value: option.label for option in self.fields["state"].facet.options if option.value.isupper()}
        cities: Container[tuple[str, str]] = ()
        if has_code(data["q"], states):
            names = known(self.fields["q"].version)
            if " " in data["q"] and names.schools_named(data["q"]):
                return  # a school that is called so, with its state
            cities = names.cities
        meant = places_meant(data["q"], states, cities)
        if meant.zip and ("near" not in data or data["near"]):
            return  # no second place; the ZIP stays a word
        data["q"] = meant.text
        data["state"] = self.fields["state"].facet.clean([*data["state"], *meant.states])
        if "near" in data:
            data["near"] = data["near"] or meant.zip
        if meant.radius and not self.data.get("radius"):
            data["radius"] = meant.radius

    def read_online(self, data: dict[str, Any]) -> None:
        """Only a fact that some program carries is worth asking for; else the answer would be an empty list."""
        data["q"] = " ".join(ONLINE.sub(" ", data["q"]).split())
        if known(self.fields["q"].version).taught_online:
            data["delivery"] = self.fields["delivery"].facet.clean([*data["delivery"], Delivery.ONLINE])
        else:
            self.notes.append(NONE_ONLINE)

    def find_position(self, data: dict[str, Any]) -> None:
        self.position = position_of(data["near"], self.fields["q"].version) if data["near"] else None
        self.near_typed = data["near"]
        if data["near"] and self.position is None:
            self.notes.append(
                f"We know no place for ZIP code {data['near']}: the Census has no area for it. "
                "Distance is left out; a neighboring ZIP code may work."
            )
            data["near"] = ""


def notes_on_reading(filters: Filters) -> list[str]:
    """How the words of the search were read, where a visitor may want it otherwise."""
    form, text = filters.form, filters.cleaned["q"]
    notes = list(form.notes)
    if form.typed:
        url = filters.url([("q", exactly(form.typed)), *filters.without("q")])
        words = (
            "Nothing here contains all words of “{}”. These are the results for “{}”. "
            '<a href="{}" rel="nofollow">Search for exactly what you typed</a>'
        )
        notes.append(format_html(words, form.typed, form.better, url))
    if "level" not in filters.cleaned:
        return notes
    delivery = filters.cleaned.get("delivery", ())
    if (
        filters.counts.total
        and Delivery.ONLINE in delivery
        and UNKNOWN not in delivery
        and (left := filters.counts.options["delivery"][UNKNOWN])
    ):
        url = filters.url([*filters.pairs(), ("delivery", UNKNOWN)])
        notes.append(format_html(KNOWN_ONLINE, formats.counted(left, "more program"), url))
    notes += states_perhaps_meant(filters)
    if text and not filters.counts.total:
        words = '<a href="{}">{}</a> has no program in our subjects.'
        notes += [format_html(words, one.url, one.name) for one in known(filters.version).schools_named(text)]
    if filters.counts.total and not filters.cleaned["level"] and (acronym := acronym_in(text)):
        word, level = acronym
        url = filters.url([*filters.pairs(), ("level", level.value)])
        words = '“{}” finds its whole subject, the {} first. <a href="{}" rel="nofollow">Only these</a>'
        notes.append(format_html(words, word, level.plural, url))
    return notes


def states_perhaps_meant(filters: Filters) -> list[str]:
    """For a word at the end that is also the code of a state, where that is not read into it."""
    *before, last = filters.cleaned["q"].split() or [""]
    if not before or last.upper() not in WORDS_TOO or filters.cleaned["state"]:
        return []
    there = filters.at([("q", " ".join(before)), ("state", last.upper()), *filters.without("q")])
    if not there.counts.total:
        return []
    name = next(option.label for option in filters.facet("state").options if option.value == last.upper())
    words = '“{}” was read as a word. <a href="{}" rel="nofollow">Look in {}</a> ({})'
    return [format_html(words, last, there.url(there.pairs()), name, formats.counted(there.counts.total, "program"))]


def ways_by_spelling(filters: Filters) -> list[tuple[str, int, str]]:
    """The same list for the corrected words, if that has results: also for words in quotes, which are never touched."""
    plain = " ".join(filters.cleaned["q"].replace('"', " ").split())
    if not plain:
        return []
    better = vocabulary(filters.version).corrected(plain) or (plain if plain != filters.cleaned["q"] else "")
    elsewhere = filters.at([("q", better), *filters.without("q")]) if better else None
    if elsewhere is None or not elsewhere.counts.total:
        return []
    return [(f"Search for “{better}”", elsewhere.counts.total, elsewhere.url(elsewhere.pairs()))]


MOST_WORDS_TRIED = 6  # of a search that finds nothing; each try is one search


def ways_by_fewer_words(filters: Filters) -> list[tuple[str, int, str]]:
    """The same list for all words but one, where that finds something, the fewest results first."""
    chunks = filters.cleaned["q"].split()
    if '"' in filters.cleaned["q"] or not 1 < len(chunks) <= MOST_WORDS_TRIED:
        return []
    ways = []
    for left_out in range(len(chunks)):
        words = " ".join(chunks[:left_out] + chunks[left_out + 1 :])
        fewer = filters.at([("q", words), *filters.without("q")])
        if fewer.cleaned["q"] and fewer.counts.total:
            ways.append((f"Search for “{words}”", fewer.counts.total, fewer.url(fewer.pairs())))
    return sorted(ways, key=lambda way: way[1])[:2]
