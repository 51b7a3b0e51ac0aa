"""The palette keeps its contrast, and the style sheets their budget, their order and their twin in the admin."""

import re
from pathlib import Path

import django.contrib.admin
import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static/css"
PUBLIC = ("tokens", "base", "layout", "components", "print")
LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities", "print")
ORDER = f"@layer {', '.join(LAYERS)}"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")
FIXED = re.compile(r"--([\w-]+): (#[0-9A-F]{6});")


def sheet(name):
    return (CSS / f"{name}.css").read_text()


def palette():
    """Colour name to (light, dark), as the tokens say it."""
    colours = {name: (value, value) for name, value in FIXED.findall(sheet("tokens"))}
    return colours | {name: (light, dark) for name, light, dark in PAIR.findall(sheet("tokens"))}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The ratio of WCAG 2, from 1 to 21.

    >>> round(contrast("#000000", "#FFFFFF"))
    21
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# (what is drawn, on what, at least this ratio in light, in dark): text 4.5, controls and charts 3.
TABLE = [
    ("ink", "paper", 15.3, 14.7),
    ("ink", "surface", 7, 7),
    ("ink", "sunk", 7, 7),
    ("ink-2", "paper", 7.4, 9.0),
    ("ink-2", "surface", 7, 7),
    ("ink-2", "sunk", 6.8, 9.3),
    ("edge", "paper", 4.1, 5.4),
    ("edge", "surface", 3, 3),
    ("edge", "sunk", 3.7, 5.7),
    ("teal", "paper", 7.5, 9.9),
    ("teal", "surface", 4.5, 4.5),
    ("teal", "sunk", 4.5, 4.5),
    ("on-teal", "teal", 7.8, 9.3),
    ("on-teal", "teal-hi", 11.6, 11.8),
    ("teal", "teal-tint", 4.5, 4.5),
    ("teal-hi", "teal-tint", 4.5, 4.5),
    ("ink", "teal-tint", 13.2, 10.5),
    ("teal", "band", 5.5, 5.5),
    ("on-gold", "gold", 8.5, 8.5),
    ("amber", "amber-tint", 6.4, 9.4),
    ("ink", "amber-tint", 7, 7),
    ("red", "red-tint", 6.5, 7.7),
    ("ink", "red-tint", 7, 7),
    ("red", "paper", 4.5, 4.5),
    ("surface", "red", 4.5, 4.5),
    ("green", "green-tint", 5.9, 8.2),
    ("ink", "green-tint", 7, 7),
    ("blue", "blue-tint", 7.0, 8.3),
    ("ink", "blue-tint", 7, 7),
    ("visited", "paper", 8.7, 9.3),
    ("visited", "surface", 4.5, 4.5),
]


@pytest.mark.parametrize(("front", "back", "light", "dark"), TABLE)
def test_words_and_marks_stand_out_in_light_and_dark(front, back, light, dark):
    colours = palette()
    assert contrast(colours[front][0], colours[back][0]) >= light
    assert contrast(colours[front][1], colours[back][1]) >= dark


def test_every_colour_that_carries_meaning_is_in_the_table():
    measured = {name for row in TABLE for name in row[:2]}
    assert set(palette()) - measured == {"rule"}  # decoration only


def test_a_browser_without_light_dark_gets_the_light_palette():
    plain = dict(FIXED.findall(sheet("tokens")))
    for name, light, _ in PAIR.findall(sheet("tokens")):
        assert plain[name] == light


def test_the_style_sheets_stay_small():
    assert sum(len((CSS / f"{name}.css").read_bytes()) for name in PUBLIC) <= 30_000
    assert len((CSS / "admin.css").read_bytes()) < 6_000


def test_every_rule_stands_in_a_named_layer():
    assert sheet("tokens").startswith(f"{ORDER};")
    for name in PUBLIC:
        depth, outside = 0, ""
        for character in re.sub(r"/\*.*?\*/", "", sheet(name), flags=re.DOTALL):
            depth -= character == "}"
            outside += character if depth == 0 else ""
            depth += character == "{"
        assert depth == 0
        assert set(re.findall(r"[@\w][^{};]*", outside)) <= {
            "@layer reset, tokens, base, layout, components, utilities, print",
            *(
                f"@layer {layer} "
                for layer in ("reset", "tokens", "base", "layout", "components", "utilities", "print")
            ),
        }


def test_no_colour_is_written_outside_the_tokens():
    for name in ("base", "layout", "components", "admin"):
        assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[;, )])", sheet(name)), name


def test_nothing_is_fetched_from_elsewhere():
    for path in [*CSS.glob("*.css"), *(ROOT / "static/js").glob("*.js")]:
        assert "//" not in re.sub(r"(^|\s)//.*", "", path.read_text()), path.name


def test_the_admin_wears_the_same_colours():
    """Every colour variable of Django's admin is set from a token, so none is forgotten after an upgrade."""
    folder = Path(django.contrib.admin.__file__).parent / "static/admin/css"
    theirs = set()
    for name in ("base.css", "dark_mode.css"):
        theirs |= set(re.findall(r"(--[\w-]+):", (folder / name).read_text()))
    ours = set(re.findall(r"(--[\w-]+): var\(", sheet("admin")))
    assert {name for name in theirs if not name.startswith("--font-family")} <= ours
