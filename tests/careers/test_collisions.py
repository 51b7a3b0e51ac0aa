"""Two editors, one page, twenty ways to collide, each in both orders: no text lost, nothing overwritten unseen."""

import html
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from careers.models import Article, ArticleChange, Cell, Edition, Section
from portal import editors
from tests.desk import address, form_of, said, save
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    CitationFactory,
    EditionFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    PathwayFactory,
    ProgramFactory,
    SectionFactory,
    SubjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def browser(name):
    person = UserFactory(is_staff=True, email=f"{name.lower()}@example.com", name=name)
    person.groups.add(editors.group())
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def ada():
    return browser("Editor Ada")


@pytest.fixture
def ben():
    return browser("Editor Ben")


@pytest.fixture
def draft():
    article = ArticleFactory()
    edition = EditionFactory(article=article, title="How it was?", summary="As it was.", author="The desk")
    columns = [PathwayFactory(edition=edition, name=name, position=n) for n, name in enumerate(["Nurse", "Worker"])]
    rows = [edition.attributes.create(label=label, position=n) for n, label in enumerate(["Way", "Pay"])]
    Cell.objects.create(pathway=columns[0], attribute=rows[0], text="as it was")
    for n in range(2):
        SectionFactory(edition=edition, heading=f"What was {n}?", anchor=f"s{n}", body=f"Body {n}.", position=n)
    CitationFactory(edition=edition, title="A source that was", position=0)
    columns[0].fields_of_study.add(FieldOfStudyFactory(cip="51.0701"))
    edition.degree_options.create(label="An option", subject=SubjectFactory(slug="first"), pathway=columns[0])
    edition.edition_occupations.create(occupation=OccupationFactory(soc="11-9111"))
    article.draft = edition
    article.save()
    return edition


def cell(draft, column, row, part):
    pair = draft.pathways.order_by("position")[column], draft.attributes.order_by("position")[row]
    return f"cell-{pair[0].pk}-{pair[1].pk}-{part}"


def added(opened, inline, **values):
    """One row more, as the page's script would add it."""
    number = int(opened[f"{inline}-TOTAL_FORMS"][0])
    new = {f"{inline}-TOTAL_FORMS": str(number + 1)}
    return new | {f"{inline}-{number}-{name}": value for name, value in values.items()}


def section(n, **values):
    return {f"sections-{n}-{name}": value for name, value in values.items()}


REMOVED = {"sections-1-DELETE": "on"}
# What one does, what the other does, and whether somebody has to choose. Each may be a function of draft and page.
WAYS = {
    "two boxes": ({"title": "ONE?"}, {"summary": "TWO."}, False),
    "one box": ({"title": "ONE?"}, {"title": "TWO?"}, True),
    "the same words": ({"title": "SAME?"}, {"title": "SAME?"}, False),
    "all boxes": ({"title": "ONE?", "summary": "ONE.", "author": "ONE"}, {"title": "TWO?", "author": "TWO"}, True),
    "two sections": (section(0, body="ONE"), section(1, body="TWO"), False),
    "two boxes of a section": (section(0, heading="ONE?"), section(0, body="TWO"), False),
    "one body": (section(0, body="ONE\r\nand more"), section(0, body="TWO"), True),
    "two new sections": (
        lambda draft, page: added(page, "sections", heading="ONE?", anchor="one", body="ONE"),
        lambda draft, page: added(page, "sections", heading="TWO?", anchor="two", body="TWO"),
        False,
    ),
    "a new section and a changed one": (
        lambda draft, page: added(page, "sections", heading="ONE?", anchor="one", body="ONE"),
        section(1, body="TWO"),
        False,
    ),
    "one removed, another changed": (REMOVED, section(0, body="TWO"), False),
    "removed and changed": (REMOVED, section(1, body="TWO"), True),
    "removed twice": (REMOVED, REMOVED, False),
    "two cells": (
        lambda draft, page: {cell(draft, 0, 0, "text"): "ONE"},
        lambda draft, page: {cell(draft, 1, 1, "text"): "TWO"},
        False,
    ),
    "one cell": (
        lambda draft, page: {cell(draft, 0, 0, "text"): "ONE"},
        lambda draft, page: {cell(draft, 0, 0, "text"): "TWO"},
        True,
    ),
    "one new cell": (
        lambda draft, page: {cell(draft, 1, 0, "text"): "ONE"},
        lambda draft, page: {cell(draft, 1, 0, "text"): "TWO"},
        True,
    ),
    "a column removed, its cell changed": (
        {"pathways-0-DELETE": "on", "degree_options-0-pathway": ""},
        lambda draft, page: {cell(draft, 0, 0, "text"): "TWO"},
        True,
    ),
    "levels of a pathway": ({"pathways-0-levels": ["master"]}, {"pathways-0-levels": ["bachelor"]}, True),
    "name and scope of a pathway": ({"pathways-0-name": "ONE"}, {"pathways-0-scope": "TWO"}, False),
    "one source": ({"citations-0-title": "ONE"}, {"citations-0-title": "TWO"}, True),
    "order and words": ({"sections-0-position": "5"}, section(0, body="TWO"), False),
    "one option": ({"degree_options-0-label": "ONE"}, {"degree_options-0-label": "TWO"}, True),
}


def everything(edition) -> str:
    """All that is saved of an edition, as one text."""
    edition.refresh_from_db()
    texts = [edition.title, edition.summary, edition.author]
    for rows in ("sections", "pathways", "attributes", "citations", "degree_options", "edition_occupations"):
        for row in getattr(edition, rows).all():
            texts += [str(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    for row in Cell.objects.filter(pathway__edition=edition):
        texts += [row.text, row.figure, row.note]
    return "\n".join(texts).replace("\r\n", "\n")


def typed(changes) -> list[str]:
    texts = [value for values in changes.values() for value in ([values] if isinstance(values, str) else values)]
    return [text.replace("\r\n", "\n") for text in texts if text and text != "on" and not text.isdigit()]


@pytest.mark.parametrize("turned", [False, True], ids=["this order", "the other order"])
@pytest.mark.parametrize("way", WAYS)
def test_no_text_is_lost_and_nothing_is_overwritten_unseen(ada, ben, draft, way, turned):
    one, two, asks = WAYS[way]
    page = form_of(ada.get(address(draft)), Edition)
    opened = form_of(ben.get(address(draft)), Edition)
    one, two = (what(draft, page) if callable(what) else what for what in (one, two))
    one, two = (two, one) if turned else (one, two)
    save(ada, draft, opened=page, **one)
    first = everything(draft)
    assert all(text in first for text in typed(one))
    response = save(ben, draft, opened=opened, **two)
    shown, both = html.unescape(response.content.decode()).replace("\r\n", "\n"), everything(draft)
    if not asks:
        assert "changed successfully" in said(response), response.context["adminform"].form.errors
        if one != two:
            assert "Saved together with what Editor Ada at" in said(response)
        assert all(text in both for text in [*typed(one), *typed(two)])
    else:
        assert both == first
        assert "Not saved yet" in shown
        assert all(text in shown for text in typed(two))


@pytest.mark.parametrize("choice", ["mine", "theirs"])
@pytest.mark.parametrize("way", [way for way, (*_, asks) in WAYS.items() if asks])
def test_whoever_is_asked_and_answers_gets_it(ada, ben, draft, way, choice):
    one, two, _ = WAYS[way]
    page = form_of(ada.get(address(draft)), Edition)
    one, two = (what(draft, page) if callable(what) else what for what in (one, two))
    opened = form_of(ben.get(address(draft)), Edition)
    save(ada, draft, opened=page, **one)
    asked = save(ben, draft, opened=opened, **two)
    questions = asked.context["adminform"].form.questions
    again = form_of(asked, Edition)
    assert not [name for name in again if name.startswith("settle:")]  # nothing is chosen for anybody
    unanswered = save(ben, draft, opened=again)
    assert "Not saved yet" in unanswered.content.decode()
    assert len(unanswered.context["adminform"].form.questions) == len(questions)
    answered = form_of(unanswered, Edition) | {question.name: choice for question in questions}
    response = save(ben, draft, opened=answered)
    assert "changed successfully" in said(response), response.context["adminform"].form.errors
    saved = everything(draft)
    for question in questions:
        collision = question.collision
        wanted = collision.mine if choice == "mine" and not collision.home_is_gone else collision.theirs
        for values in [values for name, values in (wanted or {}).items() if name != "id"]:
            assert all(value.replace("\r\n", "\n") in saved for value in values)
    left_removed = way == "removed and changed" and choice == "theirs"
    assert Section.objects.filter(edition=draft).count() == (1 if left_removed else 2)


def test_a_third_change_while_one_chooses_is_asked_about_again(ada, ben, draft):
    opened = form_of(ben.get(address(draft)), Edition)
    save(ada, draft, title="Theirs?")
    asked = save(ben, draft, opened=opened, title="Mine?")
    save(ada, draft, title="A third?")
    answer = {question.name: "mine" for question in asked.context["adminform"].form.questions}
    response = save(ben, draft, opened=form_of(asked, Edition) | answer)
    assert "Not saved yet" in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "A third?"


def test_three_columns_say_what_was_what_is_and_what_was_typed(ada, ben, draft):
    opened = form_of(ben.get(address(draft)), Edition)
    save(ada, draft, **section(0, body="Body of Ada."))
    page = save(ben, draft, opened=opened, **section(0, body="Body of Ben.")).content.decode()
    panel = page.split('class="conflict"')[1].split("</section>")[0]
    assert "Section “What was 0?”, body" in panel
    assert "<dd>Body 0.</dd>" in panel
    assert "Body <ins>of Ada</ins>." in panel
    assert "Body <ins>of Ben</ins>." in panel
    assert 'href="#id_sections-0-body"' in panel
    assert "Editor Ada at" in panel


def test_wrong_input_beside_a_merge_keeps_both(ada, ben, draft):
    opened = form_of(ben.get(address(draft)), Edition)
    save(ada, draft, title="Theirs?")
    wrong = save(ben, draft, opened=opened, **section(0, body="[[wage nonsense]]"))
    assert wrong.context["errors"]
    assert 'value="Theirs?"' in wrong.content.decode()
    right = save(ben, draft, opened=form_of(wrong, Edition), **section(0, body="Mine."))
    assert "changed successfully" in said(right)
    assert "Theirs?" in everything(draft)
    assert "Mine." in everything(draft)


def test_a_page_that_does_not_say_how_it_began_is_asked_about_all_that_differs(ada, draft):
    for token in (None, "", "nonsense", "a:b:c"):
        page = form_of(ada.get(address(draft)), Edition) | {"opened": token}
        response = save(ada, draft, title="From nowhere?", opened=page)
        assert "Not saved yet" in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "How it was?"


@pytest.mark.parametrize("what", ["discarded", "published"])
def test_what_was_typed_into_a_draft_that_is_one_no_more_is_shown(ada, ben, draft, what):
    opened = form_of(ben.get(address(draft)), Edition)
    article = draft.article
    if what == "discarded":
        ada.post(address(draft, "delete"), {"post": "yes"})
        assert not Edition.objects.filter(pk=draft.pk).exists()
    else:
        Article.objects.filter(pk=article.pk).update(live=draft, draft=None)
    response = save(ben, draft, opened=opened, title="What I typed?", **section(0, body="And this, too."))
    assert response.status_code == 409
    page = response.content.decode()
    assert "What I typed?" in page
    assert "And this, too." in page
    assert ("somebody removed this" if what == "discarded" else "was published and stays as it was") in page
    assert "Body 1." not in page


@pytest.mark.parametrize("turned", [False, True])
def test_other_pages_of_the_desk_keep_both_as_well(ada, ben, turned):
    """A certification with routes inside its groups, a program, an article’s own page."""
    certification, program, article = CertificationFactory(), ProgramFactory(), ArticleFactory()
    changes = [
        (certification, {"summary": "ONE"}, {"renewal": "TWO"}),
        (program, {"name": "ONE"}, {"url": "https://two.example/"}),
        (article, {"reviewed_on": "2026-01-02"}, {"review_by": "2027-01-02"}),
    ]
    for row, one, two in changes:
        one, two = (two, one) if turned else (one, two)
        opened = form_of(ben.get(address(row)), type(row))
        first = save(ada, row, **one)
        assert "changed successfully" in said(first), row
        second = save(ben, row, opened=opened, **two)
        assert "changed successfully" in said(second), row
        assert "Saved together with what Editor Ada" in said(second)
        row.refresh_from_db()
        for name, value in [*one.items(), *two.items()]:
            assert str(getattr(row, name)) == value


def test_a_save_by_a_command_is_kept_as_well(ada, draft):
    opened = form_of(ada.get(address(draft)), Edition)
    Edition.objects.filter(pk=draft.pk).update(title="By a command?")
    response = save(ada, draft, opened=opened, author="Me")
    assert "changed successfully" in said(response)
    draft.refresh_from_db()
    assert (draft.title, draft.author) == ("By a command?", "Me")


def test_a_change_by_a_command_names_nobody(ada, ben, draft):
    """Not even who saved before it."""
    save(ada, draft, summary="By Ada.")
    opened = form_of(ben.get(address(draft)), Edition)
    later = timezone.now() + timedelta(minutes=1)
    Edition.objects.filter(pk=draft.pk).update(title="By a command?", changed_at=later)
    assert "Saved together with what somebody changed meanwhile" in said(save(ben, draft, opened=opened, author="Me"))


def test_a_save_holds_the_row_from_the_comparison_to_the_end(ada, draft):
    """Else two saves in the same moment would both compare with what was before either."""
    opened = form_of(ada.get(address(draft)), Edition)
    with CaptureQueriesContext(connection) as queries:
        save(ada, draft, opened=opened, title="Mine?")
    asked = [query["sql"] for query in queries if '"careers_edition"' in query["sql"]]
    locked = next(place for place, sql in enumerate(asked) if "FOR UPDATE" in sql)
    written = next(place for place, sql in enumerate(asked) if 'UPDATE "careers_edition"' in sql)
    assert locked < written


@pytest.mark.parametrize("choice", ["mine", "theirs", ""])
def test_an_answer_about_rows_that_are_no_longer_on_the_page_is_not_an_error(ada, ben, choice):
    """Somebody lost the right to an inline while choosing."""
    article = ArticleFactory()
    change = ArticleChange.objects.create(article=article, made_on="2026-01-02", what="As it was.")
    opened = form_of(ben.get(address(article)), Article)
    save(ada, article, **{"changes-0-what": "Of Ada."})
    asked = save(ben, article, opened=opened, **{"changes-0-what": "Of Ben."})
    question = asked.context["adminform"].form.questions[0]
    editors.group().permissions.remove(*Permission.objects.filter(codename__endswith="_articlechange"))
    answered = form_of(asked, Article) | {question.name: choice}
    response = save(ben, article, opened=answered, review_by="2030-01-01")
    assert response.status_code == 200
    change.refresh_from_db()
    assert change.what == "Of Ada."
