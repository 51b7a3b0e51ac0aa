"""What each table of the starter catalogue holds, and the SQL that takes it out of a database and puts it in again.

Rows name each other by public codes (UNITID, CIP, SOC, a release's source and year), so
the catalogue fits any database. Only schools and programs carry ids, because theirs are public.
"""

from dataclasses import dataclass

from django.db import connection

from careers.models import CrosswalkPair, Projection, Wage
from portal.models import Fact, Zip
from schools.models import (
    AccreditationRecord,
    Completions,
    DistanceOffer,
    FieldRecord,
    PublishedPrice,
    SchoolOutcome,
    SchoolRecord,
)

# How a release is named in the catalogue: "ipeds-completions 2024.0".
RELEASE = "src.slug || ' ' || r.year || '.' || r.revision"
# How a field of study is named: its CIP code, with the edition where it is not today's.
FIELD = "f.cip || CASE WHEN f.edition = '2020' THEN '' ELSE '/' || f.edition END"


@dataclass(frozen=True)
class Identity:
    """A table of things that releases speak of. ``select`` reads from the chosen rows (see ``writing``)."""

    name: str
    columns: dict[str, str]  # name: type
    select: str
    plain: bool = False


IDENTITIES = [
    Identity(
        "sources",
        {"slug": "text", "name": "text", "publisher": "text", "licence": "text", "url": "text", "credit": "text"},
        """SELECT slug, name, publisher, licence, url, credit FROM portal_source
        WHERE id IN (SELECT source_id FROM chosen_release) ORDER BY slug COLLATE "C" """,
        plain=True,
    ),
    Identity(
        "releases",
        {
            "release": "text",
            "source": "text",
            "year": "int",
            "revision": "int",
            "period": "text",
            "provisional": "bool",
            "current": "bool",
        },
        """SELECT c.code, src.slug, r.year, r.revision, r.period, r.provisional, r.state = 'current'
        FROM chosen_release c JOIN portal_release r USING (id) JOIN portal_source src ON src.id = r.source_id
        ORDER BY c.code COLLATE "C" """,
        plain=True,
    ),
    Identity(
        "files",
        {"release": "text", "name": "text", "sha256": "text", "size": "bigint", "rows": "int"},
        """SELECT c.code, e.name, e.sha256, e.size, e.rows
        FROM portal_releasefile e JOIN chosen_release c ON c.id = e.release_id
        ORDER BY c.code COLLATE "C", e.name COLLATE "C" """,
        plain=True,
    ),
    Identity(
        "fields",
        {
            "field": "text",
            "cip": "text",
            "edition": "text",
            "title": "text",
            "plain_title": "text",
            "search_words": "text",
            "slug": "text",
        },
        # All of them, so that an editor can put any code into a subject.
        f"""SELECT {FIELD}, f.cip, f.edition, f.title, f.plain_title, f.search_words, f.slug
        FROM schools_fieldofstudy f ORDER BY f.edition COLLATE "C", f.cip COLLATE "C" """,
    ),
    Identity(
        "occupations",
        {
            "occupation": "text",
            "title": "text",
            "plain_title": "text",
            "slug": "text",
            "definition": "text",
            "published_as": "text",
        },
        """SELECT o.soc, o.title, o.plain_title, o.slug, o.definition, g.soc
        FROM chosen_occupation c JOIN careers_occupation o USING (id)
        LEFT JOIN careers_occupation g ON g.id = o.published_as_id ORDER BY o.soc COLLATE "C" """,
    ),
    Identity(
        "schools",
        {"id": "bigint", "school": "text", "slug": "text", "published": "bool"},
        """SELECT s.id, s.unitid, s.slug, s.published_at IS NOT NULL
        FROM chosen_school c JOIN schools_school s USING (id) ORDER BY s.id""",
    ),
    Identity(
        "programs",
        {"id": "bigint", "school": "text", "field": "text", "level": "text", "slug": "text", "published": "bool"},
        """SELECT id, school, field, level, slug, published FROM chosen_program ORDER BY id""",
    ),
]

# Columns of facts that point to things, by the name of the temporary table that knows both code and id.
POINTS_TO = {"school_id": "school", "field_of_study_id": "field", "occupation_id": "occupation"}


@dataclass(frozen=True)
class Facts:
    """A table of release facts: its columns are the model's KEY and VALUES, with codes in place of ids."""

    name: str
    model: type[Fact]
    where: str = "true"  # narrows the rows of the chosen releases
    rounded: tuple[str, ...] = ()  # columns kept to four decimals (a few yards), which is what they are used for

    @property
    def attributes(self) -> tuple[str, ...]:
        return (*self.model.KEY, *self.model.VALUES)

    @property
    def columns(self) -> dict[str, str]:
        """Name and type in the catalogue."""
        by_attribute = {field.attname: field for field in self.model._meta.concrete_fields}
        columns = {"release": "text"}
        for attribute in self.attributes:
            if attribute in POINTS_TO:
                columns[POINTS_TO[attribute]] = "text"
            else:
                columns[attribute.removesuffix("_id")] = by_attribute[attribute].db_type(connection)
        return columns

    @property
    def select(self) -> str:
        joins, chosen = [], ["r.code"]
        for attribute in self.attributes:
            if attribute in POINTS_TO:
                target = POINTS_TO[attribute]
                joins.append(f"JOIN chosen_{target} {target} ON {target}.id = t.{attribute}")
                chosen.append(f"{target}.code")
            elif attribute in self.rounded:
                chosen.append(f"trim_scale(round(t.{attribute}::numeric, 4))")
            else:
                chosen.append(f"t.{attribute}")
        order = ", ".join(f'{column}::text COLLATE "C"' for column in chosen[: len(self.model.KEY) + 1])
        return f"""SELECT {", ".join(chosen)} FROM {self.model._meta.db_table} t
            JOIN chosen_release r ON r.id = t.release_id {" ".join(joins)}
            WHERE {self.where} ORDER BY {order}"""

    @property
    def insert(self) -> str:
        """From the staged rows of the releases that are taken."""
        joins, values = [], ["taken.id"]
        for attribute in self.attributes:
            if attribute in POINTS_TO:
                target = POINTS_TO[attribute]
                joins.append(f"JOIN known_{target} {target} ON {target}.code = t.{target}")
                values.append(f"{target}.id")
            else:
                values.append(f"t.{attribute.removesuffix('_id')}")
        return f"""INSERT INTO {self.model._meta.db_table} (release_id, {", ".join(self.attributes)})
            SELECT {", ".join(values)} FROM starter_{self.name} t
            JOIN taken ON taken.code = t.release {" ".join(joins)}"""


FACTS = [
    Facts("field_records", FieldRecord),
    # A school stands as its newest promoted record says, so a record an older release holds comes along.
    Facts("school_records", SchoolRecord, where="t.id IN (SELECT id FROM chosen_record)"),
    Facts("completions", Completions),
    Facts("prices", PublishedPrice),
    Facts("outcomes", SchoolOutcome),
    Facts("distance_offers", DistanceOffer),
    # What had ended when the file was written is shown nowhere.
    Facts("accreditation_records", AccreditationRecord, where="t.ended_on IS NULL"),
    Facts("zips", Zip, rounded=("latitude", "longitude")),
    Facts("crosswalk_pairs", CrosswalkPair),
    Facts("wages", Wage),
    Facts("projections", Projection),
]
TABLES = [*IDENTITIES, *FACTS]
