"""What releases say of occupations: looked at, never edited."""

from django.contrib import admin

from careers.models import CrosswalkPair, Projection, Wage
from portal.admin.base import ReadOnlyFacts
from portal.admin.releases import ReleaseFilter

SOC = (r"[0-9]{2}-?[0-9]{0,4}", "occupation__soc__startswith")
CIP = (r"[0-9]{2}\.[0-9]{0,4}", "field_of_study__cip__startswith")
AREA = (r"[A-Za-z]{2}", "area__code")


@admin.register(Wage)
class WageAdmin(ReadOnlyFacts):
    list_display = ["occupation", "area", "employment", "median", "p10", "p90", "release"]
    list_filter = [ReleaseFilter, "area__kind"]
    list_select_related = ["occupation", "area", "release__source"]
    search_fields = ["occupation"]
    search_help_text = "The start of a SOC code (29-11), a postal code (MN; US for the nation), or both."
    codes = (SOC, AREA)
    sources = ("oews-national", "oews-states")


@admin.register(Projection)
class ProjectionAdmin(ReadOnlyFacts):
    list_display = ["occupation", "base_year", "target_year", "change", "percent", "openings", "release"]
    list_filter = [ReleaseFilter]
    list_select_related = ["occupation", "release__source"]
    search_fields = ["occupation"]
    search_help_text = "The start of a SOC code: 29-11."
    codes = (SOC,)
    sources = ("bls-projections",)


@admin.register(CrosswalkPair)
class CrosswalkPairAdmin(ReadOnlyFacts):
    list_display = ["field_of_study", "occupation", "release"]
    list_filter = [ReleaseFilter]
    list_select_related = ["field_of_study", "occupation", "release__source"]
    search_fields = ["occupation"]
    search_help_text = "The start of a CIP code (51.07), of a SOC code (29-11), or both."
    codes = (CIP, SOC)
    sources = ("cip-soc-crosswalk",)
