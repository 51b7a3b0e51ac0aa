"""Programs: what the school says, in the order in which a school would say it."""

from django import forms
from django.contrib import admin, messages
from django.utils.html import format_html, format_html_join

from portal.admin.base import DeskAdmin, OnSite, PublishingActions
from portal.admin.saving import GuardedForm, explain
from schools.levels import Delivery
from schools.models import Completions, Program, ProgramFacts

PLAUSIBLE = "Enter whole dollars, {}. Leave it empty if nobody told us."
explain(
    {
        "program_slug_once_per_school": ("slug", "Another program of this school has this address. Choose another."),
        "program_one_federal_per_field_and_level": (
            "level",
            "This school has a program from federal data in this field at this level already. Edit that one.",
        ),
        "program_same_name_level_delivery_once": (
            "name",
            "This school already shows a program of this name, level and delivery. Edit that one, or hide one of them.",
        ),
        "program_name_unknown_is_null": ("name", "Enter a name, or leave the field empty."),
        "program_level_known": ("level", "Choose a level from the list."),
        "program_delivery_known": ("delivery", "Choose from the list."),
        "program_origin_known": ("origin", "Choose from the list."),
        "program_federal_is_unconfirmed": (
            "confirmed_on",
            "A school cannot have confirmed what is only federal data. Set “Origin” to “Listed by the school” first.",
        ),
        "program_length_plausible": ("length_months", "Enter the length in months, from 1 to 120."),
        "program_credits_positive": ("credits", "Enter a number of credits above 0, or leave the field empty."),
        "program_tuition_plausible": ("tuition_per_year", PLAUSIBLE.format("from 0 to 1,000,000")),
        "program_tuition_out_plausible": ("tuition_per_year_out_of_state", PLAUSIBLE.format("from 0 to 1,000,000")),
        "program_tuition_per_credit_plausible": ("tuition_per_credit", PLAUSIBLE.format("from 0 to 100,000")),
        "program_tuition_total_plausible": ("tuition_total", PLAUSIBLE.format("from 0 to 1,000,000")),
        "program_gpa_plausible": ("entry_gpa", "Enter a grade point average from 0 to 4.5."),
        "program_deadline_not_after_start": (
            "application_deadline",
            "The deadline is after the next start. Correct one of the two dates.",
        ),
    }
)
HELP = {
    "published_at": "Leave empty to keep this off the site. Saving is live at once.",
    "slug": "The last part of the address. Changing it leaves a redirect from the old one.",
    "description": "In your own words, for a student. Plain text.",
    "length_months": "For a full-time student, from the first class to the degree.",
    "credits": "Credits the whole program takes.",
    "application_deadline": "The next one. It may not be after the next start.",
    "next_start": "The first day of the next group of students.",
    "entry_degree": "The lowest degree an applicant must hold. Empty: not known.",
    "entry_gpa": "From 0 to 4.5. Empty: not known, or none asked for.",
    "entry_experience_months": "0: none needed. Empty: not known.",
    "entry_test": "As the school writes it: GRE, TEAS. Empty: not known.",
    "url": "The school’s own page about this program.",
    "not_published": "Tick what the school told us it does not publish. The page then says so.",
}
# What a school may decline to say: every fact but those a listing cannot be without, and the list itself.
CAN_BE_WITHHELD = [
    name for name in ProgramFacts.fact_names() if name not in ("field_of_study", "level", "url", "not_published")
]


def label_of(name: str) -> str:
    label = str(ProgramFacts._meta.get_field(name).verbose_name)
    return label[0].upper() + label[1:]


class ProgramForm(GuardedForm):
    delivery = forms.MultipleChoiceField(
        choices=Delivery.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Every way the program is offered. None ticked: not known.",
    )
    not_published = forms.MultipleChoiceField(
        choices=[(name, label_of(name)) for name in CAN_BE_WITHHELD],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="The school does not publish",
        help_text=HELP["not_published"],
    )

    class Meta:
        help_texts = HELP

    def clean_delivery(self):
        """In one order, so that the same set is the same value in the database."""
        return [value for value in Delivery.values if value in self.cleaned_data["delivery"]]

    def clean(self):
        cleaned = super().clean()
        for name in cleaned.get("not_published") or []:
            if cleaned.get(name) not in (None, "", []):
                self.add_error(name, "You also ticked that the school does not publish this. Undo one of the two.")
        return cleaned


@admin.register(Program)
class ProgramAdmin(PublishingActions, DeskAdmin):
    section = "Directory"
    rank = 20
    form = ProgramForm
    explanation = (
        "A program from federal data knows only its field, its level and how many graduate; what you add here "
        "joins that. Saving is live at once."
    )
    list_display = ["title_here", "school", "level", "origin", "confirmed_on", "on_site"]
    list_filter = [OnSite, "origin", "level"]
    list_select_related = ["school__listing", "field_of_study"]
    search_fields = [
        "slug",
        "name",
        "field_of_study__cip__startswith",
        "school__unitid__exact",
        "school__slug",
        "school__listing__name",
    ]
    search_help_text = "Words of the program’s or school’s name, a UNITID, or the start of a CIP code."
    autocomplete_fields = ["school", "field_of_study"]
    radio_fields = {"origin": admin.VERTICAL}
    date_hierarchy = "changed_at"
    fieldsets = [
        ("On the site", {"fields": ["shown", "school", "published_at", "slug", "origin", "confirmed_on"]}),
        (
            "What it is",
            {"fields": ["name", "field_of_study", "level", "delivery", "description", "length_months", "credits"]},
        ),
        (
            "What it costs",
            {
                "description": "Whole US dollars. Empty: nobody told us.",
                "fields": [
                    "tuition_per_year",
                    "tuition_per_year_out_of_state",
                    "tuition_per_credit",
                    "tuition_total",
                ],
            },
        ),
        ("When", {"fields": ["application_deadline", "next_start"]}),
        (
            "What it takes to enter",
            {"fields": ["entry_degree", "entry_gpa", "entry_experience_months", "entry_test", "entry_notes"]},
        ),
        ("Where to check, and what stays unsaid", {"fields": ["url", "not_published", "created_at", "changed_at"]}),
    ]
    readonly_fields = ["shown", "created_at", "changed_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("school__listing", "field_of_study", "listing")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "school__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f not in self.readonly_fields]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        locked = [*self.readonly_fields]
        if obj:
            locked.append("school")  # its address and its history stand under that school
            if obj.origin == Program.Origin.FEDERAL:
                locked += ["field_of_study", "level"]  # they are what the federal row is about
        else:
            locked.append("origin")
        return locked

    def has_delete_permission(self, request, obj=None):
        """Hide it instead. A federal program would only arise again."""
        return bool(
            obj
            and obj.origin == Program.Origin.SCHOOL
            and request.user.is_superuser
            and super().has_delete_permission(request, obj)
        )

    def view_on_site(self, obj):
        return obj.get_absolute_url() if getattr(obj, "listing", None) else None

    def suggestion(self, program):
        return f"{program.title} — {program.school}"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            self.message_user(
                request,
                f"The old address …/{form.initial['slug']}/ now leads to …/{obj.slug}/.",
                messages.WARNING,
            )

    @admin.display(description="program", ordering="slug")
    def title_here(self, program):
        return program.title

    @admin.display(description="now")
    def shown(self, program):
        listing = getattr(program, "listing", None)
        if listing:
            where = "On the site, with what its school and the current releases say of it."
        elif program.is_past_gate:
            where = "Not on the site: its school is hidden, or no current source lists it."
        else:
            where = "Hidden: “public since” is empty or in the future."
        return format_html(
            '{}<table class="facts"><tbody>{}</tbody></table>',
            where,
            format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', self._facts(program, listing)),
        )

    @staticmethod
    def _facts(program, listing):
        awards = (
            Completions.objects.current()
            .filter(school=program.school_id, field_of_study=program.field_of_study_id, level=program.level)
            .select_related("release__source")
        )
        for row in awards:
            number = row.reason("awards") if row.awards is None else f"{row.awards:,}"
            yield f"Graduates, {'second' if row.major == 2 else 'first'} major", f"{number} ({row.release})"
        if listing:
            if listing.tuition is None:
                price = listing.get_tuition_reason_display()
            else:
                price = f"${listing.tuition:,} a year: {listing.get_tuition_from_display()}"
            yield "Price on the card", price
