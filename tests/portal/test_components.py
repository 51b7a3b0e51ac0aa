"""The parts every page is made of: what they print, what they refuse to invent, what they escape."""

import datetime
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from portal import drawing
from portal.templatetags import portal as tags

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MANAGER = {"p10": 73390, "p25": 94950, "median": 123860, "p75": 168000, "p90": 224340}


def printed(source, **context):
    return Template("{% load portal %}" + source).render(Context(context))


# Range strip -------------------------------------------------------------------------------------


def test_a_strip_puts_the_median_on_the_site_wide_scale():
    svg = drawing.range_svg("Manager", MANAGER)
    x = round(3 + 123860 / drawing.PAY_SCALE * 94, 2)
    assert f'<line class="med" x1="{x}%" x2="{x}%"' in svg
    assert 'height="68"' in svg
    assert "viewBox" not in svg
    assert "style" not in svg


def test_a_strip_says_its_whole_sentence_to_a_screen_reader():
    title = re.search(r"<title>(.*)</title>", drawing.range_svg("Manager", MANAGER)).group(1)
    assert title == (
        "Manager: median pay $123,860 a year. Half earn between $94,950 and $168,000; "
        "one in ten earns less than $73,390 and one in ten more than $224,340."
    )


@pytest.mark.parametrize("missing", drawing.PERCENTILES)
def test_a_missing_percentile_drops_its_mark_and_is_named(missing):
    pay = MANAGER | {missing: None}
    svg, sentence = drawing.range_svg("Manager", pay), drawing.pay_sentence("Manager", pay)
    assert "not published" in sentence
    assert ("band" in svg) == (missing not in ("p25", "p75"))
    assert ('class="med"' in svg) == (missing != "median")
    assert svg.count('y1="26"') == (1 if missing in ("p10", "p90") else 2)
    assert "None" not in svg + sentence
    assert "$0" not in svg + sentence


def test_only_a_median_says_that_the_spread_is_not_published():
    assert drawing.pay_sentence("Nurse", {"median": 97550}) == (
        "Nurse: median pay $97,550 a year. The spread of pay is not published."
    )


def test_nothing_known_draws_nothing():
    assert drawing.range_svg("Nurse", {}) == ""
    assert printed("{% range_strip 'Nurse' pay %}", pay={}) == '<p class="hint">Nurse: pay is not published.</p>'


def test_a_top_coded_or_huge_value_is_never_drawn_as_measured():
    surgeon = MANAGER | {"p90": 239200, "top_coded": {"p90"}}
    assert "$239k+" in drawing.range_svg("Surgeon", surgeon)
    assert "$239,200 or more" in drawing.pay_sentence("Surgeon", surgeon)
    wage = SimpleNamespace(**MANAGER, is_top_coded=lambda name: name == "p90")
    assert "$224k+" in drawing.range_svg("Surgeon", wage)
    beyond = drawing.range_svg("Owner", MANAGER | {"p90": 400000})
    assert "$400k →" in beyond
    positions = [float(x) for x in re.findall(r'x\d?="([\d.]+)%', beyond)]
    assert max(positions) <= 97


def test_labels_of_a_narrow_range_are_joined_instead_of_overlapping():
    clerk = drawing.range_svg("Clerk", {"p10": 33000, "median": 36000, "p90": 44000})
    assert "$33k to $44k" in clerk
    assert clerk.count("<text") == 2
    between = drawing.range_svg("Clerk", {"p10": 33000, "median": 44000, "p90": 70000})
    assert between.count('class="roomy"') == 2
    assert between.count('class="tight"') == 1


def test_hostile_titles_are_inert():
    assert "<script>" not in printed("{% range_strip title pay caption=True %}", title="<script>", pay=MANAGER)


# Crest -------------------------------------------------------------------------------------------


def test_a_crest_is_the_same_for_the_same_slug_and_decoration_only():
    school = SimpleNamespace(slug="example-lakes-university", name="Example Lakes University")
    svg = tags.crest(school)
    assert svg == tags.crest("example-lakes-university", "Example Lakes University")
    assert svg != tags.crest("st-example-college", "St. Example College")
    assert 'aria-hidden="true"' in svg
    assert ">EL</text>" in svg
    # SHA-256 begins with byte 0 = a multiple of six; bytes 2 to 10 mod 3 are 1 2 1 0 1 2 1 2 1.
    assert "#0B5B5A" in svg
    assert svg.count("a20 20 0 0 1") == 5
    assert svg.count("h20v20h-20z") == 1


@pytest.mark.parametrize(
    ("name", "letters"),
    [("University of the Example", "UE"), ("Sample-Coast", "SC"), ("Über College", "ÜC"), ("The", "T"), ("", "")],
)
def test_initials_skip_the_small_words(name, letters):
    assert drawing.initials(name) == letters


# Lists -------------------------------------------------------------------------------------------

LEVELS = [
    {"value": "master", "label": "Master’s", "count": 394, "selected": True},
    {"value": "doctor", "label": "<b>Doctorate</b>", "count": 0, "selected": False},
]


def test_a_facet_prints_its_numbers_and_keeps_the_empty_option():
    html = printed("{% facet_group 'level' 'Degree' options %}", options=LEVELS)
    assert 'name="level" value="master" checked data-count="394"' in html
    assert 'value="doctor" data-count="0"' in html
    assert "1 selected" in html
    assert '<details class="facet" data-facet="level" open>' in html
    assert "<legend" in html
    assert "<b>" not in html


def test_a_facet_with_nothing_chosen_is_closed():
    html = printed("{% facet_group 'level' 'Degree' options %}", options=[LEVELS[1]])
    assert " open" not in html
    assert "selected" not in html
    assert printed("{% facet_group 'level' 'Degree' options %}", options=[]) == ""


def test_a_chip_is_the_link_that_removes_it():
    chip = {"name": "level", "value": "master", "label": "Degree: Master’s", "url": "?state=MN&near=55455"}
    html = printed("{% chips active '/programs/' %}", active=[chip])
    assert 'rel="nofollow" data-chip="level=master" href="?state=MN&amp;near=55455"' in html
    assert "Remove filter </span>Degree: Master’s" in html
    assert "Clear all" not in html
    assert "Clear all" in printed("{% chips active '/programs/' %}", active=[chip, chip])
    assert printed("{% chips active %}", active=[]) == ""


def test_page_links_keep_the_filters_and_page_one_is_the_plain_address():
    pages = Paginator(range(100), 10)
    html = printed("{% pagination page query %}", page=pages.page(2), query="level=master&page=2&q=a%26b")
    assert 'href="?level=master&amp;q=a%26b" aria-label="Page 1"' in html
    assert 'href="?level=master&amp;q=a%26b&amp;page=3" rel="next"' in html
    assert 'aria-current="page" aria-label="Page 2"' in html
    assert printed("{% pagination page %}", page=Paginator(range(5), 10).page(1)) == ""


def test_pages_inside_an_article_have_their_own_name_and_return_to_their_panel():
    html = printed(
        "{% pagination page '' param='schools' fragment='#schools' %}", page=Paginator(range(30), 10).page(1)
    )
    assert 'href="?schools=2#schools"' in html


def test_sorting_keeps_the_filters_and_drops_the_page():
    options = [{"value": "tuition", "label": "Lowest tuition", "selected": True}]
    html = printed("{% sort_form options query %}", options=options, query="level=master&level=doctor&page=3&sort=x")
    assert html.count('type="hidden" name="level"') == 2
    assert 'name="page"' not in html
    assert '<option value="tuition" selected>' in html


def test_a_stacked_table_keeps_its_roles_and_labels():
    html = tags.stacked_table("Pay", ["Place", ("Median pay", "num")], [["Hospitals", "$130,690"]])
    assert '<td role="cell" data-label="Median pay" class="num">$130,690</td>' in html
    assert 'scope="row" role="rowheader">Hospitals' in html
    assert "<caption>Pay</caption>" in html
    assert "<th " not in tags.stacked_table("Pay", ["", ""], []).split("<tbody")[0]


# Who says so --------------------------------------------------------------------------------------


def test_the_confirmation_line_tells_fresh_from_old_and_never():
    today = datetime.date(2026, 11, 25)
    assert "Confirmed by school" in tags.confirmation(datetime.date(2026, 9, 3), today=today)
    old = tags.confirmation(datetime.date(2025, 9, 11), today=today)
    assert "Not confirmed for 14 months" in old
    assert "last confirmed 11 Sep 2025" in old
    assert "(IPEDS 2023–24, provisional)" in tags.confirmation(None, "IPEDS 2023–24, provisional")


def test_provenance_names_each_release_once():
    html = tags.provenance("OEWS May 2025", None, "OEWS May 2025", "IPEDS 2023–24")
    assert html == '<p class="src">Sources: OEWS May 2025; IPEDS 2023–24.</p>'
    assert tags.provenance(None) == ""


# Frame -------------------------------------------------------------------------------------------


@override_settings(SITE_URL="https://portal.example")
def test_breadcrumbs_are_read_by_people_and_by_machines():
    request = RequestFactory().get("/programs/")
    html = printed("{% breadcrumbs 'Programs' '/programs/' name %}", request=request, name="</script><b>MHA & co")
    assert '<li aria-current="page">&lt;/script&gt;&lt;b&gt;MHA &amp; co</li>' in html
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1)
    assert "<" not in block
    data = json.loads(block)
    assert data["@type"] == "BreadcrumbList"
    assert [entry["name"] for entry in data["itemListElement"]] == ["Home", "Programs", "</script><b>MHA & co"]
    assert data["itemListElement"][1]["item"] == "https://portal.example/programs/"
    assert "item" not in data["itemListElement"][2]


def test_the_navigation_knows_where_the_visitor_is():
    request = RequestFactory().get("/programs/example/mha/")
    link = "{% nav_link 'schools:program_list' 'Programs' %}"
    assert 'aria-current="true"' in printed(link, request=request)
    assert 'aria-current="page"' in printed(link, request=RequestFactory().get("/programs/"))
    assert "aria-current" not in printed(link, request=RequestFactory().get("/careers/"))


@override_settings(SITE_URL="https://portal.example")
def test_a_page_names_its_one_address_without_the_query():
    page = {"request": RequestFactory().get("/about/?utm=x")}
    assert tags.canonical_link(page) == '<link rel="canonical" href="https://portal.example/about/">'
    assert "page=2" in tags.canonical_link(page | {"canonical_url": "https://portal.example/programs/?page=2"})


PAGES = [
    *(f"pages/{path.name}" for path in sorted((TEMPLATES / "pages").glob("*.html"))),
    *(f"errors/{path.name}" for path in sorted((TEMPLATES / "errors").glob("*.html"))),
    "home.html",
]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_text_stands_without_database_or_visitor(name):
    """pytest-django forbids the database here; a bare request has no user and no session."""
    html = render_to_string(name, request=RequestFactory().get("/x/"))
    assert html.lstrip().startswith("<!doctype html>")
    assert html.count("<h1") == 1
    assert "– HealthAdmin Pathways</title>" in html
    assert 'id="main"' in html
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.parametrize("name", ["errors/500.html", "errors/503.html"])
@override_settings(
    STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}},
    ROOT_URLCONF="",
)
def test_the_last_resort_pages_need_nothing_that_can_be_broken(name):
    html = render_to_string(name)
    assert "/static/css/base.css" in html
    assert "Load this page again" in html or "Try again in a minute" in html


def test_no_template_of_ours_breaks_the_policy():
    """No inline style, no inline handler, no script but files and data blocks, nothing from elsewhere."""
    for path in TEMPLATES.rglob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)
        where = path.relative_to(TEMPLATES)
        assert not re.search(r"\sstyle\s*=|<style", text), where
        assert not re.search(r"""\son[a-z]+\s*=\s*["']""", text), where
        assert not re.search(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=\s*["'](?:https?:)?//""", text), where
        for attributes in re.findall(r"<script([^>]*)>", text):
            assert "src=" in attributes or "application/" in attributes, where


VISITOR = re.compile(
    r"csrf_token|\{\{\s*(?:user|request\.user|messages|perms)\b"
    r"|%\s*(?:if|for)[^%]*\b(?:user|messages|request\.user|request\.session)\b"
)


def test_public_templates_know_nothing_of_the_visitor():
    for path in TEMPLATES.rglob("*.html"):
        where = path.relative_to(TEMPLATES)
        if not {"admin", "account", "allauth", "mfa", "private.html", "workspace"} & set(where.parts[:2]):
            assert not VISITOR.search(path.read_text()), where
