"""The queue of links: what checking said, whose they are, and where they stand."""

from django.contrib import admin

from portal.models import HostVisit, LinkGathering, LinkUse, OutboundLink

from .base import DeskAdmin, ReadOnly


class LinkUseInline(ReadOnly, admin.TabularInline):
    model = LinkUse
    extra = 0


@admin.register(OutboundLink)
class OutboundLinkAdmin(ReadOnly, DeskAdmin):
    section = "Sources"
    list_display = ["url", "state", "checked_at"]
    list_filter = ["state"]
    search_fields = ["url"]
    inlines = [LinkUseInline]


@admin.register(HostVisit)
class HostVisitAdmin(ReadOnly, DeskAdmin):
    explanation = "When each host was last asked: one question in ten seconds, however many workers there are."
    list_display = ["host", "visited_at"]
    search_fields = ["host__startswith"]
    ordering = ["-visited_at"]


@admin.register(LinkGathering)
class LinkGatheringAdmin(ReadOnly, DeskAdmin):
    explanation = "What the list of links was last made from. It is made anew whenever anything on the site changed."
    list_display = ["number", "uses", "left_out", "gathered_at"]
