"""The states as a map of tiles of one size, each the link that chooses its state in a list, or takes it off again.

A second way to work a facet: the same options and the same numbers as its text list,
at places that a reader knows. Links, because a map chooses one state at a time.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

# 51 places of a grid. Islands other than Hawaii have none; they stand in the text list.
GRID = """
AK .. .. .. .. .. .. .. .. .. ME
.. .. .. .. .. .. .. .. .. VT NH
WA ID MT ND MN IL WI MI NY RI MA
OR NV WY SD IA IN OH PA NJ CT ..
CA UT CO NE MO KY WV VA MD DE ..
.. AZ NM KS AR TN NC SC DC .. ..
.. .. .. OK LA MS AL GA .. .. ..
HI .. .. TX .. .. .. .. FL .. ..
"""
STEPS = 5  # of shading
CURRENT, TAKE_OFF = ' aria-current="true"', ": take it off"


def _placed(grid: str) -> list[tuple[str, int]]:
    """(state, column) in reading order; column 0 where it is the one after the tile before."""
    placed = []
    for row in grid.split("\n"):
        cells = row.split()
        for at, state in enumerate(cells):
            if state != "..":
                placed.append((state, 0 if at and cells[at - 1] != ".." else at + 1))
    return placed


PLACED = _placed(GRID)


def shades(counts: Iterable[int]) -> list[int]:
    """The least count of each darker shade: about as many tiles in each of the five; equal counts look the same."""
    known = sorted(filter(None, counts))
    return sorted({known[len(known) * step // STEPS] for step in range(1, STEPS)} - {known[0]}) if known else []


def _key(counts: Iterable[int], bounds: Sequence[int]) -> SafeString:
    """The shades in use, each with the least and the greatest count that has it."""
    numbers: dict[int, list[int]] = {}
    for count in sorted(filter(None, counts)):
        numbers.setdefault(bisect_right(bounds, count) + 1, []).append(count)
    spans = []
    for shade, found in numbers.items():
        upwards = f"–{found[-1]:,}" if found[-1] > found[0] else ""
        spans.append(f'<b class="t{shade}">{found[0]:,}{upwards}</b>')
    return SafeString(" ".join(spans))  # whole numbers only


@lru_cache(maxsize=1024)
def _spoken(nouns: str, name: str) -> str:
    """What a screen reader hears after the two letters and the number, which stay the same on every page."""
    return f'<span class="vh"> {escape(nouns)} in {escape(name)}'


def tile_map(filters: Any, groups: Sequence[Mapping[str, Any]], nouns: str = "programs", name: str = "state"):
    """The map for one facet of a list; nothing where the list has no such facet.

    ``groups`` are the facets as the form prints them (``Filters.facet_groups()``), so each tile has
    the number of its option. A state that is no option has no results at all: its tile is no link.
    """
    group = next((group for group in groups if group["name"] == name), None)
    if group is None:
        return SafeString("")
    options = {option["value"]: option for option in group["options"]}
    chosen = [value for value, option in options.items() if option["selected"]]
    counts = [options[state]["count"] for state, _ in PLACED if state in options]
    bounds, address = shades(counts), _addresses(filters, name, list(options), chosen)
    tiles = []
    for state, column in PLACED:
        tiles.append(f'<li class="c{column}">' if column else "<li>")
        if option := options.get(state):
            count, is_on = option["count"], option["selected"]
            shade = bisect_right(bounds, count) + 1 if count else 0
            tiles.append(
                f'<a class="t{shade}"{CURRENT if is_on else ""} rel="nofollow" href="{address(state)}"><b>{state}</b> '
                f"<span>{count:,}</span>{_spoken(nouns, option['label'])}{TAKE_OFF if is_on else ''}</span></a></li>"
            )
        else:
            tiles.append(f"<b>{state}</b></li>")
    return format_html(
        '<details class="facet map" data-tiles="{}"><summary>{}s on a map<span class="on" data-sync="map-on">{}</span>'
        '</summary><div class="in"><p class="hint">{} <a href="#listing">Skip the map</a></p>'
        '<ul class="tiles">{}</ul><p class="hint" data-sync="map-key">{}</p></div></details>',
        name,
        group["label"],
        f"{len(chosen)} selected" if chosen else "",
        "A tile chooses its state, or takes it off again. The list of the same name among the filters has the same "
        "numbers, and the territories.",
        SafeString("".join(tiles)),  # put together from escaped words and addresses, letters and whole numbers
        format_html("{} in a tile: {}", nouns.capitalize(), _key(counts, bounds)) if any(counts) else "",
    )


def _addresses(filters: Any, name: str, values: Sequence[str], chosen: Sequence[str]) -> Callable[[str], str]:
    """The list with one state more, or less, as an href; names and values in the order that all addresses have."""
    names, pairs = list(filters.filters), filters.pairs()
    own = names.index(name)
    before = [escape(urlencode([pair])) for pair in pairs if pair[0] in names[:own]]
    after = [escape(urlencode([pair])) for pair in pairs if pair[0] in names[own + 1 :]]

    def address(state: str) -> str:
        states = sorted({*chosen} ^ {state}, key=values.index)
        query = "&amp;".join([*before, *(f"{name}={one}" for one in states), *after])
        return f"?{query}" if query else filters.path

    return address
