"""From draft to page: two roles, one table of steps, a preview, a day to come, and a log that readers see."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.apps import apps
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from careers import authors, editions
from careers.admin.articles import ArticleAdmin
from careers.models import Article, ArticleChange, Attribute, Cell, Edition, Section
from careers.views.previews import SALT, preview_link
from portal import editors
from portal.models import Slug
from tests.desk import address, form_of, said, save
from tests.factories import ArticleFactory, CitationFactory, EditionFactory, PathwayFactory, SectionFactory, UserFactory

pytestmark = pytest.mark.django_db
Stage = Edition.Stage


@pytest.fixture
def draft():
    """A draft that the linter lets through, beside a live edition."""
    article = ArticleFactory(slug="an-article")
    Edition.objects.filter(pk=article.live_id).update(title="How it reads today?")
    SectionFactory(edition=article.live, anchor="what", heading="What is it?", body="It is a job in a hospital.")
    edition = EditionFactory(article=article, title="How it will read?", summary="A summary of what it is like. " * 3)
    SectionFactory(edition=edition, anchor="what", heading="What is it?", body="It is a job in a clinic.")
    CitationFactory(edition=edition)
    article.draft = edition
    article.save()
    return edition


@pytest.fixture
def author():
    person = UserFactory(is_staff=True, email="author@example.com", name="Author One")
    person.groups.add(editors.group(authors.NAME))
    client = Client()
    client.force_login(person)
    client.person = person
    return client


def step(client, draft, name, **typed):
    """Press a button of the review, opened just now."""
    page = client.get(reverse("admin:careers_article_review", args=[draft.article_id]))
    seen = page.context["draft_version"] if page.context and "draft_version" in page.context else ""
    url = reverse(f"admin:careers_article_{name}", args=[draft.article_id])
    response = client.post(url, {"version": seen, **typed}, follow=True)
    draft.refresh_from_db()
    draft.article.refresh_from_db()
    return response


def moment(**later):
    when = timezone.now() + timedelta(**later)
    return {"schedule-moment_0": f"{when:%Y-%m-%d}", "schedule-moment_1": f"{when:%H:%M:%S}"}


CHANGED = {"what_changed": "It is a clinic now."}
SCHEDULED = {"schedule-what_changed": "It is a clinic now."}


# The steps --------------------------------------------------------------------------------------


def test_an_author_writes_hands_in_and_an_editor_publishes(author, editor, draft):
    save(author, draft, summary="Another summary, which says what this work is and who does it. " * 2)
    assert "Handed in" in said(step(author, draft, "hand_in"))
    assert (draft.stage, draft.stage_by) == (Stage.IN_REVIEW, author.person)
    assert "is live now" in said(step(editor, draft, "publish", **CHANGED))
    assert (draft.stage, draft.article.live) == (Stage.PUBLISHED, draft)
    change = ArticleChange.objects.get()
    assert (change.what, change.edition, change.made_on) == ("It is a clinic now.", draft, timezone.localdate())


@pytest.mark.parametrize("name", ["publish", "schedule", "send_back", "take_down", "put_back"])
def test_an_author_decides_nothing_that_readers_see(author, draft, name):
    step(author, draft, "hand_in")
    assert step(author, draft, name, **CHANGED, **SCHEDULED, **moment(days=1), because="No.").status_code == 403
    assert draft.stage == Stage.IN_REVIEW
    assert draft.article.live != draft
    assert Article.objects.published().get() == draft.article


def test_an_author_sees_the_desk_and_no_buttons_of_editors(author, draft):
    page = author.get(reverse("admin:careers_article_review", args=[draft.article_id])).content.decode()
    assert "Hand it in" in page
    assert 'action="../publish/"' not in page
    assert 'action="../send-back/"' not in page
    page = author.get(address(draft.article)).content.decode()
    assert "Review, and hand in" in page
    assert "Take off" not in page
    assert author.get("/admin/").status_code == 200
    assert author.post(address(draft.article), {"slug": "hacked"}).status_code == 403
    assert author.get(reverse("admin:portal_release_changelist")).status_code == 403
    assert author.post(address(draft.article, "delete"), {"post": "yes"}).status_code == 403


def test_an_author_begins_an_article_of_their_own(author):
    empty = form_of(author.get(reverse("admin:careers_article_add")), Article)
    author.post(reverse("admin:careers_article_add"), {**empty, "title": "What is new?", "slug": "what-is-new"})
    article = Article.objects.get(slug="what-is-new")
    save(author, article.draft, summary="Mine.")
    article.draft.refresh_from_db()
    assert article.draft.summary == "Mine."


def test_what_is_handed_in_is_the_editors_until_it_comes_back(author, editor, draft):
    opened = form_of(author.get(address(draft)), Edition)
    step(author, draft, "hand_in")
    response = save(author, draft, opened=opened, title="Behind their back?")
    assert response.status_code == 409
    assert "Behind their back?" in response.content.decode()
    assert "became a draft that is “waiting for review”" in response.content.decode()
    save(editor, draft, title="An editor may?")
    assert "Returned" in said(step(editor, draft, "send_back", because="Say which clinic."))
    assert (draft.stage, draft.title) == (Stage.RETURNED, "An editor may?")
    assert "Say which clinic." in author.get(address(draft.article)).content.decode()
    save(author, draft, title="Mine again?")
    draft.refresh_from_db()
    assert draft.title == "Mine again?"


def test_it_is_not_returned_without_a_word(editor, draft):
    step(editor, draft, "hand_in")
    response = step(editor, draft, "send_back", because="  ")
    assert "Say what the author should change." in response.content.decode()
    assert draft.stage == Stage.IN_REVIEW


VERBS = {
    "hand in": lambda article: editions.hand_in(article, by=None),
    "take back": lambda article: editions.take_back(article, by=None),
    "return": lambda article: editions.send_back(article, "Because.", by=None),
    "schedule": lambda article: editions.schedule(article, timezone.now() + timedelta(days=1), by=None),
    "publish": lambda article: editions.publish(article, by=None),
}


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.PUBLISHED])
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_starts_where_the_table_says_and_nowhere_else(draft, verb, stage):
    publish_at = timezone.now() + timedelta(days=2) if stage == Stage.SCHEDULED else None
    because = "Because." if stage == Stage.RETURNED else ""
    Edition.objects.filter(pk=draft.pk).update(
        stage=stage, publish_at=publish_at, returned_because=because, what_changed="New."
    )
    article = Article.objects.get(pk=draft.article_id)
    sources, target = editions.TRANSITIONS[verb]
    if stage in sources:
        VERBS[verb](article)
        draft.refresh_from_db()
        assert draft.stage == target
        assert bool(draft.publish_at) == (target == Stage.SCHEDULED)
        assert bool(draft.returned_because) == (target == Stage.RETURNED)
    else:
        with pytest.raises(ValidationError, match="Look again"):
            VERBS[verb](article)
        draft.refresh_from_db()
        assert draft.stage == stage


def test_a_change_is_not_published_without_a_word_on_it(editor, draft):
    response = step(editor, draft, "publish", what_changed=" ", why_changed="A new rule.")
    assert "what is different now" in said(response)
    assert 'value="A new rule."' in response.content.decode()  # nothing typed is lost
    assert draft.stage == Stage.WRITING


def test_publishing_writes_no_words_of_the_draft_but_those_of_its_form(editor, draft):
    """What somebody else is saving in this moment is theirs."""
    with CaptureQueriesContext(connection) as queries:
        step(editor, draft, "publish", **CHANGED)
    written = [query["sql"] for query in queries if 'UPDATE "careers_edition"' in query["sql"]]
    assert written
    assert not [sql for sql in written if '"title"' in sql or '"summary"' in sql]


@pytest.mark.parametrize(("name", "typed"), [("publish", CHANGED), ("schedule", {**SCHEDULED, **moment(days=1)})])
def test_what_was_changed_after_it_was_looked_at_is_not_published(editor, draft, name, typed, monkeypatch):
    """Neither before the page's answer arrives nor while it is being worked on."""
    page = editor.get(reverse("admin:careers_article_review", args=[draft.article_id]))
    seen, url = page.context["draft_version"], reverse(f"admin:careers_article_{name}", args=[draft.article_id])
    Edition.objects.filter(pk=draft.pk).update(summary="Nobody looked at this. " * 5)
    assert "changed after you opened this page" in said(editor.post(url, {"version": seen, **typed}, follow=True))
    monkeypatch.setattr(ArticleAdmin, "_stale", lambda *args: None)  # as if it came a moment later
    assert "changed after you opened this page" in said(editor.post(url, {"version": seen, **typed}, follow=True))
    draft.refresh_from_db()
    assert draft.stage == Stage.WRITING


def test_the_first_edition_needs_no_word(editor):
    article = ArticleFactory(live=None, published_at=None)
    edition = EditionFactory(article=article, title="What is it?", summary="A summary of what it is like. " * 3)
    SectionFactory(edition=edition, heading="What is it?", body="It is a job.")
    CitationFactory(edition=edition)
    Article.objects.filter(pk=article.pk).update(draft=edition)
    assert "is live now" in said(step(editor, edition, "publish", what_changed="", why_changed=""))
    assert not ArticleChange.objects.exists()  # the page says when it was first published


def test_history_says_who_did_what(editor, draft):
    step(editor, draft, "publish", **CHANGED)
    event = apps.get_model("careers", "ArticleEvent").objects.filter(live=draft).latest("pgh_id")
    assert event.pgh_context.metadata["verb"] == "publish"
    assert event.pgh_context.metadata["user"] == editor.person.pk


# The review -------------------------------------------------------------------------------------


def test_the_review_shows_every_text_that_differs_and_counts_the_rest(editor, draft):
    page = editor.get(reverse("admin:careers_article_review", args=[draft.article_id])).content.decode()
    assert "<del>reads today</del>" in page
    assert "<ins>will read</ins>" in page
    assert "It is a job in a <del>hospital</del>." in page
    assert "It is a job in a <ins>clinic</ins>." in page
    assert "texts the same in both" in page
    assert ">Heading<" not in page.split('class="differences"')[1].split("</table>")[0]


def test_the_review_names_columns_cells_and_sections_that_came_and_went(editor, draft):
    live = draft.article.live
    SectionFactory(edition=live, anchor="gone", heading="What went?", body="Gone words.", position=5)
    column = PathwayFactory(edition=draft, name="A new way")
    row = Attribute.objects.create(edition=draft, label="Pay")
    Cell.objects.create(pathway=column, attribute=row, figure="wage 29-1141 median US")
    page = unescape(editor.get(reverse("admin:careers_article_review", args=[draft.article_id])).content.decode())
    assert "<del>Gone words.</del>" in page
    assert "<ins>[[wage 29-1141 median US]]</ins>" in page
    assert "Pathway “A new way”" in page


def test_markup_in_a_draft_is_text_in_the_review(editor, draft):
    Section.objects.filter(edition=draft).update(body="<script>alert(1)</script> & more")
    page = editor.get(reverse("admin:careers_article_review", args=[draft.article_id])).content.decode()
    assert "<script>alert" not in page
    assert "alert" in page


def test_a_review_without_a_draft_leads_back(editor, draft):
    Article.objects.filter(pk=draft.article_id).update(draft=None)
    response = editor.get(reverse("admin:careers_article_review", args=[draft.article_id]), follow=True)
    assert response.redirect_chain[-1][0] == address(draft.article)


# The preview ------------------------------------------------------------------------------------


def preview(client, draft, **query):
    return client.get(preview_link(draft), query)


def test_the_preview_is_the_page_to_the_byte_but_for_its_bar(client, editor, draft):
    shown = preview(client, draft)
    assert shown.status_code == 200
    assert "Preview, not public" in shown.content.decode()
    step(editor, draft, "publish", **CHANGED)
    page = client.get("/careers/an-article/").content.decode()

    def body(html):
        page = html.split('<header class="stack tight">')[1].split('<h3 id="changes">')[0]
        return re.sub(r' <a class="no-print" href="/report/[^>]*>Report</a>', "", page)

    assert body(shown.content.decode()) == body(page)


def test_the_preview_is_kept_and_listed_nowhere(client, draft):
    shown = preview(client, draft)
    assert "no-store" in shown["Cache-Control"]
    assert "noindex" in shown["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in shown.content.decode()
    assert "ETag" not in shown
    assert not shown.cookies
    for url in ("/careers/", "/sitemap.xml", "/feeds/articles.atom", "/search/?q=will+read"):
        assert "How it will" not in client.get(url).content.decode()


def test_a_preview_says_what_became_of_it(client, editor, draft, monkeypatch):
    link = preview_link(draft)
    assert client.get(link[:-2] + "x/").status_code == 404
    assert client.get(reverse("careers:preview", args=[signing.dumps(draft.pk, salt="another")])).status_code == 404
    assert client.get(reverse("careers:preview", args=[signing.dumps(0, salt=SALT)])).status_code == 410
    with monkeypatch.context() as patch:
        patch.setattr("careers.views.previews.WORKS", timedelta(seconds=-1))
        over = client.get(link)
    assert over.status_code == 410
    assert "Ask whoever sent it" in over.content.decode()
    step(editor, draft, "publish", **CHANGED)
    assert client.get(link)["Location"] == "/careers/an-article/"


def test_a_preview_of_an_empty_draft_is_a_page(client):
    article = ArticleFactory(live=None, published_at=None)
    edition = Edition.objects.create(article=article, title="What is new?", summary="", author="")
    assert preview(client, edition).status_code == 200
    assert client.get(f"/careers/{article.slug}/").status_code == 404
    article.refresh_from_db()
    assert article.live is None


# A day to come ----------------------------------------------------------------------------------


def test_a_scheduled_draft_is_published_once_and_late_rather_than_never(editor, draft, client):
    response = step(editor, draft, "schedule", **SCHEDULED, **moment(hours=1))
    assert "It will be published on" in said(response)
    assert draft.stage == Stage.SCHEDULED
    assert editions.publish_due() == []
    late = timezone.now() + timedelta(days=3)
    assert editions.publish_due(late) == ["Published “How it will read?”."]
    assert editions.publish_due(late) == []
    assert "How it will read?" in client.get("/careers/an-article/").content.decode()
    assert ArticleChange.objects.get().what == "It is a clinic now."


def test_what_is_no_longer_fit_on_its_day_goes_back_with_the_reason(editor, draft):
    step(editor, draft, "schedule", **SCHEDULED, **moment(hours=1))
    draft.citations.all().delete()
    assert editions.publish_due(timezone.now() + timedelta(hours=2)) == ["Returned “How it will read?”."]
    draft.refresh_from_db()
    assert draft.stage == Stage.RETURNED
    assert "could not be published on its day" in draft.returned_because
    assert Article.objects.get().live.title == "How it reads today?"


@pytest.mark.parametrize("typed", [moment(hours=-1), moment(days=400), {"schedule-moment_0": "soon"}, {}])
def test_a_day_that_cannot_be_is_said_at_its_box(editor, draft, typed):
    response = step(editor, draft, "schedule", **SCHEDULED, **typed)
    assert response.context["schedule_form"].errors["moment"]
    assert "It is a clinic now." in response.content.decode()
    assert draft.stage == Stage.WRITING


def test_an_article_with_errors_is_not_scheduled(editor, draft):
    draft.citations.all().delete()
    response = step(editor, draft, "schedule", **SCHEDULED, **moment(hours=1))
    assert "source" in said(response).lower()
    assert draft.stage == Stage.WRITING


def test_an_article_ends_on_its_day(editor, draft, client):
    article = draft.article
    when = timezone.now() + timedelta(hours=1)
    save(editor, article, unpublish_at_0=f"{when:%Y-%m-%d}", unpublish_at_1=f"{when:%H:%M:%S}")
    assert editions.publish_due() == []
    assert client.get("/careers/an-article/").status_code == 200
    assert editions.publish_due(when + timedelta(minutes=1)) == ["Took “How it reads today?” off the site."]
    assert client.get("/careers/an-article/").status_code == 410
    article.refresh_from_db()
    assert article.unpublish_at is None


def test_who_takes_an_article_down_and_puts_it_back_is_kept(editor, draft):
    for name, verb in [("take_down", "take down"), ("put_back", "put back")]:
        step(editor, draft, name)
        event = apps.get_model("careers", "ArticleEvent").objects.filter(pgh_obj=draft.article).latest("pgh_id")
        assert event.pgh_context.metadata["verb"] == verb
        assert event.pgh_context.metadata["user"] == editor.person.pk


def test_what_is_wrong_by_now_is_not_put_back(editor, draft):
    """Two articles that lead to each other may both return; one that says what is no longer so may not."""
    article, other = draft.article, ArticleFactory(slug="the-other", published_at=None)
    Article.objects.filter(pk=article.pk).update(published_at=None)
    section = article.live.sections.first()
    section.body += " See [the other one](/careers/the-other/)."
    section.save()
    assert "on the site again" in said(step(editor, draft, "put_back"))
    Article.objects.filter(pk=article.pk).update(published_at=None)
    section.body = "Nurses earn $69,700."
    section.save()
    assert "“$69,700” is money typed by hand" in said(step(editor, draft, "put_back"))
    assert set(Article.objects.published()) == set()
    assert other.live_id


def test_what_was_never_live_cannot_be_put_back(editor):
    article = ArticleFactory(live=None, published_at=None)
    edition = EditionFactory(article=article)
    Article.objects.filter(pk=article.pk).update(draft=edition)
    assert "publish a draft first" in said(step(editor, edition, "put_back"))


def test_an_end_in_the_past_is_refused_and_putting_back_forgets_one(editor, draft):
    article = draft.article
    response = save(editor, article, unpublish_at_0="2020-01-01", unpublish_at_1="00:00:00")
    assert "Choose a moment to come" in response.content.decode()
    Article.objects.filter(pk=article.pk).update(published_at=None, unpublish_at=timezone.now() - timedelta(days=1))
    step(editor, draft, "put_back")
    article.refresh_from_db()
    assert (article.published_at is None, article.unpublish_at) == (False, None)
    assert editions.publish_due() == []


def test_another_address_leaves_one_redirect(editor, draft, client):
    for slug in ("second-address", "third-address"):
        save(editor, draft.article, slug=slug)
    for old in ("an-article", "second-address"):
        response = client.get(f"/careers/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/careers/third-address/")
    assert Slug.objects.filter(target=draft.article_id, kind=Slug.Kind.ARTICLE).count() == 3
