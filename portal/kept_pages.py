"""Public pages as they were made, for whoever asks for the same address while nothing has changed.

What tells a browser that its page still holds (:mod:`portal.conditional`) tells as well
that ours does. So a page is made once for a build, a day and a content version, and then
answered with the one query that asks for the version. A change by anybody raises the
number in its own transaction: the next request finds nothing here that is older.
"""

from collections import OrderedDict
from threading import Lock

from django.http import HttpResponse

MOST = 24 * 1024 * 1024  # bytes of pages that a process keeps
LARGEST = MOST // 16  # a sitemap of everything must not push out all pages


class KeptPages:
    """The pages asked for lately, all of one content version. Threads may share it."""

    def __init__(self, most: int = MOST):
        self.most = most
        self.size = 0
        self._version: int | None = None
        self._pages: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()
        self._lock = Lock()

    def has(self, name: str) -> bool:
        """Whether it may be worth asking for the version: a page of this name is here, of whatever version."""
        return name in self._pages

    def get(self, name: str, version: int) -> HttpResponse | None:
        with self._lock:
            self._turn_to(version)
            if name not in self._pages or version != self._version:
                return None
            self._pages.move_to_end(name)
            content, headers = self._pages[name]
        return HttpResponse(content, headers=headers)

    def keep(self, name: str, version: int, page: HttpResponse) -> None:
        """A page that is as new as ``version``; left out when we know of a newer one, or it is too large."""
        content, headers = page.content, dict(page.items())
        if len(content) > LARGEST:
            return
        with self._lock:
            self._turn_to(version)
            if version != self._version:
                return
            self._drop(name)
            self._pages[name] = content, headers
            self.size += len(content)
            while self.size > self.most:
                self._drop(next(iter(self._pages)))

    def forget(self) -> None:
        with self._lock:
            self._version = None
            self._pages.clear()
            self.size = 0

    def _turn_to(self, version: int) -> None:
        """Pages of a past version are never asked for again."""
        if self._version is None or version > self._version:
            self._version = version
            self._pages.clear()
            self.size = 0

    def _drop(self, name: str) -> None:
        if name in self._pages:
            self.size -= len(self._pages.pop(name)[0])


kept_pages = KeptPages()
