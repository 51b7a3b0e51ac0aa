"""The first page of the desk: each queue's number is the length of the list behind it, and says how old it is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from careers.models import Article
from portal.attention import note_lengths, queues, today
from portal.models import ProblemReport, QueueLength
from portal.queues import unsent_mails
from schools.models import Accreditation
from tests import sample_jobs
from tests.factories import (
    AccreditorFactory,
    ArticleFactory,
    CertificationFactory,
    ReleaseFactory,
    SchoolFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TILE = re.compile(r'<li class="tile( muted)?" data-queue="([\w-]+)">(.*?)</li>', re.S)


def tiles(browser):
    page = browser.get("/admin/").content.decode()
    return {
        name: {
            "muted": bool(muted),
            "count": int(re.search(r"<strong>(\d+)</strong>", body)[1]),
            "url": re.search(r'href="([^"]*)"', body)[1],
            "text": " ".join(re.sub(r"<[^>]+>", " ", body).split()),
        }
        for muted, name, body in TILE.findall(page)
    }


@pytest.fixture
def stock():
    """One row in every queue that factories can fill, each beside one that must not count."""
    now = timezone.now()
    old = ProblemReport.objects.create(message="Old.")
    ProblemReport.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=6, hours=1))
    ProblemReport.objects.create(message="New.")
    ProblemReport.objects.create(message="Done.", state="answered", reply="Done.")
    for slug, days in (("late", -3), ("in-time", 3)):
        article = ArticleFactory(slug=slug)
        Article.objects.filter(pk=article.pk).update(review_by=today() + timedelta(days=days), reviewed_on=today())
    CertificationFactory(checked_on=today() - timedelta(days=366), status="active")
    CertificationFactory(checked_on=today() - timedelta(days=364), status="active")
    body = AccreditorFactory(kind="institutional")
    school = SchoolFactory()
    for days in (10, 200):
        Accreditation.objects.create(
            accreditor=body, school=school, scope=f"Until {days}", until=today() + timedelta(days=days)
        )
    ReleaseFactory(state="staged", promoted_at=None)


def test_each_number_is_the_length_of_its_list(editor, stock):
    shown = tiles(editor)
    assert {one.slug for one in queues()} == set(shown)
    for name, tile in shown.items():
        page = editor.get(tile["url"])
        assert page.status_code == 200, name
        assert page.context["cl"].result_count == tile["count"], name
    assert (shown["reports"]["count"], shown["past-review"]["count"]) == (2, 1)
    assert (shown["unchecked-certifications"]["count"], shown["ending-accreditations"]["count"]) == (1, 1)
    assert shown["staged-releases"]["count"] == 1


def test_a_tile_says_how_old_its_oldest_is(editor, stock):
    shown = tiles(editor)
    assert "2 reports from readers Oldest: 6 days" in shown["reports"]["text"]
    assert "1 article past its review date Oldest: 3 days" in shown["past-review"]["text"]
    assert "Oldest: today" in shown["staged-releases"]["text"]


def test_empty_queues_stay_muted_and_say_nothing_of_age(editor):
    shown = tiles(editor)
    assert shown["reports"] == {
        "muted": True,
        "count": 0,
        "url": "/admin/portal/problemreport/?attention=reports",
        "text": "0 reports from readers",
    }
    assert not any("Oldest" in tile["text"] for tile in shown.values() if tile["muted"])


def test_a_person_sees_only_queues_whose_rows_they_may_see(client, stock):
    client.force_login(UserFactory(is_staff=True))
    assert tiles(client) == {}


def test_a_tile_compares_with_a_month_ago(editor, stock):
    for day, count in ((31, 5), (45, 9), (3, 1)):
        QueueLength.objects.create(day=today() - timedelta(days=day), queue="reports", count=count)
    QueueLength.objects.create(day=today() - timedelta(days=40), queue="past-review", count=1)
    shown = tiles(editor)
    assert "3 fewer than a month ago" in shown["reports"]["text"]
    assert "As many as a month ago" in shown["past-review"]["text"]
    assert "month ago" not in shown["drafts"]["text"]


def test_lengths_are_noted_once_a_day_and_kept_for_400(stock):
    QueueLength.objects.create(day=today() - timedelta(days=401), queue="reports", count=1)
    note_lengths()
    ProblemReport.objects.create(message="One more.")
    note_lengths()
    assert QueueLength.objects.filter(day=today()).count() == len(queues())
    assert QueueLength.objects.get(queue="reports").count == 3


def test_the_first_page_costs_one_query_a_queue(editor, stock, django_assert_max_num_queries):
    with django_assert_max_num_queries(len(queues()) + 8):
        editor.get("/admin/")


def test_a_queue_nobody_knows_filters_nothing(editor, stock):
    assert editor.get("/admin/portal/problemreport/?attention=junk").context["cl"].result_count == 3


def test_a_mail_counts_as_not_sent_when_it_has_waited_a_quarter_of_an_hour_or_failed():
    late = sample_jobs.mark.configure(queue="mail").defer(number=1)
    sample_jobs.mark.configure(queue="mail").defer(number=2)
    other = sample_jobs.mark.defer(number=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - interval '16 minutes' WHERE job_id IN (%s, %s)", [late, other]
        )
    assert [job.pk for job in unsent_mails()] == [late]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert unsent_mails().count() == 2
