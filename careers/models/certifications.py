"""Credentials people earn by choice. A license is a state's; a certification is a body's."""

import pghistory
from django.db import models
from django.db.models import Q

from portal.constraints import clean_text, slug_shaped, web_address
from portal.models.versions import bumps_version


@pghistory.track()
class Certification(models.Model):
    """One certification, edited once and shown in every article that names it."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        RETIRED = "retired", "No longer awarded"
        UNCONFIRMED = "unconfirmed", "Not confirmed"

    name = models.CharField(max_length=120, unique=True)
    acronym = models.CharField(max_length=20, blank=True)
    slug = models.SlugField(max_length=60, unique=True)
    body = models.CharField("awarded by", max_length=160)
    summary = models.TextField(blank=True)
    renewal = models.CharField(max_length=120, blank=True, help_text="Every 5 years. Empty: not known to us.")
    url = models.URLField(max_length=300)
    status = models.CharField(max_length=12, choices=Status, default=Status.UNCONFIRMED)
    checked_on = models.DateField(null=True, blank=True, help_text="When somebody last read the body's own page.")

    class Meta:
        ordering = ["name"]
        constraints = [
            slug_shaped("slug", "certification_slug_shaped"),
            web_address("url", "certification_url_web_address"),
            clean_text("name", "certification_name_clean"),
            models.CheckConstraint(condition=~Q(body=""), name="certification_names_its_body"),
            models.CheckConstraint(
                condition=Q(status="unconfirmed") | Q(checked_on__isnull=False),
                name="certification_confirmed_was_checked",
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.name} ({self.acronym})" if self.acronym else self.name


class EligibilityGroup(models.Model):
    """One condition of a certification. Every group must be met; within it any one route is enough."""

    certification = models.ForeignKey(Certification, models.CASCADE, related_name="groups")
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["certification", "position"],
                name="eligibility_group_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.label


class EligibilityRoute(models.Model):
    group = models.ForeignKey(EligibilityGroup, models.CASCADE, related_name="routes")
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "position"],
                name="eligibility_route_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.text
