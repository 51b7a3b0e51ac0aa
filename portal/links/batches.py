"""A few links at a time, in good manners: one question per host in ten seconds, however many workers there are.

Links are leased, so that two workers never do the same one and a worker that dies keeps none for
long. Between its two or three questions a check stands aside, and others are asked meanwhile.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import connection
from django.utils import timezone

from portal.models import OutboundLink
from portal.models.links import Finding

from .addresses import Refused
from .gathering import gather_if_changed
from .verdicts import Question, check
from .visiting import TOTAL, CouldNotReach, NoSuchName, Visitor

log = logging.getLogger(__name__)

SOME = 20  # links in a batch, each of another host
SECONDS = 50  # after which a batch asks nothing more
PAUSE = 10  # seconds between two questions to one host
LOOK = 0.5  # seconds between two looks whether to stop
LEASE = timedelta(minutes=10)  # after which a link that was begun and never finished is due again
CHECKED = ("state", "reason", "status", "leads_to", "checked_at", "tried_at", "failures", "failing_since", "due_at")

TAKE = """
    WITH due AS (
        SELECT id, due_at, coalesce(nullif(host, ''), id::text) AS host
        FROM portal_outboundlink WHERE due_at <= statement_timestamp()
    )
    UPDATE portal_outboundlink SET due_at = statement_timestamp() + make_interval(secs => %(lease)s)
    WHERE due_at <= statement_timestamp() AND id IN (
        SELECT id FROM (SELECT DISTINCT ON (host) id, due_at FROM due ORDER BY host, due_at, id) first
        ORDER BY due_at, id LIMIT %(some)s
    )
    RETURNING id
"""
KNOCK = """
    INSERT INTO portal_hostvisit (host, visited_at) VALUES (%(host)s, clock_timestamp())
    ON CONFLICT (host) DO UPDATE SET visited_at = clock_timestamp()
    WHERE portal_hostvisit.visited_at <= clock_timestamp() - make_interval(secs => %(pause)s) RETURNING id
"""
WAIT = """
    SELECT extract(epoch FROM visited_at - clock_timestamp()) + %(pause)s FROM portal_hostvisit WHERE host = %(host)s
"""


class NoWayOut(Exception):
    """Our own network is out. Nobody's link is the worse for it: only the time of its last check grows old."""


def check_some(
    visitor: Visitor | None = None,
    *,
    some: int = SOME,
    seconds: float = SECONDS,
    pause: float = PAUSE,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Bring the list up to date and check what is due; gives back how many links were done.

    What is not done in time, or when ``stop`` says so, is due again at once. Raises NoWayOut while this
    machine can resolve nothing. Never call it inside a transaction: hosts and leases must be seen by
    other workers, and no page may wait for a slow server.
    """
    gather_if_changed()
    visitor = visitor or Visitor()
    if not visitor.knows_a_name():
        raise NoWayOut("This machine resolves no names at the moment. Nothing was checked.")
    until = time.monotonic() + seconds
    waiting = [_Check(link) for link in take(some)]
    done = 0
    while waiting and time.monotonic() < until and not stop():
        waiting.sort(key=lambda one: one.not_before)
        one = waiting[0]
        pass_time = one.not_before - time.monotonic()
        if pass_time > 0:
            time.sleep(min(pass_time, LOOK))
        elif one.question is None or (aside := knock(one.question.target.host, pause)) <= 0:
            if one.step(visitor):
                waiting.remove(one)
                done += 1
        else:
            one.not_before = time.monotonic() + aside
    OutboundLink.objects.filter(pk__in=[one.link.pk for one in waiting]).update(due_at=timezone.now())
    return done


def take(some: int) -> list[OutboundLink]:
    """Links that are due, the longest waiting first and one per host, leased to whoever called."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"lease": LEASE.total_seconds(), "some": some})
        return list(OutboundLink.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]))


def knock(host: str, pause: float = PAUSE) -> float:
    """0 if this host may be asked now, and the visit is noted; else the seconds until it may be."""
    with connection.cursor() as cursor:
        cursor.execute(KNOCK, {"host": host, "pause": pause})
        if cursor.fetchone():
            return 0
        cursor.execute(WAIT, {"host": host, "pause": pause})
        found = cursor.fetchone()
        return max(float(found[0]), 0.01) if found else 0.01


class _Check:
    """One link on its way through its questions."""

    def __init__(self, link: OutboundLink):
        self.link = link
        self.steps = check(link.url)
        self.left = TOTAL  # seconds that all its questions may still take
        self.not_before = 0.0
        self.question: Question | None = None
        self.found: Finding | None = None
        self._go_on(partial(next, self.steps))

    def step(self, visitor: Visitor) -> bool:
        """Ask the next question, if there is one; True when the check is over and written down."""
        if self.question:
            began = time.monotonic()
            try:
                answer = visitor.ask(*self.question, within=self.left)
            except (Refused, NoSuchName, CouldNotReach) as trouble:
                self._go_on(partial(self.steps.throw, trouble))
            except Exception:
                # Whatever a stranger's server made our code do, the others still get their turn.
                log.exception("Checking %s went wrong", self.link.url)
                said = "Something went wrong on our side."
                self.question, self.found = None, Finding(OutboundLink.State.COULD_NOT_CHECK, said)
            else:
                self._go_on(partial(self.steps.send, answer))
            self.left = max(self.left - (time.monotonic() - began), 0)
        if self.found is None:
            return False
        self._write(self.found)
        return True

    def _go_on(self, step: Callable[[], Question]) -> None:
        try:
            self.question = step()
        except StopIteration as over:
            self.question, self.found = None, over.value

    def _write(self, found: Finding) -> None:
        """Only what checking says: an editor may have vouched for it meanwhile, or taken it off every page."""
        self.link.record(found, at=timezone.now())
        OutboundLink.objects.filter(pk=self.link.pk).update(**{name: getattr(self.link, name) for name in CHECKED})
