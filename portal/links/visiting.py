"""One question to one server: to the very number that was checked, for seconds, and for kilobytes.

The name is resolved once and every answer must be public; then the socket is opened to one of those
numbers, and TLS still asks for and proves the name. The deadline is the clock's, not each read's, so a
server that sends a byte a second gains nothing by it. httpcore speaks HTTP over our own connection; it
follows no redirect, keeps no cookie, knows no proxy and unpacks nothing.
"""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from queue import Empty, SimpleQueue

import httpcore
from django.conf import settings

from .addresses import IP, PORTS, Internet, Refused, Target

CONNECT = 5.0  # seconds, for all numbers of a name together
TOTAL = 10.0  # seconds, for all questions of one check together
MOST = 256 * 1024  # bytes of a page, packed or unpacked
WIRE = MOST + 128 * 1024  # bytes from the socket, with headers and whatever frames the page
NUMBERS = 4  # of a name, tried one after the other

# Names that are there for sure: if they are not, it is our own resolver that knows nothing.
SURE = ("iana.org", "www.bls.gov")


class NoSuchName(Exception):
    """The domain is gone, says a resolver that knows others."""


class CouldNotReach(Exception):
    """No answer that tells anything; the message says what happened."""


class NoAnswer(CouldNotReach):
    """The server took the connection and then gave no answer in HTTP."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str = ""  # where a redirect points, as written
    kind: str = ""  # media type: text/html
    beginning: str = ""  # of a page: up to its title, or as much as we take


Resolver = Callable[[str], list[IP]]


def resolve(host: str) -> list[IP]:
    """Every number a name has, by this machine's resolver. Raises NoSuchName, or CouldNotReach if it does not know."""
    try:
        # The dot at the end: the name as it stands, and not within this machine's own search domains.
        found = socket.getaddrinfo(f"{host}.", None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
            raise NoSuchName(f"The domain {host} does not exist, or has no address.") from error
        raise CouldNotReach(f"The name {host} could not be resolved: {error.strerror}.") from error
    except (OSError, UnicodeError) as error:
        raise CouldNotReach(f"The name {host} could not be resolved.") from error
    # A link-local answer carries its network interface behind a "%"; the number alone decides.
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


class Visitor:
    """Asks. What it may ask, who resolves names, and whose certificates count are given to it, for the tests' sake."""

    def __init__(
        self,
        *,
        internet: Internet | None = None,
        resolver: Resolver = resolve,
        trust: ssl.SSLContext | None = None,
    ):
        self.internet = internet or Internet()
        self.resolver = resolver
        self.trust = trust or httpcore.default_ssl_context()
        self.agent = f"HealthAdminPathways-LinkCheck/1.0 (+{settings.SITE_URL}/about/)"

    def ask(self, method: str, target: Target, within: float = TOTAL) -> Answer:
        """Ask for one address. Raises Refused, NoSuchName or CouldNotReach; takes no longer than ``within`` seconds."""
        deadline = time.monotonic() + within
        numbers = self._numbers(target, deadline)
        wire = _Wire(self.internet, numbers, deadline)
        origin = httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port)
        url = httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target.path.encode())
        try:
            with (
                httpcore.HTTPConnection(origin, ssl_context=self.trust, network_backend=wire) as connection,
                connection.stream(method, url, headers=self._headers(method, target)) as response,
            ):
                headers = {name.lower(): value.decode("latin-1") for name, value in reversed(response.headers)}
                kind = headers.get(b"content-type", "").partition(";")[0].strip().lower()
                wanted = method == "GET" and kind in ("text/html", "application/xhtml+xml", "")
                text = _beginning(response, headers.get(b"content-encoding", "")) if wanted else ""
                return Answer(response.status, headers.get(b"location", ""), kind, text)
        except (httpcore.ProtocolError, UnicodeError) as error:
            raise NoAnswer("The server did not answer in HTTP that we understand.") from error

    def _headers(self, method: str, target: Target) -> list[tuple[bytes | str, bytes | str]]:
        host = f"[{target.host}]" if ":" in target.host else target.host
        return [
            ("Host", host if target.port == PORTS[target.scheme] else f"{host}:{target.port}"),
            ("User-Agent", self.agent),
            ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
            ("Accept-Language", "en-US,en;q=0.9"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
            *([("Range", f"bytes=0-{MOST - 1}")] if method == "GET" else []),
        ]

    def _numbers(self, target: Target, deadline: float) -> list[IP]:
        """The numbers to connect to: each one public, or none is asked."""
        if not self.internet.allows_port(target.port):
            raise Refused(f"Port {target.port} is not one of the web’s.")
        number = target.number
        numbers = [number] if number else list(dict.fromkeys(self._resolve(target.host, deadline)))
        if not numbers:
            raise CouldNotReach(f"The name {target.host} has no number.")
        if not all(self.internet.allows(number, target.port) for number in numbers):
            raise Refused(f"{target.host} leads to a machine that is not on the public internet.")
        return numbers[:NUMBERS]

    def _resolve(self, host: str, deadline: float) -> list[IP]:
        try:
            return _in_time(self.resolver, host, deadline)
        except NoSuchName:
            if self.knows_a_name(deadline):
                raise
            raise CouldNotReach("Our own resolver knows no names at all at the moment.") from None

    def knows_a_name(self, deadline: float | None = None) -> bool:
        """Whether our resolver works at all."""
        deadline = deadline or time.monotonic() + TOTAL
        return any(self._knows(name, deadline) for name in SURE)

    def _knows(self, name: str, deadline: float) -> bool:
        try:
            return bool(_in_time(self.resolver, name, deadline))
        except (NoSuchName, CouldNotReach):
            return False


def _in_time(resolver: Resolver, host: str, deadline: float) -> list[IP]:
    """A resolver cannot be told to hurry, so it works beside us, and we wait no longer than we have."""
    said: SimpleQueue = SimpleQueue()

    def work() -> None:
        try:
            said.put((resolver(host), None))
        except Exception as error:
            said.put(([], error))

    threading.Thread(target=work, daemon=True, name=f"resolves {host}").start()
    try:
        numbers, error = said.get(timeout=max(deadline - time.monotonic(), 0.001))
    except Empty:
        raise CouldNotReach(f"The name {host} was not resolved in time.") from None
    if error:
        raise error
    return numbers


class _Wire(httpcore.NetworkBackend):
    """Connects to numbers that were checked, and to nothing else, whatever name it is called with."""

    def __init__(self, internet: Internet, numbers: list[IP], deadline: float):
        self.internet, self.numbers, self.deadline = internet, numbers, deadline

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        until = min(time.monotonic() + CONNECT, self.deadline)
        trouble = "took longer than 5 seconds"
        for number in self.numbers:
            if not self.internet.allows(number, port):  # the last word before a packet leaves
                raise Refused(f"{host} leads to a machine that is not on the public internet.")
            left = until - time.monotonic()
            if left <= 0:
                break
            opened = socket.socket(socket.AF_INET if number.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
            try:
                opened.settimeout(left)
                opened.connect((str(number), port))
                return _Stream(opened, self.deadline)
            except OSError as error:
                opened.close()
                trouble = "took too long" if isinstance(error, TimeoutError) else (error.strerror or str(error))
        raise CouldNotReach(f"No connection to {host}: {trouble}.")

    def connect_unix_socket(self, path, timeout=None, socket_options=None):
        raise Refused("A file is no web server.")

    def sleep(self, seconds):
        raise NotImplementedError("nothing is tried twice here")


class _Stream(httpcore.NetworkStream):
    """A connection that ends at a moment, and after so many bytes."""

    def __init__(self, opened: socket.socket, deadline: float, received: int = 0):
        self.opened, self.deadline, self.received = opened, deadline, received

    def _hurry(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise CouldNotReach(f"The answer took longer than {TOTAL:.0f} seconds.")
        self.opened.settimeout(left)

    def read(self, max_bytes, timeout=None):
        self._hurry()
        try:
            data = self.opened.recv(max_bytes)
        except TimeoutError:
            raise CouldNotReach(f"The answer took longer than {TOTAL:.0f} seconds.") from None
        except OSError as error:
            raise NoAnswer(f"The server broke off: {error.strerror or error}.") from error
        self.received += len(data)
        if self.received > WIRE:
            raise CouldNotReach("The answer’s headers are endless.")
        return data

    def write(self, buffer, timeout=None):
        self._hurry()
        try:
            self.opened.sendall(buffer)
        except OSError as error:
            raise NoAnswer(f"The server broke off: {error.strerror or error}.") from error

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self._hurry()
        try:
            secured = ssl_context.wrap_socket(self.opened, server_hostname=server_hostname)
        except ssl.SSLCertVerificationError as error:
            raise CouldNotReach(f"The server’s certificate was not accepted: {error.verify_message}.") from error
        except TimeoutError:
            raise CouldNotReach(f"The answer took longer than {TOTAL:.0f} seconds.") from None
        except (OSError, ValueError) as error:
            raise CouldNotReach("No secure connection came about.") from error
        return _Stream(secured, self.deadline, self.received)

    def close(self):
        self.opened.close()

    def get_extra_info(self, info):
        return self.opened if info == "ssl_object" and isinstance(self.opened, ssl.SSLSocket) else None


def _beginning(response: httpcore.Response, encoding: str) -> str:
    """The page up to its title, or its first 256 KB, packed or unpacked, whichever is reached first."""
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        return ""
    unpacking = zlib.decompressobj(wbits=47) if encoding not in ("", "identity") else None  # 47: gzip or zlib
    packed, text = 0, bytearray()
    try:
        for chunk in response.iter_stream():
            packed += len(chunk)
            room = MOST - len(text)
            new = unpacking.decompress(chunk, room) if unpacking else chunk[:room]
            text += new
            # Looked for near the end alone: a page in tiny pieces must not be read over and over.
            if packed >= MOST or len(text) >= MOST or b"</title" in text[-len(new) - 8 :].lower():
                break
    except zlib.error:
        pass  # what was readable counts
    return text.decode("utf-8", "replace")
