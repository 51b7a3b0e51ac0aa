"""What hangs from an edition, as rows of its page: editable in a draft, read-only in what is live or past."""

from django import forms
from django.utils.text import slugify

from careers.authors import may_edit
from careers.figures import validate_tokens
from careers.models import (
    ArticleLink,
    Attribute,
    Citation,
    DegreeOption,
    EditionCertification,
    EditionLicense,
    EditionOccupation,
    EditionSetting,
    Pathway,
    Section,
)
from portal.admin.ordering import OrderedForm, OrderedInline, OrderedStackedInline
from schools.levels import AwardLevel

from .tokens import NoTokens, checked


class EditionChild:
    """Inlines that follow their edition: editable in a draft, read-only in what is live or past."""

    def has_add_permission(self, request, obj=None):
        return (obj is None or may_edit(request.user, obj)) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return (obj is None or may_edit(request.user, obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return (obj is None or may_edit(request.user, obj)) and super().has_delete_permission(request, obj)


class ChildForm(NoTokens, OrderedForm):
    pass


class SectionForm(ChildForm):
    tokens_allowed = ("body",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "anchor" in self.fields:
            self.fields["anchor"].required = False

    def clean_anchor(self):
        return self.cleaned_data["anchor"] or slugify(self.cleaned_data.get("heading") or "")[:80].strip("-")

    def clean_body(self):
        return checked(self, "body", validate_tokens)


class SectionInline(EditionChild, OrderedStackedInline):
    model = Section
    form = SectionForm
    fields = ["heading", "anchor", "body", "position"]


class PathwayForm(ChildForm):
    levels = forms.MultipleChoiceField(
        choices=AwardLevel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Degrees by which one may enter.",
    )

    def clean_levels(self):
        return [level for level in AwardLevel.values if level in self.cleaned_data["levels"]]


class PathwayInline(EditionChild, OrderedStackedInline):
    model = Pathway
    form = PathwayForm
    fields = ["name", "occupation", "scope", "fields_of_study", "levels", "position"]
    autocomplete_fields = ["occupation", "fields_of_study"]
    verbose_name_plural = "pathways: the columns of the table"


class AttributeInline(EditionChild, OrderedInline):
    model = Attribute
    form = ChildForm
    fields = ["label", "kind", "position"]
    verbose_name_plural = "attributes: the rows of the table"


class DegreeOptionInline(EditionChild, OrderedInline):
    model = DegreeOption
    form = ChildForm
    fields = ["label", "subject", "level", "pathway", "position"]

    def get_formset(self, request, obj=None, **kwargs):
        request.edition = obj
        formset = super().get_formset(request, obj, **kwargs)
        for name in ("subject", "pathway"):
            if field := formset.form.base_fields.get(name):
                field.widget = field.widget.widget  # without pencil and plus: both are edited elsewhere on the desk
        return formset

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "pathway":
            kwargs["queryset"] = Pathway.objects.filter(edition=request.edition)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CertificationInline(EditionChild, OrderedInline):
    model = EditionCertification
    fields = ["certification", "position"]
    autocomplete_fields = ["certification"]
    verbose_name = "certification"
    verbose_name_plural = "certifications"


class LicenseInline(EditionChild, OrderedInline):
    model = EditionLicense
    fields = ["license", "position"]
    autocomplete_fields = ["license"]
    verbose_name = "license"
    verbose_name_plural = "licenses"


class SettingInline(EditionChild, OrderedInline):
    model = EditionSetting
    fields = ["setting", "position"]
    autocomplete_fields = ["setting"]
    verbose_name = "employment setting"
    verbose_name_plural = "employment settings: where people in this work are employed"


class OccupationInline(EditionChild, OrderedInline):
    model = EditionOccupation
    fields = ["occupation", "position"]
    autocomplete_fields = ["occupation"]
    verbose_name = "occupation"
    verbose_name_plural = "occupations it is about, the leading one first"


class LinkInline(EditionChild, OrderedInline):
    model = ArticleLink
    form = ChildForm
    fields = ["kind", "article", "occupation", "url", "label", "position"]
    autocomplete_fields = ["article", "occupation"]
    verbose_name_plural = "related links"


class CitationInline(EditionChild, OrderedInline):
    model = Citation
    form = ChildForm
    fields = ["title", "publisher", "url", "accessed_on", "position"]
    verbose_name_plural = "citations: at least one before it can be published"
