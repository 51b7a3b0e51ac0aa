"""What files of occupations have in common: titles to read ahead of the rows, and a total that shows a cut file."""

from careers.crosswalk import create_occupations
from portal.imports import cells
from portal.imports.importer import Row
from portal.imports.refusals import FileRefused, RowRefused
from portal.imports.tables import Table

LONGEST = 120  # characters of an official title
ALL_OCCUPATIONS = "00-0000"
WHOLE_SHARE = 0.9  # of all jobs; the few that are not released by occupation are far less than the rest


def create_from(table: Table, *, code: str, title: str, only: dict[str, str] | None = None) -> int:
    """Create an occupation for each code of ``table`` that has none; ``only`` are cells a row must hold.

    Rows that cannot be read are left to the import itself, which says why. Returns how many are new.
    """
    titles: dict[str, str] = {}
    for line, row_cells in table.rows():
        if not row_cells:
            continue
        row = Row(table, line, row_cells, [])
        if only and any(row[name].lower() != value for name, value in only.items()):
            continue
        try:
            soc, words = cells.soc(row[code]), cells.text(row[title], LONGEST)
        except RowRefused:
            continue
        if words and soc != "99-9999":
            titles.setdefault(soc, words)
    return create_occupations(titles)


class Total:
    """All jobs as the file says, beside those of its occupations added up."""

    def __init__(self) -> None:
        self.said = 0
        self.added = 0

    def count(self, soc: str, jobs: object) -> None:
        """``jobs`` may be a reason why there is no number."""
        if isinstance(jobs, int):
            if soc == ALL_OCCUPATIONS:
                self.said = jobs
            else:
                self.added += jobs

    def check(self) -> None:
        """Raises FileRefused when rows are missing; a file without a total proves nothing."""
        if self.said and self.added < self.said * WHOLE_SHARE:
            raise FileRefused(
                f"The occupations of this file add up to {self.added:,} of {self.said:,} jobs: it is cut short."
                " Download it again."
            )
