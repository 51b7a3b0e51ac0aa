"""Credentials. A certification is a body's, and earned by choice; a license is a state's, and permits to practice."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.constraints import clean_text, position_once, slug_shaped, web_address
from portal.models.versions import bumps_version

from .naming import CredentialQuerySet


class Credential(models.Model):
    """What certifications and licenses share. Edited once and shown in every article that names it."""

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

    objects = CredentialQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name"]
        constraints = [
            slug_shaped("slug", "%(class)s_slug_shaped"),
            web_address("url", "%(class)s_url_web_address"),
            clean_text("name", "%(class)s_name_clean"),
            models.CheckConstraint(condition=~Q(body=""), name="%(class)s_names_its_body"),
            models.CheckConstraint(
                condition=Q(status="unconfirmed") | Q(checked_on__isnull=False),
                name="%(class)s_confirmed_was_checked",
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.name} ({self.acronym})" if self.acronym else self.name


@pghistory.track()
class Certification(Credential):
    given_by_a_state = False

    class Meta(Credential.Meta):
        abstract = False

    def get_absolute_url(self):
        return reverse("careers:certification_detail", args=[self.slug])


@pghistory.track()
class License(Credential):
    """Given by a state's board; ``body`` says by which in words, because it is another one in every state."""

    given_by_a_state = True

    class Meta(Credential.Meta):
        abstract = False

    def get_absolute_url(self):
        return reverse("careers:license_detail", args=[self.slug])


class EligibilityGroup(models.Model):
    """One condition of a certification or a license. Every group must be met; within it any one route is enough."""

    certification = models.ForeignKey(Certification, models.CASCADE, null=True, blank=True, related_name="groups")
    license = models.ForeignKey(License, models.CASCADE, null=True, blank=True, related_name="groups")
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            position_once("certification", "eligibility_group_position_once"),
            position_once("license", "eligibility_group_license_position_once"),
            models.CheckConstraint(
                condition=Q(certification__isnull=True) ^ Q(license__isnull=True), name="eligibility_group_of_one"
            ),
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
        constraints = [position_once("group", "eligibility_route_position_once")]
        triggers = [bumps_version()]

    def __str__(self):
        return self.text
