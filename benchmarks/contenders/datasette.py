"""Datasette, as one would publish the same table with it: the same facets on the same rows, all limits lifted.

It runs in a process of its own and answers with pages. Its facets honour their own
selection, so for the numbers that we show it is asked once more for each facet in which
something is chosen. It has no offset: it answers the first page where another one is
asked for.
"""

import json
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.rivals import VENV
from benchmarks.rows import PER_PAGE, SHOWN, SORTS, Ask, Table, sort_column, translated

LIMITS = {
    "sql_time_limit_ms": 120_000,
    "facet_time_limit_ms": 120_000,
    "max_returned_rows": 1_000,
    "suggest_facets": "off",
    "cache_size_kb": 200_000,
}
COLUMNS = (
    "title",
    "slug",
    "school_name",
    "school_slug",
    "city",
    "level",
    "control",
    "state_id",
    "tuition",
    "graduates",
)


class Datasette:
    def __init__(self, table: Table, home: Path):
        self.table, self.path = table, home / "programs.db"
        self.several = {
            facet.name for facet in table.facets if any(len(options) > 1 for options in table.carried[facet.name])
        }
        signature = home / "signature"
        if not signature.exists() or signature.read_text() != table.signature():
            home.mkdir(parents=True, exist_ok=True)
            self.path.unlink(missing_ok=True)
            self._build()
            signature.write_text(table.signature())

    def _build(self) -> None:
        facets = [f"in_{facet.name}" for facet in self.table.facets]
        columns = [*SHOWN[1:], *facets, *self.table.columns, *(sort_column(sort) for sort in SORTS), "x", "y", "z"]
        database = sqlite3.connect(self.path)
        database.execute(f"CREATE TABLE programs (id INTEGER PRIMARY KEY, {', '.join(columns)}, words TEXT)")
        marks = ", ".join("?" * (len(columns) + 2))
        database.executemany(f"INSERT INTO programs VALUES ({marks})", map(self._record, self.table.rows()))
        for column in [*facets, *self.table.columns, *(sort_column(sort) for sort in SORTS)]:
            database.execute(f"CREATE INDEX i_{column} ON programs ({column})")
        database.execute(
            """CREATE VIRTUAL TABLE programs_fts USING fts5 (words, content="programs", content_rowid="id",
            tokenize="unicode61 remove_diacritics 0 tokenchars '.-/@:_&'")"""  # found by Datasette in these quotes
        )
        database.execute("INSERT INTO programs_fts (rowid, words) SELECT id, words FROM programs")
        database.execute("ANALYZE")
        database.commit()
        database.close()

    def _record(self, row: Any) -> list[Any]:
        facets = []
        for facet in self.table.facets:
            options = sorted(self.table.carried[facet.name][row.keys[self.table.column_of[facet.name]]])
            one = options[0] if options else None
            facets.append(json.dumps(options) if facet.name in self.several else one)
        return [*row.shown, *facets, *row.keys, *row.places, *(row.at or (None, None, None)), " ".join(row.words)]

    def more_paths_of(self, ask: Ask) -> list[str]:
        """All that has to be asked for a page whose facets ignore their own selection."""
        return [self.path_of(ask), *(self.path_of(ask, ".json", only=name) for name in ask.chosen)]

    def path_of(self, ask: Ask, kind: str = "", only: str = "") -> str:
        """A page with its facets; or ``only`` one facet, without what is chosen in it, and no rows."""
        asked: list[tuple[str, Any]] = [("_facet_size", "max"), ("_size", 0 if only else PER_PAGE)]
        if not only:
            asked += [("_col", name) for name in COLUMNS]
        for facet in self.table.facets:
            if only in ("", facet.name):
                asked.append(("_facet_array" if facet.name in self.several else "_facet", f"in_{facet.name}"))
        for name, values in ask.chosen.items():
            if name == only:
                continue
            codes = ", ".join(map(str, self.table.codes(name, values))) or "-1"
            asked.append(("_where", f"{self.table.columns[self.table.column_of[name]]} in ({codes})"))
        if ask.words:
            words = translated(ask.words, self._word, lambda p: f"({' AND '.join(p)})", lambda p: f"({' OR '.join(p)})")
            asked += [("_search", words), ("_searchmode", "raw")]
        if ask.near:
            x, y, z = ask.near
            column = self.table.columns[self.table.column_of["delivery"]]
            online = ", ".join(map(str, self.table.codes("delivery", ["online"]))) or "-1"
            asked.append(("_where", f"(x*{x!r} + y*{y!r} + z*{z!r} >= {ask.least!r} or {column} in ({online}))"))
        asked.append(("_sort", sort_column("" if ask.sort == "distance" else ask.sort)))
        return f"/programs/programs{kind}?{urlencode(asked)}"

    @staticmethod
    def _word(word: str, is_beginning: bool) -> str:
        return f'"{word}"{" *" if is_beginning else ""}'

    def differs(self, get: Callable[[str], bytes], ask: Ask, right: Any) -> str:
        """What it says otherwise than ``right`` (Counts), in words; empty when nothing."""
        for name in ["", *ask.chosen]:
            said = json.loads(get(self.path_of(ask, ".json", only=name)))
            if not name and said["filtered_table_rows_count"] != right.total:
                return f"{said['filtered_table_rows_count']} rows instead of {right.total}"
            for facet in [name] if name else right.options.keys() - ask.chosen.keys():
                results = said["facet_results"][f"in_{facet}"]["results"]
                numbers = {str(one["value"]): one["count"] for one in results if one["value"] is not None}
                if numbers != {value: number for value, number in right.options[facet].items() if number}:
                    return f"other numbers in {facet}"
        return ""

    @contextmanager
    def served(self) -> Iterator[int]:
        """Its port, while it runs."""
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            port = door.getsockname()[1]
        settings = [word for name, value in LIMITS.items() for word in ("--setting", name, str(value))]
        command = [str(VENV / "bin" / "datasette"), "serve", str(self.path), "--port", str(port), *settings]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > deadline or process.poll() is not None:
                        raise
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(30)
