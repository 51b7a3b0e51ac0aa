"""No blank without a reason: every value on pages of programs, schools, occupations and guides is words or a figure."""

import re
from html.parser import HTMLParser

import pytest

from portal.reasons import Reason
from schools.models import Program, School, SchoolOutcome
from schools.relisting import relist_all
from tests.factories import (
    ArticleFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    PathwayFactory,
    ProgramFactory,
    ProjectionFactory,
    PublishedPriceFactory,
    ReleaseFactory,
    SchoolFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db

NOTHING = re.compile(r"^(|[-–—.]+|None|null|nan|n/a|unknown|\[\]|\(\)|,|\$|%)$", re.IGNORECASE)
ZERO = re.compile(r"^\$?0(\.0+)?( months| credits|%)?$")


class Values(HTMLParser):
    """The text of every <dd> and <td> but those of a table's head."""

    def __init__(self, page):
        super().__init__()
        self.found, self.head, self.inside = [], False, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "thead":
            self.head = True
        elif tag in ("dd", "td") and not self.head:
            self.found.append("")
            self.inside = True

    def handle_endtag(self, tag):
        if tag == "thead":
            self.head = False
        elif tag in ("dd", "td"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found[-1] += data


def values(client, thing):
    response = client.get(thing.get_absolute_url())
    assert response.status_code == 200
    found = [" ".join(text.split()) for text in Values(response.content.decode()).found]
    assert found, "a page of facts has values"
    return found


@pytest.fixture
def field():
    return FieldOfStudyFactory(plain_title="Example administration")


@pytest.fixture
def scorecard():
    return ReleaseFactory(source__slug="scorecard-institutions", year=2024)


def least(field):
    """Programs of which next to nothing is known: federal, by a school, by a school that keeps it to itself."""
    federal = CompletionsFactory(field_of_study=field, awards=None, reasons={"awards": "suppressed"})
    SubjectFactory(fields=[field])
    told = ProgramFactory(field_of_study=field)
    silent = ProgramFactory(field_of_study=field, not_published=[n for n in Program.fact_names() if n != "name"])
    outside = School.objects.create(slug="outside", name_override="Outside Example", published_at=told.published_at)
    lonely = ProgramFactory(field_of_study=field, school=outside)
    relist_all()
    return [federal.school.programs.get(), told, silent, lonely]


def test_a_program_nobody_told_anything_of(client, field):
    for program in least(field):
        for value in values(client, program):
            assert not NOTHING.match(value), (program, value)
            assert not ZERO.match(value), (program, value)


def test_what_a_school_keeps_to_itself_is_said_so_and_what_it_was_not_asked_too(client, field):
    federal, told, silent, _ = least(field)
    assert values(client, federal).count(Reason.NOT_ASKED.label) >= 8
    assert values(client, told).count(Reason.NOT_ASKED.label) >= 8
    assert values(client, silent).count(Reason.NOT_PUBLISHED.label) >= 8
    assert Reason.NOT_ASKED.label not in values(client, silent)


def test_a_program_with_every_fact_and_with_true_zeros(client, field, scorecard):
    program = ProgramFactory(
        field_of_study=field,
        delivery=["online"],
        length_months=24,
        credits=36,
        entry_gpa="3.0",
        entry_degree="bachelor",
    )
    CompletionsFactory(field_of_study=field, school=program.school, awards=0)
    PublishedPriceFactory(school=program.school, fees=0)
    PublishedPriceFactory(
        school=program.school, residency="out_of_state", tuition=None, fees=None, per_credit=None,
        reasons=dict.fromkeys(("tuition", "fees", "per_credit"), "not_applicable"),
    )  # fmt: skip
    for measure in SchoolOutcome.Measure:
        SchoolOutcome.objects.create(release=scorecard, school=program.school, measure=measure, reason="not_reported")
    relist_all()
    for thing in (program, program.school):
        found = values(client, thing)
        assert not [value for value in found if NOTHING.match(value)]
    assert "0" in values(client, program), "nobody finished is a fact"


def test_schools_of_which_little_is_known(client):
    bare = SchoolFactory(record__city="", record__zip="", record__control="unknown")
    closed = SchoolFactory(record__status="closed")
    outside = School.objects.create(slug="outside", name_override="Outside Example", published_at=bare.published_at)
    relist_all()
    for school in (bare, closed, outside):
        for value in values(client, school):
            assert not NOTHING.match(value), (school, value)
            assert not ZERO.match(value), (school, value)
    assert "date not in federal data" in " ".join(values(client, closed))
    assert values(client, outside).count(Reason.NOT_IN_FEDERAL_DATA.label) >= 2


def test_occupations_and_guides_of_which_little_is_known(client, field):
    missing = dict.fromkeys(("employment", "mean", "p10", "p25", "median", "p75", "p90"), None)
    silent = OccupationFactory(title="Silent workers", slug="silent")
    OccupationFieldFactory(occupation=silent, field_of_study=field)
    WageFactory(occupation=silent, **missing, reasons=dict.fromkeys(missing, "not_released"))
    figures = dict.fromkeys(("employment_base", "employment_target", "change", "percent", "openings"), None)
    ProjectionFactory(occupation=silent, **figures, reasons=dict.fromkeys(figures, "not_released"))
    unheard = OccupationFactory(soc="29-9021", title="Unheard workers", slug="unheard")
    OccupationFieldFactory(occupation=unheard, field_of_study=field)
    article = ArticleFactory(slug="silent")
    for place, occupation in enumerate((silent, unheard)):
        article.live.edition_occupations.create(occupation=occupation, position=place)
    PathwayFactory(edition=article.live).fields_of_study.add(field)
    article.live.attributes.create(label="Pay", position=0)
    for thing in (silent, unheard, article):
        for value in values(client, thing):
            assert not NOTHING.match(value), (thing, value)
            assert not ZERO.match(value), (thing, value)
