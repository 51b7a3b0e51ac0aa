"""What programs are about: the federal code list, and what students call it."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from portal.constraints import clean_text, slug_shaped
from portal.models.releases import Fact
from portal.models.versions import bumps_version
from schools.relisting import relists_everything

CIP_SHAPED = Q(cip__regex=r"^[0-9]{2}(\.[0-9]{2}([0-9]{2})?)?$")


class FieldOfStudy(models.Model):
    """One CIP code of one edition: the word both floors use for "what this is about".

    ``title`` and ``definition`` follow the current code list; ``plain_title`` and
    ``search_words`` are ours and no import touches them.
    """

    cip = models.CharField("CIP code", max_length=7, help_text="Text, with its zeros: 51.0701.")
    edition = models.CharField("CIP edition", max_length=4, default="2020")
    title = models.CharField(max_length=200)
    plain_title = models.CharField(
        max_length=120, blank=True, help_text="What a student would call it. Empty: the official title is shown."
    )
    search_words = models.TextField(
        blank=True,
        help_text="What people type who look for this field, one a line, where neither its titles nor its subjects "
        "have the words: nurse practitioner.",
    )
    slug = models.SlugField(max_length=80)
    definition = models.TextField(blank=True)

    class Meta:
        ordering = ["cip"]
        verbose_name_plural = "fields of study"
        constraints = [
            models.UniqueConstraint(fields=["cip", "edition"], name="field_code_once_per_edition"),
            models.UniqueConstraint(fields=["slug", "edition"], name="field_slug_once_per_edition"),
            models.CheckConstraint(condition=CIP_SHAPED, name="field_cip_shaped"),
            slug_shaped("slug", "field_slug_shaped"),
            clean_text("plain_title", "field_plain_title_clean"),
            clean_text("search_words", "field_search_words_clean"),
        ]
        triggers = [
            relists_everything(pgtrigger.UpdateOf("title", "plain_title", "search_words"), name="field_relists"),
            bumps_version(),
        ]

    def __str__(self):
        return f"{self.cip} {self.name}"

    @property
    def name(self) -> str:
        return self.plain_title or self.title


class FieldRecord(Fact):
    """What one edition of the CIP code list says of one code (NCES)."""

    KEY = ("cip",)
    VALUES = ("title", "definition", "is_current_code")

    cip = models.CharField(max_length=7)
    title = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    is_current_code = models.BooleanField(help_text="False for codes deleted, moved, or reserved.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "cip"], name="field_record_once_per_release"),
            models.CheckConstraint(condition=CIP_SHAPED, name="field_record_cip_shaped"),
        ]

    def __str__(self):
        return self.cip


@pghistory.track()
class Subject(models.Model):
    """What a student calls a field: a curated set of CIP codes with synonyms.

    A program arises for each (school, field, level) of the completions in any
    subject, so changing a subject changes the directory at once.
    """

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=300, blank=True)
    core = models.BooleanField(
        "health administration", default=False, help_text="Listed first: the heart of the directory."
    )
    position = models.PositiveSmallIntegerField(default=0)
    fields_of_study = models.ManyToManyField(FieldOfStudy, through="SubjectField", related_name="subjects")

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            slug_shaped("slug", "subject_slug_shaped"),
            models.CheckConstraint(condition=~Q(name=""), name="subject_has_a_name"),
        ]
        triggers = [relists_everything(pgtrigger.Update | pgtrigger.Delete, name="subject_relists"), bumps_version()]

    def __str__(self):
        return self.name


@pghistory.track()
class SubjectField(models.Model):
    """One CIP code in one subject."""

    subject = models.ForeignKey(Subject, models.CASCADE)
    field_of_study = models.ForeignKey(FieldOfStudy, models.PROTECT)

    class Meta:
        verbose_name = "field of this subject"
        verbose_name_plural = "fields of this subject"
        constraints = [models.UniqueConstraint(fields=["subject", "field_of_study"], name="subject_field_once")]
        triggers = [
            relists_everything(pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, name="subject_field_relists"),
            bumps_version(),
        ]

    def __str__(self):
        return f"{self.subject}: {self.field_of_study}"


class SubjectSynonym(models.Model):
    """Another word people type for a subject: "MHA", "hospital administration"."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="synonyms")
    text = models.CharField(max_length=80)

    class Meta:
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(
                models.F("subject"), models.functions.Lower("text"), name="synonym_once_per_subject"
            ),
            clean_text("text", "synonym_clean"),
        ]
        triggers = [
            relists_everything(pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, name="synonym_relists"),
            bumps_version(),
        ]

    def __str__(self):
        return self.text
