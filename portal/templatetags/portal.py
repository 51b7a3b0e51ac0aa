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
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import SafeString, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from lucide.jinja import lucide

from portal import drawing, formats

register = template.Library()

register.filter("money", formats.dollars)
register.filter("short_money", formats.short_dollars)
register.filter("number", formats.whole)
register.filter("percent", formats.percent)
register.filter("share", formats.share)
register.filter("day", formats.day)
register.filter("reason", formats.reason_in_words)
register.simple_tag(formats.as_data, name="figure")


def _part(thing: Any, name: str, default: Any = None) -> Any:
    return thing.get(name, default) if isinstance(thing, dict) else getattr(thing, name, default)


@register.filter
def counted(value: Any, words: str) -> str:
    """``{{ n|counted:"school" }}`` or ``{{ n|counted:"city,cities" }}``: "1 city", "No cities"."""
    return formats.counted(value, *words.split(",")[:2])


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "icon") -> SafeString:
    """A Lucide icon, drawn inline, hidden from screen readers: the words stand beside it."""
    return _icon(str(name), int(size), str(css))


@lru_cache(maxsize=256)
def _icon(name: str, size: int, css: str) -> SafeString:
    svg = lucide(name, size=size, **{"class": css, "aria-hidden": "true", "focusable": "false"})
    return mark_safe(str(svg))  # the package's own file, no text of ours or of visitors


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
    slug = school if isinstance(school, str) else _part(school, "slug")
    return drawing.crest_svg(str(slug), str(name or _part(school, "name", slug)), str(css))


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, url_name: str, label: str) -> SafeString:
    """A main-navigation link that knows whether the visitor is in its part of the site."""
    url = reverse(url_name)
    path = _part(context.get("request"), "path", "")
    current = "page" if path == url else "true" if path.startswith(url) else ""
    mark = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<a href="{}"{}>{}</a>', url, mark, label)


def _json_block(data: Any) -> SafeString:
    """JSON that cannot end its script element early (the escapes of Django's json_script)."""
    escapes = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(escapes)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


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


OPTION = '<label class="check"><input type="{}" name="{}" value="{}"{}{}><span>{}</span>{}</label>'


@register.simple_tag
def facet_group(
    name: str,
    label: str,
    options: Iterable[Any],
    kind: str = "checkbox",
    nouns: str = "programs",
    note: str = "",
    opened: bool = False,
) -> SafeString:
    """One facet of a filter form: details, fieldset, a row with its number for each option.

    An option is an object or dict with value, label, count (None prints no number) and
    selected. ``kind`` is "checkbox" (any of these) or "radio" (one of these). Written in
    one go here, because a template loop over all options costs more than the rest of the page.
    """
    checked, spoken = mark_safe(" checked"), format_html('<span class="vh"> {}</span>', nouns)
    rows, selected = [], 0
    for option in options:
        value, count = _part(option, "value"), _part(option, "count")
        chosen = bool(_part(option, "selected", False))
        selected += chosen and value != ""
        data = number = ""
        if count is not None:
            data = format_html(' data-count="{}"', count)
            number = format_html('<span class="n">{}{}</span>', formats.whole(count), spoken)
        rows.append((kind, name, value, checked if chosen else "", data, _part(option, "label"), number))
    return format_html(
        '<details class="facet" data-facet="{}"{}><summary>{}<span class="on" data-sync="on-{}">{}</span></summary>'
        '<div class="in{}"><fieldset><legend class="vh">{}</legend>{}{}</fieldset></div></details>',
        name,
        mark_safe(" open") if selected or opened else "",
        label,
        name,
        f"{selected} selected" if selected else "",
        " long" if len(rows) > 12 else "",
        label,
        format_html('<p class="hint">{}</p>', note) if note else "",
        format_html_join("", OPTION, rows),
    )


@register.simple_tag
def chips(active: Sequence[Any], clear_url: str = "", label: str = "Active filters") -> SafeString:
    """The filters that are on, each a link that takes it off; nothing when none is on.

    A chip is an object or dict with name and value (as in the address), label (words) and url.
    """
    if not active:
        return format_html("")
    items = format_html_join(
        "",
        '<li><a class="chip" rel="nofollow" data-chip="{}={}" href="{}">'
        '<span class="vh">Remove filter </span>{}</a></li>',
        ((_part(c, "name"), _part(c, "value"), _part(c, "url"), _part(c, "label")) for c in active),
    )
    clear = ""
    if clear_url and len(active) > 1:
        clear = format_html('<li><a class="chip go" rel="nofollow" href="{}">Clear all</a></li>', clear_url)
    return format_html('<ul class="chips" aria-label="{}" hx-boost="true">{}{}</ul>', label, items, clear)


def _query(query: Any, *without: str) -> QueryDict:
    """A changeable copy of a query string (or QueryDict, or None) less some names."""
    copy = query.copy() if isinstance(query, QueryDict) else QueryDict(str(query or "").lstrip("?"), mutable=True)
    for name in without:
        copy.pop(name, None)
    return copy


@register.simple_tag
def pagination(
    page: Any, query: Any = "", param: str = "page", fragment: str = "", path: str = "", label: str = "Pages"
) -> SafeString:
    """Page numbers and Next for a Django Page; nothing when there is only one page.

    ``query`` is the rest of the address, as a string or QueryDict; ``param`` names the page
    there; ``fragment`` ("#schools") and ``path`` lead to a part of a longer page.
    """
    if page.paginator.num_pages < 2:
        return format_html("")
    rest = _query(query, param)

    def url(number: int) -> str:
        copy = rest.copy()
        if number > 1:
            copy[param] = str(number)
        address = f"?{copy.urlencode()}" if copy else (path or "?")
        return (path if copy else "") + address + fragment

    items = []
    if page.has_previous():
        items.append(
            format_html('<li><a href="{}" rel="prev nofollow">Previous</a></li>', url(page.previous_page_number()))
        )
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if number == page.number:
            current = '<li><a href="{}" aria-current="page" aria-label="Page {}">{}</a></li>'
            items.append(format_html(current, url(number), number, number))
        elif isinstance(number, int):
            items.append(format_html('<li><a href="{}" aria-label="Page {}">{}</a></li>', url(number), number, number))
        else:
            items.append(format_html('<li><span class="gap" aria-hidden="true">…</span></li>'))
    if page.has_next():
        items.append(format_html('<li><a href="{}" rel="next nofollow">Next</a></li>', url(page.next_page_number())))
    inside = format_html_join("", "{}", ((item,) for item in items))
    return format_html('<nav class="pages" aria-label="{}" hx-boost="true"><ul>{}</ul></nav>', label, inside)


@register.simple_tag
def sort_form(options: Iterable[Any], query: Any = "", path: str = "", param: str = "sort") -> SafeString:
    """ "Sort by" with a button; the rest of the query travels along as hidden fields.

    An option is an object or dict with value, label and selected.
    """
    hidden = format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((name, value) for name, values in _query(query, param, "page").lists() for value in values),
    )
    choices = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (_part(o, "value"), mark_safe(" selected") if _part(o, "selected") else "", _part(o, "label"))
            for o in options
        ),
    )
    return format_html(
        '<form class="row sort" method="get" action="{}" hx-boost="true">{}<label for="{}">Sort by</label>'
        '<select id="{}" name="{}">{}</select><button class="btn line">Sort</button></form>',
        path,
        hidden,
        param,
        param,
        param,
        choices,
    )


@register.simple_tag
def facts(rows: Iterable[tuple[Any, Any]], css: str = "wide") -> SafeString:
    """The facts of a card: pairs of label and value (text, or markup already marked safe)."""
    inside = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
    return format_html('<dl class="facts {}">{}</dl>', css, inside)


@register.simple_tag
def stacked_table(caption: str, headings: Sequence[Any], rows: Iterable[Sequence[Any]]) -> SafeString:
    """A simple table that turns into cards below 40rem and keeps its roles for screen readers.

    ``headings`` are words, or (words, "num") for a column of numbers. The first cell of a
    row is its heading; cells are text, or markup already marked safe.
    """
    columns = [(h, "") if isinstance(h, str) else tuple(h) for h in headings]
    head = format_html_join(
        "",
        '<th scope="col" role="columnheader"{}>{}</th>',
        ((format_html(' class="{}"', css) if css else "", words) for words, css in columns),
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
        '<table class="cards-sm" role="table"><caption>{}</caption><thead role="rowgroup"><tr role="row">{}</tr></thead>'
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
        return format_html('<p class="confirm wide">{} last confirmed {}</p>', word, when)
    return format_html('<p class="confirm wide">{} {}</p>', tag("Confirmed by school", "ok"), when)


@register.simple_tag
def provenance(*releases: Any, checked: datetime.date | None = None) -> SafeString:
    """ "Sources: IPEDS 2023–24, provisional; OEWS May 2025." for the foot of a slip or table."""
    words = list(dict.fromkeys(str(release) for release in releases if release))
    if not words:
        return format_html("")
    lead = "Source" if len(words) == 1 else "Sources"
    end = f" Checked {formats.day(checked)}." if checked else ""
    return format_html('<p class="src">{}: {}.{}</p>', lead, "; ".join(words), end)


@register.filter
def anchor(words: str) -> str:
    """A heading as an id for links inside a page."""
    return slugify(words)
