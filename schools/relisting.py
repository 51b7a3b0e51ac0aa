"""When the flat listing rows are written anew.

``schools_arise()`` makes the federal programs that the current completions call
for; ``schools_relist(ids)`` writes the listing rows of these schools, or of all
when null. Both are SQL functions (see the migrations), called by statement-level
triggers, so COPY, the admin, the shell and raw SQL all count, in the same
transaction. Bulk work sets ``portal.relisting`` to ``later`` and calls
:func:`relist_all` once at its end.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
from django.db import connection

_UNLESS_LATER = "IF current_setting('portal.relisting', true) = 'later' THEN RETURN NULL; END IF;"


def relists_everything(operation, *, name: str) -> pgtrigger.Trigger:
    """For tables whose every change may touch any program: subjects, synonyms, field titles."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        func=f"{_UNLESS_LATER} PERFORM schools_arise(); PERFORM schools_relist(NULL); RETURN NULL;",
    )


def relists_changed(school: str) -> list[pgtrigger.Trigger]:
    """For tables whose rows name one school, in the column ``school``: only its rows are written."""
    sides = {
        "insert": (pgtrigger.Insert, pgtrigger.Referencing(new="new_rows"), f"SELECT {school} FROM new_rows"),
        "update": (
            pgtrigger.Update,
            pgtrigger.Referencing(old="old_rows", new="new_rows"),
            f"SELECT {school} FROM new_rows UNION SELECT {school} FROM old_rows",
        ),
        "delete": (pgtrigger.Delete, pgtrigger.Referencing(old="old_rows"), f"SELECT {school} FROM old_rows"),
    }
    return [
        pgtrigger.Trigger(
            name=f"relists_{side}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            func=f"{_UNLESS_LATER} PERFORM schools_relist(ARRAY({rows})); RETURN NULL;",
        )
        for side, (operation, referencing, rows) in sides.items()
    ]


def relist_all() -> None:
    """Make the federal programs that are missing, and write every listing row anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schools_arise(), schools_relist(NULL)")


@contextmanager
def holding_relisting() -> Iterator[None]:
    """Inside a transaction: no relisting per statement; the caller sees to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.relisting', 'later', true)")
        yield
        cursor.execute("SELECT set_config('portal.relisting', '', true)")


@contextmanager
def relisting_later() -> Iterator[None]:
    """Inside a transaction: no relisting per statement, one :func:`relist_all` at the end."""
    with holding_relisting():
        yield
    relist_all()
