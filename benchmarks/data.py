"""Databases of any number of programs, drawn from the real listing of the starter.

Each has its own database, ``bench_portal_3000``, on the server the portal finds.
Schools are copies of real ones under names like "Example University 123", moved a
little; their programs keep the real mix of fields, levels and states, with prices
and graduates varied and, for four in ten, a way of teaching. So the shape is
real and no figure is. The same recipe gives the same rows on every machine; a
database made by another recipe is made anew.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psycopg
from django.db import connection
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parents[1]
SIZES = (3_000, 30_000, 300_000)
BASE = "bench_portal_base"  # the starter, then only what all sizes share
TABLES = ("schools_school", "schools_program", "schools_schoollisting", "schools_programlisting")
FIRST_UNITID = 900_000  # above every number IPEDS has given

BASE_SQL = """
CREATE SCHEMA bench;
CREATE FUNCTION bench.draw(key bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(key, salt) & 1048575) / 1048576.0 $$;  -- 0 to 1, the same on every machine
CREATE FUNCTION bench.name_of(number bigint, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(' ', 'Example', coalesce(nullif(nullif(array_to_string(ARRAY(
        SELECT word FROM unnest(string_to_array(name, ' ')) WITH ORDINALITY AS said (word, place)
        WHERE word IN ('University', 'College', 'Community', 'Technical', 'State', 'Institute', 'Health', 'School',
            'Nursing', 'Center', 'Medical', 'Sciences', 'Career', 'of')
        ORDER BY place
    ), ' '), 'of'), ''), 'School'), number) $$;
CREATE TABLE bench.schools_school AS SELECT * FROM schools_school
    WHERE id IN (SELECT school_id FROM schools_programlisting);
CREATE TABLE bench.schools_schoollisting AS SELECT * FROM schools_schoollisting WHERE programs > 0;
CREATE TABLE bench.schools_program AS SELECT * FROM schools_program
    WHERE id IN (SELECT program_id FROM schools_programlisting);
CREATE TABLE bench.schools_programlisting AS SELECT * FROM schools_programlisting;
SELECT set_config('portal.relisting', 'later', true);
TRUNCATE schools_school, portal_slug CASCADE;
"""

# Whole schools in a drawn order until there are enough programs; the last one may be cut.
DRAW_SQL = """
CREATE TEMP TABLE drawn_school ON COMMIT DROP AS
SELECT number, school_id FROM (
    SELECT row_number() OVER drawn AS number, school_id, sum(programs) OVER drawn - programs AS before
    FROM (SELECT school_id, count(*) AS programs FROM bench.schools_programlisting GROUP BY 1) each
    CROSS JOIN generate_series(1, %(copies)s) AS copy
    WINDOW drawn AS (ORDER BY md5(copy || ':' || school_id))
) pile WHERE before < %(programs)s;
CREATE TEMP TABLE drawn_program ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY number, program_id) AS id, number, program_id
FROM drawn_school JOIN bench.schools_programlisting USING (school_id) LIMIT %(programs)s;
CREATE TEMP TABLE school_face ON COMMIT DROP AS
SELECT number, school_id, bench.name_of(number, name) AS name,
    trim(BOTH '-' FROM regexp_replace(lower(bench.name_of(number, name)), '[^a-z0-9]+', '-', 'g')) AS slug,
    0.8 + bench.draw(number, 1) * 0.45 AS dearer,
    (bench.draw(number, 2) - 0.5) * 0.6 AS north, (bench.draw(number, 3) - 0.5) * 0.6 AS east
FROM drawn_school JOIN bench.schools_schoollisting USING (school_id);
CREATE UNIQUE INDEX ON school_face (number);
ANALYZE drawn_program; ANALYZE school_face;
"""

PLACE = {"latitude": "t.latitude + f.north", "longitude": "t.longitude + f.east"}
TAUGHT = """CASE WHEN bench.draw(d.id, 5) >= 0.4 THEN t.delivery WHEN bench.draw(d.id, 6) < 0.50 THEN '{campus}'
    WHEN bench.draw(d.id, 6) < 0.72 THEN '{online}' WHEN bench.draw(d.id, 6) < 0.84 THEN '{hybrid}'
    WHEN bench.draw(d.id, 6) < 0.95 THEN '{online,campus}' ELSE '{online,hybrid,campus}' END"""
# (table, where its rows come from, columns that are not as in the real row)
STEPS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (
        "schools_school",
        "school_face f JOIN bench.schools_school t ON t.id = f.school_id ORDER BY f.number",
        {
            "id": "f.number",
            "unitid": f"({FIRST_UNITID} + f.number)::text",
            "slug": "f.slug",
            "name_override": "''",
            "aliases": "''",
            "website_override": "''",
        },
    ),
    (
        "schools_program",
        "drawn_program d JOIN bench.schools_program t ON t.id = d.program_id ORDER BY d.id",
        {"id": "d.id", "school_id": "d.number"},
    ),
    (
        "schools_programlisting",
        """drawn_program d JOIN school_face f USING (number)
        JOIN bench.schools_programlisting t ON t.program_id = d.program_id ORDER BY d.id""",
        {
            "program_id": "d.id",
            "school_id": "d.number",
            "school_name": "f.name",
            "school_slug": "f.slug",
            "delivery": TAUGHT,
            "delivery_from": "CASE WHEN bench.draw(d.id, 5) < 0.4 THEN 'federal' ELSE t.delivery_from END",
            "tuition": "(t.tuition * f.dearer)::int",
            "tuition_out_of_state": "(t.tuition_out_of_state * f.dearer)::int",
            "graduates": "(t.graduates * (0.5 + bench.draw(d.id, 7)))::int",
            "search": "t.search || setweight(schools_words('Example ' || d.number), 'A')",
            **PLACE,
        },
    ),
    (
        "schools_schoollisting",
        """school_face f JOIN bench.schools_schoollisting t USING (school_id)
        JOIN (SELECT school_id AS number, count(*) AS programs, count(*) FILTER (WHERE core) AS core_programs,
            coalesce(sum(graduates), 0) AS graduates FROM schools_programlisting GROUP BY 1) n USING (number)
        ORDER BY f.number""",
        {
            "school_id": "f.number",
            "record_id": "NULL::bigint",
            "successor_id": "NULL::bigint",
            "parent_id": "NULL::bigint",
            "name": "f.name",
            "aliases": "''",
            "website": "''",
            "programs": "n.programs",
            "core_programs": "n.core_programs",
            "graduates": "n.graduates",
            "search": "t.search || setweight(schools_words('Example ' || f.number), 'A')",
            **PLACE,
        },
    ),
)


def name_of(programs: int) -> str:
    return f"bench_portal_{programs}"


def connect(database: str) -> psycopg.Connection:
    """To any database of the server the portal finds; each statement stands alone. Starts the embedded server."""
    connection.ensure_connection()
    params = connection.get_connection_params() | {"dbname": database, "autocommit": True, "options": ""}
    for name in ("cursor_factory", "context", "pool"):
        params.pop(name, None)
    return psycopg.connect(**params)


def recipe() -> str:
    """Changes with what the databases are made of: the tables, the starter, and this file."""
    parts = [Path(__file__), *sorted(ROOT.glob("*/migrations/*.py"))]
    said = [part.read_bytes() for part in parts]
    starter = sorted(part for part in (ROOT / "starter").rglob("*") if part.is_file())
    said += [f"{part.relative_to(ROOT)} {part.stat().st_size}".encode() for part in starter]
    return hashlib.sha256(b"\0".join(said)).hexdigest()[:16]


def found(server: psycopg.Connection, database: str) -> str | None:
    """The recipe of a finished database; None if there is none."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = server.execute(query, [database]).fetchone()
    return row[0] if row else None


def drop(sizes: Sequence[int]) -> None:
    with connect("postgres") as server:
        for name in (BASE, *map(name_of, sizes)):
            server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def build(programs: int, say: Callable[[str], None] = print) -> str:
    """The name of a database with so many programs, made now unless it is there already."""
    name, wanted = name_of(programs), recipe()
    with connect("postgres") as server:
        if found(server, name) == wanted:
            return name
        if found(server, BASE) != wanted:
            began = time.monotonic()
            _make(server, BASE)
            environment = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": BASE}
            subprocess.run([sys.executable, "manage.py", "prepare", "--quiet"], cwd=ROOT, env=environment, check=True)
            with connect(BASE) as base:
                with base.transaction():
                    base.execute(BASE_SQL)
                base.execute("VACUUM ANALYZE")
            _finish(server, BASE, wanted)
            say(f"the starter, loaded as the stock to draw from: {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        _make(server, name, BASE)
        with connect(name) as database:
            fill(database, programs)
            database.execute("VACUUM ANALYZE")
            size = database.execute("SELECT pg_database_size(current_database()) / 1e6").fetchone()[0]
        _finish(server, name, wanted)
        say(f"{programs:,} programs in database {name}: {time.monotonic() - began:.0f} s, {size:.0f} MB")
    return name


def _make(server: psycopg.Connection, name: str, template: str = "template1") -> None:
    server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
    server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))


def _finish(server: psycopg.Connection, name: str, wanted: str) -> None:
    server.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(name), wanted))


def fill(database: psycopg.Connection, programs: int) -> None:
    """Draw the rows. In one transaction, with relisting held as bulk work may, and indexes made at the end."""
    stock = database.execute("SELECT count(*) FROM bench.schools_programlisting").fetchone()[0]
    with database.transaction():
        database.execute("SELECT set_config('portal.relisting', 'later', true)")
        database.execute("SET LOCAL maintenance_work_mem = '256MB'")
        database.execute("SET LOCAL work_mem = '128MB'")
        # Checks that wait for the end stand in the way: of making an index, and of every row's trigger.
        database.execute("SET CONSTRAINTS ALL IMMEDIATE")
        indexes = [index for table in TABLES[2:] for index in _loose_indexes(database, table)]
        for name, _ in indexes:
            database.execute(SQL("DROP INDEX {}").format(Identifier(name)))
        with psycopg.ClientCursor(database) as cursor:  # several statements with parameters at once
            cursor.execute(DRAW_SQL, {"programs": programs, "copies": programs // stock + 2})
        for table, source, other in STEPS:
            columns = [row[0] for row in database.execute(_COLUMNS, [table])]
            values = SQL(", ").join(
                SQL(other[column]) if column in other else SQL("t.{}").format(Identifier(column)) for column in columns
            )
            names = SQL(", ").join(map(Identifier, columns))
            statement = SQL("INSERT INTO {} ({}) SELECT {} FROM {}")
            database.execute(statement.format(Identifier(table), names, values, SQL(source)))
        for table in TABLES[:2]:
            database.execute(
                SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}").format(table, Identifier(table))
            )
        for _, statement in indexes:
            database.execute(statement)
        database.execute("DROP SCHEMA bench CASCADE")


_COLUMNS = """SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""


def _loose_indexes(database: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    """(name, how to make it) of the indexes that hold up no constraint."""
    query = """SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)"""
    return database.execute(query, [table]).fetchall()
