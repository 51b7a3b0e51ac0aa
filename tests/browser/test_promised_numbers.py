"""The number beside an option is what follows: thirty filter combinations on the whole starter (RC-15)."""

import html
import random
import re
from collections import defaultdict
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

SEED = 20_261_125
COMBINATIONS = 30
OPTIONS = 12  # of each combination; which ones is drawn, so that all kinds come up
OPTION = re.compile(
    r'<input type="(?:checkbox|radio)" name="([^"]+)" value="([^"]*)"( checked)?[^>]*? data-count="(\d+)"'
)
TOTAL = re.compile(r'id="listing" data-total="(\d+)"')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)


@pytest.fixture(scope="module")
def ask(site):
    """One page as text, by a connection that stays open."""
    line = HTTPConnection(urlsplit(site.url).netloc, timeout=30)

    def get(path, pairs):
        line.request("GET", f"{path}?{urlencode(pairs)}")
        answer = line.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, (path, pairs)
        return body

    yield get
    line.close()


def options_of(body) -> dict[str, dict[str, int]]:
    found = defaultdict(dict)
    for name, value, _, number in OPTION.findall(body):
        found[name][value] = int(number)
    return found


def pairs_of(body) -> list[tuple[str, str]]:
    """What the page understood: a state typed into the search box is a state there."""
    return parse_qsl(urlsplit(html.unescape(CANONICAL.search(body)[1])).query)


def total_of(body) -> int:
    return int(TOTAL.search(body)[1])


def a_combination(dice, facets, texts) -> list[tuple[str, str]]:
    """One to three facets with one to three options each, and now and then words or a place."""
    pairs = []
    for name in dice.sample(sorted(facets), dice.randint(1, min(3, len(facets)))):
        values = sorted(facets[name])
        most = 1 if name == "tuition_max" else 3
        pairs += [(name, value) for value in dice.sample(values, min(dice.randint(1, most), len(values)))]
    if dice.random() < 0.4:
        pairs += parse_qsl(dice.choice(texts))
    return pairs


@pytest.mark.parametrize(
    ("path", "combinations", "texts"),
    [
        (
            "/programs/",
            COMBINATIONS,
            ["q=health", "q=MHA", "q=Minnesota", "near=55455&radius=50", "near=10001&radius=25", "q=nursing"],
        ),
        ("/schools/", 6, ["q=community", "q=Texas"]),
        ("/occupations/", 4, ["q=nurse"]),
        ("/careers/", 4, ["q=manager"]),
    ],
)
def test_each_number_is_what_choosing_the_option_gives(ask, path, combinations, texts):
    """An option’s number: the results that carry it, under all other facets, words and place."""
    dice = random.Random(SEED)
    facets = options_of(ask(path, []))
    wrong, asked = [], 0
    for _ in range(combinations if facets else 0):
        body = ask(path, a_combination(dice, facets, texts))
        offered, pairs = options_of(body), pairs_of(body)
        choices = [(name, value) for name, values in offered.items() for value in sorted(values)]
        for name, value in dice.sample(choices, min(OPTIONS, len(choices))):
            alone = [pair for pair in pairs if pair[0] != name] + [(name, value)]
            got, promised = total_of(ask(path, alone)), offered[name][value]
            asked += 1
            if got != promised:
                wrong.append(f"{urlencode(pairs)}: {name}={value} promises {promised}, {urlencode(alone)} has {got}")
    assert not wrong, "\n".join(wrong)
    assert asked or not facets


def test_chosen_options_together_give_their_union_and_chips_the_rest(ask):
    """Two levels: OR inside a facet. Each chip leads to what remains without it."""
    one, other = ("level", "master"), ("level", "bachelor")
    sole, both = [total_of(ask("/programs/", [pair])) for pair in (one, other)], ask("/programs/", [one, other])
    assert total_of(both) == sum(sole)
    assert f"{total_of(both):,}" in HEADING.search(both)[1]
    chips = dict(re.findall(r'data-chip="([^"]+)" href="([^"]+)"', both))
    assert set(chips) == {"level=master", "level=bachelor"}
    left = urlsplit(html.unescape(chips["level=master"]))
    assert total_of(ask(left.path, parse_qsl(left.query))) == sole[1]
