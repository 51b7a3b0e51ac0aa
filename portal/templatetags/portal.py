"""What every template may use: formats, figures, small drawings, the parts of a listing.

Parts that are plain markup are files in `templates/components/`; what needs arithmetic,
or is printed a hundred times on a page, is a tag here and escapes with format_html.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from lucide.templatetags.lucide import lucide

from portal import drawing, formats, listing_parts, saving_parts
from portal.listing_parts import part_of
from portal.tile_map import tile_map

register = template.Library()

register.filter("money", formats.dollars)
register.filter("short_money", formats.short_dollars)
register.filter("number", formats.whole)
register.filter("percent", formats.percent)
register.filter("share", formats.share)
register.filter("day", formats.day)
register.filter("reason", formats.reason_in_words)
register.simple_tag(formats.as_data, name="figure")
register.simple_tag(saving_parts.save_button)
register.simple_tag(saving_parts.saving_frame)
for part in ("facet_panel", "facet_group", "text_box", "select_box", "chips", "pagination", "sort_form"):
    register.simple_tag(getattr(listing_parts, part))
register.simple_tag(tile_map)


@register.filter
def counted(value: Any, words: str) -> str:
    """``{{ n|counted:"school" }}`` or ``{{ n|counted:"city,cities" }}``: "1 city", "No cities"."""
    return formats.counted(value, *words.split(",")[:2])


@register.simple_tag
def boxed(field: Any) -> SafeString:
    """The widget of a bound field as our boxes look, tied to its hint and its error."""
    attributes = {"class": "input"}
    marks = [f"{field.id_for_label}-{part}" for part, is_there in
             (("hint", field.help_text), ("error", field.errors)) if is_there]  # fmt: skip
    if marks:
        attributes["aria-describedby"] = " ".join(marks)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "icon") -> SafeString:
    """A Lucide icon, drawn inline, hidden from screen readers: the words stand beside it."""
    return _icon(str(name), int(size), str(css))


@lru_cache(maxsize=256)
def _icon(name: str, size: int, css: str) -> SafeString:
    return SafeString(lucide(name, size=size, **{"class": css, "aria-hidden": "true", "focusable": "false"}))


@register.simple_tag
def range_strip(title: str, pay: Any, scale: int = drawing.PAY_SCALE, caption: bool = False) -> SafeString:
    """The pay strip of a wage: an object or dict with p10, p25, median, p75, p90 (dollars a year).

    With ``caption=True`` the sentence is also printed below. With nothing known it is
    only the sentence.
    """
    svg = drawing.range_svg(str(title), pay, scale)
    sentence = drawing.pay_sentence(str(title), pay)
    if not svg:
        return format_html('<p class="hint">{}</p>', sentence)
    below = format_html("<figcaption>{}</figcaption>", sentence) if caption else ""
    return format_html('<figure class="strip">{}{}</figure>', svg, below)


@register.simple_tag
def crest(school: Any, name: str = "", css: str = "crest") -> SafeString:
    """The crest of a school, given the school or its slug and name."""
    slug = school if isinstance(school, str) else part_of(school, "slug")
    return drawing.crest_svg(str(slug), str(name or part_of(school, "name", slug)), str(css))


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, url_name: str, label: str, counter: bool = False) -> SafeString:
    """A main-navigation link that knows whether the visitor is in its part of the site.

    ``counter`` leaves room for a number that a script fills in.
    """
    url = reverse(url_name)
    path = part_of(context.get("request"), "path", "")
    current = "page" if path == url else "true" if path.startswith(url) else ""
    mark = format_html(' aria-current="{}"', current) if current else ""
    room = mark_safe(' <span class="count"></span>') if counter else ""
    return format_html('<a href="{}"{}>{}{}</a>', url, mark, label, room)


@register.simple_tag(takes_context=True)
def canonical_link(context: template.Context) -> SafeString:
    """This page's one address: the view's ``canonical_url``, else the path without its query."""
    url = context.get("canonical_url")
    path = part_of(context.get("request"), "path", "")
    if not url and path:
        url = str(getattr(settings, "SITE_URL", "") or "") + path
    return format_html('<link rel="canonical" href="{}">', url) if url else SafeString()


def _json_block(data: Any) -> SafeString:
    """JSON that can neither end its script element (as Django's json_script escapes) nor a line of a script."""
    escapes = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(escapes)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


register.simple_tag(_json_block, name="json_ld")


@register.simple_tag(takes_context=True)
def breadcrumbs(context: template.Context, *parts: Any) -> SafeString:
    """``{% breadcrumbs "Programs" programs_url "This page" %}``: name, address, …, this page's name.

    Home comes first by itself. Prints the trail and the same trail as a BreadcrumbList
    for machines. An even number of parts ends with a link instead of this page.
    """
    names = ["Home", *parts[0::2]]
    urls: list[str] = [reverse("home"), *parts[1::2]]
    items = []
    for name, url in zip(names, urls, strict=False):
        items.append(format_html('<li><a href="{}">{}</a></li>', url, name))
    if len(names) > len(urls):
        items.append(format_html('<li aria-current="page">{}</li>', names[-1]))

    origin = str(getattr(settings, "SITE_URL", "") or "").rstrip("/")
    request = context.get("request")

    def absolute(url: str) -> str:
        if origin and url.startswith("/"):
            return origin + url
        return request.build_absolute_uri(url) if request else url

    entries = []
    for position, name in enumerate(names, start=1):
        entry = {"@type": "ListItem", "position": position, "name": str(name)}
        if position <= len(urls):
            entry["item"] = absolute(str(urls[position - 1]))
        entries.append(entry)
    data = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": entries}
    return format_html(
        '<nav class="crumbs" aria-label="Breadcrumb"><ol>{}</ol></nav>{}',
        format_html_join("", "{}", ((item,) for item in items)),
        _json_block(data),
    )


@register.simple_tag
def facts(rows: Iterable[tuple[Any, Any]], css: str = "wide") -> SafeString:
    """The facts of a card: pairs of label and value (text, or markup already marked safe)."""
    inside = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
    return format_html('<dl class="facts {}">{}</dl>', css, inside)


def _column_head(words: str, css: str) -> SafeString:
    if not words:  # an empty corner is a cell, not a heading of nothing
        return mark_safe('<td role="cell"></td>')
    mark = format_html(' class="{}"', css) if css else ""
    return format_html('<th scope="col" role="columnheader"{}>{}</th>', mark, words)


@register.simple_tag
def stacked_table(caption: str, headings: Sequence[Any], rows: Iterable[Sequence[Any]]) -> SafeString:
    """A simple table that turns into cards below 40rem and keeps its roles for screen readers.

    ``headings`` are words, or (words, "num") for a column of numbers; the first may be empty. The first cell of a
    row is its heading; cells are text, or markup already marked safe.
    """
    columns = [(h, "") if isinstance(h, str) else tuple(h) for h in headings]
    head = format_html_join(
        "",
        "{}",
        ((_column_head(words, css),) for words, css in columns),
    )
    body = []
    for first, *rest in rows:
        cells = format_html_join(
            "",
            '<td role="cell" data-label="{}"{}>{}</td>',
            (
                (words, format_html(' class="{}"', css) if css else "", cell)
                for (words, css), cell in zip(columns[1:], rest, strict=True)
            ),
        )
        body.append((first, cells))
    return format_html(
        '<table class="cards-sm" role="table"><caption>{}</caption>'
        '<thead role="rowgroup"><tr role="row">{}</tr></thead>'
        '<tbody role="rowgroup">{}</tbody></table>',
        caption,
        head,
        format_html_join("", '<tr role="row"><th scope="row" role="rowheader">{}</th>{}</tr>', body),
    )


@register.simple_tag
def tag(words: str, kind: str = "") -> SafeString:
    """A status word. ``kind``: ok, wait, bad, info or nothing; the word is the meaning."""
    return format_html('<span class="tag{}">{}</span>', f" {kind}" if kind else "", words)


def _months_between(earlier: datetime.date, later: datetime.date) -> int:
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (later.day < earlier.day)


@register.simple_tag
def confirmation(
    confirmed_on: datetime.date | None, release: Any = None, today: datetime.date | None = None
) -> SafeString:
    """The line under every listing: who says so, and since when.

    Never confirmed: the federal release it comes from. After twelve months without the
    school's word the line turns amber.
    """
    if confirmed_on is None:
        source = format_html(" ({})", release) if release else ""
        return format_html('<p class="confirm wide">From federal records{}, not confirmed by the school</p>', source)
    months = _months_between(confirmed_on, today or timezone.now().date())
    when = formats.day(confirmed_on)
    if months >= 12:
        word = tag(f"Not confirmed for {formats.counted(months, 'month')}", "wait")
        return format_html('<p class="confirm wide">{} <span class="nw">last confirmed {}</span></p>', word, when)
    return format_html(
        '<p class="confirm wide">{} <span class="nw">{}</span></p>', tag("Confirmed by school", "ok"), when
    )


@register.simple_tag
def provenance(*releases: Any, checked: datetime.date | None = None) -> SafeString:
    """Where figures come from, for the foot of a slip: "Sources: IPEDS 2023-24; OEWS May 2025."."""
    words = list(dict.fromkeys(str(release) for release in releases if release))
    if not words:
        return SafeString()
    lead = "Source" if len(words) == 1 else "Sources"
    end = f" Checked {formats.day(checked)}." if checked else ""
    return format_html('<p class="src">{}: {}.{}</p>', lead, "; ".join(words), end)


@register.simple_tag(takes_context=True)
def contact_email(context: template.Context) -> str:
    """The address for letters: of the context, else of the settings; empty when neither has one."""
    return str(context.get("contact_email") or getattr(settings, "CONTACT_EMAIL", "") or "")


@register.filter
def anchor(words: str) -> str:
    """A heading as an id for links inside a page."""
    return slugify(words)
