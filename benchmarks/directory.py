"""The program list beside others: at each size all contenders on the same rows and requests, then the bars.

Ratios within one run are what is meant. "Data layer" is total, the number beside each
option of all facets, and the twenty rows; "page" is the whole answer over HTTP.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import rivals
from benchmarks.bars import BARS, ELSEWHERE, Run
from benchmarks.clock import Clock

ROOT = Path(__file__).resolve().parents[1]
# contender, what it is, beside whom it is put
DATA = {
    "index": "data layer: the index in memory",
    "index, new search": "… where the words were never searched before",
    "our SQL": "… from PostgreSQL, while there is no index",
    "C4n": "grouping sets over a narrow table of ints",
    "tantivy": "tantivy in process",
    "GROUP BY per facet": "a GROUP BY for each facet, ORM",
    "COUNT per option": "django-filter, a COUNT for each option",
}
PAGES = {
    "page": "page: /programs/ over HTTP",
    "first page": "… made for whoever asks first in this state",
    "template": "its template and cards alone",
    "hello": "the cheapest Django view",
    "unchanged": "not modified (304)",
    "static": "a static file",
    "Datasette, its page": "Datasette, its page: facets honour themselves",
    "Datasette": "Datasette, the same numbers as ours",
    "page, GROUP BY per facet": "our page on a GROUP BY for each facet",
    "page, COUNT per option": "our page on a COUNT for each option",
}


def measure(sizes: Sequence[int], is_quick: bool = False, fresh: bool = False) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    began, load = time.monotonic(), os.getloadavg()
    import django

    django.setup()
    from benchmarks import data, freshness, weight

    say(f"load of the machine before: {load[0]:.2f}, {os.cpu_count()} processors")
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True)
    if fresh:
        data.drop(sizes)
    for size in sizes:
        data.build(size, say=say)
    has_rivals = rivals.install(say)
    options = ["--number", "60" if is_quick else "240", *([] if has_rivals else ["--no-rivals"])]
    clocks = {}
    for size in sizes:
        told = process("benchmarks.field", size, str(size), *options)
        clocks[size] = Clock.from_plain(told["seconds"])
        table(told, clocks[size])
    largest, usual = max(sizes), min(sizes, key=lambda size: abs(size - 30_000))
    run = Run(clocks, weight=weight.measure(usual), freshness=freshness.measure(largest))
    if largest == 300_000:
        run.memory = process("benchmarks.memory", largest)
    bars(run)
    load = os.getloadavg()
    say(f"load of the machine after: {load[0]:.2f}; {time.monotonic() - began:.0f} s in all")


def say(words: str) -> None:
    print(words, flush=True)


def process(module: str, size: int, *arguments: str) -> dict[str, Any]:
    """What a part that needs a process of its own has measured."""
    from benchmarks.field import environment_of

    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | environment_of(size),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def table(told: dict[str, Any], clock: Clock) -> None:
    say(f"\n{told['size']:,} programs, {told['requests']} requests; {told['agreed']:,} answers compared, all equal")
    for names, first in ((DATA, "index"), (PAGES, "page")):
        say(f"{'':<50}{'p50 ms':>10}{'p95 ms':>10}{'× ' + first:>12}{'requests':>10}")
        for name, words in names.items():
            if clock.has(name):
                p50, p95, ratio = clock.p50(name), clock.p95(name), clock.ratio(name, first)
                asked = len(clock.requests(name))
                say(f"{words:<50}{p50 * 1000:>10.2f}{p95 * 1000:>10.2f}{ratio:>12.2f}{asked:>10}")


def bars(run: Run) -> None:
    say(f"\n{'':<86}{'measured':>12}{'target':>12}")
    for bar in BARS:
        say(bar.line(run))
    if run.freshness:
        say(
            f"After a change: {run.freshness['asked']} pages asked, the slowest took "
            f"{run.freshness['slowest_page']:.2f} s, every process had its new index after "
            f"{run.freshness['renewed_after']:.2f} s."
        )
    if run.memory:
        say(
            "To make the index takes {seconds:.2f} s. With what pages remember beside it, {kept_seconds:.2f} s, "
            "{kept:.0f} MB, {kept_peak:.0f} MB while the next ones are made.".format(**run.memory)
        )
    for words in ELSEWHERE:
        say(words)
