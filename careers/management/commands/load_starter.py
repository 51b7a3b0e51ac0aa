import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from careers.article_files import ArticleFileError
from careers.catalogue import files
from careers.catalogue.loading import load_catalogue


class Command(BaseCommand):
    """Load the starter catalogue, subjects, certifications and articles. Skipped when nothing in them changed."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--from", dest="folder", type=Path, default=files.FOLDER, help="The folder. Default: starter/"
        )
        parser.add_argument("--force", action="store_true", help="Look at every row again, changed or not.")

    def handle(self, *args, folder, force, verbosity, **options):
        begin = time.monotonic()
        try:
            loaded = load_catalogue(folder, force=force)
        except (files.CatalogueError, ArticleFileError) as error:
            raise CommandError(f"{error} Nothing was loaded.") from None
        if verbosity and not loaded.is_unchanged:
            self.stdout.write(
                f"Loaded the starter catalogue: {loaded.schools:,} schools, {loaded.programs:,} programs,"
                f" {loaded.facts:,} facts of {loaded.releases} releases, {loaded.articles} articles"
                f" ({time.monotonic() - begin:.1f} s)."
            )
