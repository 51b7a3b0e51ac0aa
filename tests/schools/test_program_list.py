"""What a student asks of the list of programs, and what the list answers."""

import re

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from portal.models import State, Zip
from schools.filters import ProgramFilter
from schools.models import Program, ProgramListing
from tests.factories import (
    CompletionsFactory,
    FieldOfStudyFactory,
    ProgramFactory,
    ReleaseFactory,
    SchoolFactory,
    SubjectFactory,
)

from .asked import FACETS, SELECTIONS

pytestmark = pytest.mark.django_db

OPTION = re.compile(r'<input type="(?:checkbox|radio)" name="([^"]+)" value="([^"]*)"[^>]*? data-count="(\d+)"')


def ids(page):
    return [int(pk) for pk in re.findall(r'data-id="(\d+)"', page.content.decode())]


def total(page):
    return int(re.search(r'id="listing" data-total="(\d+)"', page.content.decode())[1])


@pytest.fixture
def listed(client):
    """Asks the list; keyword arguments are its query."""

    def ask(**query):
        page = client.get(reverse("schools:program_list"), query)
        assert page.status_code == 200
        return page

    return ask


def test_a_student_sees_public_programs_and_no_hidden_one(listed):
    shown, hidden = ProgramFactory(), ProgramFactory(published_at=None)
    at_hidden_school = ProgramFactory(school__published_at=None)
    page = listed()
    assert ids(page) == [shown.pk]
    assert total(page) == 1
    for program in (hidden, at_hidden_school):
        assert program.name not in page.content.decode()


def test_options_of_one_facet_widen_and_facets_narrow_each_other(listed):
    master, bachelor = ProgramFactory(level="master"), ProgramFactory(level="bachelor")
    ProgramFactory(level="associate")
    assert set(ids(listed(level=["master", "bachelor"]))) == {master.pk, bachelor.pk}
    assert ids(listed(level=["master", "bachelor"], state="WI")) == []


def test_the_heading_the_title_and_the_chips_say_what_was_asked(listed):
    ProgramFactory(level="master")
    body = listed(level="master", state="MN", page="7").content.decode()
    assert re.search(r"<h1[^>]*>\s*1 master’s program in Minnesota", body)
    assert 'data-chip="level=master"' in body
    assert 'data-chip="state=MN"' in body


def test_nonsense_is_dropped_and_leaves_no_chip(listed):
    program = ProgramFactory()
    page = listed(level="nonsense", state="ZZ", sort="school__rep__email", page="1e3", tuition_max="NaN", near="x")
    assert ids(page) == [program.pk]
    assert "data-chip" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"state": "MN"}, True),
        ({"state": "ZZ"}, False),
        ({"state": "MN", "level": "master"}, False),
        ({"q": "example"}, False),
        ({"near": "55455"}, False),
    ],
)
def test_search_engines_keep_the_plain_list_and_single_filters_only(listed, query, found):
    ProgramFactory()
    assert ('name="robots" content="noindex' not in listed(**query).content.decode()) is found


@pytest.mark.parametrize("asked", ["abc", "0", "-1", "1e3", "٣", "1" + "0" * 23, ""])
def test_a_page_that_is_none_becomes_the_nearest(listed, asked):
    for _ in range(3):
        ProgramFactory()
    assert len(ids(listed(page=asked))) == 3


def test_paging_shows_each_program_once(listed):
    school = SchoolFactory()
    made = {ProgramFactory(school=school).pk for _ in range(45)}
    seen = [pk for number in ("1", "2", "3") for pk in ids(listed(page=number))]
    assert len(seen) == 45
    assert set(seen) == made


def test_a_state_typed_into_the_search_becomes_a_filter_but_not_inside_a_schools_name(listed):
    here = ProgramFactory()
    ProgramFactory(school__record__state=State.objects.get(code="WI"))
    washington = ProgramFactory(school__record__name="Washington Example University")
    page = listed(q="Minnesota")
    assert here.pk in ids(page)
    assert 'data-chip="state=MN"' in page.content.decode()
    assert ids(listed(q="Washington Example University")) == [washington.pk]


@pytest.mark.parametrize("text", ["100%_A\\B", "'; DROP TABLE x; --", "((((", "a!" * 500])
def test_odd_characters_are_only_characters(listed, text):
    ProgramFactory()
    assert ids(listed(q=text)) == []


def test_a_synonym_finds_the_subject(listed):
    field = FieldOfStudyFactory()
    subject = SubjectFactory(name="Health administration", fields=[field])
    subject.synonyms.create(text="MHA")
    program, other = ProgramFactory(field_of_study=field), ProgramFactory(field_of_study__cip="51.3801")
    assert ids(listed(q="mha")) == [program.pk]
    assert other.pk not in ids(listed(q="MHA"))


def test_near_keeps_what_is_within_the_radius_or_online_and_sorts_by_distance(listed):
    release = ReleaseFactory(source__slug="census-zcta", year=2021)
    Zip.objects.create(release=release, zip="55455", latitude=44.97, longitude=-93.23)
    near = ProgramFactory(school__record__latitude=45.0, school__record__longitude=-93.2)
    nearest = ProgramFactory(school__record__latitude=44.97, school__record__longitude=-93.23)
    far = ProgramFactory(school__record__latitude=40.0, school__record__longitude=-75.0)
    online = ProgramFactory(school__record__latitude=40.0, school__record__longitude=-75.0, delivery=["online"])
    assert ids(listed(near="55455", radius="25")) == [nearest.pk, near.pk, online.pk]
    page = listed(near="00001")
    assert "no place for ZIP code 00001" in page.content.decode()
    assert far.pk in ids(page)


def test_unknown_tuition_comes_last_and_is_an_option_of_its_own(listed):
    unknown = ProgramFactory()
    dear, cheap = ProgramFactory(tuition_per_year=30_000), ProgramFactory(tuition_per_year=0)
    assert ids(listed(sort="tuition")) == [cheap.pk, dear.pk, unknown.pk]
    assert ids(listed(tuition_max="unknown")) == [unknown.pk]
    assert ids(listed(tuition_max="5000")) == [cheap.pk]


def test_health_administration_comes_first_then_the_most_graduates(listed):
    core, other = FieldOfStudyFactory(), FieldOfStudyFactory(cip="51.3801")
    SubjectFactory(fields=[core])
    for field, awards in ((other, 900), (core, 5), (core, 50)):
        CompletionsFactory(field_of_study=field, awards=awards, level="master")
    SubjectFactory(name="Nursing", core=False, fields=[other])
    rows = [ProgramListing.objects.get(pk=pk) for pk in ids(listed())]
    assert [(row.core, row.graduates) for row in rows] == [(True, 50), (True, 5), (False, 900)]


def test_nothing_found_names_each_filter_whose_removal_helps_with_true_counts(listed, client):
    ProgramFactory(level="master")
    ProgramFactory(level="bachelor", school__record__state=State.objects.get(code="WI"))
    body = listed(level="master", state="WI").content.decode()
    ways = re.findall(r'<a[^>]*href="(/programs/\?[^"]+)"[^>]*>[^<]*\((\d+) program', body)
    assert len(ways) >= 2
    for url, number in ways:
        assert total(client.get(url.replace("&amp;", "&"))) == int(number)


def test_the_list_asks_the_same_number_of_queries_however_long_it_is(listed, django_assert_max_num_queries):
    school = SchoolFactory()
    for _ in range(5):
        ProgramFactory(school=school)
    with django_assert_max_num_queries(15) as few:
        listed(level="master")
    for _ in range(45):
        ProgramFactory(school=school)
    with django_assert_max_num_queries(15) as many:
        listed(level="master")
    assert len(many) == len(few)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(selection=SELECTIONS)
def test_the_number_beside_each_option_is_what_follows(directory, client, selection):
    """RC-15: under all other facets, ignoring what is chosen in the option's own."""
    address = reverse("schools:program_list")
    page = client.get(address, selection)
    options = OPTION.findall(page.content.decode())
    assert {name for name, _, _ in options} == set(FACETS)
    for name, value, number in options:
        assert total(client.get(address, selection | {name: [value]})) == int(number), (name, value, selection)


def test_the_facets_are_counted_by_one_statement(directory, django_assert_num_queries, rf):
    filters = ProgramFilter(rf.get("/", {"level": "master"}).GET, ProgramListing.objects.published(), "/programs/")
    expected = Program.objects.published().filter(level="master").count()
    assert filters.matching().count() == expected
    with django_assert_num_queries(1):
        assert filters.counts.total == expected
