"""Filtering by hand: the sheet on a phone, the map of states, what is spoken and where the focus goes."""

import re

import pytest

from portal.tile_map import GRID
from tests.browser.test_everybody import OVERFLOW, RULES, axe, barriers  # noqa: F401  axe is a fixture
from tests.browser.test_journeys import choose, has_focus, heading, programs, tab_to, total  # noqa: F401  so is programs

try:
    from playwright.sync_api import expect
except ImportError:  # the tests are skipped then
    expect = None

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
# What a screen reader would speak: each time the status gets words.
LISTEN = """() => {
  window.said = [];
  const status = document.getElementById("listing-status");
  new MutationObserver(() => { if (status.textContent) window.said.push(status.textContent); })
    .observe(status, {childList: true, characterData: true, subtree: true});
}"""
SAID = "() => window.said"
INSIDE = "() => Boolean(document.activeElement.closest('dialog')) || document.activeElement === document.body"
SMALL = """least => [...document.querySelectorAll("dialog :is(a, button, summary, .check, .input, select)")]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < least)
  .map(e => e.outerHTML.slice(0, 60) + " is " + e.getBoundingClientRect().height + " high")"""


@pytest.fixture
def phone(visit):
    page = visit(**PHONE).goto("/programs/?control=public")
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture
def sheet(phone):
    phone.get_by_role("button", name="Filters (1 on)").click()
    expect(phone.get_by_role("dialog", name="Filter")).to_be_visible()
    return phone


def requests_of(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


# The sheet -----------------------------------------------------------------------------------------


def test_the_sheet_takes_the_focus_keeps_it_and_gives_it_back(sheet):
    page, toggle = sheet, sheet.locator(".tog")
    expect(page.locator("#filters-heading")).to_be_focused()
    box = page.get_by_role("dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(INSIDE), page.evaluate("document.activeElement.outerHTML")
    page.mouse.wheel(0, 5000)
    assert page.evaluate("scrollY") == 0, "the page behind the sheet moves"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(toggle).to_be_focused()
    expect(page.locator("form#filters")).to_be_hidden()
    toggle.click()
    page.get_by_role("button", name="Close").click()
    expect(toggle).to_be_focused()
    page.mouse.wheel(0, 500)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 0, "the page stays locked after the sheet is closed"


def test_the_sheet_says_what_it_shows_and_waits_for_apply(sheet):
    page = sheet
    asked = requests_of(page)
    page.evaluate(LISTEN)
    found = total(page)
    page.get_by_role("button", name=f"Show {found:,} programs").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#listing-heading")).to_be_focused()
    page.locator(".tog").click()
    page.locator("details[data-facet=level] > summary").click()
    box = page.locator("#filters input[value=master]")
    promised = int(box.get_attribute("data-count"))
    box.check()
    page.wait_for_timeout(400)
    assert asked == [], "a choice was applied before anybody asked for it"
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("#listing")).to_have_attribute("data-total", str(promised))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#listing-heading")).to_be_focused()
    expect(page.get_by_role("button", name="Filters (2 on)")).to_be_visible()
    assert page.evaluate(SAID) == [heading(page).inner_text()]
    page.locator(".tog").click()
    expect(page.get_by_role("button", name=f"Show {promised:,} programs")).to_be_visible()


def test_clearing_in_the_sheet_clears_the_form_too(sheet):
    page = sheet
    expect(page.locator("#filters input[value=public]")).to_be_checked()
    page.get_by_role("dialog").get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/programs/$"))
    expect(page.locator("#filters input[value=public]")).not_to_be_checked()
    expect(page.get_by_role("button", name="Filters", exact=True)).to_be_visible()


def test_a_wider_window_puts_the_form_back_on_the_page(sheet):
    page = sheet
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".with-side > div > form#filters")).to_be_visible()


def test_the_sheet_has_room_for_fingers_and_no_barrier(sheet, axe):  # noqa: F811
    page = sheet
    page.evaluate("document.querySelectorAll('dialog .facet').forEach(facet => { facet.open = true; })")
    assert page.evaluate(SMALL, 43.9) == []
    assert barriers(axe, page, RULES) == []
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate(OVERFLOW) == []


def test_without_javascript_the_form_is_on_the_page(visit):
    page = visit(javascript=False, **PHONE).goto("/programs/")
    expect(page.locator("form#filters")).to_be_visible()
    expect(page.locator(".tog")).to_be_hidden()
    expect(page.locator("dialog")).to_be_hidden()
    page.locator(".map > summary").click()
    tile = page.locator(".map a", has_text="in Minnesota")
    promised = int(tile.locator("span").first.inner_text())
    tile.click()
    assert total(page) == promised
    expect(page.locator("[data-chip='state=MN']")).to_be_visible()
    expect(page.locator("#filters input[value=MN]")).to_be_checked()


# The map -------------------------------------------------------------------------------------------


def tile_of(page, state):
    return page.locator(".map a").filter(has=page.locator("b", has_text=re.compile(f"^{state}$")))


def test_the_map_is_worked_by_keyboard_and_can_be_passed_in_one_step(programs):  # noqa: F811
    page = programs
    summary = page.locator(".map > summary")
    tab_to(page, summary)
    page.keyboard.press("Tab")
    assert not page.evaluate("Boolean(document.activeElement.closest('.map'))"), "a closed map holds the focus"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip the map")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('#listing'))"), "skipping does not lead past the map"
    tile = tile_of(page, "MN")
    assert page.locator(".map a[href*='state=']").count() == 51
    page.evaluate(LISTEN)
    promised = int(tile.locator("span").first.inner_text())
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-chip='state=MN']")).to_be_visible()
    assert total(page) == promised
    assert has_focus(page, tile)
    expect(tile).to_have_attribute("aria-current", "true")
    expect(page.locator(".map")).to_have_attribute("open", "")
    expect(page.locator("#filters input[value=MN]")).to_be_checked()
    assert page.evaluate(SAID) == [heading(page).inner_text()]
    page.keyboard.press("Enter")
    expect(page.locator("[data-chip='state=MN']")).to_have_count(0)
    expect(page.locator("#filters input[value=MN]")).not_to_be_checked()
    assert tile.get_attribute("aria-current") is None
    assert has_focus(page, tile)


def test_two_quick_tiles_are_both_chosen_and_the_map_keeps_its_numbers_right(visit):
    visitor = visit()
    page = visitor.goto("/programs/")
    page.wait_for_load_state("networkidle")
    page.locator(".map > summary").click()
    page.evaluate(
        "for (const tile of document.querySelectorAll('.map li a'))"
        " if (['MN', 'WI'].includes(tile.querySelector('b').textContent)) tile.click()"
    )
    expect(page.locator("[data-chip='state=MN']")).to_be_visible()
    expect(page.locator("[data-chip='state=WI']")).to_be_visible()
    # The answer to the first is not waited for; htmx tells the console so.
    visitor.strange = [line for line in visitor.strange if not re.search("htmx:(afterRequest|sendAbort)", line)]
    choose(page, "level", "master")
    for tile in page.locator(".map li a").all():
        option = page.locator(f"#filters input[name=state][value={tile.locator('b').inner_text()}]")
        assert option.get_attribute("data-count") == tile.locator("span").first.inner_text().replace(",", "")


def test_the_tiles_stand_where_the_grid_has_them_at_every_width(visit):
    expected = {
        state: (row, column)
        for row, line in enumerate(GRID.strip().split("\n"))
        for column, state in enumerate(line.split())
        if state != ".."
    }
    page = visit().goto("/programs/")
    page.locator(".map > summary").click()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = {tile.locator("b").inner_text(): tile.bounding_box() for tile in page.locator(".map li a").all()}
        assert set(boxes) == set(expected)
        left, top = min(box["x"] for box in boxes.values()), min(box["y"] for box in boxes.values())
        for state, box in boxes.items():
            place = (round((box["y"] - top) / (box["height"] + 2)), round((box["x"] - left) / (box["width"] + 2)))
            assert place == expected[state], (width, state)
            assert box["width"] >= 24, (width, state)
            assert box["height"] >= 43.9, (width, state)
    assert page.evaluate(OVERFLOW) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_map_has_no_barrier(visit, axe, scheme):  # noqa: F811
    page = visit(scheme=scheme).goto("/programs/?state=MN&state=TX&level=master")
    page.locator(".map > summary").click()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert barriers(axe, page, RULES) == []


# What is spoken, and where the focus goes ------------------------------------------------------------


def test_each_change_is_spoken_once_and_the_focus_goes_where_it_is_expected(programs):  # noqa: F811
    page = programs
    expect(page.locator("#listing-status[role=status]")).to_have_count(1)
    assert not "".join(page.locator("[role=status]").all_inner_texts())
    page.evaluate(LISTEN)
    title = page.locator("#listing-heading")

    _, box = choose(page, "level", "master")
    assert has_focus(page, box)
    assert page.evaluate(SAID) == [heading(page).inner_text()]

    page.get_by_role("link", name="Page 2", exact=True).click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(title).to_be_focused()
    assert re.fullmatch(r"page 2 of \d+", page.evaluate(SAID)[-1])

    page.get_by_label("Sort by").select_option("name")
    page.get_by_role("button", name="Sort").click()
    expect(page).to_have_url(re.compile("sort=name"))
    expect(title).to_be_focused()
    assert page.evaluate(SAID)[-1] == "Sorted: Name"

    page.locator("[data-chip='level=master']").click()
    expect(page.locator("[data-chip='level=master']")).to_have_count(0)
    expect(title).to_be_focused()
    assert page.evaluate(SAID)[-1] == heading(page).inner_text()
    assert len(page.evaluate(SAID)) == 4


def test_clear_all_unticks_what_it_clears(programs):  # noqa: F811
    page = programs
    _, box = choose(page, "level", "master")
    page.locator("#filters").get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/programs/$"))
    expect(box).not_to_be_checked()


def test_the_way_back_keeps_place_order_and_page(visit):
    page = visit().goto("/programs/?near=55455&radius=100&sort=name&page=2")
    page.wait_for_load_state("networkidle")
    found = total(page)
    first = page.locator(".results h3 a").first
    name = first.inner_text()
    first.click()
    page.get_by_role("link", name=f"Back to {found:,} programs").click()
    expect(page).to_have_url(re.compile(r"/programs/\?near=55455&radius=100&sort=name&page=2$"))
    assert page.locator(".results h3 a").first.inner_text() == name
