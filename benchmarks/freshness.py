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


def measure(size: int, times: int = 3) -> dict[str, Any]:
    """Seconds from the commit, each the longest of all times; ``wrong`` pages of ``asked``."""
    told = {"right_after": 0.0, "renewed_after": 0.0, "slowest_page": 0.0, "asked": 0, "wrong": 0}
    with connect(name_of(size)) as database, server(**environment_of(size), WEB_CONCURRENCY="2") as port:
        client = Client(port)
        wait_for_index(client, processes=2)
        for turn in range(times):
            pk, title, level = database.execute(ANY, [LEVEL]).fetchone()
            try:
                _once(database, client, (pk, f"Example changed {turn} {time.time_ns()}", LEVEL), told)
            finally:
                change(database, pk, title, level)
            wait_for_index(client, version_in(database), processes=2)
    return told


def change(database: Any, pk: int, title: str, level: str) -> None:
    database.execute(
        "UPDATE schools_programlisting SET title = %s, level = %s WHERE program_id = %s", [title, level, pk]
    )


def version_in(database: Any) -> int:
    return database.execute("SELECT number FROM portal_contentversion").fetchone()[0]


def _once(database: Any, client: Client, changed: tuple[int, str, str], told: dict[str, Any]) -> None:
    query = "SELECT count(*) FROM schools_programlisting WHERE level = %s"
    total = database.execute(query, [LEVEL]).fetchone()[0] + 1
    change(database, *changed)
    committed, right, renewed = time.monotonic(), None, set()
    version = version_in(database)
    while len(renewed) < 2 or right is None:
        client.connection.close()
        took, whole, _ = client.get("/programs/")
        more, part, _ = client.get(f"/programs/?level={LEVEL}")
        told["asked"] += 2
        found = TOTAL.search(part)
        ok = changed[1].encode() in whole, bool(found) and int(found[1]) == total
        told["wrong"] += 2 - sum(ok)
        told["slowest_page"] = max(told["slowest_page"], took, more)
        if all(ok) and right is None:
            right = time.monotonic() - committed
        client.connection.close()
        state = _state(client)
        if state["version"] >= version and state["process"] not in renewed:
            renewed.add(state["process"])
            told["renewed_after"] = max(told["renewed_after"], time.monotonic() - committed)
        if time.monotonic() - committed > 30:
            break
    told["right_after"] = max(told["right_after"], 30.0 if right is None else right)


def _state(client: Client) -> dict[str, Any]:
    return json.loads(client.get("/bench/index")[1])
