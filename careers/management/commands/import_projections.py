from typing import Any

from careers.imports.projections import Projections, edition
from portal.imports.command import ImportCommand
from portal.imports.importer import Period
from portal.imports.tables import Table


class Command(ImportCommand):
    """Import BLS employment projections: occupation.xlsx, or table 1.2 (and after it 1.10) as CSV."""

    help = __doc__
    importer = Projections

    def _period(self, options: dict[str, Any], tables: list[Table]) -> Period:
        """The columns name the edition, so nobody has to."""
        if not options.get("release") and options.get("year") is None:
            found = edition(tables[0])
            options = options | {"release": found.name, "year": found.year}
        return super()._period(options, tables)
