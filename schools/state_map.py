"""Where a school stands in its state: an outline and a dot, drawn from our own compact copy of the states' borders.

The outlines are in the composite Albers projection of US maps (Alaska and Hawaii apart), 975 by 610 units, so a
position is brought into the same one. They come from us-atlas; see ``starter/state_outlines.LICENSE.txt`` and the
command ``write_outlines``.
"""

import json
from collections.abc import Callable
from functools import cache
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

from django.utils.html import SafeString, format_html

OUTLINES = Path(__file__).parent / "starter" / "state_outlines.json"
SIDE = 200  # the longer side of every outline, in its own units
MARGIN = 10  # around it, for the dot of a school on the coast

Point = tuple[float, float]


class Outline(NamedTuple):
    """A state's borders as an SVG path whose box begins at 0, 0, and where that box lies on the map of the states."""

    x: float
    y: float
    scale: float
    width: int
    height: int
    path: str


@cache
def outlines() -> dict[str, Outline]:
    """By state code; the 50 states and the District of Columbia."""
    return {code: Outline(*values) for code, values in json.loads(OUTLINES.read_text()).items()}


def _albers(
    meridian: float, center: Point, parallels: Point, scale: float, at: Point
) -> Callable[[float, float], Point]:
    """Albers’ equal-area conic projection; its center (degrees, east of the meridian) lies at a point of the map."""
    low, high = (sin(radians(parallel)) for parallel in parallels)
    n = (low + high) / 2
    c = 1 + low * (2 * n - low)

    def raw(east: float, north: float) -> Point:
        radius = sqrt(c - 2 * n * sin(radians(north))) / n
        turn = radians(east) * n
        return radius * sin(turn), sqrt(c) / n - radius * cos(turn)

    x0, y0 = raw(*center)

    def project(latitude: float, longitude: float) -> Point:
        east = (longitude - meridian + 180) % 360 - 180
        x, y = raw(east, latitude)
        return at[0] + scale * (x - x0), at[1] - scale * (y - y0)

    return project


# As d3.geoAlbersUsa has them, at the scale and place of us-atlas.
MAINLAND = _albers(-96, (-0.6, 38.7), (29.5, 45.5), 1300, (487.5, 305))
APART = {
    "AK": _albers(-154, (-2, 58.5), (55, 65), 1300 * 0.35, (487.5 - 0.307 * 1300, 305 + 0.201 * 1300)),
    "HI": _albers(-157, (-3, 19.9), (8, 18), 1300, (487.5 - 0.205 * 1300, 305 + 0.212 * 1300)),
}


def on_map(state: str, latitude: float, longitude: float) -> Point:
    """A position on the map of the states."""
    return APART.get(state, MAINLAND)(latitude, longitude)


def in_outline(state: str, latitude: float, longitude: float) -> Point | None:
    """A position in the units of its state's outline; None where there is no outline, or it lies far outside."""
    outline = outlines().get(state)
    if outline is None:
        return None
    x, y = on_map(state, latitude, longitude)
    x, y = (x - outline.x) * outline.scale, (y - outline.y) * outline.scale
    near = -MARGIN < x < outline.width + MARGIN and -MARGIN < y < outline.height + MARGIN
    return (round(x, 1), round(y, 1)) if near else None


def state_svg(state: str, latitude: float, longitude: float) -> SafeString:
    """The outline with a dot; decoration, so the place must stand beside it in words. Empty where there is none."""
    dot = in_outline(state, latitude, longitude)
    if dot is None:
        return SafeString("")
    outline = outlines()[state]
    width, height = outline.width + 2 * MARGIN, outline.height + 2 * MARGIN
    return format_html(
        '<svg class="muted" viewBox="{0} {0} {1} {2}" width="{1}" height="{2}" aria-hidden="true" focusable="false">'
        '<path d="{3}" fill="currentColor" fill-opacity=".12" stroke="currentColor" stroke-linejoin="round"/>'
        '<circle cx="{4}" cy="{5}" r="7" fill="#F2B233" stroke="currentColor" stroke-width="2.5"/></svg>',
        -MARGIN,
        width,
        height,
        outline.path,
        *dot,
    )


def in_degrees(latitude: float, longitude: float) -> str:
    """ "44.97° N, 93.24° W"."""
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.2f}° {north}, {abs(longitude):.2f}° {east}"
