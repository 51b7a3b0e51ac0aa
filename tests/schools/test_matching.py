"""Why a result is here, where its card does not show it."""

import pytest

from schools.matching import reasons_for, reasons_for_schools
from schools.models import ProgramListing, SchoolListing
from tests.factories import FieldOfStudyFactory, ProgramFactory, SchoolFactory, SubjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    field = FieldOfStudyFactory(
        cip="51.0702", title="Hospital and Health Care Facilities Administration", plain_title="Running a clinic"
    )
    subject = SubjectFactory(name="Health administration", fields=[field])
    for text in ("MHA", "hospital management", "clinic management"):
        subject.synonyms.create(text=text)
    school = SchoolFactory(record__name="University of Somewhere", record__aliases="UCLX\nThe Place")
    ProgramFactory(school=school, field_of_study=field, name=None)
    return ProgramListing.objects.get()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("MHA", "Matches “MHA”, another word for health administration"),
        ("hospital management", "Matches “hospital management”, another word for health administration"),
        ("UCLX", "The school is also known as UCLX"),
        ("uclx mha", "Matches “MHA”, another word for health administration; the school is also known as UCLX"),
        ("clinic Minnesota", "In Minnesota"),
        ("facilities", "Its federal field is “Hospital and Health Care Facilities Administration”"),
        ("51.0702", "CIP code 51.0702"),
        ("hosp", "Matches “hospital management”, another word for health administration"),
    ],
)
def test_what_the_card_does_not_show_is_said(row, text, reason):
    assert list(ProgramListing.objects.search(text)) == [row]
    assert reasons_for([row], text) == {row.pk: reason}


@pytest.mark.parametrize(
    "text", ["running clinics", "University of Somewhere", "univ somewhere", "Sampleton", "master", "", "%", "clin"]
)
def test_what_the_card_shows_needs_no_reason(row, text):
    assert reasons_for([row], text) == {}


def test_a_school_says_by_which_name_it_was_found(row):
    school = SchoolListing.objects.get()
    assert reasons_for_schools([school], "UCLX") == {school.pk: "Also known as UCLX"}
    assert reasons_for_schools([school], "somewhere") == {}


def test_the_card_on_the_page_says_it(client, row):
    assert "Matches “MHA”, another word for health administration" in client.get("/programs/?q=MHA").content.decode()
    assert "another word for" not in client.get("/programs/?q=clinic").content.decode()


def test_the_list_of_schools_says_it(client, row):
    assert "Also known as UCLX" in client.get("/schools/?q=uclx").content.decode()
    assert "Also known as" not in client.get("/schools/?q=somewhere").content.decode()


def test_reasons_cost_no_query_once_names_are_known(row, django_assert_max_num_queries):
    rows = [row] * 20
    with django_assert_max_num_queries(4):  # within a test nothing is remembered: these are the names
        reasons_for(rows, "MHA UCLX", version=1)
