"""The states as a map of tiles of one size, each the link that chooses its state in a list, or takes it off again.

A tile that would leave nothing is no link. Where so much is chosen that fifty addresses of it would outweigh the
page, a tile is a button of the form of filters, which chooses its state and keeps the rest.

A second way to work a facet: the same options and the same numbers as its text list,
at places that a reader knows. Links, because a map chooses one state at a time.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
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
LONGEST = 160  # signs of an address, as it is written on the page; fifty of them are 8 kB
# A few chosen states are taken off by longer ones; of more, or with still more chosen, only the list takes off.
MOST_LINKS, LONGEST_OFF = 8, 600
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
STATES = {state for state, _ in PLACED}


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


@lru_cache(maxsize=32)
def _pieces(nouns: str, labels: tuple[tuple[str, str], ...]) -> list[tuple[str, str, str, str]]:
    """(state, its list item, its code, what is said after its number): the same on every page.

    A state without a label is no option; it has only the first of them, as a whole.
    """
    names, pieces = dict(labels), []
    for state, column in PLACED:
        item = f'<li class="c{column}">' if column else "<li>"
        if state in names:
            words = f"{escape(nouns)} in {escape(names[state])}"
            tile = (item, f"><b>{state}</b> <span>", f'</span><span class="vh"> {words}')
        else:
            tile = (f"{item}<b>{state}</b></li>", "", "")
        pieces.append((state, *tile))
    return pieces


def tile_map(filters: Any, nouns: str = "programs", name: str = "state") -> SafeString:
    """The map for one facet of a list (``portal.filtering.Filters``); nothing where the list has no such facet.

    Each tile has the number of its option. A state that is no option, or a rare one, has no results at
    all: its tile is no link. Put together in one go, as the facets are: it is printed on every page.
    """
    facet = next((facet for facet in filters.facets if facet.name == name), None)
    if facet is None:
        return SafeString("")
    chosen, numbers = filters.cleaned[name], filters.counts.options[name]
    labels = tuple((option.value, option.label) for option in facet.shown(chosen))
    counts = [numbers[value] for value, _ in labels if value in STATES]
    bounds, address, tiles = shades(counts), _addresses(filters, name, list(numbers)), []
    for state, item, code, words in _pieces(nouns, labels):
        if not code:
            tiles.append(item)
            continue
        count, on = numbers[state], state in chosen
        url = address(state) if count or on else ""
        shade = f' class="t{bisect_right(bounds, count) + 1}"' if count else ""
        words = words.replace(f" {nouns} ", f" {nouns[:-1]} ", 1) if count == 1 else words
        said = f"{shade}{CURRENT if on else ''}{code}{count:,}{words}"
        if url and len(url) <= (LONGEST_OFF if on and len(chosen) <= MOST_LINKS else LONGEST):
            said = f'{item}<a rel="nofollow" href="{url}"{said}{TAKE_OFF if on else ""}</span></a></li>'
        elif url and not on:
            said = f'{item}<button form="filters" name="{name}" value="{state}"{said}</span></button></li>'
        else:
            said = f"{item}<span{said}</span></span></li>"
        tiles.append(said)
    return format_html(
        '<details class="facet map" data-tiles="{}"><summary>{}s on a map<span class="on" data-sync="map-on">{}</span>'
        '</summary><div class="in"><p class="hint">{} <a href="#listing">Skip the map</a></p>'
        '<ul class="tiles">{}</ul><p class="hint" data-sync="map-key">{}</p></div></details>',
        name,
        facet.label,
        f"{len(chosen)} selected" if chosen else "",
        "A tile chooses its state, or takes it off again. The list of the same name among the filters has the same "
        "numbers, and the territories.",
        SafeString("".join(tiles)),  # escaped words and addresses, letters and whole numbers
        format_html("{} in a tile: {}", nouns.capitalize(), _key(counts, bounds)) if any(counts) else "",
    )


def _addresses(filters: Any, name: str, values: list[str]) -> Callable[[str], str]:
    """The list with one state more, or less, as an href; names and values in the order that all addresses have."""
    names, pairs, order = list(filters.filters), filters.pairs(), {value: at for at, value in enumerate(values)}
    own, chosen = names.index(name), filters.cleaned[name]
    head = [escape(urlencode([pair])) for pair in pairs if pair[0] in names[:own]]
    tail = [escape(urlencode([pair])) for pair in pairs if pair[0] in names[own + 1 :]]
    states, places = [f"{name}={one}" for one in chosen], [order[one] for one in chosen]
    # What stands before and after a further state, by how many of the chosen ones come before it.
    starts = ["".join(f"{part}&amp;" for part in [*head, *states[:at]]) for at in range(len(states) + 1)]
    ends = ["".join(f"&amp;{part}" for part in [*states[at:], *tail]) for at in range(len(states) + 1)]

    def address(state: str) -> str:
        at = bisect_right(places, order[state])
        if state not in chosen:
            return f"?{starts[at]}{name}={state}{ends[at]}"
        query = (starts[at - 1] + ends[at].removeprefix("&amp;")).removesuffix("&amp;")
        return f"?{query}" if query else filters.path

    return address
