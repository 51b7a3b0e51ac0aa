"""The shortlist of a device: what is saved, taken away, put back, shared, and said about what is no longer listed."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.saving_parts import COOKIE, MOST, save_button
from schools.models import Program, School
from schools.relisting import relist_all
from schools.shortlist import ids_in
from tests.factories import ProgramFactory, SchoolFactory
from tests.portal.test_settings import manage

pytestmark = pytest.mark.django_db
URL = "/shortlist/"


@pytest.fixture
def visitor():
    """A browser without scripts, on a page of this site."""
    return Client(headers={"Origin": "http://testserver"})


@pytest.fixture
def programs():
    return [ProgramFactory(name=f"Example Program {letter}") for letter in "ABC"]


def saved(visitor) -> str:
    cookie = visitor.cookies.get(COOKIE)
    return cookie.value if cookie else ""


def keep(visitor, *programs):
    visitor.cookies[COOKIE] = ".".join(str(getattr(one, "pk", one)) for one in programs)


def send(visitor, **values):
    """Send the form and go where the answer leads; the page one then sees."""
    answer = visitor.post(URL, values)
    assert answer.status_code == 303
    assert answer["Location"].startswith(URL)
    assert answer["Cache-Control"] == "private, no-store"
    return read(visitor, answer["Location"])


def read(visitor, url=URL) -> str:
    page = visitor.get(url)
    assert page.status_code == 200
    assert not page.cookies, "to look changes nothing"
    return page.content.decode()


def titles(page) -> list[str]:
    return re.findall(r"<h2><a [^>]*>([^<]*)</a>", page)


# Saving ------------------------------------------------------------------------------------------


def test_a_visitor_without_scripts_saves_and_is_led_to_the_list(visitor, programs):
    first, second, _ = programs
    page = send(visitor, save=first.pk)
    assert "Saved: Example Program A, " in page
    assert "1 in your shortlist" in page
    page = send(visitor, save=second.pk)
    assert titles(page) == ["Example Program A", "Example Program B"]
    assert saved(visitor) == f"{first.pk}.{second.pk}"
    assert "Example Program C" not in page


def test_the_way_back_leads_to_the_page_of_the_button_and_never_elsewhere(visitor, programs):
    address = visitor.post(URL, {"save": programs[0].pk})["Location"]
    back = "Back to where you were"

    def page(referer):
        return visitor.get(address, headers={"Referer": referer}).content.decode()

    assert 'href="/programs/?q=a&amp;page=2">' + back in page("http://testserver/programs/?q=a&page=2")
    for elsewhere in (
        "https://evil.example/programs/",
        "http://testserver//evil.example/",
        "http://testserver/shortlist/?saved=1",
        "http://testserver",
        "javascript:alert(1)",
        "",
    ):
        assert back not in page(elsewhere)


def test_saving_twice_saves_once_and_does_not_move(visitor, programs):
    first, second, _ = programs
    for program in (first, second, first):
        page = send(visitor, save=program.pk)
    assert saved(visitor) == f"{first.pk}.{second.pk}"
    assert "2 in your shortlist" in page


def test_the_cookie_is_ours_alone_and_lasts_a_year(visitor, programs):
    cookie = visitor.post(URL, {"save": programs[0].pk}).cookies[COOKIE]
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/", "Lax", 365 * 24 * 60 * 60)
    assert not cookie["domain"]
    assert not cookie["httponly"], "the script that says what is saved reads it"


def test_what_is_not_public_cannot_be_saved(visitor):
    draft = ProgramFactory(published_at=None, name="Secret Program")
    page = send(visitor, save=draft.pk)
    assert "the directory lists no such program" in page
    assert "Secret Program" not in page
    assert saved(visitor) == ""


def test_one_more_than_fit_is_refused_in_words(visitor):
    school = SchoolFactory()
    programs = [ProgramFactory(school=school) for _ in range(MOST + 1)]
    keep(visitor, *programs[:MOST])
    page = send(visitor, save=programs[MOST].pk)
    assert f"Not saved: {programs[MOST].name}" in page
    assert f"A shortlist holds {MOST} programs: remove one" in page
    assert len(saved(visitor).split(".")) == MOST
    send(visitor, remove=programs[0].pk)
    send(visitor, save=programs[MOST].pk)
    assert saved(visitor).endswith(f".{programs[MOST].pk}")


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("12.57.9", [12, 57, 9]),
        ("12.12.57", [12, 57]),
        ("", []),
        ("...", []),
        ("abc.5.-3.0.07.1e3. 8.<b>.6;.½", [5]),
        ("9" * 19 + ".4", [4]),
        ("null", []),
    ],
)
def test_junk_in_the_cookie_is_passed_over(value, ids, visitor):
    assert ids_in(value) == ids
    visitor.cookies[COOKIE] = value
    assert visitor.get(URL).status_code == 200
    assert visitor.get("/compare/").status_code == 200


def test_a_cookie_of_hundreds_of_ids_is_read_to_its_twentieth(visitor):
    programs = [ProgramFactory(school=SchoolFactory()) for _ in range(2)]
    keep(visitor, *range(10**6, 10**6 + MOST - 1), programs[0], programs[1], *range(2 * 10**6, 2 * 10**6 + 300))
    assert titles(read(visitor)) == [programs[0].name]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"save": ""},
        {"save": "x"},
        {"remove": ""},
        {"undo": "1"},
        {"undo": "a.b"},
        {"remove": "9" * 30},
        {"what": "1"},
    ],
)
def test_a_form_that_means_nothing_changes_nothing(values, visitor, programs):
    keep(visitor, *programs)
    before = saved(visitor)
    send(visitor, **values)
    assert saved(visitor) == before


# Taking away and putting back ------------------------------------------------------------------------


def test_what_is_removed_can_be_put_back_where_it_was(visitor, programs):
    keep(visitor, *programs)
    page = send(visitor, remove=programs[1].pk)
    assert "Removed: Example Program B, " in page
    assert titles(page) == ["Example Program A", "Example Program C"]
    undo = re.search(r'name="undo" value="([^"]*)" data-undo autofocus>Undo', page)[1]
    page = send(visitor, undo=undo)
    assert titles(page) == ["Example Program A", "Example Program B", "Example Program C"]
    assert titles(send(visitor, undo=undo)) == titles(page), "a second time it is there already"


def test_the_last_one_removed_leaves_no_cookie_and_a_way_on(visitor, programs):
    keep(visitor, programs[0])
    answer = visitor.post(URL, {"remove": programs[0].pk})
    cookie = answer.cookies[COOKIE]
    assert (cookie.value, cookie["max-age"]) == ("", 0)
    page = read(visitor, answer["Location"])
    assert "Nothing saved yet" in page
    assert "Undo" in page
    assert 'href="/programs/">See all programs' in page


def test_all_can_be_removed_at_once_and_all_put_back_in_order(visitor, programs):
    keep(visitor, *reversed(programs))
    page = send(visitor, clear="1")
    assert "Removed 3 programs" in page
    undo = re.search(r'name="save" value="([^"]*)" data-undo', page)[1]
    page = send(visitor, save=undo)
    assert titles(page) == ["Example Program C", "Example Program B", "Example Program A"]


def test_a_message_that_is_not_true_is_not_said(visitor, programs):
    """Anybody can write such an address and send it to somebody."""
    first, second, _ = programs
    keep(visitor, first)
    assert "Removed" not in read(visitor, f"{URL}?removed={first.pk}")
    assert "Not saved" not in read(visitor, f"{URL}?full={second.pk}")
    assert "is empty" not in read(visitor, f"{URL}?cleared={first.pk}")
    assert "keeps no cookies" in read(visitor, f"{URL}?saved={second.pk}")
    page = read(visitor, f"{URL}?saved=<script>&removed=%22onload&place=9e9&full=-1&unknown=1&cleared=.")
    assert "<script>&" not in page
    assert "onload" not in page


# What is no longer listed --------------------------------------------------------------------------


def test_a_program_that_is_no_longer_listed_is_named_with_the_reason_and_can_be_removed(visitor, programs):
    first, second, _ = programs
    keep(visitor, first, second)
    Program.objects.filter(pk=first.pk).update(published_at=None)
    page = read(visitor)
    assert titles(page) == ["Example Program B"]
    assert "Example Program A, " in page
    assert "It is no longer listed." in page
    assert f'href="{first.get_absolute_url()}"' in page
    assert visitor.get(first.get_absolute_url()).status_code == 410, "which names programs like it"
    page = send(visitor, remove=first.pk)
    assert "Removed: a program that is not listed." in page
    assert "Example Program A" not in page
    assert saved(visitor) == str(second.pk)


def test_it_says_whether_the_school_closed_merged_or_went(visitor):
    closed, merged, gone = (ProgramFactory(name=f"Program of the {what}") for what in ("closed", "merged", "gone"))
    into = SchoolFactory(record__name="Successor College")
    keep(visitor, closed, merged, gone)
    closing = {"status": "closed", "closed_on": datetime.date(2025, 6, 30)}
    for school, change in ((closed.school, closing), (merged.school, {"status": "merged"})):
        school.records.update(**change, successor_unitid=into.unitid if school == merged.school else "")
    School.objects.filter(pk=gone.school.pk).update(published_at=None)
    relist_all()
    page = read(visitor)
    assert "The school closed on 30 Jun 2025." in page
    assert "The school has merged into Successor College." in page
    assert "Its school is no longer listed." in page
    assert titles(page) == []


def test_what_never_was_public_reads_like_what_never_existed(visitor):
    draft = ProgramFactory(published_at=None, name="Secret Program")
    hidden = ProgramFactory(
        school=SchoolFactory(unitid=None, slug="secret", published_at=None, name_override="Secret College")
    )
    keep(visitor, draft, hidden, 999_999_999)
    page = read(visitor)
    assert "Secret" not in page
    assert page.count("It is not in our directory.") == 3
    assert "Secret" not in read(visitor, f"/compare/?p={draft.pk}&p={hidden.pk}")


@pytest.mark.parametrize(
    "change", [{}, {"origin": "federal"}, {"published_at": None}, {"school": "hidden"}, {"school": "draft"}]
)
def test_the_gone_page_and_the_shortlist_agree_on_what_was_public(change, client):
    hidden = SchoolFactory(published_at=None)
    draft = SchoolFactory(published_at=None, unitid=None, slug="draft", name_override="Draft College")
    schools = {"hidden": hidden, "draft": draft}
    made = ProgramFactory(**change | ({"school": schools[change["school"]]} if "school" in change else {}))
    Program.objects.filter(pk=made.pk).update(published_at=None)
    known = Program.objects.once_public().filter(pk=made.pk).exists()
    assert client.get(made.get_absolute_url()).status_code == (410 if known else 404)
    assert known == (change in ({}, {"origin": "federal"}, {"school": "hidden"}))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("&".join(f"save={n}" for n in range(1, 1_200)), "application/x-www-form-urlencoded"),
        ("--x\r\nbroken", "multipart/form-data; boundary=x"),
        ("save=%00%ff", "application/x-www-form-urlencoded"),
        ("{", "application/json"),
    ],
)
def test_a_broken_form_is_some_page(body, kind, visitor):
    answer = visitor.post(URL, body, content_type=kind)
    assert answer.status_code in (303, 400)
    assert not answer.cookies


def test_in_production_the_cookie_is_for_this_host_and_https_only():
    program = (
        "import django; django.setup();"
        "from django.http import HttpResponse; from schools.shortlist import Shortlist;"
        "print(Shortlist((12, 57)).keep_in(HttpResponse()).cookies.output());"
        "print(Shortlist().keep_in(HttpResponse()).cookies.output());"
        "from portal.saving_parts import saving_frame; print(saving_frame())"
    )
    done = manage("-c", program, program=(), DJANGO_SETTINGS_MODULE="portal.settings")
    assert not done.stderr, done.stderr
    kept, gone, frame = done.stdout.strip().splitlines()
    assert kept.startswith("Set-Cookie: __Host-shortlist=12.57; ")
    for cookie in (kept, gone):
        assert {"Path=/", "SameSite=Lax", "Secure"} <= set(re.split("; ", cookie))
        assert "HttpOnly" not in cookie
        assert "Domain" not in cookie
    assert "Max-Age=0" in gone
    assert 'data-cookie="__Host-shortlist"' in frame


# Sharing -----------------------------------------------------------------------------------------


def test_a_link_shows_a_list_to_anybody_and_changes_nothing_there(visitor, programs):
    keep(visitor, *programs[:2])
    link = re.search(r'href="http://testserver(/shortlist/\?[^"]*)" data-copy', read(visitor))[1].replace("&amp;", "&")
    friend = Client(headers={"Origin": "http://testserver"})
    keep(friend, programs[2])
    page = read(friend, link)
    assert "A shortlist of 2 programs" in page
    assert titles(page) == ["Example Program A", "Example Program B"]
    assert 'name="remove"' not in page
    assert saved(friend) == str(programs[2].pk)
    everything = re.search(r'name="save" value="([^"]*)">Save all', page)[1]
    page = send(friend, save=everything)
    assert "Saved: 2 programs. 3 in your shortlist." in page
    assert titles(page) == ["Example Program C", "Example Program A", "Example Program B"]


def test_save_all_saves_what_fits_and_says_what_does_not(visitor):
    school = SchoolFactory()
    programs = [ProgramFactory(school=school) for _ in range(MOST + 2)]
    keep(visitor, *programs[: MOST - 1])
    page = send(visitor, save=".".join(str(one.pk) for one in programs[MOST - 1 :]))
    assert f"Saved: {programs[MOST - 1].name}" in page
    assert "Not saved: 2 programs." in page


@pytest.mark.parametrize("query", ["p=", "p=x", "p=0&p=-1", "p=999999999999999999", "p=%20", "p=NaN&q=1"])
def test_a_link_to_nothing_says_so(query, visitor, programs):
    page = read(visitor, f"{URL}?{query}")
    assert "This link names no program" in page or "It is not in our directory" in page
    assert titles(page) == []


def test_a_link_is_for_people_and_not_for_search_engines(visitor, programs):
    page = read(visitor, f"{URL}?p={programs[0].pk}")
    assert '<meta name="robots" content="noindex">' in page
    assert f'rel="canonical" href="http://127.0.0.1:8000{URL}"' in page


# What it costs, and that public pages never ask ------------------------------------------------------


@pytest.mark.parametrize("number", [1, 5, MOST])
def test_a_list_costs_the_same_few_queries_however_long(number, visitor, django_assert_num_queries):
    programs = [ProgramFactory(school=SchoolFactory()) for _ in range(number)]
    gone = ProgramFactory(published_at=None)
    keep(visitor, *programs[: MOST - 1], gone)
    with django_assert_num_queries(6):  # listed, unlisted; version, and what cards share, which a process remembers
        visitor.get(URL)


def test_public_pages_are_the_same_bytes_with_and_without_a_shortlist(programs):
    strangers = Client(), Client()
    keep(strangers[1], *programs)
    for url in ("/", "/programs/", programs[0].get_absolute_url(), programs[0].school.get_absolute_url(), "/privacy/"):
        answers = [stranger.get(url) for stranger in strangers]
        assert answers[0].content == answers[1].content
        assert not answers[1].cookies
        assert "cookie" not in answers[1].get("Vary", "").lower()
    assert answers[0].content.count(b'<form id="save" method="post" action="/shortlist/"') == 1


def test_the_button_says_what_it_saves_and_carries_no_star():
    assert save_button(7, "Nursing & more", "Example College") == (
        '<button class="btn line save" type="submit" form="save" name="save" value="7" data-save>'
        '<span>Save</span><span class="vh"> Nursing &amp; more at Example College</span></button>'
    )


def test_every_result_and_the_page_of_a_program_offer_to_save(client, programs):
    button = save_button(programs[0].pk, "Example Program A", programs[0].school.listing.name)
    assert button in client.get(reverse("schools:program_list")).content.decode()
    assert button in client.get(programs[0].get_absolute_url()).content.decode()


def test_a_link_with_more_than_fit_says_how_many_are_left_out(visitor):
    programs = [ProgramFactory() for _ in range(3)]
    ids = [one.pk for one in programs] + list(range(900_001, 900_023))
    page = read(visitor, f"{URL}?" + "&".join(f"p={pk}" for pk in ids))
    assert "The link names 5 programs more than fit: a shortlist holds 20." in page
    assert "more than fit" not in read(visitor, f"{URL}?" + "&".join(f"p={pk}" for pk in ids[:20]))


def test_a_link_without_a_program_counts_none(visitor):
    page = read(visitor, f"{URL}?p=999999")
    assert "A shortlist without programs" in page
    assert "No programs" not in page
    compared = read(visitor, "/compare/?p=999999")
    assert "linked above" not in compared
    assert "The link may be old or cut off" in compared


def test_what_was_put_back_is_said(visitor):
    program = ProgramFactory(name="Example Return")
    visitor.post(URL, {"save": program.pk})
    visitor.post(URL, {"remove": program.pk})
    answer = visitor.post(URL, {"undo": f"{program.pk}.0"})
    assert answer["Location"] == f"{URL}?restored={program.pk}"
    assert "Back in your shortlist: Example Return" in read(visitor, answer["Location"])
    assert "Back in your shortlist" not in read(visitor, f"{URL}?restored=999999")
