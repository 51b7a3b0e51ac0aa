import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import State
from schools.imports.outlines import outline_of, rings_by_state
from schools.state_map import OUTLINES


class Command(BaseCommand):
    """Write the states' outlines of school pages from us-atlas' states-albers-10m.json. Borders seldom change."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="states-albers-10m.json of us-atlas")

    def handle(self, *args: Any, **options: Any) -> None:
        codes = dict(State.objects.values_list("name", "code"))
        try:
            with open(options["file"], encoding="utf-8") as file:
                rings = dict(rings_by_state(file.read()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(
                f"This is not states-albers-10m.json of us-atlas: {error!r}. Nothing was written."
            ) from error
        found = {codes[name]: outline_of(parts) for name, parts in rings.items() if name in codes}
        lines = (f'"{code}": {json.dumps(list(found[code]))}' for code in sorted(found))
        OUTLINES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        self.stdout.write(f"Written: {len(found)} outlines, {OUTLINES.stat().st_size:,} bytes.")
