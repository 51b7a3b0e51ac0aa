"""Rows on their way into the database: copied into a temporary table, compared and stored set by set."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection

from portal.models import Fact, Release, ReleaseFile

from .importer import Note

SAME_KEY = "This row is there more than once, and where they differ nothing is kept: ask the source which is right."
TABLE = "portal_staged_rows"
BATCH = 20_000  # rows of one COPY


@dataclass
class Comparison:
    """What a new release changes against the current one, in rows."""

    total: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    current: int = 0  # rows the current release has
    doubled: list[tuple[int, Note]] = field(default_factory=list)  # (file number, note)

    @property
    def is_identical(self) -> bool:
        return not (self.new or self.changed or self.withdrawn)


class Staging:
    """The temporary table of one import of one fact table. Lives until the transaction ends."""

    def __init__(self, model: type[Fact]) -> None:
        self.model = model
        self.table = model._meta.db_table
        self.key = [self._column(name) for name in model.KEY]
        self.values = [self._column(name) for name in model.VALUES]
        self.columns = self.key + self.values

    def _column(self, name: str) -> str:
        return next(
            str(column.column) for column in self.model._meta.concrete_fields if name in (column.name, column.attname)
        )

    def _different(self, left: str, right: str) -> str:
        return " OR ".join(f"{left}.{column} IS DISTINCT FROM {right}.{column}" for column in self.values) or "false"

    def create(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
            cursor.execute(
                f"CREATE TEMPORARY TABLE {TABLE} ON COMMIT DROP AS"
                f" SELECT 0 AS import_file, 0 AS import_line, {_list(self.columns)} FROM {self.table} WITH NO DATA"
            )

    def copy(self, file: int, rows: Iterator[tuple[int, tuple[Any, ...]]]) -> int:
        """Stream (line, fact) pairs in with COPY; gives back how many.

        In batches, so that making a fact may ask the database something.
        """
        count = 0
        statement = f"COPY {TABLE} (import_file, import_line, {_list(self.columns)}) FROM STDIN"
        with connection.cursor() as cursor:
            while batch := list(islice(rows, BATCH)):
                with cursor.copy(statement) as copy:
                    for line, fact in batch:
                        copy.write_row((file, line, *fact))
                count += len(batch)
        return count

    def settle(self, gives_way: str = "") -> list[tuple[int, Note]]:
        """Leave each key once. Equal rows count once; different ones are noted and all left out."""
        same = _joined("a", "b", self.key)
        with connection.cursor() as cursor:
            if gives_way:
                cursor.execute(
                    f"DELETE FROM {TABLE} a USING {TABLE} b WHERE {same} AND a.import_file <> b.import_file"
                    f" AND a.{gives_way} IS NULL AND (b.{gives_way} IS NOT NULL OR b.import_file < a.import_file)"
                )
            cursor.execute(f"ANALYZE {TABLE}")
            doubled = f"SELECT {_list(self.key)} FROM {TABLE} GROUP BY {_list(self.key)} HAVING count(*) > 1"
            cursor.execute(f"SELECT EXISTS ({doubled})")
            if not cursor.fetchone()[0]:
                return []
            lines = []
            if self.values:
                cursor.execute(
                    f"WITH different AS (SELECT {_list(self.key)} FROM {TABLE} GROUP BY {_list(self.key)}"
                    f" HAVING count(DISTINCT ROW({_list(self.values)})) > 1),"
                    f" gone AS (DELETE FROM {TABLE} a USING different b WHERE {same}"
                    " RETURNING import_file, import_line)"
                    " SELECT DISTINCT import_file, import_line FROM gone ORDER BY 1, 2"
                )
                lines = cursor.fetchall()
            cursor.execute(
                f"DELETE FROM {TABLE} a USING {TABLE} b WHERE {same}"
                " AND (a.import_file, a.import_line, a.ctid) > (b.import_file, b.import_line, b.ctid)"
            )
        return [(file, Note(line, "", "", SAME_KEY)) for file, line in lines]

    def compare(self, current: Release | None) -> Comparison:
        """Staged rows against those of ``current``, by key and values."""
        release = current.pk if current else 0
        changed = self._different("s", "f")
        first = self.key[0]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(s.{first}), count(s.{first}) FILTER (WHERE f.id IS NULL),"
                f" count(s.{first}) FILTER (WHERE f.id IS NOT NULL AND ({changed})),"
                f" count(f.id) FILTER (WHERE s.{first} IS NULL), count(f.id)"
                f" FROM {TABLE} s FULL JOIN (SELECT * FROM {self.table} WHERE release_id = %s) f"
                f" ON {_joined('s', 'f', self.key)}",
                [release],
            )
            total, new, changed_rows, withdrawn, before = cursor.fetchone()
        return Comparison(total, new, changed_rows, total - new - changed_rows, withdrawn, before)

    def store(self, release: Release) -> None:
        """Write the staged rows as the facts of ``release``."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.table} (release_id, {_list(self.columns)})"
                f" SELECT %s, {_list(self.columns)} FROM {TABLE}",
                [release.pk],
            )
            # Foreign keys are checked now, not at the end: with a million checks waiting, every row trigger of what
            # is derived next would walk the whole queue (each opens a subtransaction): a minute instead of seconds.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(f"ANALYZE {self.table}")  # what is derived next reads it


def _list(columns: Iterable[str]) -> str:
    return ", ".join(columns)


def _joined(left: str, right: str, columns: Iterable[str]) -> str:
    return " AND ".join(f"{left}.{column} = {right}.{column}" for column in columns)


def copy_issues(file: ReleaseFile, kind: str, notes: Iterable[Note]) -> None:
    """Keep the notes of one file as ``ImportIssue`` rows of this kind."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            'COPY portal_importissue (file_id, line, "column", value, advice, kind, suggestion) FROM STDIN'
        ) as copy,
    ):
        for note in notes:
            value = note.value if len(note.value) <= 200 else note.value[:199] + "…"
            copy.write_row(
                (file.pk, note.line, note.column[:80], value, note.advice[:300], kind, note.suggestion[:200])
            )
