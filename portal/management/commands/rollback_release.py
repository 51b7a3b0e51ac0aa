from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import releases
from portal.models import Source


class Command(BaseCommand):
    """Take back the current release of a source: the one before it is current again, exactly as it was."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="Slug of the source, such as ipeds-completions.")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(slug=options["source"]).first()
        if source is None:
            known = ", ".join(Source.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no source {options['source']!r}. Known: {known}.")
        try:
            taken_back, former = releases.roll_back(source)
        except releases.NothingToRollBack as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Taken back: {taken_back}.")
        self.stdout.write(f"Current again: {former}." if former else "No release of this source is current now.")
