"""Certifications and licenses with their conditions: every group must be met, any one of its routes is enough."""

from django import forms
from django.contrib import admin
from django.db.models import Prefetch

from careers.models import Certification, EligibilityGroup, EligibilityRoute, License
from portal.admin.base import DeskAdmin
from portal.admin.ordering import OrderedForm, OrderedStackedInline
from portal.admin.saving import GuardedForm, explain

from .tokens import NoTokens

explain(
    {
        "names_its_body": ("body", "Enter the body that awards it."),
        "confirmed_was_checked": (
            "checked_on",
            "Enter the day you read the body’s own page, or set the status to “Not confirmed”.",
        ),
    }
)
LONGEST_ROUTE = EligibilityRoute._meta.get_field("text").max_length


class CredentialForm(NoTokens, GuardedForm):
    pass


class GroupForm(NoTokens, OrderedForm):
    """A condition with its routes, one a line."""

    routes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text="One route a line; any one of them is enough.",
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["routes"] = "\n".join(route.text for route in self.instance.routes.all())

    def clean_routes(self):
        lines = [line.strip() for line in self.cleaned_data["routes"].splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            if len(line) > LONGEST_ROUTE:
                raise forms.ValidationError(
                    f"Line {number} has {len(line)} characters. Shorten it to {LONGEST_ROUTE}, or make two of it."
                )
        return "\n".join(lines)

    def save_routes(self):
        """Keep what stayed, change what changed, in the order of the lines."""
        lines = self.cleaned_data["routes"].splitlines()
        old = list(self.instance.routes.order_by("position"))
        for position, text in enumerate(lines):
            route = old[position] if position < len(old) else EligibilityRoute(group=self.instance)
            if (route.text, route.position) != (text, position):
                route.text, route.position = text, position
                route.save()
        for route in old[len(lines) :]:
            route.delete()


class GroupInline(OrderedStackedInline):
    model = EligibilityGroup
    form = GroupForm
    fields = ["label", "routes", "position"]
    verbose_name = "condition"
    verbose_name_plural = "conditions: every one must be met"

    def get_queryset(self, request):
        routes = Prefetch("routes", EligibilityRoute.objects.order_by("position"))
        return super().get_queryset(request).prefetch_related(routes)


class CredentialAdmin(DeskAdmin):
    section = "Articles"
    form = CredentialForm
    explanation = "Edited once, shown in every article that names it. Saving is live at once."
    list_display = ["name", "acronym", "body", "status", "checked_on"]
    list_filter = ["status"]
    search_fields = ["name", "acronym", "body"]
    date_hierarchy = "checked_on"
    inlines = [GroupInline]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "acronym", "slug", "body", "summary", "renewal"]}),
        ("How we know", {"fields": ["url", "status", "checked_on"]}),
    ]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for group in formset.forms:
            if group.instance.pk and not group.cleaned_data.get("DELETE") and "routes" in group.changed_data:
                group.save_routes()


@admin.register(Certification)
class CertificationAdmin(CredentialAdmin):
    rank = 30


@admin.register(License)
class LicenseAdmin(CredentialAdmin):
    rank = 31
