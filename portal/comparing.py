"""Two releases of one source, row by row: what is new, what changed, what is gone, and what moved most."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection, models

from portal.models import Fact, Release
from portal.reasons import Reason
from portal.releases import facts_of

KINDS = ("new", "changed", "withdrawn")
MOST_MOVEMENTS = 10

# How a movement is weighed. A count of 5 that becomes 10 says less than one of 500 that becomes 700.
WEIGHTS = {
    "relative": "abs(n.{column} - o.{column})::float / nullif(abs(o.{column}), 0)",
    "points": "abs(n.{column} - o.{column})::float",
    "count": "abs(n.{column} - o.{column})::float / sqrt(greatest(o.{column}, n.{column}, 1))",
}


@dataclass
class Change:
    """One row before and after; None on the side that does not have it."""

    before: Fact | None
    after: Fact | None

    @property
    def about(self) -> str:
        """What the row is about, in words: each column of its key."""
        fact = self.after or self.before
        assert fact is not None
        return ", ".join(_shown(fact, name) for name in fact.KEY)

    @property
    def values(self) -> list[tuple[str, str, str]]:
        """Name, before and after of each figure that differs; of a new or withdrawn row, all it says."""
        fact = self.after or self.before
        assert fact is not None
        pairs = [
            (
                _label(fact, name),
                _shown(self.before, name) if self.before else "",
                _shown(self.after, name) if self.after else "",
            )
            for name in fact.VALUES
        ]
        return [(label, before, after) for label, before, after in pairs if before != after]


@dataclass
class Movement:
    """One figure that moved."""

    about: str
    figure: str
    before: Any
    after: Any
    how: str

    @property
    def words(self) -> str:
        """By how much: "+12%", "−3.4 points", "+120"."""
        change = self.after - self.before
        sign = "+" if change > 0 else "−"
        if self.how == "relative" and self.before:
            return f"{sign}{abs(change) / abs(self.before) * 100:,.0f}%"
        return f"{sign}{abs(change):,}{' points' if self.how == 'points' else ''}"


class Comparison:
    """``new`` beside ``old`` of the same source; ``old`` None: beside nothing."""

    def __init__(self, new: Release, old: Release | None) -> None:
        self.new, self.old = new, old
        models_with_rows = facts_of(new) or (facts_of(old) if old else [])
        self.model: type[Fact] | None = models_with_rows[0] if models_with_rows else None

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows are of each kind."""
        if self.model is None:
            return dict.fromkeys(KINDS, 0)
        wanted = ", ".join(f"count(*) FILTER (WHERE {self._where(kind)})" for kind in KINDS)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {wanted} FROM {self._both}", self._sides)
            return dict(zip(KINDS, cursor.fetchone(), strict=True))

    def rows(self, kind: str, start: int, size: int) -> list[Change]:
        """A page of the rows of one kind, in the order of the file. Three queries."""
        if self.model is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT o.id, n.id FROM {self._both} WHERE {self._where(kind)}"
                " ORDER BY coalesce(n.id, o.id) LIMIT %s OFFSET %s",
                [*self._sides, size, start],
            )
            pairs = cursor.fetchall()
        facts = self._facts(pk for pair in pairs for pk in pair if pk)
        return [Change(facts.get(before), facts.get(after)) for before, after in pairs]

    def movements(self) -> list[Movement]:
        """The figures that moved most, each kind of figure by its own measure."""
        return [movement for name, how in (self.model.MOVES if self.model else {}).items()
                for movement in self._moved(name, how)]  # fmt: skip

    def _moved(self, name: str, how: str) -> Iterator[Movement]:
        column = self._column(name)
        weight = WEIGHTS[how].format(column=column)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT o.id, n.id FROM {self._both} WHERE n.{column} <> o.{column} AND {weight} > 0"
                f" ORDER BY {weight} DESC, n.id LIMIT %s",
                [*self._sides, MOST_MOVEMENTS],
            )
            pairs = cursor.fetchall()
        facts = self._facts(pk for pair in pairs for pk in pair)
        for before, after in pairs:
            change = Change(facts[before], facts[after])
            yield Movement(
                change.about, _label(facts[after], name), getattr(change.before, name), getattr(change.after, name), how
            )

    def _facts(self, ids: Iterator[int]) -> dict[int, Fact]:
        assert self.model is not None
        related = [field.name for field in self.model._meta.fields if field.is_relation and field.name != "release"]
        return self.model._default_manager.select_related(*related).in_bulk(list(ids))

    # As SQL ---------------------------------------------------------------------------------------

    def _column(self, name: str) -> str:
        assert self.model is not None
        return next(f'"{one.column}"' for one in self.model._meta.concrete_fields if name in (one.name, one.attname))

    @property
    def _both(self) -> str:
        assert self.model is not None
        table = self.model._meta.db_table
        same = " AND ".join(f"o.{column} = n.{column}" for column in map(self._column, self.model.KEY))
        side = f"(SELECT * FROM {table} WHERE release_id = %s)"
        return f"{side} o FULL JOIN {side} n ON {same}"

    @property
    def _sides(self) -> list[int]:
        return [self.old.pk if self.old else 0, self.new.pk]

    def _where(self, kind: str) -> str:
        assert self.model is not None
        columns = [self._column(name) for name in self.model.VALUES]
        different = " OR ".join(f"o.{column} IS DISTINCT FROM n.{column}" for column in columns) or "false"
        return {
            "new": "o.id IS NULL",
            "changed": f"o.id IS NOT NULL AND n.id IS NOT NULL AND ({different})",
            "withdrawn": "n.id IS NULL",
        }[kind]


def _field(fact: Fact, name: str) -> models.Field:
    return next(one for one in fact._meta.concrete_fields if name in (one.name, one.attname))


def _label(fact: Fact, name: str) -> str:
    return str(_field(fact, name).verbose_name)


def _shown(fact: Fact, name: str) -> str:
    """A figure as people read it; why it is missing where the row says so."""
    field = _field(fact, name)
    value = getattr(fact, field.name)
    if value is None:
        reasons = getattr(fact, "reasons", None) or {}
        return Reason(reasons[name]).label if reasons.get(name) in Reason.values else "none"
    if isinstance(value, dict):  # reasons: said at the figures themselves
        return ", ".join(f"{figure}: {Reason(why).label}" for figure, why in sorted(value.items())) or "none"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:,}" if not name.endswith("year") and name != "major" else str(value)
    return str(value) or "empty"
