"""Report a problem: a form anybody may send, once, not too quickly, not too often; and what editors do with it."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import flood
from portal.models import ProblemReport, SenderCount
from tests.factories import ArticleFactory, OccupationFactory, OccupationFieldFactory, ProgramFactory, WageFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 10, 20, tzinfo=UTC)  # past, since the database keeps its own clock
WORDS = "The tuition is that of 2021.\nThe school’s page says $21,000: https://school.example.edu/cost"


class Reader(Client):
    """A browser, which says that the form stood on this site."""

    def request(self, **request):
        return super().request(**{"HTTP_SEC_FETCH_SITE": "same-origin", **request})


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def reader(clock):
    return Reader()


@pytest.fixture
def program():
    return ProgramFactory(name="Reported Program", school__record__name="Reported College")


def opened(reader, clock, address="/report/", seconds=10):
    """The hidden values of a freshly opened form, some time later."""
    page = reader.get(address).content.decode()
    clock.shift(seconds)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def about(thing):
    return f"/report/?about={thing.get_absolute_url()}"


def test_a_reader_reports_one_fact_of_a_program_and_learns_what_happens_next(reader, clock, program):
    page = reader.get(f"{about(program)}&fact=cost").content.decode()
    assert "Reported Program, Reported College" in page
    assert '<option value="cost" selected>What it costs</option>' in page
    form = opened(reader, clock, about(program))
    answer = reader.post("/report/", form | {"message": WORDS, "fact": "cost", "email": "reader@example.org"})
    report = ProblemReport.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/report/{report.token}/")
    assert (report.path, report.fact, report.message) == (program.get_absolute_url(), "What it costs", WORDS)
    assert (report.email, report.state) == ("reader@example.org", "new")
    thanks = reader.get(answer["Location"])
    assert program.get_absolute_url() in thanks.content.decode()
    assert "What happens next" in thanks.content.decode()
    assert not reader.cookies


@pytest.mark.parametrize("kind", ["program", "school", "occupation", "article"])
def test_every_kind_of_page_leads_to_the_form_and_the_form_knows_it(kind, client, program):
    occupation = OccupationFactory(title="Reported workers", slug="reported-workers")
    OccupationFieldFactory(occupation=occupation)
    thing, name = {
        "program": (program, "Reported Program"),
        "school": (program.school, "Reported College"),
        "occupation": (occupation, "Reported workers"),
        "article": (ArticleFactory(slug="reported", edition__title="How do I report?"), "How do I report?"),
    }[kind]
    page = client.get(thing.get_absolute_url()).content.decode()
    link = re.search(r'<a [^>]*href="(/report/\?about=[^"]*)"[^>]*>', page)
    assert link, "a way to report a problem"
    assert "nofollow" in link[0]
    form = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert name in form
    assert form.count("<option") > 4
    for other, fact in re.findall(r'href="(/report/[^"]*)&amp;fact=(\w+)"', page):
        assert f'<option value="{fact}" selected>' in client.get(f"{other}&fact={fact}").content.decode()


def test_a_page_that_is_not_public_is_not_named(client, program):
    hidden = ProgramFactory(name="Secret Program", published_at=None)
    for address in (about(hidden), "/report/?about=/admin/", "/report/?about=nowhere"):
        page = client.get(address)
        assert page.status_code == 200
        assert "Secret Program" not in page.content.decode()
        assert "Which page is it?" in page.content.decode()


def test_what_is_typed_wrongly_is_said_at_the_box_and_nothing_is_lost(reader, clock, program):
    form = opened(reader, clock, about(program))
    answer = reader.post("/report/", form | {"message": "x" * 2_001, "fact": "dates", "email": "not an address"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Report a problem" in page
    assert 'role="alert"' in page
    assert '<a href="#r-message">Shorten this by 1 character.' in page
    assert '<a href="#r-email">' in page
    assert page.count('aria-invalid="true"') == 2
    assert "x" * 2_001 in page
    assert 'value="not an address"' in page
    assert '<option value="dates" selected>' in page
    assert program.get_absolute_url() in page
    assert reader.post("/report/", form | {"message": "  "}).status_code == 422
    assert not ProblemReport.objects.exists()


def test_two_thousand_characters_fit_however_the_browser_ends_its_lines(reader, clock):
    form = opened(reader, clock)
    assert reader.post("/report/", form | {"message": "\r\n".join(["x" * 9] * 200)}).status_code == 303
    assert len(ProblemReport.objects.get().message) == 1_999


def test_hostile_text_is_kept_as_text(reader, clock, editor):
    reader.post("/report/", opened(reader, clock) | {"message": "<x9q>\u202e\x07 a\u0301", "about": "/programs/"})
    report = ProblemReport.objects.get()
    assert report.message == "<x9q> á"
    for url in (
        reverse("admin:portal_problemreport_changelist"),
        reverse("admin:portal_problemreport_change", args=[report.pk]),
    ):
        assert "<x9q" not in editor.get(url).content.decode()


@pytest.mark.parametrize("fact", ["no-such-fact", "pay"])
def test_only_facts_of_that_page_can_be_chosen(fact, reader, clock, program):
    form = opened(reader, clock, about(program))
    assert reader.post("/report/", form | {"message": WORDS, "fact": fact}).status_code == 422
    assert reader.get(f"{about(program)}&fact={fact}").status_code == 200


def test_a_form_sent_twice_is_one_report(reader, clock, program):
    form = opened(reader, clock, about(program)) | {"message": WORDS}
    answers = [reader.post("/report/", form) for _ in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, answers[0]["Location"])}
    assert ProblemReport.objects.count() == 1
    assert SenderCount.objects.get().sent == 1


def test_another_report_in_a_used_form_is_kept_and_sent_by_the_next_press(reader, clock, program):
    """Back, another text, send: nothing typed is lost, and nobody is thanked for what was not kept."""
    form = opened(reader, clock, about(program))
    reader.post("/report/", form | {"message": WORDS})
    answer = reader.post("/report/", form | {"message": "And the phone number is wrong."})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "this one says something else" in page
    assert "And the phone number is wrong." in page
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = reader.post("/report/", again | {"message": "And the phone number is wrong."})
    assert answer.status_code == 303
    assert set(ProblemReport.objects.values_list("message", flat=True)) == {
        WORDS,
        "And the phone number is wrong.",
    }


def at_the_same_moment(*tasks):
    """Each task in a thread and on a connection of its own, where it commits."""
    start, done = threading.Barrier(len(tasks)), []

    def run(task):
        start.wait()
        try:
            done.append(task())
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_a_form_sent_twice_at_the_same_moment_is_one_report():
    page = Reader().get("/report/").content.decode()
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)) | {"message": WORDS}
    try:
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=20), tick=True):
            answers = at_the_same_moment(*[lambda: Reader().post("/report/", form).status_code] * 4)
        assert answers == [303] * 4
        assert ProblemReport.objects.count() == 1
    finally:  # what other connections committed no rollback takes away
        at_the_same_moment(ProblemReport.objects.all().delete, SenderCount.objects.all().delete)


def test_programs_that_fill_every_box_or_send_at_once_are_held_up_and_people_told_why(reader, clock):
    form = opened(reader, clock)
    trap = reader.post("/report/", form | {"message": WORDS, "website": "https://spam.example"})
    assert trap.status_code == 422
    assert "marked to be left empty" in trap.content.decode()
    quick = opened(reader, clock, seconds=1)
    answer = reader.post("/report/", quick | {"message": WORDS})
    assert answer.status_code == 422
    assert "quicker than anybody types" in answer.content.decode()
    assert quick["stamp"] in answer.content.decode(), "the clock does not start anew"
    clock.shift(4)
    assert reader.post("/report/", quick | {"message": WORDS}).status_code == 303


@pytest.mark.parametrize("stamp", ["", "made-up", "0" * 32 + ".1:x"])
def test_a_form_without_a_true_stamp_is_asked_once_more(stamp, reader, clock):
    answer = reader.post("/report/", {"message": WORDS, "stamp": stamp})
    page = answer.content.decode()
    assert (answer.status_code, WORDS.splitlines()[0] in page) == (422, True)
    clock.shift(5)
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert reader.post("/report/", again | {"message": WORDS}).status_code == 303


def test_a_form_left_open_for_two_days_keeps_its_text(reader, clock):
    form = opened(reader, clock, seconds=48 * 3600)
    answer = reader.post("/report/", form | {"message": WORDS})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "more than a day" in page
    assert form["stamp"] not in page


def send(reader, clock, **extra):
    return reader.post("/report/", opened(reader, clock) | {"message": WORDS}, **extra)


def test_the_sixth_report_of_an_hour_waits_and_keeps_its_text(reader, clock):
    for host in range(5):
        assert send(reader, clock, REMOTE_ADDR=f"203.0.113.{host}").status_code == 303
    answer = send(reader, clock, REMOTE_ADDR="203.0.113.200")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert WORDS.splitlines()[1] in answer.content.decode()
    assert ProblemReport.objects.count() == 5
    assert send(reader, clock, REMOTE_ADDR="203.0.114.1").status_code == 303, "another network"
    clock.shift(int(answer["Retry-After"]))
    assert send(reader, clock, REMOTE_ADDR="203.0.113.200").status_code == 303


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("a unix socket", "unknown"),
    ],
)
def test_one_household_is_one_sender(address, network):
    assert flood.network_of(address) == network


def test_only_our_own_proxies_say_who_is_behind_them(rf, settings):
    request = rf.post("/report/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}, REMOTE_ADDR="10.0.0.1")
    assert flood.address_of(request) == "10.0.0.1"
    settings.PROXIES_IN_FRONT = 1
    assert flood.address_of(request) == "203.0.113.9"


def test_no_address_is_kept_and_the_hash_is_another_one_tomorrow(rf, reader, clock):
    send(reader, clock, REMOTE_ADDR="203.0.113.77")
    first = SenderCount.objects.get().sender
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM portal_sendercount t")
        assert "203.0" not in cursor.fetchone()[0]
    clock.shift(timedelta(days=2))
    send(reader, clock, REMOTE_ADDR="203.0.113.77")
    assert SenderCount.objects.get().sender != first, "and what is older than a day is gone"


def test_another_site_cannot_send_it(reader, clock):
    form = opened(reader, clock) | {"message": WORDS}
    assert reader.post("/report/", form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not ProblemReport.objects.exists()
    assert Reader(enforce_csrf_checks=True).post("/report/", form).status_code == 303


def test_the_form_is_for_nobody_to_keep_or_find(client):
    for address in ("/report/", f"/report/{ProblemReport.objects.create(message=WORDS).token}/"):
        page = client.get(address)
        assert "no-store" in page["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in page.content.decode()
        assert not page.cookies
        assert client.head(address).status_code == 200


@pytest.mark.parametrize("junk", ["%00", "%ff", "%ed%a0%80", "%1b"])
def test_junk_is_a_bad_request_or_dropped(junk, client, reader, clock):
    assert client.get(f"/report/?about={junk}").status_code == 400
    answer = reader.generic(
        "POST",
        "/report/",
        f"message=a{junk}&about={junk}&stamp={junk}",
        "application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422


def test_no_public_page_shows_a_report(client, reader, clock, program):
    reader.post("/report/", opened(reader, clock, about(program)) | {"message": "A telltale sentence."})
    for page in (program.get_absolute_url(), program.school.get_absolute_url(), "/", about(program)):
        assert "telltale" not in client.get(page).content.decode()


def test_an_editor_closes_a_report_and_says_what_was_done(editor):
    report = ProblemReport.objects.create(path="/programs/", message=WORDS, email="reader@example.org")
    url = reverse("admin:portal_problemreport_change", args=[report.pk])
    page = editor.get(url).content.decode()
    assert "mailto:reader@example.org" in page
    begun = re.search(r'name="opened" value="([^"]*)"', page)[1]
    said = {"state": "answered", "reply": "", "answer": "", "opened": begun}
    refused = editor.post(url, said)
    assert "Say what you changed or found" in refused.content.decode()
    assert editor.post(url, said | {"reply": "Corrected.\r\n\r\nThank you.", "answer": "Ours."}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.reply, report.message) == ("answered", "Corrected.\n\nThank you.", WORDS)
    page = editor.get(f"/report/{report.token}/").content.decode()
    assert "Corrected." in page
    assert "Ours." not in page
    assert "reader@example.org" not in page


def test_a_report_opened_again_waits_again(editor):
    report = ProblemReport.objects.create(message=WORDS, state="declined", reply="It is right.")
    assert report.closed_at is not None
    report.state = "new"
    report.save()
    assert report.closed_at is None
    assert "Nobody has answered it yet" in editor.get(f"/report/{report.token}/").content.decode()


@pytest.mark.parametrize("token", ["0" * 32, "sent", "A" * 32, "0" * 31, "0" * 64])
def test_an_address_nobody_was_given_has_no_page(token, client):
    ProblemReport.objects.create(message=WORDS)
    assert client.get(f"/report/{token}/").status_code == 404


class TestOneFigure:
    @pytest.fixture
    def wage(self):
        return WageFactory(occupation__soc="29-1141", occupation__title="Registered nurses", median=63_600)

    @pytest.fixture
    def address(self, wage):
        article = ArticleFactory()
        return f"{about(article)}&figure=wage+29-1141+median+US"

    def test_it_reaches_the_editors_as_the_reader_saw_it(self, reader, clock, address, wage, editor):
        form = opened(reader, clock, address)
        words = "Median annual wage, Registered nurses (SOC 29-1141), United States: $63,600"
        assert form["figure"] == "wage 29-1141 median US"
        assert form["figure_said"].startswith(words)
        type(wage).objects.filter(pk=wage.pk).update(median=65_000)
        assert reader.post("/report/", form | {"message": WORDS}).status_code == 303
        report = ProblemReport.objects.get()
        assert report.figure == "wage 29-1141 median US"
        assert report.figure_said.startswith(words)
        assert str(wage.release) in report.figure_said
        assert words in editor.get(reverse("admin:portal_problemreport_changelist")).content.decode()

    def test_nobody_puts_words_into_the_mouth_of_the_site(self, reader, clock, address, wage):
        """What a page said is kept as this site sealed it, never as a sender writes it."""
        form = opened(reader, clock, address)
        reader.post("/report/", form | {"message": WORDS, "figure_said": "Your account is hacked"})
        said = ProblemReport.objects.get().figure_said
        assert "hacked" not in said
        assert "$63,600" in said

    def test_the_answer_stands_beside_the_figure_of_today(self, client, wage):
        report = ProblemReport.objects.create(
            message=WORDS, figure="wage 29-1141 median US", figure_said="It was $1", state="answered", reply="A slip."
        )
        page = client.get(f"/report/{report.token}/").content.decode()
        assert "It was $1" in page
        assert "A slip." in page
        assert "$63,600" in page

    @pytest.mark.parametrize("figure", ["wage 29-1141 average US", "wage 99-9999 median US", "x" * 5000, "<b>", ""])
    def test_what_stands_for_no_figure_is_dropped(self, figure, reader, clock, address):
        form = opened(reader, clock, address)
        answer = reader.post("/report/", form | {"message": WORDS, "figure": figure, "figure_said": "Lies"})
        assert answer.status_code == 303
        report = ProblemReport.objects.get()
        assert (report.figure, report.figure_said) == ("", "")


def test_how_long_answers_take_is_computed_or_not_said(client):
    now = timezone.now()
    waiting = ProblemReport.objects.create(message=WORDS)
    assert "Half of all reports" not in client.get(f"/report/{waiting.token}/").content.decode()
    for days in (1, 4, 9):
        closed = ProblemReport.objects.create(message=WORDS, state="answered", reply="Done.")
        ProblemReport.objects.filter(pk=closed.pk).update(created_at=now - timedelta(days=days, minutes=5))
    assert ProblemReport.objects.usual_days() == 4
    assert "within 4 days" in client.get(f"/report/{waiting.token}/").content.decode()


def test_addresses_are_forgotten_after_twelve_months_and_reports_are_not(capsys, clock):
    old, young = (ProblemReport.objects.create(message=WORDS, email=f"{name}@example.org") for name in ("old", "young"))
    ProblemReport.objects.filter(pk=old.pk).update(created_at=NOW - timedelta(days=366))
    ProblemReport.objects.filter(pk=young.pk).update(created_at=NOW - timedelta(days=364))
    call_command("forget_old_reports")
    assert "removed: 1" in capsys.readouterr().out
    assert set(ProblemReport.objects.values_list("email", flat=True)) == {"", "young@example.org"}
