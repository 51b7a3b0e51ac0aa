"""Occupations: the words are ours, the figures come from releases."""

from django.contrib import admin, messages

from careers.models import CrosswalkPair, Occupation, OccupationField
from portal.admin.base import DeskAdmin, OnSite, PublishingActions
from portal.admin.ordering import KindInline
from portal.admin.saving import GuardedForm, KindForm, explain

from .tokens import NoTokens

explain(
    {
        "occupation_not_its_own_group": ("published_as", "Choose another occupation, or leave this empty."),
        "occupation_field_once": (
            "field_of_study",
            "This field stands in the list already. Tick “shown” there instead of adding it again.",
        ),
    }
)


class OccupationForm(NoTokens, GuardedForm):
    pass


class PairForm(NoTokens, KindForm):
    pass


class PairInline(KindInline, admin.TabularInline):
    """Fields that lead here already. They are switched off, not removed: the crosswalk would bring them back."""

    model = OccupationField
    form = PairForm
    fields = ["field_of_study", "shown", "reason", "added_by_editor"]
    readonly_fields = ["field_of_study", "added_by_editor"]
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("field_of_study", "occupation").order_by("field_of_study")

    def has_add_permission(self, request, obj=None):
        return False


class NewPairInline(KindInline, admin.TabularInline):
    model = OccupationField
    form = PairForm
    fields = ["field_of_study", "reason"]
    autocomplete_fields = ["field_of_study"]
    verbose_name = "field that leads here, too"
    verbose_name_plural = "add a field that leads here"
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).none()


@admin.register(Occupation)
class OccupationAdmin(PublishingActions, DeskAdmin):
    section = "Occupations"
    rank = 10
    form = OccupationForm
    explanation = (
        "Codes, official titles, wages and outlook come from the Bureau of Labor Statistics. "
        "Yours are the plain title, the definition, and which fields are said to lead here. Saving is live at once."
    )
    list_display = ["soc", "title", "plain_title", "published_as", "on_site"]
    list_filter = [OnSite]
    list_select_related = ["published_as"]
    search_fields = ["soc__startswith", "title", "plain_title"]
    search_help_text = "Words of a title, or the start of a SOC code."
    autocomplete_fields = ["published_as"]
    inlines = [PairInline, NewPairInline]
    fieldsets = [
        (None, {"fields": ["soc", "title", "plain_title", "slug", "definition", "published_at"]}),
        ("Whose figures are shown", {"fields": ["published_as"]}),
    ]
    readonly_fields = ["soc", "title"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_past_gate else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            self.message_user(
                request,
                f"The old address /occupations/{form.initial['slug']}/ now leads to /occupations/{obj.slug}/.",
                messages.WARNING,
            )

    def save_formset(self, request, form, formset, change):
        """A pair somebody adds is theirs, unless the crosswalk has it too."""
        for pair in formset.save(commit=False):
            if pair.pk is None:
                pair.added_by_editor = (
                    not CrosswalkPair.objects.current()
                    .filter(occupation=pair.occupation_id, field_of_study=pair.field_of_study_id)
                    .exists()
                )
            pair.save()
        formset.save_m2m()


@admin.register(OccupationField)
class OccupationFieldAdmin(DeskAdmin):
    section = "Occupations"
    rank = 20
    explanation = (
        "Which fields of study lead to which occupations. Switch a pair off where the crosswalk is no help to a "
        "student; new pairs are added on the occupation’s page."
    )
    list_display = ["field_of_study", "occupation", "shown", "added_by_editor", "reason"]
    list_filter = ["shown", "added_by_editor"]
    list_select_related = ["field_of_study", "occupation"]
    search_fields = ["occupation__soc__startswith", "field_of_study__cip__startswith", "reason"]
    search_help_text = "The start of a SOC or CIP code, or words of the reason."
    form = OccupationForm
    fields = ["field_of_study", "occupation", "shown", "reason", "added_by_editor"]
    readonly_fields = ["field_of_study", "occupation", "added_by_editor"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """Only what an editor added; the crosswalk would bring the others back."""
        return bool(obj and obj.added_by_editor and super().has_delete_permission(request, obj))
