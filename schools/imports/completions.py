"""IPEDS completions (C_A): awards by school, field, level and major. Source: https://nces.ed.gov/ipeds/datacenter/DataFiles.aspx"""

from collections.abc import Iterator
from typing import Any

from portal.imports import cells
from portal.imports.importer import Importer, Period, Row, SourceFacts, academic_year, year_in
from portal.imports.tables import Layout
from portal.reasons import Reason
from schools.models import Completions

from .known import IPEDS_URL, NCES, Fields, Schools, award_level

COLUMNS = {
    "UNITID": "unitid",
    "CIPCODE": "cip",
    "MAJORNUM": "major",
    "AWLEVEL": "level",
    "CTOTALT": "awards",
}
OPTIONAL = {
    "CTOTALM": "awards_men",
    "CTOTALW": "awards_women",
    "XCTOTALT": "awards_flag",
    "XCTOTALM": "awards_men_flag",
    "XCTOTALW": "awards_women_flag",
}
COUNTS = ("awards", "awards_men", "awards_women")
# Flags beside a count. The others (reported, implied zero, imputed) stand beside numbers.
FLAGS = {"A": Reason.NOT_APPLICABLE, "B": Reason.NOT_REPORTED}


class CompletionsImporter(Importer):
    """Every row of the file but the totals (CIPCODE 99), also of fields in none of our subjects."""

    source = SourceFacts("ipeds-completions", "IPEDS completions", NCES, IPEDS_URL)
    model = Completions
    layouts = [Layout(COLUMNS, OPTIONAL)]
    is_provisional_at_first = True
    named_by = ("unitid", "cip", "major", "level")

    @classmethod
    def suggest(cls, name: str) -> Period | None:
        """C2024_A holds the awards of July 2023 to June 2024."""
        year = year_in(name, r"^c(20\d\d)_a")
        return Period(academic_year(year), year) if year else None

    def prepare(self) -> None:
        self.schools = Schools()
        self.fields = Fields()

    def facts(self, row: Row) -> Iterator[tuple[Any, ...]]:
        if is_total(row["cip"]):
            # As a number, 51.0000 is 51: then it is not the family's total but a field, or nobody can tell.
            if f"{row['cip']}.0000" in self.fields.ids:
                raise row.refuse("cip", "This is a family's total, or a code that lost its zeros: nobody can tell.")
            return
        school = self.schools.of(row)
        field = self.fields.of(row)
        level = award_level(row)
        major = row["major"].lstrip("0")
        if major not in ("1", "2"):
            raise row.refuse("major", "This must be 1 (first major) or 2 (second major).")
        counts: list[int | None] = []
        reasons: dict[str, str] = {}
        for name in COUNTS:
            count = row.read(name, cells.whole, cells.IPEDS_MISSING) if row.has(name) else Reason.NOT_IN_FEDERAL_DATA
            if isinstance(count, Reason):
                reasons[name] = FLAGS.get(row[f"{name}_flag"].upper(), count).value
                counts.append(None)
            else:
                counts.append(count)
        yield school, field, level.value, int(major), *counts, cells.as_json(reasons)


def is_total(cip: str) -> bool:
    """99 is the school's total; a family or series row would be counted twice beside its codes."""
    family, _, rest = cip.partition(".")
    return family == "99" or (family.isdigit() and len(family) <= 2 and len(rest) in (0, 2) and cip != "")
