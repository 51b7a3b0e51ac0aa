"""Every web address the site sends people to, once; where it is used; and what checking it said.

``portal.links`` gathers and checks. Nothing here is shown in public: a reader's page prints
its link whatever these rows say, and editors decide.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

LONGEST = 2_000  # characters of an address; PostgreSQL's indexes hold no more than 2,704 bytes
FAILURES_TO_BREAK = 3
DAYS_TO_BREAK = timedelta(days=7)


class Finding(NamedTuple):
    """What one check found: a kind, a sentence for the editor, and what the server said."""

    kind: "OutboundLink.State"  # fine, moved, looks_gone, failing, could_not_check or refused
    reason: str
    status: int | None = None  # null: no answer came
    leads_to: str = ""  # where redirects ended; empty: at the address itself


class OutboundLinkQuerySet(models.QuerySet):
    def not_vouched(self):
        """Without those for which an editor's word stands today."""
        return self.filter(Q(fine_until=None) | Q(fine_until__lt=timezone.now().date()))

    def in_state(self, *states: str):
        return self.not_vouched().filter(state__in=states)

    def broken(self):
        """Failed at least three times over at least seven days, and nobody vouches for them."""
        return self.in_state(OutboundLink.State.BROKEN)

    def could_not_check(self):
        """We could not tell: the server turns us away, or something is wrong with its or our network."""
        return self.in_state(OutboundLink.State.COULD_NOT_CHECK)

    def for_an_editor(self):
        """Whatever somebody should look at: broken, moved, looking gone, or not to be visited."""
        state = OutboundLink.State
        return self.in_state(state.BROKEN, state.MOVED, state.LOOKS_GONE, state.REFUSED)

    def unchecked_since(self, moment: datetime):
        """Without any answer since then, or ever."""
        return self.filter(Q(checked_at=None) | Q(checked_at__lt=moment))

    def check_soon(self) -> int:
        """Put them before everything else that is due; the worker's next batch begins with them."""
        return self.update(due_at=Now() - timedelta(days=30))

    def due(self):
        return self.filter(due_at__lte=Now())


class OutboundLink(models.Model):
    """One address, in one spelling, and the state of it."""

    class State(models.TextChoices):
        UNCHECKED = "unchecked", "Not checked yet"
        FINE = "fine", "Fine"
        MOVED = "moved", "Moves elsewhere"
        LOOKS_GONE = "looks_gone", "Answers, but looks gone"
        FAILING = "failing", "Failed, not yet for a week"
        BROKEN = "broken", "Broken"
        COULD_NOT_CHECK = "could_not_check", "Could not check"
        REFUSED = "refused", "Not to be visited"

    # How long until it is looked at again. A vouched link is looked at as well, so that its age stays true.
    AGAIN = {
        State.FINE: timedelta(days=14),
        State.MOVED: timedelta(days=14),
        State.LOOKS_GONE: timedelta(days=7),
        State.FAILING: timedelta(days=1),
        State.BROKEN: timedelta(days=1),
        State.COULD_NOT_CHECK: timedelta(days=3),
        State.REFUSED: timedelta(days=14),
    }

    url = models.CharField("address", max_length=LONGEST, unique=True)
    host = models.CharField(max_length=255, blank=True, help_text="Whom we ask; empty: the address names nobody.")
    state = models.CharField(max_length=16, choices=State, default=State.UNCHECKED)
    reason = models.CharField("what the check said", max_length=300, blank=True)
    status = models.PositiveSmallIntegerField("HTTP status", null=True, blank=True)
    leads_to = models.CharField(
        max_length=LONGEST, blank=True, help_text="Where redirects end. Empty: at the address itself."
    )
    checked_at = models.DateTimeField("last checked", null=True, help_text="When we last got an answer that tells.")
    tried_at = models.DateTimeField("last tried", null=True, help_text="When we last asked, with or without an answer.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row; any good answer takes them back to 0.")
    failing_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField("next check", db_default=Now())
    fine_until = models.DateField(
        null=True, help_text="An editor looked and says it is fine; until this day it is in no queue."
    )
    fine_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="who says so"
    )
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())

    objects = OutboundLinkQuerySet.as_manager()

    class Meta:
        ordering = ["url"]
        indexes = [
            models.Index(fields=["due_at"], name="link_due"),
            models.Index(fields=["state", "checked_at"], name="link_queue"),
            models.Index(fields=["checked_at"], name="link_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(url__regex="^[!-~]+$"), name="link_url_plain"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "unchecked",
                        "fine",
                        "moved",
                        "looks_gone",
                        "failing",
                        "broken",
                        "could_not_check",
                        "refused",
                    ]
                ),
                name="link_state_known",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="link_failures_have_a_beginning",
            ),
            models.CheckConstraint(
                condition=~Q(state="broken") | Q(failures__gte=FAILURES_TO_BREAK), name="link_broken_failed_often"
            ),
            models.CheckConstraint(condition=~Q(state="moved") | ~Q(leads_to=""), name="link_moved_says_where"),
            models.CheckConstraint(
                condition=Q(state="unchecked") | Q(tried_at__isnull=False), name="link_state_comes_from_a_check"
            ),
        ]

    def __str__(self):
        return self.url

    @property
    def is_vouched(self) -> bool:
        return self.fine_until is not None and self.fine_until >= timezone.now().date()

    def record(self, found: Finding, *, at: datetime) -> None:
        """Take in what a check at this moment found, and when to look again.

        One failure breaks nothing: three are needed, the last at least seven days after the first.
        Not having been able to check says nothing, so it undoes no failure and is none.
        """
        self.tried_at = at
        State = self.State
        if found.kind == State.COULD_NOT_CHECK:
            if not self.failures:
                self._say(found, State.COULD_NOT_CHECK)
        else:
            self.checked_at = at
            if found.kind == State.FAILING:
                self.failing_since = self.failing_since or at
                self.failures = min(self.failures + 1, 30_000)
                old = at - self.failing_since >= DAYS_TO_BREAK
                self._say(found, State.BROKEN if old and self.failures >= FAILURES_TO_BREAK else State.FAILING)
            else:
                self.failures, self.failing_since = 0, None
                self._say(found, found.kind)
        self.due_at = at + self.AGAIN[State(self.state)]

    def _say(self, found: Finding, state: str) -> None:
        self.state, self.status = state, found.status
        self.reason, self.leads_to = found.reason[:300], found.leads_to[:LONGEST]

    def vouch(self, *, by, until: date | None) -> None:
        """An editor looked: it is fine, whatever the checker says, through this day. None takes the word back."""
        self.fine_until, self.fine_by = until, by
        self.save(update_fields=["fine_until", "fine_by"])


class LinkUse(models.Model):
    """One place that sends people to a link: a part of an object that somebody can edit."""

    link = models.ForeignKey(OutboundLink, models.CASCADE, related_name="uses")
    model = models.CharField(max_length=60, help_text="Whose page at the desk changes it: careers.article.")
    object_id = models.BigIntegerField()
    field = models.CharField("where in it", max_length=120)
    section = models.CharField(max_length=40, help_text="The part of the desk that answers for it: Articles.")
    owner = models.CharField(max_length=120, blank=True, help_text="An article's author, say. Empty: nobody by name.")
    title = models.CharField("used in", max_length=200, help_text="What an editor knows the object by.")
    page = models.CharField(max_length=400, blank=True, help_text="Where readers see it. Empty: nowhere yet.")

    class Meta:
        ordering = ["section", "title", "field"]
        indexes = [models.Index(fields=["section", "owner"], name="link_use_by_owner")]
        constraints = [
            models.UniqueConstraint(fields=["link", "model", "object_id", "field"], name="link_use_once"),
            models.CheckConstraint(condition=Q(page="") | Q(page__startswith="/"), name="link_use_page_on_this_site"),
        ]

    def __str__(self):
        return f"{self.section}: {self.title}, {self.field}"


class LinkGathering(models.Model):
    """The one row that says what the list of links was last made from."""

    number = models.BigIntegerField(help_text="The content version it was read under.")
    uses = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0, help_text="Uses whose address is too long to be kept.")
    gathered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="link_gathering_single_row")]

    def __str__(self):
        return f"version {self.number}"


class HostVisit(models.Model):
    """When any worker last asked this host for anything. One question in ten seconds, however many workers."""

    host = models.CharField(max_length=255, unique=True)
    visited_at = models.DateTimeField()

    def __str__(self):
        return self.host
