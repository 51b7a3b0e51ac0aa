"""The editors' desk in Chromium: no violation of the policy, no barrier, nothing that overflows."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from careers.models import Attribute, Cell, DegreeOption
from tests import factories as make
from tests.desk import address

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
AXE = "axe_playwright_python/axe.min.js"


@pytest.fixture
def chromium(monkeypatch):
    playwright = pytest.importorskip("playwright.sync_api")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver keeps an event loop in this thread
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def drafted(transactional_db):
    """An article with a live edition and a full draft, as an editor would see it."""
    article = make.ArticleFactory()
    edition = make.EditionFactory(article=article, title="How can I become an example?")
    nurse = make.OccupationFactory(soc="29-1141", title="Registered Nurses")
    field = make.FieldOfStudyFactory(cip="51.3801")
    subject = make.SubjectFactory(fields=[field])
    columns = [
        make.PathwayFactory(edition=edition, name=name, position=n, occupation=nurse)
        for n, name in enumerate(["RN case manager", "Healthcare social worker", "Health services manager"])
    ]
    for n, label in enumerate(["Degree", "License", "Median pay"]):
        row = Attribute.objects.create(edition=edition, label=label, position=n)
        for column in columns:
            column.fields_of_study.add(field)
            Cell.objects.create(pathway=column, attribute=row, text=f"{label} of {column.name}")
    make.SectionFactory(edition=edition, position=0)
    make.CitationFactory(edition=edition, position=0)
    DegreeOption.objects.create(edition=edition, label="Master’s", subject=subject, pathway=columns[0])
    edition.edition_occupations.create(occupation=nurse)
    article.draft = edition
    article.save()
    return edition


@pytest.fixture
def pages(drafted):
    program = make.ProgramFactory()
    return {
        "index": reverse("admin:index"),
        "edition": address(drafted),
        "live": address(drafted.article.live),
        "article": address(drafted.article),
        "articles": reverse("admin:careers_article_changelist"),
        "program": address(program),
        "programs": reverse("admin:schools_program_changelist"),
        "school": address(program.school),
        "subject": address(drafted.degree_options.get().subject),
        "occupation": address(drafted.occupations.get()),
        "certification": reverse("admin:careers_certification_add"),
        "releases": reverse("admin:portal_release_changelist"),
    }


def signed_in(chromium, live_server, *, width, scheme):
    """A page whose browser carries the session of a superuser, and the list of what it complained about."""
    client = Client()
    client.force_login(make.UserFactory(is_staff=True, is_superuser=True, email=f"{width}{scheme}@example.com"))
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    cookie = client.cookies["session"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


STICKS_OUT = """width => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right + scrollX > width)
    .map(one => `${one.tagName} #${one.id} .${one.className}: ${one.textContent.trim().slice(0, 80)}`)"""


def too_wide(page, width) -> list[str]:
    """What is wider than the window, once the scripts of the desk have laid out their boxes."""
    for _ in range(20):
        if page.evaluate("document.documentElement.scrollWidth") <= width:
            return []
        page.wait_for_timeout(100)
    return page.evaluate(STICKS_OUT, width) or ["something that cannot be seen"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_desk_keeps_the_policy_and_is_open_to_everybody(chromium, live_server, pages, width, scheme):
    page, complaints = signed_in(chromium, live_server, width=width, scheme=scheme)
    axe = next(path for path in map(Path, sys.path) if (path / AXE).exists()) / AXE
    shots = os.environ.get("PORTAL_SCREENSHOTS")
    for name, path in pages.items():
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        assert "login" not in page.url
        assert complaints == [], name
        assert too_wide(page, width) == [], name
        if shots:
            page.screenshot(path=f"{shots}/{name}-{width}-{scheme}.png", full_page=True, caret="initial")
    barriers = []
    for name, path in pages.items():
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        page.evaluate(axe.read_text())
        found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        for violation in found["violations"]:
            barriers += [f"{name}: {violation['id']}: {node['target']}" for node in violation["nodes"]]
    assert not barriers, "\n".join(barriers)


def test_rows_are_added_by_script_and_by_the_autocomplete(chromium, live_server, drafted):
    page, complaints = signed_in(chromium, live_server, width=1280, scheme="light")
    page.goto(live_server.url + address(drafted))
    page.get_by_text("Add another Attribute").click()
    page.locator("#id_attributes-3-label").fill("Settings")
    page.locator("#pathways-0 .field-occupation .select2-selection").click()
    page.locator(".select2-search__field").last.fill("29-11")
    page.locator(".select2-results__option--highlighted").click()
    page.locator("input[name=_continue]").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("#grid tbody tr").count() == 4
    assert complaints == []


def test_a_figure_is_found_and_written_where_the_cursor_was(chromium, live_server, drafted):
    make.WageFactory(occupation=make.OccupationFactory(soc="29-1141"), median=48_000)
    page, complaints = signed_in(chromium, live_server, width=1280, scheme="light")
    page.goto(live_server.url + address(drafted))
    box = page.locator("#id_sections-0-body")
    box.fill("Pay is  a year.")
    box.evaluate("box => box.setSelectionRange(7, 7)")
    page.get_by_role("button", name="Find a figure for").first.click()
    page.keyboard.type("registered")
    page.locator("#figure-list button", has_text="$48,000").first.click()
    assert box.input_value() == "Pay is [[wage 29-1141 median US]] a year."
    assert box.evaluate("box => box === document.activeElement")
    page.get_by_role("button", name="Find a figure for").nth(1).press("Enter")
    page.keyboard.press("Escape")
    assert not page.locator("#figure-dialog").is_visible()
    assert complaints == []
