"""One wording of an article, with everything in it. Only a draft is edited."""

from dataclasses import asdict

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from careers import editions
from careers.authors import may_edit
from careers.models import Article, Edition
from careers.views.previews import preview_link
from portal.admin.base import DeskAdmin
from portal.admin.saving import CONTROL, GuardedForm, explain

from .children import (
    AttributeInline,
    CertificationInline,
    CitationInline,
    DegreeOptionInline,
    LicenseInline,
    LinkInline,
    OccupationInline,
    PathwayInline,
    SectionInline,
    SettingInline,
)
from .findings import findings_of
from .grid import Grid
from .picking import PickForm, grammar, picks
from .reviewing import WRITE
from .tokens import NoTokens

explain(
    {
        "edition_what_changed_clean": ("what_changed", CONTROL),
        "edition_why_changed_clean": ("why_changed", CONTROL),
        "edition_has_a_title": ("title", "Enter a title, best as the question it answers."),
        "section_anchor_once": ("anchor", "Another section of this edition has this anchor. Choose another."),
        "section_has_a_heading": ("heading", "Enter a heading, best as a question."),
        "pathway_name_once": ("name", "Another pathway of this edition has this name. Choose another."),
        "pathway_levels_known": ("levels", "Choose from the list."),
        "attribute_label_once": ("label", "Another row of the table has this label. Choose another."),
        "cell_says_something": ("text", "A note needs something beside it: write a text or a figure."),
        "cell_once": ("text", "This cell was filled by somebody else meanwhile. Open the edition again."),
        "degree_option_once": ("subject", "This subject at this level stands here already. Remove one of the two."),
        "edition_certification_once": ("certification", "This certification stands here already. Remove one."),
        "edition_license_once": ("license", "This license stands here already. Remove one."),
        "edition_setting_once": ("setting", "This setting stands here already. Remove one."),
        "edition_occupation_once": ("occupation", "This occupation stands here already. Remove one of the two."),
        "article_link_leads_to_one_thing": (
            None,
            "Choose an article, or an occupation, or enter a web address with a label: exactly one of the three.",
        ),
    }
)
LONGEST_SUMMARY = 300  # characters, as the help text of the model says


class EditionForm(NoTokens, GuardedForm):
    class Meta:
        model = Edition
        fields = ["title", "summary", "author", "what_changed", "why_changed"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4, "data-most": LONGEST_SUMMARY, "data-least": 60}),
            "what_changed": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "why_changed": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.grid = Grid(self.instance, self.data if self.is_bound else None)
        for name in ("summary", "author"):  # a draft may be unfinished; publishing asks for both
            if name in self.fields:
                self.fields[name].required = False

    @property
    def parts(self):
        return self.grid

    def clean_summary(self):
        summary = self.cleaned_data["summary"]
        if len(summary) > LONGEST_SUMMARY:
            raise forms.ValidationError(
                f"Shorten the summary to {LONGEST_SUMMARY} characters; it has {len(summary)} now."
            )
        return summary

    def clean(self):
        cleaned = super().clean()
        if self.grid.wrong:
            links = format_html_join(
                ", ",
                '<a href="#id_{}-text">{}, {}</a>',
                ((cell.prefix, cell.attribute.label, cell.pathway.name) for cell in self.grid.wrong),
            )
            self.add_error(None, format_html("Correct these cells of the table: {}.", links))
        return cleaned

    def has_changed(self):
        return super().has_changed() or bool(self.grid.changed())


class Standing(admin.SimpleListFilter):
    title = "state"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("live", "Live"), ("draft", "Draft"), ("past", "Past")]

    def queryset(self, request, queryset):
        if self.value() == "live":
            return queryset.filter(live_of__isnull=False)
        if self.value() == "draft":
            return queryset.filter(draft_of__isnull=False)
        return queryset.filter(live_of=None, draft_of=None) if self.value() == "past" else queryset


@admin.register(Edition)
class EditionAdmin(DeskAdmin):
    section = "Articles"
    rank = 20
    form = EditionForm
    list_display = ["title", "article", "standing", "created_at", "created_by", "changed_at"]
    list_filter = [Standing]
    list_select_related = ["article__live", "article__draft", "created_by"]
    search_fields = ["title", "article__slug"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["standing", "title", "summary", "author"]}),
        ("For the log of changes that readers see", {"fields": ["what_changed", "why_changed"]}),
    ]
    readonly_fields = ["standing"]
    inlines = [
        SectionInline,
        PathwayInline,
        AttributeInline,
        DegreeOptionInline,
        OccupationInline,
        LicenseInline,
        CertificationInline,
        SettingInline,
        LinkInline,
        CitationInline,
    ]

    class Media:
        js = ["js/admin-counter.js", "js/admin-figures.js"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("article__live", "article__draft", "created_by")

    def has_add_permission(self, request):
        """Editions begin at their article."""
        return False

    def has_change_permission(self, request, obj=None):
        return (obj is None or may_edit(request.user, obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """A draft may be thrown away; what was live is history."""
        return bool(obj and may_edit(request.user, obj) and super().has_delete_permission(request, obj))

    def delete_model(self, request, obj):
        editions.discard_draft(obj.article, by=request.user)

    def get_urls(self):
        restore = self.admin_site.admin_view(require_POST(self.restore))
        figures = self.admin_site.admin_view(self.figures)
        return [
            path("figures/", figures, name="careers_edition_figures"),
            path("<path:pk>/restore/", restore, name="careers_edition_restore"),
            *super().get_urls(),
        ]

    def figures(self, request):
        """Figures to choose from, as a page or, for the script beside the boxes, as JSON."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PickForm(request.GET if set(request.GET) & set(PickForm.base_fields) else None)
        found = picks(**form.cleaned_data) if form.is_bound and form.is_valid() else []
        if request.GET.get("as") == "json":
            return JsonResponse({"picks": [asdict(one) for one in found]})
        context = {
            **self.admin_site.each_context(request),
            "title": "Look up a figure",
            "opts": self.opts,
            "form": form,
            "picks": found,
            "grammar": grammar(),
        }
        return TemplateResponse(request, "admin/careers/edition/figures.html", context)

    def restore(self, request, pk):
        """A draft that is a copy of this edition."""
        edition = get_object_or_404(self.get_queryset(request), pk=pk if pk.isdecimal() else 0)
        articles = self.admin_site.get_model_admin(Article)
        if not request.user.has_perm(WRITE):
            raise PermissionDenied
        return articles.draft_from(request, edition.article, edition)

    def view_on_site(self, obj):
        return obj.article.get_absolute_url() if obj.is_live and obj.article.is_past_gate else None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        edition = self.get_object(request, object_id)
        context = {"explanation": self._explanation(edition), "article": edition and edition.article}
        if edition:
            context |= {
                "grammar": grammar(),
                "pick_form": PickForm(auto_id="pick-%s"),
                "preview": preview_link(edition),
                "may_edit": may_edit(request.user, edition),
            }
        if edition and edition.is_draft and request.method == "GET":
            context |= findings_of(edition, here=True)
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    @staticmethod
    def _explanation(edition):
        if edition is None or edition.is_draft:
            return "This is a draft: nothing of it is on the site until an editor publishes it from its review."
        return "This edition was published and stays as it was. To change the article, start a draft from it."

    def why_closed(self, row):
        if not row.is_draft:
            return "was published and stays as it was; start a new draft to change it"
        stage = row.get_stage_display().lower()
        return f"became a draft that is “{stage}”; from its review it can be taken back, to go on writing"

    def save_related(self, request, form, formsets, change):
        form.grid.save()  # before the inlines: they may remove a row or a column with its cells
        super().save_related(request, form, formsets, change)

    def construct_change_message(self, request, form, formsets, add=False):
        message = super().construct_change_message(request, form, formsets, add)
        cells = form.grid.changed()
        if cells:
            message.append({"changed": {"name": "table", "object": "cells", "fields": [str(len(cells))]}})
        return message

    def response_post_save_change(self, request, obj):
        """On to the review, where the draft is handed in and published."""
        return HttpResponseRedirect(reverse("admin:careers_article_review", args=[obj.article_id]))

    @admin.display(description="state")
    def standing(self, edition):
        if edition.is_draft:
            return f"Draft, {edition.get_stage_display().lower()}"
        if not edition.is_live:
            return "Past"
        return "Live" if edition.article.is_past_gate else "Live edition of a hidden article"
