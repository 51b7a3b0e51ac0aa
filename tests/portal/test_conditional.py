"""Whoever asks again learns that nothing changed, cheaply; and learns it only while it is true."""

import re
import time
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from careers.models import Article, Occupation
from portal import conditional, urls, views
from portal.models import ContentVersion, Release, Source, State
from portal.models.versions import hear
from portal.publishing import Publishable
from schools.models import Program, School, Subject
from tests import factories as make


def odd(request):
    """A page that brings its version along and tells nobody."""
    return HttpResponse(str(State.objects.annotate(version=ContentVersion.expression()).first()))


def told(request):
    state = State.objects.annotate(version=ContentVersion.expression()).first()
    hear(state.version)
    return HttpResponse(str(state))


urlpatterns = [*urls.urlpatterns, path("odd", odd), path("told", told)]
handler400, handler403, handler404, handler500 = views.bad_request, views.forbidden, views.not_found, views.server_error
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def pages():
    """One public page of every kind, with what it shows."""
    field = make.FieldOfStudyFactory(cip="51.0701")
    make.SubjectFactory(name="Health administration", slug="health-administration", fields=[field])
    school = make.SchoolFactory(slug="a-school")
    make.ProgramFactory(school=school, slug="a-program", field_of_study=field)
    make.PublishedPriceFactory(school=school)
    occupation = make.OccupationFactory(soc="11-9111", slug="an-occupation")
    make.WageFactory(occupation=occupation)
    make.OccupationFieldFactory(occupation=occupation, field_of_study=field)
    make.ArticleFactory(slug="an-article")
    return [
        "/",
        "/search/?q=sample",
        "/search/?q=health",
        "/how-we-check/",
        "/careers/",
        "/careers/?q=career",
        "/careers/an-article/",
        "/occupations/",
        "/occupations/?q=manager",
        "/occupations/an-occupation/",
        "/programs/",
        "/programs/?level=master&sort=name",
        "/programs/?q=health&near=55455&radius=50",
        "/programs/?q=nothing+of+this+kind",
        "/programs/a-school/a-program/",
        "/schools/",
        "/schools/?q=sample&state=MN",
        "/schools/a-school/",
        "/sitemap.xml",
        "/feeds/articles.atom",
    ]


def again(client, page, tag, **headers):
    return client.get(page, headers={"If-None-Match": tag, **headers})


# What it costs ---------------------------------------------------------------------------------


def test_every_page_is_told_unchanged_by_one_query(client, pages, django_assert_num_queries):
    for page in pages:
        tag = client.get(page)["ETag"]
        with django_assert_num_queries(1):
            answer = again(client, page, tag)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag), page
        assert answer["Cache-Control"] == "public, max-age=0, s-maxage=30, stale-while-revalidate=30"


def test_a_page_without_data_is_told_unchanged_without_any(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert again(client, "/about/", client.get("/about/")["ETag"]).status_code == 304


def test_a_tag_of_another_build_costs_no_query_before_the_page(client, pages):
    with CaptureQueriesContext(connection) as plain:
        client.get("/how-we-check/")
    with CaptureQueriesContext(connection) as asked:
        assert again(client, "/how-we-check/", 'W/"other-20200101-5-abc"').status_code == 200
    assert len(asked) == len(plain)


def test_a_view_that_brings_its_version_pays_for_no_other(client, django_assert_num_queries):
    number = ContentVersion.now()
    with django_assert_num_queries(1):
        assert f"-{number}-" in client.get("/told")["ETag"]


def test_a_version_that_nobody_was_told_makes_no_tag_of_the_kind(client):
    """It is the tag of the bytes: made after the page, true, and worth no shortcut."""
    tag = client.get("/odd")["ETag"]
    assert str(ContentVersion.now()) not in tag
    assert again(client, "/odd", tag).status_code == 304


# How it is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", ["{tag}", "{strong}", '"x", {tag}', 'W/"y",{strong}', "*"], ids=["weak", "strong", "list", "both", "any"]
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_tags_come_weak_or_strong_alone_or_in_lists(client, pages, asked, method):
    tag = client.head("/schools/a-school/")["ETag"]
    assert tag == client.get("/schools/a-school/")["ETag"]
    words = asked.format(tag=tag, strong=tag.removeprefix("W/"))
    assert getattr(client, method)("/schools/a-school/", headers={"If-None-Match": words}).status_code == 304


@pytest.mark.parametrize("asked", ["", '""', '"x"', "junk", "W/", '"' + "x" * 5000 + '"', ",,,"])
def test_other_words_get_the_page(client, pages, asked):
    assert again(client, "/schools/a-school/", asked).status_code == 200


def test_a_tag_is_of_one_address(client, pages):
    tag = client.get("/programs/")["ETag"]
    assert again(client, "/programs/?level=master", tag).status_code == 200
    assert again(client, "/nowhere/", tag).status_code == 404
    assert again(client, "/programs/a-school/", tag).status_code == 301


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/programs/a-school/", "/PROGRAMS/", "/?q=%00", "/healthz", "/admin/login/"]
)
def test_no_tag_but_on_public_pages_that_are_there(client, pages, address):
    assert "ETag" not in client.get(address)
    assert again(client, address, "*").status_code == client.get(address).status_code


def test_the_tag_has_nothing_of_the_visitor(pages, client):
    reader = Client(headers={"HX-Request": "true", "Cookie": "shortlist=1.2", "Accept-Language": "de"})
    editor = Client()
    editor.force_login(make.UserFactory(is_staff=True, is_superuser=True))
    for page in pages:
        answers = [visitor.get(page) for visitor in (client, reader, editor)]
        assert len({answer["ETag"] for answer in answers}) == 1, page
        assert len({answer.content for answer in answers}) == 1, page


# That it is never stale ------------------------------------------------------------------------------


def changes_everything(client, pages, change, but=("/about/",)):
    tags = {page: client.get(page)["ETag"] for page in [*pages, *but]}
    change()
    for page, tag in tags.items():
        assert again(client, page, tag).status_code == (304 if page in but else 200), page


@pytest.mark.parametrize(
    "change",
    [
        lambda: Subject.objects.update(name="Another name"),
        lambda: Program.objects.update(description="Another text"),
        lambda: Source.objects.update(name="Another name"),
        lambda: connection.cursor().execute("UPDATE schools_school SET note = 'raw'"),
        lambda: connection.cursor().execute("DELETE FROM careers_wage"),
    ],
)
def test_any_change_of_any_table_is_seen_at_once(client, pages, change):
    changes_everything(client, pages, change)


def test_another_day_another_page(client, pages):
    """Ages and deadlines turn with the date; its zone is the site's."""
    with time_machine.travel("2026-11-25 23:59:59+00:00", tick=False) as clock:
        tags = {page: client.get(page)["ETag"] for page in [*pages, "/about/"]}
        assert all("-20261125-" in tag for tag in tags.values())
        clock.shift(timedelta(seconds=2))
        assert [again(client, page, tag).status_code for page, tag in tags.items()] == [200] * len(tags)


def test_another_build_another_page(client, pages, monkeypatch):
    tag = client.get("/about/")["ETag"]
    monkeypatch.setattr(conditional, "build_id", lambda: "another")
    assert again(client, "/about/", tag).status_code == 200


TABLE = re.compile(r'(?:FROM|JOIN)\s+"?([a-z_]+)"?', re.IGNORECASE)
# Read on the way to a public page, and no reason to make it anew.
EXEMPT = {
    "portal_contentversion": "is the number itself",
    "portal_slug": "leads to redirects, which carry no tag",
    "unnest": "is no table",
    "generate_series": "is no table",
}


def test_every_table_that_a_page_reads_raises_the_version(client, pages):
    read, places = set(), {}
    extra = ["/programs/?occupation=an-occupation&subject=health-administration&field=51.0701&tuition_max=5000"]
    for page in [*pages, *extra]:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200, page
        for query in asked:
            found = {name for name in TABLE.findall(query["sql"]) if name.partition("_")[2]}
            read |= found
            places |= dict.fromkeys(found, page)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%bumps_version%' AND tgenabled = 'O'"
        )
        raising = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")
        tables = {name for (name,) in cursor.fetchall()}
    wrong = {name: places[name] for name in (read & tables) - raising - set(EXEMPT)}
    assert not wrong, "a change of these would be seen by nobody who asks again"
    assert len(read & raising) > 25, "pages read more tables than that"


def test_what_comes_due_is_listed_or_announced():
    """Schools and programs are public by their listing rows, which are written; the others by the clock."""
    by_clock = {model for model in Publishable.__subclasses__() if not hasattr(model, "listing")}
    assert by_clock == {Article, Occupation}
    assert {School, Program} < set(Publishable.__subclasses__())
    for model in by_clock:
        assert "announces" in {trigger.name for trigger in model._meta.triggers}


def in_a_moment(model, **which):
    model.objects.filter(**which).update(published_at=Now() + timedelta(seconds=0.6))


# In transactions of their own --------------------------------------------------------------------------


@pytest.fixture
def stranger():
    """A session of another process, which commits at once."""
    parameters = connection.get_connection_params()
    keep = ("host", "port", "dbname", "user", "password")
    connection.ensure_connection()
    with psycopg.connect(**{name: parameters[name] for name in keep if name in parameters}, autocommit=True) as session:
        yield session


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_scheduled_changes_the_tag_when_it_comes_due(client):
    make.ArticleFactory(slug="an-article")
    make.ArticleFactory(slug="scheduled", edition__title="Scheduled for now")
    in_a_moment(Article, slug="scheduled")
    before = client.get("/careers/")
    assert b"Scheduled for now" not in before.content
    assert again(client, "/careers/", before["ETag"]).status_code == 304
    number = ContentVersion.now()
    time.sleep(0.8)
    after = again(client, "/careers/", before["ETag"])
    assert after.status_code == 200
    assert b"Scheduled for now" in after.content
    assert again(client, "/careers/", after["ETag"]).status_code == 304
    assert ContentVersion.now() > number
    in_a_moment(Article, slug="an-article")  # the moment that is past is counted for good
    assert len(ContentVersion.objects.get().upcoming) == 1
    assert ContentVersion.now() > number + 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_page_made_while_a_change_commits_is_never_older_than_its_tag(client, stranger, monkeypatch):
    """The change commits after the first reading: the page does not show it, and its tag must not claim it."""
    make.ReleaseFactory(state=Release.State.CURRENT)
    name = "A school by another name"
    whole = views.render

    def meanwhile(request, template, context):
        assert len(context["releases"]) == 1  # read by now
        stranger.execute("UPDATE portal_source SET name = %s", [name])
        return whole(request, template, context)

    before = ContentVersion.now()
    monkeypatch.setattr(views, "render", meanwhile)
    page = client.get(reverse("how_we_check"))
    monkeypatch.undo()
    assert f"-{before}-" in page["ETag"]
    assert ContentVersion.now() > before
    assert name not in page.content.decode()
    fresh = again(client, reverse("how_we_check"), page["ETag"])
    assert name in fresh.content.decode()
    assert again(client, reverse("how_we_check"), fresh["ETag"]).status_code == 304


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_change_that_is_taken_back_or_not_yet_committed_is_no_change(client, stranger):
    make.ReleaseFactory(state=Release.State.CURRENT)
    tag = client.get("/how-we-check/")["ETag"]
    with stranger.transaction() as change:
        stranger.execute("UPDATE portal_source SET name = 'Another'")
        assert again(client, "/how-we-check/", tag).status_code == 304
        raise psycopg.Rollback(change)
    assert again(client, "/how-we-check/", tag).status_code == 304


def test_a_number_never_comes_again_in_a_new_database():
    """A database begun anew, or restored, does not count from one: browsers remember the tags of the old one."""
    before = ContentVersion.now()
    ContentVersion.objects.update(number=5)
    assert ContentVersion.now() >= before
