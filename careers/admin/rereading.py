"""Passages to read again after a release: what moved, the words around it, and a tick when somebody has looked."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from careers.models import ReRead
from portal.admin.base import DeskAdmin, ReadOnly


class Done(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("done", "Read again")]

    def queryset(self, request, queryset):
        if self.value() in ("waiting", "done"):
            return queryset.filter(done_at__isnull=self.value() == "waiting")
        return queryset


@admin.register(ReRead)
class ReReadAdmin(ReadOnly, DeskAdmin):
    section = "Articles"
    rank = 30
    explanation = (
        "A new release renews every figure, but not the words around it. These passages may not be true any more: "
        "read them in the article, change the words where they no longer fit, then tick them off here."
    )
    list_display = ["why", "of_article", "release", "created_at", "done_at"]
    list_filter = [Done]
    list_select_related = ["article__live", "release__source"]
    search_fields = ["why", "article__slug"]
    ordering = ["-pk"]
    sortable_by = ()
    actions = ["tick_off"]
    fields = ["why", "of_article", "release", "created_at", "done_at", "done_by"]
    readonly_fields = fields

    @admin.display(description="article")
    def of_article(self, entry):
        url = reverse("admin:careers_article_change", args=[entry.article_id])
        live = entry.article.live
        return format_html('<a href="{}">{}</a>', url, live.title if live else entry.article.slug)

    def has_tick_permission(self, request):
        return request.user.has_perm("careers.change_reread")

    @admin.action(description="Tick off: read again", permissions=["tick"])
    def tick_off(self, request, queryset):
        waiting = list(queryset.waiting())
        ReRead.objects.waiting().filter(pk__in=[one.pk for one in waiting]).update(
            done_at=timezone.now(), done_by=request.user
        )
        for one in waiting:
            self.log_change(request, one, "Read again.")
        self.message_user(request, f"Ticked off: {len(waiting)}.", messages.SUCCESS if waiting else messages.WARNING)
