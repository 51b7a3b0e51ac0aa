"""The database goes away under a real web server: refused, silent, cut, slow; and comes back.

A small proxy stands between the server and PostgreSQL and misbehaves on demand.
"""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db
NOT_HANGING = 10  # seconds; the promise is 3, and a loaded machine gets some more


class Proxy:
    """Passes bytes to PostgreSQL. `mode` is pass, refuse (closes at once) or hole (swallows everything)."""

    def __init__(self, target):
        self.target, self.mode, self.open = target, "pass", []
        self.door = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                client, _ = self.door.accept()
            except OSError:
                return
            if self.mode == "refuse":
                client.close()
                continue
            server = self.target()
            self.open += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        try:
            while data := source.recv(65536):
                if self.mode != "hole":
                    sink.sendall(data)
        except OSError:
            pass
        finally:
            for each in (source, sink):  # closing alone would not wake the other thread
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def cut(self):
        """Every connection breaks; new ones are welcome."""
        for each in self.open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self.open.clear()

    def close(self):
        self.cut()
        self.door.close()


@pytest.fixture
def proxy(db):
    info = connection.connection.info if connection.connection else None
    if info is None:
        connection.ensure_connection()
        info = connection.connection.info

    def target():
        if info.host.startswith("/"):
            door = socket.socket(socket.AF_UNIX)
            door.connect(f"{info.host}/.s.PGSQL.{info.port}")
            return door
        return socket.create_connection((info.host, info.port))

    made = Proxy(target)
    yield made
    made.close()


@pytest.fixture
def site(proxy):
    """The address of a real server whose only way to the database leads through the proxy."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    info = connection.connection.info
    database = f"postgres://{info.user}:{info.password or 'none'}@127.0.0.1:{proxy.port}/{info.dbname}?sslmode=disable"
    environment = {
        "PATH": os.environ["PATH"],
        "PORTAL_ENV": "test",
        "DATABASE_URL": database,
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    server = subprocess.Popen([sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5)
            break
        except OSError:
            time.sleep(0.1)
    yield address
    server.terminate()
    server.wait(60)


def ask(url):
    """(status, headers, text); an answer that does not come in time fails the test."""
    try:
        with urllib.request.urlopen(url, timeout=NOT_HANGING) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


PAGE = "/careers/"


@pytest.mark.parametrize("mode", ["refuse", "hole"])
def test_an_outage_is_a_page_that_says_when_to_come_back_and_ends_with_the_outage(site, proxy, mode):
    assert ask(site + PAGE)[0] == 200
    proxy.mode = mode
    if mode == "refuse":
        proxy.cut()
    for _ in range(3):
        status, headers, text = ask(site + PAGE)
        assert status == 503
        assert headers["Retry-After"] == "30"
        assert headers["Cache-Control"] == "no-store"
        assert "<h1>" in text
    assert ask(f"{site}/readyz")[0] == 503
    assert ask(f"{site}/healthz")[0] == 200
    assert ask(f"{site}/about/")[0] == 200, "a page without data is not touched"
    proxy.mode = "pass"
    proxy.cut()
    assert ask(site + PAGE)[0] == 200, "the first request after the outage is served"


@pytest.mark.parametrize("mode", ["refuse", "hole"])
def test_who_waits_while_the_database_comes_back_is_served(site, proxy, mode):
    """Also when the attempt to connect that was under way fails with the outage's end."""
    proxy.mode = mode
    proxy.cut()
    with ThreadPoolExecutor() as people:
        waiting = [people.submit(ask, site + PAGE) for _ in range(3)]
        time.sleep(0.7)
        proxy.mode = "pass"
        proxy.cut()
        assert [each.result()[0] for each in waiting] == [200, 200, 200]


def test_connections_that_were_cut_are_replaced_unseen(site, proxy):
    for _ in range(3):
        assert ask(site + PAGE)[0] == 200
        proxy.cut()
    assert ask(site + PAGE)[0] == 200


def test_a_pool_full_of_cut_connections_is_no_matter(site, proxy):
    """After a restart of the database every waiting connection is broken; the next visitor is served all the same."""
    with ThreadPoolExecutor(8) as visitors:
        for _ in range(3):
            assert {status for status, *_ in visitors.map(ask, [site + PAGE] * 24)} == {200}
            assert len(proxy.open) > 4  # else there is nothing to prove
            proxy.cut()
            assert ask(site + PAGE)[0] == 200
