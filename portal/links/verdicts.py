"""What the answers of servers say about a link.

A check is a generator: it yields the questions it needs, is sent the answers, and returns what it
found. So it neither waits nor opens anything itself, and between two questions somebody else may be asked.
"""

import html
import re
from collections.abc import Generator
from functools import cache
from http import HTTPStatus
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList

from portal.models import OutboundLink
from portal.models.links import Finding

from .addresses import Refused, Target, target
from .visiting import Answer, CouldNotReach, NoAnswer, NoSuchName

State = OutboundLink.State
HOPS = 3  # redirects that are followed
REDIRECTS = {301, 302, 303, 307, 308}
# What these say, they say about the page. All other refusals are about us, or about this moment.
GONE = {404, 410}
SERVER_BROKEN = {500, 501, 502, 504}
LEAVE_ALONE = {429, 503}

LOOKS_GONE = re.compile(
    r"\b(page|file|site|document|content|resource|url) (was |is |could |can )?(not|n.t) (be )?(found|available)\b"
    r"|\bnot found\b|\b(error|http) ?-? ?404\b|^\W*(404|410)\b|\b404\W*$"
    r"|\bpage (does ?n.t|does not|no longer) exist|\bno longer (available|exists)\b"
    r"|\bcan.?t (find|be found)\b|\bdomain (is )?for sale\b|\bthis domain (is|has|may)\b",
    re.IGNORECASE,
)
BOT_WALL = re.compile(
    r"just a moment|attention required|access (is |was )?(denied|blocked)|are you (a )?(human|robot)|captcha"
    r"|pardon our interruption|security check|verify(ing)? (that )?you are|request (was |has been )?(rejected|blocked)"
    r"|checking your browser|bot (check|detection)|incapsula",
    re.IGNORECASE,
)
FRONT_PAGE = re.compile(r"/?((index|default|home)(\.[a-z]{2,5})?|home/?|[a-z]{2}(-[a-z]{2})?/?)?", re.IGNORECASE)


class Question(NamedTuple):
    method: str
    target: Target


def check(url: str) -> Generator[Question, Answer, Finding]:
    """Look at an address: first the headers, then, where they do not tell enough, the beginning of the page."""
    try:
        return (yield from _follow(url))
    except Refused as refusal:
        return Finding(State.REFUSED, str(refusal))
    except NoSuchName as gone:
        return Finding(State.FAILING, str(gone))
    except CouldNotReach as trouble:
        return Finding(State.COULD_NOT_CHECK, str(trouble))


def _follow(url: str) -> Generator[Question, Answer, Finding]:
    asked = first = target(url)
    method, hops = "HEAD", 0
    while True:
        try:
            answer = yield Question(method, asked)
        except NoAnswer:
            if method == "GET":
                raise
            method = "GET"  # some servers have never heard of HEAD
            continue
        if answer.status in REDIRECTS and answer.location:
            if hops == HOPS:
                return Finding(State.COULD_NOT_CHECK, f"It redirects more than {HOPS} times.", answer.status)
            onward = target(answer.location, base=asked.url)
            if asked.scheme == "https" and onward.scheme == "http":
                said = "It redirects from a secure address to an insecure one, which we do not follow."
                return Finding(State.COULD_NOT_CHECK, said, answer.status, onward.url)
            asked, hops = onward, hops + 1
        elif method == "HEAD" and answer.status not in LEAVE_ALONE and not _headers_tell(answer):
            method = "GET"
        else:
            return _verdict(first, asked, answer)


def _headers_tell(answer: Answer) -> bool:
    """Whether it is there and no page: a page's title may say that it is gone, and 404 to HEAD may be a lie."""
    return 200 <= answer.status < 300 and answer.kind not in ("", "text/html", "application/xhtml+xml")


def _verdict(first: Target, last: Target, answer: Answer) -> Finding:
    status, ends = answer.status, "" if last == first else last.url
    if status in GONE or status in SERVER_BROKEN:
        return Finding(State.FAILING, f"The server answers {_named(status)}.", status, ends)
    if not (200 <= status < 300 or status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE):
        return Finding(State.COULD_NOT_CHECK, f"The server answers {_named(status)}, to us at least.", status, ends)
    title = _title(answer.beginning)
    if BOT_WALL.search(title):
        return Finding(State.COULD_NOT_CHECK, f"A page for robots answers: “{title[:80]}”.", status, ends)
    if LOOKS_GONE.search(title):
        return Finding(State.LOOKS_GONE, f"The page is titled “{title[:80]}”.", status, ends)
    if registrable(last.host) != registrable(first.host):
        return Finding(State.MOVED, f"It leads to another domain, {last.host}.", status, ends)
    if ends and not FRONT_PAGE.fullmatch(first.path) and FRONT_PAGE.fullmatch(last.path):
        return Finding(State.LOOKS_GONE, "It leads to the front page of the site.", status, ends)
    return Finding(State.FINE, "", status, ends)


def _named(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _title(beginning: str) -> str:
    """The page's title, at most 200 characters. By plain search: a pattern could be made to look for hours."""
    small = beginning.lower()
    opening = small.find("<title")
    start = small.find(">", opening) + 1 if opening >= 0 else 0
    end = small.find("</title", start) if start else -1
    return " ".join(html.unescape(beginning[start:end][:1_000]).split())[:200] if end >= 0 else ""


def registrable(host: str) -> str:
    """The part of a name that somebody registers: umn.edu of cse.umn.edu. A number, or a suffix alone, is itself."""
    if ":" in host or host.rpartition(".")[2].isdigit():
        return host
    return _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    """As it came with the package; nothing is fetched."""
    return PublicSuffixList()
