"""The pages that a release of the directory is said to change, held against the bytes of real pages."""

import pytest
from django.db import connection, transaction

from portal import releases
from portal.models import AffectedPage, Release
from portal.rehearsing import rehearse
from portal.releases import facts_of
from schools.models import (
    Completions,
    Program,
    ProgramListing,
    PublishedPrice,
    School,
    SchoolListing,
    SchoolOutcome,
    SchoolRecord,
)
from schools.relisting import relist_all
from tests.factories import (
    AccreditationRecordFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    PublishedPriceFactory,
    ReleaseFactory,
    SchoolFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db
STATES = ("MN", "MN", "MN", "WI", "WI", "IA")


@pytest.fixture
def site():
    """Two fields; nine schools with awards, prices and outcomes, enough of them that a page leaves some out."""
    fields = [FieldOfStudyFactory(), FieldOfStudyFactory(cip="51.0702")]
    SubjectFactory(fields=fields)
    with transaction.atomic():
        for number in range(9):
            school = SchoolFactory(record__state_id=STATES[number % 6], record__name=f"Example College {number}")
            CompletionsFactory(school=school, field_of_study=fields[0], awards=100 - number)
            if number % 2:
                CompletionsFactory(school=school, field_of_study=fields[1], level="bachelor", awards=10 + number)
            PublishedPriceFactory(school=school, tuition=20_000 + number)
            SchoolOutcome.objects.create(
                release=ReleaseFactory(source__slug="scorecard-institutions"),
                school=school,
                measure="median_earnings_10",
                value=50_000 + number,
            )
            AccreditationRecordFactory(school=school)
        relist_all()
        for release in Release.objects.current().select_related("source"):
            releases.derive(release.source)


def pages(client):
    rows = [*SchoolListing.objects.published().select_related("school"), *ProgramListing.objects.published()]
    return {row.get_absolute_url(): client.get(row.get_absolute_url()).content for row in rows}


def copy_of(slug, year=None):
    """A staged release that says what the current one says; a later year makes it another edition."""
    old = Release.objects.current().select_related("source").get(source__slug=slug)
    new = Release.objects.create(
        source=old.source,
        year=year or old.year,
        period=old.period if year is None else f"{year - 1}–{year % 100}",
        revision=0 if year else old.revision + 1,
    )
    (model,) = facts_of(old)
    names = ", ".join(f'"{one.column}"' for one in model._meta.concrete_fields if one.name not in ("id", "release"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} (release_id, {names})"
            f" SELECT %s, {names} FROM {model._meta.db_table} WHERE release_id = %s ORDER BY id",
            [new.pk, old.pk],
        )
    return new


def change(model, release, column, value, number=4, **where):
    """The same figure of one school in a staged release."""
    school = School.objects.order_by("pk")[number]
    assert model.objects.filter(release=release, school=school, **where).update(**{column: value})


CASES = {
    "awards of one program": ("ipeds-completions", None, lambda r: change(Completions, r, "awards", 95)),
    "a program less": (
        "ipeds-completions",
        None,
        lambda r: Completions.objects.filter(release=r, awards=13).delete(),
    ),
    "a program more": (
        "ipeds-completions",
        None,
        lambda r: Completions.objects.create(
            release=r, school=School.objects.first(), field_of_study_id=Completions.objects.first().field_of_study_id,
            level="bachelor", awards=3,
        ),
    ),
    "another year of awards": ("ipeds-completions", 2026, lambda r: None),
    "tuition": ("ipeds-prices", None, lambda r: change(PublishedPrice, r, "tuition", 33_000)),
    "another year of prices": ("ipeds-prices", 2026, lambda r: None),
    "the last year's prices, one school left out": (
        "ipeds-prices",
        None,
        lambda r: PublishedPrice.objects.filter(release=r, school=School.objects.first()).delete(),
    ),
    "a name": ("ipeds-institutions", None, lambda r: change(SchoolRecord, r, "name", "Renamed College")),
    "a website": ("ipeds-institutions", None, lambda r: change(SchoolRecord, r, "website", "https://new.example")),
    "a school closes": ("ipeds-institutions", None, lambda r: change(SchoolRecord, r, "status", "closed")),
    "another year of the directory": ("ipeds-institutions", 2026, lambda r: None),
    "earnings": ("scorecard-institutions", None, lambda r: change(SchoolOutcome, r, "value", 71_000)),
    "an accreditor's record": (
        "dapip-records",
        None,
        lambda r: r.__class__ and _records(r).update(agency_name="Renamed Commission"),
    ),
}  # fmt: skip


def _records(release):
    from schools.models import AccreditationRecord

    return AccreditationRecord.objects.filter(release=release, school=School.objects.order_by("pk")[4])


@pytest.mark.parametrize("case", CASES)
def test_the_pages_named_are_the_pages_whose_bytes_change(client, site, case):
    slug, year, alter = CASES[case]
    before = pages(client)
    release = copy_of(slug, year)
    alter(release)
    assert pages(client) == before, "what is staged shows nowhere"
    rehearse(release)
    assert pages(client) == before, "a rehearsal leaves nothing behind"
    releases.promote(release)
    after = pages(client)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    named = {one.path: one.how for one in AffectedPage.objects.filter(release=release)}
    assert changed == named.keys()
    for path in changed:
        how = "changes" if path in before and path in after else "goes" if path in before else "appears"
        assert named[path] == how
    releases.roll_back(release.source)
    assert pages(client) == before
    assert not Program.objects.filter(listing=None, published_at__isnull=True).exists()
