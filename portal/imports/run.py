"""One import, from paths to a promoted release: read, stage, compare, store, promote, all in one transaction."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pghistory
from django.db import DataError, IntegrityError, transaction
from tqdm import tqdm

from portal import releases
from portal.models import ImportIssue, Release, ReleaseFile, Source

from .importer import Importer, Note, Period, Row
from .refusals import FileRefused, RowRefused, Unmatched
from .staging import Comparison, Staging, copy_issues
from .tables import Table

SHRINK_SHARE = 0.8  # a release with fewer than this share of the current rows is suspect …
SHRINK_ROWS = 10  # … unless it lost fewer rows than this
Progress = Callable[[str, int, int], None]  # name of the file, bytes of it that are read, its size in bytes
Kind = ImportIssue.Kind
WIDTH_ADVICE = "This line has more or fewer cells than the header: look at it in the file, or download it again."


@dataclass
class Report:
    """What an import did, for the summary and for tests."""

    release: Release | None = None
    current: Release | None = None  # the current one before this import
    tables: list[Table] = field(default_factory=list)
    read: int = 0
    comparison: Comparison = field(default_factory=Comparison)
    refused: list[tuple[int, Note]] = field(default_factory=list)  # (file number, note); rows that were left out
    unmatched: list[tuple[int, Note]] = field(default_factory=list)
    noted: list[tuple[int, Note]] = field(default_factory=list)  # single cells that were left out
    is_promoted: bool = False
    is_staged: bool = False  # waits for somebody to promote it
    is_kept: bool = True  # False: identical to the current release, or to one imported before


class _DryRun(Exception):
    """Rolls everything back at the end of a rehearsal."""


def open_tables(importer: Importer | type[Importer], paths: Sequence[str | Path]) -> list[Table]:
    """The files an import will read, each looked through once. Raises FileRefused."""
    tables = importer.open(paths)
    if len({table.file.name for table in tables}) < len(tables):
        raise FileRefused("The same file was named twice.")
    return tables


def run_import(
    importer: Importer,
    tables: Sequence[Table],
    period: Period,
    *,
    dry_run: bool = False,
    allow_shrink: bool = False,
    show_progress: bool | None = None,
    stage: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Import ``tables`` (see :func:`open_tables`) as one release of the importer's source.

    It is promoted when it is not older than the current one; with ``stage`` it is kept, and people decide.

    Raises FileRefused, with nothing changed, when a file is not what it should be.
    """
    report = Report(tables=list(tables), is_staged=stage)
    shown = sys.stderr.isatty() if show_progress is None else show_progress
    try:
        with transaction.atomic(), importer.holding():
            _run(importer, period, report, allow_shrink, shown, progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    except (IntegrityError, DataError) as error:
        reason = str(error).strip().splitlines()[0]
        raise FileRefused(f"The database refuses what {tables[0].file.name} says: {reason}") from error
    return report


def _run(
    importer: Importer,
    period: Period,
    report: Report,
    allow_shrink: bool,
    show_progress: bool,
    progress: Progress | None,
) -> None:
    facts = importer.source
    source, _ = Source.objects.get_or_create(
        slug=facts.slug,
        defaults={
            "name": facts.name,
            "publisher": facts.publisher,
            "licence": facts.licence,
            "url": facts.url,
            "credit": facts.credit,
        },
    )
    releases.lock(source)
    report.current = current = releases.current_release(source)
    known = _imported_before(source, report.tables, current, report.is_staged)
    if known and known.year == period.year:
        report.release, report.is_kept = known, False
    with pghistory.context(source=source.slug, period=period.name, verb="import"):
        importer.prepare()
        staging = Staging(importer.model)
        staging.create()
        _read(importer, report, staging, show_progress, progress)
        importer.before_storing()
        report.refused += _named(importer, report.tables, staging.settle(importer.gives_way))
        report.comparison = comparison = staging.compare(report.release or current)
        if not comparison.total:
            raise FileRefused(_nothing_usable(report))
        is_older = current is not None and period.year < current.year
        if (
            not report.release
            and current
            and current.year == period.year
            and period.provisional
            and not current.provisional
        ):
            raise FileRefused(
                f"The current release, {current.label}, is the revised one of this period:"
                " a provisional file cannot replace it."
            )
        if current and not report.release and not is_older and not allow_shrink:
            _refuse_shrunken(comparison, report)
        if report.release or (
            current
            and comparison.is_identical
            and (current.year, current.provisional) == (period.year, period.provisional)
        ):
            report.release, report.is_kept = report.release or current, False
            return
        report.release = release = _new_release(source, period, report)
        staging.store(release)
        _keep_files(release, report)
        if not report.is_staged:
            report.is_promoted = releases.promote(release)


def _read(importer: Importer, report: Report, staging: Staging, show_progress: bool, progress: Progress | None) -> None:
    for number, table in enumerate(report.tables):
        importer.begin_file(table)
        before = report.read
        with tqdm(
            total=table.file.size,
            unit="B",
            unit_scale=True,
            desc=table.file.name,
            disable=not show_progress,
            leave=False,
        ) as bar:
            staging.copy(number, _facts(importer, report, number, table, bar, progress))
        table.file_rows = report.read - before


def _facts(
    importer: Importer, report: Report, number: int, table: Table, bar: Any, progress: Progress | None
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    notes: list[Note] = []
    for line, cells in table.rows():
        report.read += 1
        if not report.read % 1000:
            position = table.progress()
            bar.update(position - bar.n)
            if progress:
                progress(table.file.name, position, table.file.size)
        if not cells:
            report.refused.append((number, Note(line, "", "", WIDTH_ADVICE)))
            continue
        try:
            for fact in importer.facts(Row(table, line, cells, notes)):
                yield line, fact
        except Unmatched as refusal:
            note = Note(line, refusal.column, refusal.value, refusal.advice, refusal.suggestion)
            report.unmatched.append((number, note))
        except RowRefused as refusal:
            report.refused.append((number, Note(line, refusal.column, refusal.value, refusal.advice)))
        if notes:
            report.noted.extend((number, note) for note in notes)
            notes.clear()


def _named(importer: Importer, tables: list[Table], doubled: list[tuple[int, Note]]) -> list[tuple[int, Note]]:
    """Say in each note which row it means: the file is read once more for these lines only."""
    for number in {number for number, _ in doubled}:
        table = tables[number]
        notes = {note.line: note for where, note in doubled if where == number}
        for line, cells in table.lines():
            if line in notes:
                row = Row(table, line, cells, [])
                first = next(iter(importer.layouts[0].needed.values()))
                names = [name for name in importer.named_by or (first,) if row.has(name)]
                notes[line].column = ", ".join(row.official(name) for name in names)
                notes[line].value = ", ".join(row[name] for name in names)
    return doubled


def _nothing_usable(report: Report) -> str:
    problems = report.refused + report.unmatched
    name = report.tables[0].file.name
    if not problems:
        return f"{name} holds no row this import could use."
    first = min(problems, key=lambda problem: (problem[0], problem[1].line))[1]
    return (
        f"{name} holds no usable row. The first one, line {first.line}, {first.column} {first.value!r}: {first.advice}"
    )


def _refuse_shrunken(comparison: Comparison, report: Report) -> None:
    before, now = comparison.current, comparison.total
    if before - now >= SHRINK_ROWS and now < before * SHRINK_SHARE:
        raise FileRefused(
            f"{report.tables[0].file.name} has {now:,} usable rows, the current release {before:,}: is it whole?"
            " If it is, say --allow-shrink."
        )
    # The current one may itself be a part, as the starter's are; then a cut file shows in what it takes away.
    if comparison.withdrawn >= SHRINK_ROWS and comparison.withdrawn > before * (1 - SHRINK_SHARE):
        raise FileRefused(
            f"{report.tables[0].file.name} lacks {comparison.withdrawn:,} of the {before:,} rows of the current"
            " release: is it whole? If it is, say --allow-shrink."
        )


def _imported_before(source: Source, tables: list[Table], current: Release | None, is_staged: bool) -> Release | None:
    """A kept older release made of exactly these files, or one that waits staged when it is to be staged again.

    One that was rolled back may come again. The starter names the files it was made from but holds a part of
    them only, so its releases do not count.
    """
    wanted = {table.file.sha256 for table in tables}
    states = [Release.State.SUPERSEDED, *([Release.State.STAGED] if is_staged else ())]
    kept = Release.objects.filter(source=source, state__in=states, starter_load=None)
    for release in kept.prefetch_related("files"):
        waits = release.state == Release.State.STAGED
        if {file.sha256 for file in release.files.all()} == wanted and (
            waits or (current and releases.is_older(release, current))
        ):
            return release
    return None


def _new_release(source: Source, period: Period, report: Report) -> Release:
    last = Release.objects.filter(source=source, year=period.year).order_by("revision").last()
    comparison = report.comparison
    return Release.objects.create(
        source=source,
        period=period.name,
        year=period.year,
        provisional=period.provisional,
        revision=last.revision + 1 if last else 0,
        rows_read=report.read,
        rows_new=comparison.new,
        rows_changed=comparison.changed,
        rows_unchanged=comparison.unchanged,
        rows_withdrawn=comparison.withdrawn,
        rows_refused=len(report.refused),
    )


def _keep_files(release: Release, report: Report) -> None:
    for number, table in enumerate(report.tables):
        file = ReleaseFile.objects.create(
            release=release,
            name=table.file.name[:200],
            sha256=table.file.sha256,
            size=table.file.size,
            rows=table.file_rows,
        )
        kinds = ((Kind.REFUSED, report.refused), (Kind.UNMATCHED, report.unmatched), (Kind.NOTED, report.noted))
        for kind, notes in kinds:
            copy_issues(file, kind, (note for where, note in notes if where == number))
