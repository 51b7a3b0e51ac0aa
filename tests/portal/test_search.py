"""What a student finds who searches everything at once."""

import re

import pytest
from django.utils.html import escape

from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    FieldOfStudyFactory,
    LicenseFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    SchoolFactory,
    SectionFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db
KINDS = ("program", "school", "occupation", "career-guide", "certification", "license")


def search(client, q):
    response = client.get("/search/", {"q": q})
    assert response.status_code == 200
    return response.content.decode()


def found(html):
    """Kind to the titles of its best results."""
    results = {}
    for kind in KINDS:
        if f'<h2 id="{kind}">' in html:
            section = html[html.index(f'<h2 id="{kind}">') :].split("</section>")[0]
            results[kind] = re.findall(r'<h3><a href="[^"]+">([^<]+)', section)
    return results


def guide(title, summary="What it takes.", **facts):
    article = ArticleFactory(**facts)
    article.live.title, article.live.summary = title, summary
    article.live.save()
    return article


def program(name, school=None, cip="51.0701", **facts):
    school = school or SchoolFactory(record__name="Sample College")
    return ProgramFactory(name=name, school=school, field_of_study=FieldOfStudyFactory(cip=cip), **facts)


def occupation(title, soc="29-2072", **facts):
    made = OccupationFactory(soc=soc, title=title, **facts)
    OccupationFieldFactory(occupation=made, field_of_study=FieldOfStudyFactory(cip="51.0707"))
    return made


@pytest.fixture
def coding():
    """One public thing of each kind about coding, and beside each one that is not public."""
    school = SchoolFactory(record__name="Coding College")
    hidden = SchoolFactory(record__name="Hidden Coding College", published_at=None)
    program("Medical Coding", school)
    program("Secret Coding", school, published_at=None)
    program("Coding at the Hidden School", hidden)
    occupation("Coding Specialists")
    occupation("Hidden Coding Specialists", soc="29-2099", published_at=None)
    guide("How can I learn coding?")
    guide("A draft about coding", published_at=None)


def test_a_student_sees_every_kind_and_nothing_that_is_not_public(client, coding):
    html = search(client, "coding")
    assert found(html) == {
        "program": ["Medical Coding"],
        "school": ["Coding College"],
        "occupation": ["Coding Specialists"],
        "career-guide": ["How can I learn coding?"],
    }
    assert "Hidden" not in html
    assert "Secret" not in html
    assert "draft" not in html
    assert "4 results for “coding”" in html


def test_only_kinds_with_results_are_shown(client):
    occupation("Coding Specialists")
    assert list(found(search(client, "coding"))) == ["occupation"]


def test_the_way_to_all_results_keeps_the_words_and_holds_as_many(client):
    school = SchoolFactory(record__name="Sample College")
    for number in range(7):
        program(f"Coding & Billing {number}", school)
        occupation(f"Coding & Billing Clerks {number}", soc=f"29-20{number}0")
    html = search(client, "coding & billing")
    assert [len(titles) for titles in found(html).values()] == [5, 5]
    links = re.findall(r'<a href="([^"]+)">See all (\d+)', html)
    assert [url for url, _ in links] == ["/programs/?q=coding+%26+billing", "/occupations/?q=coding+%26+billing"]
    for url, total in links:
        assert f'data-total="{total}"' in client.get(url).content.decode()


def test_a_state_is_understood_as_in_the_directory(client):
    program("Somewhere", SchoolFactory(record__name="Sample College"))
    program("Elsewhere", SchoolFactory(record__name="Other College", record__state_id="WI"))
    results = found(search(client, "Minnesota"))
    assert results["program"] == ["Somewhere"]
    assert results["school"] == ["Sample College"]


def test_a_zip_code_nobody_knows_is_named_and_not_passed_over(client):
    program("Somewhere")
    html = search(client, "00000")
    assert "We know no place for ZIP code 00000" in html
    assert found(html) == {}


@pytest.mark.parametrize("q", ["MHA", "mha", "health-administration"])
def test_the_words_students_use_find_programs(client, q):
    field = FieldOfStudyFactory(cip="51.0701")
    subject = SubjectFactory(name="Health administration", fields=[field])
    subject.synonyms.create(text="MHA")
    program("Leadership Degree")
    assert found(search(client, q))["program"] == ["Leadership Degree"]


@pytest.mark.parametrize(
    "q", ["Univ of Example", "univ. of example", "Saint Example", "St. Example", "master's example"]
)
def test_names_are_found_as_people_shorten_them(client, q):
    school = SchoolFactory(record__name="University of Example at St Example")
    program("Leadership, master’s degree", school)
    assert found(search(client, q))["program"] == ["Leadership, master’s degree"]


@pytest.mark.parametrize("q", ["zebra", "ZEBRAS", "zeb", "striped-horse", "QZX", "QLX", "keepers", "hooves"])
def test_a_guide_is_found_by_all_that_it_is_about(client, q):
    article = guide("How do I keep a zebra?", summary="Caring for the striped horse.")
    SectionFactory(edition=article.live, heading="What do hooves need?")
    article.live.edition_occupations.create(occupation=OccupationFactory(title="Animal Keepers"))
    article.live.edition_certifications.create(certification=CertificationFactory(acronym="QZX"))
    article.live.edition_licenses.create(license=LicenseFactory(acronym="QLX"))
    guide("How do I keep a cow?")
    assert found(search(client, q))["career-guide"] == ["How do I keep a zebra?"]


def test_certifications_and_licenses_that_published_guides_name_are_found_too(client):
    article, other = guide("How do I keep a zebra?"), guide("How do I keep a horse?")
    hidden = guide("How do I keep a gorilla?", published_at=None)
    for number, named_by in enumerate([(article, other), (article,), (hidden,)]):
        certification = CertificationFactory(name=f"Certified Keeper {number}", acronym=f"CK{number}")
        license_ = LicenseFactory(name=f"Keeping license {number}", body="the board of keepers")
        for each in named_by:
            each.live.edition_certifications.create(certification=certification, position=number)
            each.live.edition_licenses.create(license=license_, position=number)
    results = found(search(client, "keep"))
    assert results["certification"] == ["Certified Keeper 0 (CK0)", "Certified Keeper 1 (CK1)"]
    assert results["license"] == ["Keeping license 0", "Keeping license 1"]
    assert found(search(client, "CK1"))["certification"] == ["Certified Keeper 1 (CK1)"]
    assert "certification" not in found(search(client, "CK2"))


def test_words_of_a_draft_do_not_find_the_article(client):
    article = guide("How do I keep a zebra?")
    draft = article.editions.create(title="How do I keep a gorilla?", summary="x", author="y")
    article.draft = draft
    article.save()
    assert found(search(client, "gorilla")) == {}


def test_the_best_comes_first(client):
    guide("How do I keep a cow?", summary="Also of use for a zebra.")
    guide("How do I keep a zebra?")
    assert found(search(client, "zebra"))["career-guide"] == ["How do I keep a zebra?", "How do I keep a cow?"]


def test_an_occupation_shows_its_median_pay(client):
    WageFactory(occupation=occupation("Coding Specialists"), median=51_234)
    assert "$51,234" in search(client, "coding")


@pytest.mark.parametrize("q", ["", "   ", "\t", "\u200b"])
def test_without_words_the_page_helps(client, q):
    html = search(client, q)
    assert "<h1>Search</h1>" in html
    assert "All occupations" in html
    assert client.get("/search/").status_code == 200


def test_nothing_found_says_so_and_shows_ways_on(client, coding):
    html = search(client, "xylophone")
    assert "No results for “xylophone”" in html
    assert "All programs" in html


@pytest.mark.parametrize(
    "q", ["%", "_", "\\", "'", '"', "a:*", "(((", "!", "<script>alert(1)</script>", "{{7*7}}", "-", "&|"]
)
def test_signs_mean_themselves(client, coding, q):
    html = search(client, q)
    assert found(html) == {}
    assert f"“{escape(q)}”" in html


def test_odd_signs_are_found_as_they_stand(client, coding):
    program(r"Course 100%_A\B")
    occupation(r"Workers 100%_A\B", soc="29-2071")
    guide(r"What is 100%_A\B?")
    results = found(search(client, r"100%_A\B"))
    assert [len(titles) for titles in results.values()] == [1, 1, 1]


def test_a_long_search_is_cut_and_says_so(client):
    html = search(client, "coding " * 50)
    assert "longer than 100 characters" in html
    assert client.get("/search/", {"q": "x" * 3_900}).status_code == 200


def test_results_stay_out_of_search_engines(client, coding):
    assert 'name="robots" content="noindex"' in search(client, "coding")
    assert 'name="robots" content="noindex"' in search(client, "")


def test_the_page_costs_the_same_however_much_is_found(client, coding, django_assert_max_num_queries):
    with django_assert_max_num_queries(37):  # within a test nothing is remembered
        search(client, "coding")
    for number in range(6):
        program(f"Coding {number}", SchoolFactory(record__name=f"Coding School {number}"))
        occupation(f"Coding {number}", soc=f"29-20{number}0")
        guide(f"Coding {number}")
    with django_assert_max_num_queries(37):  # within a test nothing is remembered
        search(client, "coding")
