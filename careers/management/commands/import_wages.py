from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from careers.imports.wages import IMPORTERS, Wages, importers_for
from portal.imports.command import ImportCommand, open_tables
from portal.imports.refusals import FileRefused
from portal.imports.run import run_import


class Command(ImportCommand):
    """Import OEWS wages: the national file, the state file, or both at once (all or nothing)."""

    help = __doc__
    importer = Wages

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tables = open_tables(Wages, options["paths"])
            period = self._period(options, tables)
            belongs = [(table, importers_for(table)) for table in tables]
            reports = []
            with transaction.atomic():
                for importer in IMPORTERS:
                    own = [table for table, importers in belongs if importer in importers]
                    if own:
                        report = run_import(
                            importer(period.year),
                            own,
                            period,
                            dry_run=options["dry_run"],
                            allow_shrink=options["allow_shrink"],
                            show_progress=None if options["verbosity"] else False,
                        )
                        reports.append((importer, report))
        except FileRefused as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        if options["verbosity"]:
            for importer, report in reports:
                self.importer = importer  # type: ignore[misc]  # the summary names its source
                self._summarize(report, period, dry_run=options["dry_run"], everything=options["verbosity"] > 1)
