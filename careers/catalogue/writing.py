"""Write the starter catalogue from an imported database: the same database gives the same bytes."""

import re
from pathlib import Path

from django.db import connection, transaction

from careers.curated import ARTICLES

from . import files
from .files import CatalogueError, Packed
from .tables import FIELD, RELEASE, TABLES

SOC = re.compile(r"(?<![\d-])\d{2}-\d{4}(?![\d-])")

# What is chosen: the fields of our subjects, every school that lists or listed a program in them with
# the schools these merged into or report through, and the occupations the fields lead to.
CHOOSE = [
    f"""CREATE TEMP TABLE chosen_field ON COMMIT DROP AS
    SELECT f.id, {FIELD} AS code FROM schools_fieldofstudy f
    WHERE EXISTS (SELECT 1 FROM schools_subjectfield x WHERE x.field_of_study_id = f.id)""",
    """CREATE TEMP TABLE standing ON COMMIT DROP AS
    SELECT DISTINCT ON (t.school_id) t.id, t.school_id, t.release_id, s.unitid, t.successor_unitid, t.parent_unitid
    FROM schools_schoolrecord t JOIN schools_school s ON s.id = t.school_id
    JOIN portal_release r ON r.id = t.release_id AND r.state IN ('current', 'superseded')
    WHERE s.unitid IS NOT NULL ORDER BY t.school_id, r.year DESC, r.revision DESC""",
    """CREATE TEMP TABLE chosen_school ON COMMIT DROP AS
    WITH RECURSIVE listing AS (
        SELECT DISTINCT s.unitid::text FROM schools_school s JOIN schools_program p ON p.school_id = s.id
        JOIN chosen_field f ON f.id = p.field_of_study_id WHERE s.unitid IS NOT NULL
    ), links AS (
        SELECT unitid::text AS one, coalesce(nullif(successor_unitid, ''), parent_unitid)::text AS other FROM standing
        WHERE successor_unitid <> '' OR parent_unitid <> ''
    ), family AS (
        SELECT unitid FROM listing
        UNION
        SELECT CASE WHEN l.one = f.unitid THEN l.other ELSE l.one END
        FROM family f JOIN links l ON f.unitid IN (l.one, l.other)
    )
    SELECT s.id, s.unitid AS code FROM schools_school s JOIN family USING (unitid)""",
    """CREATE TEMP TABLE chosen_record ON COMMIT DROP AS
    SELECT id, release_id FROM standing WHERE school_id IN (SELECT id FROM chosen_school)""",
    f"""CREATE TEMP TABLE chosen_release ON COMMIT DROP AS
    SELECT r.id, r.source_id, {RELEASE} AS code FROM portal_release r JOIN portal_source src ON src.id = r.source_id
    WHERE r.state = 'current' OR r.id IN (SELECT release_id FROM chosen_record)""",
    # An adopted program keeps the id and address it had as a federal one, so it comes along as that.
    """CREATE TEMP TABLE chosen_program ON COMMIT DROP AS
    SELECT DISTINCT ON (p.school_id, p.field_of_study_id, p.level)
        p.id, s.code AS school, f.code AS field, p.level, p.slug, p.published_at IS NOT NULL AS published
    FROM schools_program p JOIN chosen_school s ON s.id = p.school_id JOIN chosen_field f ON f.id = p.field_of_study_id
    WHERE p.origin = 'federal' OR EXISTS (
        SELECT 1 FROM schools_completions c WHERE c.school_id = p.school_id
        AND c.field_of_study_id = p.field_of_study_id AND c.level = p.level
    )
    ORDER BY p.school_id, p.field_of_study_id, p.level, p.origin = 'federal' DESC, p.id""",
]
CHOOSE_OCCUPATIONS = """CREATE TEMP TABLE chosen_occupation ON COMMIT DROP AS
    WITH wanted AS (
        SELECT t.occupation_id AS id FROM careers_crosswalkpair t
        JOIN chosen_release r ON r.id = t.release_id JOIN chosen_field f ON f.id = t.field_of_study_id
        UNION SELECT p.occupation_id FROM careers_occupationfield p
        JOIN chosen_field f ON f.id = p.field_of_study_id WHERE p.added_by_editor
        UNION SELECT id FROM careers_occupation WHERE published_at IS NOT NULL OR soc = ANY (%s::text[])
    )
    SELECT o.id, o.soc AS code FROM careers_occupation o
    WHERE o.id IN (SELECT id FROM wanted)
    OR o.id IN (SELECT published_as_id FROM careers_occupation WHERE id IN (SELECT id FROM wanted))"""


def write_catalogue(folder: Path = files.FOLDER, *, anew: bool = False) -> list[Packed]:
    """Write ``folder`` and return its tables.

    Raises CatalogueError when the database does not hold every school and program of the
    catalogue that is there now under the same id and address, unless ``anew``.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for statement in CHOOSE:
            cursor.execute(statement)
        cursor.execute(CHOOSE_OCCUPATIONS, [_codes_in_articles()])
        if not anew and (folder / files.MANIFEST).exists():
            _check_identities(cursor, files.read(folder))
        tables = []
        for table in TABLES:
            with cursor.copy(f"COPY ({table.select}) TO STDOUT WITH (FORMAT csv)") as copy:
                rows = b"".join(bytes(block) for block in copy)
            header = ",".join(table.columns).encode() + b"\n"
            plain = getattr(table, "plain", False)
            tables.append(files.pack(table.name, header + rows, rows=cursor.rowcount, plain=plain))
        for name in ("field", "school", "record", "release", "program", "occupation"):
            cursor.execute(f"DROP TABLE chosen_{name}")
        cursor.execute("DROP TABLE standing")
    files.save(folder, tables)
    return tables


def _codes_in_articles() -> list[str]:
    """Occupations the articles speak of, and all occupations together, the comparator."""
    codes = {"00-0000"}
    for path in ARTICLES.glob("*.toml"):
        codes.update(SOC.findall(path.read_text()))
    return sorted(codes)


def _check_identities(cursor, tables: dict[str, Packed]) -> None:
    """Ids and addresses are public: a renewed catalogue must not give one to another program."""
    for name, columns, same in (
        ("schools", "id bigint, school text, slug text, published bool", "s.id = t.id AND s.slug = t.slug"),
        (
            "programs",
            "id bigint, school text, field text, level text, slug text, published bool",
            "s.id = t.id AND s.slug = t.slug AND s.level = t.level",
        ),
    ):
        cursor.execute(f"CREATE TEMP TABLE earlier ({columns}) ON COMMIT DROP")
        with cursor.copy("COPY earlier FROM STDIN WITH (FORMAT csv, HEADER MATCH)") as copy:
            copy.write(tables[name].text())
        cursor.execute(
            f"SELECT count(*) FROM earlier t WHERE NOT EXISTS (SELECT 1 FROM schools_{name[:-1]} s WHERE {same})"
        )
        different = cursor.fetchone()[0]
        cursor.execute("DROP TABLE earlier")
        if different:
            raise CatalogueError(
                f"{different} {name} of the present catalogue have another id or address in this database: "
                "load the starter first and import into that database, or pass --anew to give new ones."
            )
