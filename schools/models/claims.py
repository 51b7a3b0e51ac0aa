"""Who speaks for a school: people whom an editor has confirmed, and people who ask to be."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.constraints import clean_text, web_address

from .directory import School

PERSON = settings.AUTH_USER_MODEL


class MembershipQuerySet(models.QuerySet):
    def standing(self):
        """Those that count now: not ended, of somebody who may sign in, at a school that is shown."""
        return self.filter(ended_at__isnull=True, user__is_active=True, school__in=School.objects.published())


@pghistory.track()
class Membership(models.Model):
    """Somebody may speak for a school. What they may do is asked here each time, so that an end counts at once."""

    user = models.ForeignKey(PERSON, models.CASCADE, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships")
    since = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", help_text="The editor.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Null while it lasts.")
    ended_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        verbose_name = "representative"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school"], condition=Q(ended_at__isnull=True), name="membership_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("since")), name="membership_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True), name="membership_ended_by_at_its_end"
            ),
        ]

    def __str__(self):
        return f"{self.user} for {self.school}"


class ClaimQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Claim.State.WAITING)


@pghistory.track()
class Claim(models.Model):
    """Somebody asks to speak for a school; an editor decides, by what the school itself says in public."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for an editor"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    user = models.ForeignKey(PERSON, models.CASCADE, related_name="claims")
    school = models.ForeignKey(School, models.PROTECT, related_name="claims")
    role = models.CharField("your role", max_length=80, help_text="Registrar, program director, marketing …")
    evidence = models.URLField(
        "a page that lists you",
        max_length=300,
        blank=True,
        help_text="On your school’s site, with your name or your address. Empty: there is none.",
    )
    words = models.TextField("anything else", max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True, help_text="Or withdrawn; null while it waits.")
    decided_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(max_length=1000, blank=True, help_text="Why it was declined, as the claimant reads it.")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "declined", "withdrawn"]), name="claim_state_known"
            ),
            models.UniqueConstraint(fields=["user", "school"], condition=Q(state="waiting"), name="claim_waits_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="claim_decided_at_some_time",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="claim_declined_says_why"),
            models.CheckConstraint(condition=~Q(role=""), name="claim_has_a_role"),
            clean_text("role", "claim_role_clean"),
            clean_text("words", "claim_words_clean"),
            clean_text("reason", "claim_reason_clean"),
            web_address("evidence", "claim_evidence_web_address"),
        ]

    def __str__(self):
        return f"{self.user} for {self.school}"
