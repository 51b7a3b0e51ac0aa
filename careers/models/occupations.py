"""Occupations and what the Bureau of Labor Statistics publishes about them."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower, NullIf
from django.urls import reverse

from careers.search import best_first, vector
from portal.constraints import clean_text, slug_shaped
from portal.models import Area, Fact
from portal.models.slugs import registers_slug
from portal.models.versions import announces, bumps_version
from portal.publishing import Publishable, PublishedQuerySet
from portal.reasons import Reasoned, explained
from schools.models import FieldOfStudy

SOC_SHAPED = Q(soc__regex=r"^[0-9]{2}-[0-9]{4}$")


class OccupationQuerySet(PublishedQuerySet):
    def led_to_by(self, fields):
        """Occupations any of these fields of study leads to, by the curated crosswalk."""
        return self.filter(pairs__in=OccupationField.objects.shown().filter(field_of_study__in=fields)).distinct()

    def with_a_way_in(self):
        """Occupations that at least one field of study leads to, by the curated crosswalk."""
        return self.filter(models.Exists(OccupationField.objects.shown().filter(occupation=models.OuterRef("pk"))))

    def health_administration_first(self):
        """By how many fields of our core subjects lead there, then by title."""
        core = OccupationField.objects.shown().filter(
            occupation=models.OuterRef("pk"), field_of_study__subjects__core=True
        )
        core = core.order_by().values("occupation").annotate(fields=models.Count("field_of_study", distinct=True))
        return self.annotate(core_fields=Coalesce(models.Subquery(core.values("fields")), 0)).order_by(
            "-core_fields", "title"
        )

    def by_name(self):
        """By the name a page shows."""
        return self.order_by(Lower(Coalesce(NullIf("plain_title", models.Value("")), "title")), "soc")

    def best_paid_first(self):
        """By national median wage, as ``careers.pay`` reads it; unknown last."""
        wages = Wage.objects.current().filter(area="US")
        return self._by_figure(wages, "median")

    def fastest_growing_first(self):
        """By projected growth, as ``careers.pay`` reads it; unknown last."""
        return self._by_figure(Projection.objects.current(), "percent")

    def _by_figure(self, facts, column):
        """The occupation's own figure; its group's only where it has no row of its own."""
        own = facts.filter(occupation=models.OuterRef("pk"))
        group = facts.filter(occupation=models.OuterRef("published_as"))
        figure = models.Case(
            models.When(models.Exists(own), then=models.Subquery(own.values(column)[:1])),
            default=models.Subquery(group.values(column)[:1]),
        )
        return self.annotate(figure=figure).order_by(F("figure").desc(nulls_last=True), "title", "soc")

    def search(self, text: str):
        """Occupations whose titles or definition hold these words, or that have this part of a title or code."""
        words = vector("plain_title", "A") + vector("title", "A") + vector("definition", "C")
        return best_first(self, text, words, ("plain_title", "title", "soc"), "title")


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Occupation(Publishable):
    """One SOC 2018 code. Wages and outlook come from releases, the words from editors."""

    soc = models.CharField("SOC code", max_length=7, unique=True, help_text="SOC 2018, as text: 11-9111.")
    title = models.CharField(max_length=120, help_text="The official title, as published.")
    plain_title = models.CharField(
        max_length=120, blank=True, help_text="One person's title: Medical and health services manager."
    )
    slug = models.SlugField(max_length=120, unique=True)
    definition = models.TextField(blank=True, help_text="What these people do, from O*NET or our own words.")
    published_as = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_for",
        help_text="The wider group whose figures are published instead of this code's own.",
    )
    fields_of_study = models.ManyToManyField(FieldOfStudy, through="OccupationField", related_name="occupations")

    objects = OccupationQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=SOC_SHAPED, name="occupation_soc_shaped"),
            slug_shaped("slug", "occupation_slug_shaped"),
            clean_text("title", "occupation_title_clean"),
            models.CheckConstraint(
                condition=Q(published_as__isnull=True) | ~Q(published_as=F("id")), name="occupation_not_its_own_group"
            ),
        ]
        triggers = [registers_slug("occupation"), bumps_version(), announces()]

    def __str__(self):
        return f"{self.soc} {self.title}"

    @property
    def name(self) -> str:
        return self.plain_title or self.title

    def get_absolute_url(self):
        return reverse("careers:occupation_detail", args=[self.slug])


class OccupationFieldQuerySet(models.QuerySet):
    def shown(self):
        """Pairs a student sees: not hidden by an editor, and in the current crosswalk or added by an editor."""
        in_crosswalk = CrosswalkPair.objects.current().filter(
            occupation=models.OuterRef("occupation"), field_of_study=models.OuterRef("field_of_study")
        )
        return self.filter(shown=True).filter(Q(added_by_editor=True) | models.Exists(in_crosswalk))


@pghistory.track()
class OccupationField(models.Model):
    """The curated side of the CIP–SOC crosswalk: one field that leads to one occupation."""

    occupation = models.ForeignKey(Occupation, models.CASCADE, related_name="pairs")
    field_of_study = models.ForeignKey(FieldOfStudy, models.CASCADE, related_name="pairs")
    shown = models.BooleanField(default=True, help_text="Off: true by the crosswalk, but no help to a student.")
    added_by_editor = models.BooleanField(default=False, help_text="Not in the crosswalk.")
    reason = models.CharField(max_length=200, blank=True)

    objects = OccupationFieldQuerySet.as_manager()

    class Meta:
        ordering = ["occupation", "field_of_study"]
        verbose_name = "field that leads here"
        verbose_name_plural = "fields that lead here"
        constraints = [
            models.UniqueConstraint(fields=["occupation", "field_of_study"], name="occupation_field_once"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.field_of_study} → {self.occupation}"


class CrosswalkPair(Fact):
    """One pair of the CIP 2020 to SOC 2018 crosswalk (NCES and BLS)."""

    KEY = ("field_of_study_id", "occupation_id")
    VALUES = ()

    field_of_study = models.ForeignKey(FieldOfStudy, models.PROTECT, related_name="+")
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "field_of_study", "occupation"], name="crosswalk_pair_once_per_release"
            )
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.field_of_study_id} → {self.occupation_id}"


class Wage(Fact, Reasoned):
    """What one occupation pays in one area (BLS OEWS): wage and salary jobs, no self-employed.

    Whole dollars a year. ``reasons`` says for each measure why it is missing, or
    that it is a floor (top-coded).
    """

    KEY = ("occupation_id", "area_id")
    VALUES = ("employment", "mean", "p10", "p25", "median", "p75", "p90", "reasons")
    MOVES = {"median": "relative", "mean": "relative", "employment": "count"}
    MEASURES = ("mean", "p10", "p25", "median", "p75", "p90")
    PERCENTILES = ("p10", "p25", "median", "p75", "p90")

    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="wages")
    area = models.ForeignKey(Area, models.PROTECT, related_name="wages")
    employment = models.PositiveIntegerField(null=True, help_text="Jobs, rounded by BLS.")
    mean = models.PositiveIntegerField(null=True)
    p10 = models.PositiveIntegerField("10th percentile", null=True)
    p25 = models.PositiveIntegerField("25th percentile", null=True)
    median = models.PositiveIntegerField(null=True)
    p75 = models.PositiveIntegerField("75th percentile", null=True)
    p90 = models.PositiveIntegerField("90th percentile", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "occupation", "area"], name="wage_once_per_release"),
            *(
                explained(name, f"wage_missing_{name}_explained")
                for name in ("employment", "mean", "p10", "p25", "median", "p75", "p90")
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{low}__isnull": True})
                    | Q(**{f"{high}__isnull": True})
                    | Q(**{f"{low}__lte": F(high)}),
                    name=f"wage_{low}_not_above_{high}",
                )
                for index, low in enumerate(("p10", "p25", "median", "p75", "p90"))
                for high in ("p10", "p25", "median", "p75", "p90")[index + 1 :]
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.occupation_id} {self.area_id}"


class Projection(Fact, Reasoned):
    """How many jobs BLS expects (Employment Projections). SOC 00-0000 is the comparator.

    Employment, change and openings in jobs (the file says thousands); ``percent``
    in percent over the whole span; openings a year.
    """

    KEY = ("occupation_id",)
    VALUES = (
        "base_year",
        "target_year",
        "employment_base",
        "employment_target",
        "change",
        "percent",
        "openings",
        "entry_education",
        "work_experience",
        "training",
        "reasons",
    )
    MOVES = {"percent": "points", "openings": "count"}

    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="projections")
    base_year = models.PositiveSmallIntegerField()
    target_year = models.PositiveSmallIntegerField()
    employment_base = models.PositiveIntegerField(null=True)
    employment_target = models.PositiveIntegerField(null=True)
    change = models.IntegerField(null=True)
    percent = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    openings = models.PositiveIntegerField(null=True, help_text="A year, on average.")
    entry_education = models.CharField(max_length=80, blank=True)
    work_experience = models.CharField(max_length=80, blank=True)
    training = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "occupation"], name="projection_once_per_release"),
            models.CheckConstraint(condition=Q(base_year__lt=F("target_year")), name="projection_looks_ahead"),
            *(
                explained(name, f"projection_missing_{name}_explained")
                for name in ("employment_base", "employment_target", "change", "percent", "openings")
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.occupation_id} {self.base_year}–{self.target_year}"
