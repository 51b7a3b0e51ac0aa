"""What every ``manage.py import_…`` command shares: its options, its summary, its one sentence when it refuses."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.rehearsing import rehearse

from .importer import Importer, Note, Period
from .refusals import FileRefused
from .run import Progress, Report, open_tables, run_import
from .tables import Table

SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[–—/-]\s*(\d\d)(?!\d)")  # an academic year, however it was typed
SHOWN = 12  # lines of a list in the summary; all with --verbosity 2


class ImportCommand(BaseCommand):
    """Reads official files as one release. Subclasses name their importer."""

    importer: ClassVar[type[Importer]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="The file as downloaded: csv, zip, gz or xlsx.")
        parser.add_argument("--release", metavar="PERIOD", help='Which edition it is, as printed: "2023–24".')
        parser.add_argument("--year", type=int, help="The last year it speaks of, when PERIOD does not end in it.")
        status = parser.add_mutually_exclusive_group()
        status.add_argument("--provisional", action="store_true", default=None, help="The agency will revise it.")
        status.add_argument("--revised", action="store_true", help="It is final.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, and change nothing.")
        parser.add_argument(
            "--stage", action="store_true", help="Keep it and change nothing on the site: people decide in the admin."
        )
        parser.add_argument(
            "--allow-shrink", action="store_true", help="Take it although it has far fewer rows than the current one."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period, reports = self.take_in(**options)
        except FileRefused as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        if not options["dry_run"]:
            for _, report in reports:
                if report.is_staged and report.is_kept and report.release:
                    rehearse(report.release)
        if options["verbosity"]:
            for importer, report in reports:
                self._summarize(
                    importer, report, period, dry_run=options["dry_run"], everything=options["verbosity"] > 1
                )

    def take_in(
        self,
        *,
        paths: Sequence[str | Path],
        stage: bool = False,
        dry_run: bool = False,
        allow_shrink: bool = False,
        progress: Progress | None = None,
        **options: Any,
    ) -> tuple[Period, list[tuple[type[Importer], Report]]]:
        """Import ``paths``, all or nothing, as the command or the desk asks. Raises FileRefused."""
        tables = open_tables(self.importer, paths)
        period = self._period(options, tables)
        with transaction.atomic():
            return period, [
                (
                    type(importer),
                    run_import(
                        importer,
                        own,
                        period,
                        dry_run=dry_run,
                        allow_shrink=allow_shrink,
                        show_progress=None if options.get("verbosity") and not progress else False,
                        stage=stage,
                        progress=progress,
                    ),
                )
                for importer, own in self.parts(tables, period)
            ]

    def parts(self, tables: list[Table], period: Period) -> Iterator[tuple[Importer, list[Table]]]:
        """Which importer reads which of the files. Raises FileRefused."""
        yield self.importer(), tables

    def _period(self, options: dict[str, Any], tables: list[Table]) -> Period:
        """The operator's word, else what the file names suggest without doubt. Raises FileRefused."""
        names = [table.file.name for table in tables] + [table.file.archive for table in tables]
        suggestions = [period for name in names if (period := self.importer.suggest(name))]
        name, year = options.get("release"), options.get("year")
        if year is None and name:
            year = last_year(name)
            if year is None:
                raise FileRefused(f"No year can be read from {name!r}: give it with --year.")
        if year is None:
            if len({suggestion.year for suggestion in suggestions}) != 1:
                raise FileRefused('The file name does not say which edition this is: give it, as --release "2023–24".')
            year, name = suggestions[0].year, suggestions[0].name
        if not 1980 <= year <= 2100:
            raise FileRefused(f"{year} is not a plausible year.")
        if name is None:
            name = next((s.name for s in suggestions if s.year == year), None) or self.importer.period_name(year)
        if not name.strip() or len(name) > 60:
            raise FileRefused("The period must be a few words, such as 2023–24.")
        provisional = options.get("provisional")
        if options.get("revised") or any(table.file.is_revised for table in tables):
            provisional = bool(provisional)
        elif provisional is None:
            provisional = self.importer.is_provisional_at_first
        return Period(SPAN.sub(r"\1–\2", name.strip()), year, provisional)

    def _summarize(
        self, importer: type[Importer], report: Report, period: Period, *, dry_run: bool, everything: bool
    ) -> None:
        say = self.stdout.write
        release, comparison = report.release, report.comparison
        label = f"{period.name}, provisional" if period.provisional else period.name
        say(f"{importer.source.name} {label}: {', '.join(table.file.name for table in report.tables)}")
        for table in report.tables:
            if table.unknown:
                say(f"Columns not used: {_some(table.unknown, everything)}")
        say(
            f"{report.read:,} read: {comparison.new:,} new, {comparison.changed:,} changed,"
            f" {comparison.unchanged:,} unchanged, {comparison.withdrawn:,} withdrawn,"
            f" {len(report.refused):,} refused, {len(report.unmatched):,} unmatched"
        )
        self._list("Refused rows", [note for _, note in report.refused], everything)
        self._list("Left out of rows that were kept", [note for _, note in report.noted], everything)
        unmatched: dict[str, dict[str, None]] = {}
        for _, note in report.unmatched:
            unmatched.setdefault(note.column, {})[note.value] = None
        for column, values in unmatched.items():
            say(f"Unmatched, {column}: {_some(list(values), everything)}")
        if not report.is_kept:
            older = report.current is not None and release != report.current
            say(
                f"This older release ({release.label}) is known already; nothing was kept."
                if older and release
                else "It says what the current release says already; nothing was kept."
            )
        elif report.is_staged:
            say("It is staged: look at it in the admin under Releases, and promote it there.")
        elif not report.is_promoted and report.current:
            say(f"It is older than the current release, {report.current.label}: kept, but not shown.")
        else:
            say("It would be current now." if dry_run else "It is current now.")
        if dry_run:
            say("A rehearsal: nothing was changed.")

    def _list(self, title: str, notes: list[Note], everything: bool) -> None:
        if not notes:
            return
        self.stdout.write(f"{title}: {len(notes):,}")
        for note in notes if everything else notes[:SHOWN]:
            what = f" {note.column} {note.value!r}" if note.column else ""
            self.stdout.write(f"  line {note.line}{what}: {note.advice}")
        if len(notes) > SHOWN and not everything:
            self.stdout.write(f"  … and {len(notes) - SHOWN:,} more, all in the admin under import issues")


def last_year(period: str) -> int | None:
    """2024 of "2023–24", 2025 of "May 2025"."""
    span = SPAN.search(period)
    if span:
        year = int(span[1][:2] + span[2])
        return year if year >= int(span[1]) else year + 100
    years = re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", period)
    return max(map(int, years)) if years else None


def _some(values: list[str], everything: bool) -> str:
    if everything or len(values) <= SHOWN:
        return ", ".join(values)
    return f"{', '.join(values[:SHOWN])} and {len(values) - SHOWN:,} more"
