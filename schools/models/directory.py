"""Schools and programs: identity, and what people wrote. Never what a federal file says."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.urls import reverse

from portal.constraints import between, clean_text, slug_shaped, web_address
from portal.models.slugs import registers_slug
from portal.models.versions import bumps_version
from portal.publishing import Publishable, PublishedQuerySet
from schools.levels import AwardLevel, Delivery
from schools.relisting import relists_changed

from .fields import FieldOfStudy


def was_past_gate(model: type[Publishable]) -> Q:
    """The row's own switch is on, or its history says that it once was."""
    events = model._meta.get_field("events").related_model.objects
    return Q(published_at__lte=Now()) | Q(
        models.Exists(events.filter(pgh_obj=models.OuterRef("pk"), published_at__isnull=False))
    )


class SchoolQuerySet(PublishedQuerySet):
    def published(self):
        """Schools whose switch is on and that some promoted directory release knows, or that people added."""
        return super().published().filter(listing__isnull=False)

    def once_public(self):
        """Schools that strangers could see at some time; those of the federal directory from their first day."""
        return self.filter(Q(unitid__isnull=False) | was_past_gate(self.model))

    def with_programs(self):
        """Schools with at least one public program."""
        return self.filter(listing__programs__gt=0)


@pghistory.track(
    # What people add is recorded from its first day; what imports add is in the releases.
    pghistory.InsertEvent(condition=pghistory.Q(new__unitid__isnull=True)),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
class School(Publishable):
    """A school: its address on this site, and what editors say over the federal record.

    Name, place, website and status are in its current ``SchoolRecord``; what the
    page shows is in ``listing`` (:class:`SchoolListing`), which joins the two.
    """

    unitid = models.CharField(
        "UNITID", max_length=6, null=True, blank=True, unique=True, help_text="IPEDS key. Empty: not in IPEDS."
    )
    slug = models.SlugField(
        max_length=120, unique=True, help_text="The address. Changing it leaves a redirect from the old one."
    )
    name_override = models.CharField("name", max_length=160, blank=True, help_text="Empty: as in IPEDS.")
    aliases = models.TextField("other names", blank=True, help_text="Added to those in IPEDS; one a line.")
    website_override = models.URLField("website", max_length=300, blank=True, help_text="Empty: as in IPEDS.")
    city_override = models.CharField("city", max_length=60, blank=True, help_text="Empty: as in IPEDS.")
    note = models.TextField("editors' note", blank=True, help_text="Never shown in public.")
    created_at = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())
    changed_at = models.DateTimeField(auto_now=True, db_default=models.functions.Now())

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            slug_shaped("slug", "school_slug_shaped"),
            web_address("website_override", "school_website_web_address"),
            clean_text("name_override", "school_name_clean"),
            models.CheckConstraint(
                condition=Q(unitid__isnull=True) | Q(unitid__regex="^[0-9]{6}$"), name="school_unitid_six_digits"
            ),
            models.CheckConstraint(
                condition=Q(unitid__isnull=False) | ~Q(name_override=""), name="school_outside_ipeds_has_a_name"
            ),
        ]
        triggers = [registers_slug("school"), *relists_changed("id"), bumps_version()]

    def __str__(self):
        listing = getattr(self, "listing", None)
        return listing.name if listing else self.name_override or self.slug

    def get_absolute_url(self):
        return reverse("schools:school_detail", args=[self.slug])


class ProgramFacts(models.Model):
    """What a school says of a program: shared by the live listing and by what a school proposes.

    Money is whole US dollars; null or empty means nobody told us, unless the
    fact's name stands in ``not_published``.
    """

    name = models.CharField(
        max_length=160, null=True, blank=True, help_text="As the school calls it. Not in federal data."
    )
    field_of_study = models.ForeignKey(FieldOfStudy, models.PROTECT, related_name="%(class)ss")
    level = models.CharField("award level", max_length=16, choices=AwardLevel)
    delivery = ArrayField(
        models.CharField(max_length=8, choices=Delivery),
        default=list,
        blank=True,
        help_text="Every way the program is offered. Empty: not known.",
    )
    description = models.TextField(blank=True)
    length_months = models.PositiveSmallIntegerField(null=True, blank=True)
    credits = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    tuition_per_year = models.PositiveIntegerField(null=True, blank=True, help_text="Dollars, full time, in state.")
    tuition_per_year_out_of_state = models.PositiveIntegerField(null=True, blank=True, help_text="Dollars, full time.")
    tuition_per_credit = models.PositiveIntegerField(null=True, blank=True, help_text="Dollars.")
    tuition_total = models.PositiveIntegerField(null=True, blank=True, help_text="Dollars, whole program.")
    application_deadline = models.DateField(null=True, blank=True)
    next_start = models.DateField(null=True, blank=True)
    entry_degree = models.CharField("degree needed to enter", max_length=16, choices=AwardLevel, blank=True)
    entry_gpa = models.DecimalField("lowest GPA", max_digits=3, decimal_places=2, null=True, blank=True)
    entry_experience_months = models.PositiveSmallIntegerField("work experience, months", null=True, blank=True)
    entry_test = models.CharField("admission test", max_length=60, blank=True)
    entry_notes = models.TextField("other requirements", blank=True)
    url = models.URLField("program page", max_length=300, blank=True)
    not_published = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Names of facts the school says it does not publish.",
    )

    class Meta:
        abstract = True

    @classmethod
    def fact_names(cls) -> list[str]:
        """Names of the shared facts, in form order."""
        return [field.name for field in ProgramFacts._meta.get_fields()]


class ProgramQuerySet(PublishedQuerySet):
    def published(self):
        """Programs past their own switch whose school is public and that some source still lists.

        The last two are what having a row in the flat listing means.
        """
        return super().published().filter(listing__isnull=False)

    def once_public(self):
        """Programs that strangers could see at some time; federal ones from their first day, if their school was."""
        shown = Q(origin=self.model.Origin.FEDERAL) | was_past_gate(self.model)
        return self.filter(shown, school__in=School.objects.once_public())


@pghistory.track(
    pghistory.InsertEvent(condition=pghistory.Q(new__origin="school")),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
class Program(ProgramFacts, Publishable):
    """One program of one school: a field at a level, offered in one way or several.

    A *federal* program arises from the completions file, at most one per school,
    field and level, and knows nothing but these; the first approved listing of
    the school adopts it and keeps its id and address.
    """

    class Origin(models.TextChoices):
        FEDERAL = "federal", "Federal data only"
        SCHOOL = "school", "Listed by the school"

    school = models.ForeignKey(School, models.PROTECT, related_name="programs")
    slug = models.SlugField(max_length=160)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.SCHOOL)
    confirmed_on = models.DateField(null=True, blank=True, help_text="When the school last said this is right.")
    created_at = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())
    changed_at = models.DateTimeField(auto_now=True, db_default=models.functions.Now())

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["school", "slug"]
        constraints = [
            slug_shaped("slug", "program_slug_shaped"),
            models.UniqueConstraint(fields=["school", "slug"], name="program_slug_once_per_school"),
            models.UniqueConstraint(
                fields=["school", "field_of_study", "level"],
                condition=Q(origin="federal"),
                name="program_one_federal_per_field_and_level",
            ),
            models.UniqueConstraint(
                F("school"),
                Lower("name"),
                F("level"),
                F("delivery"),
                condition=Q(name__isnull=False, published_at__isnull=False),
                name="program_same_name_level_delivery_once",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="program_name_unknown_is_null"),
            models.CheckConstraint(condition=Q(origin__in=["federal", "school"]), name="program_origin_known"),
            models.CheckConstraint(condition=Q(level__in=AwardLevel.values), name="program_level_known"),
            models.CheckConstraint(condition=Q(delivery__contained_by=Delivery.values), name="program_delivery_known"),
            models.CheckConstraint(
                condition=Q(origin="school") | Q(confirmed_on__isnull=True), name="program_federal_is_unconfirmed"
            ),
            clean_text("name", "program_name_clean"),
            web_address("url", "program_url_web_address"),
            between("length_months", 1, 120, "program_length_plausible"),
            models.CheckConstraint(
                condition=Q(credits__isnull=True) | Q(credits__gt=0), name="program_credits_positive"
            ),
            between("tuition_per_year", 0, 1_000_000, "program_tuition_plausible"),
            between("tuition_per_year_out_of_state", 0, 1_000_000, "program_tuition_out_plausible"),
            between("tuition_per_credit", 0, 100_000, "program_tuition_per_credit_plausible"),
            between("tuition_total", 0, 1_000_000, "program_tuition_total_plausible"),
            between("entry_gpa", 0, 4.5, "program_gpa_plausible"),
            models.CheckConstraint(
                condition=Q(application_deadline__isnull=True)
                | Q(next_start__isnull=True)
                | Q(application_deadline__lte=F("next_start")),
                name="program_deadline_not_after_start",
            ),
        ]
        triggers = [registers_slug("program", scope="NEW.school_id"), *relists_changed("school_id"), bumps_version()]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """The school's name for it, else field and level: "Health care administration, master’s degree"."""
        if self.name:
            return self.name
        level = AwardLevel(self.level).label
        return f"{self.field_of_study.name}, {level[0].lower()}{level[1:]}"

    def get_absolute_url(self):
        return reverse("schools:program_detail", args=[self.school.slug, self.slug])
