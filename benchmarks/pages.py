"""Pages over HTTP from the real server, asked in turn so that all contenders meet the same weather."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection

CHEAPEST = "/healthz"
USUAL = [
    "/",
    "/programs/",
    "/programs/?level=master",
    "/programs/?subject=health-administration&level=master&state=CA&state=NY",
    "/programs/?q=health+administration",
    "/programs/?near=55455&radius=100",
    "/schools/",
    "/occupations/",
    "/careers/medical-case-manager/",
    "/search/?q=nursing",
]


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@contextmanager
def server(**more: str) -> Iterator[int]:
    """The portal as ``bin/run`` serves it, with the database it finds, on a port of its own.

    ``more`` goes into its environment.
    """
    port = free_port()
    environment = os.environ | {"PORT": str(port)} | more
    process = subprocess.Popen([sys.executable, "-m", "gunicorn"], env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                fetch(HTTPConnection("127.0.0.1", port, timeout=30), CHEAPEST)
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def fetch(connection: HTTPConnection, path: str) -> tuple[float, int, int]:
    """Seconds, status and bytes of one answer."""
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    return time.perf_counter() - began, answer.status, len(body)


def measure(paths: Sequence[str], rounds: int) -> None:
    contenders = [CHEAPEST, *paths]
    seconds: dict[str, list[float]] = {path: [] for path in contenders}
    seen: dict[str, tuple[int, int]] = {}
    with server() as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for turn in range(rounds + 3):
            for path in contenders:
                took, status, size = fetch(connection, path)
                seen[path] = (status, size)
                if turn >= 3:  # the first ones fill caches and connections
                    seconds[path].append(took)
    cheapest = statistics.median(seconds[CHEAPEST])
    print(f"{'address':<76}{'status':>7}{'kB':>7}{'p50 ms':>9}{'p95 ms':>9}{'× cheapest':>12}")
    for path in contenders:
        p50 = statistics.median(seconds[path])
        p95 = sorted(seconds[path])[int(len(seconds[path]) * 0.95)]
        status, size = seen[path]
        row = f"{path:<76}{status:>7}{size / 1000:>7.0f}{p50 * 1000:>9.1f}{p95 * 1000:>9.1f}{p50 / cheapest:>12.1f}"
        print(row)
