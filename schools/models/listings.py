"""The flat rows lists, facets and search read. Derived in the database, never edited.

Written by the SQL function ``schools_relist`` (see ``schools.relisting``): after
a release is promoted or rolled back for all schools, after a school or program
is edited for that school, in the same transaction.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F

from portal.models import State
from portal.models.versions import bumps_version
from portal.reasons import Reason
from schools.levels import AwardLevel, Control
from schools.search import ProgramListingQuerySet, SchoolListingQuerySet

from .directory import Program, School
from .fields import FieldOfStudy
from .records import SchoolRecord


class SchoolListing(models.Model):
    """A public school as it is shown: its newest promoted federal record with the editors' words over it."""

    school = models.OneToOneField(School, models.CASCADE, primary_key=True, related_name="listing")
    record = models.ForeignKey(
        SchoolRecord, models.CASCADE, null=True, related_name="+", help_text="Null: not in IPEDS, added by people."
    )
    in_current_release = models.BooleanField(help_text="False: the newest directory no longer lists it.")
    name = models.CharField(max_length=160)
    aliases = models.TextField(blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.ForeignKey(State, models.PROTECT, null=True, related_name="+")
    zip = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    position_from = models.CharField(max_length=8, blank=True, help_text="record, zip, or empty when unknown.")
    website = models.CharField(max_length=300, blank=True)
    control = models.CharField(max_length=12, choices=Control)
    status = models.CharField(max_length=8, choices=SchoolRecord.Status)
    closed_on = models.DateField(null=True)
    successor = models.ForeignKey(School, models.SET_NULL, null=True, related_name="+")
    parent = models.ForeignKey(School, models.SET_NULL, null=True, related_name="+")
    programs = models.PositiveIntegerField(default=0, help_text="Public programs.")
    core_programs = models.PositiveIntegerField(default=0, help_text="Of these, in health administration.")
    graduates = models.PositiveIntegerField(default=0, help_text="Awards a year in these programs, where known.")
    search = SearchVectorField()

    objects = SchoolListingQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="school_listing_search"),
            models.Index(F("programs").desc(), F("name"), name="school_listing_order"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.city, self.state_id) if part)

    def get_absolute_url(self):
        return self.school.get_absolute_url()


class ProgramListing(models.Model):
    """One public program, flat."""

    class TuitionFrom(models.TextChoices):
        PROGRAM = "program", "The program’s own"
        SCHOOL = "school", "The school’s published price at this level"

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="listing")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    field_of_study = models.ForeignKey(FieldOfStudy, models.CASCADE, related_name="+")
    level = models.CharField(max_length=16, choices=AwardLevel)
    level_rank = models.PositiveSmallIntegerField()
    core = models.BooleanField(help_text="In a subject of health administration.")
    title = models.CharField(max_length=240)
    named_by_school = models.BooleanField()
    slug = models.CharField(max_length=160)
    school_slug = models.CharField(max_length=120)
    school_name = models.CharField(max_length=160)
    city = models.CharField(max_length=60, blank=True)
    state = models.ForeignKey(State, models.PROTECT, null=True, related_name="+")
    zip = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    control = models.CharField(max_length=12, choices=Control)
    delivery = ArrayField(
        models.CharField(max_length=8),
        help_text="The school's word, else what federal records say; empty when unknown.",
    )
    delivery_from = models.CharField(
        max_length=8,
        blank=True,
        help_text="school; federal: IPEDS, of this field and level; "
        "distance: College Scorecard, of a school that teaches only at a distance; or empty when unknown.",
    )
    tuition = models.PositiveIntegerField(null=True, help_text="Dollars a year, full time, in state: as on the card.")
    tuition_out_of_state = models.PositiveIntegerField(null=True)
    tuition_from = models.CharField(max_length=8, choices=TuitionFrom, blank=True)
    tuition_reason = models.CharField(max_length=24, choices=Reason, blank=True)
    graduates = models.PositiveIntegerField(null=True, help_text="Awards of the current completions release.")
    graduates_reason = models.CharField(max_length=24, choices=Reason, blank=True)
    accreditors = ArrayField(
        models.CharField(max_length=72),
        default=list,
        db_default=[],
        help_text="Who vouches for the program or its school, by slug; empty when nobody is confirmed. One whose word "
        "ends carries its last day: some-body:2027-06-30.",
    )
    school_earnings = models.PositiveIntegerField(
        null=True, help_text="Dollars a year, the whole school's median 10 years after entry; never the program's."
    )
    school_earnings_reason = models.CharField(max_length=24, choices=Reason, blank=True, db_default="")
    confirmed_on = models.DateField(null=True)
    search = SearchVectorField()

    objects = ProgramListingQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="program_listing_search"),
            models.Index(
                F("core").desc(), F("graduates").desc(nulls_last=True), "title", "program", name="program_listing_order"
            ),
            models.Index(fields=["field_of_study", "level"], name="program_listing_field_level"),
            models.Index(fields=["school"], name="program_listing_school"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.title}, {self.school_name}"

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.city, self.state_id) if part)

    def get_absolute_url(self):
        return f"/programs/{self.school_slug}/{self.slug}/"
