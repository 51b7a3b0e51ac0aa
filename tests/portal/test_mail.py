"""Mail: written with what it tells of, sent by a worker, through mail servers that are not at their best."""

import time
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from portal import mail
from portal.jobs import WhileTheMailServerIsAway, send_letter
from portal.models import Letter
from portal.queues import MAIL
from tests import mail_server
from tests.factories import LetterFactory, UserFactory
from tests.mail_server import MailServer
from tests.portal.test_jobs import empty_queue, wait_until, working  # noqa: F401  the first is a fixture


@pytest.fixture
def server(monkeypatch):
    server = MailServer()
    monkeypatch.setenv("WORKING_MAIL_PORT", str(server.port))
    yield server
    server.close()


def post(number=0):
    return mail.post("example", f"reader{number}@example.com", f"Letter {number}", "Words.")


@pytest.mark.django_db
class TestWriting:
    def test_a_letter_and_its_job_come_with_the_transaction_or_not_at_all(self):
        with transaction.atomic():
            post()
            transaction.set_rollback(True)
        assert not Letter.objects.exists()
        assert not ProcrastinateJob.objects.filter(queue_name=MAIL).exists()
        letter = post()
        assert ProcrastinateJob.objects.get(queue_name=MAIL).args == {"letter": letter.pk}, "no address, no words"

    def test_a_subject_is_one_line_whatever_it_is_made_of(self):
        letter = mail.post("example", "a@example.com", "Hello\r\nBcc: everybody@example.com", "Words.")
        assert letter.subject == "Hello Bcc: everybody@example.com"

    def test_sent_it_is_plain_text_with_its_own_number_and_forgets_its_words(self, settings):
        settings.SITE_URL = "https://portal.example"
        letter = post()
        send_letter(letter=letter.pk)
        send_letter(letter=letter.pk)
        (sent,) = outbox.outbox
        assert sent.extra_headers["Message-ID"] == f"<{letter.message_id}@portal.example>"
        assert (sent.to, sent.subject, sent.body) == (["reader0@example.com"], "Letter 0", "Words.\n")
        assert sent.content_subtype == "plain"
        letter.refresh_from_db()
        assert letter.sent_at is not None
        assert letter.text == ""

    def test_three_of_a_kind_in_six_hours_are_enough(self):
        for _ in range(3):
            assert not mail.has_had_enough("Reader0@example.com", ["example"])
            post()
        assert mail.has_had_enough("Reader0@example.com", ["example"])
        assert not mail.has_had_enough("Reader0@example.com", ["another"])
        Letter.objects.update(written_at=timezone.now() - timedelta(hours=6, minutes=1))
        assert not mail.has_had_enough("reader0@example.com", ["example"])

    def test_it_is_tried_for_three_days(self):
        job = type("Job", (), {"attempts": 0})
        strategy, waited = WhileTheMailServerIsAway(), timedelta()
        while decision := strategy.get_retry_decision(exception=mail.NotSent(), job=job):
            waited += decision.retry_at - timezone.now()
            job.attempts += 1
        assert timedelta(days=3) <= waited + timedelta(seconds=5) <= timedelta(days=4)

    def test_the_desk_shows_what_was_not_sent_and_never_its_words(self, editor):
        LetterFactory(text="A key: 12345\n", subject="Choose a new password", about=UserFactory())
        page = editor.get(reverse("admin:portal_letter_changelist")).content.decode()
        assert "Choose a new password" in page
        assert "12345" not in page
        shown = editor.get(reverse("admin:portal_letter_change", args=[Letter.objects.get().pk])).content.decode()
        assert "12345" not in shown


class TestServers:
    pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

    @pytest.mark.parametrize(
        ("moods", "copies"),
        [
            ([], 1),
            ([mail_server.TEMPORARY, mail_server.TEMPORARY], 1),
            ([mail_server.PERMANENT], 1),
            ([mail_server.HANGS_UP], 1),
            ([mail_server.HANGS], 1),
            ([mail_server.SILENT_AFTER_DATA], 2),
        ],
    )
    def test_every_letter_arrives_under_one_number(self, server, moods, copies):
        """ML-1: twice where the server took it without saying so, and then with the same Message-ID."""
        server.moods = list(moods)
        started = time.monotonic()
        letter = post()
        assert time.monotonic() - started < 1, "nobody waits for a mail server"
        with working():
            wait_until(lambda: Letter.objects.filter(pk=letter.pk, sent_at__isnull=False).exists())
        assert len(server.letters) == copies
        assert len({sent["Message-ID"] for sent in server.letters}) == 1
        assert str(letter.message_id) in server.letters[0]["Message-ID"]

    def test_letters_wait_while_no_server_answers_and_arrive_afterwards(self, server, monkeypatch):
        server.close()
        monkeypatch.setenv("WORKING_MAIL_WAIT", "3")
        letters = [post(number) for number in range(3)]
        with working():
            wait_until(lambda: Letter.objects.exclude(trouble="").count() == 3)
        assert not Letter.objects.filter(sent_at__isnull=False).exists()
        assert "refused" in Letter.objects.first().trouble.lower()
        back = MailServer()
        monkeypatch.setenv("WORKING_MAIL_PORT", str(back.port))
        with working(2):
            wait_until(lambda: Letter.objects.filter(sent_at__isnull=False).count() == 3)
        back.close()
        assert sorted(sent["Message-ID"] for sent in back.letters) == sorted(
            f"<{letter.message_id}@127.0.0.1>" for letter in letters
        )

    def test_two_workers_and_one_that_is_killed_send_each_letter_under_one_number(self, server):
        letters = [post(number) for number in range(12)]
        with working() as workers:
            wait_until(lambda: Letter.objects.filter(sent_at__isnull=False).count() >= 2)
            workers[0].kill()
        connection.cursor().execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        with working(2):
            from portal.jobs import rescue_jobs

            rescue_jobs.defer(timestamp=0)
            wait_until(lambda: Letter.objects.filter(sent_at__isnull=False).count() == 12)
        numbers = [sent["Message-ID"] for sent in server.letters]
        assert set(numbers) == {f"<{letter.message_id}@127.0.0.1>" for letter in letters}
        assert len(numbers) <= 13, "one at most was under way when the worker died"
