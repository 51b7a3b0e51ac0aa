"""A place that the directory cannot look near, or does not cover, is answered with where to look instead."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from portal.models import Zip
from schools.elsewhere import abroad, notes_on_place
from schools.filters import ProgramFilter, SchoolFilter
from tests.factories import ProgramFactory, ReleaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def minneapolis():
    release = ReleaseFactory(source__slug="census-zcta", year=2021)
    return Zip.objects.create(release=release, zip="55455", latitude=44.97, longitude=-93.23)


def notes(query, filters=ProgramFilter):
    return [str(note) for note in notes_on_place(filters(QueryDict(query), filters.whole_list(), "/programs/"))]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("London", "the United Kingdom"),
        ("MHA in Toronto", "Canada"),
        ("M5V 3L9", "Canada"),
        ("SW1A 1AA", "the United Kingdom"),
        ("nursing, Germany", "other countries"),
        ("mha canada", "Canada"),
    ],
)
def test_a_place_abroad_is_known(text, where):
    assert abroad(text)[1].label == where


@pytest.mark.parametrize("text", ["", "London Example College", "New Mexico", "55455", "public health"])
def test_a_word_among_others_is_no_place_abroad(text):
    assert abroad(text) is None


def test_a_note_names_who_lists_the_schools_there_and_takes_no_result_away(client):
    program = ProgramFactory(school__record__city="London")
    page = client.get(reverse("schools:program_list"), {"q": "London"}).content.decode()
    assert f'data-id="{program.pk}"' in page
    assert 'href="https://discoveruni.gov.uk/"' in page


def test_schools_say_it_too():
    assert "the Canadian Information Centre" in notes("q=Ontario", SchoolFilter)[0]


def test_what_is_no_zip_code_is_said_and_offered_as_a_word(client):
    ProgramFactory()
    page = client.get(reverse("schools:program_list"), {"near": "Duluth"}).content.decode()
    assert "“Duluth” is no ZIP code" in page
    assert 'href="/programs/?q=Duluth"' in page
    assert 'value="Duluth"' in page  # nothing typed is lost
    assert "Search for" not in notes("near=5545")[0]


def test_post_offices_of_the_forces_are_nowhere():
    assert any("armed forces" in note for note in notes("near=09012"))
    assert not any("armed forces" in note for note in notes("near=55455"))


@pytest.mark.parametrize(("radius", "used"), [("-1", 50), ("900", 250), ("1", 5), ("ten", 50)])
def test_a_radius_that_cannot_be_says_what_was_used(minneapolis, radius, used):
    assert notes(f"near=55455&radius={radius}") == [
        f"Distances go from 5 to 250 whole miles; “{radius}” was read as {used}."
    ]
    assert notes("near=55455&radius=100") == []


def test_markup_in_a_place_is_only_text():
    assert "<b>" not in notes("near=%3Cb%3Ex%3C/b%3E")[0]
