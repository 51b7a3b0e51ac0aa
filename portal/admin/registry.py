"""What the database keeps by itself: addresses, and the number that makes remembered pages stale."""

from django.contrib import admin

from portal.models import ContentVersion, QueueLength, Slug, StarterLoad

from .base import DeskAdmin, ReadOnly


@admin.register(Slug)
class SlugAdmin(ReadOnly, DeskAdmin):
    explanation = (
        "Every address anything has, or ever had. The database writes these rows when a slug changes: "
        "old addresses redirect to the current one, and none is ever given to something else."
    )
    list_display = ["slug", "kind", "target", "is_current", "since"]
    list_filter = ["kind", "is_current"]
    search_fields = ["slug__startswith"]
    search_help_text = "The beginning of an address."
    ordering = ["-pk"]
    sortable_by = ()


@admin.register(ContentVersion)
class ContentVersionAdmin(ReadOnly, DeskAdmin):
    explanation = "Grows with every change to anything the public can read; remembered pages are kept under it."
    list_display = ["number", "changed_at"]
    search_fields = ["=number"]


@admin.register(StarterLoad)
class StarterLoadAdmin(ReadOnly, DeskAdmin):
    explanation = "Which parts of the starter catalogue were loaded, so that they are not read twice."
    list_display = ["__str__", "release", "rows", "loaded_at"]
    list_select_related = ["release__source"]
    search_fields = ["release__source__slug"]


@admin.register(QueueLength)
class QueueLengthAdmin(ReadOnly, DeskAdmin):
    explanation = "How long each queue of the first page was, day by day, for 400 days."
    list_display = ["day", "queue", "count"]
    list_filter = ["queue"]
    search_fields = ["queue"]
    ordering = ["-day", "queue"]
