"""What search engines, feed readers, monitors and finders of weaknesses are told."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from tests.factories import ArticleFactory, OccupationFactory, OccupationFieldFactory, ProgramFactory, SchoolFactory
from tests.robots import allowed

SITE = "http://127.0.0.1:8000"


# Addresses typed almost right ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/PROGRAMS/?state=MN", "/programs/?state=MN"),
        ("/Programs", "/programs/"),
        ("//programs//", "/programs/"),
        ("/Robots.TXT", "/robots.txt"),
        ("/SCHOOLS/sample-college/", "/schools/sample-college/"),
    ],
)
def test_case_and_doubled_slashes_lead_to_the_address_in_one_step(client, typed, meant):
    response = client.get("http://testserver" + typed)
    assert (response.status_code, response["Location"]) == (301, meant)


@pytest.mark.parametrize("typed", ["/nothing/", "/NOTHING/", "//evil.example/", "/healthz/"])
def test_an_address_nobody_can_have_meant_is_not_found(client, typed):
    assert client.get("http://testserver" + typed).status_code == 404


# Monitors ------------------------------------------------------------------------------------


def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_ready_when_every_migration_is_in(client):
    assert client.get("/readyz").content == b"ready\nworker last heard: never\n"


@pytest.mark.django_db
def test_readyz_waits_for_migrations(client, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready: migrations are waiting\n")


def test_readyz_is_not_ready_while_the_database_is_away(client, monkeypatch):
    def away(*args):
        raise OperationalError("secret address")

    monkeypatch.setattr("portal.views.MigrationExecutor", away)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"secret" not in response.content


# Search engines ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/programs/", True),
        ("/programs/a-school/a-program/", True),
        ("/programs/?level=master", True),
        ("/programs/?state=MN", True),
        ("/programs/?delivery=online", True),
        ("/programs/?level=master&state=MN", False),
        ("/programs/?state=MN&page=2", False),
        ("/programs/?q=nurse", False),
        ("/programs/?sort=price", False),
        ("/programs/?near=55455&radius=50", False),
        ("/careers/an-article/", True),
        ("/careers/an-article/?schools=2", True),
        ("/careers/?q=a", False),
        ("/schools/?page=2", False),
        ("/search/?q=a", False),
        ("/admin/", False),
    ],
)
def test_robots_may_follow_one_filter_and_not_the_space_of_all(client, path, may):
    assert allowed(client.get("/robots.txt").content.decode(), path) is may


def test_robots_are_shown_the_sitemap(client):
    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.fixture
def world():
    school = SchoolFactory(slug="a-school")
    ProgramFactory(school=school, slug="a-program")
    ProgramFactory(school=school, slug="a-hidden-program", published_at=None)
    ProgramFactory(school=SchoolFactory(slug="a-hidden-school", published_at=None), slug="of-a-hidden-school")
    OccupationFieldFactory(occupation=OccupationFactory(slug="an-occupation"))
    OccupationFactory(soc="29-9021", slug="a-hidden-occupation", published_at=None)
    ArticleFactory(slug="an-article")
    ArticleFactory(slug="a-hidden-article", published_at=None)


@pytest.mark.django_db
def test_the_sitemap_lists_what_is_published_and_nothing_else(client, world):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = {url.find("s:loc", space).text: url.find("s:lastmod", space) for url in root.findall("s:url", space)}
    for path in (
        "/careers/an-article/",
        "/occupations/an-occupation/",
        "/schools/a-school/",
        "/programs/a-school/a-program/",
    ):
        when = found[SITE + path]
        assert when is not None, f"{path} says when it changed"
        assert datetime.fromisoformat(when.text.replace("Z", "+00:00")).date() <= datetime.now(UTC).date()
    assert not [address for address in found if "hidden" in address]
    assert len(found) == len(set(found))
    for address in found:
        assert "?" not in address
        response = client.get(address.removeprefix(SITE))
        assert response.status_code == 200, address
        assert "noindex" not in response.content.decode(), address


# Feed readers ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_feed_has_the_published_articles(client, world):
    response = client.get("/feeds/articles.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(response.content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    links = [entry.find("a:link", space).get("href") for entry in root.findall("a:entry", space)]
    assert links == [f"{SITE}/careers/an-article/"]
    assert root.find("a:entry/a:updated", space) is not None


@pytest.mark.django_db
def test_neither_follows_the_host_of_the_request(client, world):
    for path in ("/sitemap.xml", "/feeds/articles.atom", "/robots.txt", "/.well-known/security.txt"):
        assert b"localhost" not in client.get(path, headers={"Host": "localhost"}).content


# Finders of weaknesses ----------------------------------------------------------------------------------


@pytest.mark.parametrize("today", ["2026-11-25", "2031-02-28"])
def test_security_txt_has_never_expired(client, today):
    with time_machine.travel(today):
        text = client.get("/.well-known/security.txt").content.decode()
        fields = dict(line.split(": ", 1) for line in text.splitlines())
        left = datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00")) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)
    assert fields["Contact"] == f"{SITE}{reverse('contact')}"
    assert fields["Canonical"] == f"{SITE}/.well-known/security.txt"


def test_security_txt_names_the_configured_contact(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    assert b"Contact: mailto:security@example.org\n" in client.get("/.well-known/security.txt").content


def test_password_managers_find_where_to_change_a_password(client):
    assert client.get("/.well-known/change-password")["Location"] == reverse("account_change_password")


def test_a_head_is_told_the_etag_that_a_get_would_have(client):
    assert client.head("/about/")["ETag"] == client.get("/about/")["ETag"]


@pytest.mark.django_db
def test_the_sitemap_ignores_what_it_does_not_know(client):
    plain = client.get("/sitemap.xml").content
    assert client.get("/sitemap.xml?p=x&junk=1").content == plain
