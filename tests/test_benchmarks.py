"""The benchmark's own means, at a size that costs nothing. What it measures is never a test."""

import re

import pytest
from django.db import connection
from django.http import QueryDict

from benchmarks import data, requests
from benchmarks.rows import translated
from schools.filters import ProgramFilter
from schools.models import ProgramListing
from tests.factories import ProgramFactory, SchoolFactory

pytestmark = pytest.mark.django_db


def numbers(query):
    return ProgramFilter(QueryDict(query), ProgramListing.objects.published(), "/programs/").counts.options


@pytest.fixture
def stock():
    """Two schools to draw from."""
    for city, levels in (
        ("Sampleton", ("master", "bachelor")),
        ("Mockford", ("associate", "master", "doctor_research")),
    ):
        school = SchoolFactory(record__name=f"{city} University", record__city=city)
        for level in levels:
            ProgramFactory(school=school, level=level)


@pytest.fixture
def drawn(stock):
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    database = connection.connection
    database.execute(data.BASE_SQL)
    data.fill(database, 200)


def test_two_hundred_programs_are_drawn_under_names_that_nobody_takes_for_real(drawn):
    rows = ProgramListing.objects.published()
    assert rows.count() == 200
    assert all(re.fullmatch(r"Example University \d+", name) for name in rows.values_list("school_name", flat=True))
    assert set(rows.values_list("city", flat=True)) == {"Sampleton", "Mockford"}
    assert 50 < rows.exclude(delivery=[]).count() < 110, "about four in ten say how they are taught"


def test_a_drawn_program_stands_at_an_address_of_its_own(client, drawn):
    row = ProgramListing.objects.order_by("pk").last()
    assert client.get(row.get_absolute_url()).status_code == 200


def test_the_benchmark_asks_for_different_pages_the_same_ones_each_time(drawn):
    made = requests.make(numbers, 30)
    assert len(set(made)) == 30
    assert made == requests.make(numbers, 30)
    assert any("q=" in query for query in made)
    assert any("level=" in query for query in made)


def test_a_search_is_told_to_engines_with_words_of_their_own():
    def joined(sign):
        return lambda parts: f"({sign.join(parts)})"

    def word(text, is_beginning):
        return text + ("…" if is_beginning else "")

    said = translated("'health' & ( 'administr' | 'admin':* )", word, joined("+"), joined("/"))
    assert said == "(health+(administr/admin…))"
    with pytest.raises(ValueError, match="public"):
        translated("'public' <-> 'health'", word, joined("+"), joined("/"))
