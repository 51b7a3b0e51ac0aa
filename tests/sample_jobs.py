"""Jobs to try workers with. Each leaves a row behind, so that a test sees whether it ran, and how often."""

import time
from datetime import datetime

from django.db import transaction
from procrastinate import RetryStrategy

from portal.jobs import JobTrouble, app, say
from portal.models import SenderCount

HOUR = datetime(2026, 1, 1).astimezone()


def leave(mark: int) -> None:
    """One row for each time; a second one for the same mark makes another hour."""
    taken = SenderCount.objects.filter(sender=f"{mark:064}").count()
    SenderCount.objects.create(sender=f"{mark:064}", hour=HOUR.replace(hour=taken))


@app.task
def mark(number: int) -> None:
    """Leave a mark."""
    leave(number)


@app.task(pass_context=True)
def slow(context, number: int, seconds: float) -> None:
    """Leave a mark, wait, and keep it only then."""
    with transaction.atomic():
        leave(number)
        say(None, "not kept")
        time.sleep(seconds)


@app.task(retry=RetryStrategy(max_attempts=2, wait=0), pass_context=True)
def hopeless(context, words: str) -> None:
    """Fail, always."""
    say(context.job.id, "Begun", 1, 2)
    raise JobTrouble(words)
