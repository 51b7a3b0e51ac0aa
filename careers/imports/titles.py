"""SOC codes and titles a file brings, read ahead of its rows so that every code has its occupation."""

from careers.crosswalk import create_occupations
from portal.imports import cells
from portal.imports.importer import Row
from portal.imports.refusals import RowRefused
from portal.imports.tables import Table

LONGEST = 120  # characters of an official title


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
