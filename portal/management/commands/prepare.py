from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal import editors


class Command(BaseCommand):
    """Bring database, starter content and static files up to date. Safe to repeat; quick when nothing changed."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--quiet", action="store_true", help="Only the database; say nothing.")

    def handle(self, *args, quiet, **options):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            if not quiet:
                self.stdout.write("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)
        editors.groups()
        if "load_starter" in get_commands():
            call_command("load_starter")
        if not quiet:
            self._collect_static()

    def _collect_static(self):
        """Compressing takes seconds, so only when a file is newer than the last time, or one has gone."""
        stamp = settings.STATIC_ROOT.with_suffix(".stamp")
        files = (entry for finder in finders.get_finders() for entry in finder.list([]))
        found = sorted(f"{path} {storage.get_modified_time(path)}" for path, storage in files)
        state = "\n".join([settings.STORAGES["staticfiles"]["BACKEND"], *found])
        if stamp.exists() and stamp.read_text() == state:
            return
        self.stdout.write("Collecting and compressing the static files …")
        # Nothing is cleared: a server that still runs goes on serving the files its pages name.
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)
