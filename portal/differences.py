"""What changed between two wordings, word by word."""

import re
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WORD = re.compile(r"\w+(?:[’'.,-]\w+)*|\s+|[^\w\s]")
MANY = 6_000  # words of both sides together from which lines are compared instead


def marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both wordings as HTML: what is only in the old one in ``del``, what is only in the new one in ``ins``."""
    before, after = _pieces(old), _pieces(new)
    if len(before) + len(after) > MANY:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    left: list[str] = []
    right: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, came = escape("".join(before[a:b])), escape("".join(after[c:d]))
        if what == "equal":
            left.append(gone)
            right.append(came)
        else:
            left.append(f"<del>{gone}</del>" if gone else "")
            right.append(f"<ins>{came}</ins>" if came else "")
    return mark_safe("".join(left)), mark_safe("".join(right))  # every piece of text was escaped above


def _pieces(text: str) -> list[str]:
    return WORD.findall(text.replace("\r\n", "\n"))
