"""Editors write articles: a draft beside what is live, one real table, figures that are checked."""

import pytest
from django.urls import reverse

from careers.models import Article, Attribute, Cell, Citation, Edition, Pathway, Section
from tests.desk import address, form_of, said, save
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    CitationFactory,
    EditionFactory,
    OccupationFactory,
    PathwayFactory,
    SectionFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    """A draft with two pathways and two attributes, beside a live edition."""
    article = ArticleFactory()
    Edition.objects.filter(pk=article.live_id).update(title="How it reads today?")
    edition = EditionFactory(article=article, title="How it will read?")
    for position, name in enumerate(["Nurse", "Social worker"]):
        PathwayFactory(edition=edition, name=name, position=position)
    for position, label in enumerate(["Degree", "Pay"]):
        Attribute.objects.create(edition=edition, label=label, position=position)
    article.draft = edition
    article.save()
    return edition


def cell(draft, pathway, attribute, part):
    pair = draft.pathways.get(name=pathway), draft.attributes.get(label=attribute)
    return f"cell-{pair[0].pk}-{pair[1].pk}-{part}"


def row(prefix, n, **values):
    return {f"{prefix}-{n}-{name}": value for name, value in values.items()}


def verb(client, article, name, **typed):
    """Press one of the buttons of the article's page, or of its review, opened just now."""
    review = client.get(reverse("admin:careers_article_review", args=[article.pk])).context
    seen = review["draft_version"] if review else ""
    url = reverse(f"admin:careers_article_{name}", args=[article.pk])
    return client.post(url, {"version": seen, **typed}, follow=True)


# The table ------------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_attribute_and_a_column_for_each_pathway(editor, draft):
    page = editor.get(address(draft)).content.decode()
    table = page.split('id="grid"')[1].split("</fieldset>")[0]
    assert table.count('<th scope="col">') == 2
    assert table.count('<th scope="row">') == 2
    assert table.count("<textarea") == 4
    assert 'aria-label="Pay, Nurse: figure"' in table


def test_the_whole_table_is_saved_in_one_post_with_the_edition(editor, draft):
    OccupationFactory(soc="29-1141")
    changes = {
        "title": "A new title?",
        cell(draft, "Nurse", "Degree", "text"): "Associate’s or bachelor’s",
        cell(draft, "Social worker", "Degree", "text"): "Master’s",
        cell(draft, "Nurse", "Pay", "figure"): "wage 29-1141 median US",
        cell(draft, "Nurse", "Pay", "note"): "all registered nurses",
    }
    response = save(editor, draft, **changes)
    assert "was changed successfully" in said(response)
    draft.refresh_from_db()
    assert draft.title == "A new title?"
    assert {(c.pathway.name, c.attribute.label, c.text, c.figure) for c in Cell.objects.all()} == {
        ("Nurse", "Degree", "Associate’s or bachelor’s", ""),
        ("Social worker", "Degree", "Master’s", ""),
        ("Nurse", "Pay", "", "wage 29-1141 median US"),
    }
    save(editor, draft, **{cell(draft, "Social worker", "Degree", "text"): ""})
    assert Cell.objects.count() == 2


def test_a_wrong_cell_keeps_everything_typed_and_is_linked_from_the_top(editor, draft):
    wrong = cell(draft, "Nurse", "Pay", "figure")
    note = cell(draft, "Social worker", "Pay", "note")
    response = save(
        editor,
        draft,
        **{wrong: "wage 99-9999 median US", note: "alone", cell(draft, "Nurse", "Degree", "text"): "Typed"},
    )
    page = response.content.decode()
    assert "99-9999" in str(response.context["adminform"].form.grid.wrong[0].errors)
    assert f'href="#id_{wrong.removesuffix("figure")}text">Pay, Nurse</a>' in page
    assert f'aria-describedby="id_{wrong}_error"' in page
    assert f'id="id_{wrong}_error"' in page
    assert "A note needs something beside it" in page
    assert ">\nTyped</textarea>" in page
    assert not Cell.objects.exists()


def test_a_new_column_and_row_get_cells_after_the_first_save(editor, draft):
    response = save(
        editor,
        draft,
        **{"pathways-TOTAL_FORMS": "3", "attributes-TOTAL_FORMS": "3", "_continue": "1"},
        **row("pathways", 2, name="Manager", id="", edition=draft.pk, position=""),
        **row("attributes", 2, label="Jobs", kind="jobs", id="", edition=draft.pk, position=""),
    )
    assert response.content.decode().split('id="grid"')[1].split("</fieldset>")[0].count("<textarea") == 9
    assert list(draft.pathways.values_list("name", "position")) == [("Nurse", 0), ("Social worker", 1), ("Manager", 2)]


def test_removing_a_column_removes_its_cells_even_when_they_were_typed_in_the_same_breath(editor, draft):
    save(
        editor,
        draft,
        **{cell(draft, "Nurse", "Degree", "text"): "Gone with its column", "pathways-0-DELETE": "on"},
    )
    assert [p.name for p in draft.pathways.all()] == ["Social worker"]
    assert not Cell.objects.exists()


# Order ----------------------------------------------------------------------------------------


def test_two_rows_swap_places_in_one_save(editor, draft):
    save(editor, draft, **{"attributes-0-position": "1", "attributes-1-position": "0"})
    assert [a.label for a in draft.attributes.all()] == ["Pay", "Degree"]


def test_equal_and_empty_numbers_are_fine(editor, draft):
    response = save(editor, draft, **{"pathways-0-position": "", "pathways-1-position": "3"})
    assert "was changed successfully" in said(response)
    assert [p.name for p in draft.pathways.all()] == ["Social worker", "Nurse"]
    save(editor, draft, **{"pathways-0-position": "5", "pathways-1-position": "5"})
    assert [(p.name, p.position) for p in draft.pathways.all()] == [("Social worker", 5), ("Nurse", 6)]


# Sections and figures --------------------------------------------------------------------------


def test_a_section_is_written_with_living_figures_and_gets_its_anchor(editor, draft):
    OccupationFactory(soc="29-1141")
    response = save(
        editor,
        draft,
        **{"sections-TOTAL_FORMS": "1"},
        **row("sections", 0, heading="What do they earn?", anchor="", body="About [[wage 29-1141 median US]].",
              id="", edition=draft.pk, position=""),
    )  # fmt: skip
    assert "was changed successfully" in said(response)
    assert Section.objects.get(edition=draft).anchor == "what-do-they-earn"


@pytest.mark.parametrize("token", ["[[wage 99-9999 median US]]", "[[nonsense]]", "[[wage 29-1141 median US"])
def test_an_unknown_figure_in_a_section_is_refused_by_name(editor, draft, token):
    section = SectionFactory(edition=draft, position=0)
    response = save(editor, draft, **{"sections-0-body": f"They earn {token}"})
    assert response.status_code == 200
    errors = str(response.context["inline_admin_formsets"][0].formset.errors)
    assert token.strip("[]") in errors
    section.refresh_from_db()
    assert "[[" not in section.body


def test_a_figure_is_refused_where_it_would_be_shown_raw(editor, draft):
    response = save(editor, draft, title="Earn [[wage 29-1141 median US]]?")
    assert "works only in the text of a section" in str(response.context["adminform"].form.errors["title"])


def test_two_sections_of_one_anchor_are_refused_in_words(editor, draft):
    for n in range(2):
        SectionFactory(edition=draft, anchor=f"anchor-{n}", position=n)
    response = save(editor, draft, **{"sections-1-anchor": "anchor-0"})
    assert response.status_code == 200
    assert "anchor" in str(response.context["inline_admin_formsets"][0].formset.non_form_errors()) + str(
        response.context["inline_admin_formsets"][0].formset.errors
    )
    assert Section.objects.filter(edition=draft, anchor="anchor-1").exists()


def test_a_summary_too_long_says_by_how_much(editor, draft):
    response = save(editor, draft, summary="a" * 301)
    assert "it has 301 now" in str(response.context["adminform"].form.errors["summary"])


def test_everything_around_the_text_is_chosen_on_the_same_page(editor, draft):
    subject, occupation, certification = SubjectFactory(), OccupationFactory(), CertificationFactory()
    other = ArticleFactory()
    total = {f"{p}-TOTAL_FORMS": "1" for p in (
        "degree_options", "edition_occupations", "edition_certifications", "links", "citations")}  # fmt: skip
    pathway = draft.pathways.first()
    parent = {"id": "", "edition": draft.pk, "position": ""}
    response = save(
        editor,
        draft,
        **total,
        **row("degree_options", 0, label="Master’s", subject=subject.pk, level="master", pathway=pathway.pk, **parent),
        **row("edition_occupations", 0, occupation=occupation.pk, **parent),
        **row("edition_certifications", 0, certification=certification.pk, **parent),
        **row("links", 0, kind="related", article=other.pk, occupation="", url="", label="", **parent),
        **row("citations", 0, title="OOH", publisher="BLS", url="https://bls.example.gov/", accessed_on="2026-11-01",
              **parent),
        **{"pathways-0-levels": ["master", "bachelor"], "pathways-0-occupation": occupation.pk},
    )  # fmt: skip
    assert "was changed successfully" in said(response)
    assert draft.degree_options.get().pathway == pathway
    assert draft.occupations.get() == occupation
    assert draft.certifications.get() == certification
    assert draft.links.get().article == other
    assert Citation.objects.filter(edition=draft).count() == 1
    assert Pathway.objects.get(pk=pathway.pk).levels == ["bachelor", "master"]


def test_a_link_leads_to_exactly_one_thing(editor, draft):
    response = save(
        editor,
        draft,
        **{"links-TOTAL_FORMS": "1"},
        **row("links", 0, kind="related", article=ArticleFactory().pk, occupation="", url="https://a.example.org/",
              label="Both", id="", edition=draft.pk, position=""),
    )  # fmt: skip
    assert "exactly one of the three" in response.content.decode()


def test_a_degree_option_offers_only_the_pathways_of_its_edition(editor, draft):
    stranger = PathwayFactory(name="Of another article")
    assert "Of another article" not in editor.get(address(draft)).content.decode()
    response = save(
        editor,
        draft,
        **{"degree_options-TOTAL_FORMS": "1"},
        **row("degree_options", 0, label="A", subject=SubjectFactory().pk, level="", pathway=stranger.pk, id="",
              edition=draft.pk, position=""),
    )  # fmt: skip
    assert "Select a valid choice" in response.content.decode()


# Draft, live, past ----------------------------------------------------------------------------


def test_what_is_live_is_shown_and_cannot_be_changed(editor, draft):
    live = draft.article.live
    SectionFactory(edition=live, heading="Read only?")
    page = editor.get(address(live)).content.decode()
    assert "Read only?" in page
    assert "start a draft" in page
    assert 'name="_save"' not in page
    assert editor.post(address(live), {"title": "Hacked"}).status_code == 403
    assert editor.post(address(live, "delete"), {"post": "yes"}).status_code == 403
    live.refresh_from_db()
    assert live.title == "How it reads today?"


def test_a_new_article_begins_with_a_draft_that_nobody_sees(editor, client):
    empty = form_of(editor.get(reverse("admin:careers_article_add")), Article)
    response = editor.post(
        reverse("admin:careers_article_add"),
        {**empty, "title": "How can I become an example?", "slug": "an-example"},
        follow=True,
    )
    article = Article.objects.get(slug="an-example")
    assert response.redirect_chain[-1][0] == address(article.draft)
    assert (article.live, article.published_at) == (None, None)
    assert article.draft.created_by == editor.person
    again = editor.post(reverse("admin:careers_article_add"), {**empty, "title": "T", "slug": "an-example"})
    assert "already exists" in str(again.context["adminform"].form.errors["slug"])


def test_an_article_goes_from_draft_to_live_to_hidden_and_back(editor):
    article = ArticleFactory()
    SectionFactory(edition=article.live)
    Edition.objects.filter(pk=article.live_id).update(title="First words?")
    first = article.live
    response = verb(editor, article, "start_draft")
    article.refresh_from_db()
    assert response.redirect_chain[-1][0] == address(article.draft)
    assert "This is a draft" in response.content.decode()
    save(editor, article.draft, title="Better words?")
    assert Article.objects.get().live.title == "First words?"
    response = verb(editor, article, "publish", what_changed="Better words.")
    assert "“Better words?” is live now" in said(response)
    article.refresh_from_db()
    assert (article.live.title, article.draft) == ("Better words?", None)
    assert Edition.objects.filter(pk=first.pk).exists()
    assert "off the site" in said(verb(editor, article, "take_down"))
    assert not Article.objects.published().exists()
    assert "on the site again" in said(verb(editor, article, "put_back"))
    assert Article.objects.published().get() == article


def test_a_draft_without_a_source_is_not_published_and_says_why(editor, draft):
    Citation.objects.filter(edition=draft).delete()
    response = verb(editor, draft.article, "publish", what_changed="Other words.")
    assert response.status_code == 200
    assert "is live now" not in said(response)
    assert said(response)
    assert Article.objects.get(pk=draft.article_id).live.title == "How it reads today?"


def test_publishing_twice_says_that_it_was_done(editor, draft):
    CitationFactory(edition=draft)
    SectionFactory(edition=draft, body="A nurse or a social worker may do it.")
    verb(editor, draft.article, "publish", what_changed="Other words.")
    assert "may be live already" in said(verb(editor, draft.article, "publish", what_changed="Other words."))


def test_a_draft_changed_meanwhile_is_not_published_unseen(editor, draft):
    CitationFactory(edition=draft)
    seen = editor.get(reverse("admin:careers_article_review", args=[draft.article_id])).context["draft_version"]
    save(editor, draft, title="Changed meanwhile?")
    publish = reverse("admin:careers_article_publish", args=[draft.article_id])
    assert "Look at it again" in said(editor.post(publish, {"version": seen}, follow=True))
    assert Article.objects.get(pk=draft.article_id).live.title == "How it reads today?"


def test_an_old_edition_is_brought_back_as_a_draft(editor, draft):
    article = draft.article
    response = editor.post(reverse("admin:careers_edition_restore", args=[article.live_id]), follow=True)
    assert "There is a draft already" in said(response)
    editor.post(address(draft, "delete"), {"post": "yes"})
    response = editor.post(reverse("admin:careers_edition_restore", args=[article.live_id]), follow=True)
    article.refresh_from_db()
    assert article.draft.title == "How it reads today?"
    assert response.redirect_chain[-1][0] == address(article.draft)


def test_an_article_lists_its_editions_and_who_began_them(editor, draft):
    page = editor.get(address(draft.article)).content.decode()
    assert f'<a href="{address(draft)}">How it will read?</a> (draft, begun ' in page
    assert f'<a href="{address(draft.article.live)}">How it reads today?</a> (live, begun ' in page
    for button in ("Edit the draft", "Review and publish", "Take off the site"):
        assert button in page


def test_looking_never_acts(editor, draft):
    for name in ("start_draft", "publish", "take_down", "put_back"):
        assert editor.get(reverse(f"admin:careers_article_{name}", args=[draft.article_id])).status_code == 405
    assert Article.objects.published().exists()


def test_what_was_live_once_is_not_deleted(chief, draft):
    assert chief.post(address(draft.article, "delete"), {"post": "yes"}).status_code == 403
    assert chief.post(address(draft, "delete"), {"post": "yes"}).status_code == 302  # a draft may go
    assert Article.objects.get().draft is None
