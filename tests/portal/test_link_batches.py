"""Links checked a few at a time: a page of hostile ones, manners, leases, and workers that die."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from portal.links.batches import PAUSE, NoWayOut, _Check, check_some, knock, take
from portal.links.gathering import gather
from portal.links.visiting import CouldNotReach
from portal.models import HostVisit, OutboundLink
from tests.factories import ArticleFactory, CitationFactory, OutboundLinkFactory, UserFactory
from tests.hostile import OK, Just, Server, drips, hangs, names, says, status, visitor

pytestmark = pytest.mark.django_db
State = OutboundLink.State


@pytest.fixture
def as_gathered(monkeypatch):
    """The list as the test makes it, not as the site's content would."""
    monkeypatch.setattr("portal.links.batches.gather_if_changed", lambda: False)


def link(url, **values):
    return OutboundLinkFactory(url=url, **values)


def test_a_hostile_page_of_links_makes_no_forbidden_connection(monkeypatch):
    """The article cites every trap at once; its links are gathered, checked and judged as they would be any night."""
    monkeypatch.setattr("portal.links.batches.TOTAL", 2.0)
    with (
        Server(says(), address="127.0.0.2") as inner,
        Server() as redirects,
        Server(drips) as slow,
        Server(hangs) as silent,
        Server() as endless,
        Server() as bomb,
        Server(status(404)) as gone,
        Server(says()) as fine,
    ):
        redirects.behave = status(302, f"http://127.0.0.2:{inner.port}/")
        endless.behave = says(b"a" * 3_000_000)
        bomb.behave = says(b"\x1f\x8b" + b"\x00" * 1000, OK + b"Content-Encoding: gzip\r\n")
        traps = {
            f"http://inner-name.example:{inner.port}/": State.REFUSED,
            f"http://mixed.example:{inner.port}/": State.REFUSED,
            f"http://127.0.0.2:{inner.port}/": State.REFUSED,
            "http://169.254.169.254/latest/meta-data/": State.REFUSED,
            "http://metadata.internal.example/": State.REFUSED,
            "http://0x7f.1.example.127.1/": State.REFUSED,
            f"http://a.example:{redirects.port}/to-inner": State.REFUSED,
            f"http://b.example:{slow.port}/": State.COULD_NOT_CHECK,
            f"http://c.example:{silent.port}/": State.COULD_NOT_CHECK,
            f"http://d.example:{endless.port}/": State.FINE,
            f"http://e.example:{bomb.port}/": State.FINE,
            f"http://f.example:{gone.port}/": State.FAILING,
            f"http://g.example:{fine.port}/": State.FINE,
        }
        article = ArticleFactory()
        for position, url in enumerate(traps):
            CitationFactory(edition=article.live, url=url, position=100 + position)
        resolver = names(
            **dict.fromkeys("abcdefg", "127.0.0.1"),
            inner_name="127.0.0.2",
            mixed=["127.0.0.1", "127.0.0.2"],
            metadata_internal="169.254.169.254",
        )
        asks = visitor(redirects, slow, silent, endless, bomb, gone, fine, resolver=resolver)
        gather()
        OutboundLink.objects.exclude(url__in=traps).delete()
        done = 0
        until = time.monotonic() + 45
        while done < len(traps) and time.monotonic() < until:
            done += check_some(asks, some=30, pause=0)
        time.sleep(0.1)
        assert inner.connections == 0
        assert dict(OutboundLink.objects.values_list("url", "state")) == traps
        assert fine.connections == 2


def test_each_link_takes_no_more_than_ten_seconds_in_all(as_gathered, monkeypatch):
    """HEAD and GET share one budget: what the first has used the second does not get."""
    monkeypatch.setattr("portal.links.batches.TOTAL", 0.8)

    def answers_head_late(connection, request):
        time.sleep(0.6 if request.startswith("HEAD") else 20)
        connection.sendall(OK + b"\r\n")

    with Server(answers_head_late) as server:
        one = link(f"http://a.example:{server.port}/", host="a.example")
        began = time.monotonic()
        assert check_some(visitor(server), pause=0) == 1
        assert time.monotonic() - began < 1.2
        one.refresh_from_db()
        assert one.state == State.COULD_NOT_CHECK


# Manners ---------------------------------------------------------------------------------------------


def test_a_host_is_asked_once_in_ten_seconds(as_gathered):
    """HEAD and GET too: between the two the check stands aside until the host may be asked again."""
    assert PAUSE == 10
    moments = []

    def behave(connection, request):
        moments.append(time.monotonic())
        says()(connection, request)

    with Server(behave) as server:
        link(f"http://a.example:{server.port}/1", host="a.example")
        link(f"http://b.example:{server.port}/1", host="b.example")
        assert check_some(visitor(server), pause=0.5) == 2
    first, second, third, fourth = moments
    assert second - first < 0.3, "meanwhile somebody else was asked"
    assert third - first > 0.45
    assert fourth - second > 0.45


def test_a_batch_holds_one_link_of_a_host(as_gathered):
    for n in range(5):
        link(f"http://a.example/{n}", host="a.example")
    link("http://b.example/", host="b.example")
    assert sorted(one.host for one in take(20)) == ["a.example", "b.example"]


def test_the_pause_is_kept_by_the_database():
    assert knock("a.example") == 0
    assert 9 < knock("a.example") <= 10
    assert knock("b.example") == 0
    HostVisit.objects.filter(host="a.example").update(visited_at=timezone.now() - timedelta(seconds=11))
    assert knock("a.example") == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_workers_one_gets_to_ask():
    results = []

    def work():
        results.append(knock("a.example"))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results.count(0) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_never_take_the_same_link():
    OutboundLink.objects.all().delete()
    for n in range(40):
        link(f"http://h{n}.example/", host=f"h{n}.example")
    taken, ready = [], threading.Barrier(4)

    def work():
        ready.wait()
        taken.extend(one.pk for one in take(20))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == len(set(taken)) >= 20


# Leases, and what goes wrong -------------------------------------------------------------------------


def test_what_is_due_longest_goes_first_and_what_is_not_due_is_left():
    link("http://a.example/", host="a.example", due_at=timezone.now() - timedelta(days=1))
    link("http://b.example/", host="b.example", due_at=timezone.now() - timedelta(days=2))
    link("http://c.example/", host="c.example", due_at=timezone.now() + timedelta(days=1))
    assert [one.host for one in take(1)] == ["b.example"]
    assert [one.host for one in take(5)] == ["a.example"]
    assert take(5) == []


def test_a_link_whose_worker_died_is_due_again_soon():
    one = link("http://a.example/", host="a.example")
    take(5)
    one.refresh_from_db()
    assert timedelta(minutes=9) < one.due_at - timezone.now() < timedelta(minutes=11)


def test_what_was_not_done_in_time_is_due_at_once(as_gathered):
    one = link("http://a.example:81/", host="a.example")
    assert check_some(visitor(), seconds=0) == 0
    assert OutboundLink.objects.due().get() == one


def test_without_a_network_of_ours_nothing_is_said_of_any_link(as_gathered):
    """SS-5: the checker is as good as down, and the only sign is the age of the last check."""
    one = link("http://a.example/", host="a.example")

    def deaf(host):
        raise CouldNotReach("Temporary failure in name resolution")

    with pytest.raises(NoWayOut, match="Nothing was checked"):
        check_some(visitor(resolver=deaf))
    one.refresh_from_db()
    assert (one.state, one.tried_at) == (State.UNCHECKED, None)
    assert OutboundLink.objects.due().get() == one


def test_a_batch_stops_when_it_is_told_to(as_gathered):
    one = link("http://a.example/", host="a.example")
    HostVisit.objects.create(host="a.example", visited_at=timezone.now())
    told = iter([False, False, True])
    began = time.monotonic()
    assert check_some(visitor(), stop=lambda: next(told)) == 0
    assert time.monotonic() - began < 2
    assert OutboundLink.objects.due().get() == one


def test_our_own_mistake_stops_nobody_elses_check(as_gathered, caplog):
    class Clumsy(Just):
        def allows(self, address, port):
            raise ZeroDivisionError

    with Server(says()) as server:
        asks = visitor(server)
        first = link(f"http://a.example:{server.port}/", host="a.example")
        asks.internet = Clumsy(server)
        assert check_some(asks, pause=0) == 1
    first.refresh_from_db()
    assert first.state == State.COULD_NOT_CHECK
    assert "went wrong" in caplog.text


def finish(leased, asks):
    check = _Check(leased)
    while not check.step(asks):
        pass


def test_what_an_editor_does_during_a_check_is_not_undone():
    vouched, removed = link("http://127.0.0.1/", host=""), link("http://127.0.0.2/", host="")
    leased = take(2)
    vouched.vouch(by=UserFactory(), until=date(2099, 1, 1))
    removed.delete()
    for one in leased:
        finish(one, visitor())
    vouched.refresh_from_db()
    assert (vouched.state, vouched.fine_until) == (State.REFUSED, date(2099, 1, 1))
    assert OutboundLink.objects.count() == 1
