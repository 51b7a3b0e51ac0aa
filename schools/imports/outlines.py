"""States' borders, from the TopoJSON of us-atlas (``states-albers-10m.json``) to our compact outlines.

https://github.com/topojson/us-atlas, made from the Census Bureau's cartographic boundary files.
"""

import json
from collections.abc import Iterable, Iterator
from math import hypot
from typing import Any

from schools.state_map import SIDE, Outline, Point

Ring = list[Point]
ROUGHNESS = 0.6  # how far a simplified border may stray, in units of the outline
SMALLEST = 6  # square units: islands below are left out, but for a state's largest part


def rings_by_state(text: str) -> Iterator[tuple[str, list[Ring]]]:
    """The name of each state and its outer and inner borders, in units of the map."""
    topology = json.loads(text)
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for steps in topology["arcs"]:
        x, y, arc = 0, 0, []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * kx + x0, y * ky + y0))
        arcs.append(arc)

    def ring(numbers: Iterable[int]) -> Ring:
        points: Ring = []
        for number in numbers:  # ~n is arc n from its end
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points

    for shape in topology["objects"]["states"]["geometries"]:
        parts: list[Any] = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        yield shape["properties"]["name"], [ring(numbers) for part in parts for numbers in part]


def outline_of(rings: list[Ring]) -> Outline:
    """The borders moved to 0, 0, brought to SIDE, rounded to whole units and freed of what nobody could see."""
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    scale = SIDE / max(max(xs) - min(xs), max(ys) - min(ys))
    moved = [[((x - min(xs)) * scale, (y - min(ys)) * scale) for x, y in ring] for ring in rings]
    moved.sort(key=area, reverse=True)
    kept = [ring for place, ring in enumerate(moved) if not place or area(ring) > SMALLEST]
    width, height = round((max(xs) - min(xs)) * scale), round((max(ys) - min(ys)) * scale)
    path = "".join(path_of(simpler(ring)) for ring in kept)
    return Outline(round(min(xs), 2), round(min(ys), 2), round(scale, 4), width, height, path)


def area(ring: Ring) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def simpler(line: Ring) -> Ring:
    """Douglas and Peucker's way: keep the ends, and between them the point furthest off, while it is far enough."""
    if len(line) < 3:
        return line
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = hypot(x2 - x1, y2 - y1)

    def off(point: Point) -> float:
        x, y = point
        if not length:  # a closed line
            return hypot(x - x1, y - y1)
        return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length

    furthest = max(range(1, len(line) - 1), key=lambda place: off(line[place]))
    if off(line[furthest]) < ROUGHNESS:
        return [line[0], line[-1]]
    return simpler(line[: furthest + 1])[:-1] + simpler(line[furthest:])


def path_of(ring: Ring) -> str:
    """Whole units, each point as the step from the one before."""
    points = [(round(x), round(y)) for x, y in ring]
    (x, y), steps = points[0], []
    start = f"M{x} {y}l"
    for next_x, next_y in points[1:-1]:
        if (next_x, next_y) != (x, y):
            steps.append(f"{next_x - x} {next_y - y}".replace(" -", "-"))
            x, y = next_x, next_y
    return start + " ".join(steps).replace(" -", "-") + "z"
