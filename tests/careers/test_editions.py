"""What an editor does with an article: draft, publish, bring back; and what readers see meanwhile."""

import datetime
import re

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from careers import editions
from careers.lint.structure import PAGE_ANCHORS
from careers.models import (
    Article,
    ArticleLink,
    Attribute,
    Cell,
    DegreeOption,
    Edition,
    EditionCertification,
    EditionOccupation,
    Pathway,
    Section,
)
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    CitationFactory,
    EditionFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    PathwayFactory,
    SectionFactory,
    SubjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
CHILDREN = ("sections", "pathways", "attributes", "degree_options", "links", "citations", "edition_occupations")


def whole_article(sections=2, **kwargs):
    """A published article with every kind of child, two pathways and a full table."""
    article = ArticleFactory(edition__title="The first wording", **kwargs)
    live = article.live
    occupation = OccupationFactory(soc="29-1141")
    subject = SubjectFactory(fields=[FieldOfStudyFactory(cip="51.3801")])
    pathways = [PathwayFactory(edition=live, occupation=occupation, position=position) for position in range(2)]
    names = " or ".join(pathway.name for pathway in pathways)
    for position in range(sections):
        SectionFactory(edition=live, position=position, body=f"Pay of {names}: [[wage 29-1141 median US]].")
    pathways[0].fields_of_study.add(FieldOfStudyFactory(cip="51.3801"))
    for position, label in enumerate(("Degree", "Median pay")):
        attribute = Attribute.objects.create(edition=live, label=label, position=position)
        for pathway in pathways:
            Cell.objects.create(pathway=pathway, attribute=attribute, text=f"{label} of {pathway.name}")
    DegreeOption.objects.create(edition=live, label="Any", subject=subject, pathway=pathways[1], position=0)
    DegreeOption.objects.create(edition=live, label="Near", subject=subject, level="master", position=1)
    EditionOccupation.objects.create(edition=live, occupation=occupation)
    EditionCertification.objects.create(edition=live, certification=CertificationFactory())
    ArticleLink.objects.create(edition=live, occupation=occupation)
    return article


def publish(article, by):
    """With the sentence for the log that every change of a page needs."""
    Edition.objects.filter(pk=article.draft_id).update(what_changed="Other words.")
    return editions.publish(article, by=by)


def counts(edition):
    found = {name: getattr(edition, name).count() for name in (*CHILDREN, "edition_certifications")}
    found["cells"] = Cell.objects.filter(pathway__edition=edition).count()
    found["fields"] = Pathway.fields_of_study.through.objects.filter(pathway__edition=edition).count()
    return found


def keep_promises():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_draft_is_a_copy_of_everything_and_hangs_together():
    article, editor = whole_article(), UserFactory()
    live = article.live
    draft = editions.start_draft(article, by=editor)
    assert article.draft == draft
    assert draft.created_by == editor
    assert counts(draft) == counts(live)
    assert counts(draft)["cells"] == 4
    assert [option.pathway and option.pathway.edition_id for option in draft.degree_options.all()] == [draft.pk, None]
    for cell in Cell.objects.filter(pathway__edition=draft).select_related("pathway", "attribute"):
        assert cell.attribute.edition_id == draft.pk
        assert cell.text == f"{cell.attribute.label} of {cell.pathway.name}"
    keep_promises()


def test_a_draft_costs_the_same_queries_whatever_the_article_holds():
    spent = []
    for sections in (2, 40):
        article = whole_article(sections=sections)
        with CaptureQueriesContext(connection) as queries:
            editions.start_draft(article, by=None)
        spent.append(len(queries))
        assert article.draft.sections.count() == sections
    assert spent[0] == spent[1]


def test_readers_see_the_old_words_until_the_draft_is_published_and_the_new_ones_at_once(client):
    article = whole_article()
    url = article.get_absolute_url()
    draft = editions.start_draft(article, by=UserFactory())
    Edition.objects.filter(pk=draft.pk).update(title="The second wording")
    names = " or ".join(draft.pathways.values_list("name", flat=True))
    draft.sections.update(body=f"Words of the draft: {names}.")
    assert b"The first wording" in client.get(url).content
    assert b"Words of the draft" not in client.get(url).content
    assert b"The second wording" not in client.get("/careers/").content

    was = article.live
    publish(article, by=UserFactory())
    page = client.get(url).content
    assert b"The second wording" in page
    assert b"Words of the draft" in page
    assert b"The first wording" not in page
    assert article.draft is None
    assert Edition.objects.filter(pk=was.pk, live_of=None, draft_of=None).exists(), "the old edition is history"
    keep_promises()


def test_an_earlier_edition_can_be_brought_back(client):
    article, editor = whole_article(), UserFactory()
    first = article.live
    draft = editions.start_draft(article, by=editor)
    Edition.objects.filter(pk=draft.pk).update(title="The second wording")
    publish(article, by=editor)
    again = editions.restore(article, first, by=editor)
    assert again.pk not in (first.pk, draft.pk)
    assert counts(again) == counts(first)
    assert b"The second wording" in client.get(article.get_absolute_url()).content
    publish(article, by=editor)
    assert b"The first wording" in client.get(article.get_absolute_url()).content


def test_a_hidden_article_appears_with_its_first_publication(client):
    article = ArticleFactory(live=None, published_at=None)
    article.draft = EditionFactory(article=article, title="Brand new")
    article.save()
    CitationFactory(edition=article.draft)
    SectionFactory(edition=article.draft)
    neighbour = ArticleFactory(published_at=None, edition__title="Still hidden")
    assert client.get(article.get_absolute_url()).status_code == 404
    publish(article, by=UserFactory())
    assert b"Brand new" in client.get("/careers/").content
    assert b"Still hidden" not in client.get("/careers/").content
    assert client.get(neighbour.get_absolute_url()).status_code == 404


def test_publishing_keeps_the_day_of_first_publication():
    long_ago = timezone.now() - datetime.timedelta(days=400)
    article = whole_article(published_at=long_ago)
    editions.start_draft(article, by=None)
    publish(article, by=None)
    assert article.published_at == long_ago


def test_a_draft_with_gaps_is_not_published_and_every_gap_is_named():
    article = whole_article()
    draft = editions.start_draft(article, by=None)
    Edition.objects.filter(pk=draft.pk).update(summary=" ", author="")
    draft.citations.all().delete()
    draft.sections.update(body="Pay: [[wage of nurses]]")
    cell = Cell.objects.filter(pathway__edition=draft).first()
    Cell.objects.filter(pk=cell.pk).update(figure="growth 99-9999", note="[[jobs]]")
    with pytest.raises(ValidationError) as refused:
        publish(article, by=None)
    said = " ".join(refused.value.messages)
    for gap in (
        "Write the summary.",
        "Write the author.",
        "Name at least one source",
        "wage of nurses",
        "99-9999",
        "“jobs”",
    ):
        assert gap in said
    article.refresh_from_db()
    assert article.live.title == "The first wording"


def test_a_section_does_not_take_the_address_of_a_part_of_the_page(client):
    article = whole_article()
    html = client.get(article.get_absolute_url()).content.decode()
    ids = set(re.findall(r' id="([^"]+)"', html)) - set(article.live.sections.values_list("anchor", flat=True))
    own = {one for one in ids if not one.startswith(("note-", "foot-"))}
    assert own <= PAGE_ANCHORS
    draft = editions.start_draft(article, by=None)
    draft.sections.filter(position=0).update(anchor="sources")
    with pytest.raises(ValidationError, match="Give the section sources another anchor"):
        publish(article, by=None)


def test_who_loses_a_race_is_told_and_changes_nothing():
    article = whole_article()
    editions.start_draft(article, by=None)
    other = Article.objects.get(pk=article.pk)
    publish(article, by=None)
    with pytest.raises(ValidationError, match="Somebody else changed this article"):
        publish(other, by=None)
    with pytest.raises(ValidationError, match="no draft to publish"):
        publish(article, by=None)
    editions.start_draft(article, by=None)
    with pytest.raises(ValidationError, match="a draft already"):
        editions.start_draft(article, by=None)


def test_publishing_holds_the_article_so_that_only_one_of_two_editors_wins():
    article = whole_article()
    editions.start_draft(article, by=None)
    with CaptureQueriesContext(connection) as queries:
        publish(article, by=None)
    assert any("FOR UPDATE OF" in query["sql"] for query in queries)


def test_a_discarded_draft_leaves_the_live_page_alone(client):
    article = whole_article()
    draft = editions.start_draft(article, by=None)
    editions.discard_draft(article, by=None)
    assert not Edition.objects.filter(pk=draft.pk).exists()
    assert b"The first wording" in client.get(article.get_absolute_url()).content


def test_an_edition_of_another_article_is_not_brought_back():
    article, stranger = whole_article(), ArticleFactory()
    with pytest.raises(ValidationError, match="belongs to another article"):
        editions.restore(article, stranger.live, by=None)


def test_history_says_who_published():
    article, editor = whole_article(), UserFactory()
    editions.start_draft(article, by=editor)
    publish(article, by=editor)
    event = apps.get_model("careers", "ArticleEvent").objects.filter(pgh_obj=article).latest("pgh_id")
    assert event.pgh_context.metadata["user"] == editor.pk
    assert event.pgh_context.metadata["verb"] == "publish"


def test_the_database_refuses_a_published_article_whose_live_edition_is_another_s():
    article, other = whole_article(), ArticleFactory(published_at=None)
    stolen = other.live_id
    Article.objects.filter(pk=other.pk).update(live=None)
    Article.objects.filter(pk=article.pk).update(live=stolen)
    with pytest.raises(IntegrityError, match="a live edition of its own"):
        keep_promises()


def test_tokens_of_an_edition_are_those_of_its_sections_and_cells():
    article = whole_article()
    Cell.objects.filter(pathway__edition=article.live).update(figure="growth 29-1141", note="[[jobs 29-1141]]")
    assert editions.tokens_of(article.live) == {"wage 29-1141 median US", "growth 29-1141", "jobs 29-1141"}
    assert Section.objects.filter(edition=article.live).count() == 2
