"""How soon a change by another process shows, and whether any page says something else meanwhile.

Two workers serve; this process changes one program by raw SQL and asks on connections
that may lead to either worker: for the page that shows the changed title, and for a
facet whose number must be one more.
"""

import json
import re
import time
from typing import Any

from benchmarks.data import connect, name_of
from benchmarks.field import Client, environment_of, wait_for_index
from benchmarks.pages import server

LEVEL = "doctor_other"
TOTAL = re.compile(rb'id="listing"[^>]* data-total="(\d+)"')
ANY = """SELECT program_id, title, level FROM schools_programlisting WHERE level <> %s
    ORDER BY core DESC, graduates DESC NULLS LAST, title, program_id LIMIT 1"""


def measure(size: int, times: int = 4) -> dict[str, Any]:
    """Seconds from the commit, each the longest of all times; ``wrong`` pages of ``asked``."""
    told = {"right_after": 0.0, "renewed_after": 0.0, "slowest_page": 0.0, "asked": 0, "wrong": 0}
    with connect(name_of(size)) as database, server(**environment_of(size), WEB_CONCURRENCY="2") as port:
        client = Client(port)
        wait_for_index(client, processes=2)
        for turn in range(times):
            pk, title, level = database.execute(ANY, [LEVEL]).fetchone()
            try:
                _once(database, client, (pk, f"Example changed {turn} {time.time_ns()}", LEVEL), turn, told)
            finally:
                change(database, pk, title, level)
            wait_for_index(client, version_in(database), processes=2)
    return told


def change(database: Any, pk: int, title: str, level: str) -> None:
    query = "UPDATE schools_programlisting SET title = %s, level = %s WHERE program_id = %s"
    database.execute(query, [title, level, pk])


def version_in(database: Any) -> int:
    return database.execute("SELECT number FROM portal_contentversion").fetchone()[0]


def _once(database: Any, client: Client, changed: tuple[int, str, str], turn: int, told: dict[str, Any]) -> None:
    query = "SELECT count(*) FROM schools_programlisting WHERE level = %s"
    total = database.execute(query, [LEVEL]).fetchone()[0] + 1

    def is_title_right() -> bool:
        return changed[1].encode() in client.get("/programs/")[1]

    def is_number_right() -> bool:
        found = TOTAL.search(client.get(f"/programs/?level={LEVEL}")[1])
        return bool(found) and int(found[1]) == total

    checks = [is_title_right, is_number_right]
    change(database, *changed)
    committed, version, asked, right, renewed = time.monotonic(), version_in(database), turn, 30.0, set()
    while len(renewed) < 2 and time.monotonic() - committed < 30:
        client.connection.close()  # the next one may lead to the other worker
        began = time.monotonic()
        is_right = checks[asked % 2]()
        now = time.monotonic()
        right = min(right, now - committed) if is_right else right
        told["slowest_page"] = max(told["slowest_page"], now - began)
        told["asked"] += 1
        told["wrong"] += not is_right
        asked += 1
        state = json.loads(client.get("/bench/index")[1])  # of the same worker
        if state["version"] >= version and state["process"] not in renewed:
            renewed.add(state["process"])
            told["renewed_after"] = max(told["renewed_after"], time.monotonic() - committed)
    told["right_after"] = max(told["right_after"], right)
