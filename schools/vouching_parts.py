"""What a page prints of who vouches: what stands first, all else apart and said to be so."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.html import SafeString

from portal import formats
from schools.page_parts import badges
from schools.vouching import Badge, Vouching


@dataclass(frozen=True)
class Vouched:
    """Lists ready to print; each is empty where there is nothing."""

    standing: SafeString
    apart: list[tuple[str, SafeString]]  # what the list is, and the list
    old: list[tuple[str, SafeString]]  # what all in the list have in common, and the list
    old_in_words: str

    def __bool__(self) -> bool:
        return bool(self.standing or self.apart or self.old)


def vouched(vouching: Vouching) -> Vouched:
    apart = [
        ("On the way, not counted", vouching.candidates),
        ("For programs of it, without our knowing which", vouching.unnamed),
        ("Ended", vouching.past),
    ]
    return Vouched(
        standing=badges(vouching.standing),
        apart=[(words, badges(entries)) for words, entries in apart if entries],
        old=[
            (f"{words}:", badges(entries, with_opening=False))
            for words, entries in groupby(sorted(vouching.unconfirmed, key=by_status), key=by_status)
        ],
        old_in_words=formats.counted(len(vouching.unconfirmed), "record", "records"),
    )


def by_status(badge: Badge) -> str:
    return badge.status
