"""From codes to occupations people can read about: made once, paired with fields, shown when a subject leads there."""

from collections.abc import Mapping

from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.text import slugify

from careers import curated
from careers.models import Occupation, OccupationField
from portal.models import Release, Slug
from portal.releases import Remark, derives, watches
from schools.models import SubjectField


def create_occupations(titles: Mapping[str, str]) -> int:
    """Create an occupation for each SOC code that has none. Returns how many.

    The official title is kept as published; plain title, address and definition are ours
    where we wrote them. Existing occupations are not touched.
    """
    known = set(Occupation.objects.filter(soc__in=titles).values_list("soc", flat=True))
    taken = set(Slug.objects.filter(kind=Slug.Kind.OCCUPATION).values_list("slug", flat=True))
    ours = curated.occupations()
    rows = []
    for soc, title in sorted(titles.items()):
        if soc in known:
            continue
        words = ours.get(soc, {})
        slug = words.get("slug") or slugify(title)[:110].strip("-")
        if not slug or slug in taken:
            slug = f"{slug}-{soc}".strip("-")
        taken.add(slug)
        rows.append(
            Occupation(
                soc=soc,
                title=title[:120],
                slug=slug,
                plain_title=words.get("plain_title", ""),
                definition=words.get("definition", ""),
            )
        )
    Occupation.objects.bulk_create(rows, batch_size=500)
    return len(rows)


@derives(
    "cip-codes", "cip-soc-crosswalk", "oews-national", "oews-states", "bls-projections", "ipeds-completions", step=70
)
def settle_occupations() -> None:
    """What follows from the current releases and subjects. Idempotent; never undoes what an editor decided."""
    pair_with_fields()
    stand_in_groups()
    publish_led_to()


# The pairs there should be, from the current crosswalk and the curated list; a pair named there goes before "*".
WANTED = """
    WITH hidden AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) AS h (cip, soc, reason)),
    wanted AS MATERIALIZED (
        SELECT p.occupation_id, p.field_of_study_id, h.soc IS NULL AS shown, coalesce(h.reason, '') AS reason
        FROM careers_crosswalkpair p
        JOIN portal_release r ON r.id = p.release_id AND r.state = 'current'
        JOIN careers_occupation o ON o.id = p.occupation_id
        JOIN schools_fieldofstudy f ON f.id = p.field_of_study_id
        LEFT JOIN LATERAL (
            SELECT * FROM hidden WHERE hidden.soc = o.soc AND hidden.cip IN (f.cip, '*')
            ORDER BY hidden.cip = '*' LIMIT 1
        ) h ON true
    )
"""


def pair_with_fields() -> None:
    """An editable pair for each pair of the current crosswalk, hidden where the curated list says so.

    A pair an editor has touched or added stays as it is; the others follow the crosswalk and the list.
    """
    hidden = [list(column) for column in zip(*curated.hidden_pairs(), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{WANTED}
            DELETE FROM careers_occupationfield x WHERE NOT x.added_by_editor
            AND NOT EXISTS (
                SELECT 1 FROM careers_occupationfieldevent e WHERE e.pgh_obj_id = x.id AND e.pgh_label = 'update'
            )
            AND (x.occupation_id, x.field_of_study_id, x.shown, x.reason) NOT IN (
                SELECT occupation_id, field_of_study_id, shown, reason FROM wanted
            )""",
            hidden,
        )
        cursor.execute(
            f"""{WANTED}
            INSERT INTO careers_occupationfield (occupation_id, field_of_study_id, shown, added_by_editor, reason)
            SELECT occupation_id, field_of_study_id, shown, false, reason FROM wanted
            ON CONFLICT (occupation_id, field_of_study_id) DO NOTHING""",
            hidden,
        )


def stand_in_groups() -> None:
    """Point codes that are published only as part of a group to that group.

    OEWS and the projections publish some SOC codes together: 31-1120 for 31-1121 and
    31-1122. A code with figures of its own stands for itself.
    """
    irregular = curated.published_groups()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH figures AS (
                SELECT occupation_id AS id FROM careers_wage w
                JOIN portal_release r ON r.id = w.release_id AND r.state = 'current'
                UNION SELECT occupation_id FROM careers_projection p
                JOIN portal_release r ON r.id = p.release_id AND r.state = 'current'
            ), listed AS (SELECT * FROM unnest(%s::text[], %s::text[]) AS l (soc, as_soc)),
            groups AS (
                SELECT o.id, g.id AS group_id FROM careers_occupation o
                LEFT JOIN listed l ON l.soc = o.soc
                JOIN careers_occupation g
                    ON g.soc = coalesce(l.as_soc, left(o.soc, 6) || '0') AND g.id <> o.id
                WHERE EXISTS (SELECT 1 FROM figures WHERE id = g.id)
                    AND NOT EXISTS (SELECT 1 FROM figures WHERE id = o.id)
            )
            UPDATE careers_occupation o SET published_as_id = n.group_id
            FROM (
                SELECT o.id, g.group_id FROM careers_occupation o LEFT JOIN groups g ON g.id = o.id
                WHERE o.published_as_id IS NOT NULL AND EXISTS (SELECT 1 FROM figures WHERE id = o.id)
                    OR o.published_as_id IS NULL AND g.group_id IS NOT NULL
            ) n
            WHERE n.id = o.id AND o.published_as_id IS DISTINCT FROM n.group_id
            """,
            [list(irregular), list(irregular.values())],
        )


# What somebody took off the site; what left it only because a release was taken back may come again with it.
TAKEN_OFF = """
    EXISTS (
        SELECT 1 FROM careers_occupationevent e
        WHERE e.pgh_obj_id = careers_occupation.id AND e.published_at IS NOT NULL
    )
    AND coalesce((
        SELECT c.metadata ->> 'verb' FROM careers_occupationevent e
        LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
        WHERE e.pgh_obj_id = careers_occupation.id AND e.published_at IS NULL AND e.pgh_id > (
            SELECT max(p.pgh_id) FROM careers_occupationevent p
            WHERE p.pgh_obj_id = careers_occupation.id AND p.published_at IS NOT NULL
        ) ORDER BY e.pgh_id LIMIT 1
    ), '') <> 'roll back'
"""


def led_to() -> QuerySet[Occupation]:
    """Occupations that a shown pair ties to a field of some subject."""
    in_subject = SubjectField.objects.filter(field_of_study=OuterRef("field_of_study"))
    pairs = OccupationField.objects.shown().filter(Exists(in_subject))
    return Occupation.objects.filter(pk__in=pairs.values("occupation"))


def publish_led_to() -> int:
    """Make public each occupation that is led to. Returns how many.

    One that was public before was taken off by an editor, and stays off.
    """
    hidden = led_to().filter(published_at__isnull=True)
    return hidden.exclude(RawSQL(TAKEN_OFF, [], BooleanField())).update(published_at=Now())


class LedTo:
    """With a release that is taken back, the occupations that became public with it leave again."""

    def look(self) -> None:
        return None

    def compare(self, before: None, after: None) -> list[Remark]:
        return []

    def keep(self, release: Release, remarks: list[Remark]) -> None:
        pass

    def forget(self, release: Release) -> None:
        """Not those that something still leads to, nor those whose date an editor has set since."""
        published = apps.get_model("careers", "OccupationEvent").objects.filter(
            pgh_obj_id=OuterRef("pk"),
            published_at=OuterRef("published_at"),
            pgh_context__metadata__verb="promote",
            pgh_context__metadata__release=release.pk,
        )
        gone = Occupation.objects.filter(Exists(published)).exclude(pk__in=led_to().values("pk"))
        gone.update(published_at=None)


watches(LedTo(), "cip-codes", "cip-soc-crosswalk")
