"""Articles: an identity, and editions of everything one reads.

``published()`` reaches the children only through the live edition. A draft is a
set-based copy; publishing moves the pointer (``careers.editions``).
"""

import pghistory
from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse

from careers.search import best_first, vector
from portal.constraints import slug_shaped
from portal.models.slugs import registers_slug
from portal.models.versions import announces, bumps_version
from portal.publishing import Publishable, PublishedQuerySet

from .topics import Topic


class ArticleQuerySet(PublishedQuerySet):
    def published(self):
        return super().published().filter(live__isnull=False)

    def readable(self):
        """Published articles with their live edition and, as ``socs``, the codes it is about, the leading one first."""
        from .editions import EditionOccupation

        about = EditionOccupation.objects.filter(edition=OuterRef("live")).order_by("position")
        return self.published().select_related("live").annotate(socs=ArraySubquery(about.values("occupation__soc")))

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
        """Articles whose live edition holds these words in title, summary, headings, occupations or credentials.

        Best first. Body text is left out: a passing mention is not what an article is about.
        """

        from .editions import EditionCertification, EditionLicense, EditionOccupation, Section
        from .pathways import Pathway

        def together(rows, words):
            """The words of all rows of the live edition, as one text."""
            rows = rows.filter(edition=OuterRef("live")).order_by().values("edition")
            return Subquery(rows.annotate(words=StringAgg(words, delimiter=" ")).values("words"))

        occupation = Concat("occupation__plain_title", Value(" "), "occupation__title")
        certification = Concat("certification__acronym", Value(" "), "certification__name")
        license_ = Concat("license__acronym", Value(" "), "license__name")
        words = (
            vector("live__title", "A")
            + vector(together(EditionOccupation.objects, occupation), "B")
            + vector(together(EditionCertification.objects, certification), "B")
            + vector(together(EditionLicense.objects, license_), "B")
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
    topics = models.ManyToManyField(Topic, through="ArticleTopic", related_name="articles")
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


class ArticleTopic(models.Model):
    """A kind of work that a guide is about. It belongs to the guide and not to a wording of it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="article_topics")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["topic__position", "topic__name"]
        constraints = [models.UniqueConstraint(fields=["article", "topic"], name="article_topic_once")]
        triggers = [bumps_version()]

    def __str__(self):
        return str(self.topic)


class RelatedExclusion(models.Model):
    """Two articles that no computation may put beside each other, because an editor said so."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="exclusions")
    other = models.ForeignKey(Article, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["other__slug"]
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="related_exclusion_once"),
            models.CheckConstraint(condition=~Q(article=models.F("other")), name="related_exclusion_of_another"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return str(self.other)
