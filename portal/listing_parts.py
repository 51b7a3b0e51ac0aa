"""The parts of a list page that are printed often or need arithmetic: facets, chips, pages, sort.

Each takes objects or dicts, so that a page can be built from the rows of a query or by hand.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def part_of(thing: Any, name: str, default: Any = None) -> Any:
    """A named part of an object or of a dict."""
    return thing.get(name, default) if isinstance(thing, dict) else getattr(thing, name, default)


def option_pieces(kind: str, name: str, value: Any, label: Any, nouns: str) -> tuple[str, str, str]:
    """An option's markup around what changes from page to page: "checked", and its number, twice."""
    pieces = (
        format_html('<label class="check"><input type="{}" name="{}" value="{}"', kind, name, value),
        format_html("><span>{}</span>", label),
        format_html('<span class="vh"> {}</span></span></label>', nouns),
    )
    before, between, after = map(str.__str__, pieces)  # plain strings join faster
    return before, between, after


def _option(pieces: tuple[str, str, str], chosen: bool, count: int | None) -> str:
    before, between, after = pieces
    checked = " checked" if chosen else ""
    if count is None:
        return f"{before}{checked}{between}</label>"
    return f'{before}{checked} data-count="{count}"{between}<span class="n">{count:,}{after}'


def _group(name: str, label: str, note: str, opened: bool, rows: Sequence[str], selected: int) -> SafeString:
    """``rows`` are markup: escaped pieces and whole numbers."""
    name, label = escape(name), escape(label)
    hint = f'<p class="hint">{escape(note)}</p>' if note else ""
    on = f"{selected} selected" if selected else ""
    return SafeString(
        f'<details class="facet" data-facet="{name}"{" open" if selected or opened else ""}><summary>{label}'
        f'<span class="on" data-sync="on-{name}">{on}</span></summary>'
        f'<div class="in{" long" if len(rows) > 12 else ""}"><fieldset><legend class="vh">{label}</legend>'
        f"{hint}{''.join(rows)}</fieldset></div></details>"
    )


def facet_panel(filters: Any, nouns: str = "programs", opened: bool = False) -> SafeString:
    """All facets of a list as its form prints them, each option with its number.

    Hundreds of options make up most of such a page, and between two pages only their numbers
    differ. So their markup is kept with the facet, and a page joins it in one go: a template's
    loop over them would cost more than everything else.
    """
    groups = []
    for facet in filters.facets:
        if nouns not in facet.printed:
            facet.printed[nouns] = [
                (one.value, one.rare, option_pieces("checkbox", facet.name, one.value, one.label, nouns))
                for one in facet.options
            ]
        chosen, numbers = filters.cleaned[facet.name], filters.counts.options[facet.name]
        rows = [
            f'{before}{" checked" if value in chosen else ""} data-count="{numbers[value]}"{between}'
            f'<span class="n">{numbers[value]:,}{after}'
            for value, rare, (before, between, after) in facet.printed[nouns]
            if not rare or value in chosen
        ]
        if rows:
            groups.append(_group(facet.name, facet.label, facet.note, opened, rows, len(chosen)))
    return SafeString("".join(groups))


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
    "radio" (one of these). The facets of a list are printed by :func:`facet_panel`.
    """
    rows, selected = [], 0
    for option in options:
        pieces = option_pieces(kind, name, part_of(option, "value"), part_of(option, "label"), nouns)
        chosen, count = bool(part_of(option, "selected", False)), part_of(option, "count")
        selected += chosen and part_of(option, "value") != ""
        rows.append(_option(pieces, chosen, None if count is None else int(count)))
    return _group(name, label, note, opened, rows, selected) if rows else SafeString()


def text_box(
    name: str,
    label: str,
    value: str = "",
    hint: str = "",
    short: bool = False,
    inputmode: str = "",
    suggest: str = "",
) -> SafeString:
    """A text box of a filter form. ``suggest`` is the page that suggests while somebody types."""
    marks = f' inputmode="{escape(inputmode)}"' if inputmode else ""
    said = ""
    if hint:
        said = f'<p class="hint" id="f-{escape(name)}-hint">{escape(hint)}</p>'
        marks += f' aria-describedby="f-{escape(name)}-hint"'
    if suggest:
        marks += f' autocomplete="off" data-suggest="{escape(suggest)}"'
    name = escape(name)
    return SafeString(
        f'<div class="field mt"><label for="f-{name}">{escape(label)}</label>{said}<input class="input'
        f'{" short" if short else ""}" id="f-{name}" name="{name}" type="text" value="{escape(value or "")}"'
        f'{marks} maxlength="100"></div>'
    )


def select_box(name: str, label: str, options: Iterable[Any], only_with: str = "") -> SafeString:
    """One of several, in a filter form; ``only_with`` names the box it means something beside."""
    name = escape(name)
    choices = "".join(
        f'<option value="{escape(str(part_of(o, "value")))}"{" selected" if part_of(o, "selected") else ""}>'
        f"{escape(str(part_of(o, 'label')))}</option>"
        for o in options
    )
    beside = f' data-only-with="{escape(only_with)}"' if only_with else ""
    return SafeString(
        f'<div class="field mt"><label for="f-{name}">{escape(label)}</label>'
        f'<select id="f-{name}" name="{name}"{beside}>{choices}</select></div>'
    )


def chips(active: Sequence[Any], clear_url: str = "", label: str = "Active filters") -> SafeString:
    """The filters that are on, each a link that takes it off; nothing when none is on.

    A chip is an object or dict with name and value (as in the address), label (words) and url.
    """
    if not active:
        return SafeString()
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


def _pairs(query: Any, *without: str) -> list[tuple[str, str]]:
    """The names and values of a query string (or QueryDict, or None) less some names."""
    text = query.urlencode() if isinstance(query, QueryDict) else str(query or "").lstrip("?")
    return [pair for pair in parse_qsl(text, keep_blank_values=True) if pair[0] not in without]


LONGEST_NUMBERED = 600  # signs of an address; longer ones stand under Previous and Next only


def pagination(
    page: Any, query: Any = "", param: str = "page", fragment: str = "", path: str = "", label: str = "Pages"
) -> SafeString:
    """Page numbers and Next for a Django Page; nothing when there is only one page.

    ``query`` is the rest of the address, as a string or QueryDict; ``param`` names the page
    there; ``fragment`` ("#schools") and ``path`` lead to a part of a longer page.
    """
    if page.paginator.num_pages < 2:
        return SafeString()
    rest = urlencode(_pairs(query, param))
    first = escape(f"{path}?{rest}{fragment}" if rest else f"{path or '?'}{fragment}")
    before, after = escape(f"{path}?{rest}{'&' if rest else ''}{param}="), escape(fragment)

    def url(number: int) -> str:
        return f"{before}{number}{after}" if number > 1 else first

    items = []
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    if len(before) > LONGEST_NUMBERED:
        numbers = [page.number]
    if page.has_previous():
        items.append(f'<li><a href="{url(page.previous_page_number())}" rel="prev">Previous</a></li>')
    for number in numbers:
        if isinstance(number, int):
            current = ' aria-current="page"' if number == page.number else ""
            items.append(f'<li><a href="{url(number)}"{current} aria-label="Page {number}">{number}</a></li>')
        else:
            items.append('<li><span class="gap" aria-hidden="true">…</span></li>')
    if page.has_next():
        items.append(f'<li><a href="{url(page.next_page_number())}" rel="next">Next</a></li>')
    inside = SafeString("".join(items))  # escaped addresses and whole numbers
    return format_html('<nav class="pages" aria-label="{}" hx-boost="true"><ul>{}</ul></nav>', label, inside)


def sort_form(options: Iterable[Any], query: Any = "", path: str = "", param: str = "sort") -> SafeString:
    """ "Sort by" with a button; the rest of the query travels along as hidden fields.

    An option is an object or dict with value, label and selected.
    """
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in _pairs(query, param, "page")
    )
    choices = "".join(
        f'<option value="{escape(str(part_of(o, "value")))}"{" selected" if part_of(o, "selected") else ""}>'
        f"{escape(str(part_of(o, 'label')))}</option>"
        for o in options
    )
    return format_html(
        '<form class="row sort" method="get" action="{}" hx-boost="true">{}<label for="{}">Sort by</label>'
        '<select id="{}" name="{}">{}</select><button class="btn line" type="submit">Sort</button></form>',
        path,
        SafeString(hidden),
        param,
        param,
        param,
        SafeString(choices),
    )
