"""What was just done to a shortlist, in words.

Messages travel in the address as ids, so that nothing of a visitor is kept here: ``saved``, ``full`` (no room for),
``unknown``, ``removed`` with ``place``, ``restored``, ``cleared``. Anybody can write such an address, so a message is
shown only where the list bears it out.
"""

from dataclasses import dataclass

from django.http import QueryDict

from portal.formats import counted
from portal.saving_parts import MOST
from schools.shortlist import Shortlist, dotted, ids_in, listed

NO_COOKIE = (
    "This program is not in the shortlist of this browser. If you have just saved it, your browser keeps no cookies "
    "from this site: allow them, or keep the program’s address."
)


@dataclass(frozen=True)
class Message:
    """``undo`` is the name of the form’s value that takes it back, empty where nothing was taken away."""

    text: str
    kind: str = "ok"
    undo: str = ""
    value: str = ""


def messages(query: QueryDict, mine: Shortlist) -> list[Message]:
    """One query, none without a message."""
    asked = {name: ids_in(query.get(name, ""))[:MOST] for name in ("saved", "full", "removed", "restored", "cleared")}
    kept = [pk for pk in asked["saved"] if pk in mine.ids]
    left = [pk for pk in asked["full"] if pk not in mine.ids] if len(mine.ids) >= MOST else []
    gone = [pk for pk in asked["removed"][:1] if pk not in mine.ids]
    back = [pk for pk in asked["restored"][:1] if pk in mine.ids]
    told = [*kept, *left, *gone, *back]
    names = {row.pk: str(row) for row in listed(told)} if told else {}

    def sentence(ids: list[int]) -> str:
        return names.get(ids[0], "a program that is not listed") if len(ids) == 1 else counted(len(ids), "program")

    said = []
    if kept:
        said.append(Message(f"Saved: {sentence(kept)}. {len(mine.ids)} in your shortlist."))
    elif asked["saved"]:
        said.append(Message(NO_COOKIE, "warn"))
    if left:
        full = f"A shortlist holds {MOST} programs: remove one, then save again."
        said.append(Message(f"Not saved: {sentence(left)}. {full}", "warn"))
    if query.get("unknown") and not asked["saved"]:
        said.append(Message("Nothing was saved: the directory lists no such program.", "warn"))
    if gone:
        said.append(Message(f"Removed: {sentence(gone)}.", undo="undo", value=f"{gone[0]}.{_place(query, mine)}"))
    if back:
        said.append(Message(f"Back in your shortlist: {sentence(back)}."))
    if asked["cleared"] and not mine.ids:
        cleared = asked["cleared"]
        text = f"Removed {counted(len(cleared), 'program')}. Your shortlist is empty."
        said.append(Message(text, undo="save", value=dotted(cleared)))
    return said


def _place(query: QueryDict, mine: Shortlist) -> int:
    """Where the removed program stood, counted from 0; the end when the address does not say."""
    place = query.get("place", "")
    return int(place) if place.isascii() and place.isdigit() and len(place) < 3 else len(mine.ids)
