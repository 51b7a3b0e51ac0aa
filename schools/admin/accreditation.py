"""Who vouches for a school or a program. A confirmed entry says where and when somebody looked."""

from django.contrib import admin

from portal.admin.base import DeskAdmin
from portal.admin.saving import GuardedForm, explain
from schools.models import Accreditation, Accreditor

NEEDS_DATE = "Enter the day you looked at the body’s own entry, or set the status to “Not confirmed”."
explain(
    {
        "accreditation_ends_after_it_begins": ("until", "This is before “Since”. Correct one of the two dates."),
        "accreditation_confirmed_was_checked": ("checked_on", NEEDS_DATE),
    }
)


@admin.register(Accreditor)
class AccreditorAdmin(DeskAdmin):
    section = "Directory"
    rank = 60
    explanation = "Bodies that accredit, certify or approve. AUPHA certifies programs; it does not accredit."
    list_display = ["name", "acronym", "kind", "recognized_by"]
    list_filter = ["kind"]
    search_fields = ["name", "acronym"]
    fields = ["name", "acronym", "slug", "kind", "recognized_by", "url"]
    prepopulated_fields = {"slug": ["name"]}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields


class AccreditationForm(GuardedForm):
    def clean(self):
        cleaned = super().clean()
        confirmed = cleaned.get("status") not in (None, Accreditation.Status.UNCONFIRMED)
        if confirmed and not cleaned.get("url"):
            self.add_error("url", "Enter the address of the body’s own entry, or set the status to “Not confirmed”.")
        if confirmed and not cleaned.get("checked_on"):
            self.refuse("checked_on", NEEDS_DATE)
        program, school = cleaned.get("program"), cleaned.get("school")
        if program and school and program.school_id != school.pk:
            self.add_error("program", f"This program belongs to {program.school}. Choose one of {school}.")
        return cleaned


@admin.register(Accreditation)
class AccreditationAdmin(DeskAdmin):
    section = "Directory"
    rank = 50
    form = AccreditationForm
    explanation = (
        "One body’s word on a school, or on one of its programs. Only what is confirmed at the body’s own entry counts."
    )
    list_display = ["school", "program", "accreditor", "status", "since", "until", "checked_on"]
    list_filter = ["status", "accreditor__kind", "accreditor"]
    list_select_related = ["school__listing", "program__field_of_study", "accreditor"]
    search_fields = ["school__unitid__exact", "school__listing__name", "school__slug", "accreditor__acronym", "scope"]
    search_help_text = "School, UNITID, acronym of the body, or words of the scope."
    autocomplete_fields = ["accreditor", "school", "program"]
    date_hierarchy = "checked_on"
    fieldsets = [
        (None, {"fields": ["accreditor", "school", "program", "scope"]}),
        ("Its word", {"fields": ["status", "since", "until", "next_review"]}),
        ("How we know", {"fields": ["url", "checked_on"]}),
    ]
