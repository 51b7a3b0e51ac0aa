"""What is done with claims on schools and with those who speak for them.

Each verb locks, checks again, writes, and puts its letters on their way, in one transaction. Raises
ValidationError, in words, when it is not as the caller saw it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import mail
from portal.links.verdicts import registrable
from portal.models import User
from schools.models import Claim, Membership, School

MOST_WAITING = 5  # claims of one person
FREE_MAIL = Path(__file__).parent / "starter" / "free_mail.txt"


# What an editor looks at ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hint:
    """How somebody's mail domain and a school's website go together. Never proof: domains are sold and shared."""

    words: str
    matches: bool = False


@cache
def free_mail() -> frozenset[str]:
    """Domains where anybody gets an address: such a one says nothing of whom somebody works for."""
    return frozenset(line for line in FREE_MAIL.read_text().split("\n") if line and not line.startswith("#"))


def domain_hint(email: str, website: str) -> Hint:
    domain, site = registrable(email.rpartition("@")[2].lower()), registrable(urlsplit(website).hostname or "")
    if domain in free_mail():
        return Hint(f"{domain} gives addresses to everybody: it says nothing.")
    if not site:
        return Hint("We know no website of the school to compare with.")
    if domain == site:
        return Hint(
            f"The mail domain is that of the school’s website, {site}. It is a hint, and no proof.", matches=True
        )
    return Hint(f"The mail domain is {domain}, the school’s website {site}.")


def represents(user: User, school: School) -> bool:
    return user.is_authenticated and Membership.objects.standing().filter(user=user, school=school).exists()


# Verbs --------------------------------------------------------------------------------------------------


@contextmanager
def _said(verb: str, by: User) -> Iterator[None]:
    with transaction.atomic(), pghistory.context(verb=verb, user=by.pk):
        yield


def _tell(kind: str, user: User, school: School, **more) -> None:
    mail.write(kind, user.email, {"person": user, "school": str(school), **more}, about=user)


def make(user: User, school: School, *, role: str, evidence: str = "", words: str = "") -> Claim:
    """Ask to speak for a school. Those who do already are told."""
    with _said("claim", user):
        User.objects.select_for_update().get(pk=user.pk)
        if not School.objects.published().filter(pk=school.pk).exists():
            raise ValidationError("This school is not listed.")
        if represents(user, school):
            raise ValidationError("You speak for this school already.")
        if Claim.objects.waiting().filter(user=user, school=school).exists():
            raise ValidationError("Your claim on this school is waiting for an editor already.")
        if Claim.objects.waiting().filter(user=user).count() >= MOST_WAITING:
            raise ValidationError(f"{MOST_WAITING} of your claims are waiting. Withdraw one, or wait for an answer.")
        claim = Claim.objects.create(user=user, school=school, role=role, evidence=evidence, words=words)
        _tell("claim_made", user, school)
        for other in Membership.objects.standing().filter(school=school).select_related("user"):
            _tell("claim_by_another", other.user, school, claimant=user)
    return claim


@contextmanager
def _waiting(claim: Claim, verb: str, by: User) -> Iterator[Claim]:
    """The claim as it is now, nobody else's until the end, and again as the caller's object afterwards."""
    with _said(verb, by):
        now = Claim.objects.select_for_update(of=["self"]).select_related("user", "school__listing").get(pk=claim.pk)
        if now.state != Claim.State.WAITING:
            who = f" by {now.decided_by}" if now.decided_by else ""
            raise ValidationError(f"It is decided already: {now.get_state_display().lower()}{who}.")
        now.decided_at, now.decided_by = timezone.now(), by
        yield now
        now.save()
    claim.refresh_from_db()


def withdraw(claim: Claim, *, by: User) -> None:
    with _waiting(claim, "withdraw a claim", by) as now:
        now.state = Claim.State.WITHDRAWN


def approve(claim: Claim, *, by: User) -> Membership:
    """Who claimed speaks for the school from now on. Nobody decides on a claim of their own."""
    with _waiting(claim, "approve a claim", by) as now:
        if now.user_id == by.pk:
            raise ValidationError("This is your own claim. Somebody else has to decide.")
        now.state = Claim.State.APPROVED
        try:
            with transaction.atomic():
                membership = Membership.objects.create(user=now.user, school=now.school, confirmed_by=by)
        except IntegrityError:
            raise ValidationError(f"{now.user} speaks for this school already.") from None
        _tell("claim_approved", now.user, now.school)
        others = Membership.objects.standing().filter(school=now.school).exclude(pk=membership.pk)
        for other in others.select_related("user"):
            _tell("member_added", other.user, now.school, added=now.user)
    return membership


def decline(claim: Claim, because: str, *, by: User) -> None:
    """Raises ValidationError without a reason: the claimant reads it word for word."""
    if not because.strip():
        raise ValidationError("Say why, and what would help. The claimant reads it word for word.")
    with _waiting(claim, "decline a claim", by) as now:
        if now.user_id == by.pk:
            raise ValidationError("This is your own claim. Somebody else has to decide.")
        now.state, now.reason = Claim.State.DECLINED, because.strip()
        _tell("claim_declined", now.user, now.school, reason=now.reason)


def end(membership: Membership, *, by: User) -> None:
    """Somebody speaks for a school no more. The one it is about and those who remain are told."""
    with _said("end a membership", by):
        now = Membership.objects.select_for_update(of=["self"]).select_related("user", "school").get(pk=membership.pk)
        if now.ended_at:
            raise ValidationError("It has ended already.")
        now.ended_at, now.ended_by = timezone.now(), by
        now.save()
        _tell("member_removed", now.user, now.school, is_own=by.pk == now.user_id)
        for other in Membership.objects.standing().filter(school=now.school).select_related("user"):
            _tell("colleague_removed", other.user, now.school, removed=now.user)
    membership.refresh_from_db()
