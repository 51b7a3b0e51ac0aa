"""What was published, by whom, when, and which of it is current.

A *source* is one dataset of one agency; a *release* is one edition of it. Facts
hang from a release and never change; promoting and rolling back only move the
``current`` mark. The verbs live in ``portal.releases``.
"""

from collections.abc import Mapping

from django.db import models
from django.db.models import Q

from portal.constraints import slug_shaped, web_address

from .versions import bumps_version


class Source(models.Model):
    """One dataset of one publisher, such as "IPEDS completions"."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, help_text="As a source line says it: IPEDS completions.")
    publisher = models.CharField(max_length=160)
    licence = models.CharField(max_length=200)
    url = models.URLField(max_length=300, blank=True, help_text="Where people download it.")
    credit = models.TextField(blank=True, help_text="Words the licence asks us to print.")

    class Meta:
        ordering = ["name"]
        constraints = [slug_shaped("slug", "source_slug_shaped"), web_address("url", "source_url_web_address")]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name


class ReleaseQuerySet(models.QuerySet):
    def current(self):
        return self.filter(state=Release.State.CURRENT)


class Release(models.Model):
    """One edition of a source.

    ``year`` orders editions (the later year of "2023–24"); ``revision`` orders
    files of the same period, as when a provisional one is replaced by a revised
    one. Only one release of a source is current.
    """

    class State(models.TextChoices):
        STAGED = "staged", "Staged"
        CURRENT = "current", "Current"
        SUPERSEDED = "superseded", "Superseded"
        ROLLED_BACK = "rolled_back", "Rolled back"

    source = models.ForeignKey(Source, models.PROTECT, related_name="releases")
    period = models.CharField(max_length=60, help_text='As it is printed: "May 2025", "2023–24".')
    year = models.PositiveSmallIntegerField(help_text="The last year the figures speak of; orders releases.")
    revision = models.PositiveSmallIntegerField(default=0)
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State, default=State.STAGED)
    imported_at = models.DateTimeField(auto_now_add=True)
    promoted_at = models.DateTimeField(null=True, blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_withdrawn = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["source", "-year", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["source", "year", "revision"], name="release_once_per_source"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(state="current"), name="release_one_current_per_source"
            ),
            models.CheckConstraint(
                condition=~Q(state="current") | Q(promoted_at__isnull=False), name="release_current_was_promoted"
            ),
            models.CheckConstraint(condition=Q(year__gte=1980, year__lte=2100), name="release_year_plausible"),
            models.CheckConstraint(
                condition=Q(state__in=["staged", "current", "superseded", "rolled_back"]),
                name="release_state_known",
            ),
        ]
        triggers = [bumps_version()]
        permissions = [("promote_release", "Can put a release on the site and take it back")]

    def __str__(self):
        return f"{self.source.name} {self.label}"

    @property
    def label(self) -> str:
        """The period as a source line prints it: "2023–24, provisional"."""
        return f"{self.period}, provisional" if self.provisional else self.period


class ReleaseFile(models.Model):
    """One official file a release was read from. The file itself is not kept."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "name"], name="release_file_name_once"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="release_file_sha256_hex"),
        ]

    def __str__(self):
        return self.name


class ImportIssue(models.Model):
    """A row of a file that could not be used, and what somebody can do about it."""

    class Kind(models.TextChoices):
        REFUSED = "refused", "Row refused"
        UNMATCHED = "unmatched", "Nobody knows this identifier"
        NOTED = "noted", "One cell left out"

    file = models.ForeignKey(ReleaseFile, models.CASCADE, related_name="issues")
    line = models.PositiveIntegerField(help_text="Line of the file, the header being 1.")
    column = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=200, blank=True)
    advice = models.CharField(max_length=300, help_text="What to do.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REFUSED, db_default=Kind.REFUSED)
    suggestion = models.CharField(
        max_length=200, blank=True, db_default="", help_text="What is most likely meant. Empty: nothing comes close."
    )

    class Meta:
        ordering = ["file", "line"]
        indexes = [models.Index(fields=["value"], condition=Q(kind="unmatched"), name="import_issue_unmatched")]

    def __str__(self):
        return f"{self.file} line {self.line}: {self.advice}"


class FactQuerySet(models.QuerySet):
    def current(self):
        """Only what the current release of each source says."""
        return self.filter(release__state=Release.State.CURRENT)


class Fact(models.Model):
    """A row of a release: immutable, one set per release.

    Subclasses name ``KEY``, the columns that say what the fact is about, and
    ``VALUES``, the columns that say what is claimed of it (attribute names as
    the database has them, ``school_id``). Two releases are compared by these.
    """

    KEY: tuple[str, ...] = ()
    VALUES: tuple[str, ...] = ()
    # Figures whose movement from release to release people look at, and how it is measured: "relative" to what it was,
    # in "points", or as a "count", of which small ones waver by chance.
    MOVES: Mapping[str, str] = {}

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, models.CASCADE, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
