"""What every request passes on its way in, and every response on its way out."""

import logging
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse

from portal import errors, middleware, urls, views
from tests.factories import UserFactory

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


def database_is_away(request):
    raise OperationalError("connection refused")


def our_mistake(request):
    raise ZeroDivisionError


def slow(request):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)")


def gone(request):
    return errors.error_page(request, 410)


urlpatterns = [
    *urls.urlpatterns,
    path("away", database_is_away),
    path("mistake", our_mistake),
    path("slow", slow),
    path("gone", gone),
]
handler400, handler403, handler404, handler500 = (
    views.bad_request,
    views.forbidden,
    views.not_found,
    views.server_error,
)
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor():
    """A browser that sees the error page, as people do, instead of the exception."""
    return Client(raise_request_exception=False)


# Headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["/healthz", "/nowhere", "/away", "/mistake", "/gone", "/?q=%00", "/static/css/tokens.css", "/static/nothing.css"],
)
def test_the_policy_is_on_every_response(url, visitor):
    response = visitor.get(url)
    assert response["Content-Security-Policy"] == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in response
    assert len(response["X-Request-ID"]) == 12


@pytest.mark.django_db
def test_the_policy_is_on_the_desk_too(visitor):
    assert visitor.get("/admin/login/")["Content-Security-Policy"] == POLICY
    visitor.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert visitor.get("/admin/")["Content-Security-Policy"] == POLICY


def test_a_wrong_host_is_refused_with_a_page(visitor):
    response = visitor.get("/about/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert response["Content-Security-Policy"] == POLICY
    assert visitor.get("/about/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 200


# The input gate --------------------------------------------------------------------------------


@pytest.mark.parametrize("cookie", ["session=a\x00b", "x=\x1b", "csrf=a\x7f"])
def test_control_characters_in_a_cookie_are_refused(cookie, visitor):
    assert visitor.get("/about/", headers={"Cookie": cookie}).status_code == 400


def test_a_raw_byte_that_is_no_text_is_refused():
    environ = RequestFactory().get("/about/").environ | {"QUERY_STRING": "q=\xff"}
    assert middleware.InputGate(None).refuses("/about/", WSGIRequest(environ).META) == 400


def test_words_of_every_language_pass(visitor):
    assert visitor.get("/about/", {"q": "Pflege für Ältere 看護 \t\r\n"}).status_code == 200


class Unread(BytesIO):
    def read(self, *args):
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("length", "status"), [(5 * 1024 * 1024 + 1, 413), (300_000_000, 413), ("ten", 400), ("-1", 400)]
)
def test_a_body_too_large_is_refused_unread(length, status, visitor):
    response = visitor.generic("POST", "/admin/login/", **{"CONTENT_LENGTH": str(length), "wsgi.input": Unread()})
    assert response.status_code == status


# Methods ------------------------------------------------------------------------------------------


def test_public_pages_are_looked_at_and_the_desk_also_acts(visitor):
    assert visitor.post("/about/")["Allow"] == "GET, HEAD"
    assert visitor.post("/nowhere").status_code == 405
    assert visitor.put("/admin/login/")["Allow"] == "GET, HEAD, POST"


HERE, FOREIGN = "http://testserver", "https://evil.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": HERE},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": HERE},
    ],
)
@pytest.mark.parametrize("url", ["/shortlist/nowhere/", "/report/nowhere/"])
def test_anybody_acts_from_a_page_of_this_site(headers, url, visitor):
    """No such page here: 404 says that the gates let the form pass."""
    assert visitor.post(url, headers=headers).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
        {"Origin": FOREIGN},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
        {"Origin": f"{HERE}.evil.example"},
        {"Origin": FOREIGN, "Referer": HERE, "X-Forwarded-Host": "evil.example"},
    ],
)
@pytest.mark.parametrize("url", middleware.OPEN_TO_POST)
def test_a_form_on_another_site_changes_nothing_here_and_is_told_what_to_do(headers, url, visitor):
    refused = visitor.post(url, {"save": "1"}, headers=headers)
    assert (refused.status_code, refused["Cache-Control"]) == (403, "private, no-store")
    assert b"Nothing was changed" in refused.content
    assert not refused.cookies


def test_only_the_named_addresses_are_open_to_all(visitor):
    assert visitor.put("/shortlist/")["Allow"] == "GET, HEAD, POST"
    assert visitor.post("/compare/")["Allow"] == "GET, HEAD"
    assert visitor.post("/shortlists/").status_code == 405


# Caches -------------------------------------------------------------------------------------------


def test_a_browser_asks_again_and_is_told_that_nothing_changed(visitor):
    first = visitor.get("/about/")
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=30, stale-while-revalidate=30"
    again = visitor.get("/about/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize(
    ("url", "held"), [("/nowhere", True), ("/gone", True), ("/?q=%00", False), ("/mistake", False), ("/away", False)]
)
def test_facts_may_be_held_and_accidents_not(url, held, visitor):
    assert visitor.get(url)["Cache-Control"] == (
        "public, max-age=0, s-maxage=30, stale-while-revalidate=30" if held else "no-store"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["/admin/", "/admin/login/", "/admin/nowhere/", "/my/x.css", "/accounts/login/", "/compare/x/"]
)
def test_what_is_private_is_held_by_nobody(url, visitor):
    assert visitor.get(url)["Cache-Control"] == "private, no-store"


# What went wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "status"), [("/nowhere", 404), ("/gone", 410), ("/mistake", 500), ("/away", 503), ("/?q=%00", 400)]
)
def test_every_accident_has_a_page_without_asking_the_database(url, status, visitor):
    """No database is allowed in this test: a page that asked for one would fail."""
    response = visitor.get(url)
    assert response.status_code == status
    assert b"<h1>" in response.content
    assert b"stylesheet" in response.content
    assert b"Traceback" not in response.content


def test_an_outage_says_when_to_come_back(visitor):
    assert visitor.get("/away")["Retry-After"] == "30"
    assert "Retry-After" not in visitor.get("/mistake")


@pytest.mark.django_db
def test_a_page_that_takes_too_long_gives_up_kindly(visitor):
    assert visitor.get("/slow").status_code == 503


def test_an_error_page_that_fails_itself_is_a_plain_one(monkeypatch, rf, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("django.template.backends.django.Template.render", broken)
    with caplog.at_level(logging.CRITICAL):
        response = errors.error_page(rf.get("/"), 500)
    assert response.status_code == 500
    assert b"The mistake is ours" in response.content


@pytest.mark.django_db
def test_a_form_left_open_too_long_gets_a_page():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("admin:login"), {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert b"stylesheet" in response.content


# The desk's patience ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_desk_may_ask_longer_questions_and_leaves_the_connection_as_it_was(settings):
    def ask(request):
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return HttpResponse(cursor.fetchone()[0])

    settings.WEB_PROCESS = True
    gate, rf = middleware.AdminPatience(ask), RequestFactory()
    usual = ask(None).content
    assert gate(rf.get("/admin/")).content == b"15s"
    assert gate(rf.get("/about/")).content == usual
    assert ask(None).content == usual


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("/programs/?utm_source=a&level=master&utm_campaign=b", "/programs/?level=master"),
        ("/programs/?fbclid=1", "/programs/"),
        ("/PROGRAMS?UTM_source=a&utm%5Fmedium=b&q=x", "/programs/?q=x"),
        ("/careers/?gclid=x&q=a%26b&q=%C3%A9", "/careers/?q=a%26b&q=%C3%A9"),
        ("//evil.example/?utm_source=a", "/%2Fevil.example/"),
    ],
)
def test_what_counts_clicks_is_taken_off_an_address_once(asked, plain, visitor):
    answer = visitor.get("/", QUERY_STRING=asked.partition("?")[2], PATH_INFO=asked.partition("?")[0])
    assert (answer.status_code, answer["Location"]) == (301, plain)


def test_other_names_in_an_address_stay(visitor):
    assert visitor.get("/about/?utm=x&source=y").status_code == 200
    assert visitor.post("/about/?utm_source=x").status_code == 405
