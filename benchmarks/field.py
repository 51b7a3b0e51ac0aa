"""The field of contenders at one size: all answer the same requests, in turn, warm, and must agree.

Run as a process of its own for each size (``python -m benchmarks.field 30000``), because
what the portal keeps in memory belongs to one database. Prints one line of JSON.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from benchmarks.clock import Clock

PATHS = {
    "page": "/programs/?{}",
    "first page": "/bench/first/?{}",
    "template": "/bench/template/?{}",
    "hello": "/bench/hello",
}
STATIC = "static"
UNCHANGED = "unchanged"
WAIT = 60  # seconds for an index to be there


class Client:
    """One kept connection to a server; opened again when the server has closed it."""

    def __init__(self, port: int):
        self.port = port
        self.connection = HTTPConnection("127.0.0.1", port, timeout=180)

    def get(self, path: str, expected: int = 200, **headers: str) -> tuple[float, bytes, Any]:
        """Seconds, body and headers."""
        for again in (False, True):
            began = time.perf_counter()
            try:
                self.connection.request("GET", path, headers=headers)
                answer = self.connection.getresponse()
                body = answer.read()
                took = time.perf_counter() - began
                break
            except (HTTPException, ConnectionError):
                self.connection.close()
                if again:
                    raise
        if answer.status != expected:
            raise RuntimeError(f"{path} answers {answer.status}, not {expected}.")
        return took, body, answer.headers


@dataclass
class Contender:
    name: str
    answer: Callable[[int], tuple[float, Any]]  # request -> seconds, and what it said (Answer) or None
    takes: Callable[[Any], bool] = lambda ask: True
    only: Collection[int] | None = None  # the requests it answers, if not all
    is_page_alike: bool = True  # whether its page has the same rows in the same order
    is_light: bool = False  # reads little: it runs with its like, before the others empty every cache


def timed(answer: Callable[[Any], Any], asks: list[Any]) -> Callable[[int], tuple[float, Any]]:
    def one(at: int) -> tuple[float, Any]:
        began = time.perf_counter()
        said = answer(asks[at])
        return time.perf_counter() - began, said

    return one


def wait_for_index(client: Client, version: int = 1, processes: int = 1) -> None:
    """Until so many processes of the server hold an index at least as new."""
    ready: set[int] = set()
    deadline = time.monotonic() + WAIT
    while len(ready) < processes:
        client.connection.close()  # another connection may be another process
        client.get("/programs/")  # who is asked for the list learns that its index is past
        state = json.loads(client.get("/bench/index")[1])
        if state["version"] >= version:
            ready.add(state["process"])
        elif time.monotonic() > deadline:
            raise RuntimeError("The server has no index of the list.")
        time.sleep(0.02)


def over_http(client: Client, queries: list[str], slow: Collection[int] | None) -> list[Contender]:
    from django.templatetags.static import static

    tags = [client.get(PATHS["page"].format(query))[2]["ETag"] for query in queries]
    for query in queries:
        client.get(PATHS["template"].format(query))
    client.get(static("css/components.css"))

    def get(path: str) -> Callable[[int], tuple[float, None]]:
        return lambda at: (client.get(path.format(queries[at]))[0], None)

    def unchanged(at: int) -> tuple[float, None]:
        headers = {"If-None-Match": tags[at]}
        return client.get(PATHS["page"].format(queries[at]), 304, **headers)[0], None

    field = [Contender(name, get(path), is_light=True) for name, path in PATHS.items()]
    field.append(Contender(STATIC, get(static("css/components.css")), is_light=True))
    field.append(Contender(UNCHANGED, unchanged, is_light=True))
    if slow:
        field.append(Contender("page, GROUP BY per facet", get("/bench/groups/?{}"), only=slow))
        field.append(Contender("page, COUNT per option", get("/bench/counts/?{}"), only=slow))
    return field


def spread(ours: Any, asks: list[Any], number: int) -> set[int]:
    """So many requests, evenly spread over all by how much they find: what slow contenders are asked."""
    by_size = sorted(range(len(asks)), key=lambda at: ours.answer(asks[at]).counts.total)
    step = len(asks) / number
    return {by_size[int((turn + 0.5) * step)] for turn in range(number)}


@contextmanager
def field_of(
    clock: Clock, size: int, few: int, number: int, has_rivals: bool
) -> Iterator[tuple[list[Any], list[Contender], Any]]:
    """The requests, the contenders, and what checks Datasette's answers."""
    from benchmarks import requests, rivals
    from benchmarks.contenders.narrow import Narrow
    from benchmarks.contenders.orm import CountPerOption, GroupByFacet
    from benchmarks.contenders.ours import Ours
    from benchmarks.pages import server
    from benchmarks.rows import Table, statement_patience

    statement_patience()
    table, ours = Table(), Ours()
    queries = list(requests.make(ours.numbers, number))
    asks = [table.ask(query) for query in queries]
    queries = [ask.query for ask in asks]  # some pages do not exist at this size: the nearest ones do
    some, fewest = spread(ours, asks, few * 4), spread(ours, asks, few)
    with ExitStack() as stack:
        field = [
            Contender("index", timed(ours.answer, asks), is_light=True),
            Contender("index, new search", timed(Ours(forgets=True).answer, asks), lambda ask: ask.text),
            Contender("our SQL", timed(Ours(has_index=False).answer, asks), only=some),
            Contender("C4n", timed(Narrow(table).answer, asks)),
            Contender("GROUP BY per facet", timed(GroupByFacet(table.facets).answer, asks), only=fewest),
            Contender("COUNT per option", timed(CountPerOption(table.facets).answer, asks), only=fewest),
        ]
        check: Any = lambda at, counts: ""  # noqa: E731
        if has_rivals:
            rivals.make_importable()
            from benchmarks.contenders.datasette import Datasette
            from benchmarks.contenders.search_engine import SearchEngine

            home = rivals.HOME / str(size)
            engine, datasette = SearchEngine(table, home / "tantivy"), Datasette(table, home / "datasette")
            field.append(
                Contender("tantivy", timed(engine.answer, asks), engine.takes, is_page_alike=False, is_light=True)
            )
            other = Client(stack.enter_context(datasette.served()))
            more = [datasette.more_paths_of(ask) for ask in asks]

            def ask_datasette(at: int) -> tuple[float, None]:
                page, *others = [other.get(path)[0] for path in more[at]]
                clock.add("Datasette, its page", at, page)
                return page + sum(others), None

            field.append(Contender("Datasette", ask_datasette, only=some if size <= 30_000 else fewest))
            check = lambda at, counts: datasette.differs(lambda path: other.get(path)[1], asks[at], counts)  # noqa: E731
        client = Client(stack.enter_context(server(**environment_of(size), WEB_CONCURRENCY="1")))
        wait_for_index(client)
        field += over_http(client, queries, fewest if size <= 30_000 else None)
        yield asks, field, check


def environment_of(size: int) -> dict[str, str]:
    from benchmarks.data import name_of

    return {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_DATABASE": name_of(size)}


def agree(asks: list[Any], at: int, contender: Contender, said: Any, right: Any) -> None:
    """Raises RuntimeError when a contender says something else than the first one did."""
    same_page = said.ids == right.ids or (not contender.is_page_alike and asks[at].text and not asks[at].sort)
    if said.counts.total != right.counts.total or said.counts.options != right.counts.options or not same_page:
        raise RuntimeError(f"{contender.name} gives another answer than the index to {asks[at].query!r}.")


def measure(size: int, few: int, number: int, has_rivals: bool) -> dict[str, Any]:
    clock, agreed = Clock(), 0
    with field_of(clock, size, few, number, has_rivals) as (asks, field, check):
        right = [field[0].answer(at)[1] for at in range(len(asks))]  # the index; also warms it
        for is_light in (True, False):
            alike = [contender for contender in field if contender.is_light == is_light]
            for at in range(len(asks)):
                first = at % len(alike)  # nobody always comes after the same one
                for contender in [*alike[first:], *alike[:first]]:
                    if (contender.only is None or at in contender.only) and contender.takes(asks[at]):
                        seconds, said = contender.answer(at)
                        clock.add(contender.name, at, seconds)
                        if said is not None:
                            agree(asks, at, contender, said, right[at])
                            agreed += 1
        for at in range(0, len(asks), len(asks) // 4):
            if differs := check(at, right[at].counts):
                raise RuntimeError(f"Datasette says {differs} to {asks[at].query!r}.")
    return {"size": size, "requests": len(asks), "agreed": agreed, "seconds": clock.plain()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("--few", type=int, default=12)
    parser.add_argument("--number", type=int, default=240)
    parser.add_argument("--no-rivals", action="store_true")
    options = parser.parse_args()
    os.environ.update(environment_of(options.size))
    import django

    django.setup()
    json.dump(measure(options.size, options.few, options.number, not options.no_rivals), sys.stdout)


if __name__ == "__main__":
    main()
