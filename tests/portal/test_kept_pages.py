"""A page is made once for a state of the content, and never shown for another."""

import pytest
import time_machine
from django.http import HttpResponse

from portal.kept_pages import KeptPages, kept_pages
from tests import factories as make

PAGE = "/schools/a-school/"


@pytest.fixture
def committed():
    """Rows that are really there, as a server sees them; nothing kept before or after."""
    kept_pages.forget()
    yield make.SchoolFactory(slug="a-school", name_override="Sample school")
    kept_pages.forget()


@pytest.fixture
def asked(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask(path=PAGE, **headers):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path, headers=headers)
        return len(queries), response

    return ask


class TestAPageThatIsThere:
    pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

    def test_costs_one_query_and_is_the_same(self, committed, asked):
        first, page = asked()
        second, again = asked()
        assert first > 1
        assert second == 1
        assert again.content == page.content
        leave_out = {"X-Request-ID"}
        assert {k: v for k, v in again.items() if k not in leave_out} == {
            k: v for k, v in page.items() if k not in leave_out
        }

    def test_is_never_shown_after_a_change(self, committed, asked):
        asked()
        for name in ("Second name", "Third name"):
            type(committed).objects.filter(pk=committed.pk).update(name_override=name)  # by a trigger, whoever writes
            for _ in range(2):
                assert name in asked()[1].content.decode()

    def test_is_never_shown_for_another_address(self, committed, asked):
        pages = [asked(path)[1].content for path in (PAGE, "/programs/", "/programs/?level=master")]
        assert [asked(path)[1].content for path in (PAGE, "/programs/", "/programs/?level=master")] == pages
        assert len(set(pages)) == 3

    def test_is_made_anew_the_next_day(self, committed, asked):
        with time_machine.travel("2026-11-25T23:59:00Z", tick=False):
            asked()
            assert asked()[0] == 1
        with time_machine.travel("2026-11-26T00:01:00Z", tick=False):
            assert asked()[0] > 1

    def test_answers_a_browser_with_an_older_tag_after_one_query(self, committed, asked):
        tag = asked()[1]["ETag"]
        type(committed).objects.filter(pk=committed.pk).update(name_override="Another name")
        asked()
        queries, page = asked(**{"If-None-Match": tag})
        assert queries == 1
        assert page.status_code == 200
        assert "Another name" in page.content.decode()

    @pytest.mark.parametrize("path", ["/compare/?p=1", "/shortlist/", "/nowhere/", "/readyz"])
    def test_is_no_private_page_and_no_error(self, committed, client, path):
        client.get(path)
        assert not any(path in name for name in kept_pages._pages)


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_kept(asked):
    assert asked()[0] == asked()[0] > 1


class TestTheStore:
    def page(self, size=10, word=b"x"):
        return HttpResponse(word * size)

    def test_holds_no_more_than_it_says(self):
        pages = KeptPages(most=100)
        for number in range(50):
            pages.keep(f"{number}", 1, self.page(30))
            assert pages.size <= 100
            assert pages.size == sum(len(content) for content, _ in pages._pages.values())
        assert not pages.has("0")
        assert pages.has("49")

    def test_drops_what_was_asked_for_longest_ago(self):
        pages = KeptPages(most=100)
        for name in "abc":
            pages.keep(name, 1, self.page(30))
        pages.get("a", 1)
        pages.keep("d", 1, self.page(30))
        assert [name for name in "abcd" if pages.has(name)] == ["a", "c", "d"]

    def test_never_goes_back_to_an_older_version(self):
        """A page that took long was made of what is past."""
        pages = KeptPages()
        pages.keep("a", 2, self.page(word=b"new"))
        pages.keep("a", 1, self.page(word=b"old"))
        assert pages.get("a", 2).content.startswith(b"new")
        assert pages.get("a", 1) is None
        assert pages.get("a", 3) is None
        assert not pages.has("a")

    def test_keeps_nothing_huge(self):
        pages = KeptPages()
        pages.keep("a", 1, self.page(pages.most // 4))
        assert not pages.has("a")
