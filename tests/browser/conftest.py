"""One server with the starter content for all tests of this folder, and visitors who notice what is wrong."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections

from tests.conftest import PREFIX

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Everything a browser does behind its user's back would be noise in a test that listens to the network.
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
PATIENCE = 15_000  # milliseconds; two cores, shared with the server, may be slow
skipped = []


def pytest_collection_modifyitems(items):
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))
                skipped.append(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Plainly and last, where it is read."""
    result = yield
    if skipped:
        terminalreporter.write_line(
            f"Chromium is not installed, so {len(skipped)} tests in a browser did not run: apt install chromium",
            yellow=True,
        )
    return result


@pytest.fixture(scope="package")
def parameters(django_db_blocker):
    """How to reach the server, for sessions without Django."""
    with django_db_blocker.unblock(), connections["default"]._nodb_cursor() as cursor:
        return cursor.connection.info.get_parameters() | {"password": connections["default"].settings_dict["PASSWORD"]}


@pytest.fixture(scope="package")
def database(parameters):
    """The name of a database that nobody else has, dropped in the end; our open session says that it is in use."""
    name = f"{PREFIX}{secrets.token_hex(6)}"
    with psycopg.connect(**parameters | {"application_name": name}, autocommit=True) as session:
        session.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        yield name
        session.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="package")
def site(database, tmp_path_factory):
    """The portal, served as ``bin/run`` serves it: ``url``, ``addresses`` and ``counts`` of its starter content."""
    folder = tmp_path_factory.mktemp("site")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "BROWSER_DATABASE": database,
        "BROWSER_STATIC": str(folder / "static"),
        "PORT": str(port),
    }
    opening = subprocess.run(
        [sys.executable, "-m", "tests.browser.opening"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert opening.returncode == 0, opening.stderr
    said = folder / "said.txt"
    with said.open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_open(url, server)
        yield SimpleNamespace(url=url, environment=environment, **json.loads(opening.stdout))
    finally:
        server.terminate()
        server.wait(60)
    assert "Traceback" not in said.read_text(), said.read_text()


def wait_until_open(url, server):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=5)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not open.")


@pytest.fixture(scope="package")
def chromium(site):
    """For this folder only, and after the site: while the driver lives, nobody here can use Django’s ORM."""
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """A browser window that notes what nobody should have to see: errors, violations, foreign requests."""

    def __init__(self, chromium, site, *, width=1280, height=900, scheme="light", javascript=True):
        self.site, self.strange, self.expected, self.keeps = site, [], set(), set()
        self.context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=javascript,
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective))"
        )
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.strange.append(f"script error: {error.error}"))
        self.page = self.context.new_page()

    def _asked(self, request):
        address = urlsplit(request.url)
        if address.scheme != "data" and f"{address.scheme}://{address.netloc}" != self.site.url:
            self.strange.append(f"asked elsewhere: {request.url}")

    def _said(self, message):
        if message.type in ("error", "warning") and message.location.get("url", "") not in self.expected:
            self.strange.append(f"{message.type} on {message.page and message.page.url}: {message.text}")

    def goto(self, path, status=200):
        if status != 200:
            self.expected.add(self.site.url + path)  # the browser reports every refusal to its console
        answer = self.page.goto(path)
        assert answer.status == status, path
        return self.page


@pytest.fixture
def visit(chromium, site):
    """Opens windows. In the end none may have noticed anything strange, nor kept a cookie its test did not name."""
    visitors = []

    def open_window(**manner):
        visitors.append(Visitor(chromium, site, **manner))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        cookies = {cookie["name"] for cookie in visitor.context.cookies()}
        visitor.context.close()
        assert visitor.strange == []
        assert cookies <= visitor.keeps or getattr(visitor, "signed_in", False), cookies
