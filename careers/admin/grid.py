"""The at-a-glance table as one form: a row for each attribute, a column for each pathway."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from careers.figures import validate_figure, validate_tokens
from careers.models import Attribute, Cell, Edition, Pathway
from portal.admin.saving import KindForm

from .tokens import checked


class CellForm(KindForm):
    class Meta:
        model = Cell
        fields = ["text", "figure", "note"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    PLACEHOLDERS = {"figure": "wage 29-1141 median US", "note": "Note"}

    def __init__(self, *args, pathway: Pathway, attribute: Attribute, data=None, **kwargs):
        prefix = f"cell-{pathway.pk}-{attribute.pk}"
        if data is not None and f"{prefix}-text" not in data:
            data = None  # this page had no such cell: nothing was said about it
        super().__init__(data, *args, prefix=prefix, **kwargs)
        self.pathway, self.attribute = pathway, attribute
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{attribute.label}, {pathway.name}: {name}"
            if name in self.PLACEHOLDERS:
                field.widget.attrs["placeholder"] = self.PLACEHOLDERS[name]

    @property
    def hangs_on(self):
        """Rows of the page whose removal takes the cell with it, as (inline, key)."""
        return [("pathways", self.pathway.pk), ("attributes", self.attribute.pk)]

    def clean_text(self):
        return checked(self, "text", validate_tokens)

    def clean_note(self):
        return checked(self, "note", validate_tokens)

    def clean_figure(self):
        return checked(self, "figure", validate_figure)

    def clean(self):
        cleaned = super().clean()
        if self.data and cleaned.get("note") and not (self.data[f"{self.prefix}-text"].strip() or self._figure_typed()):
            self.add_error("text", "A note needs something beside it: write a text or a figure.")
        return cleaned

    def _figure_typed(self):
        return self.data.get(f"{self.prefix}-figure", "").strip()

    def validate_constraints(self):
        """An empty cell is no cell, so there is nothing to hold it to."""
        if any(self.cleaned_data.get(name) for name in self.fields):
            super().validate_constraints()

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in self.fields)

    @property
    def boxes(self):
        """The three inputs with their errors, for the template; a box with errors points to them."""
        errors = self.errors if self.is_bound else {}
        for name in self.fields:
            box = self[name]
            own = [*errors.get(name, ()), *(errors.get(NON_FIELD_ERRORS, ()) if name == "text" else ())]
            attrs = {"aria-invalid": "true", "aria-describedby": f"{box.auto_id}_error"} if own else {}
            yield {"widget": box.as_widget(attrs=attrs), "id": box.auto_id, "name": name, "errors": own}


@dataclass
class Row:
    attribute: Attribute
    cells: list[CellForm]


class Grid:
    """All cells of one edition. Bound when ``data`` is given.

    Rows and columns are those saved so far: a new pathway or attribute gets its
    cells after the first save.
    """

    def __init__(self, edition: Edition, data=None):
        self.pathways = list(edition.pathways.all()) if edition.pk else []
        attributes = list(edition.attributes.all()) if edition.pk else []
        cells = {
            (cell.pathway_id, cell.attribute_id): cell
            for cell in Cell.objects.filter(pathway__edition=edition.pk, attribute__edition=edition.pk)
        }
        self.rows = [
            Row(
                attribute,
                [
                    CellForm(
                        data=data,
                        pathway=pathway,
                        attribute=attribute,
                        instance=cells.get((pathway.pk, attribute.pk), Cell(pathway=pathway, attribute=attribute)),
                    )
                    for pathway in self.pathways
                ],
            )
            for attribute in attributes
        ]

    def __iter__(self):
        return (cell for row in self.rows for cell in row.cells)

    @cached_property
    def wrong(self) -> list[CellForm]:
        """Cells that cannot be saved as they were typed."""
        return [cell for cell in self if cell.is_bound and not cell.is_valid()]

    def is_valid(self) -> bool:
        return not self.wrong

    def changed(self) -> list[CellForm]:
        return [cell for cell in self if cell.is_bound and cell.has_changed()]

    def save(self) -> None:
        """Write what changed; a cell emptied is a cell removed."""
        for cell in self.changed():
            if not cell.is_empty:
                cell.save()
            elif cell.instance.pk:
                cell.instance.delete()
