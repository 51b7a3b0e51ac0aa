"""Inline rows that have a place: numbers set the order, an empty number goes to the end."""

from django import forms
from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet

from .saving import KindForm
from .suggesting import Suggesting


class OrderedForm(KindForm):
    """A row whose number may be left empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].help_text = "Order. Empty: last."
            if self.instance.pk is None:
                self.initial.pop("position", None)
                self.fields["position"].initial = None


class KindFormSet(BaseInlineFormSet):
    """Each box says its name: in a table of inlines only the column has a heading."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)  # out of the wrapper with the pencil and the plus
            if not widget.is_hidden and not isinstance(widget, forms.CheckboxSelectMultiple):
                label = field.label or name.replace("_", " ")
                widget.attrs.setdefault("aria-label", f"{label[0].upper()}{label[1:]}")


class OrderedFormSet(KindFormSet):
    """Gives every row its own number: typed ones are kept where they can be, ties keep the order of the page."""

    def clean(self):
        self._number()
        super().clean()

    def _number(self):
        rows = [form for form in self.forms if self._counts(form)]
        last = max((form.cleaned_data.get("position") or 0 for form in rows), default=0)
        taken = -1
        for form in sorted(rows, key=lambda form: self._typed(form, last + 1)):
            taken = max(self._typed(form, last + 1), taken + 1)
            if form.cleaned_data.get("position") != taken:
                form.cleaned_data["position"] = form.instance.position = taken
                if "position" not in form.changed_data:
                    form.changed_data.append("position")

    def _counts(self, form):
        return (
            hasattr(form, "cleaned_data")
            and form.cleaned_data
            and not form.cleaned_data.get("DELETE")
            and (form.instance.pk or form.has_changed())
        )

    @staticmethod
    def _typed(form, otherwise):
        position = form.cleaned_data.get("position")
        return otherwise if position is None else position


class KindInline(Suggesting):
    """Inlines with kind refusals and no row offered before it is asked for."""

    form = KindForm
    formset = KindFormSet
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https", "widget": forms.URLInput(attrs={"class": "vURLField"})}
    }
    extra = 0
    show_change_link = False


class OrderedInline(KindInline, admin.TabularInline):
    form = OrderedForm
    formset = OrderedFormSet
    ordering = ["position"]


class OrderedStackedInline(KindInline, admin.StackedInline):
    form = OrderedForm
    formset = OrderedFormSet
    ordering = ["position"]
