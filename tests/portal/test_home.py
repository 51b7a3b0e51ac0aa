"""What a student finds on the start page."""

import re

import pytest

from tests.factories import (
    ArticleFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    ProgramFactory,
    SchoolFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def field():
    field = FieldOfStudyFactory()
    SubjectFactory(name="Health administration", slug="health-administration", position=10, fields=[field])
    return field


def page(client, path="/", **query):
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def total_of(client, url):
    return int(re.search(r'data-total="(\d+)"', page(client, url.replace("&amp;", "&")))[1])


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_empty_portal_still_has_a_start_page(client):
    html = page(client)
    assert html.count("<h1") == 1
    assert 'role="search"' in html
    assert "Start with a question" not in html


def test_the_numbers_count_what_is_public(client, field):
    school = SchoolFactory()
    ProgramFactory(school=school, field_of_study=field)
    ProgramFactory(school=school, field_of_study=field)
    ProgramFactory(field_of_study=field, published_at=None)
    ProgramFactory(field_of_study=field, school=SchoolFactory(published_at=None))
    SchoolFactory()
    assert "2 programs · 1 school ·" in text_of(page(client))


def test_the_pay_ladder_leads_with_the_best_paid_and_leaves_out_who_is_not_public(client):
    for soc, median in (("29-2072", 51_000), ("11-9111", 88_000), ("21-1022", 67_000)):
        WageFactory(occupation=OccupationFactory(soc=soc, title=f"Workers {soc}"), median=median, p75=None, p90=None,
                    reasons={"p75": "not_released", "p90": "not_released"})  # fmt: skip
    WageFactory(occupation=OccupationFactory(soc="29-9021", title="Hidden Workers", published_at=None))
    WageFactory(occupation=OccupationFactory(soc="35-2014", title="Cooks"))
    OccupationFactory(soc="43-6013", title="Workers without pay")
    html = page(client)
    rungs = re.findall(r'<h3><a href="/occupations/[^"]+">([^<]+)', html)
    assert rungs == ["Workers 11-9111", "Workers 21-1022", "Workers 29-2072"]
    assert "May 2025" in html


def test_every_start_leads_to_exactly_as_many_programs_as_it_says(client, field):
    online = {"delivery": ["online"], "level": "bachelor"}
    for _ in range(3):
        ProgramFactory(field_of_study=field, **online)
    ProgramFactory(field_of_study=field, level="master")
    ProgramFactory(field_of_study=field, level="associate", tuition_per_year=9_000)
    ProgramFactory(field_of_study=field, published_at=None, **online)
    ProgramFactory(field_of_study=FieldOfStudyFactory(cip="51.3801"), **online)
    html = page(client)
    section = html[html.index("Start with a question") : html.index("Programs by subject")]
    starts = re.findall(r'<h3><a href="([^"]+)">([^<]+)</a></h3><p>(\d+)', section)
    assert [int(count) for _, _, count in starts] == [3, 1, 1]
    for url, question, count in starts:
        assert total_of(client, url) == int(count), question
    assert "medical coding" not in section  # a question without an answer is not asked


def test_subjects_come_with_their_numbers_health_administration_first(client, field):
    nursing = FieldOfStudyFactory(cip="51.3801")
    SubjectFactory(name="Nursing", position=100, core=False, fields=[nursing])
    SubjectFactory(name="Nobody teaches it", position=20, fields=[FieldOfStudyFactory(cip="51.0799")])
    for _ in range(2):
        ProgramFactory(field_of_study=nursing)
    ProgramFactory(field_of_study=field)
    html = page(client)
    subjects = re.findall(r'<a href="(/programs/\?subject=[^"]+)">([^<]+)</a> <span class="n">(\d+)', html)
    assert [(name, count) for _, name, count in subjects] == [("Health administration", "1"), ("Nursing", "2")]
    for url, _, count in subjects:
        assert total_of(client, url) == int(count)


def test_guides_are_offered_and_drafts_are_not(client, field):
    for title, facts in (("A guide for nurses", {}), ("A draft", {"published_at": None}), ("A guide for managers", {})):
        article = ArticleFactory(**facts)
        article.live.title = title
        article.live.save()
    managers = article.live
    managers.degree_options.create(label="Master", subject=field.subjects.get())
    html = page(client)
    assert re.findall(r'<h3><a href="/careers/[^"]+">([^<]+)', html) == ["A guide for managers", "A guide for nurses"]


def test_the_start_page_costs_the_same_however_much_there_is(client, field, django_assert_max_num_queries):
    for number in range(3):
        ProgramFactory(field_of_study=field)
        ArticleFactory()
        WageFactory(occupation=OccupationFactory(soc=("11-9111", "21-1022", "29-9021")[number]))
    with django_assert_max_num_queries(15):
        page(client)
