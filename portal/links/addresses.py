"""Web addresses: one spelling for each, and whom the checker may ask.

Everything that is not plainly a public web server is refused before a packet leaves: by its
spelling here, and again by the numbers its name turns out to have.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from portal.models.links import LONGEST

IP = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
# Unreserved, reserved and "%": whatever may stand in a path or a query as it is (RFC 3986).
KEPT = "%/:@!$&'()*+,;=~-._?"
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what inet_aton takes for one, in any base
# Names of one's own machine or network (RFC 6761, 6762, 7686, 8375, 9476, and what routers use).
INNER = (
    *("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private"),
    *("home.arpa", "onion", "alt", "invalid"),
)

# The IANA special-purpose registries, written out: what Python calls global differs by its version.
NOT_PUBLIC = [
    ip_network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a public number that is the host machine's own service in Microsoft's data centers
        *("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20", "5f00::/16"),
    )
]
PUBLIC_V6 = ip_network("2000::/3")  # all that is given to anybody
NAT64 = IPv6Network("64:ff9b::/96")


class Refused(Exception):
    """An address nobody here asks; the message says why, for the editor."""


@dataclass(frozen=True)
class Target:
    """An address read into the parts a question needs. The host is in small ASCII letters."""

    scheme: str
    host: str
    port: int
    path: str  # with the query, from the first slash

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port == PORTS[self.scheme] else f':{self.port}'}{self.path}"

    @property
    def number(self) -> IP | None:
        """The host, where it is a number and no name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def normalised(url: str) -> str:
    """One spelling for one address, plain ASCII: what is stored, and what makes two uses one link.

    Small letters in scheme and host, no default port, no fragment, at least a slash. An address
    that cannot be read is kept as written, so that somebody sees it; ``target`` then refuses it.
    Raises ValueError for one of more than ``LONGEST`` characters.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        user, at, _ = parts.netloc.rpartition("@")
        host = _ascii(parts.hostname or "")
        if ":" in host:
            host = f"[{host}]"
        port = "" if parts.port in (None, PORTS.get(parts.scheme)) else f":{parts.port}"
        netloc = quote(f"{user}{at}", KEPT) + host + port
        plain = urlunsplit(
            SplitResult(parts.scheme, netloc, quote(parts.path, KEPT) or "/", quote(parts.query, KEPT), "")
        )
        if not netloc or "\\" in url:
            raise ValueError("no web address")
    except ValueError:
        plain = quote(url, "".join(map(chr, range(33, 127))))
    if len(plain) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    return plain


def host_of(url: str) -> str:
    """Whom an address asks; empty when it would be refused for its spelling."""
    try:
        return target(url).host
    except Refused:
        return ""


def target(url: str, base: str = "") -> Target:
    """Read an address, or where a redirect from ``base`` leads. Raises Refused unless it is a plain web address."""
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise Refused("The address holds spaces, backslashes or control characters.")
    try:
        parts = urlsplit(urljoin(base, url))
        port = parts.port
    except ValueError:
        raise Refused("The address cannot be read.") from None
    if parts.scheme not in PORTS:
        raise Refused("Only http and https addresses are visited.")
    if "@" in parts.netloc:
        raise Refused("The address names a user.")
    host = _host(parts.hostname or "")
    path = quote(parts.path, KEPT) or "/"
    if parts.query:
        path += f"?{quote(parts.query, KEPT)}"
    return Target(parts.scheme, host, PORTS[parts.scheme] if port is None else port, path)


def _ascii(host: str) -> str:
    """A host in small ASCII letters, without the dot that may end it. Raises ValueError if it has none."""
    plain = host.encode("idna").decode("ascii") if not host.isascii() else host
    return plain.lower().removesuffix(".")


def _host(written: str) -> str:
    try:
        host = _ascii(written)
    except ValueError:
        raise Refused("The host’s name cannot be read.") from None
    if ":" in host:
        return str(_number(host))
    labels = host.split(".")
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise Refused("The host’s name cannot be read.")
    if NUMBER.fullmatch(labels[-1]):
        # Decimal, hex, octal and short spellings: a browser may take them for a number, and so may a resolver.
        return str(_number(host))
    if len(labels) < 2 or host.endswith(tuple(f".{name}" for name in INNER)):
        raise Refused("The host’s name is one of a private network.")
    return host


def _number(host: str) -> IP:
    try:
        if "%" in host:
            raise ValueError("a number with a network interface")
        return ip_address(host)
    except ValueError:
        raise Refused("The host is a number in an unusual spelling.") from None


def embedded(address: IP) -> IP:
    """The IPv4 address that an IPv6 one stands for, by mapping, 6to4 or NAT64; else the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.sixtofour:
            return address.sixtofour
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: IP) -> bool:
    """Whether this number is somebody's on the internet, and nothing of this machine, this network or no one."""
    inner = embedded(address)
    if isinstance(inner, IPv6Address) and (inner not in PUBLIC_V6 or inner.teredo):
        return False
    if any(inner in block for block in NOT_PUBLIC if block.version == inner.version):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


class Internet:
    """Whom the checker may ask: public numbers, at the two ports of the web.

    Tests that need a server of their own hand in another; the running portal knows only this one.
    """

    def allows_port(self, port: int) -> bool:
        return port in PORTS.values()

    def allows(self, address: IP, port: int) -> bool:
        return self.allows_port(port) and is_public(address)
