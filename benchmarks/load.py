"""Fifty requests a second for some minutes, as they come and not as they are answered: times, faults, memory.

The addresses are those of the directory's benchmark on the portal's own rows, every fourth at a page nobody has
asked for before, and the usual other pages. Who is late does not hold up the next one.
"""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from threading import local

from benchmarks.pages import USUAL, fetch, server

RATE = 50  # requests a second
AT_ONCE = 64
here = local()


def addresses(number: int) -> list[str]:
    """So many addresses as visitors may ask for."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from benchmarks import requests
    from benchmarks.contenders.ours import Ours
    from benchmarks.rows import statement_patience

    statement_patience()
    lists = cycle(f"/programs/?{query}" for query in requests.make(Ours().numbers, 240))
    usual = cycle(USUAL)
    made = []
    for turn in range(number):
        address = next(usual) if turn % 2 else next(lists)
        fresh = f"{'&' if '?' in address else '?'}radius={5 + turn % 246}&tuition_max={1000 + turn}"
        made.append(address + fresh if turn % 4 == 0 else address)
    return made


def resident(port: int) -> float:
    """MB of all processes that serve this port, by the port in their environment."""
    total = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/environ", "rb") as environment, open(f"/proc/{process}/statm") as pages:
                if f"PORT={port}".encode() in environment.read().split(b"\0"):
                    total += int(pages.read().split()[1]) * os.sysconf("SC_PAGESIZE")
        except OSError:
            continue
    return total / 1e6


def ask(port: int, address: str, due: float) -> tuple[float, int]:
    """Seconds from when the request was due until it was answered, and the status; 0 where there was no answer."""
    for _ in range(2):
        connection = here.__dict__.setdefault("connection", HTTPConnection("127.0.0.1", port, timeout=30))
        try:
            status = fetch(connection, address)[1]
            return time.monotonic() - due, status
        except (HTTPException, OSError):
            connection.close()  # the server closes a connection that was idle for long
    return time.monotonic() - due, 0


def measure(seconds: int) -> None:
    asked = addresses(RATE * seconds)
    with server() as port, ThreadPoolExecutor(AT_ONCE) as pool:
        for address in USUAL * 3:
            ask(port, address, time.monotonic())
        memory, answers, began = [resident(port)], [], time.monotonic()
        for turn, address in enumerate(asked):
            due = began + turn / RATE
            time.sleep(max(0.0, due - time.monotonic()))
            answers.append(pool.submit(ask, port, address, due))
            if turn % (len(asked) // 10) == 0:
                memory.append(resident(port))
        told = [answer.result() for answer in answers]
        memory.append(resident(port))
    times = sorted(took for took, _ in told)
    faults = sum(status != 200 for _, status in told)
    print(f"{len(told):,} requests at {RATE} a second for {seconds} s, {faults} without a page")
    print(f"p50 {statistics.median(times) * 1000:.1f} ms, p95 {times[int(len(times) * 0.95)] * 1000:.1f} ms, ", end="")
    print(f"slowest {times[-1] * 1000:.0f} ms")
    print("memory of the server in MB, along the way: " + " ".join(f"{megabytes:.0f}" for megabytes in memory))
