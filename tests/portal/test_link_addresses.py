"""Which addresses are one, and which are asked by nobody here, however they are spelled."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.links.addresses import NOT_PUBLIC, Internet, Refused, is_public, normalised, target

INNER_V4 = [block for block in NOT_PUBLIC if block.version == 4]


def inside(block):
    return st.integers(int(block[0]), int(block[-1])).map(IPv4Address)


inner = st.sampled_from(INNER_V4).flatmap(inside)
FULLWIDTH = str.maketrans("0123456789.", "０１２３４５６７８９。")


def octal(n):
    return f"0{n:o}"


def hexadecimal(n):
    return f"0x{n:x}"


@st.composite
def spelled(draw, numbers=inner):
    """An IPv4 number as somebody hides it: another base for each part, fewer parts, other digits, inside IPv6."""
    number = draw(numbers)
    parts = list(number.packed)
    few = draw(st.integers(1, 4))
    parts = [*parts[: few - 1], int.from_bytes(parts[few - 1 :])]
    text = ".".join(draw(st.sampled_from([str, octal, hexadecimal, lambda n: f"0X{n:X}"]))(part) for part in parts)
    value = int(number)
    return draw(
        st.sampled_from(
            [
                text,
                f"{text}.",
                text.translate(FULLWIDTH),
                str(number),
                f"{number}.",
                f"[::ffff:{number}]",
                f"[::ffff:{value >> 16:x}:{value & 0xFFFF:x}]",
                f"[::{number}]",
                f"[64:ff9b::{number}]",
                f"[64:ff9b:1::{number}]",
                f"[2002:{value >> 16:x}:{value & 0xFFFF:x}::1]",
                f"[2001:0:4136:e378:8000:63bf:{~value >> 16 & 0xFFFF:x}:{~value & 0xFFFF:x}]",
                f"[fe80::5efe:{number}]",
            ]
        )
    )


def asks(url):
    """Whether anybody would be asked for this address: by name, or at a number the internet rule allows."""
    try:
        found = target(url)
    except Refused:
        return False
    return found.number is None or Internet().allows(found.number, found.port)


@given(spelled(), st.sampled_from(["http", "https", "HTTP"]), st.sampled_from(["", ":80", ":443"]))
def test_no_spelling_of_an_inner_number_is_asked(host, scheme, port):
    assert not asks(f"{scheme}://{host}{port}/x")


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_a_v4_number_is_public_exactly_when_no_special_block_holds_it(number):
    assert is_public(number) == (not any(number in block for block in INNER_V4))


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_v6_number_outside_what_is_given_out_is_public(number):
    if number not in ip_network("2000::/3"):
        assert not is_public(number) or number in ip_network("64:ff9b::/96") or number.ipv4_mapped


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.251", "255.255.255.255", "168.63.129.16", "198.18.0.1", "192.0.0.192", "192.88.99.1"),
        *("::", "::1", "::ffff:127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"),
        *("64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8", "2002:7f00:1::", "2001:0:4136:e378::1", "2001:db8::1", "100::1"),
    ],
)
def test_numbers_of_nobody_or_of_our_own_are_not_public(number):
    assert not is_public(ip_address(number))


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::"]
)
def test_numbers_of_the_internet_are(number):
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://a.example/", "http"),
        ("file:///etc/passwd", "http"),
        ("javascript:alert(1)", "http"),
        ("gopher://a.example:80/", "http"),
        ("//a.example/", "http"),
        ("http://", "host"),
        ("http:///x", "host"),
        ("https://user@a.example/", "user"),
        ("https://a.example:pass@b.example/", "user"),
        ("http://a.example\\@127.0.0.1/", "backslash"),
        ("http://a.example/\r\nHost: b", "control"),
        ("http://a .example/", "space"),
        ("http://localhost/", "private network"),
        ("http://LOCALHOST./", "private network"),
        ("http://x.localhost/", "private network"),
        ("http://router.lan/", "private network"),
        ("http://metadata.google.internal/", "private network"),
        ("http://intranet/", "private network"),
        ("http://127.1/", "unusual"),
        ("http://0x7f.0.0.1/", "unusual"),
        ("http://2130706433/", "unusual"),
        ("http://0177.0.0.1/", "unusual"),
        ("http://a.example.0x1/", "unusual"),
        ("http://[fe80::1%25eth0]/", "unusual"),
        ("http://a..example/", "read"),
        ("http://a%2eexample.org/", "read"),
        (f"http://{'a' * 64}.example/", "read"),
        (f"http://{'a.' * 127}example/", "read"),
        ("http://[::1/", "read"),
        ("http://a.example:99999/", "read"),
        ("http://a.example:x/", "read"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_with_a_reason(url, why):
    with pytest.raises(Refused, match=re.compile(why, re.IGNORECASE)):
        target(url)


@pytest.mark.parametrize("port", [0, 1, 22, 25, 5432, 8080, 6379, 65535])
def test_only_the_two_ports_of_the_web_are_asked(port):
    assert not Internet().allows_port(port)
    assert not Internet().allows(ip_address("8.8.8.8"), port)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("HTTPS://A.Example", "https://a.example/"),
        ("https://a.example:443/x#part", "https://a.example/x"),
        ("http://a.example:80", "http://a.example/"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("https://bücher.example/ä?q=ü", "https://xn--bcher-kva.example/%C3%A4?q=%C3%BC"),
        ("https://a.example./x", "https://a.example/x"),
        (" https://a.example/a b ", "https://a.example/a%20b"),
        ("https://a.example/%7Eb?x=1&y=%20", "https://a.example/%7Eb?x=1&y=%20"),
        ("https://a.example?x", "https://a.example/?x"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
    ],
)
def test_one_address_has_one_spelling(written, kept):
    assert normalised(written) == kept
    assert normalised(kept) == kept


@given(st.text(max_size=200))
def test_any_text_has_a_plain_spelling_that_stays(text):
    kept = normalised(text)
    assert not kept or re.fullmatch("[!-~]+", kept)
    assert normalised(kept) == kept


@given(st.text("abc/:@?#[]%.\\ü0x127", max_size=40).map(lambda rest: f"http://{rest}"))
def test_what_is_asked_is_what_was_kept(url):
    """The spelling that is stored and the one that was written lead to the same machine, or to none."""

    def place(address):
        try:
            found = target(address)
        except Refused:
            return None
        return found.host, found.port

    try:
        kept = normalised(url)
    except ValueError:
        return
    assert place(url) in (place(kept), None)


def test_an_address_too_long_to_keep_says_so():
    with pytest.raises(ValueError, match="longer"):
        normalised("https://a.example/" + "x" * 2_000)


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/b", "https://a.example/b"),
        ("b?c", "https://a.example/x/b?c"),
        ("//c.example/", "https://c.example/"),
        ("http://c.example:80/", "http://c.example/"),
    ],
)
def test_a_redirect_is_read_from_where_it_stands(location, leads_to):
    assert target(location, base="https://a.example/x/y").url == leads_to
