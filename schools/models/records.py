"""What federal releases say of schools: immutable, one set per release.

Money is whole US dollars. A null figure says why in ``reasons``.
"""

from django.db import models
from django.db.models import Q

from portal.constraints import between
from portal.models import Fact, State
from portal.models.versions import bumps_version
from portal.reasons import Reason, Reasoned, explained
from schools.levels import AwardLevel, Control

from .directory import School
from .fields import FieldOfStudy


class SchoolRecord(Fact):
    """One school in one year's IPEDS directory (HD)."""

    KEY = ("school_id",)
    VALUES = (
        "name",
        "aliases",
        "address",
        "city",
        "state_id",
        "zip",
        "county",
        "opeid",
        "website",
        "control",
        "sector",
        "status",
        "closed_on",
        "successor_unitid",
        "parent_unitid",
        "is_title_iv",
        "latitude",
        "longitude",
    )

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        MERGED = "merged", "Merged into another school"
        CHILD = "child", "Campus that reports through its parent"

    school = models.ForeignKey(School, models.PROTECT, related_name="records")
    name = models.CharField(max_length=160)
    aliases = models.TextField(blank=True, help_text="Other names, one a line.")
    address = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.ForeignKey(State, models.PROTECT, related_name="+")
    zip = models.CharField("ZIP code", max_length=10, blank=True)
    county = models.CharField(max_length=60, blank=True)
    opeid = models.CharField(
        "OPEID", max_length=8, blank=True, help_text="Eight digits, shared by branches; not a key."
    )
    website = models.CharField(max_length=300, blank=True)
    control = models.CharField(max_length=12, choices=Control)
    sector = models.PositiveSmallIntegerField(
        null=True, help_text="IPEDS SECTOR; 0 is a central office. Null: unknown."
    )
    status = models.CharField(max_length=8, choices=Status)
    closed_on = models.DateField(null=True, help_text="Null: open, or the date is not in the file.")
    successor_unitid = models.CharField(max_length=6, blank=True, help_text="UNITID merged into.")
    parent_unitid = models.CharField(max_length=6, blank=True, help_text="UNITID that reports for this campus.")
    is_title_iv = models.BooleanField("open, postsecondary, in federal student aid", default=False)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "school"], name="school_record_once_per_release"),
            models.CheckConstraint(
                condition=Q(zip="") | Q(zip__regex="^[0-9]{5}(-?[0-9]{4})?$"), name="record_zip_shaped"
            ),
            models.CheckConstraint(
                condition=Q(opeid="") | Q(opeid__regex="^[0-9]{8}$"), name="record_opeid_eight_digits"
            ),
            models.CheckConstraint(
                condition=Q(successor_unitid="") | Q(status="merged"), name="record_only_merged_has_successor"
            ),
            models.CheckConstraint(condition=Q(control__in=Control.values), name="record_control_known"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "closed", "merged", "child"]), name="record_status_known"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="record_position_whole",
            ),
            between("latitude", -90, 90, "record_latitude_on_earth"),
            between("longitude", -180, 180, "record_longitude_on_earth"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name


class Completions(Fact, Reasoned):
    """Awards of one school in one field at one level in one year (IPEDS C_A).

    A row means the program is listed; 0 awards means that nobody finished.
    Every row of the file is kept, also of fields in none of our subjects.
    """

    KEY = ("school_id", "field_of_study_id", "level", "major")
    VALUES = ("awards", "awards_men", "awards_women", "reasons")
    MOVES = {"awards": "count"}

    school = models.ForeignKey(School, models.PROTECT, related_name="completions")
    field_of_study = models.ForeignKey(FieldOfStudy, models.PROTECT, related_name="completions")
    level = models.CharField(max_length=16, choices=AwardLevel)
    major = models.PositiveSmallIntegerField(default=1, help_text="1 first major, 2 second major.")
    awards = models.PositiveIntegerField(null=True)
    awards_men = models.PositiveIntegerField(null=True)
    awards_women = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name_plural = "completions"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "school", "field_of_study", "level", "major"], name="completions_once_per_release"
            ),
            models.CheckConstraint(condition=Q(level__in=AwardLevel.values), name="completions_level_known"),
            models.CheckConstraint(condition=Q(major__in=[1, 2]), name="completions_major_first_or_second"),
            explained("awards", "completions_missing_awards_explained"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.school_id} {self.field_of_study_id} {self.level}"


class PublishedPrice(Fact, Reasoned):
    """A school's published yearly price for full-time students (IPEDS IC_AY, later COST1).

    The school's, never a program's. Dollars per full-time academic year;
    ``per_credit`` dollars per credit hour.
    """

    KEY = ("school_id", "student_level", "residency")
    VALUES = ("tuition", "fees", "per_credit", "reasons")
    MOVES = {"tuition": "relative", "fees": "count"}

    class StudentLevel(models.TextChoices):
        UNDERGRADUATE = "undergraduate", "Undergraduate"
        GRADUATE = "graduate", "Graduate"

    class Residency(models.TextChoices):
        IN_DISTRICT = "in_district", "In district"
        IN_STATE = "in_state", "In state"
        OUT_OF_STATE = "out_of_state", "Out of state"

    school = models.ForeignKey(School, models.PROTECT, related_name="prices")
    student_level = models.CharField(max_length=14, choices=StudentLevel)
    residency = models.CharField(max_length=12, choices=Residency)
    tuition = models.PositiveIntegerField(null=True)
    fees = models.PositiveIntegerField(null=True)
    per_credit = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "school", "student_level", "residency"], name="price_once_per_release"
            ),
            between("tuition", 0, 1_000_000, "price_tuition_plausible"),
            between("fees", 0, 1_000_000, "price_fees_plausible"),
            between("per_credit", 0, 100_000, "price_per_credit_plausible"),
            explained("tuition", "price_missing_tuition_explained"),
            explained("fees", "price_missing_fees_explained"),
            explained("per_credit", "price_missing_per_credit_explained"),
            models.CheckConstraint(
                condition=Q(student_level__in=["undergraduate", "graduate"])
                & Q(residency__in=["in_district", "in_state", "out_of_state"]),
                name="price_kind_known",
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.school_id} {self.student_level} {self.residency}"


class SchoolOutcome(Fact):
    """One College Scorecard figure of a school: never a program's, and said so."""

    KEY = ("school_id", "measure")
    VALUES = ("value", "reason")
    MOVES = {"value": "relative"}

    class Measure(models.TextChoices):
        ADMISSION_RATE = "admission_rate", "Share of applicants admitted"
        UNDERGRADUATES = "undergraduates", "Undergraduate students"
        GRADUATE_STUDENTS = "graduate_students", "Graduate students"
        COMPLETION_RATE_4YR = "completion_rate_4yr", "Completion within 150% of normal time, four-year school"
        COMPLETION_RATE_LT4 = "completion_rate_lt4", "Completion within 150% of normal time, shorter school"
        NET_PRICE = "net_price", "Average net price a year"
        MEDIAN_EARNINGS_10 = "median_earnings_10", "Median earnings 10 years after entry"
        MEDIAN_EARNINGS_6 = "median_earnings_6", "Median earnings 6 years after entry"
        MEDIAN_DEBT = "median_debt", "Median federal debt of graduates"
        PROGRAM_TUITION = "program_tuition", "Tuition and fees of a program, where a school charges by the program"
        DISTANCE_ONLY = "distance_only", "Teaches only at a distance"
        HEALTH_CERT_UNDER_1Y = "health_cert_lt_1y", "Health certificates under 1 year"
        HEALTH_CERT_1_2Y = "health_cert_1_2y", "Health certificates of 1 to under 2 years"
        HEALTH_ASSOCIATE = "health_associate", "Health associate’s degrees"
        HEALTH_CERT_2_4Y = "health_cert_2_4y", "Health certificates of 2 to under 4 years"
        HEALTH_BACHELOR = "health_bachelor", "Health bachelor’s degrees"
        HCM2 = "hcm2", "On heightened cash monitoring 2"
        OPERATING = "operating", "Operating, as the Department of Education says"

    school = models.ForeignKey(School, models.PROTECT, related_name="outcomes")
    measure = models.CharField(max_length=24, choices=Measure)
    value = models.DecimalField(
        max_digits=14,
        decimal_places=4,
        null=True,
        help_text="Dollars, a share from 0 to 1, a count, or 1 for yes; of health certificates and degrees 2 where at "
        "least one is taught fully online.",
    )
    reason = models.CharField(max_length=24, choices=Reason, blank=True, help_text="Why the value is missing.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "school", "measure"], name="outcome_once_per_release"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, reason="") | (Q(value__isnull=True) & ~Q(reason="")),
                name="outcome_value_or_reason",
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.school_id} {self.measure}"


class DistanceOffer(Fact):
    """How many programs of a field and level a school offers, and how many at a distance (IPEDS C_DEP).

    ``partly`` is null where the year's file does not ask for it.
    """

    KEY = ("school_id", "field_of_study_id", "level")
    VALUES = ("programs", "fully", "partly")
    MOVES = {"programs": "count"}

    school = models.ForeignKey(School, models.PROTECT, related_name="distance_offers")
    field_of_study = models.ForeignKey(FieldOfStudy, models.PROTECT, related_name="distance_offers")
    level = models.CharField(max_length=16, choices=AwardLevel)
    programs = models.PositiveSmallIntegerField(help_text="Programs offered.")
    fully = models.PositiveSmallIntegerField(help_text="Of these, offered fully at a distance.")
    partly = models.PositiveSmallIntegerField(null=True, help_text="Of these, offered partly at a distance.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "school", "field_of_study", "level"], name="distance_once_per_release"
            ),
            models.CheckConstraint(
                condition=Q(fully__lte=models.F("programs")), name="distance_fully_not_above_programs"
            ),
            models.CheckConstraint(condition=Q(level__in=AwardLevel.values), name="distance_level_known"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.school_id} {self.field_of_study_id} {self.level}"
