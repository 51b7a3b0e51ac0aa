"""Answering "has this page changed?" without making the page.

The ETag of a public page is known before the page is made. It says what the page is
made of::

    W/"<build>-<day>-<content version>-<address>"

*Build* (:mod:`portal.build`) is our code, templates and settings. *Day* is the date in
the site's one zone, ``TIME_ZONE``: ages ("confirmed 3 months ago") and deadlines turn
with it. *Content version* (:class:`portal.models.ContentVersion`) grows in the
transaction of every change to a table that public pages read, and with the clock when
something scheduled comes due. Nothing of the visitor is in it, because nothing of the
visitor is in the page. *Address* is a hash of path and query: a cache compares tags of
one address only, so the page would not need it, but with it "not modified" is never
said of an address that was not answered 200 in this very state; a 404 stays a 404
whatever tag is sent along.

Why it is never stale: the version is read before anything else of the page, by a
statement of its own or by the one that reads the rows, so a change that commits
meanwhile can only make the page *newer* than its tag. Such a page is asked for once
more than needed and never held too long. Versions are read as committed (no request
is in a transaction here), or as of the same snapshot as the rows
(:func:`portal.memory.one_state`); what a process remembers
(:func:`portal.memory.remembered`) it remembers under a version, and that version is
heard here too. A page that heard several is as old as the oldest.

What it costs: a page whose view reads the version itself pays nothing; any other, one
cheap query before its first one. A conditional request that matches costs that query
alone. A page that asked the database nothing has an empty version, depends on build
and day, and is told unchanged without a query, also while the database is away.

A view that wants no query more reads the version in the statement that reads the rows
(``ContentVersion.expression()``) and tells what it was (``versions.hear``). What a
process remembers is heard of under the version it was remembered by.

A page that was made is kept under its tag (:mod:`portal.kept_pages`), so the second who asks for it costs that
one query too.

The tag is weak: two pages of one tag say the same, but one may be the newer by a
moment, and a proxy may compress it.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import parse_etags

from portal.build import build_id
from portal.kept_pages import kept_pages
from portal.middleware import KEPT_BY_NOBODY
from portal.models import ContentVersion
from portal.models.versions import heard

# What belongs to one visitor, and what tells of this moment.
LEFT_OUT = (*KEPT_BY_NOBODY, "/healthz", "/readyz")
NOT_A_READING = re.compile(r"\s*(?:SET|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
PRIVATE = re.compile(r"\b(?:private|no-store)\b")


class Tag:
    """The ETag of one address today, but for the content version, which is filled in."""

    def __init__(self, request: HttpRequest):
        self.address = address = f"{request.path_info}?{request.META.get('QUERY_STRING', '')}"
        self.before = f'W/"{build_id()}-{timezone.localdate():%Y%m%d}-'
        self.after = f'-{hashlib.blake2s(address.encode(errors="surrogateescape"), digest_size=6).hexdigest()}"'

    def of(self, version: int | None) -> str:
        return f"{self.before}{'' if version is None else version}{self.after}"

    def page(self, version: int | None) -> HttpResponse | None:
        """The page as it was made before, if it was and nothing has changed since; ``version`` if it is known."""
        name = f"{self.before}{self.address}"
        if not kept_pages.has(name) or not _is_as_committed():
            return None
        return kept_pages.get(name, ContentVersion.now() if version is None else version)

    def keep(self, version: int | None, page: HttpResponse) -> None:
        """Pages without a version cost nothing to make; one that is made inside a transaction may never come true."""
        if version is not None and _is_as_committed():
            kept_pages.keep(f"{self.before}{self.address}", version, page)

    def is_known_to(self, tags: list[str]) -> bool:
        """Whether one of these tags of a browser may still hold; asks for the content version only if it may."""
        ours = {tag for tag in map(_weak, tags) if tag.startswith(self.before) and tag.endswith(self.after)}
        return bool(ours) and (self.of(None) in ours or self.of(ContentVersion.now()) in ours)


def _is_as_committed() -> bool:
    return not connection.in_atomic_block


def _weak(tag: str) -> str:
    return tag if tag.startswith("W/") else f"W/{tag}"


class ConditionalGet:
    """Public pages carry their tag, and who brings it back learns that nothing changed. HEAD as GET.

    Whatever is no public page of status 200 gets the tag of its bytes, as Django does it, or none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if request.method not in ("GET", "HEAD") or request.path_info.startswith(LEFT_OUT):
            return self.get_response(request)
        # With DEBUG templates change under a running process, so no tag can be known ahead.
        tag = None if settings.DEBUG else Tag(request)
        asked = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
        is_plain = "HTTP_IF_MATCH" not in request.META and asked != ["*"]
        with AskingFirst() as versions:
            if tag and asked and "HTTP_IF_MATCH" not in request.META and tag.is_known_to(asked):
                unchanged = HttpResponseNotModified()
                unchanged["ETag"] = tag.of(versions.oldest)
                return unchanged
            if tag and is_plain and (page := tag.page(versions.oldest)):
                return page
            response = self.get_response(request)
        if response.streaming or response.status_code != 200 or not is_public(response):
            return response
        if tag and not versions.missed:
            response["ETag"] = tag.of(versions.oldest)
            # A page may be newer than its tag, so a tag that was found wanting before stays so.
            if is_plain:
                if request.method == "GET":
                    tag.keep(versions.oldest, response)
                return response
        else:
            set_response_etag(response)
        return get_conditional_response(request, etag=response["ETag"], response=response)


def is_public(response: HttpResponse) -> bool:
    """Whether anybody may be told the same: nothing in the headers speaks of one visitor."""
    return not (
        response.cookies
        or PRIVATE.search(response.get("Cache-Control", ""))
        or "cookie" in response.get("Vary", "").lower()
    )


class AskingFirst:
    """Inside, the content version is read before the first statement that reads anything else, or with it."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.is_asked = self.was_read_past = False

    @property
    def oldest(self) -> int | None:
        """The version everything on the page is at least as new as; None when nothing was read."""
        return min(self.numbers, default=None)

    @property
    def missed(self) -> bool:
        """Whether something was read under a version that nobody told us: a statement brought it, unheard."""
        return self.was_read_past or (self.is_asked and not self.numbers)

    def __enter__(self) -> "AskingFirst":
        self._token = heard.set(self.numbers)
        self._wrapped = connection.execute_wrapper(self._before)
        self._wrapped.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapped.__exit__(*error)
        heard.reset(self._token)

    def _before(self, execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        if not self.numbers and not NOT_A_READING.match(str(sql)):
            brings_it = ContentVersion.SQL in str(sql)
            self.was_read_past |= self.is_asked
            if brings_it:
                self.is_asked = True
            elif not self.is_asked:
                ContentVersion.now()
        return execute(sql, *rest)
