from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from careers.catalogue import files
from careers.catalogue.writing import write_catalogue


class Command(BaseCommand):
    """Write the starter catalogue from this database; load_starter first, so that ids and addresses stay."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, default=files.FOLDER, help="The folder. Default: starter/")
        parser.add_argument(
            "--anew", action="store_true", help="Give new ids and addresses to schools and programs already in it."
        )

    def handle(self, *args, to, anew, **options):
        try:
            tables = write_catalogue(to, anew=anew)
        except files.CatalogueError as error:
            raise CommandError(f"{error} Nothing was written.") from None
        for table in tables:
            self.stdout.write(f"{table.name:26} {table.rows:>8,} rows {len(table.data) / 1024:>9,.1f} KB")
        self.stdout.write(f"Together {sum(len(table.data) for table in tables) / 1024 / 1024:.2f} MB in {to}.")
