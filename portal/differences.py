"""What changed between two wordings, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WORD = re.compile(r"\w+(?:[’'.,-]\w+)*|\s+|[^\w\s]")
FEW = 2  # words and signs that stay the same between two changes without being shown apart
MANY = 6_000  # words of both sides together from which lines are compared instead


def marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both wordings as HTML: what is only in the old one in ``del``, what is only in the new one in ``ins``."""
    left: list[str] = []
    right: list[str] = []
    for equal, before, after in _runs(old.replace("\r\n", "\n"), new.replace("\r\n", "\n")):
        left.append(before if equal or not before else format_html("<del>{}</del>", before))
        right.append(after if equal or not after else format_html("<ins>{}</ins>", after))
    return _joined(left), _joined(right)


def _joined(pieces: list[str]) -> SafeString:
    """Text is escaped, what is marked already stays."""
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _runs(old: str, new: str) -> Iterator[tuple[bool, str, str]]:
    """(the same in both, old text, new text). A word or two between two changes belong to them: a phrase is one."""
    before, after = WORD.findall(old), WORD.findall(new)
    if len(before) + len(after) > MANY:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    changed = ["", ""]
    for place, (what, a, b, c, d) in enumerate(steps):
        texts = "".join(before[a:b]), "".join(after[c:d])
        inside = 0 < place < len(steps) - 1 and "\n" not in texts[0]
        between = inside and sum(not piece.isspace() for piece in before[a:b]) <= FEW
        if what == "equal" and not between:
            if any(changed):
                yield False, changed[0], changed[1]
            changed = ["", ""]
            yield True, *texts
        else:
            changed = [changed[0] + texts[0], changed[1] + texts[1]]
    if any(changed):
        yield False, changed[0], changed[1]
