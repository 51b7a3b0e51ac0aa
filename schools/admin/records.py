"""What releases say of schools, and the flat rows lists are read from: looked at, never edited."""

from django.contrib import admin

from portal.admin.base import DeskAdmin, ReadOnly, ReadOnlyFacts
from portal.admin.releases import ReleaseFilter
from schools.models import (
    AccreditationRecord,
    Completions,
    DistanceOffer,
    ProgramListing,
    PublishedPrice,
    SchoolListing,
    SchoolOutcome,
    SchoolRecord,
)

SCHOOL = (r"[0-9]{6}", "school__unitid")
FIELD = (r"[0-9]{2}(\.[0-9]{0,4})?", "field_of_study__cip__startswith")
BY_SCHOOL = "A school’s UNITID, six digits."
BY_SCHOOL_AND_FIELD = "A school’s UNITID (six digits), the start of a CIP code (51.07), or both."


@admin.register(SchoolRecord)
class SchoolRecordAdmin(ReadOnlyFacts):
    list_display = ["school", "name", "city", "state", "control", "status", "release"]
    list_filter = [ReleaseFilter, "status", "control", "is_title_iv"]
    list_select_related = ["school__listing", "state", "release__source"]
    search_fields = ["school"]
    search_help_text = BY_SCHOOL
    codes = (SCHOOL,)
    sources = ("ipeds-institutions",)


@admin.register(Completions)
class CompletionsAdmin(ReadOnlyFacts):
    list_display = ["school", "field_of_study", "level", "major", "awards", "release"]
    list_filter = [ReleaseFilter, "level", "major"]
    list_select_related = ["school__listing", "field_of_study", "release__source"]
    search_fields = ["school"]
    search_help_text = BY_SCHOOL_AND_FIELD
    codes = (SCHOOL, FIELD)
    sources = ("ipeds-completions",)


@admin.register(DistanceOffer)
class DistanceOfferAdmin(ReadOnlyFacts):
    list_display = ["school", "field_of_study", "level", "programs", "fully", "partly", "release"]
    list_filter = [ReleaseFilter, "level"]
    list_select_related = ["school__listing", "field_of_study", "release__source"]
    search_fields = ["school"]
    search_help_text = BY_SCHOOL_AND_FIELD
    codes = (SCHOOL, FIELD)
    sources = ("ipeds-distance",)


@admin.register(PublishedPrice)
class PublishedPriceAdmin(ReadOnlyFacts):
    list_display = ["school", "student_level", "residency", "tuition", "fees", "per_credit", "release"]
    list_filter = [ReleaseFilter, "student_level", "residency"]
    list_select_related = ["school__listing", "release__source"]
    search_fields = ["school"]
    search_help_text = BY_SCHOOL
    codes = (SCHOOL,)
    sources = ("ipeds-prices",)


@admin.register(SchoolOutcome)
class SchoolOutcomeAdmin(ReadOnlyFacts):
    list_display = ["school", "measure", "value", "reason", "release"]
    list_filter = [ReleaseFilter, "measure"]
    list_select_related = ["school__listing", "release__source"]
    search_fields = ["school"]
    search_help_text = BY_SCHOOL
    codes = (SCHOOL,)
    sources = ("scorecard-institutions",)


@admin.register(AccreditationRecord)
class AccreditationRecordAdmin(ReadOnlyFacts):
    list_display = ["school", "agency_name", "program_name", "status", "since", "ended_on", "release"]
    list_filter = [ReleaseFilter, ("ended_on", admin.EmptyFieldListFilter), "status"]
    list_select_related = ["school__listing", "release__source"]
    search_fields = ["school"]
    search_help_text = BY_SCHOOL
    codes = (SCHOOL,)
    sources = ("dapip-records",)


class Derived(ReadOnly, DeskAdmin):
    explanation = (
        "The flat rows that lists and search are read from. The database writes them anew whenever a school, "
        "a program or a release changes; edit those instead."
    )
    exclude = ["search"]


@admin.register(SchoolListing)
class SchoolListingAdmin(Derived):
    list_display = ["name", "place", "control", "status", "programs", "graduates"]
    list_filter = ["status", "control", "in_current_release", "state"]
    list_select_related = ["school", "state"]
    search_fields = ["school__unitid__exact", "name"]
    search_help_text = "Name or UNITID."
    ordering = ["name"]


@admin.register(ProgramListing)
class ProgramListingAdmin(Derived):
    list_display = ["title", "school_name", "place", "level", "graduates", "tuition"]
    list_filter = ["level", "control", "core", "state"]
    list_select_related = ["state"]
    search_fields = ["title", "school_name"]
    ordering = ["-pk"]
