"""What every page of the editors' desk shares. Knows nothing of schools or careers."""

import re

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models.functions import Now
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property

from portal.attention import queues_of

from .attention import NeedsAttention
from .cited import Cited
from .collisions import KeepsBoth
from .saving import GuardedForm, in_words, keep_promises_now
from .suggesting import Suggesting

MANY = 10_000  # rows from which an estimate is a better answer than a wait


class EstimatedPaginator(Paginator):
    """Asks the database's own statistics how long a big unfiltered list is; counts everything else."""

    @cached_property
    def count(self):
        query = getattr(self.object_list, "query", None)
        if query is not None and not query.where and not query.distinct:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
                    [connection.ops.quote_name(query.model._meta.db_table)],
                )
                estimate = cursor.fetchone()[0]
            if estimate > MANY:
                return estimate
        return super().count


class OnSite(admin.SimpleListFilter):
    """Whether the row's own switch is on."""

    title = "on the site"
    parameter_name = "shown"

    def lookups(self, request, model_admin):
        return [("yes", "Shown"), ("no", "Hidden")]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(published_at__lte=Now())
        if self.value() == "no":
            return queryset.exclude(published_at__lte=Now())
        return queryset


class RefusesInWords:
    """A ModelAdmin whose change page says what the database refused, where it was typed."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (IntegrityError, DataError) as error:
            request.refusal = in_words(error)
        # Once more from the start: the form now carries the refusal, so it is shown again as it was typed.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        keep_promises_now()


class DeskAdmin(KeepsBoth, RefusesInWords, Cited, Suggesting, admin.ModelAdmin):
    """Stock ModelAdmin with kind refusals, both people's changes when two save, and lists that stay quick."""

    section = "Kept by the database"
    rank = 50  # order inside the section
    explanation = ""  # a sentence or two above the list and the form
    form = GuardedForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    paginator = EstimatedPaginator
    actions_on_bottom = False

    class Media:
        js = ["js/admin-names.js"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, AdminSplitDateTime):  # two boxes under one label
            for box, part in zip(field.widget.widgets, ("date", "time"), strict=True):
                box.attrs["aria-label"] = f"{field.label}, {part}"
        return field

    def get_list_filter(self, request):
        return [*([NeedsAttention] if queues_of(self.model) else ()), *super().get_list_filter(request)]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        explanation = {"explanation": self.explanation, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, explanation)

    def changelist_view(self, request, extra_context=None):
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            if isinstance(self.opts.pk, models.IntegerField) and not (chosen.isdecimal() and len(chosen) < 19):
                raise BadRequest("A chosen row has an id that is no number.")
        try:
            return super().changelist_view(request, {"explanation": self.explanation, **(extra_context or {})})
        except (ValueError, DataError):
            if request.method != "GET" or "e" in request.GET:
                raise
        return HttpResponseRedirect(f"{request.path}?e=1")  # as Django answers other filters it cannot read


class ReadOnly:
    """Shown to whoever may view it, changed by nobody."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyFacts(ReadOnly, DeskAdmin):
    """Rows of a release. Searched by whole codes or their beginnings, so that the indexes answer.

    ``codes`` are pairs of (shape, lookup): a word of that shape is looked up there.
    ``sources`` are the slugs of the sources these rows come from.
    """

    section = "What releases say"
    explanation = "These rows come from a release and never change. To change them, import a newer file."
    codes: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    ordering = ["-pk"]
    sortable_by = ()

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.split():
            lookup = next((lookup for shape, lookup in self.codes if re.fullmatch(shape, word)), None)
            if lookup is None:
                return queryset.none(), False
            queryset = queryset.filter(**{lookup: word.upper()})
        return queryset, False


class PublishingActions:
    """Two actions for rows with ``published_at``: hide and show, each confirmed before anything happens."""

    actions = ["hide", "show"]

    @admin.display(description="on site", boolean=True, ordering="published_at")
    def on_site(self, obj):
        return obj.is_past_gate

    @admin.action(description="Hide the selected %(verbose_name_plural)s", permissions=["change"])
    def hide(self, request, queryset):
        return self._confirmed(request, queryset, "hide", None)

    @admin.action(description="Show the selected %(verbose_name_plural)s", permissions=["change"])
    def show(self, request, queryset):
        return self._confirmed(request, queryset, "show", Now())

    def switched(self, queryset, shown):
        """Rows the action would change: hidden ones to show, shown ones to hide."""
        return queryset.exclude(published_at__lte=Now()) if shown else queryset.filter(published_at__lte=Now())

    def _confirmed(self, request, queryset, verb, moment):
        rows = self.switched(queryset.order_by("pk"), shown=moment is not None)
        chosen = list(rows[: self.list_max_show_all + 1])
        if len(chosen) > self.list_max_show_all:
            self.message_user(
                request, f"Choose at most {self.list_max_show_all} at a time. Nothing was changed.", messages.ERROR
            )
            return None
        if not chosen:
            self.message_user(request, "Nothing to do: they are all that way already.", messages.WARNING)
            return None
        if "confirmed" not in request.POST:
            return self._ask(request, chosen, verb)
        values = {"published_at": moment}
        if any(field.name == "changed_at" for field in self.opts.fields):
            values["changed_at"] = Now()
        try:
            with transaction.atomic():
                changed = self.model._default_manager.filter(pk__in=[row.pk for row in chosen]).update(**values)
                for row in chosen:
                    self.log_change(request, row, "Hidden." if moment is None else "Shown.")
                keep_promises_now()
        except IntegrityError as error:
            self.message_user(request, f"Nothing was changed. {in_words(error)[1]}", messages.ERROR)
            return None
        done = "Hidden from the site" if moment is None else "On the site now"
        names = self.opts.verbose_name if changed == 1 else self.opts.verbose_name_plural
        self.message_user(request, f"{done}: {changed} {names}.", messages.SUCCESS)
        return None

    def _ask(self, request, chosen, verb):
        context = {
            **self.admin_site.each_context(request),
            "title": f"{verb.capitalize()} {len(chosen)} {self.opts.verbose_name_plural}?",
            "opts": self.opts,
            "chosen": chosen,
            "verb": verb,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "is_popup": IS_POPUP_VAR in request.GET,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/confirm_publishing.html", context)
