"""What readers say is wrong, kept for the editors. Only who sent a report is shown what became of it."""

import secrets
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from portal.constraints import clean_text

LONGEST_MESSAGE = 2_000  # characters
RECENT = timedelta(days=90)
KEPT = timedelta(days=365)  # how long an address for the answer is kept


def new_token() -> str:
    """A form's own number: whatever comes back under it twice is the same report."""
    return secrets.token_hex(16)


class ProblemReportQuerySet(models.QuerySet):
    def waiting(self):
        """Reports nobody has answered or declined yet."""
        return self.filter(state=ProblemReport.State.NEW)

    def usual_days(self) -> int | None:
        """Whole days half of the reports of the last 90 days took to be closed; null when there were none."""
        closed = self.filter(closed_at__gte=timezone.now() - RECENT).exclude(state=ProblemReport.State.NEW)
        taken = sorted(end - begin for begin, end in closed.values_list("created_at", "closed_at"))
        return taken[len(taken) // 2].days if taken else None

    def with_old_address(self):
        """Reports whose e-mail address has been kept long enough."""
        return self.exclude(email="").filter(created_at__lt=timezone.now() - KEPT)


class ProblemReport(models.Model):
    """One reader's word about one page: what is wrong and, if they like, where the answer may go."""

    class State(models.TextChoices):
        NEW = "new", "New"
        ANSWERED = "answered", "Answered"
        DECLINED = "declined", "Declined"

    path = models.CharField("page", max_length=300, blank=True, help_text="Empty: the reader named no page.")
    fact = models.CharField(max_length=80, blank=True, help_text="In the words the reader chose from.")
    figure = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="The token of one figure: wage 29-1141 median US. Empty: no figure.",
    )
    figure_said = models.CharField(
        "what the page said",
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="That figure when the form was opened, with its statistic, whom it is about, and its release.",
    )
    message = models.TextField()
    email = models.EmailField(
        "e-mail for the answer",
        blank=True,
        help_text="Empty: no answer wished, or kept for 12 months and then removed.",
    )
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    reply = models.TextField(
        "answer to the reader",
        blank=True,
        default="",
        db_default="",
        help_text="What you changed or found, or why nothing changes. Whoever sent the report reads it at the "
        "address the form gave them.",
    )
    answer = models.TextField("note for editors", blank=True, help_text="Only editors see it.")
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField("reported", auto_now_add=True, db_default=models.functions.Now())
    changed_at = models.DateTimeField(auto_now=True, db_default=models.functions.Now())

    objects = ProblemReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="report_queue")]
        constraints = [
            models.CheckConstraint(condition=Q(path="") | Q(path__regex=r"^/[^\s]*$"), name="report_path_on_this_site"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("message"), LONGEST_MESSAGE)) & ~Q(message=""),
                name="report_message_fits",
            ),
            clean_text("message", "report_message_clean"),
            models.CheckConstraint(condition=Q(state__in=["new", "answered", "declined"]), name="report_state_known"),
            models.CheckConstraint(
                condition=Q(state="new") | ~Q(answer="") | ~Q(reply=""), name="report_closed_says_what_was_done"
            ),
            clean_text("reply", "report_reply_clean"),
            models.CheckConstraint(
                condition=Q(state="new") | Q(closed_at__isnull=False), name="report_closed_at_some_time"
            ),
        ]

    def __str__(self):
        return f"{self.path or 'no page'}: {self.message[:60]}"

    def save(self, *args, **kwargs):
        """Whoever closes it closes it now; opened again, it waits again."""
        if self.state == self.State.NEW:
            self.closed_at = None
        elif self.closed_at is None:
            self.closed_at = timezone.now()
        super().save(*args, **kwargs)


class SenderCount(models.Model):
    """How many reports came from one network in one hour. No address is kept, only a hash that changes daily."""

    sender = models.CharField(max_length=64, help_text="Hash of network, day and the site's secret.")
    hour = models.DateTimeField()
    sent = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "hour"], name="sender_once_an_hour"),
            models.CheckConstraint(condition=Q(sender__regex="^[0-9a-f]{64}$"), name="sender_is_a_hash"),
        ]

    def __str__(self):
        return f"{self.sender[:8]}… {self.hour:%H:%M}"
