"""Suggestions while somebody types: by keyboard, by touch, aloud, and what is left of them without JavaScript."""

import re

import pytest

from tests.browser.test_everybody import RULES, axe, barriers  # noqa: F401

try:
    from playwright.sync_api import expect
except ImportError:  # the tests are skipped then
    expect = None

pytestmark = pytest.mark.browser


def box(page):
    return page.get_by_role("combobox", name=re.compile("Subject, school or place|Program, school, place or career"))


def typed(page, text):
    """The box with this text in it, its suggestions open."""
    field = box(page)
    field.click()
    field.press_sequentially(text)
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    return field


@pytest.mark.parametrize("path", ["/", "/search/", "/programs/"])
def test_by_keyboard_from_a_few_letters_to_a_subject(visit, path):
    page = visit().goto(path)
    field = typed(page, "hosp")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("form [role=status]").first).to_have_text(re.compile(r"^\d+ suggestions?$"))
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field.press("ArrowUp")  # back in the box
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("Home")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/programs/\?subject=health-administration$"))


def test_escape_closes_then_empties_and_enter_searches_for_the_words(visit):
    page = visit().goto("/")
    field = typed(page, "hosp")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("hosp")
    field.press("Escape")
    expect(field).to_have_value("")
    field = typed(page, "hosp")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/programs/\?q=hosp$"))


def test_on_the_list_a_suggestion_joins_the_filters_that_are_on(visit):
    page = visit().goto("/programs/?level=master")
    typed(page, "minnes")
    page.get_by_role("option", name=re.compile("^Minnesota")).first.click()
    expect(page).to_have_url(re.compile(r"/programs/\?level=master&state=MN$"))


def test_a_phone_shows_them_within_its_width(visit):
    page = visit(width=360, height=740).goto("/search/")
    typed(page, "helth")
    expect(page.get_by_role("option").first).to_contain_text("Health administration")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert all(
        option.bounding_box()["height"] >= 44 for option in page.get_by_role("listbox").get_by_role("option").all()
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_suggestions_have_no_barrier(visit, axe, scheme):  # noqa: F811
    page = visit(scheme=scheme).goto("/")
    typed(page, "nurs").press("ArrowDown")
    assert barriers(axe, page, {"type": "tag", "values": RULES}) == []


def test_an_answer_that_comes_late_is_not_shown(visit):
    page = visit().goto("/")
    held = []
    page.route(re.compile(r"/search/suggestions/\?q=hosp$"), lambda route: held.append(route))
    field = box(page)
    field.click()
    with page.expect_request(re.compile(r"q=hosp$")):
        field.press_sequentially("hosp")
    field.fill("minnes")
    expect(page.get_by_role("option").first).to_contain_text("Minnesota")
    for route in held:
        route.abort()
    expect(page.get_by_role("option").first).to_contain_text("Minnesota")


def test_without_javascript_the_box_is_a_plain_one_and_the_page_of_suggestions_works(visit):
    page = visit(javascript=False).goto("/")
    expect(page.get_by_role("combobox")).to_have_count(0)
    page = visit(javascript=False).goto("/search/suggestions/")
    page.get_by_role("searchbox").fill("hosp")
    page.get_by_role("button", name="Suggest").click()
    page.get_by_role("link", name="Health administration", exact=True).click()
    expect(page).to_have_url(re.compile(r"/programs/\?subject=health-administration$"))
