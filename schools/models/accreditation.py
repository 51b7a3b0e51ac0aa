"""Who vouches for a school or a program: two different things, never one badge."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.constraints import slug_shaped, web_address
from portal.models.releases import Fact, FactQuerySet
from portal.models.versions import announces, bumps_version
from schools.relisting import relists_changed, relists_everything

from .directory import Program, School

RESERVED = ("program", "school", "unknown")  # options of the filter by accreditor: no body can have one for its slug


@pghistory.track()
class Accreditor(models.Model):
    """A body that accredits, certifies or approves. AUPHA certifies; it does not accredit."""

    class Kind(models.TextChoices):
        INSTITUTIONAL = "institutional", "Accredits whole schools"
        PROGRAMMATIC = "programmatic", "Accredits programs"
        CERTIFYING = "certifying", "Certifies or approves programs, without accrediting"

    name = models.CharField(max_length=160, unique=True)
    acronym = models.CharField(max_length=12, blank=True)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=14, choices=Kind)
    covers = models.CharField(
        max_length=160, blank=True, help_text="What it looks at, in a few words: graduate programs in social work."
    )
    recognized_by = models.CharField(
        max_length=80,
        blank=True,
        help_text="US Department of Education, CHEA, both, or: neither. Empty: not checked.",
    )
    url = models.URLField("its own site", max_length=300, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            slug_shaped("slug", "accreditor_slug_shaped"),
            web_address("url", "accreditor_url_web_address"),
            models.CheckConstraint(condition=~Q(slug__in=RESERVED), name="accreditor_slug_not_reserved"),
            models.CheckConstraint(
                condition=Q(kind__in=["institutional", "programmatic", "certifying"]), name="accreditor_kind_known"
            ),
        ]
        triggers = [bumps_version(), relists_everything(pgtrigger.UpdateOf("kind", "slug"), name="accreditor_relists")]

    def __str__(self):
        return self.acronym or self.name


class AccreditationQuerySet(models.QuerySet):
    def standing(self):
        """Whose word counts today, as ``schools_relist`` counts it too.

        Candidacy is shown but never counted; what has ended or is unconfirmed proves nothing; a body for whole
        schools speaks for a school, every other body only for the program that the entry names.
        """
        today = timezone.now().date()
        whole = Q(accreditor__kind=Accreditor.Kind.INSTITUTIONAL)
        return self.filter(
            Q(until=None) | Q(until__gte=today),
            (Q(program=None) & whole) | (Q(program__isnull=False) & ~whole),
            status__in=Accreditation.COUNTED,
        )


@pghistory.track()
class Accreditation(models.Model):
    """One body's word on one school, or on one of its programs, as an editor found it at that body.

    It counts through the day ``until``. The midnight after that (UTC, as the site's
    clock) is announced ahead: from then on it is in no badge, no filter and no count
    without anybody writing anything. What federal files say is in
    :class:`AccreditationRecord` and never here.
    """

    class Status(models.TextChoices):
        ACCREDITED = "accredited", "Accredited"
        CONDITIONAL = "conditional", "Accredited, with conditions"
        CANDIDACY = "candidacy", "Candidate"
        PRE_CANDIDACY = "pre_candidacy", "Pre-candidate"
        WITHDRAWAL_IN_PROGRESS = "withdrawal_in_progress", "Being withdrawn"
        EXPIRED = "expired", "Expired"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DENIED = "denied", "Denied"
        UNCONFIRMED = "unconfirmed", "Not confirmed"

    COUNTED = (Status.ACCREDITED, Status.CONDITIONAL, Status.WITHDRAWAL_IN_PROGRESS)

    accreditor = models.ForeignKey(Accreditor, models.PROTECT, related_name="accreditations")
    school = models.ForeignKey(School, models.PROTECT, related_name="accreditations")
    program = models.ForeignKey(
        Program,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accreditations",
        help_text="Empty: the school as a whole, or a program not named.",
    )
    scope = models.CharField(max_length=200, blank=True, help_text="What exactly it covers, in the body's words.")
    status = models.CharField(max_length=24, choices=Status, default=Status.UNCONFIRMED)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)
    url = models.URLField("the body's own entry", max_length=300, blank=True)
    checked_on = models.DateField(null=True, blank=True, help_text="When somebody last looked at that entry.")

    objects = AccreditationQuerySet.as_manager()

    class Meta:
        constraints = [
            web_address("url", "accreditation_url_web_address"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=F("until")),
                name="accreditation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(status="unconfirmed") | Q(checked_on__isnull=False),
                name="accreditation_confirmed_was_checked",
            ),
            models.CheckConstraint(
                condition=Q(status="unconfirmed") | ~Q(url=""), name="accreditation_confirmed_has_its_entry"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "accredited",
                        "conditional",
                        "candidacy",
                        "pre_candidacy",
                        "withdrawal_in_progress",
                        "expired",
                        "withdrawn",
                        "denied",
                        "unconfirmed",
                    ]
                ),
                name="accreditation_status_known",
            ),
        ]
        triggers = [
            *relists_changed("school_id"),
            announces("timezone('UTC', (NEW.until + 1)::timestamp)"),
            bumps_version(),
        ]

    def __str__(self):
        return f"{self.accreditor}: {self.get_status_display()}"


class AccreditationRecordQuerySet(FactQuerySet):
    def open(self):
        """Not ended when the file was written. The file's own status cannot say it: it stays after the end."""
        return self.filter(ended_on=None)


class AccreditationRecord(Fact):
    """One record of the Department of Education's database (DAPIP): an agency's word on one location of a school.

    Evidence of its day and no more: it is shown as unconfirmed and counted nowhere,
    however new the file. No record names one of our programs: ``program_code`` and
    ``program_name`` are the agency's kind of program, such as nursing at the
    associate level; code 1 is the school as a whole.
    """

    KEY = ("school_id", "location", "agency", "program_code", "sequence")
    VALUES = (
        "agency_name",
        "program_name",
        "department",
        "location_name",
        "is_main",
        "status",
        "since",
        "since_is_estimated",
        "next_review",
        "ended_on",
        "action",
        "action_on",
    )
    WHOLE_SCHOOL = "1"

    class Status(models.TextChoices):
        ACCREDITED = "accredited", "Accredited"
        PREACCREDITED = "preaccredited", "Candidate"
        DENIED = "denied", "Denied"

    school = models.ForeignKey(School, models.PROTECT, related_name="accreditation_records")
    location = models.CharField(max_length=10, help_text="DapipId.")
    agency = models.CharField(max_length=10, help_text="AgencyId.")
    program_code = models.CharField(max_length=10, help_text="ProgramId; 1 is the school as a whole.")
    sequence = models.PositiveSmallIntegerField(help_text="SequentialId: counts an agency's records of one thing.")
    agency_name = models.CharField(max_length=200)
    program_name = models.CharField(max_length=200)
    department = models.CharField(max_length=160, blank=True)
    location_name = models.CharField(max_length=200, blank=True)
    is_main = models.BooleanField(help_text="The school's own seat, not an additional location.")
    status = models.CharField(max_length=16, choices=Status, help_text="As the file says it, also after the end.")
    since = models.DateField(null=True, help_text="Null: not given, or impossible.")
    since_is_estimated = models.BooleanField(default=False)
    next_review = models.DateField(null=True)
    ended_on = models.DateField(null=True, help_text="Null: open when the file was written.")
    action = models.CharField(max_length=200, blank=True, help_text="The agency's latest action that stood then.")
    action_on = models.DateField(null=True)

    objects = AccreditationRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "school", "location", "agency", "program_code", "sequence"],
                name="accreditation_record_once_per_release",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accredited", "preaccredited", "denied"]),
                name="accreditation_record_status_known",
            ),
            models.CheckConstraint(
                condition=Q(location__regex="^[0-9]+$", agency__regex="^[0-9]+$", program_code__regex="^[0-9]+$"),
                name="accreditation_record_codes_are_digits",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(ended_on__isnull=True) | Q(since__lte=F("ended_on")),
                name="accreditation_record_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(action="", action_on__isnull=True) | ~Q(action=""), name="accreditation_record_action_named"
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return f"{self.agency_name}: {self.program_name}"
