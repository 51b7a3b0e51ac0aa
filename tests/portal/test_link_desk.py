"""The queue of links at the editors' desk."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import OutboundLink
from tests.desk import address, said
from tests.factories import LinkUseFactory, OutboundLinkFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:portal_outboundlink_changelist"


@pytest.fixture
def broken():
    """A link that has failed for ten days, used by one source."""
    then = timezone.now() - timedelta(days=10)
    link = OutboundLinkFactory(
        url="https://gone.example/data",
        state="broken",
        reason="The server answers 404 (Not Found).",
        failures=9,
        failing_since=then,
        tried_at=timezone.now(),
        checked_at=timezone.now(),
        due_at=timezone.now() + timedelta(days=1),
    )
    source = SourceFactory(name="A dataset", url=link.url)
    LinkUseFactory(link=link, object_id=source.pk, title="A dataset", owner="Editor One", page="/how-we-check/")
    return link


def neighbour(**values):
    values = {"state": "fine", "tried_at": timezone.now(), "checked_at": timezone.now()} | values
    return LinkUseFactory(link=OutboundLinkFactory(**values), section="Schools", title="Example College").link


def listed(client, **query):
    return [link.url for link in client.get(reverse(LIST), query).context["cl"].result_list]


def test_the_queue_shows_what_is_wrong_first_whose_it_is_and_how_old_the_answer_is(editor, broken):
    other = neighbour(checked_at=timezone.now() - timedelta(days=20))
    page = editor.get(reverse(LIST))
    assert listed(editor) == [broken.url, other.url]
    html = page.content.decode()
    for words in ("Broken: The server answers 404 (Not Found).", "A dataset", "Editor One", "2\xa0weeks ago"):
        assert words in html


@pytest.mark.parametrize(
    "query",
    [
        {"state__exact": "broken"},
        {"section": "Sources"},
        {"owner": "Editor One"},
        {"age": "fresh"},
        {"vouched": "no", "state__exact": "broken"},
        {"q": "gone.example"},
        {"q": "dataset"},
        {"attention": "broken-links"},
    ],
)
def test_the_queue_is_narrowed_by_state_owner_and_age(editor, broken, query):
    neighbour(checked_at=timezone.now() - timedelta(days=40))
    assert listed(editor, **query) == [broken.url]


@pytest.mark.parametrize(("age", "count"), [("fresh", 1), ("14", 3), ("30", 2), ("never", 1), ("junk", 4)])
def test_the_age_of_the_last_answer_is_a_filter(editor, broken, age, count):
    neighbour(checked_at=timezone.now() - timedelta(days=20))
    neighbour(checked_at=timezone.now() - timedelta(days=40))
    neighbour(state="unchecked", tried_at=None, checked_at=None)
    assert len(listed(editor, age=age)) == count


def test_a_link_leads_to_each_place_that_uses_it(editor, broken):
    LinkUseFactory(link=broken, model="", object_id=0, section="Pages of the site", title="pages/about.html")
    use = broken.uses.get(title="A dataset")
    html = editor.get(address(broken)).content.decode()
    assert reverse("admin:portal_source_change", args=[use.object_id]) in html
    assert '<a href="/how-we-check/">' in html
    assert "pages/about.html" in html
    assert 'href="https://gone.example/data" rel="noopener noreferrer"' in html


def test_an_address_nobody_may_visit_is_no_link_at_the_desk_either(editor):
    link = OutboundLinkFactory(url="https://user:x@a.example/", host="", state="refused", tried_at=timezone.now())
    assert f'href="{link.url}"' not in editor.get(address(link)).content.decode()


def test_check_again_now_puts_it_before_everything_else(editor, broken):
    waiting = OutboundLinkFactory(due_at=timezone.now() - timedelta(days=5))
    answer = editor.post(reverse("admin:portal_outboundlink_again", args=[broken.pk]), follow=True)
    assert "next in line" in said(answer)
    assert list(OutboundLink.objects.due().order_by("due_at")) == [broken, waiting]


def test_an_editors_word_takes_it_out_of_the_queue_until_a_day_and_is_noted(editor, broken):
    until = timezone.now().date() + timedelta(days=30)
    answer = editor.post(
        reverse("admin:portal_outboundlink_fine", args=[broken.pk]), {"until": until.isoformat()}, follow=True
    )
    assert "out of the queues" in said(answer)
    broken.refresh_from_db()
    assert (broken.fine_until, broken.fine_by, broken.state) == (until, editor.person, "broken")
    assert not OutboundLink.objects.broken().exists()
    assert listed(editor, vouched="yes") == [broken.url]
    assert LogEntry.objects.get().user == editor.person
    answer = editor.post(reverse("admin:portal_outboundlink_take_back", args=[broken.pk]), follow=True)
    assert OutboundLink.objects.broken().get() == broken
    assert "Nobody vouches" in said(answer)


@pytest.mark.parametrize("until", ["", "yesterday", "2026-13-01", "1999-01-01", "9999-12-31", "20270101" * 9])
def test_a_word_until_a_day_that_is_none_changes_nothing(editor, broken, until):
    answer = editor.post(reverse("admin:portal_outboundlink_fine", args=[broken.pk]), {"until": until}, follow=True)
    assert "Nothing was changed" in said(answer)
    assert OutboundLink.objects.broken().get() == broken


def test_many_at_once(editor, broken):
    other = neighbour()
    chosen = {"_selected_action": [broken.pk, other.pk]}
    answer = editor.post(reverse(LIST), {"action": "check_again", **chosen}, follow=True)
    assert "2 links are next in line" in said(answer)
    assert OutboundLink.objects.due().count() == 2
    editor.post(reverse(LIST), {"action": "are_fine", **chosen}, follow=True)
    assert OutboundLink.objects.filter(fine_by=editor.person).count() == 2
    assert OutboundLink.objects.get(pk=broken.pk).fine_until == timezone.now().date() + timedelta(days=90)


@pytest.mark.parametrize("verb", ["again", "fine", "take_back"])
def test_only_who_may_change_links_may_say_a_word_on_one(verb, broken, client):
    address = reverse(f"admin:portal_outboundlink_{verb}", args=[broken.pk])
    assert client.post(address).status_code == 302
    stranger = Client()
    stranger.force_login(UserFactory(is_staff=True))
    assert stranger.post(address, {"until": "2027-01-01"}).status_code == 403
    broken.refresh_from_db()
    assert broken.fine_until is None
    assert not OutboundLink.objects.due().exists()


@pytest.mark.parametrize("verb", ["again", "fine", "take_back"])
def test_a_link_that_is_gone_is_not_found(editor, verb):
    for pk in (0, 2**70):
        assert editor.post(reverse(f"admin:portal_outboundlink_{verb}", args=[pk])).status_code == 404


def test_a_silent_checker_is_said_above_the_queue(editor, broken):
    """SS-5: what is down makes nothing broken; the age of the last check is seen instead."""
    assert "Nothing was checked" not in said(editor.get(reverse(LIST)))
    OutboundLink.objects.update(tried_at=timezone.now() - timedelta(days=3))
    assert "Nothing was checked since" in said(editor.get(reverse(LIST)))
    assert OutboundLink.objects.broken().count() == 1


def test_the_first_page_counts_what_waits(editor, broken):
    neighbour()
    moved = neighbour(state="moved", leads_to="https://elsewhere.example/")
    old = neighbour(state="could_not_check", checked_at=None)
    OutboundLink.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=50))
    for queue, url in (
        ("broken-links", broken.url),
        ("links-to-look-at", moved.url),
        ("links-without-answer", old.url),
    ):
        assert listed(editor, attention=queue) == [url]
    html = editor.get(reverse("admin:index")).content.decode()
    assert "?attention=broken-links" in html
