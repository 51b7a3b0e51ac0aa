"""How many addresses with a question in them a crawler finds on the whole starter (CR-1)."""

import html
import re
import sys
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

import pytest

from tests.robots import allowed

LINK = re.compile(r"<a ([^>]*)>")
HREF = re.compile(r'href="([^"]*)"')
MOST = 5_000
LISTS = {"/", "/programs/", "/schools/", "/careers/", "/occupations/", "/search/", "/search/suggestions/"}


@pytest.fixture
def ask(site):
    line = HTTPConnection(urlsplit(site.url).netloc, timeout=30)

    def get(path):
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode()

    yield get
    line.close()


def followed(path, body):
    """Links of a page that a crawler may follow, without their fragments."""
    for attributes in LINK.findall(body):
        href = HREF.search(attributes)
        if href and 'rel="nofollow' not in attributes:
            url = urlsplit(urljoin(f"http://here{path}", html.unescape(href[1])))
            if url.netloc == "here":
                yield url.path + (f"?{url.query}" if url.query else "")


def test_lists_do_not_multiply_for_a_crawler_that_keeps_to_the_rules(ask):
    """From the front page over all lists. Pages of one thing are as many as there are things, and are not opened."""
    robots = ask("/robots.txt")[1]
    waiting, seen, things = ["/"], {"/"}, set()
    while waiting:
        path = waiting.pop()
        if urlsplit(path).path not in LISTS:
            things.add(path)
            continue
        status, body = ask(path)
        assert status == 200, path
        for link in followed(path, body):
            if link not in seen and allowed(robots, link):
                seen.add(link)
                waiting.append(link)
        assert len(seen) < MOST
    questions = {path for path in seen if "?" in path}
    sys.stdout.write(
        f"{len(seen) - len(things)} lists, {len(questions)} with a question, {len(things)} things in them\n"
    )
    assert "/programs/" in seen
    assert things
    assert all(len(urlsplit(path).query.split("&")) == 1 for path in questions), questions
