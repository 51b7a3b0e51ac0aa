"""The CIP code list (NCES). Source: https://nces.ed.gov/ipeds/cipcode/resources.aspx?y=56"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, year_in
from portal.imports.refusals import FileRefused
from portal.imports.tables import Layout
from schools.models import FieldRecord
from schools.relisting import holding_relisting

from .known import NCES

COLUMNS = {
    "CIPCode": "cip",
    "Action": "action",
    "CIPTitle": "title",
    "CIPDefinition": "definition",
}
NOT_CURRENT = ("deleted", "moved from")
ONLY_IN_2020 = {"51.0720", "51.0721", "51.0722", "51.0723"}
LAST_OF_2010 = "51.0719"


class CodeList(Importer):
    """Every code with its title. Fields of study follow from it when it is promoted (``schools.fields``)."""

    source = SourceFacts("cip-codes", "CIP code list", NCES, "https://nces.ed.gov/ipeds/cipcode/resources.aspx?y=56")
    model = FieldRecord
    layouts = [Layout(COLUMNS)]
    named_by = ("cip",)

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        year = year_in(name, r"^cipcode(20\d\d)")
        return Period(str(year), year) if year else None

    @classmethod
    def period_name(cls, year: int) -> str:
        return str(year)

    def holding(self) -> AbstractContextManager[None]:
        return holding_relisting()

    def prepare(self) -> None:
        self.codes: set[str] = set()

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        cip = row.read("cip", cells.cip, None)
        title = row.read("title", _title)
        definition = row.read("definition", cells.text, 20_000)
        self.codes.add(cip)
        action = row["action"].lower()
        is_current = not action.startswith(NOT_CURRENT) and title.lower() != "reserved" and title != ""
        yield cip, title or cip, definition, is_current

    def before_storing(self) -> None:
        """CIP 2010 looks the same; every file we read is coded in CIP 2020."""
        if LAST_OF_2010 in self.codes and not self.codes & ONLY_IN_2020:
            raise FileRefused("This is the list of CIP 2010 (it has no 51.0720): take CIPCode2020.csv.")


def _title(cell: str) -> str:
    """Without the full stop, and without the capitals of family titles."""
    title = cells.text(cell, 201).removesuffix(".").strip()
    if title.isupper():
        title = _calm(title)
    return cells.text(title, 200)


SMALL = {"and", "or", "of", "in", "the", "for", "to", "a"}


def _calm(title: str) -> str:
    """HEALTH PROFESSIONS AND RELATED PROGRAMS as Health Professions and Related Programs."""
    words = title.lower().split(" ")
    return " ".join(word if index and word in SMALL else _capital(word) for index, word in enumerate(words))


def _capital(word: str) -> str:
    return "".join(
        letter.upper() if index == 0 or word[index - 1] in "/-(" else letter for index, letter in enumerate(word)
    )
