"""An editor's day: sign in, correct a school, write in a draft, publish, and see each on the site."""

import re

import pytest

from tests.browser import EDITOR, PASSWORD
from tests.browser.test_everybody import RULES, axe, barriers  # noqa: F401

try:
    from playwright.sync_api import expect
except ImportError:  # the tests are skipped then
    expect = None

pytestmark = pytest.mark.browser
WCAG = [rule for rule in RULES if rule != "best-practice"]  # Django's own templates break some of its habits


@pytest.fixture
def desk(visit):
    """The window of a signed-in editor."""
    visitor = visit()
    visitor.signed_in = True
    page = visitor.goto("/admin/login/?next=/admin/")
    page.get_by_label("Email").or_(page.get_by_label("E-mail")).fill(EDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    return visitor


def open_row(desk, model, words):
    """The change page of the one row of this model that these words find."""
    page = desk.goto(f"/admin/{model}/?q={words}")
    page.locator("#result_list tbody th a").first.click()
    return page


def test_a_corrected_school_is_live_at_once(desk, visit, site):
    address = site.addresses["closed school"]
    reader = visit().goto(address)
    before = reader.get_by_role("heading", level=1).inner_text()
    page = open_row(desk, "schools/school", before.replace(" ", "+"))
    box = page.locator("#id_name_override")
    was, now = box.input_value(), f"{before} of the Corrected Name"
    box.fill(now)
    page.locator("input[name=_continue]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text(now)
    reader.goto(f"/schools/?q={now.replace(' ', '+')}")
    expect(reader.locator(".results h3").first).to_have_text(now)
    page.locator("#id_name_override").fill(was)
    page.locator("input[name=_continue]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    reader.goto(address)
    expect(reader.get_by_role("heading", level=1)).to_have_text(before)


def test_a_cell_of_a_draft_goes_live_when_it_is_published(desk, visit, site, axe):  # noqa: F811
    """The draft is nobody's business until then; the whole edition page has no barrier and keeps the policy."""
    words = "Written in the grid this morning"
    address = site.addresses["article healthcare-social-worker"]
    reader = visit().goto(address)
    page = open_row(desk, "careers/article", "healthcare-social-worker")
    article = page.url
    page.get_by_role("button", name="Start a draft").click()
    page.locator("#grid").scroll_into_view_if_needed()
    cell = page.locator("#grid tbody input[id$=-text], #grid tbody textarea[id$=-text]").first
    cell.fill(words)
    page.locator("input[name=_continue]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#grid tbody [id$=-text]").first).to_have_value(words)
    assert barriers(axe, page, WCAG) == []

    reader.reload()
    expect(reader.get_by_text(words)).to_have_count(0)
    page.goto(article)
    page.get_by_role("link", name="Review and publish").click()
    assert barriers(axe, page, WCAG) == []
    page.locator("form[action='../publish/'] input[name=what_changed]").fill("Other words in the table.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text(words).first).to_be_visible()


def test_the_door_has_no_barrier(visit, axe):  # noqa: F811
    visitor = visit(width=320)
    visitor.signed_in = True  # the form brings its token along
    page = visitor.goto("/admin/login/")
    assert barriers(axe, page, WCAG) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
