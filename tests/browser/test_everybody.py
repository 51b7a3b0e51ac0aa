"""Open to everybody: every kind of page, light and dark, wide and narrow, asked by axe and by a ruler."""

from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser
# Where each kind of page stands, and its status; the rest comes from the starter (site.addresses).
PAGES = {
    "home": "/",
    "careers": "/careers/",
    "occupations": "/occupations/",
    "programs": "/programs/",
    "programs, filtered": "/programs/?level=master&delivery=online&state=MN&state=TX&sort=name",
    "programs, near": "/programs/?near=55455&radius=25",
    "programs, page 2": "/programs/?page=2",
    "programs, none": "/programs/?q=zzzzqqqq&level=master&state=MN",
    "schools": "/schools/",
    "schools, none": "/schools/?q=zzzzqqqq",
    "search": "/search/?q=nursing",
    "search, nothing asked": "/search/",
    "search, none": "/search/?q=zzzzqqqq",
    "search, misspelled": "/search/?q=helth+administraton",
    "suggestions": "/search/suggestions/?q=nurs",
    "for schools": "/for-schools/",
    "about": "/about/",
    "how we check": "/how-we-check/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "contact": "/contact/",
    "report": "/report/?about=/programs/",
    "sign in": "/accounts/login/",
    "new password": "/accounts/password/reset/",
}
REFUSALS = {"404": ("/careers/no-such-page/", 404), "400": ("/programs/?q=%00", 400)}
FROM_STARTER = [
    "school",
    "closed school",
    "merged school",
    "program",
    "program without a price",
    "occupation",
    "article medical-case-manager",
    "article health-services-manager",
    "article health-information-technologist",
    "article healthcare-social-worker",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)
# What WCAG 1.4.12 lets a reader set. By the style object, which the policy allows, not by a style element.
SPACING = """() => {
  for (const element of document.querySelectorAll("body, body *")) {
    element.style.lineHeight = "1.5";
    element.style.letterSpacing = "0.12em";
    element.style.wordSpacing = "0.16em";
    if (element.matches("p")) element.style.marginBlockEnd = "2em";
  }
}"""
# What sticks out, and what is cut off although it holds text.
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width) {
    for (const element of document.querySelectorAll("body *")) {
      if (element.getBoundingClientRect().right > width + 1 && !element.closest(".scroll, .vh, svg"))
        found.push(element.tagName + "." + element.className + ": " + element.textContent.trim().slice(0, 40));
    }
    found.push("the page is " + document.documentElement.scrollWidth + " wide");
  }
  return found;
}"""

# What a thumb misses: links that stand alone on a line, and controls.
SMALL = """() => [...document.querySelectorAll(
    ".nav a, .foot li a, .follows li a, .crumbs a, .tap a, main :is(button, select, summary, .btn, .input)")]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 1 && e.getBoundingClientRect().height < 43.5)
  .map(e => e.textContent.trim().slice(0, 40) + " is " + e.getBoundingClientRect().height + " high")"""


@pytest.fixture(scope="package")
def axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


def barriers(axe, page, options) -> list[str]:
    """What axe objects to on this page, one line a place."""
    # Without preload, because axe copies imported style sheets into the page, which the policy forbids.
    options = {"resultTypes": ["violations"], "runOnly": options, "preload": False}
    found = axe.run(page, options=options).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['target']}" for one in found for node in one["nodes"]]


def address(site, name):
    if name in REFUSALS:
        return REFUSALS[name]
    if name in FROM_STARTER:
        if name not in site.addresses:
            pytest.skip(f"the starter has no {name}")
        return site.addresses[name], 200
    return PAGES[name], 200


@pytest.mark.parametrize("name", [*PAGES, *FROM_STARTER, *REFUSALS])
def test_a_page_has_no_barrier_and_fits_every_window(visit, site, axe, name):
    """All rules at both widths; in the dark once more those that look at colors, the only thing it changes."""
    path, status = address(site, name)
    visitor = visit()
    visitor.signed_in = path.startswith("/accounts/")  # whose forms need the cookie of their token
    page = visitor.goto(path, status)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        found += [f"{width} light: {one}" for one in barriers(axe, page, RULES)]
        page.emulate_media(color_scheme="dark")
        dark = barriers(axe, page, {"type": "rule", "values": ["color-contrast", "link-in-text-block"]})
        found += [f"{width} dark: {one}" for one in dark]
    found += [f"320: {one}" for one in page.evaluate(OVERFLOW)]
    page.evaluate(SPACING)
    found += [f"320, spaced: {one}" for one in page.evaluate(OVERFLOW)]
    assert not found, "\n".join(found)
    assert urlsplit(page.url).path == urlsplit(path).path


@pytest.mark.parametrize("name", ["home", "programs", "programs, none", "search", "school", "program", "report"])
def test_a_thumb_meets_what_stands_alone_on_a_line(visit, site, name):
    path, status = address(site, name)
    page = visit().goto(path, status)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate(SMALL) == []
