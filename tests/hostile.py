"""Servers that mean ill, on this machine, and a checker that may ask just them.

What opens a way to this machine stands here and is handed in by a test; the running portal has no
switch for it.
"""

import contextlib
import socket
import ssl
import threading
import time
from ipaddress import ip_address

import httpcore

from portal.links.addresses import Internet, is_public
from portal.links.verdicts import check
from portal.links.visiting import CouldNotReach, NoSuchName, Refused, Visitor

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"


class Server:
    """Answers each connection by ``behave(socket, request)`` in a thread; counts connections and keeps requests."""

    def __init__(self, behave=None, address="127.0.0.1", context: ssl.SSLContext | None = None):
        self.behave, self.context = behave, context
        self.connections, self.requests, self.names = 0, [], []
        if context:
            context.sni_callback = lambda connection, name, _: self.names.append(name)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.create_server((address, 0), family=family)
        self.address, self.port = ip_address(address), self.socket.getsockname()[1]
        self.sent = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection):
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                data = connection.recv(65536)
                if not data:
                    return
                request += data
            self.requests.append(request.decode("latin-1"))
            if self.behave:
                self.behave(connection, self.requests[-1])

    def send(self, connection, data):
        connection.sendall(data)
        self.sent += len(data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def says(body=b"<title>Fine</title>", head=OK):
    """A server that answers this; to HEAD without the body."""

    def behave(connection, request):
        connection.sendall(head + b"\r\n" + (b"" if request.startswith("HEAD") else body))

    return behave


def status(number, location="", title="A page", also=b""):
    place = f"Location: {location}\r\n".encode() if location else b""
    head = f"HTTP/1.1 {number} So\r\nContent-Type: text/html\r\nConnection: close\r\n".encode()
    return says(f"<title>{title}</title>".encode(), head + place + also)


def hangs(connection, request):
    """Takes the question and says nothing."""
    time.sleep(20)


def drips(connection, request):
    """A byte now and then, for ever: each comes well within any pause, the end never does."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        connection.sendall(b"a")
        time.sleep(0.05)


class Just(Internet):
    """Allows these servers of the test, at their addresses and ports, and nothing else in the world."""

    def __init__(self, *servers: Server):
        self.servers = {(server.address, server.port) for server in servers}

    def allows_port(self, port):
        return True

    def allows(self, address, port):
        return (address, port) in self.servers


class AnyPort(Internet):
    """The running portal's rule for addresses, at any port, so that a listener here could be reached."""

    def allows_port(self, port):
        return True

    def allows(self, address, port):
        return is_public(address)


def names(**known):
    """A resolver that knows these: ``a="127.0.0.1"`` is a.example. Counts what it is asked."""

    def resolver(host):
        resolver.asked.append(host)
        if host == "iana.org":
            return [ip_address("192.0.43.8")]
        found = known.get(host.removesuffix(".example").replace(".", "_").replace("-", "_"))
        if found is None:
            raise NoSuchName(f"The domain {host} does not exist.")
        return [ip_address(one) for one in ([found] if isinstance(found, str) else found)]

    resolver.asked = []
    return resolver


def visitor(*servers, resolver=None, **how):
    return Visitor(internet=Just(*servers), resolver=resolver or names(a="127.0.0.1", b="127.0.0.1"), **how)


def look(url, visitor, within=10.0):
    """What a check finds, without the pauses between its questions."""
    steps = check(url)
    try:
        question = next(steps)
        while True:
            try:
                answer = visitor.ask(*question, within=within)
            except (Refused, NoSuchName, CouldNotReach) as trouble:
                question = steps.throw(trouble)
            else:
                question = steps.send(answer)
    except StopIteration as over:
        return over.value


def no_certificates():
    """Trust in nobody, quicker to make than in everybody."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def trusting(authority):
    context = httpcore.default_ssl_context()
    authority.configure_trust(context)
    return context
