"""What needs an editor's attention: queues of rows, each declared where its rows are known.

An app says what waits, and since when::

    @queue("past-review", "article past its review date", "articles past their review date", Article, since="review_by")
    def past_review():
        return Article.objects.published().filter(review_by__lt=today())

The first page of the admin shows each as a tile with its number and the age of the
oldest, and the list behind the tile is filtered by the same rows
(``?attention=past-review``), so that number and list cannot disagree. An app's queues
stand in its ``queues.py`` and know nothing of the others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Aggregate, Count, Min, Model, QuerySet
from django.utils import timezone

from portal.models import QueueLength

TREND = timedelta(days=30)  # how far back a tile compares
KEPT = timedelta(days=400)  # how long the daily lengths are kept


@dataclass(frozen=True)
class Queue:
    """Rows that wait for somebody. ``since`` is the field, or path of fields, that says since when; empty: unknown."""

    slug: str
    one: str
    many: str
    model: type[Model]
    since: str
    rank: int
    rows: Callable[[], QuerySet]

    def measure(self) -> "Length":
        """One query."""
        totals: dict[str, Aggregate] = {"count": Count("pk", distinct=True)}
        if self.since:
            totals["oldest"] = Min(self.since)
        found = self.rows().order_by().aggregate(**totals)
        return Length(self, found["count"], _moment(found.get("oldest")))


@dataclass(frozen=True)
class Length:
    """How long a queue is. ``oldest`` is null when it is empty or nobody knows since when its rows wait."""

    queue: Queue
    count: int
    oldest: datetime | None

    @property
    def words(self) -> str:
        return self.queue.one if self.count == 1 else self.queue.many

    @property
    def days(self) -> int | None:
        """Whole days the oldest has waited; null when that is not known."""
        return None if self.oldest is None else max((timezone.now() - self.oldest).days, 0)


_queues: dict[str, Queue] = {}


def queue(
    slug: str, one: str, many: str, model: type[Model], *, since: str = "", rank: int = 50
) -> Callable[[Callable[[], QuerySet]], Callable[[], QuerySet]]:
    """Declare a queue: its rows are what the function gives, all of ``model``. ``rank`` orders the tiles."""

    def declare(rows: Callable[[], QuerySet]) -> Callable[[], QuerySet]:
        _queues[slug] = Queue(slug, one, many, model, since, rank, rows)
        return rows

    return declare


def queues() -> list[Queue]:
    return sorted(_queues.values(), key=lambda one: (one.rank, one.slug))


def queues_of(model: type[Model]) -> list[Queue]:
    return [one for one in queues() if one.model is model]


def today() -> date:
    return timezone.localdate()


def a_year_ago() -> date:
    return today() - timedelta(days=365)


def note_lengths() -> None:
    """Write down how long each queue is today, once a day; the tiles compare with it later. Safe to repeat."""
    QueueLength.objects.bulk_create(
        [QueueLength(day=today(), queue=one.slug, count=one.measure().count) for one in queues()],
        update_conflicts=True,
        unique_fields=["day", "queue"],
        update_fields=["count"],
    )
    QueueLength.objects.filter(day__lt=today() - KEPT).delete()


def lengths_then() -> Iterator[tuple[str, int]]:
    """Each queue's length on the newest noted day that is at least a month old."""
    noted = QueueLength.objects.filter(day__lte=today() - TREND).order_by("queue", "-day").distinct("queue")
    yield from noted.values_list("queue", "count")


def _moment(when: date | datetime | None) -> datetime | None:
    if when is None or isinstance(when, datetime):
        return when
    return datetime.combine(when, time(), UTC)
