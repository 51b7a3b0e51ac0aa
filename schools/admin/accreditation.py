"""Who vouches for a school or a program. A confirmed entry says where and when somebody looked."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from portal.admin.base import DeskAdmin
from portal.admin.saving import GuardedForm, explain
from schools.models import Accreditation, AccreditationRecord, Accreditor, Program
from schools.page_parts import badges
from schools.vouching import badge_of_record

NEEDS_DATE = "Enter the day you looked at the body’s own entry, or set the status to “Not confirmed”."
NEEDS_ENTRY = "Enter the address of the body’s own entry, or set the status to “Not confirmed”."
explain(
    {
        "accreditation_ends_after_it_begins": ("until", "This is before “Since”. Correct one of the two dates."),
        "accreditation_confirmed_was_checked": ("checked_on", NEEDS_DATE),
        "accreditation_confirmed_has_its_entry": ("url", NEEDS_ENTRY),
        "accreditation_status_known": ("status", "Choose from the list."),
        "accreditor_kind_known": ("kind", "Choose from the list."),
        "accreditor_slug_not_reserved": ("slug", "The filter itself uses this word. Choose another address."),
    }
)
SOON = timedelta(days=90)
LONG_AGO = timedelta(days=365)


class AccreditorForm(GuardedForm):
    def clean(self):
        """A body may change its kind only while no entry of it would silently stop counting."""
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if self.instance.pk and kind and "kind" in self.changed_data:
            whole = kind == Accreditor.Kind.INSTITUTIONAL
            against = self.instance.accreditations.filter(program__isnull=not whole).count()
            if against and whole:
                self.add_error("kind", f"{against} of its entries name a program. Make a second body for schools.")
            elif against and self.instance.kind == Accreditor.Kind.INSTITUTIONAL:
                self.add_error("kind", f"{against} of its entries are of whole schools. Make a second body instead.")
        return cleaned


@admin.register(Accreditor)
class AccreditorAdmin(DeskAdmin):
    section = "Directory"
    rank = 60
    form = AccreditorForm
    explanation = (
        "Bodies that accredit, certify or approve. AUPHA certifies programs; it does not accredit. A body that "
        "accredits whole schools and programs too is two entries here. Those for programs stand in the filter of "
        "programs as soon as they are here."
    )
    list_display = ["name", "acronym", "kind", "covers", "recognized_by"]
    list_filter = ["kind"]
    search_fields = ["name", "acronym"]
    fields = ["name", "acronym", "slug", "kind", "covers", "recognized_by", "url"]
    prepopulated_fields = {"slug": ["name"]}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def suggestion(self, accreditor):
        return f"{accreditor.acronym or accreditor.name} — {accreditor.get_kind_display().lower()}"


class NeedsALook(admin.SimpleListFilter):
    """Entries somebody should look up again at the body's own list."""

    title = "needs a look"
    parameter_name = "look"

    def lookups(self, request, model_admin):
        return [
            ("any", "For any of these reasons"),
            ("over", "Its last day is past"),
            ("ends", "Ends within 90 days"),
            ("review", "Review due within 90 days, or past"),
            ("stale", "Last checked over a year ago"),
            ("unconfirmed", "Not confirmed"),
        ]

    @staticmethod
    def reasons():
        today = timezone.now().date()
        holds = Q(status__in=[*Accreditation.COUNTED, "candidacy", "pre_candidacy"])
        return {
            "over": holds & Q(until__lt=today),
            "ends": holds & Q(until__gte=today, until__lte=today + SOON),
            "review": holds & Q(next_review__lte=today + SOON),
            "stale": holds & Q(checked_on__lt=today - LONG_AGO),
            "unconfirmed": Q(status="unconfirmed"),
        }

    def queryset(self, request, queryset):
        reasons = self.reasons()
        if self.value() == "any":
            every = Q()
            for reason in reasons.values():
                every |= reason
            return queryset.filter(every)
        return queryset.filter(reasons[self.value()]) if self.value() in reasons else queryset


class ProgramsOfSchool(forms.ModelChoiceField):
    def label_from_instance(self, program):
        return program.title


class AccreditationForm(GuardedForm):
    class Meta:
        help_texts = {
            "accreditor": "A body that accredits whole schools never vouches for one program, and the other way round.",
            "program": "Empty: the school as a whole. A body for programs counts only where it names one.",
            "scope": "What exactly it covers, in the body’s words: level, sites, ways of teaching.",
            "status": "As the body says it. Of a body that certifies, “Accredited” is printed as “Certified”. "
            "A candidate is shown and never counted.",
            "until": "The last day it holds. From the day after, it is no longer counted or printed as standing.",
            "url": "The page of the body about this school or program, not the school’s own page.",
        }

    def clean(self):
        cleaned = super().clean()
        confirmed = cleaned.get("status") not in (None, Accreditation.Status.UNCONFIRMED)
        if confirmed and not cleaned.get("url"):
            self.refuse("url", NEEDS_ENTRY)
        if confirmed and not cleaned.get("checked_on"):
            self.refuse("checked_on", NEEDS_DATE)
        if cleaned.get("checked_on") and cleaned["checked_on"] > timezone.now().date():
            self.add_error("checked_on", "This day is still to come. Enter the day you looked.")
        program, school, body = cleaned.get("program"), cleaned.get("school"), cleaned.get("accreditor")
        if program and school and program.school_id != school.pk:
            self.add_error("program", f"This program belongs to {program.school}. Choose one of {school}.")
        if program and body and body.kind == Accreditor.Kind.INSTITUTIONAL:
            self.add_error(
                "program", f"{body} accredits schools as a whole. Leave this empty, or choose a body for programs."
            )
        return cleaned


@admin.register(Accreditation)
class AccreditationAdmin(DeskAdmin):
    section = "Directory"
    rank = 50
    form = AccreditationForm
    explanation = (
        "One body’s word on a school, or on one of its programs. Only what is confirmed at the body’s own entry counts."
    )
    list_display = ["school", "program", "accreditor", "status", "counts", "until", "next_review", "checked_on"]
    list_filter = [NeedsALook, "status", "accreditor__kind", "accreditor"]
    list_select_related = ["school__listing", "program__field_of_study", "accreditor"]
    search_fields = ["school__unitid__exact", "school__listing__name", "school__slug", "accreditor__acronym", "scope"]
    search_help_text = "School, UNITID, acronym of the body, or words of the scope."
    autocomplete_fields = ["accreditor", "school", "program"]
    date_hierarchy = "checked_on"
    readonly_fields = ["printed", "federal"]
    fieldsets = [
        (None, {"fields": ["printed", "school", "accreditor", "program", "scope"]}),
        ("Its word", {"fields": ["status", "since", "until", "next_review"]}),
        ("How we know", {"fields": ["url", "checked_on", "federal"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in self.readonly_fields]})
            for title, options in fieldsets
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        # Whoever opens the form of a school, or comes from one (?school=17), chooses among its programs only. What is
        # sent may name another school, so then the form takes any program, and says whose it is.
        asked = request.GET.get("school", "")
        request.only_school = None
        if request.method == "GET":
            request.only_school = (
                obj.school_id if obj else int(asked) if asked.isdecimal() and len(asked) < 19 else None
            )
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        school = getattr(request, "only_school", None)
        if db_field.name == "program" and school:
            programs = Program.objects.filter(school=school).select_related("field_of_study")
            kwargs |= {"queryset": programs, "form_class": ProgramsOfSchool, "widget": forms.Select}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="counts", boolean=True)
    def counts(self, entry):
        today = timezone.now().date()
        fits = (entry.program_id is None) == (entry.accreditor.kind == Accreditor.Kind.INSTITUTIONAL)
        return fits and entry.status in Accreditation.COUNTED and (entry.until is None or entry.until >= today)

    @admin.display(description="as pages print it")
    def printed(self, entry):
        said = "Counted" if self.counts(entry) else "Shown apart, never counted"
        return format_html('<ul class="facts">{}</ul>{}', badges([entry]), said)

    @admin.display(description="what federal records say of this school")
    def federal(self, entry):
        records = AccreditationRecord.objects.current().open().filter(school=entry.school_id)
        records = records.select_related("release").order_by("agency_name", "program_name", "pk")[:30]
        lines = (
            (f"{record.agency_name}: {badge_of_record(record).scope}", record.release.period) for record in records
        )
        said = format_html_join("", "<li>{} ({})</li>", lines)
        return format_html("<ul>{}</ul>No evidence today: look it up at the body.", said) if said else "Nothing."
