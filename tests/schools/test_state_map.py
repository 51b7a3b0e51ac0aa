"""Where a school stands in its state: our outlines, our projection, and the words beside the picture."""

import json
import re

import pytest

from portal.models import State
from schools.imports.outlines import outline_of, rings_by_state, simpler
from schools.models import School
from schools.relisting import relist_all
from schools.state_map import in_degrees, in_outline, outlines
from tests.factories import SchoolFactory

CAPITALS = {
    "AK": (58.30, -134.42),
    "CA": (38.58, -121.49),
    "CO": (39.74, -104.98),
    "DC": (38.90, -77.03),
    "GA": (33.75, -84.39),
    "HI": (21.31, -157.84),
    "ME": (44.31, -69.78),
    "MN": (44.95, -93.09),
    "NY": (42.65, -73.76),
    "TX": (30.27, -97.74),
    "WA": (47.04, -122.90),
}


def rings(path):
    """The corners of each part of a path of ours."""
    for part in re.findall(r"M(\d+) (\d+)l([^z]*)z", path):
        x, y = int(part[0]), int(part[1])
        steps = [int(number) for number in re.findall(r"-?\d+", part[2])]
        corners = [(x, y)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((x, y))
        yield corners


def inside(path, point):
    x, y = point
    crossings = 0
    for corners in rings(path):
        for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
            crossings += (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return crossings % 2 == 1


@pytest.mark.parametrize("state", CAPITALS)
def test_a_capital_lies_in_its_state_and_in_none_that_is_far_away(state):
    assert inside(outlines()[state].path, in_outline(state, *CAPITALS[state]))
    for other, place in CAPITALS.items():
        if other != state:
            assert in_outline(state, *place) is None or {state, other} == {"DC", "MD"}


@pytest.mark.django_db
def test_every_state_has_an_outline_of_a_few_hundred_bytes():
    assert set(outlines()) == set(State.objects.exclude(kind=State.Kind.TERRITORY).values_list("code", flat=True))
    for outline in outlines().values():
        assert max(outline.width, outline.height) == 200
        assert len(outline.path) < 1_600


def page(client, school):
    relist_all()
    return client.get(school.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_school_page_shows_the_place_and_says_it_in_words(client):
    school = SchoolFactory(record__city="Minneapolis", record__latitude=44.97, record__longitude=-93.24)
    body = page(client, school)
    assert "Minneapolis, Minnesota, 44.97° N, 93.24° W" in body
    x, y = in_outline("MN", 44.97, -93.24)
    assert f'<circle cx="{x}" cy="{y}"' in body


@pytest.mark.django_db
@pytest.mark.parametrize("place", [{}, {"record__state": "PR", "record__latitude": 18.4, "record__longitude": -66.1}])
def test_without_a_position_or_an_outline_there_are_only_words(place, client):
    state = State.objects.get(code=place.pop("record__state", "MN"))
    body = page(client, SchoolFactory(record__state=state, record__zip="", **place))
    assert "<circle" not in body
    assert ("18.40° N, 66.10° W" if place else "position not in federal data") in body


@pytest.mark.django_db
def test_a_position_that_cannot_be_in_the_state_is_not_drawn(client):
    school = SchoolFactory(record__latitude=25.8, record__longitude=-80.2)
    assert "<circle" not in page(client, school)
    assert School.objects.get(pk=school.pk).listing.latitude == 25.8


def test_south_and_east_are_named():
    assert in_degrees(-14.33, 144.75) == "14.33° S, 144.75° E"


def test_the_official_file_becomes_an_outline():
    square = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]
    file = {
        "transform": {"scale": [2, 1], "translate": [100, 50]},
        "arcs": [square[:3], [square[2], *square[3:]], [[90, 90], [1, 0], [0, 1], [-1, -1]]],
        "objects": {
            "states": {
                "geometries": [
                    {"type": "MultiPolygon", "arcs": [[[0, 1]], [[2]]], "properties": {"name": "Square"}},
                    {"type": "Polygon", "arcs": [[-1, -2]], "properties": {"name": "Backwards"}},
                ]
            }
        },
    }
    file["arcs"][1][0] = [10, 10]
    shapes = dict(rings_by_state(json.dumps(file)))
    assert shapes["Square"][0] == [(100, 50), (120, 50), (120, 60), (100, 60), (100, 50)]
    outline = outline_of(shapes["Square"][:1])
    assert outline[:5] == (100, 50, 10, 200, 100)
    assert outline.path == "M0 0l200 0 0 100-200 0z"


def test_what_nobody_could_see_is_left_out():
    line = [(0.0, 0.0), (1.0, 0.1), (2.0, -0.1), (3.0, 5.0), (4.0, 0.0)]
    assert simpler(line) == [(0.0, 0.0), (2.0, -0.1), (3.0, 5.0), (4.0, 0.0)]
