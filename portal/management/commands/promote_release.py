from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import releases
from portal.models import Release


class Command(BaseCommand):
    """Put a staged release on the site, as the button in the admin does."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("release", type=int, metavar="ID", help="Its number, as in its address in the admin.")

    def handle(self, *args: Any, **options: Any) -> None:
        release = Release.objects.select_related("source").filter(pk=options["release"]).first()
        states = (Release.State.STAGED, Release.State.ROLLED_BACK)
        if release is None or release.state not in states:
            waiting = Release.objects.filter(state__in=states).select_related("source")
            known = ", ".join(f"{one.pk} ({one})" for one in waiting) or "none"
            raise CommandError(f"No such release waits. Waiting: {known}.")
        promoted = releases.promote(release)
        self.stdout.write(f"On the site: {release}." if promoted else f"Older than the current one, kept: {release}.")
