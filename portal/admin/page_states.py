"""The three states of a page of the admin: as a browser got it, as it is saved now, as it was sent."""

import re
from collections.abc import Iterable
from dataclasses import asdict

from django import forms
from django.core import signing
from django.http import QueryDict

from .merging import GOING, NEW, Boxes, Collision, Page

OPENED = "opened"  # the box that carries the state of a page when it was made
SALT = "portal.admin.page_states"
PARTS = "+parts"  # of a row: the texts that go when it goes, though they stand elsewhere on the page

# What a browser would send -----------------------------------------------------------------------


def sent_by(form: forms.BaseForm, bare: bool = False) -> Boxes:
    """What an untouched ``form`` would send, by names with its prefix or, if ``bare``, without it."""
    boxes: Boxes = {}
    for bound in form:
        if not isinstance(bound.field, forms.FileField) and not bound.field.disabled:
            boxes |= _sent(bound.field.widget, bound.name if bare else bound.html_name, bound.value())
    return boxes


def _sent(widget: forms.Widget, name: str, value) -> Boxes:
    widget = getattr(widget, "widget", widget)  # out of the wrapper with the pencil and the plus
    if isinstance(widget, forms.MultiWidget):
        values = value if isinstance(value, list) else widget.decompress(value)
        pairs = zip(widget.widgets_names, widget.widgets, values, strict=False)
        return {key: held for suffix, part, one in pairs for key, held in _sent(part, name + suffix, one).items()}
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"] if widget.check_test(value) else []}
    shown = widget.format_value(value)
    if isinstance(widget, forms.widgets.ChoiceWidget):
        several = isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple)
        return {name: [one for one in shown if one or not several]}
    return {name: ["" if shown is None else str(shown)]}


def page_of(form: forms.BaseForm, formsets) -> Page:
    """The state of a page that nobody touched."""
    page = Page(sent_by(form))
    for formset in formsets:
        page.rows[formset.prefix] = {
            str(row.instance.pk): _without_going(sent_by(row, bare=True)) for row in formset.initial_forms
        }
    for part in getattr(form, "parts", ()):
        sent = sent_by(part)
        page.boxes |= sent
        for inline, key in getattr(part, "hangs_on", ()):
            if row := page.rows.get(inline, {}).get(str(key)):
                row.setdefault(PARTS, []).extend(text for values in sent.values() for text in values if text)
    return page


def _without_going(row: Boxes) -> Boxes:
    return {name: values for name, values in row.items() if name != GOING}


def page_sent(data: QueryDict, names: Iterable[str], opened: Page, keys: dict[str, str]) -> Page:
    """What was sent of the boxes with these names. ``keys`` says for each inline which box holds a row's key."""
    page = Page({name: data.getlist(name) for name in names})
    for inline, key in keys.items():
        found: dict[int, Boxes] = {}
        shape = re.compile(rf"{re.escape(inline)}-(\d{{1,4}})-(.+)")
        for name in data:
            if match := shape.fullmatch(name):
                found.setdefault(int(match[1]), {})[match[2]] = data.getlist(name)
        page.rows[inline] = {
            (row.get(key) or [""])[0] or f"{NEW}{number}": row for number, row in sorted(found.items())
        }
        for ident, row in page.rows[inline].items():
            if parts := opened.rows.get(inline, {}).get(ident, {}).get(PARTS):
                row[PARTS] = parts  # their own boxes say how they changed
    return page


def as_sent(data: QueryDict, page: Page, keys: dict[str, str]) -> QueryDict:
    """``data`` with the boxes and rows of ``page`` in place of its own; rows are numbered anew."""
    shape = re.compile("|".join(rf"{re.escape(inline)}-\d+-.+" for inline in keys) or "(?!)")
    new = QueryDict(mutable=True, encoding=data.encoding)
    for name in data:
        if name not in page.boxes and not shape.fullmatch(name):
            new.setlist(name, data.getlist(name))
    for name, values in page.boxes.items():
        if values:
            new.setlist(name, values)
    for inline, rows in page.rows.items():
        saved = [row for key, row in rows.items() if not key.startswith(NEW)]
        added = [row for key, row in rows.items() if key.startswith(NEW)]
        new[f"{inline}-INITIAL_FORMS"], new[f"{inline}-TOTAL_FORMS"] = str(len(saved)), str(len(saved) + len(added))
        for number, row in enumerate([*saved, *added]):
            for name, values in row.items():
                if values and name != PARTS and not (name == keys[inline] and row in added):
                    new.setlist(f"{inline}-{number}-{name}", values)
    return new


def in_one(values: list[str]) -> str:
    return "\n".join(values).replace("\r\n", "\n")


# What the page carries ---------------------------------------------------------------------------


def signed(page: Page, asked: list[Collision]) -> str:
    return signing.dumps({"page": asdict(page), "asked": [asdict(one) for one in asked]}, salt=SALT, compress=True)


def opened_with(token: str) -> tuple[Page, list[Collision]]:
    """What the page held when it was made; nothing, if it does not say so in our hand."""
    try:
        held = signing.loads(token, salt=SALT)
        return Page(**held["page"]), [Collision(**one) for one in held["asked"]]
    except (signing.BadSignature, KeyError, TypeError):
        return Page(), []
