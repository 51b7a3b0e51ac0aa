"""Two people on one page: what each of them changed is kept, and what both changed differently is asked about.

A page is what a browser would send of it: boxes by name, and the rows of each inline by their key. Three
states of it meet: as I opened it, as it is saved now, as I send it. Nothing here knows Django.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from portal.constraints import plain_lines

Values = list[str]
Boxes = dict[str, Values]
GOING = "DELETE"  # the box that removes a row, as formsets call it
NEW = "+"  # begins the key of a row that is not saved yet
MINE, THEIRS = "mine", "theirs"


@dataclass
class Page:
    """Boxes by name; for each inline its rows, key to boxes, in the order of the page."""

    boxes: Boxes = field(default_factory=dict)
    rows: dict[str, dict[str, Boxes]] = field(default_factory=dict)


@dataclass
class Collision:
    """What two people changed in two ways. ``row`` and ``box`` are empty for what is about the page or a whole row.

    ``was``, ``theirs`` and ``mine`` are boxes: one for a single box, all of them for a row that one
    of the two removed. Null: it was not there, or is gone.
    """

    inline: str
    row: str
    box: str
    was: Boxes | None
    theirs: Boxes | None
    mine: Boxes | None

    @property
    def key(self) -> str:
        return "/".join((self.inline, self.row, self.box))

    @property
    def home_is_gone(self) -> bool:
        """A box of something that is on the page no more, so that mine has no place to go."""
        return self.box != "" and self.theirs is None


def same(one: Values | None, other: Values | None) -> bool:
    """Whether it says the same. Line ends, the order of choices, nothing or an empty text: its affair."""
    return _plain(one) == _plain(other)


def _plain(values: Values | None) -> Values | None:
    if values is None:
        return None
    return sorted(plain_lines(value) for value in values if value)


def same_row(one: Boxes | None, other: Boxes | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(same(one.get(name, []), other.get(name, [])) for name in {*one, *other} - {GOING})


def merge(opened: Page, now: Page, mine: Page) -> tuple[Page, list[Collision]]:
    """The page with both people's changes, mine where we collided, and the collisions to ask about.

    A row that they removed and I changed is not in it, nor is my removal of a row that they changed:
    the collision holds what it takes to do either.
    """
    merged, collisions = Page(), []
    for name in _in_order(now.boxes, mine.boxes):
        was, theirs, my = opened.boxes.get(name), now.boxes.get(name), mine.boxes.get(name)
        if name in now.boxes:
            merged.boxes[name], collided = _one(was, theirs, my)
        else:
            collided = was is not None and not same(was, my)
        if collided:
            collisions.append(Collision("", "", name, _named(name, was), _named(name, theirs), _named(name, my)))
    for inline in now.rows:
        rows = now.rows[inline], opened.rows.get(inline, {}), mine.rows.get(inline, {})
        merged.rows[inline] = {}
        for key in _in_order(*rows):
            row, met = _row(inline, key, *(each.get(key) for each in rows))
            collisions += met
            if row is not None:
                merged.rows[inline][key] = row
    return merged, collisions


def settle(page: Page, collision: Collision, choice: str) -> None:
    """Put an answer, MINE or THEIRS, into ``page`` as I send it; mine stands in its box already."""
    if collision.box:
        if choice == THEIRS and collision.theirs is not None:
            boxes = page.rows[collision.inline].get(collision.row) if collision.inline else page.boxes
            if boxes is not None:
                boxes |= collision.theirs
        return
    rows = page.rows[collision.inline]
    if choice == MINE and collision.mine is None and collision.row in rows:
        rows[collision.row][GOING] = ["on"]
    elif choice == MINE and collision.mine is not None and collision.row not in rows:
        rows[f"{NEW}again-{collision.row}"] = collision.mine


def _one(was: Values | None, theirs: Values | None, mine: Values | None) -> tuple[Values, bool]:
    """What a box says after both, and whether somebody must choose."""
    theirs, mine = theirs or [], mine or []
    if was is not None and same(mine, was):
        return theirs, False
    if (was is not None and same(theirs, was)) or same(mine, theirs):
        return mine, False
    return mine, True


def _row(inline: str, key: str, theirs: Boxes | None, was: Boxes | None, mine: Boxes | None):
    if mine is None or key.startswith(NEW):
        return (mine if key.startswith(NEW) else theirs), []
    if GOING in mine:
        if theirs is None:
            return None, []
        if same_row(theirs, was):
            return theirs | {GOING: mine[GOING]}, []
        return theirs, [Collision(inline, key, "", was, theirs, None)]
    if theirs is None:
        return None, [] if same_row(mine, was) else [Collision(inline, key, "", was, None, mine)]
    row, collisions = {}, []
    for name in _in_order(theirs, mine):
        before = None if was is None else was.get(name, [])
        row[name], collided = _one(before, theirs.get(name), mine.get(name))
        if collided:
            both = _named(name, theirs.get(name, [])), _named(name, mine.get(name, []))
            collisions.append(Collision(inline, key, name, _named(name, before), *both))
    return row, collisions


def _named(name: str, values: Values | None) -> Boxes | None:
    return None if values is None else {name: values}


def _in_order(*mappings: Mapping[str, object]) -> Iterator[str]:
    yield from dict.fromkeys(name for mapping in mappings for name in mapping)


def changed_by_them(opened: Page, now: Page) -> Iterable[tuple[str, str, str]]:
    """(inline, row, box) of everything that is saved differently now; an empty box for a row that came or went."""
    for name in _in_order(opened.boxes, now.boxes):
        if not same(opened.boxes.get(name), now.boxes.get(name)):
            yield "", "", name
    for inline in now.rows:
        before = opened.rows.get(inline, {})
        for key in _in_order(now.rows[inline], before):
            was, theirs = before.get(key), now.rows[inline].get(key)
            if was is None or theirs is None:
                yield inline, key, ""
            else:
                for name in _in_order(theirs):
                    if not same(was.get(name, []), theirs[name]):
                        yield inline, key, name
