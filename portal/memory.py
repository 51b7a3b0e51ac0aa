"""What a process may keep because nothing public has changed since.

Every change to anything public raises one number in the same transaction
(:class:`portal.models.ContentVersion`), so what was computed under a number is
exact for as long as the number stands.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from portal.models import ContentVersion

T = TypeVar("T")

_kept: dict[str, tuple[int, Any]] = {}


def remembered(name: str, version: int, compute: Callable[[], T]) -> T:
    """What ``compute`` gives, kept in this process under ``name`` until ``version`` moves on.

    It is kept only when the number is still the same afterwards: then nothing
    that was read in between can belong to a later one. Inside a transaction
    nothing is kept, because its numbers may never come true.
    """
    if connection.in_atomic_block:
        return compute()
    kept = _kept.get(name)
    if kept and kept[0] == version:
        return kept[1]
    value = compute()
    if ContentVersion.now() == version:
        _kept[name] = (version, value)
    return value


def forget() -> None:
    """Start anew, as a new process does."""
    _kept.clear()
