"""Work that nobody waits for: jobs in PostgreSQL, done by ``manage.py work``.

An app's jobs stand in its ``jobs.py``::

    from portal.jobs import RETRIES, app

    @app.task(retry=RETRIES, queueing_lock="gather-links")
    def gather_links():
        "Every job says here, in one line, what it does: the desk shows it."

``gather_links.defer()`` puts it into the queue in the transaction that is open: taken back,
there is no job; committed, a worker hears of it at once. ``queueing_lock`` keeps a job from
standing in the queue twice, ``lock`` keeps two of a kind from running at the same time. A job
may be cut off anywhere and begun again, so what it does must be safe to repeat.

*Tried again*: a job that fails waits 5, 25, 125, 625 seconds, then it has failed for good and
stands at the desk with what went wrong. *Leases*: a worker says every ten seconds that it
lives; what a worker had begun that has been silent for thirty is begun again by another.
*On schedule*: ``@app.periodic(cron="17 3 * * *")``, UTC, above ``@app.task``; one job comes of it
however many workers there are.
"""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from portal import mail, uploads
from portal.attention import note_lengths
from portal.links.batches import NoWayOut, check_some
from portal.models import JobNote, Letter, ProblemReport, Release, Upload
from portal.queues import MAIL
from portal.rehearsing import rehearse

log = logging.getLogger(__name__)

TRIES = 5
RETRIES = RetryStrategy(max_attempts=TRIES, exponential_wait=5)
SILENT = 30  # seconds after which a worker counts as gone
KEPT_DONE, KEPT_FAILED = 7, 90  # days
LONGEST_WORDS = 1_000


class JobTrouble(Exception):
    """A job that cannot be done; the message is for an editor and says what to do."""


def say(job_id: int | None, words: str, done: int | None = None, total: int | None = None) -> None:
    """How far a job is, for whoever looks at it. Of a job that was called by hand nothing is kept."""
    if job_id is not None:
        values = {"words": words[:LONGEST_WORDS], "done": done, "total": total, "changed_at": timezone.now()}
        JobNote.objects.update_or_create(job_id=job_id, defaults=values)


@contextmanager
def telling(job_id: int | None) -> Iterator[Callable[..., None]]:
    """Gives :func:`say` for use inside a long transaction: over a connection of its own, so that others see it at once.

    At most once a second, and what cannot be said is passed over: the work goes on.
    """
    last: list[Any] = [0.0, None]

    def in_thread(*words: Any) -> None:
        try:
            say(job_id, *words)
        except DatabaseError:
            log.exception("How far a job is could not be kept: %s", words)

    with ThreadPoolExecutor(max_workers=1) as thread:

        def tell(words: str, done: int | None = None, total: int | None = None) -> None:
            told: Future[None] | None = last[1]
            if job_id is None or (told and not told.done()) or time.monotonic() - last[0] < 1:
                return
            last[:] = time.monotonic(), thread.submit(in_thread, words, done, total)

        try:
            yield tell
        finally:
            thread.submit(connection.close)


def keep_words(call_next: Callable[[], Any], context: JobContext, worker: Any) -> Any:
    """Around every job: what went wrong is kept in words, outside the transaction that was taken back."""
    try:
        return call_next()
    except Exception as error:
        words = str(error) if isinstance(error, JobTrouble) else f"{type(error).__name__}: {error}"
        try:
            say(context.job.id, words)
        except DatabaseError:
            log.exception("The reason of a failed job could not be kept: %s", words)
        raise


def ready(queue: Any) -> None:
    """Called once by procrastinate when its app is there."""
    queue.worker_defaults["task_middleware"] = [*queue.worker_defaults.get("task_middleware", ()), keep_words]


def last_heartbeat() -> datetime | None:
    """When a worker last said that it lives; null when none is registered."""
    from procrastinate.contrib.django.models import ProcrastinateWorker

    return ProcrastinateWorker.objects.order_by("-last_heartbeat").values_list("last_heartbeat", flat=True).first()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescue-jobs", priority=100)
async def rescue_jobs(timestamp: int) -> None:
    """Begin again what a worker had begun that is gone; give up what was begun five times."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        await _rescue(job)


async def _rescue(job: Job) -> None:
    tries = len(mail.WAITS) + 1 if job.queue == MAIL else TRIES
    if job.attempts + 1 >= tries:
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
    else:
        await app.job_manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(retry=RETRIES, queueing_lock="check-links", lock="check-links", priority=-10, pass_context=True)
def check_links(context: JobContext, timestamp: int) -> None:
    """Look at some of the web addresses that pages send people to, each about every two weeks."""
    try:
        number = check_some(stop=context.should_abort)
        say(context.job.id, f"{number} checked.")
    except NoWayOut as trouble:
        say(context.job.id, str(trouble))


class WhileTheMailServerIsAway(BaseRetryStrategy):
    """Tries again for three days, ever more rarely."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": mail.WAITS[job.attempts]}) if job.attempts < len(mail.WAITS) else None


@app.task(retry=WhileTheMailServerIsAway(), queue=MAIL)
def send_letter(letter: int) -> None:
    """Send a letter. It is tried again for three days while the mail server is away."""
    with transaction.atomic():  # the lock is held until the mail server has answered, so that no other worker sends it
        waiting = Letter.objects.waiting().select_for_update(skip_locked=True).filter(pk=letter).first()
        trouble = mail.send(waiting) if waiting else ""
    if trouble:
        raise mail.NotSent(trouble)


@app.task(retry=RETRIES, lock="releases", pass_context=True)
def read_upload(context: JobContext, upload: int) -> None:
    """Read official files that were handed in, stage what they say, and work out what it would change."""
    handed_in = Upload.objects.get(pk=upload)
    with telling(context.job.id) as tell:

        def progress(name: str, position: int, size: int) -> None:
            tell(f"Reading {name}", min(position, size), size)

        for release in uploads.read(handed_in, progress):
            rehearse(release, tell)
    uploads.remove_files(handed_in)
    say(context.job.id, handed_in.words)


@app.task(retry=RETRIES, lock="releases", pass_context=True)
def rehearse_release(context: JobContext, release: int) -> None:
    """Work out again what a release would change on the site."""
    found = Release.objects.select_related("source").filter(pk=release).first()
    if found is None:
        raise JobTrouble("This release is gone: somebody has thrown it away.")
    with telling(context.job.id) as tell:
        rehearse(found, tell)
    say(context.job.id, f"{found}: done.")


@app.periodic(cron="11 2 * * *")
@app.task(retry=RETRIES, queueing_lock="forget-old-jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Remove jobs done a week ago and jobs that failed three months ago."""
    await app.job_manager.delete_old_jobs(24 * KEPT_DONE)
    await app.job_manager.delete_old_jobs(
        24 * KEPT_FAILED, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="21 2 * * *")
@app.task(retry=RETRIES, queueing_lock="forget-old-reports")
def forget_old_reports(timestamp: int) -> None:
    """Remove e-mail addresses from reports older than 12 months, notes of jobs that are gone, and files left behind."""
    ProblemReport.objects.with_old_address().update(email="")
    JobNote.objects.orphaned().delete()
    uploads.sweep()


@app.periodic(cron="31 2 * * *")
@app.task(retry=RETRIES, queueing_lock="note-queue-lengths")
def note_queue_lengths(timestamp: int) -> None:
    """Write down how long each queue of the desk is today."""
    note_lengths()
