"""The filter by accreditor: bodies of the program, bodies of the school, and what nobody confirmed."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from portal.facets import count
from schools.facets import accreditor_facet
from schools.filters import ProgramFilter
from schools.models import Accreditation, ProgramListing
from tests import factories

pytestmark = pytest.mark.django_db
ENTRY = {"url": "https://example.org/entry", "checked_on": date(2026, 11, 1)}


@pytest.fixture
def four():
    """A program vouched for itself, its sister by their school alone, one certified, and one nobody vouches for."""
    own = factories.ProgramFactory()
    sister = factories.ProgramFactory(school=own.school)
    certified, stranger = factories.ProgramFactory(), factories.ProgramFactory()
    for slug, acronym, kind, school, program in (
        ("fpc", "FPC", "programmatic", own.school, own),
        ("fsc", "FSC", "institutional", own.school, None),
        ("fcb", "FCB", "certifying", certified.school, certified),
    ):
        body = factories.AccreditorFactory(slug=slug, acronym=acronym, kind=kind)
        Accreditation.objects.create(accreditor=body, school=school, program=program, status="accredited", **ENTRY)
    return own, sister, certified, stranger


def found(query):
    filters = ProgramFilter(QueryDict(query), ProgramListing.objects.published(), "/programs/")
    return {row.pk for row in filters.matching()}


def numbers():
    facet = accreditor_facet()
    return count(ProgramListing.objects.all(), [facet], {}).options["accreditor"]


def pks(*programs):
    return {program.pk for program in programs}


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("accreditor=fpc", [0]),
        ("accreditor=fsc", [0, 1]),
        ("accreditor=fcb", [2]),
        ("accreditor=program", [0, 2]),
        ("accreditor=school", [0, 1]),
        ("accreditor=unknown", [3]),
        ("accreditor=fcb&accreditor=unknown", [2, 3]),
        ("accreditor=program&accreditor=school", [0, 1, 2]),
        ("accreditor=made-up", [0, 1, 2, 3]),
    ],
)
def test_each_option_finds_the_programs_it_names_and_no_others(four, query, places):
    assert found(query) == pks(*(four[place] for place in places))


def test_numbers_are_those_of_the_page_that_follows(four):
    shown = numbers()
    assert shown == {"program": 2, "fpc": 1, "fcb": 1, "school": 2, "fsc": 2, "unknown": 1}
    assert all(len(found(f"accreditor={value}")) == number for value, number in shown.items())


def test_labels_keep_program_and_school_apart_and_say_certified(four):
    labels = [option.label for option in accreditor_facet().options]
    assert labels == [
        "Program: any body",
        "Program: FPC",
        "Program: certified by FCB",
        "School: any agency",
        "School: FSC",
        "Not confirmed",
    ]


def test_bodies_for_programs_stand_there_without_any_and_agencies_for_schools_do_not():
    factories.AccreditorFactory(slug="fpc")
    factories.AccreditorFactory(slug="fsc", kind="institutional")
    assert [option.value for option in accreditor_facet().shown([])] == ["program", "fpc", "school", "unknown"]
    assert "fsc" in [option.value for option in accreditor_facet().shown(["fsc"])]


def test_after_its_last_day_a_word_is_out_of_the_filter_before_anything_is_written(four, monkeypatch):
    own = four[0]
    end = timezone.now().date() + timedelta(days=3)
    Accreditation.objects.filter(program=own).update(until=end)
    assert found("accreditor=fpc") == pks(own)
    assert numbers()["fpc"] == 1
    later = timezone.now() + timedelta(days=4)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert found("accreditor=fpc") == set()
    assert numbers()["fpc"] == 0
    Accreditation.objects.exclude(program=own).delete()
    assert numbers()["unknown"] == 4
    assert found("accreditor=unknown") == pks(*four)
