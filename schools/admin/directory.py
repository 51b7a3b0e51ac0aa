"""Schools: an editor's words over the federal record, live as soon as they are saved."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from portal.admin.base import DeskAdmin, OnSite, PublishingActions
from portal.admin.saving import explain
from schools.models import Program, School, SchoolListing

explain(
    {
        "school_website_web_address": (
            "website_override",
            "Enter a whole web address that starts with https:// or http:// and names no user.",
        ),
        "school_name_clean": (
            "name_override",
            "The text holds invisible control characters. Type it again instead of pasting it.",
        ),
        "school_unitid_six_digits": ("unitid", "A UNITID has six digits. Leave it empty for a school outside IPEDS."),
        "school_outside_ipeds_has_a_name": (
            "name_override",
            "A school outside IPEDS has no federal record to take its name from. Enter a name.",
        ),
    }
)
SHOWN_PROGRAMS = 60


class InState(admin.SimpleListFilter):
    """The state the site shows, from the listing."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        field = SchoolListing._meta.get_field("state")
        return list(field.remote_field.model.objects.values_list("code", "name"))

    def queryset(self, request, queryset):
        return queryset.filter(listing__state=self.value()) if self.value() else queryset


class Control(admin.SimpleListFilter):
    title = "control"
    parameter_name = "control"

    def lookups(self, request, model_admin):
        return SchoolListing._meta.get_field("control").choices

    def queryset(self, request, queryset):
        return queryset.filter(listing__control=self.value()) if self.value() else queryset


@admin.register(School)
class SchoolAdmin(PublishingActions, DeskAdmin):
    section = "Directory"
    rank = 10
    explanation = (
        "What you enter here stands over the federal record and is live as soon as you save. "
        "Empty a field to go back to the federal record."
    )
    list_display = ["name", "city", "state", "unitid", "programs", "on_site"]
    list_filter = [OnSite, Control, InState]
    list_select_related = ["listing__state"]
    search_fields = ["unitid__exact", "name_override", "listing__name", "listing__aliases", "listing__city"]
    search_help_text = "Name, city, or UNITID."
    fieldsets = [
        ("On the site", {"fields": ["shown", "published_at", "slug"]}),
        ("The federal record (IPEDS)", {"fields": ["federal_record"]}),
        (
            "What the site says instead",
            {
                "description": "Empty: as in the federal record.",
                "fields": ["name_override", "aliases", "city_override", "website_override"],
            },
        ),
        ("Programs", {"fields": ["programs_here"]}),
        ("Behind the scenes", {"fields": ["unitid", "note", "created_at", "changed_at"]}),
    ]
    readonly_fields = ["shown", "federal_record", "programs_here", "created_at", "changed_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("listing__state")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        about_it = {"shown", "federal_record", "programs_here", "created_at", "changed_at"}
        kept = [
            (title, {**options, "fields": [f for f in options["fields"] if f not in about_it]})
            for title, options in fieldsets
        ]
        return [(title, options) for title, options in kept if options["fields"]]

    def get_readonly_fields(self, request, obj=None):
        """The key to the federal record is said once."""
        return [*self.readonly_fields, "unitid"] if obj else self.readonly_fields

    def has_delete_permission(self, request, obj=None):
        """Schools are hidden, not deleted; only an empty one that people added may go, and a superuser decides."""
        return bool(
            obj
            and obj.unitid is None
            and request.user.is_superuser
            and not obj.programs.exists()
            and super().has_delete_permission(request, obj)
        )

    def view_on_site(self, obj):
        return obj.get_absolute_url() if getattr(obj, "listing", None) else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            old = form.initial["slug"]
            self.message_user(
                request, f"The old address /schools/{old}/ now leads to /schools/{obj.slug}/.", messages.WARNING
            )

    @admin.display(ordering="listing__name")
    def name(self, school):
        return str(school)

    @admin.display(ordering="listing__city")
    def city(self, school):
        return self._listed(school, "city")

    @admin.display(ordering="listing__state")
    def state(self, school):
        return self._listed(school, "state")

    @admin.display(ordering="listing__programs")
    def programs(self, school):
        return self._listed(school, "programs")

    @staticmethod
    def _listed(school, name):
        listing = getattr(school, "listing", None)
        return getattr(listing, name) if listing else None

    @admin.display(description="now")
    def shown(self, school):
        listing = getattr(school, "listing", None)
        if listing:
            return f"{listing.name}, {listing.place}" if listing.place else listing.name
        if not school.is_past_gate:
            return "Hidden: “public since” is empty or in the future."
        return "Not on the site: no current directory release knows it."

    @admin.display(description="says")
    def federal_record(self, school):
        records = school.records.filter(release__state__in=["current", "superseded"])
        record = records.select_related("release__source", "state").order_by("-release__year", "-release__revision")
        record = record.first()
        if record is None:
            return "Nothing: this school is in no directory release."
        rows = [
            ("Name", record.name),
            ("Other names", record.aliases),
            ("City", f"{record.city}, {record.state}"),
            ("Website", record.website),
            ("Control", record.get_control_display()),
            ("Status", record.get_status_display()),
            ("Source", record.release),
        ]
        return format_html(
            '<table class="facts"><tbody>{}</tbody></table>',
            format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', ((k, v or "—") for k, v in rows)),
        )

    @admin.display(description="listed")
    def programs_here(self, school):
        programs = Program.objects.filter(school=school).select_related("field_of_study", "listing").order_by("slug")
        count = programs.count()
        rows = format_html_join(
            "",
            '<tr><td><a href="{}">{}</a></td><td>{}</td><td>{}</td><td>{}</td></tr>',
            (
                (
                    reverse("admin:schools_program_change", args=[program.pk]),
                    program.title,
                    program.get_origin_display(),
                    self._graduates(program),
                    "on the site" if getattr(program, "listing", None) else "not on the site",
                )
                for program in programs[:SHOWN_PROGRAMS]
            ),
        )
        return format_html(
            '<table class="facts"><thead><tr><th>Program</th><th>Origin</th><th>Graduates a year</th><th>Where</th>'
            '</tr></thead><tbody>{}</tbody></table><a href="{}?school__id__exact={}">All {}</a>'
            ' · <a href="{}?school={}">Add a program</a>',
            rows,
            reverse("admin:schools_program_changelist"),
            school.pk,
            count,
            reverse("admin:schools_program_add"),
            school.pk,
        )

    @staticmethod
    def _graduates(program):
        listing = getattr(program, "listing", None)
        if listing is None:
            return "—"
        return listing.get_graduates_reason_display() if listing.graduates is None else listing.graduates
