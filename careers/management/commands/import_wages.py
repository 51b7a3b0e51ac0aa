from collections.abc import Iterator

from careers.imports.wages import IMPORTERS, Wages, importers_for
from portal.imports.command import ImportCommand
from portal.imports.importer import Importer, Period
from portal.imports.tables import Table


class Command(ImportCommand):
    """Import OEWS wages: the national file, the state file, or both at once (all or nothing)."""

    help = __doc__
    importer = Wages

    def parts(self, tables: list[Table], period: Period) -> Iterator[tuple[Importer, list[Table]]]:
        belongs = [(table, importers_for(table)) for table in tables]
        for importer in IMPORTERS:
            own = [table for table, importers in belongs if importer in importers]
            if own:
                yield importer(period.year), own
