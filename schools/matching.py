"""Why a result is in the list, where its card does not show it by itself."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from portal.models import ContentVersion
from schools.known import Known, known, words_of
from schools.search import chunks_of, full_form, is_beginning
from schools.spelling import stem


class Word(NamedTuple):
    """One word of a search, in the forms that find it."""

    typed: str
    stem: str
    full: str  # "university" for "univ"
    is_beginning: bool

    def stands_in(self, text: str) -> bool:
        words, stems = _forms_in(text)
        if self.typed in words or self.stem in stems or (self.full and words.issuperset(self.full.split())):
            return True
        return self.is_beginning and any(word.startswith(self.typed) for word in words)


@lru_cache(maxsize=4096)
def _forms_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    words = words_of(text)
    return frozenset(words), frozenset(stem(word) for word in words)


def asked_words(text: str) -> list[Word]:
    words, chunks = [], chunks_of(text)
    for position, (phrase, chunk) in enumerate(chunks):
        is_last = position == len(chunks) - 1 and is_beginning(chunk)
        full = "" if phrase else full_form(chunk)
        words += [Word(word, stem(word), full, is_last) for word in words_of(phrase or chunk) if len(word) > 1]
    return words


def reasons_for(rows: Sequence[Any], text: str, version: int | None = None) -> dict[int, str]:
    """Ids of rows to the reason, where title, school and city do not show all words of ``text`` by themselves.

    ``rows`` are rows of the program list. The names come from memory, as of ``version`` or of now.
    """
    return _explained(rows, text, version, lambda row: f"{row.title} {row.school_name} {row.city}", _of_program)


def reasons_for_schools(rows: Sequence[Any], text: str, version: int | None = None) -> dict[int, str]:
    """The same for rows of the school list."""
    return _explained(rows, text, version, lambda row: f"{row.name} {row.city}", _of_school)


def _explained(
    rows: Sequence[Any],
    text: str,
    version: int | None,
    shown: Callable[[Any], str],
    told: Callable[[Any, Known], Iterator[tuple[str, str]]],
) -> dict[int, str]:
    asked = asked_words(text)
    if not asked or not rows:
        return {}
    names = known(ContentVersion.now() if version is None else version)
    reasons: dict[int, str] = {}
    for row in rows:
        on_card = shown(row)
        missing = [word for word in asked if not word.stands_in(on_card)]
        if missing and (reason := "; ".join(_reasons(list(told(row, names)), asked, missing))):
            reasons[row.pk] = reason[0].upper() + reason[1:]
    return reasons


def _reasons(told: list[tuple[str, str]], asked: list[Word], missing: list[Word]) -> Iterator[str]:
    """What holds the missing words, the best first, until none is missing.

    Of two that hold as many of them the one that is most like the search is better, then the shorter.
    """

    def merit(one: tuple[str, str]) -> tuple[int, int, int]:
        held = [word.stands_in(one[0]) for word in asked]
        return sum(word.stands_in(one[0]) for word in missing), sum(held), -len(one[0])

    while missing and told:
        words, reason = max(told, key=merit)
        left = [word for word in missing if not word.stands_in(words)]
        if len(left) == len(missing):
            return
        yield reason
        missing = left


def _of_program(row: Any, names: Known) -> Iterator[tuple[str, str]]:
    """Everything that search knows of a program and its card does not say, and how to say it."""
    for subject in names.subjects_of.get(row.field_of_study_id, ()):
        for word in subject.synonyms:
            yield word, f"matches “{word}”, another word for {subject.name[0].lower()}{subject.name[1:]}"
    if school := names.school_at(row.school_slug):
        for name in school.other_names:
            yield name, f"the school is also known as {name}"
    if state := names.states.get(row.state_id or ""):
        yield state, f"in {state}"
    if field := names.fields.get(row.field_of_study_id):
        for word in field.words:
            yield word, f"people who look for “{word}” mean this field"
        yield field.title, f"its federal field is “{field.title}”"
        yield field.cip, f"CIP code {field.cip}"


def _of_school(row: Any, names: Known) -> Iterator[tuple[str, str]]:
    if school := names.schools.get(row.pk):
        for name in school.other_names:
            yield name, f"also known as {name}"
    if state := names.states.get(row.state_id or ""):
        yield state, f"in {state}"
