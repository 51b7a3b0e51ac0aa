"""The parts of a list page that are printed often or need arithmetic: facets, chips, pages, sort.

Each takes objects or dicts, so that a page can be built from the rows of a query or by hand.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def part_of(thing: Any, name: str, default: Any = None) -> Any:
    """A named part of an object or of a dict."""
    return thing.get(name, default) if isinstance(thing, dict) else getattr(thing, name, default)


@lru_cache(maxsize=4096)
def _option(kind: str, name: str, value: str, label: str, nouns: str) -> tuple[SafeString, SafeString, SafeString]:
    """An option's markup around what changes from page to page: whether it is chosen, and its number, twice.

    A page has hundreds of options, and they are the same on every page.
    """
    before = format_html('<label class="check"><input type="{}" name="{}" value="{}"', kind, name, value)
    between = format_html("><span>{}</span>", label)
    after = format_html('<span class="vh"> {}</span></span></label>', nouns)
    return before, between, after


def _options(kind: str, name: str, nouns: str, options: Iterable[Any]) -> tuple[SafeString, int, int]:
    """The rows of a facet, how many they are, and how many of them are chosen."""
    rows, selected = [], 0
    for option in options:
        value, count = str(part_of(option, "value")), part_of(option, "count")
        before, between, after = _option(kind, name, value, str(part_of(option, "label")), nouns)
        chosen = ""
        if part_of(option, "selected", False):
            chosen = " checked"
            selected += value != ""
        if count is None:
            rows.append(f"{before}{chosen}{between}</label>")
        else:
            rows.append(f'{before}{chosen} data-count="{int(count)}"{between}<span class="n">{int(count):,}{after}')
    return SafeString("".join(rows)), len(rows), selected  # escaped parts and whole numbers


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
    selected; without options nothing is printed. ``kind`` is "checkbox" (any of these) or
    "radio" (one of these). Written in one go here, because a template loop over all options
    costs more than the rest of the page.
    """
    rows, number, selected = _options(kind, name, nouns, options)
    if not number:
        return mark_safe("")
    return format_html(
        '<details class="facet" data-facet="{}"{}><summary>{}<span class="on" data-sync="on-{}">{}</span></summary>'
        '<div class="in{}"><fieldset><legend class="vh">{}</legend>{}{}</fieldset></div></details>',
        name,
        mark_safe(" open") if selected or opened else "",
        label,
        name,
        f"{selected} selected" if selected else "",
        " long" if number > 12 else "",
        label,
        format_html('<p class="hint">{}</p>', note) if note else "",
        rows,
    )


def chips(active: Sequence[Any], clear_url: str = "", label: str = "Active filters") -> SafeString:
    """The filters that are on, each a link that takes it off; nothing when none is on.

    A chip is an object or dict with name and value (as in the address), label (words) and url.
    """
    if not active:
        return mark_safe("")
    items = format_html_join(
        "",
        '<li><a class="chip" rel="nofollow" data-chip="{}={}" href="{}">'
        '<span class="vh">Remove filter </span>{}</a></li>',
        ((part_of(c, "name"), part_of(c, "value"), part_of(c, "url"), part_of(c, "label")) for c in active),
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


def pagination(
    page: Any, query: Any = "", param: str = "page", fragment: str = "", path: str = "", label: str = "Pages"
) -> SafeString:
    """Page numbers and Next for a Django Page; nothing when there is only one page.

    ``query`` is the rest of the address, as a string or QueryDict; ``param`` names the page
    there; ``fragment`` ("#schools") and ``path`` lead to a part of a longer page.
    """
    if page.paginator.num_pages < 2:
        return mark_safe("")
    rest = _query(query, param)

    def url(number: int) -> str:
        copy = rest.copy()
        if number > 1:
            copy[param] = str(number)
        address = f"?{copy.urlencode()}" if copy else (path or "?")
        return (path if copy else "") + address + fragment

    items = []
    if page.has_previous():
        items.append(format_html('<li><a href="{}" rel="prev">Previous</a></li>', url(page.previous_page_number())))
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if number == page.number:
            current = '<li><a href="{}" aria-current="page" aria-label="Page {}">{}</a></li>'
            items.append(format_html(current, url(number), number, number))
        elif isinstance(number, int):
            items.append(format_html('<li><a href="{}" aria-label="Page {}">{}</a></li>', url(number), number, number))
        else:
            items.append(mark_safe('<li><span class="gap" aria-hidden="true">…</span></li>'))
    if page.has_next():
        items.append(format_html('<li><a href="{}" rel="next">Next</a></li>', url(page.next_page_number())))
    inside = format_html_join("", "{}", ((item,) for item in items))
    return format_html('<nav class="pages" aria-label="{}" hx-boost="true"><ul>{}</ul></nav>', label, inside)


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
            (part_of(o, "value"), mark_safe(" selected") if part_of(o, "selected") else "", part_of(o, "label"))
            for o in options
        ),
    )
    return format_html(
        '<form class="row sort" method="get" action="{}" hx-boost="true">{}<label for="{}">Sort by</label>'
        '<select id="{}" name="{}">{}</select><button class="btn line" type="submit">Sort</button></form>',
        path,
        hidden,
        param,
        param,
        param,
        choices,
    )
