"""What a student types into the box of the program list, and what the page makes of it."""

import html
import re

import pytest

from portal.models import Zip
from schools.degrees import levels_meant
from schools.models import ProgramListing
from tests.factories import FieldOfStudyFactory, ProgramFactory, ReleaseFactory, SchoolFactory, SubjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def programs():
    """Three levels of health administration at one school, nursing at another, and a school without any."""
    health, nursing = FieldOfStudyFactory(), FieldOfStudyFactory(cip="51.3801", title="Registered Nursing")
    health.plain_title = "Health care administration"
    health.save()
    subject = SubjectFactory(name="Health administration", fields=[health])
    subject.synonyms.create(text="MHA")
    SubjectFactory(name="Nursing", core=False, fields=[nursing])
    school = SchoolFactory(record__name="University of Michigan", record__aliases="UM")
    for level in ("bachelor", "master", "postmaster_cert"):
        ProgramFactory(school=school, field_of_study=health, level=level, name=None)
    other = SchoolFactory(record__name="Sample College", record__state_id="WI", record__city="Boston")
    ProgramFactory(school=other, field_of_study=nursing, level="master", name=None)
    SchoolFactory(record__name="Massachusetts Institute of Tests", record__aliases="MIT")


def page(client, q, **more):
    answer = client.get("/programs/", {"q": q, **more})
    assert answer.status_code == 200
    return answer


def titles(answer):
    return [(row.title, row.school_name) for row in answer.context["rows"]]


def chips(answer):
    return [(chip.name, chip.value) for chip in answer.context["active_chips"]]


def links(note):
    return [html.unescape(url) for url in re.findall(r'href="([^"]+)"', note)]


def test_misspelled_words_show_the_results_of_what_is_meant_and_say_so(client, programs):
    answer = page(client, "helth administraton")
    assert answer.context["total"] == 3
    assert chips(answer) == [("q", "health administration")]
    (note,) = answer.context["notes"]
    assert "“helth administraton”" in note
    assert "“health administration”" in note
    exact = client.get(links(note)[0])
    assert exact.context["total"] == 0
    assert chips(exact) == [("q", '"helth administraton"')]


def test_an_empty_page_offers_the_correction_with_its_true_number(client, programs):
    answer = page(client, '"helth administraton"', level="master")
    url, words = answer.context["ways"][0]
    assert words == "Search for “health administration” (1 program)"
    assert client.get(url).context["total"] == 1


def test_a_state_is_understood_after_its_spelling_is_mended(client, programs):
    answer = page(client, "nursing in Wisconsn")
    assert chips(answer) == [("q", "nursing"), ("state", "WI")]
    assert "“nursing in Wisconsin”" in answer.context["notes"][0]


def test_known_words_are_never_corrected(client, programs):
    for q in ("health", "nurses", "Wisconsin", "University of Michigan", "UM", "zzzzqqqq"):
        assert page(client, q).context["notes"] == [], q


def test_markup_in_a_misspelled_search_stays_text(client, programs):
    answer = page(client, "helth <b>administraton</b>")
    assert "<b>administraton" not in answer.content.decode()


@pytest.mark.parametrize(
    ("q", "levels", "found"),
    [
        ("masters in health administration", ["master"], 1),
        ("health administration master's degree", ["master"], 1),
        ("Master of health administration", ["master"], 1),
        ("bachelors", ["bachelor"], 1),
        ("post-master's certificate", ["postmaster_cert"], 1),
        ("health phd", ["doctor_research"], 0),
        ('"master"', [], 3),
        ("certificate", [], 1),
    ],
)
def test_a_word_for_a_degree_becomes_a_filter_that_can_be_taken_off(client, programs, q, levels, found):
    answer = page(client, q)
    assert [value for name, value in chips(answer) if name == "level"] == levels
    assert answer.context["total"] == found
    for chip in answer.context["active_chips"]:
        if chip.name == "level":
            assert client.get(chip.url).context["total"] >= found
            assert ("level", chip.value) not in chips(client.get(chip.url))


@pytest.mark.parametrize(
    "text", ["Master's University", "Associate-like", "postdoctor", "masterful", '"masters in nursing"', "doctors'"]
)
def test_other_words_are_no_level(text):
    assert levels_meant(text) == (text, [])


def test_an_acronym_puts_its_level_first_and_leads_to_it_alone(client, programs):
    answer = page(client, "MHA")
    assert answer.context["total"] == 3
    assert answer.context["rows"][0].level == "master"
    (note,) = answer.context["notes"]
    assert client.get(links(note)[0]).context["total"] == 1
    assert page(client, "MHA", level="bachelor").context["notes"] == []


def test_online_is_left_out_with_a_word_while_nobody_knows_it(client, programs):
    answer = page(client, "online nursing")
    assert answer.context["total"] == 1
    assert chips(answer) == [("q", "nursing")]
    assert "“online” was left out" in answer.context["notes"][0]


def test_online_is_a_filter_once_some_program_says_so(client, programs):
    ProgramFactory(name="Taught far away", delivery=["online"], field_of_study=FieldOfStudyFactory(cip="51.3801"))
    answer = page(client, "online nursing")
    assert chips(answer) == [("q", "nursing"), ("delivery", "online")]
    assert [title for title, _ in titles(answer)] == ["Taught far away"]


@pytest.mark.parametrize(("q", "left"), [("nursing WI", [("q", "nursing")]), ("Boston WI", [("q", "Boston")])])
def test_a_state_in_capitals_at_the_end_is_a_state(client, programs, q, left):
    answer = page(client, q)
    assert chips(answer) == [*left, ("state", "WI")]
    assert answer.context["total"] == 1


def test_a_school_without_programs_is_named_where_nothing_is_found(client, programs):
    (note,) = page(client, "MIT").context["notes"]
    assert "Massachusetts Institute of Tests" in note
    assert client.get(links(note)[0]).status_code == 200


def test_an_acronym_is_no_beginning_of_another_word(client, programs):
    ProgramFactory(school=SchoolFactory(record__name="Mitchell College"))
    assert page(client, "MIT").context["total"] == 0
    assert page(client, "mit").context["total"] == 1


def test_a_program_called_so_comes_before_one_of_a_school_called_so(client, programs):
    nursing = FieldOfStudyFactory(cip="51.3801")
    ProgramFactory(school=SchoolFactory(record__name="College of Nursing"), name="Health leadership")
    ProgramFactory(school=SchoolFactory(record__name="Other College"), field_of_study=nursing, name=None)
    answer = page(client, "nursing")
    assert answer.context["rows"][-1].school_name == "College of Nursing"
    assert ProgramListing.objects.get(school_name="College of Nursing").core  # which comes first without words


def test_a_school_called_just_this_comes_first(client):
    for name in ("Example State Example Town", "Example State of Somewhere"):
        for _ in range(2):
            ProgramFactory(school=SchoolFactory(record__name=name))
    SchoolFactory(record__name="Far Away University", record__aliases="FAU\nExample State")
    rows = client.get("/schools/", {"q": "example state"}).context["rows"]
    assert rows[0].name == "Far Away University"


@pytest.mark.parametrize(
    ("q", "left", "state"),
    [
        ("nursing wi", "nursing", "WI"),
        ("nursing WI", "nursing", "WI"),
        ("nursing Wi", "nursing", "WI"),
        ("boston wi", "boston", "WI"),
        ("wi nursing", "nursing", "WI"),
        ("nursing (wi)", "nursing", "WI"),
        ("nursing - wi.", "nursing", "WI"),
        ("nursing/wi", "nursing", "WI"),
        ("portland or nursing", "portland nursing", "OR"),
        ("Portland, O.R.", "Portland", "OR"),
        ("la nursing", "la nursing", None),
        ("portland, oregon", "portland", "OR"),
        ("nursing or", "nursing or", None),
        ("nursing OR", "nursing", "OR"),
        ("portland or", "portland", "OR"),
        ("school of the portland or", "school of the portland", "OR"),
        ("nursing in", "nursing in", None),
        ("or", "", "OR"),
    ],
)
def test_the_code_of_a_state_is_one_in_any_letters(client, programs, q, left, state):
    SchoolFactory(record__name="Sample of the West", record__state_id="OR", record__city="Portland")
    read = [("q", left)] if left else []
    assert chips(page(client, q))[: len(read)] == read
    assert [value for name, value in chips(page(client, q)) if name == "state"] == ([state] if state else [])


def test_a_city_that_is_called_like_a_state_stands_before_its_state(client, programs):
    SchoolFactory(record__name="Sample of the Capital", record__state_id="DC", record__city="Washington")
    for q in ("Washington, DC", "washington, d.c.", "Washington DC", "washington D.C."):
        answer = page(client, q)
        assert [(name, value.lower()) for name, value in chips(answer)] == [("q", "washington"), ("state", "dc")], q
    assert chips(page(client, "Washington")) == [("state", "WA")]


def test_a_word_that_is_also_a_code_leads_to_the_state(client, programs):
    SubjectFactory(name="More nursing", fields=[FieldOfStudyFactory(cip="51.3808", title="Nursing Science")])
    field = ProgramListing.objects.exclude(field_of_study__cip="51.0701").first().field_of_study
    ProgramFactory(field_of_study=field, school=SchoolFactory(record__state_id="ME"), name=None)
    notes = page(client, "nursing me").context["notes"]
    (note,) = [note for note in notes if "was read as a word" in note]
    assert "“me” was read as a word" in note
    assert "Look in Maine" in note
    assert "(1 program)" in note
    assert client.get(links(note)[0]).context["total"] == 1
    assert page(client, "nursing or").context["notes"] == []


@pytest.mark.parametrize("q", ["health 55455", "55455 health", "health near 55455"])
def test_a_zip_is_read_wherever_it_stands(client, programs, q):
    release = ReleaseFactory(source__slug="census-zcta", year=2021)
    Zip.objects.create(release=release, zip="55455", latitude=44.97, longitude=-93.23)
    assert chips(page(client, q)) == [("q", "health"), ("near", "55455")]


def test_a_city_by_its_short_name_is_a_place_on_the_map(client, programs):
    release = ReleaseFactory(source__slug="census-zcta", year=2021)
    Zip.objects.create(release=release, zip="10001", latitude=40.75, longitude=-74.0)
    answer = page(client, "health nyc")
    assert chips(answer) == [("q", "health"), ("near", "10001")]
    assert answer.context["filters"].cleaned["radius"] == 10
    assert page(client, "health nyc", radius="25").context["filters"].cleaned["radius"] == 25


@pytest.mark.parametrize("q", ["health fully online", "distance learning health", "on-line health", "remote health"])
def test_words_for_online(client, programs, q):
    ProgramFactory(name="Health on the wire", delivery=["online"])
    assert chips(page(client, q)) == [("q", "health"), ("delivery", "online")]


def test_a_degree_in_letters_is_no_state(client, programs):
    answer = page(client, "M.S. in nursing")
    assert chips(answer) == [("q", "nursing"), ("level", "master")]
    assert [value for name, value in chips(page(client, "AS in nursing"))] == ["nursing", "associate"]


@pytest.mark.parametrize(
    ("q", "read"),
    [
        ("ms nursing", ("nursing", "master")),
        ("nursing ms", ("nursing", "master")),
        ("BS healthcare", ("healthcare", "bachelor")),
        ("nursing MS", ("nursing", "MS")),
        ("ma in nursing", ("nursing", "master")),
    ],
)
def test_two_letters_of_a_degree(client, programs, q, read):
    assert tuple(value for _, value in chips(page(client, q))) == read


def test_a_search_for_too_much_offers_the_smaller_ones(client, programs):
    ways = page(client, "best health administration").context["ways"]
    assert ways[0][1] == "Search for “health administration” (3 programs)"
    assert client.get(ways[0][0]).context["total"] == 3


def test_a_sign_between_words_means_nothing(client, programs):
    assert page(client, "health & administration").context["total"] == 3
    assert page(client, "health % administration").context["total"] == 0


def test_a_note_on_what_was_found_is_not_said_of_nothing(client, programs):
    assert "finds its whole subject" in page(client, "MHA").context["notes"][0]
    assert page(client, "MHA zzzzqqqq").context["notes"] == []
    ProgramFactory(name="Wired", delivery=["online"])
    assert "known to be taught online" in page(client, "online").context["notes"][0]
    assert page(client, "zzzzqqqq online").context["notes"] == []


def test_an_empty_page_says_which_fields_are_listed_and_where_others_are(client, programs):
    assert "College Navigator" in page(client, "phlebotomy").content.decode()
    assert "College Navigator" not in client.get("/programs/?state=AK").content.decode()


def test_a_school_that_is_called_so_is_not_taken_apart(client, programs):
    SchoolFactory(record__name="University of Samples", record__aliases="Samples WI")
    assert chips(page(client, "samples wi")) == [("q", "samples wi")]


@pytest.mark.parametrize("q", ["nursing near me", "nearby nursing", "nursing Close to me"])
def test_nobody_is_looked_for(client, programs, q):
    """ "Near me" is no place in Maine."""
    answer = page(client, q)
    assert chips(answer) == [("q", "nursing")]
    assert "does not ask your browser where you are" in answer.context["notes"][0]


def test_both_ways_to_write_health_care_find_the_same_in_the_same_order(client, programs):
    health = ProgramListing.objects.exclude(field_of_study__cip="51.3801").first().program
    health.name = "Healthcare leadership"
    health.save()
    found = [titles(page(client, q)) for q in ("healthcare", "health care", "Health-Care")]
    assert len(found[0]) == 3
    assert found[0] == found[1] == found[2]
    assert titles(page(client, "healthcare admin")) == titles(page(client, "health care admin"))


def test_an_acronym_that_nothing_has_is_not_taken_for_another(client, programs):
    SubjectFactory(name="Research").synonyms.create(text="CRA")
    assert page(client, "crna").context["notes"] == []
