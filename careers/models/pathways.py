"""The ways into a career, side by side: columns, rows and cells of an edition's table, and degrees that lead there."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.constraints import position_once
from portal.models.versions import bumps_version
from schools.levels import AwardLevel
from schools.models import FieldOfStudy, Subject

from .editions import Edition
from .occupations import Occupation


@pghistory.track()
class Pathway(models.Model):
    """A column of the at-a-glance table: one way into the career."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="pathways")
    name = models.CharField(max_length=80)
    occupation = models.ForeignKey(Occupation, models.PROTECT, null=True, blank=True, related_name="pathways")
    scope = models.CharField(
        max_length=160,
        blank=True,
        help_text="Whom the wage covers, when that is wider than the name: all registered nurses.",
    )
    fields_of_study = models.ManyToManyField(FieldOfStudy, blank=True, related_name="pathways")
    levels = ArrayField(models.CharField(max_length=16, choices=AwardLevel), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "name"], name="pathway_name_once"),
            position_once("edition", "pathway_position_once"),
            models.CheckConstraint(condition=Q(levels__contained_by=AwardLevel.values), name="pathway_levels_known"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name


@pghistory.track()
class Attribute(models.Model):
    """A row of the at-a-glance table. A wage row names its statistic."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        EDUCATION = "education", "Education"
        LICENSE = "license", "License"
        WAGE = "wage", "Wage"
        GROWTH = "growth", "Job growth"
        JOBS = "jobs", "Jobs"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="attributes")
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TEXT)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "label"], name="attribute_label_once"),
            position_once("edition", "attribute_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.label


@pghistory.track()
class Cell(models.Model):
    """Where a pathway meets an attribute: words, a living figure, or both."""

    pathway = models.ForeignKey(Pathway, models.CASCADE, related_name="cells")
    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="cells")
    text = models.CharField(max_length=200, blank=True)
    figure = models.CharField(
        max_length=80, blank=True, help_text="A token without its brackets: wage 29-1141 median US."
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pathway", "attribute"], name="cell_once"),
            models.CheckConstraint(condition=~Q(text="", figure=""), name="cell_says_something"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.text or self.figure


class DegreeOption(models.Model):
    """A link from the article into the directory: one subject, at one level or all."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="degree_options")
    label = models.CharField(max_length=100)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="degree_options")
    level = models.CharField(max_length=16, choices=AwardLevel, blank=True, help_text="Empty: all levels.")
    pathway = models.ForeignKey(
        Pathway,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="degree_options",
        help_text="Empty: an adjacent field, and the page says so.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "subject", "level"], name="degree_option_once"),
            position_once("edition", "degree_option_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.label
