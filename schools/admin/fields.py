"""Fields of study and subjects: what students call things, and which codes that covers."""

from django.contrib import admin
from django.db.models import Count

from portal.admin.base import DeskAdmin, ReadOnlyFacts
from portal.admin.ordering import KindInline
from portal.admin.releases import ReleaseFilter
from portal.admin.saving import explain
from schools.models import FieldOfStudy, FieldRecord, Subject, SubjectField, SubjectSynonym
from schools.relisting import relisting_later

explain(
    {
        "field_plain_title_clean": (
            "plain_title",
            "The text holds invisible control characters. Type it again instead of pasting it.",
        ),
        "field_search_words_clean": (
            "search_words",
            "The text holds invisible control characters. Type it again instead of pasting it.",
        ),
        "subject_has_a_name": ("name", "Enter what a student would call it."),
        "subject_field_once": ("field_of_study", "This field is in the subject already. Remove one of the two."),
        "synonym_once_per_subject": ("text", "This word stands here already, perhaps in other letters. Remove one."),
        "synonym_clean": ("text", "The text holds invisible control characters. Type it again instead of pasting it."),
    }
)


@admin.register(FieldOfStudy)
class FieldOfStudyAdmin(DeskAdmin):
    section = "Directory"
    rank = 40
    explanation = (
        "The federal list of fields (CIP). Codes, titles and definitions come from a release; "
        "what a student would call the field is yours."
    )
    list_display = ["cip", "plain_title", "title", "edition"]
    list_display_links = ["cip"]
    list_filter = ["edition", ("subjects", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["cip__startswith", "title", "plain_title"]
    search_help_text = "Words of a title, or the start of a CIP code."
    fields = ["cip", "edition", "title", "plain_title", "search_words", "slug", "definition"]
    readonly_fields = ["cip", "edition", "title", "slug", "definition"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(FieldRecord)
class FieldRecordAdmin(ReadOnlyFacts):
    list_display = ["cip", "title", "is_current_code", "release"]
    list_filter = [ReleaseFilter, "is_current_code"]
    list_select_related = ["release__source"]
    search_fields = ["cip"]
    search_help_text = "The start of a CIP code."
    codes = ((r"[0-9.]{1,7}", "cip__startswith"),)
    sources = ("cip-codes",)


class SubjectFieldInline(KindInline, admin.TabularInline):
    model = SubjectField
    autocomplete_fields = ["field_of_study"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("field_of_study")


class SynonymInline(KindInline, admin.TabularInline):
    model = SubjectSynonym
    verbose_name_plural = "other words people type for it"


@admin.register(Subject)
class SubjectAdmin(DeskAdmin):
    section = "Directory"
    rank = 30
    explanation = (
        "What a student calls a field: a set of CIP codes with the words people type for it. "
        "Saving adds and removes programs in the directory at once, so it may take some seconds."
    )
    list_display = ["name", "core", "codes", "position", "slug"]
    list_filter = ["core"]
    search_fields = ["name", "synonyms__text"]
    inlines = [SubjectFieldInline, SynonymInline]
    fields = ["name", "slug", "description", "core", "position"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(code_count=Count("fields_of_study", distinct=True))

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields  # an address that is in use does not follow the name

    @admin.display(description="CIP codes", ordering="code_count")
    def codes(self, subject):
        return subject.code_count

    def save_model(self, request, obj, form, change):
        """Saved with its rows, so that the directory is written anew once."""

    def save_related(self, request, form, formsets, change):
        with relisting_later():
            super().save_model(request, form.instance, form, change)
            super().save_related(request, form, formsets, change)

    def delete_model(self, request, obj):
        with relisting_later():
            super().delete_model(request, obj)
