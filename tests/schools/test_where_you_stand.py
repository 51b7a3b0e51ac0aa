"""Every way on from a list: chips, pages, sort, tiles of the map. Each keeps what a student has chosen so far."""

import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from portal.models import State, Zip
from portal.tile_map import GRID, PLACED, shades
from tests.factories import FieldOfStudyFactory, ProgramFactory, ReleaseFactory, SchoolFactory, SubjectFactory

pytestmark = pytest.mark.django_db

TILE = re.compile(
    r'<a rel="nofollow" href="([^"]+)"(?: class="t(\d)")?( aria-current="true")?><b>(\w\w)</b> <span>([\d,]+)<'
)
LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>')
NEAR = "55455"
ASKED = {"near": NEAR, "radius": "100", "level": ["master", "bachelor"], "state": "MN", "sort": "name", "page": "2"}


@pytest.fixture
def directory():
    """Enough programs at two schools for three pages, a state apart."""
    SubjectFactory(fields=[FieldOfStudyFactory()])
    release = ReleaseFactory(source__slug="census-zcta", year=2021)
    Zip.objects.create(release=release, zip=NEAR, latitude=44.97, longitude=-93.23)
    at_home = SchoolFactory(record__latitude=44.98, record__longitude=-93.27)
    away = SchoolFactory(record__state=State.objects.get(code="WI"), record__latitude=45.1, record__longitude=-92.6)
    for number in range(58):
        ProgramFactory(school=(away, at_home)[number % 4 > 0], level=("master", "bachelor", "associate")[number % 3])
    return at_home, away


def page_at(client, query=None, url=None):
    answer = client.get(url or reverse("schools:program_list"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def total(page):
    return int(re.search(r'id="listing" data-total="(\d+)"', page)[1])


def understood(page):
    """The query as the page reads it."""
    return parse_qsl(urlsplit(html.unescape(re.search(r'rel="canonical" href="([^"]+)"', page)[1])).query)


def tiles(page):
    return {
        state: (html.unescape(url), int(number.replace(",", "")), bool(on), int(shade or 0))
        for url, shade, on, state, number in TILE.findall(page)
    }


# The map -----------------------------------------------------------------------------------------


def test_the_map_has_each_state_and_the_capital_once_where_the_grid_has_it():
    """Only the first tile of a row and the first after a gap name their column; the rest follow, as CSS places them."""
    rows, column = [{}], 0
    for state, named in PLACED:
        if named and named <= column:
            rows.append({})
        column = named or column + 1
        rows[-1][column] = state
    expected = [
        {at: state for at, state in enumerate(line.split(), start=1) if state != ".."} for line in GRID.split("\n")
    ]
    assert rows == [row for row in expected if row]
    states = {state for state, _ in PLACED}
    islands = {"AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
    assert len(PLACED) == len(states) == 51
    assert states == set(State.objects.values_list("code", flat=True)) - islands


def test_a_tile_has_the_number_of_its_option_and_leads_to_it(directory, client):
    page = page_at(client, {"level": "master"})
    options = dict(re.findall(r'name="state" value="(\w\w)"[^>]*? data-count="(\d+)"', page))
    shown = tiles(page)
    assert set(shown) == {"MN", "WI"}, "a state without any program is a tile, but leads nowhere"
    assert page.count("<b>TX</b>") == 1
    for state, (url, number, on, _) in shown.items():
        assert number == int(options[state])
        assert not on
        assert total(page_at(client, url=reverse("schools:program_list") + url)) == number
    assert "programs in Minnesota" in page


def test_a_tile_adds_its_state_or_takes_it_off_and_keeps_everything_else(directory, client):
    page = page_at(client, ASKED)
    chosen = understood(page)
    assert ("page", "2") not in chosen or total(page) > 20
    kept = [pair for pair in chosen if pair[0] not in ("state", "page")]
    shown = tiles(page)
    assert shown["MN"][2]
    assert not shown["WI"][2]
    assert parse_qsl(urlsplit(shown["MN"][0]).query) == kept
    with_both = page_at(client, url=reverse("schools:program_list") + shown["WI"][0])
    assert sorted(understood(with_both)) == sorted([*kept, ("state", "MN"), ("state", "WI")])
    assert total(with_both) == total(page) + shown["WI"][1]
    assert parse_qsl(urlsplit(shown["WI"][0]).query) == understood(with_both), "not the one address of this list"


def test_states_stand_in_an_address_in_the_order_of_the_list(directory, client):
    page = page_at(client, {"state": "WI"})
    assert tiles(page)["MN"][0] == "?state=MN&state=WI"
    both = page_at(client, {"state": ["WI", "MN"], "sort": "name"})
    assert [tiles(both)[state][0] for state in ("MN", "WI")] == ["?state=WI&sort=name", "?state=MN&sort=name"]


def test_a_tile_that_would_leave_nothing_is_no_link(directory, client):
    ProgramFactory(level="associate", school=SchoolFactory(record__state=State.objects.get(code="TX")))
    page = page_at(client, {"level": "master"})
    assert "TX" not in tiles(page)
    assert '<span><b>TX</b> <span>0</span><span class="vh"> programs in Texas</span></span>' in page
    chosen = tiles(page_at(client, {"level": "master", "state": "TX"}))
    assert chosen["TX"] == ("?level=master", 0, True, 0), "what is chosen can be taken off"


def test_a_page_with_very_much_chosen_stays_small(directory, client):
    """Its chips fold to one for each facet, and its tiles are numbers only."""
    for state in State.objects.exclude(code__in=["MN", "WI"])[:40]:
        ProgramFactory(school=SchoolFactory(record__state=state))
    states = list(State.objects.order_by("code").values_list("code", flat=True)[:34])
    page = page_at(client, {"state": states, "q": "example"})
    chips = re.findall(r'class="chip"[^>]*href="([^"]+)"[^>]*><span class="vh">Remove filter </span>([^<]+)<', page)
    assert [label for _, label in chips] == ["“example”", "State: 34 chosen"]
    assert total(page_at(client, url=html.unescape(chips[1][0]))) > total(page)
    assert tiles(page) == {}
    assert page.count("<b>MN</b>") == 1
    assert re.search(r'<button form="filters" name="state" value="WI"[^>]*><b>WI</b> <span>', page)
    assert len(page) < 100_000
    few = page_at(client, {"state": states[:3]})
    assert len(re.findall(r'class="chip"', few)) == 3


def test_the_last_tile_taken_off_leads_to_the_plain_address(directory, client):
    assert tiles(page_at(client, {"state": "MN"}))["MN"][0] == reverse("schools:program_list")


def test_five_shades_hold_about_as_many_tiles_each_and_nothing_is_its_own():
    assert shades(range(1, 51)) == [11, 21, 31, 41]
    assert shades([0, 0, 7, 7, 7]) == []
    assert shades([0]) == shades([]) == []


def test_what_is_typed_never_gets_out_of_an_address(directory, client):
    page = page_at(client, {"q": '"><script>alert(1)</script>&state=WI'})
    assert "<script>alert" not in page
    for url, *_ in tiles(page).values():
        assert [name for name, _ in parse_qsl(urlsplit(url).query)] == ["q", "state"]


# Every link --------------------------------------------------------------------------------------


def test_every_link_and_form_of_a_list_keeps_what_was_chosen(directory, client):
    """All but the way out of everything: what a link changes is one name, and the page unless it is about pages."""
    page = page_at(client, ASKED)
    chosen = [pair for pair in understood(page) if pair[0] != "page"]
    assert len(chosen) == 6
    seen = set()
    for href in map(html.unescape, LINK.findall(page)):
        address = urlsplit(href)
        if address.path not in ("", reverse("schools:program_list")) or not address.query:
            continue
        pairs = parse_qsl(address.query)
        changed = set(pairs) ^ set(chosen)
        names = {name for name, _ in changed}
        assert names in ({"page"}, {"state"}, {"level"}, {"sort"}, {"near", "radius"}, set()), href
        assert len(pairs) == len(set(pairs)), href
        seen |= names
    assert seen == {"page", "state", "level", "sort", "near", "radius"}
    sort = re.search(r'<form class="row sort".*?</form>', page, re.S)[0]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', sort)
    assert hidden == [pair for pair in chosen if pair[0] != "sort"]
    form = re.search(r'<form class="filters".*?</form>', page, re.S)[0]
    assert '<input type="hidden" name="sort" value="name">' in form
    for name, value in chosen:
        if name in ("level", "state"):
            assert f'name="{name}" value="{value}" checked' in form
    assert f'value="{NEAR}"' in form


def test_a_chip_or_tile_never_leads_to_a_later_page(directory, client):
    page = page_at(client, ASKED)
    pagination = re.search(r'<nav class="pages".*?</nav>', page, re.S)
    rest = page.replace(pagination[0], "") if pagination else page
    assert "page=" not in "".join(LINK.findall(rest[rest.index("<main") :]))
