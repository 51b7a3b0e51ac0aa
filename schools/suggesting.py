"""What a person may mean who has typed this much: subjects, fields, schools and places, each a link to its page.

Everything comes from memory: names are sorted by each of their words once a version, and
looked up by where they begin.
"""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from portal.formats import counted
from portal.memory import remembered
from schools.degrees import ACRONYMS
from schools.known import Known, known, words_of

SHORTEST = 2  # letters before anything is suggested
LAST = "\uffff"  # after every letter


@dataclass(frozen=True, slots=True)
class Suggestion:
    label: str
    url: str
    detail: str = ""
    weight: int = 0  # of two that fit alike, the heavier comes first


@dataclass(frozen=True)
class Group:
    """Suggestions of one kind, at most ``most`` at a time."""

    name: str
    most: int
    finder: "Finder"


class Finder:
    """Finds suggestions by the beginning of any word of their names."""

    def __init__(self, named: Iterable[tuple[str, Suggestion]]):
        """``named`` gives each suggestion with a name it has; one with several names comes several times."""
        self.entries: list[tuple[list[str], Suggestion]] = []
        places: list[tuple[str, int]] = []
        for name, suggestion in named:
            words = words_of(name)
            places += [(" ".join(words[start:]), len(self.entries)) for start in range(len(words))]
            self.entries.append((words, suggestion))
        places.sort()
        self.keys = [key for key, _ in places]
        self.places = [entry for _, entry in places]

    def find(self, words: Sequence[str], most: int) -> list[Suggestion]:
        """The best for these words, of which the last may be unfinished; each address once."""
        typed = " ".join(words)
        found = list(self._beginning(typed)) or list(self._holding(words))
        best: dict[str, tuple[tuple[bool, bool, int], Suggestion]] = {}
        for key, entry in found:
            name, suggestion = self.entries[entry]
            merit = (len(key) != len(" ".join(name)), key != typed, -suggestion.weight)
            if suggestion.url not in best or merit < best[suggestion.url][0]:
                best[suggestion.url] = (merit, suggestion)
        order = heapq.nsmallest(most, best.values(), key=lambda one: (one[0], one[1].label))
        return [suggestion for _, suggestion in order]

    def _beginning(self, typed: str) -> Iterator[tuple[str, int]]:
        first, last = bisect_left(self.keys, typed), bisect_left(self.keys, typed + LAST)
        return zip(self.keys[first:last], self.places[first:last], strict=True)

    def _holding(self, words: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Names that have all the words, in any order."""
        longest = max(words, key=len)
        for key, entry in self._beginning(longest):
            name = self.entries[entry][0]
            if all(any(word.startswith(beginning) for word in name) for beginning in words):
                yield key, entry


def groups(version: int) -> list[Group]:
    """What the directory has to suggest, as of this ContentVersion."""
    return remembered("suggestions", version, lambda: list(_groups(known(version))))


def _groups(names: Known) -> Iterator[Group]:
    programs = reverse("schools:program_list")

    def listed(number: int, *pairs: tuple[str, str], called: str = "") -> dict:
        detail = " · ".join(filter(None, (called and f"“{called}”", counted(number, "program"))))
        return {"url": f"{programs}?{urlencode(pairs)}", "detail": detail, "weight": number}

    def subjects() -> Iterator[tuple[str, Suggestion]]:
        for subject in names.subjects:
            for name in (subject.name, *subject.synonyms):
                called = "" if name.lower() in subject.name.lower() else name
                level = ACRONYMS.get(name.lower())
                if level and (number := subject.levels[level]):
                    label, pairs = (
                        f"{subject.name}, {level.label.lower()}",
                        [("subject", subject.slug), ("level", level)],
                    )
                elif number := subject.programs:
                    label, pairs = subject.name, [("subject", subject.slug)]
                if number:
                    yield name, Suggestion(label, **listed(number, *pairs, called=called))

    def fields() -> Iterator[tuple[str, Suggestion]]:
        for field in names.fields.values():
            for name in {field.name, field.title, field.cip}:
                yield name, Suggestion(field.name, **listed(field.programs, ("field", field.cip)))
            for name in field.words:
                yield name, Suggestion(field.name, **listed(field.programs, ("field", field.cip), called=name))

    def schools() -> Iterator[tuple[str, Suggestion]]:
        for school in names.schools.values():
            number = counted(school.programs, "program")
            for name in (school.name, *school.other_names):
                known_as = f"also known as {name}" if name != school.name and len(name) <= 12 else ""
                detail = " · ".join(filter(None, (known_as, school.place, number)))
                yield name, Suggestion(school.name, school.url, detail, school.programs)

    def places() -> Iterator[tuple[str, Suggestion]]:
        for (city, state), number in names.places.items():
            if not number or not state:
                continue
            if city:
                pairs = (("q", city), ("state", state))
                place = Suggestion(f"{city}, {state}", f"{programs}?{urlencode(pairs)}", "City", number)
                yield city, place
                yield f"{city} {state}", place
            else:
                place = Suggestion(names.states[state], **listed(number, ("state", state)))
                yield names.states[state], place
                yield state, place

    yield Group("Subjects", 3, Finder(subjects()))
    yield Group("Fields of study", 3, Finder(fields()))
    yield Group("Places", 2, Finder(places()))
    yield Group("Schools", 3, Finder(schools()))


def suggestions(text: str, among: Iterable[Group]) -> list[tuple[str, list[Suggestion]]]:
    """Names of groups with what each has for ``text``; groups that have nothing are left out."""
    words = words_of(text)
    if len("".join(words)) < SHORTEST:
        return []
    found = [(group.name, group.finder.find(words, group.most)) for group in among]
    return [(name, some) for name, some in found if some]
