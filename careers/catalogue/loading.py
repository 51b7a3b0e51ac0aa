"""Take the starter catalogue into a database: empty, grown from an earlier one, or with newer releases of its own.

Nothing people wrote is changed, nothing is deleted but the facts an earlier catalogue
brought for the same release, and an older release never becomes the current one.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from careers import curated
from careers.article_files import load_articles
from portal import releases
from portal.models import Release, Source, StarterLoad
from schools.accreditors import ACCREDITORS, load_accreditors
from schools.aliases import ALIASES
from schools.relisting import holding_relisting
from schools.subjects import SUBJECTS, load_subjects

from . import files
from .files import CatalogueError, Packed
from .tables import FACTS, TABLES

LOCK = 7_402_002  # two loads at once wait for each other


@dataclass
class Loaded:
    """What a load did; ``facts`` counts rows."""

    releases: int = 0
    facts: int = 0
    schools: int = 0
    programs: int = 0
    articles: int = 0  # new ones
    is_unchanged: bool = False


def load_catalogue(folder: Path = files.FOLDER, *, force: bool = False) -> Loaded:
    """Load ``folder`` and the curated files, in one transaction. An unchanged catalogue is skipped unless ``force``.

    Raises CatalogueError when the folder is damaged, ArticleFileError when an article file is wrong.
    """
    if not (folder / files.MANIFEST).exists():
        raise CatalogueError(f"There is no starter catalogue in {folder}.")
    mark = files.fingerprint(
        [
            *folder.glob("*.csv*"),
            folder / files.MANIFEST,
            *curated.FOLDER.rglob("*.toml"),
            SUBJECTS,
            ACCREDITORS,
            ALIASES,
        ]
    )
    if not force and StarterLoad.objects.filter(release=None, sha256=mark).exists():
        return Loaded(is_unchanged=True)
    tables = files.read(folder)
    with transaction.atomic(), connection.cursor() as cursor, pghistory.context(source="starter", verb="load"):
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _stage(cursor, tables)
        loaded = _load(cursor, tables)
        StarterLoad.objects.update_or_create(release=None, defaults={"sha256": mark, "rows": loaded.facts})
        for table in TABLES:
            cursor.execute(f"DROP TABLE starter_{table.name}")
        cursor.execute("DROP TABLE taken, known_field, known_school, known_occupation")
    return loaded


def _stage(cursor, tables: dict[str, Packed]) -> None:
    """Every table of the catalogue as a temporary one."""
    for table in TABLES:
        if table.name not in tables:
            raise CatalogueError(f"The starter catalogue has no table of {table.name.replace('_', ' ')}.")
        columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
        cursor.execute(f"CREATE TEMP TABLE starter_{table.name} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY starter_{table.name} FROM STDIN WITH (FORMAT csv, HEADER MATCH)") as copy:
            copy.write(tables[table.name].text())
        cursor.execute(f"ANALYZE starter_{table.name}")


def _load(cursor, tables: dict[str, Packed]) -> Loaded:
    loaded = Loaded()
    with holding_relisting():
        cursor.execute(SOURCES)
        taken, current = _releases(cursor, tables)
        cursor.execute("CREATE TEMP TABLE taken (code text PRIMARY KEY, id bigint) ON COMMIT DROP")
        cursor.execute(
            "INSERT INTO taken SELECT * FROM unnest(%s::text[], %s::bigint[])",
            [list(taken), [release.pk for release in taken.values()]],
        )
        cursor.execute(FILES)
        for statement in FIELDS + OCCUPATIONS + SCHOOLS:
            cursor.execute(statement)
        loaded.schools = _count(cursor, "SELECT count(*) FROM starter_schools")
        for statement in PROGRAMS:
            cursor.execute(statement)
        loaded.programs = _count(cursor, "SELECT count(*) FROM starter_programs")
        for table in FACTS:
            cursor.execute(table.insert)
            written = cursor.rowcount
            wanted = f"SELECT count(*) FROM starter_{table.name} t JOIN taken ON taken.code = t.release"
            if written != _count(cursor, wanted):
                raise CatalogueError(f"{table.name} of the starter catalogue speaks of something it does not name.")
            loaded.facts += written
        _remember(cursor, tables, taken)
        loaded.releases = len(taken)
        for table in {*(facts.model._meta.db_table for facts in FACTS), *WRITTEN}:
            cursor.execute(f"ANALYZE {table}")
        _make_current(current)
        load_subjects()
        load_accreditors()
        releases.derive(*Source.objects.filter(slug__in=_column(cursor, "SELECT slug FROM starter_sources")))
    loaded.articles = load_articles()
    return loaded


def _count(cursor, statement: str) -> int:
    cursor.execute(statement)
    return cursor.fetchone()[0]


def _column(cursor, statement: str) -> list[str]:
    cursor.execute(statement)
    return [value for (value,) in cursor.fetchall()]


def _releases(cursor, tables: dict[str, Packed]) -> tuple[dict[str, Release], list[Release]]:
    """The releases whose facts are taken from the catalogue, by its names for them, and those it calls current.

    A release this database has from elsewhere keeps its own facts.
    """
    taken: dict[str, Release] = {}
    current: list[Release] = []
    cursor.execute(
        "SELECT release, source, year, revision, period, provisional, current FROM starter_releases"
        " ORDER BY year, revision"
    )
    for code, source, year, revision, period, provisional, is_current in cursor.fetchall():
        release, is_new = Release.objects.get_or_create(
            source=Source.objects.get(slug=source),
            year=year,
            revision=revision,
            defaults={
                "period": period,
                "provisional": provisional,
                "state": Release.State.SUPERSEDED,
                "promoted_at": timezone.now(),
            },
        )
        load = StarterLoad.objects.filter(release=release).first()
        if is_new:
            taken[code] = release
        elif load and load.sha256 != _mark(cursor, tables, code) and load.rows == _facts_of(cursor, release):
            for table in FACTS:
                cursor.execute(f"DELETE FROM {table.model._meta.db_table} WHERE release_id = %s", [release.pk])
            taken[code] = release
        if is_current and release.state == Release.State.SUPERSEDED:
            current.append(release)
    return taken, current


def _mark(cursor, tables: dict[str, Packed], code: str) -> str:
    """What the catalogue holds of one release: the checksums of the tables that speak of it."""
    digest = hashlib.sha256()
    for table in FACTS:
        cursor.execute(f"SELECT 1 FROM starter_{table.name} WHERE release = %s LIMIT 1", [code])
        if cursor.fetchone():
            digest.update(tables[table.name].sha256.encode())
    return digest.hexdigest()


def _facts_of(cursor, release: Release) -> int:
    return sum(
        _count(cursor, f"SELECT count(*) FROM {table.model._meta.db_table} WHERE release_id = {release.pk:d}")
        for table in FACTS
    )


def _remember(cursor, tables: dict[str, Packed], taken: dict[str, Release]) -> None:
    for code, release in taken.items():
        rows = _facts_of(cursor, release)
        Release.objects.filter(pk=release.pk).update(rows_new=rows)
        StarterLoad.objects.update_or_create(
            release=release, defaults={"sha256": _mark(cursor, tables, code), "rows": rows}
        )


def _make_current(candidates: list[Release]) -> None:
    """Each becomes current unless its source has a newer one. What an editor rolled back is no candidate."""
    for release in candidates:
        now_current = releases.current_release(release.source)
        if now_current and (now_current == release or releases.is_older(release, now_current)):
            continue
        if now_current:
            Release.objects.filter(pk=now_current.pk).update(state=Release.State.SUPERSEDED)
        Release.objects.filter(pk=release.pk).update(state=Release.State.CURRENT, promoted_at=timezone.now())


WRITTEN = ("schools_school", "schools_program", "schools_fieldofstudy", "careers_occupation", "portal_slug")

SOURCES = """
    INSERT INTO portal_source (slug, name, publisher, licence, url, credit)
    SELECT slug, name, publisher, licence, url, credit FROM starter_sources ON CONFLICT (slug) DO NOTHING
"""
FILES = """
    INSERT INTO portal_releasefile (release_id, name, sha256, size, rows)
    SELECT taken.id, t.name, t.sha256, t.size, t.rows FROM starter_files t JOIN taken ON taken.code = t.release
    ON CONFLICT (release_id, name) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, rows = excluded.rows
"""
# Definitions follow from the code list when that is derived.
# An address somebody else holds or held is never given away: the code makes another one.
FIELDS = [
    """
    INSERT INTO schools_fieldofstudy (cip, edition, title, plain_title, search_words, slug, definition)
    SELECT t.cip, t.edition, t.title, t.plain_title, t.search_words,
        CASE WHEN EXISTS (SELECT 1 FROM schools_fieldofstudy f WHERE f.slug = t.slug AND f.edition = t.edition)
            THEN t.slug || '-' || replace(t.cip, '.', '-') ELSE t.slug END, ''
    FROM starter_fields t ORDER BY t.field ON CONFLICT (cip, edition) DO NOTHING
    """,
    """
    CREATE TEMP TABLE known_field ON COMMIT DROP AS
    SELECT t.field AS code, f.id FROM starter_fields t JOIN schools_fieldofstudy f USING (cip, edition)
    """,
    "CREATE UNIQUE INDEX ON known_field (code)",
]
OCCUPATIONS = [
    """
    INSERT INTO careers_occupation (soc, title, plain_title, slug, definition)
    SELECT t.occupation, t.title, t.plain_title,
        CASE WHEN EXISTS (SELECT 1 FROM portal_slug s WHERE s.kind = 'occupation' AND s.scope = 0 AND s.slug = t.slug)
            THEN t.slug || '-' || t.occupation ELSE t.slug END,
        t.definition
    FROM starter_occupations t
    WHERE NOT EXISTS (SELECT 1 FROM careers_occupation o WHERE o.soc = t.occupation) ORDER BY t.occupation
    """,
    """
    CREATE TEMP TABLE known_occupation ON COMMIT DROP AS
    SELECT o.soc AS code, o.id FROM starter_occupations t JOIN careers_occupation o ON o.soc = t.occupation
    """,
    """
    UPDATE careers_occupation o SET published_as_id = g.id
    FROM starter_occupations t JOIN known_occupation g ON g.code = t.published_as
    WHERE o.soc = t.occupation AND o.published_as_id IS NULL
    """,
]
SCHOOLS = [
    """
    SELECT setval(pg_get_serial_sequence('schools_school', 'id'), greatest(
        (SELECT coalesce(max(id), 0) FROM schools_school), (SELECT coalesce(max(id), 0) FROM starter_schools),
        coalesce(pg_sequence_last_value(pg_get_serial_sequence('schools_school', 'id')::regclass), 1)
    ))
    """,
    """
    INSERT INTO schools_school (
        id, unitid, slug, published_at, name_override, aliases, website_override, city_override, note
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM schools_school s WHERE s.id = t.id)
            THEN nextval(pg_get_serial_sequence('schools_school', 'id')) ELSE t.id END,
        t.school,
        CASE WHEN EXISTS (SELECT 1 FROM portal_slug s WHERE s.kind = 'school' AND s.scope = 0 AND s.slug = t.slug)
            THEN t.slug || '-' || t.school ELSE t.slug END,
        CASE WHEN t.published THEN statement_timestamp() END, '', '', '', '', ''
    FROM starter_schools t
    WHERE NOT EXISTS (SELECT 1 FROM schools_school s WHERE s.unitid = t.school) ORDER BY t.id
    """,
    """
    CREATE TEMP TABLE known_school ON COMMIT DROP AS
    SELECT s.unitid AS code, s.id FROM starter_schools t JOIN schools_school s ON s.unitid = t.school
    """,
    "CREATE UNIQUE INDEX ON known_school (code)",
    "ANALYZE known_school",
]
PROGRAMS = [
    """
    SELECT setval(pg_get_serial_sequence('schools_program', 'id'), greatest(
        (SELECT coalesce(max(id), 0) FROM schools_program), (SELECT coalesce(max(id), 0) FROM starter_programs),
        coalesce(pg_sequence_last_value(pg_get_serial_sequence('schools_program', 'id')::regclass), 1)
    ))
    """,
    # As schools_arise() does: no federal program beside one the school has listed.
    """
    INSERT INTO schools_program (
        id, school_id, field_of_study_id, level, slug, origin, published_at,
        delivery, description, entry_degree, entry_test, entry_notes, url, not_published
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM schools_program p WHERE p.id = t.id)
            THEN nextval(pg_get_serial_sequence('schools_program', 'id')) ELSE t.id END,
        s.id, f.id, t.level,
        CASE WHEN EXISTS (
            SELECT 1 FROM portal_slug u WHERE u.kind = 'program' AND u.scope = s.id AND u.slug = t.slug
        ) THEN t.slug || '-' || replace(t.field, '.', '-') ELSE t.slug END,
        'federal', CASE WHEN t.published THEN statement_timestamp() END, '{}', '', '', '', '', '', '{}'
    FROM starter_programs t
    JOIN known_school s ON s.code = t.school JOIN known_field f ON f.code = t.field
    WHERE NOT EXISTS (
        SELECT 1 FROM schools_program p
        WHERE p.school_id = s.id AND p.field_of_study_id = f.id AND p.level = t.level
    )
    ORDER BY t.id
    """,
]
