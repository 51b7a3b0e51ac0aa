"""Two editions of an article side by side: every text that differs, in the order of the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import SafeString

from careers.models import Cell, Edition
from portal.differences import marked

Texts = dict[str, tuple[str, str]]  # key to (what it is, text)


@dataclass
class Difference:
    """One text. An empty side: it is not in that edition."""

    what: str
    before: SafeString
    after: SafeString


def differences(before: Edition | None, after: Edition) -> tuple[list[Difference], int]:
    """What differs, and how many texts are the same in both."""
    old, new = dict(_texts(before)) if before else {}, dict(_texts(after))
    found, same = [], 0
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key, ("", "")), new.get(key, ("", ""))
        if was[1] == now[1]:
            same += 1
        else:
            found.append(Difference(now[0] or was[0], *marked(was[1], now[1])))
    return found, same


def _texts(edition: Edition) -> Iterator[tuple[str, tuple[str, str]]]:
    """Everything a reader would notice. The key is what stays when the words change: an anchor, a name, a place."""
    yield "title", ("Title", edition.title)
    yield "summary", ("Summary", edition.summary)
    yield "author", ("Author", edition.author)
    about = edition.edition_occupations.select_related("occupation").order_by("position")
    yield "occupations", ("Occupations it is about", "\n".join(str(one.occupation) for one in about))
    sections = list(edition.sections.order_by("position"))
    yield "order", ("Order of the sections", "\n".join(one.heading for one in sections))
    for one in sections:
        yield f"heading {one.anchor}", ("Heading", one.heading)
        yield f"body {one.anchor}", (f"Section “{one.heading}”", one.body.strip())
    for one in edition.pathways.order_by("position").select_related("occupation").prefetch_related("fields_of_study"):
        fields = ", ".join(sorted(str(field) for field in one.fields_of_study.all()))
        said = [str(one.occupation or ""), one.scope, ", ".join(one.levels), fields]
        yield f"pathway {one.name}", (f"Pathway “{one.name}”", "\n".join(part for part in said if part) or one.name)
    for one in edition.attributes.order_by("position"):
        yield f"attribute {one.label}", (f"Row “{one.label}”", one.get_kind_display())
    cells = Cell.objects.filter(pathway__edition=edition).select_related("pathway", "attribute")
    for one in cells.order_by("attribute__position", "pathway__position"):
        text = "\n".join(part for part in (one.text, one.figure and f"[[{one.figure}]]", one.note) if part)
        yield f"cell {one.attribute.label} {one.pathway.name}", (f"{one.attribute.label}, {one.pathway.name}", text)
    for one in edition.degree_options.order_by("position").select_related("subject", "pathway"):
        said = f"{one.label}\n{one.pathway.name if one.pathway else 'adjacent field'}"
        yield f"option {one.subject} {one.level}", (f"Degrees: {one.subject} {one.get_level_display()}".strip(), said)
    chosen = edition.edition_certifications.select_related("certification").order_by("position")
    yield "certifications", ("Certifications", "\n".join(str(one.certification) for one in chosen))
    licenses = edition.edition_licenses.select_related("license").order_by("position")
    yield "licenses", ("Licenses", "\n".join(str(one.license) for one in licenses))
    settings = edition.edition_settings.select_related("setting").order_by("position")
    yield "settings", ("Employment settings", "\n".join(str(one.setting) for one in settings))
    links = edition.links.select_related("article__live", "occupation").order_by("position")
    words = [(one.get_kind_display(), one.article or one.occupation or one.url, one.label) for one in links]
    yield "links", ("Related links", "\n".join(f"{kind}: {target} {label}".strip() for kind, target, label in words))
    for one in edition.citations.order_by("position"):
        said = f"{one.title}\n{one.publisher}\n{one.url}\n{one.accessed_on}"
        yield f"source {one.url}", (f"Source “{one.title}”", said)
