"""What is suggested to somebody who types, on a page that works by itself."""

import html
import re
import time

import pytest

from schools.models import ProgramListing
from schools.suggesting import Finder, Suggestion
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    EmploymentSettingFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    SchoolFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db
WHOLE = "/search/suggestions/"
SEARCH = 11  # queries: the version, six kinds of results, and what the cards of occupations say of pay


@pytest.fixture
def names():
    """Something of each kind whose name begins with the same letters, and beside each one that is not public."""
    field = FieldOfStudyFactory(cip="51.0701", title="Zebra keeping", plain_title="")
    subject = SubjectFactory(name="Zebra care", fields=[field])
    subject.synonyms.create(text="MHA")
    SubjectFactory(name="Zebra without programs", fields=[FieldOfStudyFactory(cip="51.0799")])
    school = SchoolFactory(record__name="Zebra College", record__aliases="ZC", record__city="Zebraville")
    SchoolFactory(record__name="Zebra Secret College", published_at=None, record__city="Zebra Hideout")
    for level in ("master", "bachelor"):
        ProgramFactory(school=school, field_of_study=field, level=level, name=None)
    ProgramFactory(school=school, field_of_study=field, published_at=None)
    occupation = OccupationFactory(title="Zebra Keepers", soc="11-9111")
    OccupationFieldFactory(occupation=occupation, field_of_study=field)
    OccupationFactory(title="Zebra Secret Keepers", soc="11-9112", published_at=None)
    article = ArticleFactory()
    article.live.title = "How do I keep a zebra?"
    article.live.save()


def suggested(client, q):
    """Names of groups with the label, detail and address of each suggestion."""
    answer = client.get(WHOLE, {"q": q})
    assert answer.status_code == 200
    groups = re.findall(r'data-group="([^"]+)">(.*?)</section>', answer.content.decode(), re.DOTALL)
    item = r'<li><a href="([^"]+)">([^<]+)</a>(?: <span class="hint">([^<]*)</span>)?'
    return {
        name: [tuple(map(html.unescape, (label, detail, url))) for url, label, detail in re.findall(item, listed)]
        for name, listed in groups
    }


def test_each_kind_is_suggested_by_the_beginning_of_its_name(client, names):
    assert suggested(client, "zeb") == {
        "Subjects": [("Zebra care", "2 programs", "/programs/?subject=zebra-care")],
        "Fields of study": [("Zebra keeping", "2 programs", "/programs/?field=51.0701")],
        "Places": [("Zebraville, MN", "City", "/programs/?q=Zebraville&state=MN")],
        "Schools": [("Zebra College", "Zebraville, MN · 2 programs", suggested(client, "zc")["Schools"][0][2])],
        "Careers": [
            ("Zebra Keepers", "Occupation", suggested(client, "zebra keepers")["Careers"][0][2]),
            ("How do I keep a zebra?", "Career guide", suggested(client, "how do")["Careers"][0][2]),
        ],
    }


def test_every_suggestion_leads_to_a_page_with_as_many_programs_as_it_says(client, names):
    for q in ("zeb", "mha", "zc", "minn"):
        found = [one for group in suggested(client, q).values() for one in group]
        assert found, q
        for _, detail, url in found:
            answer = client.get(url)
            assert answer.status_code == 200, url
            if number := re.search(r"(\d+) programs?$", detail):
                programs = answer.context["total"] if "total" in answer.context else ProgramListing.objects.count()
                assert programs == int(number[1]), url


@pytest.mark.parametrize(
    ("q", "label"),
    [
        ("MHA", "Zebra care, master’s degree"),
        ("zc", "Zebra College"),
        ("college zebra", "Zebra College"),
        ("minn", "Minnesota"),
        ("ZEBRAVILLE", "Zebraville, MN"),
        ("zebraville mn", "Zebraville, MN"),
        ("mn", "Minnesota"),
        ("51.07", "Zebra keeping"),
        ("zebar", "Zebra care"),  # a slip
        ("zebra colege", "Zebra College"),
    ],
)
def test_names_codes_and_slips_are_understood(client, names, q, label):
    assert label in [one[0] for group in suggested(client, q).values() for one in group]


def test_nothing_hidden_and_nothing_empty_is_suggested(client, names):
    everything = str([suggested(client, q) for q in ("zebra", "zebra s", "secret", "hideout", "without")])
    for word in ("Secret", "Hideout", "without"):
        assert word not in everything


def test_what_published_guides_name_is_suggested_and_nothing_else(client):
    live, hidden = ArticleFactory().live, ArticleFactory(published_at=None).live
    ccz = CertificationFactory(name="Certified Zebra Keeper", acronym="CCZ")
    live.edition_certifications.create(certification=ccz)
    live.edition_settings.create(setting=EmploymentSettingFactory(name="zebra parks", slug="zebra-parks"))
    secret = CertificationFactory(name="Certified Zebra Hunter", acronym="CCH")
    hidden.edition_certifications.create(certification=secret)
    hidden.edition_settings.create(setting=EmploymentSettingFactory(name="zebra circuses"))
    record = ("Certified Zebra Keeper (CCZ)", "Certification", ccz.get_absolute_url())
    assert suggested(client, "ccz") == {"Careers": [record]}
    place = ("Careers in zebra parks", "Where people work", "/employment-settings/zebra-parks/")
    assert suggested(client, "zebra") == {"Careers": [place, record]}
    assert suggested(client, "cch") == {}


@pytest.mark.parametrize("q", ["", "z", "  ", "%", "\\", "'", '"', "xylophone", "((((", "🙂🙂", "مرحبا"])
def test_too_little_and_nothing_like_it_are_pages_too(client, names, q):
    assert suggested(client, q) == {}


def test_the_page_stays_out_of_search_engines_and_works_alone(client, names):
    page = client.get(WHOLE, {"q": "zeb"}).content.decode()
    assert 'name="robots" content="noindex"' in page
    assert f'action="{WHOLE}"' in page
    assert 'href="/search/?q=zeb"' in page


def test_the_boxes_name_the_page_that_suggests(client):
    for path in ("/", "/search/", "/programs/"):
        page = client.get(path).content.decode()
        assert f'data-suggest="{WHOLE}"' in page, path
        assert "js/suggest" in page, path


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_names_are_read_once_and_then_only_the_version(client, names, django_assert_num_queries):
    suggested(client, "zeb")
    client.get("/search/", {"q": "helth"})
    with django_assert_num_queries(1):  # the content version
        assert suggested(client, "zebra")
    with django_assert_num_queries(1):
        assert suggested(client, "zebrra")
    with django_assert_num_queries(SEARCH):
        assert client.get("/search/", {"q": "zebrra"}).context["total"]
    SchoolFactory(record__name="Zebra New College")
    assert "Zebra New College" in str(suggested(client, "zebra new"))


def test_twenty_thousand_names_are_found_in_a_moment():
    named = [
        (f"University of Sample {number:05d}", Suggestion(f"S{number}", f"/{number}/")) for number in range(20_000)
    ]
    finder = Finder(named)
    start = time.monotonic()
    for words in (["un"], ["university", "of", "s"], ["sample", "01234"], ["sample", "univ", "of"], ["zz"]):
        finder.find(words, 3)
    assert time.monotonic() - start < 2
    assert [one.label for one in finder.find(["sample", "01234"], 3)] == ["S1234"]
