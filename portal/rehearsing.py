"""What would happen if a release were promoted: worked out by doing it, in a transaction that is taken back.

An app declares the pages that figures of releases reach::

    @shows("article", "oews-national", "ipeds-completions")
    def article_pages():
        for article in …:
            yield Page(article.get_absolute_url(), article.title, digest)

``digest`` stands for everything on the page that a release of these sources can
change: two equal ones mean that the page has the same bytes. It is asked for before
and after; several functions may speak of parts of the same pages.

Whatever reads the site meanwhile sees nothing of it. Editors are not held up either,
unless they save a school or program whose row is being written anew.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

import pgtrigger.registry
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import Http404
from django.urls import resolve
from django.utils import timezone

from portal import releases
from portal.models import AffectedPage, Rehearsal, Release
from portal.releases import Remark, current_release, is_older, watches_of

Tell = Callable[[str], None]  # says how far it is
BATCH = 2_000


class Page(NamedTuple):
    """A public page, and what stands for its content."""

    path: str
    name: str
    digest: str


Pages = Callable[[], Iterable[Page]]
_pages: list[tuple[str, frozenset[str], Pages]] = []


def shows(kind: str, *sources: str) -> Callable[[Pages], Pages]:
    """Declare pages (``kind``: article, occupation, program, school) that show figures of these sources (by slug)."""

    def declare(pages: Pages) -> Pages:
        _pages.append((kind, frozenset(sources), pages))
        return pages

    return declare


def digest_of(*parts: object) -> str:
    return hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()


def digest_of_page(path: str) -> str:
    """Of the very bytes a visitor would be sent now; empty where there is no page."""
    match = resolve(path)
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "wsgi.input": BytesIO(), "wsgi.url_scheme": "http",
    }  # fmt: skip
    try:
        response = match.func(WSGIRequest(environ), *match.args, **match.kwargs)
    except Http404:
        return ""
    return digest_of(response.status_code, response.content) if response.status_code == 200 else ""


@contextmanager
def as_if(release: Release) -> Iterator[None]:
    """Inside, ``release`` is the current one of its source, for this connection alone; afterwards nothing has been.

    The content version does not move, so nobody waits for its row.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [_bumps()])
        rehearsed = Release.objects.select_related("source").get(pk=release.pk)
        releases.move_mark(rehearsed, current_release(rehearsed.source))
        releases.follow(rehearsed.source)
        yield
        transaction.set_rollback(True)


def _bumps() -> str:
    """All triggers that raise the content version, as pgtrigger names those to pass over."""
    ids = [
        trigger.get_pgid(model)
        for model, trigger in pgtrigger.registry.registered()
        if trigger.name in ("bumps_version", "announces")
    ]
    return "{" + ",".join(ids) + "}"


def rehearse(release: Release, tell: Tell = lambda words: None) -> Rehearsal:
    """Work out which pages ``release`` would change and what people should look at, and keep the answer with it.

    For a release that would not become current nothing changes. Safe to repeat: the newest answer stands.
    """
    source = release.source
    current = current_release(source)
    changes: dict[str, AffectedPage] = {}
    remarks: list[Remark] = []
    if release != current and not (current and is_older(release, current)):
        with _one_moment():
            tell("Reading the pages as they are")
            pages, seen = _all_pages(source.slug), [watch.look() for watch in watches_of(source)]
            with as_if(release):
                tell("Reading the pages as they would be")
                pages_then, seen_then = _all_pages(source.slug), [watch.look() for watch in watches_of(source)]
        for kind, before, after in zip(_kinds(source.slug), pages, pages_then, strict=True):
            for affected in _compare(release, kind, before, after):
                changes.setdefault(affected.path, affected)
        for watch, before, after in zip(watches_of(source), seen, seen_then, strict=True):
            remarks += watch.compare(before, after)
    with transaction.atomic():
        AffectedPage.objects.filter(release=release).delete()
        AffectedPage.objects.bulk_create(changes.values(), batch_size=BATCH)
        told = [[remark.name, remark.url, remark.why] for remark in remarks]
        values = {"against": current, "made_at": timezone.now(), "remarks": told}
        rehearsal, _ = Rehearsal.objects.update_or_create(release=release, defaults=values)
    return rehearsal


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is read before and after is of one moment; inside somebody else's transaction, of that one's."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _kinds(source: str) -> list[str]:
    return [kind for kind, sources, _ in _pages if source in sources]


def _all_pages(source: str) -> list[dict[str, Page]]:
    return [{page.path: page for page in pages()} for _, sources, pages in _pages if source in sources]


def _compare(release: Release, kind: str, before: dict[str, Page], after: dict[str, Page]) -> Iterator[AffectedPage]:
    how = AffectedPage.How
    for path, page in before.items():
        then = after.get(path)
        if then is None or then.digest != page.digest:
            verb = how.CHANGES if then and then.digest else how.GOES
            yield AffectedPage(release=release, kind=kind, path=path, name=page.name[:300], how=verb)
    for path, page in after.items():
        if path not in before:
            yield AffectedPage(release=release, kind=kind, path=path, name=page.name[:300], how=how.APPEARS)
