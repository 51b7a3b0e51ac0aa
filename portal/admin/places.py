from django.contrib import admin

from portal.models import Area, State, Zip

from .base import DeskAdmin, ReadOnly, ReadOnlyFacts
from .releases import ReleaseFilter


class Fixed(ReadOnly, DeskAdmin):
    """Tables that come with the code."""

    explanation = "This list comes with the portal itself; it changes only with the code."


@admin.register(State)
class StateAdmin(Fixed):
    list_display = ["name", "code", "fips", "kind"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]


@admin.register(Area)
class AreaAdmin(Fixed):
    list_display = ["name", "code", "kind"]
    list_filter = ["kind"]
    list_select_related = ["state"]
    search_fields = ["name", "code"]


@admin.register(Zip)
class ZipAdmin(ReadOnlyFacts):
    list_display = ["zip", "state", "latitude", "longitude", "release"]
    list_filter = [ReleaseFilter, "state"]
    list_select_related = ["state", "release__source"]
    search_fields = ["zip"]
    search_help_text = "The beginning of a ZIP code."
    codes = ((r"[0-9]{1,5}", "zip__startswith"),)
    sources = ("census-zcta",)
