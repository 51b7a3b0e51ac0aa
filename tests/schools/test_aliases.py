"""The short names of schools that the repository ships."""

import tomllib

import pytest

from schools.aliases import ALIASES, give_aliases
from schools.models import School, SchoolListing
from schools.relisting import relist_all
from tests.factories import SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def minnesota():
    return SchoolFactory(unitid="174066", record__name="University of Minnesota-Twin Cities")


def test_a_school_is_found_by_the_short_name_it_uses(minnesota):
    give_aliases()
    relist_all()
    assert [row.school for row in SchoolListing.objects.search("UMN")] == [minnesota]


def test_what_editors_wrote_or_took_away_stays(minnesota):
    ours = SchoolFactory(unitid="193900", aliases="Their words")
    give_aliases()
    minnesota.refresh_from_db()
    minnesota.aliases = ""
    minnesota.save()
    give_aliases()
    assert School.objects.get(pk=minnesota.pk).aliases == ""
    assert School.objects.get(pk=ours.pk).aliases == "Their words"


def test_the_file_names_schools_by_their_key():
    schools = tomllib.loads(ALIASES.read_text())["schools"]
    assert all(len(unitid) == 6 and unitid.isdigit() for unitid in schools)
    assert all(names and all(names) for names in schools.values())
