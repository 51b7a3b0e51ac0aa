"""Programs taught online: whose word it is, and what is said where nobody knows."""

import re

import pytest

from portal.models import Release
from schools.models import DistanceOffer, Program, ProgramListing, SchoolOutcome
from schools.relisting import relist_all
from tests.factories import (
    CompletionsFactory,
    FieldOfStudyFactory,
    ProgramFactory,
    ReleaseFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scorecard():
    return ReleaseFactory(source__slug="scorecard-institutions", source__name="College Scorecard", year=2024)


@pytest.fixture
def federal():
    """A master's program that only completions know of."""
    row = CompletionsFactory(field_of_study=FieldOfStudyFactory(cip="51.0701"))
    SubjectFactory(fields=[row.field_of_study])
    return Program.objects.get()


def said(program, release, **values):
    for measure, value in values.items():
        SchoolOutcome.objects.create(release=release, school=program.school, measure=measure, value=value)
    relist_all()


def taught(program):
    listing = ProgramListing.objects.get(program=program)
    return listing.delivery, listing.delivery_from


def text(client, address):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def test_a_school_that_teaches_only_at_a_distance_teaches_each_program_so(client, federal, scorecard):
    assert taught(federal) == ([], "")
    said(federal, scorecard, distance_only=1)
    assert taught(federal) == (["online"], "distance")
    page = text(client, federal.get_absolute_url())
    assert "Online The school teaches only at a distance (College Scorecard" in page
    assert "on which days must I be on campus" not in page
    assert "What must I do in person all the same" in page
    assert client.get("/programs/", {"delivery": "online"}).context["total"] == 1
    assert client.get("/programs/", {"q": "online"}).context["total"] == 1
    Release.objects.filter(pk=scorecard.pk).update(state=Release.State.SUPERSEDED)
    relist_all()
    assert taught(federal) == ([], "")


def test_the_word_of_the_school_and_of_ipeds_come_first(federal, scorecard):
    said(federal, scorecard, distance_only=1)
    offer = DistanceOffer.objects.create(
        release=ReleaseFactory(source__slug="ipeds-distance", year=2024),
        school=federal.school,
        field_of_study=federal.field_of_study,
        level="master",
        programs=1,
        fully=0,
        partly=1,
    )
    relist_all()
    assert taught(federal) == (["hybrid"], "federal")
    offer.delete()
    federal.delivery = ["campus"]
    federal.save()
    assert taught(federal) == (["campus"], "school")


def test_a_school_with_a_campus_says_nothing_of_its_programs(federal, scorecard):
    said(federal, scorecard, distance_only=0)
    assert taught(federal) == ([], "")


@pytest.mark.parametrize(
    ("level", "cip", "measure", "value", "hinted"),
    [
        ("bachelor", "51.0701", "health_bachelor", 2, True),
        ("bachelor", "51.0701", "health_bachelor", 1, False),
        ("bachelor", "51.0701", "health_associate", 2, False),
        ("bachelor", "44.0701", "health_bachelor", 2, False),
        ("cert_12w_1y", "51.0701", "health_cert_lt_1y", 2, True),
        ("master", "51.0701", "health_bachelor", 2, False),
    ],
)
def test_an_online_health_program_of_the_school_is_a_hint_and_no_mode(
    client, scorecard, level, cip, measure, value, hinted
):
    program = ProgramFactory(level=level, field_of_study=FieldOfStudyFactory(cip=cip))
    said(program, scorecard, **{measure: value})
    hint = "At least one of the school’s health "
    assert (hint in text(client, program.get_absolute_url())) == hinted
    assert taught(program) == ([], "")


def test_a_list_of_online_programs_says_how_many_it_does_not_know(client, federal, scorecard):
    said(federal, scorecard, distance_only=1)
    ProgramFactory(level="bachelor")
    page = client.get("/programs/", {"delivery": "online"})
    (note,) = page.context["notes"]
    assert "Of 1 more program nobody has said" in note
    url = re.search(r'href="([^"]+)"', note)[1].replace("&amp;", "&")
    assert client.get(url).context["total"] == 2
    assert client.get(url).context["notes"] == []
    assert client.get("/programs/", {"delivery": "online", "level": "master"}).context["notes"] == []


def test_a_school_that_charges_by_the_program_is_not_said_to_have_no_price(client, scorecard):
    program = ProgramFactory(level="associate")
    page = text(client, program.get_absolute_url())
    assert "hold no undergraduate price of a year at this school" in page
    said(program, scorecard, program_tuition=29_925)
    page = text(client, program.get_absolute_url())
    assert "charges by the program, not by the year" in page
    assert "College Scorecard has $29,925 as tuition and fees of a program here" in page
    assert "hold no undergraduate price" not in page
    graduate = ProgramFactory(level="master", school=program.school)
    assert "hold no graduate price of a year" in text(client, graduate.get_absolute_url())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Order: health administration first, then the most graduates."),
        ({"sort": "name"}, "Order: by name."),
        ({"sort": "tuition"}, "Order: the lowest tuition first"),
        ({"sort": "earnings"}, "Order: the highest earnings"),
        ({"q": "example"}, "Order: the best match first; of equal ones health administration first"),
        ({"q": "example", "sort": "name"}, "Order: by name."),
    ],
)
def test_the_list_says_the_order_that_is_in_force(client, asked, words):
    ProgramFactory()
    assert words in text(client, "/programs/?" + "&".join(f"{name}={value}" for name, value in asked.items()))


def test_a_field_is_found_by_what_people_type_for_it(client):
    field = FieldOfStudyFactory(cip="51.3818", plain_title="Advanced nursing practice")
    program = ProgramFactory(field_of_study=field, name=None, level="doctor_practice")
    assert client.get("/programs/", {"q": "nurse practitioner"}).context["total"] == 0
    field.search_words = "nurse practitioner\nAPRN"
    field.save()
    page = client.get("/programs/", {"q": "nurse practitioner"})
    assert [row.pk for row in page.context["rows"]] == [program.pk]
    assert "people who look for “nurse practitioner” mean this field" in page.content.decode().lower()
    assert client.get("/programs/", {"q": "aprn"}).context["total"] == 1
    assert "Advanced nursing practice" in client.get("/search/suggestions/", {"q": "nurse pr"}).content.decode()
