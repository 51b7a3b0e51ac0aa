"""Questions to servers that mean ill: no packet to a forbidden machine, no second too long, no byte too many."""

import contextlib
import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from ipaddress import ip_address

import pytest
import trustme
from hypothesis import HealthCheck, given, settings

from portal.links.addresses import Internet, target
from portal.links.verdicts import check
from portal.links.visiting import MOST, WIRE, CouldNotReach, NoAnswer, NoSuchName, Refused, Visitor, resolve
from portal.models import OutboundLink
from tests import hostile
from tests.hostile import OK, AnyPort, Just, Server, drips, hangs, look, names, says, status, visitor
from tests.portal.test_link_addresses import spelled

State = OutboundLink.State


@pytest.fixture
def forbidden():
    """A machine nobody may ask."""
    with Server(says(), address="127.0.0.2") as server:
        yield server
        time.sleep(0.05)
        assert server.connections == 0, "a forbidden machine was asked"


def never(host):
    raise AssertionError(f"{host} was resolved")


# SS-1: refused before any packet -------------------------------------------------------------------


@pytest.fixture(scope="module")
def everywhere_here():
    """A listener on every IPv4 address of this machine, also those that IPv6 only maps."""
    with Server(says(), address="0.0.0.0") as server:
        yield server
        time.sleep(0.05)
        assert server.connections == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(host=spelled())
def test_no_spelling_of_an_inner_number_causes_a_packet(everywhere_here, host):
    """The real resolver and the running portal's own rule, but for the port, which is the listener's."""
    real = Visitor(internet=AnyPort(), trust=hostile.no_certificates())
    found = look(f"http://{host}:{everywhere_here.port}/", real, within=1)
    assert found.kind == State.REFUSED, found
    assert everywhere_here.connections == 0


@pytest.mark.parametrize("port", [22, 25, 5432, 8000, 8080])
def test_another_port_is_refused_before_the_name_is_resolved(port):
    found = look(f"http://a.example:{port}/", Visitor(resolver=never))
    assert found.kind == State.REFUSED
    assert str(port) in found.reason


@pytest.mark.parametrize("host", ["localhost", "localhost.", "db.internal", "printer.local", "intranet", "127.1"])
def test_a_name_of_an_inner_network_is_not_even_resolved(host):
    assert look(f"http://{host}/", Visitor(resolver=never)).kind == State.REFUSED


# SS-2: names, mixed answers, rebinding, redirects --------------------------------------------------


@pytest.mark.parametrize(
    "numbers",
    [
        "127.0.0.2",
        ["8.8.8.8", "127.0.0.2"],
        ["127.0.0.2", "8.8.8.8"],
        ["2606:4700::1111", "::ffff:127.0.0.2"],
        ["8.8.8.8", "169.254.169.254"],
        "64:ff9b::127.0.0.2",
    ],
)
def test_a_name_is_asked_only_when_all_its_numbers_are_public(forbidden, numbers):
    found = look(
        f"http://a.example:{forbidden.port}/", Visitor(internet=AnyPort(), resolver=names(a=numbers)), within=1
    )
    assert found.kind == State.REFUSED
    assert "not on the public internet" in found.reason


@pytest.mark.parametrize("numbers", [["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"]])
def test_one_inner_number_among_good_ones_is_enough_to_ask_none(forbidden, numbers):
    with Server(says()) as server:
        found = look(f"http://a.example:{server.port}/", visitor(server, resolver=names(a=numbers)))
        assert found.kind == State.REFUSED
        assert server.connections == 0


def test_the_number_that_was_checked_is_the_one_that_is_asked(forbidden):
    """DNS rebinding: a name that is harmless when asked first and inner ever after is asked once a question."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])

    def changing(host):
        return [ip_address(one) for one in next(answers)]

    with Server(says()) as server:
        changed = f"http://a.example:{server.port}/"
        asks = Visitor(internet=Just(server), resolver=changing)
        assert asks.ask("HEAD", target(changed)).status == 200
        with pytest.raises(Refused):
            asks.ask("HEAD", target(changed))
        assert server.connections == 1


def test_the_connection_itself_asks_again_whether_it_may(forbidden):
    """Even a list of numbers that changed between the check and the connection reaches nobody."""

    class Changing(Just):
        asked = 0

        def allows(self, address, port):
            self.asked += 1
            return self.asked == 1

    with pytest.raises(Refused):
        Visitor(internet=Changing(), resolver=names(a="127.0.0.2")).ask(
            "HEAD", target(f"http://a.example:{forbidden.port}/")
        )


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_inner_machine_is_not_followed(forbidden, code):
    for place in (f"http://127.0.0.2:{forbidden.port}/", f"http://inner.example:{forbidden.port}/", "http://127.2/"):
        with Server(status(code, place)) as server:
            resolver = names(a="127.0.0.1", inner="127.0.0.2")
            found = look(f"http://a.example:{server.port}/", visitor(server, resolver=resolver))
            assert found.kind == State.REFUSED
            assert server.connections == 1


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "javascript:1"])
def test_a_redirect_to_something_else_than_the_web_is_not_followed(place):
    with Server(status(302, place)) as server:
        assert look(f"http://a.example:{server.port}/", visitor(server)).kind == State.REFUSED


@pytest.mark.parametrize(("hops", "kind"), [(3, State.FINE), (4, State.COULD_NOT_CHECK), (99, State.COULD_NOT_CHECK)])
def test_three_redirects_are_followed_and_a_fourth_is_not(hops, kind):
    def hop(connection, request):
        step = int(request.split()[1].removeprefix("/x"))
        if step < hops:
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /x%d\r\n\r\n" % (step + 1))
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n")

    with Server(hop) as server:
        found = look(f"http://a.example:{server.port}/x0", visitor(server))
        assert (found.kind, server.connections) == (kind, 4)


# The name over TLS ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def secured(authority, *hosts, behave=None):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*hosts).configure_cert(context)
    return Server(behave or says(), context=context)


def test_a_secure_server_is_asked_for_its_name_at_the_number_and_must_prove_it(authority):
    with secured(authority, "a.example") as server:
        trust = hostile.trusting(authority)
        found = look(f"https://a.example:{server.port}/", visitor(server, trust=trust))
        assert found.kind == State.FINE
        assert set(server.names) == {"a.example"}
        assert f"Host: a.example:{server.port}" in server.requests[0]
        wrong = look(f"https://b.example:{server.port}/", visitor(server, trust=trust))
        assert wrong.kind == State.COULD_NOT_CHECK
        assert "certificate" in wrong.reason
        stranger = look(f"https://a.example:{server.port}/", visitor(server))
        assert stranger.kind == State.COULD_NOT_CHECK
        assert len(server.requests) == 2, "nothing is said to a server that did not prove its name"


def test_a_secure_address_does_not_lead_us_to_an_insecure_one(authority):
    with Server(says()) as plain, secured(authority, "a.example") as server:
        server.behave = status(301, f"http://b.example:{plain.port}/")
        found = look(f"https://a.example:{server.port}/", visitor(plain, server, trust=hostile.trusting(authority)))
        assert found.kind == State.COULD_NOT_CHECK
        assert plain.connections == 0


def test_an_insecure_address_may_lead_to_a_secure_one(authority):
    with secured(authority, "a.example") as server, Server() as plain:
        plain.behave = status(301, f"https://a.example:{server.port}/x")
        found = look(f"http://a.example:{plain.port}/x", visitor(plain, server, trust=hostile.trusting(authority)))
        assert (found.kind, found.leads_to) == (State.FINE, f"https://a.example:{server.port}/x")


# SS-3: slow, endless, huge ---------------------------------------------------------------------------


def taken(work):
    began = time.monotonic()
    with pytest.raises(CouldNotReach) as trouble:
        work()
    return time.monotonic() - began, str(trouble.value)


def informs(connection, request):
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")


def dripping_page(connection, request):
    connection.sendall(OK + b"\r\n")
    while True:
        connection.sendall(b"a")
        time.sleep(0.05)


@pytest.mark.parametrize("behave", [hangs, drips, dripping_page, informs])
def test_the_deadline_is_the_clocks_whatever_drips_in(behave):
    with Server(behave) as server:
        seconds, _ = taken(lambda: visitor(server).ask("GET", target(f"http://a.example:{server.port}/"), within=0.6))
        assert seconds < 1.2


def test_the_deadline_holds_over_tls_too(authority):
    with secured(authority, "a.example", behave=drips) as server:
        asks = visitor(server, trust=hostile.trusting(authority))
        assert taken(lambda: asks.ask("GET", target(f"https://a.example:{server.port}/"), within=0.6))[0] < 1.2
    with Server(hangs) as silent:  # takes the connection and never shakes hands
        asks = visitor(silent)
        assert taken(lambda: asks.ask("GET", target(f"https://a.example:{silent.port}/"), within=0.6))[0] < 1.2


def test_a_resolver_that_takes_for_ever_is_not_waited_for():
    asks = Visitor(resolver=lambda host: time.sleep(5) or [])
    assert taken(lambda: asks.ask("HEAD", target("http://a.example/"), within=0.3))[0] < 0.8


def test_a_machine_that_takes_no_connection_is_not_waited_for():
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    with contextlib.ExitStack() as stack:
        stack.enter_context(full)
        for _ in range(4):  # fill the queue of connections nobody takes
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())

        class Here(Internet):
            def allows_port(self, port):
                return True

            def allows(self, address, port):
                return port == full.getsockname()[1]

        asks = Visitor(internet=Here(), resolver=names(a=["127.0.0.1", "127.0.0.1"]))
        url = target(f"http://a.example:{full.getsockname()[1]}/")
        seconds, said = taken(lambda: asks.ask("HEAD", url, within=0.5))
        assert seconds < 1
        assert "No connection" in said


def endless_page(server):
    def behave(connection, request):
        server.send(connection, OK + b"\r\n<p>")
        while True:
            server.send(connection, b"a" * 65536)

    return behave


def test_no_more_than_the_beginning_of_an_endless_page_is_taken():
    with Server() as server:
        server.behave = endless_page(server)
        answer = visitor(server).ask("GET", target(f"http://a.example:{server.port}/"), within=5)
        assert len(answer.beginning) == MOST
        time.sleep(0.1)
        assert server.sent < MOST + 8 * 1024 * 1024, "the rest is in the two sockets' buffers, and no more comes"


def test_the_page_is_asked_for_by_its_first_part_and_unpacked():
    with Server(says()) as server:
        look(f"http://a.example:{server.port}/", visitor(server))
        head, get = server.requests
        assert head.startswith("HEAD / HTTP/1.1")
        assert get.startswith("GET / HTTP/1.1")
        assert f"Range: bytes=0-{MOST - 1}\r\n" in get
        assert "Accept-Encoding: identity\r\n" in get
        assert "User-Agent: HealthAdminPathways-LinkCheck/1.0 (+http://127.0.0.1:8000/about/)\r\n" in get


def test_endless_headers_are_not_read_to_the_end():
    def behave(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            server.send(connection, b"X-More: " + b"a" * 60_000 + b"\r\n")

    with Server(behave) as server:
        seconds, _ = taken(lambda: visitor(server).ask("GET", target(f"http://a.example:{server.port}/"), within=5))
        assert seconds < 2


def test_endless_news_before_the_answer_is_not_waited_for():
    with Server(informs) as server:
        seconds, said = taken(lambda: visitor(server).ask("GET", target(f"http://a.example:{server.port}/"), within=8))
        assert seconds < 3
        assert "endless" in said


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "GZIP"])
def test_a_bomb_is_unpacked_no_further_than_the_beginning(encoding):
    packs = zlib.compressobj(9, wbits=31 if encoding.lower() == "gzip" else 15)
    bomb = b"".join(packs.compress(bytes(1_000_000)) for _ in range(300)) + packs.flush()  # 300 MB of nothing
    head = OK + f"Content-Encoding: {encoding}\r\n".encode()
    with Server(says(bomb, head)) as server:
        tracemalloc.start()
        answer = visitor(server).ask("GET", target(f"http://a.example:{server.port}/"), within=5)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(answer.beginning) <= MOST
        assert peak < 8 * 1024 * 1024


def test_a_packed_page_is_read_as_far_as_it_can_be():
    head = OK + b"Content-Encoding: gzip\r\n"
    whole = gzip.compress(b"<title>404 Not Found</title>")
    for body in (whole, whole[:-6], whole + b"junk"):
        with Server(says(body, head)) as server:
            assert look(f"http://a.example:{server.port}/", visitor(server)).kind == State.LOOKS_GONE
    with Server(says(b"this is not gzip", head)) as server:
        assert look(f"http://a.example:{server.port}/", visitor(server)).kind == State.FINE


def test_a_page_in_the_tiniest_pieces_costs_no_more():
    def behave(connection, request):
        connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 60_000 + b"0\r\n\r\n")

    with Server(behave) as server:
        began = time.process_time()
        with contextlib.suppress(CouldNotReach):
            visitor(server).ask("GET", target(f"http://a.example:{server.port}/"), within=8)
        assert time.process_time() - began < 6


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00" * 500,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: zip\r\n\r\n",
    ],
)
def test_what_is_no_http_is_no_answer(answer):
    with Server(lambda connection, request: connection.sendall(answer)) as server:
        with pytest.raises(NoAnswer):
            visitor(server).ask("GET", target(f"http://a.example:{server.port}/"), within=2)
        assert look(f"http://a.example:{server.port}/", visitor(server)).kind == State.COULD_NOT_CHECK


# Trouble of ours is not theirs -----------------------------------------------------------------------


def test_a_domain_that_is_gone_is_a_failure_and_a_resolver_that_knows_nothing_is_not():
    assert look("http://gone.example/", Visitor(resolver=names())).kind == State.FAILING

    def deaf(host):
        raise NoSuchName(f"The domain {host} does not exist.")

    found = look("http://gone.example/", Visitor(resolver=deaf))
    assert found.kind == State.COULD_NOT_CHECK
    assert "Our own resolver" in found.reason


def test_this_machine_without_a_network_says_it_could_not_check(monkeypatch):
    def temporary(*_, **__):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", temporary)
    with pytest.raises(CouldNotReach, match="could not be resolved"):
        resolve("a.example")
    assert look("http://a.example/", Visitor()).kind == State.COULD_NOT_CHECK


def test_a_refused_connection_says_so_and_breaks_nothing():
    with Server() as server:
        asks = visitor(server)
    assert look(f"http://a.example:{server.port}/", asks).kind == State.COULD_NOT_CHECK


def test_a_check_asks_nothing_by_itself():
    steps = check("http://a.example/")
    assert next(steps).method == "HEAD"
    assert WIRE > MOST
