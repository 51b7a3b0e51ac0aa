"""Whole journeys of a student: without JavaScript, with it, on a phone, by keyboard alone, on paper."""

import re

import pytest

try:
    from playwright.sync_api import expect
except ImportError:  # the tests are skipped then
    expect = None

pytestmark = pytest.mark.browser
FOUND = re.compile(r"([\d,]+)\b")


def number_in(locator) -> int:
    return int(FOUND.match(locator.inner_text().strip())[1].replace(",", ""))


def total(page) -> int:
    return int(page.locator("#listing").get_attribute("data-total"))


def heading(page):
    return page.get_by_role("heading", level=1)


def has_focus(page, locator) -> bool:
    return locator.evaluate("element => element === document.activeElement")


# Without JavaScript ----------------------------------------------------------------------------------


def test_from_the_first_page_to_a_school_and_back_without_javascript(visit):
    visitor = visit(javascript=False)
    page = visitor.goto("/")
    page.get_by_role("searchbox").first.fill("health")
    page.get_by_role("button", name="Search programs").click()
    expect(page).to_have_url(re.compile(r"/programs/\?q=health$"))
    searched = total(page)

    page.locator("details[data-facet=level] > summary").click()
    master = page.locator("#filters input[value=master]")
    promised = int(master.get_attribute("data-count"))
    assert 0 < promised < searched
    master.check()
    page.get_by_role("button", name="Apply filters").click()
    assert (total(page), number_in(heading(page))) == (promised, promised)
    expect(page.locator("#filters input[value=master]")).to_be_checked()

    page.locator("[data-chip='q=health']").click()
    expect(page.locator("[data-chip='q=health']")).to_have_count(0)
    expect(page.locator("[data-chip='level=master']")).to_be_visible()
    masters = total(page)
    assert masters >= promised

    page.get_by_label("Sort by").select_option("name")
    page.get_by_role("button", name="Sort").click()
    assert total(page) == masters
    titles = page.locator(".results h3").all_inner_texts()
    assert titles == sorted(titles, key=lambda title: [*map(str.lower, re.findall(r"\w+", title))])

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Page 2", exact=True).click()
    expect(page).to_have_title(re.compile(r"\(page 2 of \d+\)"))
    second = page.url
    assert {"level=master", "sort=name", "page=2"} == set(second.partition("?")[2].split("&"))

    page.locator(".results h3 a").first.click()
    expect(page.get_by_text("At a glance").first).to_be_visible()
    page.locator("main a[href^='/schools/']").locator("visible=true").last.click()
    expect(page).to_have_url(re.compile(r"/schools/[a-z0-9-]+/$"))
    expect(heading(page)).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page).to_have_url(second)


def test_an_article_leads_to_the_programs_it_counts_and_to_its_occupation_without_javascript(visit):
    visitor = visit(javascript=False)
    page = visitor.goto("/careers/")
    page.get_by_role("link", name="How can I become a medical case manager?").first.click()
    options = page.locator(".subjects li", has=page.locator("a[href^='/programs/?']"))
    assert options.count() >= 2
    for n in range(options.count()):
        promised = int(FOUND.match(options.nth(n).locator(".n").inner_text())[1].replace(",", ""))
        options.nth(n).get_by_role("link").click()
        assert (number_in(heading(page)), total(page)) == (promised, promised)
        page.go_back()
    page.locator("main a[href^='/occupations/']").first.click()
    expect(heading(page)).to_be_visible()
    expect(page.get_by_text("Median pay").first).to_be_visible()


# With JavaScript ---------------------------------------------------------------------------------


@pytest.fixture
def programs(visit):
    """The list of programs in a wide window, its script at work."""
    page = visit().goto("/programs/")
    expect(page.locator("html")).to_have_class(re.compile("js"))
    page.wait_for_load_state("networkidle")
    return page


def choose(page, name, value):
    """Tick an option and wait until the list has answered; what was promised beside it."""
    facet = page.locator(f"details[data-facet={name}]")
    if facet.get_attribute("open") is None:
        facet.locator("summary").click()
    box = facet.locator(f"input[value='{value}']")
    promised = box.get_attribute("data-count")
    box.check()
    expect(page.locator(f"[data-chip='{name}={value}']")).to_be_visible()
    return int(promised), box


def test_filters_apply_at_once_keep_the_focus_and_are_spoken(programs):
    page, status = programs, programs.locator("#listing-status")
    expect(status).to_be_empty()
    promised, box = choose(page, "level", "master")
    assert total(page) == promised
    assert has_focus(page, box)
    expect(status).to_have_text(heading(page).inner_text())
    assert number_in(heading(page)) == promised
    promised, box = choose(page, "control", "public")
    assert total(page) == promised, "the number was not brought up to date after the first choice"
    assert has_focus(page, box)
    expect(status).to_contain_text("public")
    page.get_by_role("link", name="Page 2", exact=True).click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator("#listing-heading")).to_be_focused()


def test_back_walks_one_step_at_a_time(programs):
    page = programs
    states = [(page.url, total(page), 0)]
    for name, value in [("level", "master"), ("control", "public"), ("state", "MN")]:
        choose(page, name, value)
        expect(page).to_have_url(re.compile(f"{name}={value}"))
        states.append((page.url, total(page), page.locator(".chip[data-chip]").count()))
    for url, number, chips in reversed(states[:-1]):
        page.go_back()
        expect(page).to_have_url(url)
        expect(page.locator("#listing")).to_have_attribute("data-total", str(number))
        assert number_in(heading(page)) == number
        expect(page.locator(".chip[data-chip]")).to_have_count(chips)
    page.go_forward()
    expect(page).to_have_url(states[1][0])
    expect(page.locator("#listing")).to_have_attribute("data-total", str(states[1][1]))


def test_the_program_page_leads_back_to_the_same_list(programs):
    page = programs
    promised, _ = choose(page, "level", "master")
    expect(page).to_have_url(re.compile("level=master"))
    page.locator(".results h3 a").first.click()
    back = page.get_by_role("link", name=f"Back to {promised:,} programs")
    back.click()
    expect(page).to_have_url(re.compile(r"/programs/\?level=master$"))
    assert total(page) == promised


def test_the_chosen_theme_stays_in_this_browser(visit):
    visitor = visit(scheme="light")
    page = visitor.goto("/")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_label("Theme").select_option("dark")
    dark = page.evaluate(paper)
    assert dark != light
    page = visitor.goto("/programs/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(paper) == dark
    page.get_by_label("Theme").select_option("")
    page = visitor.goto("/")
    assert page.evaluate(paper) == light


# By keyboard alone ---------------------------------------------------------------------------------


def tab_to(page, locator, most=80):
    for _ in range(most):
        page.keyboard.press("Tab")
        if has_focus(page, locator):
            return
    raise AssertionError(f"{locator} is not reached by Tab")


def test_search_filter_and_open_by_keyboard_alone(visit):
    visitor = visit()
    page = visitor.goto("/programs/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    summary = page.locator("details[data-facet=level] > summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    box = page.locator("#filters input[value=master]")
    tab_to(page, box)
    outline = box.evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).boxShadow")
    assert outline != "nonenone", "the focus is invisible"
    page.keyboard.press("Space")
    expect(page.locator("[data-chip='level=master']")).to_be_visible()
    expect(box).to_be_focused()

    words = page.locator("#f-q")
    words.focus()
    page.keyboard.type("nursing")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=nursing&level=master"))
    card = page.locator(".results h3 a").first
    tab_to(page, card, 120)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/programs/[a-z0-9-]+/[a-z0-9-]+/$"))


# On paper ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["program", "article medical-case-manager"])
def test_paper_shows_the_text_and_no_navigation(visit, site, name):
    page = visit().goto(site.addresses[name])
    title = heading(page).inner_text()
    page.emulate_media(media="print", color_scheme="dark")
    expect(heading(page)).to_have_text(title)
    for gone in ("header nav", "footer", ".skip", ".crumbs", "form"):
        for each in page.locator(gone).all():
            expect(each).to_be_hidden()
    for table in page.locator("main table").all():
        expect(table).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
