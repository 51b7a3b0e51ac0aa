"""C4n, the best SQL we can write by hand: grouping sets over a narrow table of whole numbers, then the rows.

With a search all is one statement, so that the words are looked up and ranked once.
Without one the rows come by a walk along the index of their order.
"""

import hashlib
from collections import defaultdict
from typing import Any

from django.db import connection

from benchmarks.rows import PER_PAGE, SHOWN, SORTS, Answer, Ask, Table, sort_column
from portal.facets import Counts
from schools.filters import ProgramFilter
from schools.models import ProgramListing

PAGE = -1  # marks the rows of the page among the groups


class Narrow:
    def __init__(self, table: Table):
        self.table = table
        self.sorts = [sort_column(sort) for sort in SORTS]
        with connection.cursor() as cursor:
            cursor.execute("SELECT obj_description(to_regclass('rival.narrow'), 'pg_class')")
            signature = str(hash_of(table))
            if cursor.fetchone()[0] != signature:
                self._build(cursor, signature)

    def _build(self, cursor: Any, signature: str) -> None:
        columns = [*self.table.columns, *self.sorts]
        cursor.execute("CREATE SCHEMA IF NOT EXISTS rival")
        cursor.execute("DROP TABLE IF EXISTS rival.narrow")
        keys = "".join(f", {column} smallint NOT NULL" for column in self.table.columns)
        sorts = "".join(f", {column} int NOT NULL" for column in self.sorts)
        cursor.execute(f"CREATE TABLE rival.narrow (id int PRIMARY KEY{keys}{sorts}, x float8, y float8, z float8)")
        rows = [(row.pk, *row.keys, *row.places, *(row.at or (None, None, None))) for row in self.table.rows()]
        with cursor.copy(f"COPY rival.narrow (id, {', '.join(columns)}, x, y, z) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        for column in self.sorts:
            cursor.execute(f"CREATE UNIQUE INDEX ON rival.narrow ({column})")
        cursor.execute("VACUUM ANALYZE rival.narrow")
        cursor.execute(f"COMMENT ON TABLE rival.narrow IS '{signature}'")

    def answer(self, ask: Ask) -> Answer:
        hits, params, source = "", [], "rival.narrow n"
        if ask.text:
            rows = ProgramFilter.found_by(ProgramListing.objects.published(), ask.text)
            sql, params = rows.query.sql_with_params()  # type: ignore[attr-defined]
            hits, params = f"hits (id, rank) AS MATERIALIZED ({sql}), ", list(params)
            source = "hits JOIN rival.narrow n USING (id)"
        missed, passing = ["0"], []
        for bit, facet in enumerate(self.table.facets):
            if facet.name in ask.chosen:
                codes = self.table.codes(facet.name, ask.chosen[facet.name])
                test = f"{self._column(facet.name)} = ANY ('{{{','.join(map(str, codes))}}}'::smallint[])"
                missed.append(f"CASE WHEN {test} THEN 0 ELSE {1 << bit} END")
                passing.append(test)
        where = "true"
        if ask.near:
            x, y, z = ask.near
            online = f"n.{self._column('delivery')} = ANY ('{{{','.join(map(str, self._online))}}}'::smallint[])"
            where = f"(n.x * {x!r} + n.y * {y!r} + n.z * {z!r} >= {ask.least!r} OR {online})"
        with connection.cursor() as cursor:
            if ask.text:
                groups, ids = self._at_once(cursor, ask, hits, params, source, missed, where)
            else:
                groups = self._groups(cursor, source, missed, where)
                cursor.execute(
                    f"SELECT n.id FROM {source} WHERE {' AND '.join([where, *passing])} "
                    f"ORDER BY {self._order(ask)} LIMIT {PER_PAGE} OFFSET {ask.start}"
                )
                ids = [row[0] for row in cursor.fetchall()]
            cursor.execute(f"SELECT {', '.join(SHOWN)} FROM schools_programlisting WHERE program_id = ANY (%s)", [ids])
            rows = {row[0]: row for row in cursor.fetchall()}
        return Answer(self._counts(groups), [rows[pk][0] for pk in ids])

    # SQL -------------------------------------------------------------------------------------------

    def _column(self, facet: str) -> str:
        return self.table.columns[self.table.column_of[facet]]

    @property
    def _online(self) -> list[int]:
        return self.table.codes("delivery", ["online"])

    def _order(self, ask: Ask) -> str:
        if ask.sort == "distance" and ask.near:
            x, y, z = ask.near
            return f"n.x * {x!r} + n.y * {y!r} + n.z * {z!r} DESC NULLS LAST, {sort_column('')}"
        if ask.text and not ask.sort:
            return f"rank DESC, {sort_column('')}"
        return sort_column(ask.sort)

    def _groups(self, cursor: Any, source: str, missed: list[str], where: str) -> list[Any]:
        columns = ", ".join(self.table.columns)
        cursor.execute(
            f"WITH n AS (SELECT {columns}, {' + '.join(missed)} AS missed FROM {source} WHERE {where}) "
            f"{self._grouping('n')}"
        )
        return cursor.fetchall()

    def _grouping(self, source: str) -> str:
        columns = ", ".join(self.table.columns)
        sets = ", ".join(["(missed)", *(f"(missed, {column})" for column in self.table.columns)])
        return (
            f"SELECT missed, grouping({columns}), count(*), {columns} FROM {source} "
            f"WHERE missed & (missed - 1) = 0 GROUP BY GROUPING SETS ({sets})"
        )

    def _at_once(
        self, cursor: Any, ask: Ask, hits: str, params: list[Any], source: str, missed: list[str], where: str
    ) -> tuple[list[Any], list[int]]:
        nothing = ", ".join(["NULL::smallint"] * len(self.table.columns))
        cursor.execute(
            f"WITH {hits} n AS MATERIALIZED (SELECT n.*, rank, {' + '.join(missed)} AS missed FROM {source} "
            f"WHERE {where}), page AS (SELECT id, row_number() OVER (ORDER BY {self._order(ask)}) AS place FROM n "
            f"WHERE missed = 0 ORDER BY {self._order(ask)} LIMIT {PER_PAGE} OFFSET {ask.start}) "
            f"{self._grouping('n')} UNION ALL SELECT {PAGE}, place::int, id, {nothing} FROM page",
            params,
        )
        rows = cursor.fetchall()
        page = sorted((row[1], row[2]) for row in rows if row[0] == PAGE)
        return [row for row in rows if row[0] != PAGE], [pk for _, pk in page]

    # Numbers ---------------------------------------------------------------------------------------

    def _counts(self, groups: list[Any]) -> Counts:
        width = len(self.table.columns)
        everything = (1 << width) - 1
        column_of = {everything ^ (1 << (width - 1 - at)): at for at in range(width)}
        totals: dict[int, int] = defaultdict(int)
        sums: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for miss, mask, number, *keys in groups:
            if mask == everything:
                totals[miss] += number
            else:
                at = column_of[mask]
                sums[at][miss][keys[at]] = number
        options = {}
        for bit, facet in enumerate(self.table.facets):
            numbers: dict[int, int] = defaultdict(int)
            for miss in (0, 1 << bit):
                for code, number in sums[self.table.column_of[facet.name]].get(miss, {}).items():
                    numbers[code] += number
            options[facet.name] = self.table.told(facet.name, numbers)
        return Counts(totals[0], options, {})


def hash_of(table: Table) -> str:
    return hashlib.sha256(table.signature().encode()).hexdigest()[:16]
