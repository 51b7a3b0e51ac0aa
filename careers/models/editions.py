"""One wording of an article, and what hangs from it: sections, links, sources, and the records it names."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.constraints import clean_text, position_once, slug_shaped, web_address
from portal.models.accounts import User
from portal.models.versions import bumps_version

from .articles import Article
from .credentials import Certification, License
from .employment_settings import EmploymentSetting
from .occupations import Occupation

_STAGES = ["writing", "in_review", "returned", "scheduled", "published"]


@pghistory.track()
class Edition(models.Model):
    """One wording of an article, with everything in it, and how far it is on its way to readers."""

    class Stage(models.TextChoices):
        WRITING = "writing", "Being written"
        IN_REVIEW = "in_review", "Waiting for review"
        RETURNED = "returned", "Returned to its author"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"

    article = models.ForeignKey(Article, models.CASCADE, related_name="editions")
    title = models.CharField(max_length=120, help_text="A question where it is one.")
    summary = models.TextField(help_text="60 to 300 characters of plain text; search engines show it too.")
    author = models.CharField(max_length=80, help_text="As the page names it.")
    occupations = models.ManyToManyField(
        Occupation, through="EditionOccupation", related_name="editions", help_text="What it is about; the first leads."
    )
    certifications = models.ManyToManyField(Certification, through="EditionCertification", related_name="editions")
    licenses = models.ManyToManyField(License, through="EditionLicense", related_name="editions")
    settings = models.ManyToManyField(EmploymentSetting, through="EditionSetting", related_name="editions")
    what_changed = models.CharField(
        max_length=240,
        blank=True,
        help_text="For the log that readers see, in one sentence: the rules for the license are those of this year.",
    )
    why_changed = models.CharField(max_length=240, blank=True, help_text="Why, if it is not plain.")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WRITING, editable=False)
    stage_since = models.DateTimeField(default=timezone.now, editable=False)
    stage_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    returned_because = models.TextField(blank=True, editable=False, help_text="What its author is asked to do.")
    publish_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="UTC; null unless scheduled.")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["article", "-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="edition_has_a_title"),
            clean_text("title", "edition_title_clean"),
            clean_text("what_changed", "edition_what_changed_clean"),
            clean_text("why_changed", "edition_why_changed_clean"),
            models.CheckConstraint(condition=Q(stage__in=_STAGES), name="edition_stage_known"),
            models.CheckConstraint(
                condition=Q(stage="scheduled", publish_at__isnull=False)
                | (~Q(stage="scheduled") & Q(publish_at__isnull=True)),
                name="edition_scheduled_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(stage="returned") | ~Q(returned_because=""), name="edition_returned_says_why"
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.title

    @property
    def is_live(self) -> bool:
        return self.article.live_id == self.pk

    @property
    def is_draft(self) -> bool:
        return self.article.draft_id == self.pk


class EditionOccupation(models.Model):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="edition_occupations")
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "occupation"], name="edition_occupation_once"),
            position_once("edition", "edition_occupation_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return str(self.occupation)


@pghistory.track()
class Section(models.Model):
    """A heading, usually a question, and its text in limited Markdown with figure tokens."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sections")
    heading = models.CharField(max_length=120)
    anchor = models.SlugField(
        max_length=80, help_text="Permanent: links to this section keep working when the heading changes."
    )
    body = models.TextField(help_text="Markdown. Figures only as tokens, such as [[wage 29-1141 median US]].")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "anchor"], name="section_anchor_once"),
            position_once("edition", "section_position_once"),
            slug_shaped("anchor", "section_anchor_shaped"),
            models.CheckConstraint(condition=~Q(heading=""), name="section_has_a_heading"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.heading


class EditionCertification(models.Model):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="edition_certifications")
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "certification"], name="edition_certification_once"),
            position_once("edition", "edition_certification_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return str(self.certification)


class EditionLicense(models.Model):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="edition_licenses")
    license = models.ForeignKey(License, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "license"], name="edition_license_once"),
            position_once("edition", "edition_license_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return str(self.license)


class EditionSetting(models.Model):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="edition_settings")
    setting = models.ForeignKey(EmploymentSetting, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "setting"], name="edition_setting_once"),
            position_once("edition", "edition_setting_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return str(self.setting)


class ArticleLink(models.Model):
    """A typed, ordered link the editor chose: to an article, an occupation, or elsewhere."""

    class Kind(models.TextChoices):
        RELATED = "related", "Related"
        NEXT_STEP = "next_step", "Next step"
        ALTERNATIVE = "alternative", "Alternative"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.RELATED)
    article = models.ForeignKey(Article, models.CASCADE, null=True, blank=True, related_name="linked_from")
    occupation = models.ForeignKey(Occupation, models.CASCADE, null=True, blank=True, related_name="linked_from")
    url = models.URLField(max_length=300, blank=True)
    label = models.CharField(max_length=120, blank=True, help_text="Empty: the title of what it leads to.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            position_once("edition", "article_link_position_once"),
            web_address("url", "article_link_url_web_address"),
            models.CheckConstraint(
                condition=Q(article__isnull=False, occupation__isnull=True, url="")
                | Q(article__isnull=True, occupation__isnull=False, url="")
                | (Q(article__isnull=True, occupation__isnull=True) & ~Q(url="") & ~Q(label="")),
                name="article_link_leads_to_one_thing",
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.label or str(self.article or self.occupation)


class Citation(models.Model):
    """A source the article stands on."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="citations")
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=160)
    url = models.URLField(max_length=300)
    accessed_on = models.DateField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            position_once("edition", "citation_position_once"),
            web_address("url", "citation_url_web_address"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.title
