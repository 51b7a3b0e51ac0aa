"""Why a public fact is missing, in the words a visitor reads.

A missing figure is never zero and never just blank: every fact table that can
hold a null keeps, beside it, one of these reasons (``Reasoned.reasons``).
"""

from django.db import models
from django.db.models import Q


class Reason(models.TextChoices):
    NOT_IN_FEDERAL_DATA = "not_in_federal_data", "Not in federal data"
    NOT_PUBLISHED = "not_published", "The school does not publish it"
    NOT_ASKED = "not_asked", "Not asked yet"
    NOT_REPORTED = "not_reported", "Not reported"
    SUPPRESSED = "suppressed", "Suppressed for privacy"
    NOT_RELEASED = "not_released", "Not released by the agency"
    HOURLY_ONLY = "hourly_only", "Published by the hour only"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    TOO_NEW = "too_new", "Too new"
    TOP_CODED = "top_coded", "At least this much"


def explained(field: str, name: str) -> models.CheckConstraint:
    """The database's promise that a null ``field`` says why, in ``reasons``."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": False}) | Q(reasons__has_key=field),
        name=name,
    )


class Reasoned(models.Model):
    """A row some of whose figures may be missing, each with its reason."""

    reasons = models.JSONField(
        default=dict,
        blank=True,
        help_text="Figure name to reason code, for each figure that is missing or only a bound.",
    )

    class Meta:
        abstract = True

    def reason(self, field: str) -> str:
        """The words for why ``field`` is missing; empty when it is known."""
        code = self.reasons.get(field)
        if code is None or getattr(self, field) is not None:
            return ""
        return Reason(code).label

    def is_top_coded(self, field: str) -> bool:
        """Whether ``field`` is a floor ("at least"), not a measured value."""
        return self.reasons.get(field) == Reason.TOP_CODED
