"""The editors' desk as a browser without JavaScript sees it: open a page, change some fields, press save."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from portal import editors
from tests.factories import UserFactory


@pytest.fixture
def editor(client):
    """The browser of somebody in the group Editors."""
    person = UserFactory(is_staff=True, email="editor@example.com", name="Editor One")
    person.groups.add(editors.group())
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def chief(client):
    """A superuser's browser."""
    client.force_login(UserFactory(is_staff=True, is_superuser=True, email="chief@example.com", name="Chief"))
    return client


class _Form(HTMLParser):
    """Reads what a browser would send of the form with this id."""

    def __init__(self, ident):
        super().__init__()
        self.ident, self.inside, self.found = ident, False, False
        self.data: dict[str, list[str]] = {}
        self.area = self.select = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.inside = attributes.get("id") == self.ident
            self.found = self.found or self.inside
        if not self.inside:
            return
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button", "file"):
            if kind not in ("checkbox", "radio") or "checked" in attributes:
                self.data.setdefault(name, []).append(attributes.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self.area = name
            self.data.setdefault(name, []).append("")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attributes:
            self.data.setdefault(self.select, []).append(attributes.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            self.data[self.area][-1] = self.data[self.area][-1].removeprefix("\n").removeprefix("\r\n")
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, text):
        if self.area:
            self.data[self.area][-1] += text


def form_of(response, model) -> dict[str, list[str]]:
    """What the change form of ``model`` (or of this name) on this page would send as it stands."""
    form = _Form(f"{model}-form" if isinstance(model, str) else f"{model._meta.model_name}_form")
    form.feed(response.content.decode())
    assert form.found, "no such form on the page"
    # Without the row that a script would offer.
    return {name: values for name, values in form.data.items() if "__prefix__" not in name}


def address(row, what="change"):

    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{what}", args=[row.pk] if row.pk else [])


def save(client, row, /, opened=None, **changes):
    """Open the page of ``row`` (or take ``opened``, from before), change these fields, save, follow."""
    data = dict(opened) if opened is not None else form_of(client.get(address(row)), type(row))
    data.update(changes)
    return client.post(address(row), {name: v for name, v in data.items() if v is not None}, follow=True)


def said(response) -> str:
    """The messages at the top of the page."""
    return " ".join(str(message) for message in response.context["messages"])
