"""The index in memory says what PostgreSQL says: each number, each row, in the same order."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.facets import UNKNOWN
from portal.keeping import built
from portal.listing import ListingView
from portal.memory import MovedOn
from portal.models import ContentVersion, Zip
from schools.cards import rows_by_id
from schools.filters import ProgramFilter, SchoolFilter
from schools.models import Program, ProgramListing
from schools.views.directory import ProgramList
from tests.factories import ProgramFactory, ReleaseFactory, SchoolFactory

from .asked import SELECTIONS

pytestmark = pytest.mark.django_db
PAGE = 5

OTHER = st.fixed_dictionaries(
    {
        "q": st.sampled_from(["", "health", "nursing everything", "zzz", "100%"]),
        "near": st.sampled_from(["", "55455", "00001"]),
        "radius": st.sampled_from(["", "5", "100", "250"]),
        "sort": st.sampled_from(["", *ProgramFilter.SORTS]),
    }
)
BROUGHT = st.lists(st.sampled_from(["4000", "12345", "999999", UNKNOWN]), max_size=2, unique=True)


@pytest.fixture
def placed(directory):
    """Schools at different distances from one ZIP code, one of them nowhere."""
    release = ReleaseFactory(source__slug="census-zcta", year=2021)
    Zip.objects.create(release=release, zip="55455", latitude=44.97, longitude=-93.23)
    for latitude, longitude in ((44.97, -93.23), (45.9, -93.2), (None, None)):
        school = SchoolFactory(record__latitude=latitude, record__longitude=longitude)
        for level in ("master", "bachelor"):
            ProgramFactory(school=school, level=level)
    return ProgramListing.objects.count()


def answers(filters, ids):
    return filters.counts.total, filters.counts.options, filters.counts.without, ids


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(selection=SELECTIONS, other=OTHER, brought=BROUGHT, page=st.integers(0, 3))
def test_numbers_and_rows_are_those_of_sql(placed, selection, other, brought, page):
    asked = QueryDict(urlencode(selection | other | {"tuition_max": [*selection["tuition_max"], *brought]}, doseq=True))
    rows = ProgramListing.objects.published()
    here = ProgramFilter(asked, rows, index=built(ProgramFilter))
    there = ProgramFilter(asked, rows)
    start, stop = page * PAGE, (page + 1) * PAGE
    of_sql = list(there.ordered(there.matching()).values_list("pk", flat=True)[start:stop])
    assert answers(here, here.ids(start, stop)) == answers(there, of_sql)
    assert here.counts.total <= placed


@pytest.mark.parametrize(
    "query", ["", "q=example", "programs=no", "state=MN&sort=name", "control=public&sort=graduates"]
)
def test_schools_are_counted_by_the_same_index(directory, query):
    SchoolFactory()  # lists nothing
    asked, rows = QueryDict(query), SchoolFilter.whole_list()
    here, there = SchoolFilter(asked, rows, index=built(SchoolFilter)), SchoolFilter(asked, rows)
    of_sql = list(there.ordered(there.matching()).values_list("pk", flat=True))
    assert answers(here, here.ids(0, 100)) == answers(there, of_sql)


def test_an_empty_directory_has_an_index():
    index = built(ProgramFilter)
    filters = ProgramFilter(QueryDict("level=master&q=nursing&tuition_max=77"), ProgramFilter.whole_list(), index=index)
    assert (filters.counts.total, filters.ids(0, 20)) == (0, [])


def test_what_was_hidden_is_in_no_index(directory):
    hidden = Program.objects.get(published_at=None)
    index = built(ProgramFilter)
    assert hidden.pk not in index.ids
    assert index.size == ProgramListing.objects.count()


def answered(rf, index, **query):
    view = ProgramList()
    view.setup(rf.get(reverse("schools:program_list"), query))
    return view.respond(view.request, index)


def test_a_page_is_the_same_from_the_index_and_from_sql(directory, client, rf):
    index = built(ProgramFilter)
    for query in ({}, {"level": "master"}, {"q": "health", "sort": "name"}, {"level": "associate", "state": "WI"}):
        from_sql = client.get(reverse("schools:program_list"), query).content
        assert answered(rf, index, **query).content == from_sql


@pytest.mark.parametrize("query", [{}, {"level": "doctor_other"}], ids=["with rows", "empty"])
def test_a_page_of_a_past_version_is_never_served(directory, rf, query):
    index = built(ProgramFilter)
    answered(rf, index, **query)
    ProgramListing.objects.filter(level="master").update(tuition=1)
    with pytest.raises(MovedOn):
        answered(rf, index, **query)


def test_a_list_that_reads_more_than_its_rows_looks_again_at_the_end(directory, rf):
    """What it read after its rows may be newer than they are."""

    class Slow(ListingView):
        filterset_class = SchoolFilter
        template_name = "schools/directory/school_list.html"

        def more(self, filters, page):
            ProgramListing.objects.update(tuition=1)
            return {}

    view = Slow()
    view.setup(rf.get("/schools/"))
    with pytest.raises(MovedOn):
        view.respond(view.request, built(SchoolFilter))


def test_a_search_is_asked_once_a_version(directory, django_assert_num_queries):
    index, rows = built(ProgramFilter), ProgramFilter.whole_list()
    searched = [
        ProgramFilter(QueryDict(f"q=health&level={level}"), rows, index=index) for level in ("master", "associate")
    ]
    for filters in searched:
        assert filters.cleaned["q"] == "health"
    with django_assert_num_queries(1):
        assert [filters.counts.total for filters in searched] != [0, 0]


def test_the_index_says_what_it_weighs(directory):
    index = built(ProgramFilter)
    before = index.nbytes
    assert before > index.ids.nbytes + index.bits.nbytes
    index.hits("health", lambda: [(int(index.ids[0]), 1.0)])
    assert index.nbytes > before
    assert index.version == ContentVersion.now()


def test_rows_that_a_page_showed_lately_are_not_read_again(directory, django_assert_num_queries):
    index = built(ProgramFilter)
    ids = index.ids[:3].tolist()
    with django_assert_num_queries(1) as first:
        rows, now = rows_by_id(index, ids[:2])
    assert (set(rows), now) == (set(ids[:2]), index.version)
    with django_assert_num_queries(1) as second:
        assert set(rows_by_id(index, ids)[0]) == set(ids)
    with django_assert_num_queries(1) as third:
        assert set(rows_by_id(index, ids)[0]) == set(ids)
    tables = ["schools_programlisting" in queries[0]["sql"] for queries in (first, second, third)]
    assert tables == [True, True, False]


def test_rows_of_another_version_are_not_kept(directory):
    index = built(ProgramFilter)
    ProgramListing.objects.update(tuition=1)
    rows_by_id(index, index.ids[:3].tolist())
    assert index.shown.all() == []


def test_a_kept_card_changes_with_the_day(directory, rf, time_machine):
    school = SchoolFactory()
    program = ProgramFactory(school=school, confirmed_on=date(2026, 1, 15))
    index = built(ProgramFilter)
    time_machine.move_to(datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert "Confirmed by school" in answered(rf, index, q=school.listing.name).content.decode()
    time_machine.move_to(datetime(2027, 2, 1, 12, tzinfo=UTC))
    again = answered(rf, index, q=school.listing.name).content.decode()
    assert f'data-id="{program.pk}"' in again
    assert "Not confirmed for 12 months" in again
