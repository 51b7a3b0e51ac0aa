import time

from django.core.management.commands import migrate
from django.db import connections
from django.db.utils import OperationalError

LOCK_SECONDS = 4
TRIES = 5


class Command(migrate.Command):
    """Django's migrate, which gives up a lock it cannot get instead of making every reader queue behind it."""

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        try:
            for left in reversed(range(TRIES)):
                try:
                    return super().handle(*args, **options)
                except OperationalError as error:
                    if not left or getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
                        raise
                    self.stderr.write("Another program holds a table this migration needs; trying again.")
                    time.sleep(2)
        finally:
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
