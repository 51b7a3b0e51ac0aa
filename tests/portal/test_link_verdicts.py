"""What answers say about a link: broken, gone in all but name, moved, or nothing about it at all."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.links.verdicts import check, registrable
from portal.links.visiting import Answer, CouldNotReach, NoAnswer, NoSuchName
from portal.models import OutboundLink
from portal.models.links import Finding
from tests.hostile import Server, look, names, says, status, visitor

State = OutboundLink.State
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def say(*answers, url="https://www.a.example/x"):
    """What a check of this address finds when it hears these, and what it asked."""
    steps, asked = check(url), []
    try:
        question = next(steps)
        for answer in answers:
            asked.append(f"{question.method} {question.target.url}")
            question = steps.throw(answer) if isinstance(answer, Exception) else steps.send(answer)
    except StopIteration as over:
        return over.value, asked
    raise AssertionError(f"it still asks {question}")


def page(title="A page", code=200):
    return Answer(code, kind="text/html", beginning=f"<html><TITLE lang=en>\n{title}</TITLE>")


HEAD = Answer(200, kind="text/html")


def onward(place, code=301):
    return Answer(code, location=place)


@pytest.mark.parametrize("code", [404, 410, 500, 502, 504])
def test_what_a_server_says_of_its_page_is_a_failure(code):
    found, asked = say(Answer(code), Answer(code))
    assert (found.kind, found.status) == (State.FAILING, code)
    assert str(code) in found.reason
    assert asked == ["HEAD https://www.a.example/x", "GET https://www.a.example/x"], "HEAD alone is not believed"


@pytest.mark.parametrize("code", [400, 401, 403, 405, 406, 408, 418, 451, 520, 530, 999])
def test_being_turned_away_says_nothing_about_the_page(code):
    found, _ = say(Answer(code), Answer(code))
    assert (found.kind, found.status) == (State.COULD_NOT_CHECK, code)


@pytest.mark.parametrize("code", [429, 503])
def test_a_server_that_wants_to_be_left_alone_is(code):
    found, asked = say(Answer(code))
    assert found.kind == State.COULD_NOT_CHECK
    assert len(asked) == 1


def test_a_page_that_answers_get_is_fine_whatever_it_said_to_head():
    for first in (Answer(404), Answer(405), Answer(501), Answer(403), NoAnswer("closed")):
        assert say(first, page())[0].kind == State.FINE


def test_a_file_that_is_there_is_not_fetched():
    found, asked = say(Answer(200, kind="application/pdf"))
    assert (found.kind, len(asked)) == (State.FINE, 1)
    assert say(HEAD, Answer(416, kind="text/html"))[0].kind == State.FINE
    assert say(HEAD, Answer(206, kind="text/html", beginning="<title>Part</title>"))[0].kind == State.FINE


@pytest.mark.parametrize(
    "title",
    [
        *("Page Not Found", "404", "404 - Acme", "Error 404", "Page not found | Fictitious University", "Not Found"),
        *("We can&#39;t find that page", "Acme: this page no longer exists", "Sorry, the page could not be found"),
        *("This domain is for sale", "The page doesn’t exist", "410 Gone"),
    ],
)
def test_a_page_that_says_it_is_not_there_looks_gone(title):
    assert say(HEAD, page(title))[0].kind == State.LOOKS_GONE


@pytest.mark.parametrize(
    "title",
    [
        *("Medical Records Specialists: Occupational Outlook", "Found in translation", "Route 404 bus", ""),
        *("Master of Health Administration", "Lost and found", "Not-for-profit hospitals", "Area code 410 clinics"),
    ],
)
def test_an_ordinary_title_is_fine(title):
    assert say(HEAD, page(title))[0].kind == State.FINE


@pytest.mark.parametrize("title", ["Just a moment...", "Attention Required! | Cloudflare", "Access Denied",
                                   "Pardon Our Interruption", "Are you a robot?", "Request Rejected"])  # fmt: skip
def test_a_wall_for_robots_is_not_the_page(title):
    assert say(HEAD, page(title))[0].kind == State.COULD_NOT_CHECK


@pytest.mark.parametrize("front", ["/", "/index.html", "/home", "/en/", "https://a.example/"])
def test_an_address_that_ends_at_the_front_page_looks_gone(front):
    found, _ = say(onward(front), HEAD, page())
    assert found.kind == State.LOOKS_GONE
    assert "front page" in found.reason


def test_a_front_page_may_lead_to_a_front_page():
    for url in ("https://a.example/", "https://a.example", "https://a.example/index.php"):
        assert say(onward("https://www.a.example/home"), HEAD, page(), url=url)[0].kind == State.FINE


def test_another_domain_is_for_an_editors_eye_and_another_host_of_the_same_is_not():
    found, _ = say(onward("https://b.example.net/x"), HEAD, page())
    assert (found.kind, found.leads_to) == (State.MOVED, "https://b.example.net/x")
    found, _ = say(onward("https://new.a.example/x"), HEAD, page())
    assert (found.kind, found.leads_to) == (State.FINE, "https://new.a.example/x")


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ("cse.umn.edu", "umn.edu"),
        ("www.health.state.mn.us", "state.mn.us"),
        ("a.b.co.uk", "b.co.uk"),
        ("one.github.io", "one.github.io"),
        ("8.8.8.8", "8.8.8.8"),
        ("2606:4700::1111", "2606:4700::1111"),
        ("edu", "edu"),
    ],
)
def test_the_part_of_a_name_that_somebody_registers(host, part):
    assert registrable(host) == part


def test_a_page_made_to_keep_a_reader_busy_keeps_nobody_busy():
    found, _ = say(HEAD, Answer(200, kind="text/html", beginning="<title>" * 37_000))
    assert found.kind == State.FINE
    assert say(HEAD, page("not " * 60_000))[0].kind == State.FINE


def test_real_servers_are_judged_the_same():
    for server_says, kind in (
        (status(404), State.FAILING),
        (status(403), State.COULD_NOT_CHECK),
        (status(200, title="Page not found"), State.LOOKS_GONE),
        (says(), State.FINE),
    ):
        with Server(server_says) as server:
            assert look(f"http://a.example:{server.port}/x", visitor(server)).kind == kind
    with Server(says()) as new, Server() as old:
        old.behave = status(301, f"http://b.other:{new.port}/y")
        resolver = names(a="127.0.0.1", b_other="127.0.0.1")
        found = look(f"http://a.example:{old.port}/x", visitor(old, new, resolver=resolver))
        assert (found.kind, found.leads_to) == (State.MOVED, f"http://b.other:{new.port}/y")


# One check after the other ---------------------------------------------------------------------------

GOOD, BAD = Finding(State.FINE, ""), Finding(State.FAILING, "The server answers 404.", 404)
NOTHING = Finding(State.COULD_NOT_CHECK, "429", 429)


def after(*days_and_findings):
    """A link after these findings, each so many days after the first."""
    link = OutboundLink(url="https://a.example/", host="a.example")
    for day, found in days_and_findings:
        link.record(found, at=NOW + timedelta(days=day))
    return link


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([(0, BAD)], State.FAILING),
        ([(0, BAD), (1, BAD), (2, BAD), (6.9, BAD)], State.FAILING),
        ([(0, BAD), (7, BAD)], State.FAILING),
        ([(0, BAD), (3, BAD), (7, BAD)], State.BROKEN),
        ([(0, BAD), (3, GOOD), (7, BAD)], State.FAILING),
        ([(0, BAD), (3, BAD), (7, BAD), (8, GOOD)], State.FINE),
        ([(0, BAD), (3, NOTHING), (7, BAD)], State.FAILING),
        ([(0, BAD), (3, NOTHING), (4, BAD), (7, BAD)], State.BROKEN),
        ([(0, BAD), (3, BAD), (7, BAD), (8, NOTHING)], State.BROKEN),
        ([(0, NOTHING), (9, NOTHING), (30, NOTHING)], State.COULD_NOT_CHECK),
        ([(0, GOOD), (14, NOTHING)], State.COULD_NOT_CHECK),
        ([(0, BAD), (0, BAD), (0, BAD), (0, BAD)], State.FAILING),
    ],
)
def test_a_link_is_broken_after_three_failures_over_seven_days_and_not_before(history, state):
    assert after(*history).state == state


def test_the_age_is_that_of_the_last_answer_that_tells():
    link = after((0, GOOD), (14, NOTHING))
    assert link.checked_at == NOW
    assert link.tried_at == NOW + timedelta(days=14)
    assert (link.due_at - link.tried_at).days == 3


@pytest.mark.parametrize(("found", "days"), [(GOOD, 14), (BAD, 1), (NOTHING, 3)])
def test_when_it_is_looked_at_again(found, days):
    assert after((0, found)).due_at == NOW + timedelta(days=days)


def test_a_gone_domain_is_a_failure_and_trouble_on_the_way_is_not():
    assert say(NoSuchName("gone"))[0].kind == State.FAILING
    assert say(CouldNotReach("no network"))[0].kind == State.COULD_NOT_CHECK
