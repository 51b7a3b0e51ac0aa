"""Kinds of employers, kinds of work, terms of the trade: short rows that articles and their lists share."""

from django.contrib import admin

from careers.models import EmploymentSetting, GlossaryTerm, Topic
from portal.admin.base import DeskAdmin
from portal.admin.saving import CONTROL, GuardedForm, explain

from .tokens import NoTokens

explain(
    {
        "setting_has_a_name": ("name", "Enter a name, in the plural: insurance companies."),
        "setting_name_once": ("name", "Another setting has this name. Choose another."),
        "topic_has_a_name": ("name", "Enter a name."),
        "glossary_term_clean": ("term", CONTROL),
        "glossary_definition_clean": ("definition", CONTROL),
        "glossary_term_once": ("term", "This term is explained already. Change that one."),
        "glossary_term_is_whole": ("definition", "Enter the term, its definition, and a source with its address."),
        "glossary_definition_fits": ("definition", "Shorten it to 400 characters."),
    }
)


class RecordForm(NoTokens, GuardedForm):
    pass


class RecordAdmin(DeskAdmin):
    section = "Articles"
    form = RecordForm
    explanation = "Edited once, shown wherever it is named. Saving is live at once."
    prepopulated_fields = {"slug": ["name"]}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields


class OrderedRecordAdmin(RecordAdmin):
    """Of names that stand in an order of their own."""

    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    ordering = ["position", "name"]


@admin.register(EmploymentSetting)
class EmploymentSettingAdmin(OrderedRecordAdmin):
    rank = 32


@admin.register(Topic)
class TopicAdmin(OrderedRecordAdmin):
    rank = 33


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(RecordAdmin):
    rank = 34
    explanation = "Each article explains a term where it first stands. Saving is live at once."
    list_display = ["term", "definition", "source", "checked_on"]
    search_fields = ["term", "spellings"]
    date_hierarchy = "checked_on"
    prepopulated_fields = {"slug": ["term"]}
