"""Small pictures made of data: the range strip and the school crest.

Geometry is written as SVG attributes, never as style, so that it passes the policy.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.formats import dollars, short_dollars, whole

# Dollars a year at the right end of every strip. One scale for the whole site, a little
# above the highest wage that the Bureau of Labor Statistics publishes as a number.
PAY_SCALE = 240_000
PERCENTILES = ("p10", "p25", "median", "p75", "p90")
# Two labels this far apart (percent of the width) never touch, even in a 220 px card;
# from the second figure on they fit when the strip is at least 30rem wide.
ROOM_ANYWHERE, ROOM_ON_WIDE = 24.0, 11.0


def _part(source: Any, name: str) -> Any:
    return source.get(name) if isinstance(source, dict) else getattr(source, name, None)


def percentiles_of(source: Any) -> dict[str, int | None]:
    """The five percentiles of a wage (object or dict), in dollars a year; None is unknown."""
    return {name: _part(source, name) for name in PERCENTILES}


def top_coded_in(source: Any) -> set[str]:
    """Which percentiles of this wage are only floors ("at least")."""
    if hasattr(source, "is_top_coded"):
        return {name for name in PERCENTILES if source.is_top_coded(name)}
    return set(_part(source, "top_coded") or ())


def pay_sentence(title: str, source: Any) -> str:
    """The whole strip as words; what is unknown is named, never guessed.

    >>> pay_sentence("Nurse", {"median": 97550})
    'Nurse: median pay $97,550 a year. The spread of pay is not published.'
    """
    pay, top = percentiles_of(source), top_coded_in(source)

    def words(name: str) -> str:
        return dollars(pay[name]) + (" or more" if name in top else "")

    if all(value is None for value in pay.values()):
        return f"{title}: pay is not published."
    first = "median pay is not published" if pay["median"] is None else f"median pay {words('median')} a year"
    parts, missing = [], []
    if pay["p25"] is not None and pay["p75"] is not None:
        parts.append(f"half earn between {words('p25')} and {words('p75')}")
    else:
        for name, label in (("p25", "a quarter earns less than"), ("p75", "a quarter earns more than")):
            if pay[name] is None:
                missing.append({"p25": "25th", "p75": "75th"}[name])
            else:
                parts.append(f"{label} {words(name)}")
    tails = []
    if pay["p10"] is None:
        missing.append("10th")
    else:
        tails.append(f"one in ten earns less than {words('p10')}")
    if pay["p90"] is None:
        missing.append("90th")
    else:
        more = "one in ten more than" if tails else "one in ten earns more than"
        tails.append(f"{more} {words('p90')}")
    if tails:
        parts.append(" and ".join(tails))
    sentence = f"{title}: {first}."
    if parts:
        spread = "; ".join(parts)
        sentence += f" {spread[0].upper()}{spread[1:]}."
    if len(missing) == 4:
        sentence += " The spread of pay is not published."
    elif missing:
        missing.sort(key=lambda ordinal: int(ordinal[:2]))
        plural = "s are" if len(missing) > 1 else " is"
        sentence += f" The {' and '.join(missing)} percentile{plural} not published."
    return sentence


def _at(value: float, scale: float) -> float:
    """Where a value stands, in percent of the width: 3 is nothing, 97 the end of the scale."""
    return round(3 + min(max(value / scale, 0), 1) * 94, 2)


def _anchor(x: float) -> str:
    return "start" if x < 9 else "end" if x > 91 else "middle"


def _text(x: float, y: int, anchor: str, words: str, css: str = "") -> SafeString:
    mark = format_html(' class="{}"', css) if css else ""
    return format_html('<text{} x="{}%" y="{}" text-anchor="{}">{}</text>', mark, x, y, anchor, words)


def _end_labels(pay: dict[str, Any], words: dict[str, str], scale: float) -> Iterable[SafeString]:
    """The labels under the ends, together in the middle where they would touch."""
    ends = [name for name in ("p10", "p90") if pay[name] is not None]
    if len(ends) < 2:
        for name in ends:
            x = _at(pay[name], scale)
            yield _text(x, 60, _anchor(x), words[name])
        return
    left, right = _at(pay["p10"], scale), _at(pay["p90"], scale)
    middle = round(min(max((left + right) / 2, 21), 79), 2)
    both = f"{words['p10']} to {words['p90']}"
    if right - left < ROOM_ON_WIDE:
        yield _text(middle, 60, "middle", both)
        return
    css = "" if right - left >= ROOM_ANYWHERE else "roomy"
    yield _text(left, 60, _anchor(left), words["p10"], css)
    yield _text(right, 60, _anchor(right), words["p90"], css)
    if css:
        yield _text(middle, 60, "middle", both, "tight")


def range_svg(title: str, source: Any, scale: int = PAY_SCALE) -> SafeString:
    """The strip: whisker p10 to p90, band p25 to p75, bar at the median.

    A missing percentile drops its mark; a band needs both of its ends. A value beyond
    the scale stands at the end of it, its label with an arrow. Nothing known, nothing drawn.
    """
    pay, top = percentiles_of(source), top_coded_in(source)
    known = {name: value for name, value in pay.items() if value is not None}
    if not known:
        return SafeString()
    words = {
        name: short_dollars(value) + ("+" if name in top else "") + (" \u2192" if value > scale else "")
        for name, value in known.items()
    }
    marks: list[SafeString] = []
    x = {name: _at(value, scale) for name, value in known.items()}
    line = '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
    if len(known) > 1:
        marks.append(format_html(line, "whisk", min(x.values()), max(x.values()), 32, 32))
    if "p25" in x and "p75" in x:
        width = round(x["p75"] - x["p25"], 2)
        marks.append(format_html('<rect class="band" x="{}%" y="22" width="{}%" height="20"/>', x["p25"], width))
    marks += [
        format_html(line, "whisk", x[name], x[name], 26, 38)
        for name in ("p10", "p90")
        if name in x and known[name] <= scale
    ]
    if "median" in x:
        marks.append(format_html(line, "med", x["median"], x["median"], 17, 46))
        marks.append(_text(x["median"], 12, _anchor(x["median"]), words["median"], "b"))
    marks += _end_labels(pay, words, scale)
    return format_html(
        '<svg class="range" width="100%" height="68" role="img"><title>{}</title>{}</svg>',
        pay_sentence(title, source),
        format_html_join("", "{}", ((mark,) for mark in marks)),
    )


YEARS_DRAWN = 10  # more would not find room for their labels on a phone


def bars_svg(title: str, pairs: Sequence[tuple[str, int | None]]) -> SafeString:
    """Upright bars, one a year, oldest at the left: label below, number above; an unknown one is only its label.

    Fewer than two known numbers are no picture. The whole series is the title, in words.
    """
    pairs = list(pairs)[-YEARS_DRAWN:]
    known = [value for _, value in pairs if value is not None]
    if len(known) < 2:
        return SafeString()
    slot, tallest = 94 / len(pairs), max(known) or 1
    width = round(min(slot * 0.6, 12), 2)
    marks: list[SafeString] = []
    for place, (label, value) in enumerate(pairs):
        middle = round(3 + slot * (place + 0.5), 2)
        marks.append(_text(middle, 154, "middle", label))
        if value is None:
            continue
        height = round(value / tallest * 110, 1)
        bar = '<rect class="bar" x="{}%" y="{}" width="{}%" height="{}"/>'
        marks.append(format_html(bar, round(middle - width / 2, 2), round(136 - height, 1), width, height))
        marks.append(_text(middle, round(130 - height), "middle", whole(value), "b"))
    marks.append(SafeString('<line class="whisk" x1="3%" x2="97%" y1="137" y2="137"/>'))
    said = ", ".join(f"{label} {'not known' if value is None else whole(value)}" for label, value in pairs)
    return format_html(
        '<svg class="range tall" width="100%" height="160" role="img"><title>{}: {}.</title>{}</svg>',
        title,
        said,
        format_html_join("", "{}", ((mark,) for mark in marks)),
    )


CREST_PAIRS = (
    ("#0B5B5A", "#C9DEDA"),
    ("#1F4E8C", "#D3E0F2"),
    ("#7A4E00", "#F7E2B4"),
    ("#5A3780", "#E2D7F0"),
    ("#7B1F3A", "#F3D6DD"),
    ("#2E5A1C", "#D9EACB"),
)
SMALL_WORDS = {"of", "the", "and", "at", "for", "in", "a", "an", "de", "del", "la"}


def initials(name: str) -> str:
    """The first letters of the first two telling words: "Example Lakes University" is EL."""
    words = ["".join(c for c in word if c.isalnum()) for word in name.replace("-", " ").split()]
    telling = [word for word in words if word and word.lower() not in SMALL_WORDS]
    return "".join(word[0] for word in (telling or [w for w in words if w])[:2]).upper()


@lru_cache(maxsize=2048)
def crest_svg(slug: str, name: str, css: str = "crest") -> SafeString:
    """A school's generated crest, always the same for the same slug; decoration only.

    Byte 0 of the slug's SHA-256 picks the colours, bytes 2 to 10 the nine tiles
    (column by column): square, quarter circle or nothing.
    """
    digest = hashlib.sha256(slug.encode()).digest()
    dark, light = CREST_PAIRS[digest[0] % len(CREST_PAIRS)]
    squares, quarters = "", ""
    for place, byte in enumerate(digest[2:11]):
        x, y = place // 3 * 20, place % 3 * 20
        if byte % 3 == 0:
            squares += f"M{x} {y}h20v20h-20z"
        elif byte % 3 == 1:
            quarters += f"M{x} {y}h20a20 20 0 0 1-20 20z"
    shapes = ((squares, ".9"), (quarters, ".55"))
    tiles = "".join(f'<path d="{path}" opacity="{opacity}"/>' for path, opacity in shapes if path)
    # Colours and numbers of our own; what comes from elsewhere is escaped.
    return SafeString(
        f'<svg class="{escape(css)}" width="56" height="56" viewBox="0 0 60 60" aria-hidden="true">'
        f'<rect width="60" height="60" fill="{dark}"/><g fill="{light}">{tiles}</g>'
        f'<rect y="38" width="60" height="22" fill="{dark}"/>'
        '<text x="6" y="54" fill="#fff" font-family="Georgia,serif" font-weight="700" font-size="15">'
        f"{escape(initials(name))}</text></svg>"
    )
