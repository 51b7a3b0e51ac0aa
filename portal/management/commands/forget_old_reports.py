from typing import Any

from django.core.management.base import BaseCommand

from portal.models import ProblemReport


class Command(BaseCommand):
    """Remove e-mail addresses from reports older than 12 months; the reports stay. Safe to repeat; run it daily."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        forgotten = ProblemReport.objects.with_old_address().update(email="")
        self.stdout.write(f"E-mail addresses removed: {forgotten}.")
