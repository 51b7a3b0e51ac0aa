"""A visitor keeps programs on the own device: with and without scripts, in two tabs, on a phone, on paper."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.test_everybody import OVERFLOW, RULES, SPACING, axe, barriers  # noqa: F401  axe is a fixture

try:
    from playwright.sync_api import expect
except ImportError:  # the tests are skipped then
    expect = None

pytestmark = pytest.mark.browser


def open_window(visit, path="/programs/", **manner):
    visitor = visit(**manner)
    visitor.keeps = {"shortlist"}
    return visitor.goto(path)


def cookie(page) -> str:
    return next((one["value"] for one in page.context.cookies() if one["name"] == "shortlist"), "")


def count(page):
    return page.locator(".nav .count")


def save(page, *places):
    """Press the Save buttons of these cards; the ids they save."""
    buttons = page.locator(".results [data-save]")
    ids = [buttons.nth(place).get_attribute("value") for place in places]
    for place in places:
        buttons.nth(place).click()
    return ids


def titles(page) -> list[str]:
    return page.locator(".results h2 a").all_inner_texts()


def put_in(page, site, *ids):
    page.context.add_cookies([{"name": "shortlist", "value": ".".join(map(str, ids)), "url": site.url}])


def some_ids(page, number):
    return [button.get_attribute("value") for button in page.locator(".results [data-save]").all()[:number]]


# On the pages everybody gets ------------------------------------------------------------------------


def test_to_save_is_marked_counted_and_spoken_and_the_focus_stays(visit):
    page = open_window(visit)
    expect(page.locator(".tray")).to_have_count(0)
    expect(count(page)).to_be_empty()
    expect(page.locator("#save-status")).to_be_empty()
    title = page.locator(".results h3").first.inner_text()
    button = page.locator(".results [data-save]").first
    assert button.aria_snapshot().startswith(f'- button "Save {title} at ')
    width = button.bounding_box()["width"]
    before = page.locator(".nav").bounding_box()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#save-status")).to_have_text("Saved, 1 in shortlist")
    expect(button).to_be_focused()
    assert button.aria_snapshot().startswith(f'- button "Saved {title} at ')
    assert (button.bounding_box()["width"], page.locator(".nav").bounding_box()) == (width, before), "nothing moves"
    expect(count(page)).to_have_text("1 saved")
    expect(page.get_by_role("region", name="Shortlist")).to_contain_text("1 saved on this device")
    saved = [button.get_attribute("value"), *save(page, 1, 2)]
    expect(page.locator("#save-status")).to_have_text("Saved, 3 in shortlist")
    assert cookie(page) == ".".join(saved)
    page.keyboard.press("Enter")  # the third again
    expect(page.locator("#save-status")).to_have_text("Removed, 2 in shortlist")
    save(page, 0)
    save(page, 0)
    assert cookie(page) == ".".join(saved[:2]), "saved again, it stands where it stood"


def test_a_double_click_saves_once(visit):
    page = open_window(visit)
    page.locator(".results [data-save]").first.dblclick()
    expect(page.locator("#save-status")).to_have_text("Saved, 1 in shortlist")
    expect(count(page)).to_have_text("1 saved")


def test_marks_outlive_a_filter_a_way_back_and_the_window(visit, site):
    page = open_window(visit)
    page.wait_for_load_state("networkidle")
    (first,) = save(page, 0)
    page.evaluate("window.unloaded = false")
    pages = page.get_by_role("navigation", name="Pages")
    pages.get_by_role("link", name="Page 2", exact=True).click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(".results [data-save].on")).to_have_count(0)
    pages.get_by_role("link", name="Page 1", exact=True).click()
    expect(page.locator(f".results [data-save][value='{first}']")).to_have_text(re.compile("^Saved"))
    assert page.evaluate("window.unloaded") is False, "htmx put the results in, and they were marked"
    page.get_by_label("Sort by").select_option("name")
    page.get_by_role("button", name="Sort").click()
    expect(page).to_have_url(re.compile("sort=name"))
    page.locator(".results h3 a").first.click()
    page.locator("main [data-save]").first.click()
    expect(count(page)).to_have_text("2 saved")
    page.go_back()
    expect(page.locator(".results [data-save]").first).to_have_text(re.compile("^Saved"))
    page.goto("/programs/")
    expect(page.locator(f".results [data-save][value='{first}']")).to_have_text(re.compile("^Saved"))
    again = page.context.new_page()
    page.close()
    again.goto(f"{site.url}/programs/")
    expect(count(again)).to_have_text("2 saved")


def test_two_tabs_stay_in_step(visit, site):
    one = open_window(visit)
    two = one.context.new_page()
    two.goto(f"{site.url}/programs/")
    mine = one.context.new_page()
    mine.goto(f"{site.url}/shortlist/")
    one.bring_to_front()
    (first,) = save(one, 0)
    for tab in (two, mine):
        tab.bring_to_front()
        tab.evaluate("dispatchEvent(new Event('focus'))")  # a headless browser's tabs are all in front
    expect(two.locator(f"[data-save][value='{first}']")).to_have_text(re.compile("^Saved"))
    (second,) = save(two, 1)
    assert cookie(two) == f"{first}.{second}", "the other tab's was not lost"
    expect(mine.locator(".results h2")).to_have_count(1)


def test_one_more_than_fit_is_refused_in_words(visit, site):
    page = open_window(visit)
    put_in(page, site, *range(10**9, 10**9 + 20))
    page.reload()
    expect(count(page)).to_have_text("20 saved")
    title = page.locator(".results h3").first.inner_text()
    save(page, 0)
    expect(page).to_have_url(re.compile(r"/shortlist/\?full="))
    expect(page.locator(".notice")).to_contain_text(f"Not saved: {title}, ")
    assert len(cookie(page).split(".")) == 20


def test_where_a_script_may_not_write_cookies_the_form_is_sent(visit):
    visitor = visit()
    visitor.keeps = {"shortlist"}
    visitor.context.add_init_script("Object.defineProperty(document, 'cookie', {get: () => '', set: () => {}})")
    page = visitor.goto("/programs/")
    title = page.locator(".results h3").first.inner_text()
    (first,) = save(page, 0)
    expect(page).to_have_url(re.compile(rf"/shortlist/\?saved={first}$"))
    expect(page.locator(".notice")).to_contain_text(f"Saved: {title}, ")
    assert cookie(page) == first


def test_the_tray_never_covers_what_has_the_focus(visit):
    for width in (1280, 360):
        page = open_window(visit, width=width, height=640)
        save(page, 0, 1)
        tray = page.locator(".tray")
        expect(tray).to_be_in_viewport()
        for link in page.locator(".results :is(h3 a, button)").all()[:14]:
            link.focus()
            box, top = link.bounding_box(), tray.bounding_box()["y"]
            assert box["y"] + box["height"] <= top, link.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") == width


# The list itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_save_remove_undo_and_compare(visit, site, javascript):
    page = open_window(visit, javascript=javascript)
    wanted = page.locator(".results h3 a").all_inner_texts()[:3]
    listing = page.url
    if javascript:
        save(page, 0, 1, 2)
        page.get_by_role("link", name="Shortlist").click()
    else:
        for place in range(3):
            save(page, place)
            expect(page).to_have_url(re.compile(r"/shortlist/\?saved=\d+$"))
            expect(page.locator(".notice")).to_contain_text(f"Saved: {wanted[place]}, ")
            page.get_by_role("link", name="Back to where you were").click()
            expect(page).to_have_url(listing)
        page.goto("/shortlist/")
    assert titles(page) == wanted
    page.get_by_role("button", name=f"Remove {wanted[1]} at").click()
    assert titles(page) == [wanted[0], wanted[2]]
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    page.reload()  # sends nothing again
    assert titles(page) == [wanted[0], wanted[2]]
    undo.click()
    expect(page).to_have_url(re.compile(r"/shortlist/\?restored=\d+$"))
    assert titles(page) == wanted
    for box in page.get_by_role("checkbox").all()[1:]:
        box.check()
    page.get_by_role("button", name="Compare the chosen programs").click()
    assert page.get_by_role("columnheader").get_by_role("link").all_inner_texts() == wanted[1:]
    page.get_by_role("link", name="Only show differences").click()
    for row in page.locator(".compare tbody tr:not(.no-print)").all():
        cells = row.get_by_role("cell").all_inner_texts()
        assert len(set(cells)) == 2, cells
    page.get_by_role("link", name=f"Remove {wanted[1]} at").click()
    assert page.get_by_role("columnheader").get_by_role("link").all_inner_texts() == wanted[2:]
    page.goto("/shortlist/")
    page.get_by_role("button", name="Remove all").click()
    expect(page.get_by_role("heading", name="Nothing saved yet")).to_be_visible()
    assert cookie(page) == ""
    page.get_by_role("button", name="Undo").click()
    assert titles(page) == wanted


def test_notes_stay_in_this_browser_and_are_never_sent(visit, site):
    page = open_window(visit)
    saved = save(page, 0, 1)
    sent = []
    page.context.on("request", lambda request: sent.append((request.url, request.post_data, request.headers)))
    page.goto("/shortlist/")
    note = page.get_by_role("textbox", name="Private note on").first
    assert page.get_by_text("never sent to us").count() == 1
    note.fill("Ask about zqsecretzq evenings")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Compare the chosen programs").click()
    page.goto("/shortlist/")
    expect(note).to_have_value("Ask about zqsecretzq evenings")
    other = page.context.new_page()
    other.goto(f"{site.url}/shortlist/")
    other.get_by_role("textbox", name="Private note on").first.fill("Changed zqsecretzq there")
    expect(note).to_have_value("Changed zqsecretzq there")
    page.locator("button[name=remove]").first.click()
    page.get_by_role("button", name="Undo").click()
    expect(note).to_have_value("Changed zqsecretzq there")
    page.locator("button[name=remove]").first.click()
    page.goto("/shortlist/")
    assert page.evaluate("localStorage.getItem('shortlist-notes')") is None, "a note outlived its program"
    assert saved[1] == cookie(page)
    assert not [one for one in sent if "zqsecretzq" in str(one)]


def test_without_scripts_no_box_pretends_to_keep_a_note(visit):
    page = open_window(visit, javascript=False)
    save(page, 0)
    expect(page.get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    expect(page.get_by_role("link", name="Get a link you can open anywhere")).to_be_visible()


def test_a_link_opens_the_list_anywhere_and_can_be_saved_there(visit, site):
    page = open_window(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    saved = save(page, 0, 1)
    page.goto("/shortlist/")
    page.locator("[data-copy]").click()
    expect(page.locator("#save-status")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(link).query)["p"] == saved
    friend = open_window(visit, link)
    expect(friend.get_by_role("heading", level=1)).to_have_text("A shortlist of 2 programs")
    assert cookie(friend) == ""
    friend.get_by_role("button", name="Save all to my shortlist").click()
    assert cookie(friend) == ".".join(saved)


def test_a_form_of_another_site_changes_nothing(visit, site):
    """The real browser's own word for where the form stands."""
    visitor = visit()
    page = visitor.goto("/programs/")
    (first,) = some_ids(page, 1)
    form = f'<form method="post" action="{site.url}/shortlist/"><button name="save" value="{first}">Win</button></form>'
    visitor.context.route("http://elsewhere.test/", lambda route: route.fulfill(content_type="text/html", body=form))
    page.goto("http://elsewhere.test/")
    visitor.expected.add(f"{site.url}/shortlist/")
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This was not done")
    assert cookie(page) == ""
    visitor.strange.clear()  # the other site itself


# Everybody, every window, paper -------------------------------------------------------------------------


def test_no_barrier_in_any_state_light_or_dark_wide_or_narrow(visit, site, axe):  # noqa: F811
    page = open_window(visit)
    ids = some_ids(page, 4)
    found = []
    states = {
        "empty": ("", "/shortlist/"),
        "list": (".".join([*ids, "999999999"]), f"/shortlist/?removed={ids[0]}&saved={ids[1]}"),
        "shared": ("", f"/shortlist/?p={ids[0]}&p={ids[1]}"),
        "compare": ("", f"/compare/?p={'&p='.join(ids)}&p=999999999"),
        "compare nothing": ("", "/compare/"),
        "results": (".".join(ids), "/programs/"),
    }
    for name, (kept, path) in states.items():
        page.context.clear_cookies()
        if kept:
            put_in(page, site, kept)
        page.goto(path)
        for width in (1280, 360, 320):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found += [f"{name} {width} {scheme}: {one}" for one in barriers(axe, page, RULES)]
            found += [f"{name} {width}: {one}" for one in page.evaluate(OVERFLOW)]
        page.evaluate(SPACING)
        found += [f"{name} spaced: {one}" for one in page.evaluate(OVERFLOW)]
    assert not found, "\n".join(found)


def test_heads_of_rows_and_columns_stay_in_sight(visit):
    page = open_window(visit, width=360, height=740)
    ids = some_ids(page, 4)
    page.goto(f"/compare/?p={'&p='.join(ids)}")
    region = page.get_by_role("region", name="Side by side")
    region.focus()
    region.evaluate("e => e.scrollTo(500, 700)")
    box = region.bounding_box()
    head, last = page.locator("thead th").last.bounding_box(), page.locator("tbody th").last.bounding_box()
    assert abs(head["y"] - box["y"]) < 3
    assert abs(last["x"] - box["x"]) < 3


@pytest.mark.parametrize("path", ["/shortlist/", "/compare/"])
def test_paper_shows_every_program_and_where_it_is_found(visit, site, path):
    page = open_window(visit)
    ids = save(page, 0, 1, 2, 3)
    page.goto("/shortlist/")
    page.get_by_role("textbox").first.fill("First line\n" * 6 + "last line")
    page.goto(path)
    page.emulate_media(media="print", color_scheme="dark")
    for gone in ("header nav", "footer", ".crumbs", ".no-print", "button", "input", ".tray"):
        for each in page.locator(gone).all():
            expect(each).to_be_hidden()
    if path == "/compare/":
        expect(page.locator("thead th")).to_have_count(len(ids))
        region = page.locator(".scroll")
        assert region.evaluate("e => e.scrollHeight <= e.clientHeight + 1 && getComputedStyle(e).maxHeight === 'none'")
    else:
        box = page.get_by_role("textbox").first
        assert box.evaluate("e => e.scrollHeight <= e.clientHeight + 1"), "a note is cut off"
    link = page.locator(":is(.results h2, thead th) a").first
    assert site.url in link.evaluate("e => getComputedStyle(e, '::after').content + e.href")
    assert link.evaluate("e => getComputedStyle(e, '::after').content") != "none"


def test_the_cookies_of_a_whole_journey_are_those_on_the_privacy_page(visit):
    page = open_window(visit, "/")
    page.get_by_label("Theme").select_option("dark")
    for path in ("/search/?q=nursing", "/careers/", "/occupations/", "/schools/", "/programs/"):
        page.goto(path)
    assert page.context.cookies() == [], "nothing is kept before somebody saves"
    save(page, 0, 1)
    page.locator(".results h3 a").first.click()
    page.goto("/shortlist/")
    page.get_by_role("textbox").first.fill("A note")
    page.goto("/compare/")
    page.goto("/privacy/")
    named = page.locator("h2#cookies ~ p code").all_inner_texts()
    assert [one["name"] for one in page.context.cookies()] == named == ["shortlist"]
    stored = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort()")
    where_one_was = {"listing", "scroll", "htmx-current-path-for-history"}
    assert {key.partition(":")[0] for key in stored} <= {"theme", "shortlist-notes"} | where_one_was
    expect(page.get_by_role("row", name="Private notes")).to_be_visible()
