"""Figures are looked up, not learned by heart: by page, by script, and by the explanation beside the boxes."""

import json

import pytest
from django.urls import reverse

from careers.admin.picking import grammar, picks, statistics
from careers.figures import KINDS, parse
from careers.models import Edition
from tests.desk import address
from tests.factories import ArticleFactory, EditionFactory, OccupationFactory, SubjectFactory, WageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurses():
    nurses = OccupationFactory(soc="29-1141", title="Registered Nurses")
    WageFactory(occupation=nurses, median=97_550, p75=112_000, p90=137_470)
    WageFactory(occupation=nurses, median=81_000, p75=91_000, p90=101_000, area_id="TX")
    OccupationFactory(soc="11-9111", title="Medical Managers")
    return nurses


def test_a_search_says_what_each_figure_is_and_what_it_says_today(nurses):
    (one,) = picks("nurse registered", "median", "TX", "")
    assert one.token == "wage 29-1141 median TX"
    assert one.words.startswith("Median annual wage: Registered Nurses (SOC 29-1141), Texas")
    assert one.today.startswith("$81,000")
    assert [one.token for one in picks("29-11", "growth", "", "")] == ["growth 29-1141"]
    (missing,) = picks("managers", "median", "", "")
    assert "Not in federal data" in missing.today


def test_subjects_are_found_for_the_directory(nurses):
    SubjectFactory(name="Nursing")
    assert [one.token for one in picks("nurs", "programs", "", "master")] == ["programs nursing master"]


def test_every_statistic_makes_a_token_that_is_understood(nurses):
    SubjectFactory(name="Nursing")
    for _, names in statistics():
        for name, _ in names:
            found = picks("nurs", name, "US", "all")
            assert found, name
            assert str(parse(found[0].token)) == found[0].token


def test_the_explanation_names_every_kind(nurses):
    assert [example for example, _ in grammar()] == list(KINDS.values())


@pytest.mark.parametrize(
    "query", [{}, {"q": "nurse"}, {"q": "x" * 300}, {"statistic": "nonsense"}, {"area": "ZZ"}, {"q": "%_'"}]
)
def test_the_page_answers_whatever_is_asked(editor, nurses, query):
    url = reverse("admin:careers_edition_figures")
    page = editor.get(url, query)
    assert page.status_code == 200
    if query == {"q": "nurse"}:
        assert "[[wage 29-1141 median US]]" in page.content.decode()
    found = json.loads(editor.get(url, {**query, "as": "json"}).content)["picks"]
    assert all(set(one) == {"token", "words", "today"} for one in found)


def test_the_draft_offers_it_and_what_is_live_does_not(editor):
    article = ArticleFactory()
    article.draft = EditionFactory(article=article)
    article.save()
    draft = editor.get(address(article.draft)).content.decode()
    assert "data-figures=" in draft
    assert "How figures are written" in draft
    assert 'id="figure-dialog"' in draft
    assert "data-figures=" not in editor.get(address(Edition.objects.get(pk=article.live_id))).content.decode()
