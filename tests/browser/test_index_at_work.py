"""The index in real processes: what a page costs, and that no page is ever of two states or of a past one."""

import json
import re
import subprocess
import sys
import threading
import time
import urllib.request

import psycopg
import pytest

from .conftest import ROOT

TOTAL = re.compile(r'id="listing" data-total="(\d+)"')
OPTION = re.compile(r'name="([^"]+)" value="([^"]*)"[^>]*? data-count="(\d+)"')
CARD = re.compile(r'<li class="card" data-id="(\d+)">.*?</li>', re.S)
KINDS = {"public": "Public", "for_profit": "Private for-profit"}


@pytest.fixture
def change(parameters, database):
    """Runs SQL in the site's database from a session of its own, as another process would."""
    with psycopg.connect(**parameters | {"dbname": database}, autocommit=True) as session:
        yield session.execute


def queries_of(site, addresses):
    """How many queries each of the addresses takes, asked in this order in a process of its own."""
    command = [sys.executable, "-m", "tests.browser.asking", *addresses]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    asked = json.loads(done.stdout)
    assert [one["status"] for one in asked] == [200] * len(addresses)
    return [len(one["queries"]) for one in asked], asked


def ask(site, query=""):
    with urllib.request.urlopen(f"{site.url}/programs/?{query}", timeout=30) as answer:
        return answer.read().decode()


def total_of(body):
    return int(TOTAL.search(body)[1])


PLAIN = [
    "/programs/",
    "/programs/?level=master&state=MN&state=WI",
    "/programs/?sort=tuition&page=7",
    "/programs/?near=55455&radius=100",
    "/programs/?level=cert_lt_12w&state=WY&control=for_profit",
]
SEARCHES = ["/programs/?q=nursing", "/programs/?q=helth+administraton", "/programs/?q=nursing&near=55455"]


def test_a_page_of_programs_is_one_query_and_a_new_search_two(site):
    """Also where nothing is found or a word is misspelt. The same words with other filters are no new search."""
    numbers, asked = queries_of(site, [*PLAIN, *SEARCHES, *SEARCHES, "/programs/?q=nursing&level=master&page=2"])
    assert numbers[: len(PLAIN)] == [1] * len(PLAIN), asked
    assert numbers[len(PLAIN) :] == [2, 2, 1, 1, 1, 1, 1], asked


def test_a_change_by_another_process_is_on_the_very_next_page(site, change):
    level = "postmaster_cert"
    for round_ in range(4):
        before = total_of(ask(site, f"level={level}"))
        (pk,) = change(
            "UPDATE schools_programlisting SET level = 'master' WHERE program_id = "
            "(SELECT min(program_id) FROM schools_programlisting WHERE level = %s) RETURNING program_id",
            [level],
        ).fetchone()
        try:
            body = ask(site, f"level={level}")
            assert total_of(body) == before - 1, round_
            beside = {value: int(number) for name, value, number in OPTION.findall(body) if name == "level"}
            assert beside[level] == before - 1
        finally:
            change("UPDATE schools_programlisting SET level = %s WHERE program_id = %s", [level, pk])
        assert total_of(ask(site, f"level={level}")) == before


@pytest.mark.parametrize("seconds", [8])
def test_no_page_mixes_two_states(site, change, seconds):
    """The programs of one school flip between two kinds of school while four readers look."""
    (school,) = change(  # of the first card, so that both lists show it
        "SELECT school_id FROM schools_programlisting WHERE control = 'public' "
        "ORDER BY core DESC, graduates DESC NULLS LAST, title, program_id LIMIT 1"
    ).fetchone()
    (size,) = change("SELECT count(*) FROM schools_programlisting WHERE school_id = %s", [school]).fetchone()
    for _ in range(10):  # until every process has its index in memory
        ask(site)
        time.sleep(0.2)
    totals = {kind: total_of(ask(site, f"control={kind}")) for kind in KINDS}
    allowed = {
        "public": {totals["public"], totals["public"] - size},
        "for_profit": {totals["for_profit"], totals["for_profit"] + size},
    }
    wrong, seen, stop = [], {kind: set() for kind in KINDS}, threading.Event()

    def look(number):
        turn = 0
        while not stop.is_set():
            kind = ("public", "for_profit")[(turn + number) % 2]
            turn += 1
            body = ask(site, f"control={kind}&q=college" if number == 3 else f"control={kind}")
            counts = {value: int(n) for name, value, n in OPTION.findall(body) if name == "control"}
            cards = [card[0] for card in re.finditer(CARD, body)]
            if counts[kind] != total_of(body):
                wrong.append(f"{kind}: {counts[kind]} beside the option, {total_of(body)} in all")
            if number != 3:
                seen[kind].add(total_of(body))
                if total_of(body) not in allowed[kind]:
                    wrong.append(f"{kind}: {total_of(body)} is neither state")
                if sum(counts[one] for one in KINDS) != sum(totals.values()):
                    wrong.append(f"{kind}: {counts} are of two states")
            wrong.extend(f"{kind}: a card says otherwise" for card in cards if f"<dd>{KINDS[kind]}</dd>" not in card)

    readers = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            for kind in ("for_profit", "public"):
                change("UPDATE schools_programlisting SET control = %s WHERE school_id = %s", [kind, school])
                time.sleep(0.15)
    finally:
        stop.set()
        for reader in readers:
            reader.join(60)
        change("UPDATE schools_programlisting SET control = 'public' WHERE school_id = %s", [school])
    assert not wrong, "\n".join(wrong[:10])
    assert all(len(states) == 2 for states in seen.values()), seen  # else the test has seen nothing
