"""Sources and their releases: looked at here, changed by importing."""

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from portal.models import ImportIssue, Release, ReleaseFile, Source

from .base import DeskAdmin, ReadOnly
from .promoting import Promoting

SHOWN_ISSUES = 20


class ReleaseFilter(admin.SimpleListFilter):
    """Releases of the sources a table comes from, and of no other."""

    title = "release"
    parameter_name = "release"

    def lookups(self, request, model_admin):
        releases = Release.objects.filter(source__slug__in=model_admin.sources).select_related("source")
        return [("current", "Whatever is current"), *((str(release.pk), str(release)) for release in releases)]

    def queryset(self, request, queryset):
        value = self.value() or ""
        if value == "current":
            return queryset.filter(release__state=Release.State.CURRENT)
        if value.isdecimal() and len(value) < 18:
            return queryset.filter(release=int(value))
        return queryset


class ReleaseOfFile(admin.RelatedFieldListFilter):
    """Django's own filter, with the names of all releases read in one query."""

    def field_choices(self, field, request, model_admin):
        return [(release.pk, str(release)) for release in Release.objects.select_related("source")]


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    section = "Sources"
    rank = 10
    explanation = "One dataset of one publisher. Only its web address and the credit line are yours to edit."
    list_display = ["name", "publisher", "current", "slug"]
    list_filter = ["publisher"]
    search_fields = ["name", "publisher", "slug"]
    fields = ["name", "publisher", "licence", "slug", "url", "credit", "editions"]
    readonly_fields = ["name", "publisher", "licence", "slug", "editions"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("releases")

    @admin.display(description="current release")
    def current(self, source):
        return next((r.label for r in source.releases.all() if r.state == Release.State.CURRENT), "none")

    @admin.display(description="releases")
    def editions(self, source):
        return format_html_join(
            "",
            '<div><a href="{}">{}</a> {}</div>',
            (
                (reverse("admin:portal_release_change", args=[r.pk]), r.label, r.get_state_display())
                for r in source.releases.all()
            ),
        )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReleaseFileInline(ReadOnly, admin.TabularInline):
    model = ReleaseFile
    extra = 0
    fields = ["name", "rows", "size", "sha256"]
    verbose_name_plural = "files it was read from"


@admin.register(Release)
class ReleaseAdmin(Promoting, ReadOnly, DeskAdmin):
    section = "Sources"
    rank = 20
    explanation = (
        "A release comes from official files, and one of each source is on the site. A staged one shows below what it "
        "would change; it changes nothing until somebody puts it on the site, and it can be taken back."
    )
    list_display = ["source", "label", "state", "imported_at", "rows_read", "rows_changed", "rows_refused"]
    list_filter = ["state", "source"]
    list_select_related = ["source"]
    search_fields = ["source__name", "source__slug", "period"]
    date_hierarchy = "imported_at"
    inlines = [ReleaseFileInline]
    fieldsets = [
        (None, {"fields": ["source", "period", "provisional", "state", "year", "revision"]}),
        ("What it changes", {"fields": ["rehearsed", "changes", "pages", "doubts", "movements", "beside"]}),
        ("When", {"fields": ["imported_at", "promoted_at", "came_from"]}),
        (
            "Rows",
            {
                "fields": [
                    "rows_read",
                    "rows_new",
                    "rows_changed",
                    "rows_unchanged",
                    "rows_withdrawn",
                    "rows_refused",
                    "issues",
                ]
            },
        ),
    ]
    readonly_fields = ["issues", *Promoting.shown]

    @admin.display(description="rows that could not be used")
    def issues(self, release):
        issues = ImportIssue.objects.filter(file__release=release).select_related("file")
        count = issues.count()
        if not count:
            return "none"
        rows = format_html_join(
            "", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            ((issue.line, issue.column, issue.value, issue.advice) for issue in issues[:SHOWN_ISSUES]),
        )  # fmt: skip
        return format_html(
            "<table><thead><tr><th>Line</th><th>Column</th><th>Value</th><th>What to do</th></tr></thead>"
            '<tbody>{}</tbody></table><a href="{}?file__release__id__exact={}">All {}</a>',
            rows,
            reverse("admin:portal_importissue_changelist"),
            release.pk,
            count,
        )


@admin.register(ReleaseFile)
class ReleaseFileAdmin(ReadOnly, DeskAdmin):
    section = "Sources"
    rank = 30
    explanation = "The official files releases were read from. The files themselves are not kept."
    list_display = ["name", "release", "rows", "issue_count", "size"]
    list_filter = ["release__source"]
    list_select_related = ["release__source"]
    search_fields = ["name", "sha256__startswith"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(issue_total=Count("issues"))

    @admin.display(description="rows not used")
    def issue_count(self, file):
        return file.issue_total


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnly, DeskAdmin):
    section = "Sources"
    rank = 40
    explanation = (
        "Rows of official files that could not be used, each with what to do. They go when a better file is imported."
    )
    list_display = ["advice", "kind", "value", "suggestion", "file", "line", "column"]
    list_filter = ["kind", "file__release__source", ("file__release", ReleaseOfFile)]
    list_select_related = ["file"]
    search_fields = ["value__startswith", "column__startswith"]
    search_help_text = "The beginning of a value or of a column’s name."
    ordering = ["-pk"]
    sortable_by = ()
