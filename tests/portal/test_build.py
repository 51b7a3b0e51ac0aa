"""A process knows which build it is; whatever reaches a page is in that."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from portal import build

# Settings that code reads and no page prints.
UNPRINTED = {
    "ALLOWED_HOSTS": "which hosts are this site, asked when an article is checked; other hosts get no page",
    "ROOT": "where the project lies",
    "STATIC_ROOT": "where static files are collected; their names are in the build",
    "STORAGES": "how they are collected; their names are in the build",
    "AUTH_USER_MODEL": "a model",
    "WEB_PROCESS": "how long the database may think",
    "PROXIES_IN_FRONT": "whose address counts against floods",
    "SECRET_KEY": "a secret",
    "SECRET_KEY_FALLBACKS": "secrets",
    "DEFAULT_FROM_EMAIL": "whom letters are from",
    "STAFF_SECOND_FACTOR": "who reaches the desk",
    "SIGN_UP_OPEN": "whether schools sign up; pages that say so are kept by nobody",
    "LOGIN_REDIRECT_URL": "where signing in leads",
    "UPLOADS": "where files that editors hand in are kept",
    "SESSION_COOKIE_SECURE": "how cookies are sent",
}


def test_every_setting_that_code_reads_is_in_the_build_or_on_no_page():
    read = set()
    for app in build.APPS:
        for path in (settings.ROOT / app).rglob("*.py"):
            if path.name != "settings.py" and "migrations" not in path.parts:
                read |= set(re.findall(r"\bsettings\.([A-Z][A-Z_]+)\b", path.read_text()))
    assert "SITE_URL" in read
    assert not read - set(build.PRINTED) - set(UNPRINTED)


def test_the_build_holds_code_templates_and_packages():
    names = {str(path.relative_to(settings.ROOT)) for path in build.ingredients()}
    assert {"portal/build.py", "schools/migrations/0001_initial.py", "templates/base.html", "requirements.txt"} <= names
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.parametrize("setting", ["SITE_URL", "CONTACT_EMAIL"])
def test_another_setting_is_another_build(settings, setting):
    before = build.build_id.__wrapped__()
    assert re.fullmatch("[0-9a-f]{12}", before)
    assert build.build_id.__wrapped__() == before
    setattr(settings, setting, "https://other.example")
    assert build.build_id.__wrapped__() != before


def test_another_template_is_another_build(tmp_path, monkeypatch, settings):
    root = settings.ROOT
    for name in build.FOLDERS:
        (tmp_path / name).mkdir()
    (tmp_path / "requirements.txt").write_text("")
    page = tmp_path / "templates" / "page.html"
    page.write_text("one")
    settings.ROOT = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    before = build.build_id.__wrapped__()
    page.write_text("two")
    after = build.build_id.__wrapped__()
    settings.ROOT = root
    assert before != after


def test_every_process_gives_the_same_word():
    code = "import django; django.setup(); from portal.build import build_id; print(build_id())"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_ENV": "test"}
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=settings.ROOT,
            env=environment | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
