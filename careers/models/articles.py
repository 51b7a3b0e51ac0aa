"""Articles: an identity, and editions of everything one reads.

``published()`` reaches the children only through the live edition. A draft is a
set-based copy; publishing moves the pointer (``careers.editions``).
"""

import pghistory
from django.conf import settings
from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from careers.search import best_first, vector
from portal.constraints import clean_text, slug_shaped, web_address
from portal.models.slugs import registers_slug
from portal.models.versions import announces, bumps_version
from portal.publishing import Publishable, PublishedQuerySet
from schools.levels import AwardLevel
from schools.models import FieldOfStudy, Subject

from .certifications import Certification
from .occupations import Occupation

_STAGES = ["writing", "in_review", "returned", "scheduled", "published"]


def _position_once(parent: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=[parent, "position"], name=name, deferrable=models.Deferrable.DEFERRED)


class ArticleQuerySet(PublishedQuerySet):
    def published(self):
        return super().published().filter(live__isnull=False)

    def about_occupation(self, occupation):
        """Articles whose live edition is about this occupation, or compares a pathway through it."""
        return self.filter(Q(live__occupations=occupation) | Q(live__pathways__occupation=occupation)).distinct()

    def about(self, fields):
        """Articles whose live edition has a pathway or a degree option in any of these fields of study."""
        return self.filter(
            Q(live__pathways__fields_of_study__in=fields) | Q(live__degree_options__subject__fields_of_study__in=fields)
        ).distinct()

    def health_administration_first(self):
        """By how many degree options in our core subjects the live edition has, then the newest."""
        core = Count("live__degree_options", filter=Q(live__degree_options__subject__core=True))
        return self.annotate(core_options=core).order_by("-core_options", "-published_at", "slug")

    def search(self, text: str):
        """Articles whose live edition holds these words in title, summary, headings, occupations or certifications.

        Best first. Body text is left out: a passing mention is not what an article is about.
        """

        def together(rows, words):
            """The words of all rows of the live edition, as one text."""
            rows = rows.filter(edition=OuterRef("live")).order_by().values("edition")
            return Subquery(rows.annotate(words=StringAgg(words, delimiter=" ")).values("words"))

        occupation = Concat("occupation__plain_title", Value(" "), "occupation__title")
        certification = Concat("certification__acronym", Value(" "), "certification__name")
        words = (
            vector("live__title", "A")
            + vector(together(EditionOccupation.objects, occupation), "B")
            + vector(together(EditionCertification.objects, certification), "B")
            + vector("live__summary", "C")
            + vector(together(Section.objects, "heading"), "C")
            + vector(together(Pathway.objects, "name"), "C")
        )
        return best_first(self, text, words, ("live__title",), "slug")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Article(Publishable):
    """One article's address, what is live, what is being drafted, and when it was checked."""

    slug = models.SlugField(
        max_length=120, unique=True, help_text="The address. Changing it leaves a redirect from the old one."
    )
    live = models.OneToOneField(
        "Edition", models.PROTECT, null=True, blank=True, related_name="live_of", editable=False
    )
    draft = models.OneToOneField(
        "Edition", models.SET_NULL, null=True, blank=True, related_name="draft_of", editable=False
    )
    reviewed_on = models.DateField(null=True, blank=True, help_text="When somebody last checked every sentence.")
    review_by = models.DateField(null=True, blank=True)
    unpublish_at = models.DateTimeField(
        "off the site on",
        null=True,
        blank=True,
        help_text="UTC. From this moment the page says that it is no longer here. Empty: it stays.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        permissions = [("publish_article", "Can publish, schedule, return and take down articles")]
        constraints = [
            slug_shaped("slug", "article_slug_shaped"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(live__isnull=False),
                name="article_published_has_live_edition",
            ),
            models.CheckConstraint(
                condition=Q(live__isnull=True) | Q(draft__isnull=True) | ~Q(live=models.F("draft")),
                name="article_draft_is_not_live",
            ),
        ]
        triggers = [registers_slug("article"), bumps_version(), announces()]

    def __str__(self):
        edition = self.live or self.draft
        return edition.title if edition else self.slug

    def get_absolute_url(self):
        return reverse("careers:article_detail", args=[self.slug])


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
    what_changed = models.CharField(
        max_length=240,
        blank=True,
        help_text="For the log that readers see, in one sentence: the rules for the license are those of this year.",
    )
    why_changed = models.CharField(max_length=240, blank=True, help_text="Why, if it is not plain.")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WRITING, editable=False)
    stage_since = models.DateTimeField(default=timezone.now, editable=False)
    stage_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    returned_because = models.TextField(blank=True, editable=False, help_text="What its author is asked to do.")
    publish_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="UTC; null unless scheduled.")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
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
            _position_once("edition", "edition_occupation_position_once"),
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
            _position_once("edition", "section_position_once"),
            slug_shaped("anchor", "section_anchor_shaped"),
            models.CheckConstraint(condition=~Q(heading=""), name="section_has_a_heading"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.heading


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
            _position_once("edition", "pathway_position_once"),
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
            _position_once("edition", "attribute_position_once"),
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
            _position_once("edition", "degree_option_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.label


class EditionCertification(models.Model):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="edition_certifications")
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "certification"], name="edition_certification_once"),
            _position_once("edition", "edition_certification_position_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return str(self.certification)


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
            _position_once("edition", "article_link_position_once"),
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
            _position_once("edition", "citation_position_once"),
            web_address("url", "citation_url_web_address"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.title
