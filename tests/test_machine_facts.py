"""What pages tell machines (JSON-LD) is what they tell people: known types, known properties, the same facts."""

import datetime
import json
import re
from html import unescape

import pytest

from portal import formats
from portal.templatetags.portal import _json_block
from schools.models import School
from schools.relisting import relist_all
from tests.factories import (
    ArticleFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    ProjectionFactory,
    PublishedPriceFactory,
    SchoolFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db

THING = {"name", "url", "description", "identifier", "sameAs", "mainEntityOfPage", "alternateName"}
PLACE_OF = {"address", "geo"}
# Type: its properties that we use, each as schema.org defines it for that type or one above it.
VOCABULARY = {
    "EducationalOccupationalProgram": THING
    | {
        "applicationDeadline",
        "educationalCredentialAwarded",
        "educationalProgramMode",
        "numberOfCredits",
        "occupationalCategory",
        "offers",
        "programPrerequisites",
        "provider",
        "startDate",
        "timeToComplete",
    },
    "CollegeOrUniversity": THING | PLACE_OF | {"dissolutionDate", "parentOrganization"},
    "Occupation": THING
    | {
        "educationRequirements",
        "estimatedSalary",
        "experienceRequirements",
        "occupationLocation",
        "occupationalCategory",
    },
    "Article": THING
    | {
        "about",
        "author",
        "citation",
        "dateModified",
        "datePublished",
        "headline",
        "inLanguage",
        "isAccessibleForFree",
        "publisher",
    },
    "MonetaryAmountDistribution": {
        "name",
        "currency",
        "duration",
        "median",
        "percentile10",
        "percentile25",
        "percentile75",
        "percentile90",
    },
    "Offer": {"category", "price", "priceCurrency"},
    "PostalAddress": {"streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry"},
    "GeoCoordinates": {"latitude", "longitude"},
    "PropertyValue": {"propertyID", "value"},
    "Organization": THING,
    "CreativeWork": THING,
    "WebPage": THING,
    "Country": THING,
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
}
# What only machines need to be told.
UNSAID = {
    "@context", "@type", "@id", "addressCountry", "category", "currency", "duration", "inLanguage",
    "isAccessibleForFree", "position", "priceCurrency", "propertyID", "publisher",
}  # fmt: skip
MODES = {"online": "online", "blended": "hybrid", "onsite": "on campus"}


def blocks(page):
    return [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]


def words(page):
    """What a reader sees, and where links lead."""
    body = re.sub(r"<(script|title|head)\b.*?</\1>", " ", page, flags=re.S)
    links = " ".join(re.findall(r'href="([^"]*)"', page))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body) + links).split())


def facts(data, name=""):
    """Name and value of every fact, however deep."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in UNSAID and not (data.get("@type") == "MonetaryAmountDistribution" and key == "name"):
                yield from facts(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from facts(value, name)
    else:
        yield name, data


def as_people_read(name, value):
    """The ways the page may say a fact; one of them must be there."""
    if name == "educationalProgramMode":
        return [MODES[value], MODES[value].capitalize()]
    if name in ("latitude", "longitude"):
        return [f"{abs(value):.2f}°"]
    if isinstance(value, float):
        return [f"{value:g} credits"]
    if isinstance(value, int):
        return [formats.dollars(value)]
    if months := re.fullmatch(r"P(\d+)M", value):
        return [f"{months[1]} months"]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return [formats.day(datetime.date.fromisoformat(value))]
    if name == "occupationalCategory":
        return [value.removesuffix(".00")]
    if value.startswith("http://127.0.0.1:8000/"):
        return [value, value.removeprefix("http://127.0.0.1:8000")]
    return [value]


def types(data):
    if isinstance(data, dict):
        yield data.get("@type"), {key for key in data if not key.startswith("@")}
        for value in data.values():
            yield from types(value)
    elif isinstance(data, list):
        for value in data:
            yield from types(value)


@pytest.fixture
def things():
    """One of each kind of page, with everything that may be known of it, and beside it one that knows least."""
    field = FieldOfStudyFactory(plain_title="Example administration")
    occupation = OccupationFactory(
        title="Example managers", slug="example-managers", definition="They plan & direct <examples>."
    )
    OccupationFieldFactory(occupation=occupation, field_of_study=field)
    WageFactory(occupation=occupation, p90=None, reasons={"p90": "not_released"})
    ProjectionFactory(
        occupation=occupation, entry_education="Bachelor's degree", work_experience="Less than 5 years", training="None"
    )
    bare = OccupationFactory(soc="29-9021", title="Example technologists", slug="example-technologists")
    OccupationFieldFactory(occupation=bare, field_of_study=field)
    parent = SchoolFactory(record__name="Parent Example University")
    full = ProgramFactory(
        name="Master of </script> Examples & Co",
        description="A program\u2028of examples.",
        field_of_study=field,
        delivery=["online", "hybrid", "campus"],
        length_months=24,
        credits="48.5",
        tuition_per_year=19_200,
        tuition_per_year_out_of_state=29_300,
        next_start=datetime.date(2027, 1, 18),
        application_deadline=datetime.date(2026, 12, 1),
        entry_degree="bachelor",
        url="https://lakes.example.edu/mha",
        school__record__name="Example Lakes <University>",
        school__record__aliases="ELU\nLakes Example",
        school__record__opeid="00999900",
        school__record__address="1 Example Street",
        school__record__website="https://lakes.example.edu/",
        school__record__latitude=44.97,
        school__record__longitude=-93.24,
        school__record__status="child",
        school__record__parent_unitid=parent.unitid,
    )
    federal = CompletionsFactory(field_of_study=field, awards=47)
    SubjectFactory(fields=[field])
    PublishedPriceFactory(school=federal.school, tuition=19_116)
    PublishedPriceFactory(school=federal.school, residency="out_of_state", tuition=29_580)
    closed = SchoolFactory(record__status="closed", record__closed_on=datetime.date(2025, 6, 30))
    relist_all()
    article = ArticleFactory(slug="examples", edition__title="How can I <become> an example?")
    article.live.edition_occupations.create(occupation=occupation, position=0)
    return {
        "EducationalOccupationalProgram": [full, federal.school.programs.get()],
        "CollegeOrUniversity": [full.school, federal.school, closed],
        "Occupation": [occupation, bare],
        "Article": [article],
    }


@pytest.mark.parametrize("kind", ["EducationalOccupationalProgram", "CollegeOrUniversity", "Occupation", "Article"])
def test_machines_are_told_what_people_are_told(kind, client, things):
    for thing in things[kind]:
        page = client.get(thing.get_absolute_url()).content.decode()
        said, text = blocks(page), words(page)
        assert kind in [data["@type"] for data in said]
        for data in said:
            assert data["@context"] == "https://schema.org"
            for name, properties in types(data):
                assert name in VOCABULARY, name
                assert properties <= VOCABULARY[name], (name, properties - VOCABULARY[name])
            for name, value in facts(data):
                assert value not in (None, "", []), name
                assert any(" ".join(way.split()) in text for way in as_people_read(name, value)), (name, value)


def test_everything_a_school_told_of_its_program_is_told_to_machines(client, things):
    full, federal = things["EducationalOccupationalProgram"]
    (data,) = [
        data
        for data in blocks(client.get(full.get_absolute_url()).content.decode())
        if data["@type"] == "EducationalOccupationalProgram"
    ]
    assert VOCABULARY["EducationalOccupationalProgram"] - set(data) == {"mainEntityOfPage", "alternateName"}
    assert [offer["price"] for offer in data["offers"]] == [19_200, 29_300]
    (data,) = [
        data
        for data in blocks(client.get(federal.get_absolute_url()).content.decode())
        if data["@type"] == "EducationalOccupationalProgram"
    ]
    assert set(data) & {"timeToComplete", "numberOfCredits", "startDate", "sameAs", "educationalProgramMode"} == set()
    assert data["occupationalCategory"] == ["11-9111.00", "29-9021.00"]


def test_a_school_is_told_with_its_codes_its_position_and_its_end(client, things):
    full, _, closed = things["CollegeOrUniversity"]
    data = blocks(client.get(full.get_absolute_url()).content.decode())[0]
    assert {one["propertyID"]: one["value"] for one in data["identifier"]} == {
        "UNITID": full.unitid,
        "OPEID": "00999900",
    }
    assert data["parentOrganization"]["name"] == "Parent Example University"
    assert data["alternateName"] == ["ELU", "Lakes Example"]
    assert blocks(client.get(closed.get_absolute_url()).content.decode())[0]["dissolutionDate"] == "2025-06-30"
    School.objects.filter(pk=full.listing.parent_id).update(published_at=None)
    relist_all()
    assert "parentOrganization" not in client.get(full.get_absolute_url()).content.decode(), (
        "a hidden parent is not named"
    )


def test_nothing_in_it_can_end_the_script_or_a_line():
    block = _json_block({"name": "</script><script>x&\u2028\u2029"})
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028\u2029")
    assert json.loads(inside)["name"] == "</script><script>x&\u2028\u2029"
