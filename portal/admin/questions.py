"""What an editor is asked when somebody else changed the same: in words, with what each of the two changed marked."""

import re
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst

from portal.differences import marked

from .merging import GOING, MINE, THEIRS, Boxes, Collision

CHOICE = "settle:"  # begins the name of a choice between mine and theirs
NOT_KNOWN = "(this page does not know)"


@dataclass
class Question:
    """A collision in words: what it is about, what was and is saved, what was typed, and what one may choose."""

    collision: Collision
    about: str
    target: str  # id of the box it is about; empty when it has none
    was: str
    theirs: str
    mine: str

    @property
    def name(self) -> str:
        return CHOICE + self.collision.key

    @cached_property
    def changes(self) -> tuple:
        """Theirs and mine with what each changed marked."""
        was = "" if self.was == NOT_KNOWN else self.was
        return marked(was, self.theirs)[1], marked(was, self.mine)[1]

    @property
    def choices(self) -> list[tuple[str, str]]:
        one = self.collision
        if one.box and one.home_is_gone:
            return [(THEIRS, "Let mine go: the place it stood in was removed")]
        if one.box:
            return [(THEIRS, "Take theirs"), (MINE, "Keep mine, as it stands in the form below")]
        if one.mine is None:
            return [(THEIRS, "Keep the row, as they changed it"), (MINE, "Remove it all the same")]
        return [(THEIRS, "Leave it removed"), (MINE, "Put mine back, as a new row")]


class Names:
    """Says the boxes of a page in words, by the forms that stand for what is saved now."""

    def __init__(self, form: forms.BaseForm, formsets):
        self.forms = {"": {"": [form, *getattr(form, "parts", ())]}}
        self.nouns, self.blank = {}, {}
        for formset in formsets:
            self.forms[formset.prefix] = {str(row.instance.pk): [row] for row in formset.initial_forms}
            self.nouns[formset.prefix] = str(formset.model._meta.verbose_name)
            self.blank[formset.prefix] = formset.empty_form

    def question(self, one: Collision, sent: QueryDict) -> Question:
        texts = [self.words(one, held) for held in (one.was, one.theirs, one.mine)]
        was = texts[0] if one.was is not None else NOT_KNOWN
        theirs = texts[1] if one.theirs is not None else "(removed)"
        mine = texts[2] if one.mine is not None else "(removed)"
        return Question(one, self.about(one.inline, one.row, one.box), self.target(one, sent), was, theirs, mine)

    def about(self, inline: str, row: str, box: str) -> str:
        """What a box or row is called: Section “What does one earn?”, body."""
        label = ""
        if box:
            bound = self._box(inline, row, box)
            label = str(bound.field.widget.attrs.get("aria-label") or bound.label) if bound else "a cell of the table"
        if not inline:
            return capfirst(label)
        forms_ = self.forms[inline].get(row)
        name = f"{self.nouns[inline]} “{forms_[0].instance}”" if forms_ else f"a {self.nouns[inline]}"
        return capfirst(f"{name}, {label[:1].lower()}{label[1:]}" if box else name)

    def target(self, one: Collision, sent: QueryDict) -> str:
        if not one.box or one.home_is_gone:
            return ""
        if not one.inline:
            bound = self._box("", "", one.box)
            return bound.id_for_label if bound else ""
        form = self.forms[one.inline].get(one.row)
        key = form[0].instance._meta.pk.name if form else ""
        shape = re.compile(rf"{re.escape(one.inline)}-(\d+)-{re.escape(key)}")
        for name in sent:
            if (match := shape.fullmatch(name)) and sent[name] == one.row:
                return f"id_{one.inline}-{match[1]}-{one.box}"
        return ""

    def words(self, one: Collision, held: Boxes | None) -> str:
        if held is None:
            return ""
        said = []
        for name, values in held.items():
            bound = self._box(one.inline, one.row, name)
            if bound is None and one.inline:
                bound = self._of(self.blank[one.inline], name)
            if bound is not None and (bound.is_hidden or name == GOING) and not one.box:
                continue
            text = self._shown(bound, values)
            if one.box:
                return text or "(empty)"
            if text:
                said.append(f"{bound.label if bound is not None else 'In the table'}: {text}")
        return "\n".join(said) or "(empty)"

    @staticmethod
    def _shown(bound, values: list[str]) -> str:
        """Choices by their names; everything else as typed."""
        field = bound.field if bound is not None else None
        if isinstance(field, forms.ModelChoiceField):
            keys = [value for value in values if value.isdecimal() or not field.to_field_name]
            try:
                rows = field.queryset.filter(**{f"{field.to_field_name or 'pk'}__in": [key for key in keys if key]})
                return ", ".join(field.label_from_instance(row) for row in rows)
            except (ValueError, TypeError):
                return ", ".join(values)
        if isinstance(field, forms.ChoiceField):
            names = {str(value): str(name) for value, name in field.choices if not isinstance(name, list | tuple)}
            return ", ".join(names.get(value, value) for value in values if value)
        if isinstance(field, forms.BooleanField):
            return "yes" if values else "no"
        return ", ".join(value for value in values if value)

    def _box(self, inline: str, row: str, box: str):
        found = self.forms.get(inline, {}).get(row, ())
        return next((bound for form in found if (bound := self._of(form, box)) is not None), None)

    @staticmethod
    def _of(form, box: str):
        """The bound field a box belongs to; a date with its time has two boxes, its own name with _0 and _1."""
        for bound in form:
            if box in (bound.html_name, bound.name) or re.fullmatch(rf"{re.escape(bound.html_name)}_\d", box):
                return bound
        return None
