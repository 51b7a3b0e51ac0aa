"""What waits for editors on the ground floor: readers' reports, releases, rows of official files."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from portal.attention import queue, today
from portal.models import ImportIssue, OutboundLink, ProblemReport, Release

MAIL = "mail"  # the queue of jobs that send one
LATE = timedelta(minutes=15)
YEARS_BEHIND = 2  # agencies publish yearly and a year late: figures of two years ago have a newer edition


@queue("reports", "report from a reader", "reports from readers", ProblemReport, since="created_at", rank=10)
def reports():
    return ProblemReport.objects.waiting()


@queue(
    "staged-releases",
    "release waiting for a decision",
    "releases waiting for a decision",
    Release,
    since="imported_at",
    rank=40,
)
def staged_releases():
    return Release.objects.filter(state=Release.State.STAGED)


@queue(
    "old-releases",
    "source with figures of two years ago or older",
    "sources with figures of two years ago or older",
    Release,
    rank=42,
)
def old_releases():
    """Current releases that have most likely been followed by a newer one, which nobody has imported."""
    return Release.objects.current().filter(year__lte=today().year - YEARS_BEHIND)


@queue(
    "refused-rows",
    "row of an official file not used",
    "rows of official files not used",
    ImportIssue,
    since="file__release__imported_at",
    rank=44,
)
def refused_rows():
    return _of_today().exclude(kind=ImportIssue.Kind.UNMATCHED)


@queue(
    "unmatched-identifiers",
    "identifier of an official file that nobody knows",
    "identifiers of official files that nobody knows",
    ImportIssue,
    since="file__release__imported_at",
    rank=45,
)
def unmatched_identifiers():
    return _of_today().filter(kind=ImportIssue.Kind.UNMATCHED)


def _of_today():
    """What is wrong with files that are on the site or may soon be."""
    return ImportIssue.objects.filter(file__release__state__in=[Release.State.STAGED, Release.State.CURRENT])


@queue("failed-jobs", "job that failed", "jobs that failed", ProcrastinateJob, since="procrastinateevent__at", rank=70)
def failed_jobs():
    """Since they were put into the queue: what they were to do is undone since then."""
    return ProcrastinateJob.objects.filter(status="failed")


@queue("unsent-mails", "mail not sent", "mails not sent", ProcrastinateJob, since="procrastinateevent__at", rank=72)
def unsent_mails():
    """Jobs of the queue for mail that have been waiting for a quarter of an hour or have failed."""
    waiting = Q(status="todo", procrastinateevent__type="deferred", procrastinateevent__at__lt=Now() - LATE)
    return ProcrastinateJob.objects.filter(Q(status="failed") | waiting, queue_name=MAIL).distinct()


@queue("broken-links", "broken link", "broken links", OutboundLink, since="failing_since", rank=20)
def broken_links():
    """Failed at least three times over at least seven days; those an editor vouches for are left out."""
    return OutboundLink.objects.broken()


@queue(
    "links-to-look-at",
    "link that moved or looks gone",
    "links that moved or look gone",
    OutboundLink,
    rank=22,
)
def links_to_look_at():
    state = OutboundLink.State
    return OutboundLink.objects.in_state(state.MOVED, state.LOOKS_GONE, state.REFUSED)


@queue(
    "links-without-answer",
    "link nobody could check for 30 days",
    "links nobody could check for 30 days",
    OutboundLink,
    since="created_at",
    rank=24,
)
def links_without_answer():
    """However often we asked. A person with a browser may see more."""
    a_month_ago = timezone.now() - timedelta(days=30)
    links = OutboundLink.objects.could_not_check()
    return links.unchecked_since(a_month_ago).filter(created_at__lt=a_month_ago)
