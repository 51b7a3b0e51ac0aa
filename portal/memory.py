"""What a process may keep because nothing public has changed since.

Every change to anything public raises one number in the same transaction
(:class:`portal.models.ContentVersion`), so what was computed under a number is
exact for as long as the number stands.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, local
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from portal.models import ContentVersion
from portal.models.versions import hear

T = TypeVar("T")

_kept: dict[str, tuple[int, Any]] = {}
_here = local()


class MovedOn(Exception):
    """What is kept is of a version that is past."""


@contextmanager
def one_version() -> Iterator[None]:
    """Inside, all that is remembered is of the version asked for, or MovedOn is raised."""
    _here.strict = True
    try:
        yield
    finally:
        _here.strict = False


@contextmanager
def one_state() -> Iterator[None]:
    """Everything read inside is of one moment, however many queries it takes. Nothing can be written.

    Inside somebody else's transaction (a test's) it is that transaction which decides.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _here.reading = True
        try:
            yield
        finally:
            _here.reading = False


def remembered(name: str, version: int, compute: Callable[[], T]) -> T:
    """What ``compute`` gives, kept in this process under ``name`` until ``version`` moves on.

    It is kept when the number cannot have moved meanwhile: in :func:`one_state`, or
    because it is still the same afterwards. Inside a transaction that may yet be
    rolled back nothing is kept, because its numbers may never come true.
    """
    hear(version)
    reading = getattr(_here, "reading", False)
    if connection.in_atomic_block and not reading:
        return compute()
    kept = _kept.get(name)
    if kept and kept[0] == version:
        return kept[1]
    value = compute()
    if reading or ContentVersion.now() == version:
        _kept[name] = (version, value)
    elif getattr(_here, "strict", False):
        raise MovedOn
    return value


class Lately(Generic[T]):
    """The things asked for lately, at most ``most`` of them. Threads may share it."""

    def __init__(self, most: int):
        self.most = most
        self._things: OrderedDict[Any, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> T | None:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def keep(self, key: Any, thing: T) -> None:
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self.most:
                self._things.popitem(last=False)

    def drop(self, key: Any) -> None:
        with self._lock:
            self._things.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._things.clear()

    def all(self) -> list[T]:
        with self._lock:
            return list(self._things.values())


def forget() -> None:
    """Start anew, as a new process does."""
    _kept.clear()
