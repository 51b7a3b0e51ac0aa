"""The portal is safe as it stands, and refuses to start otherwise: in one sentence, without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "vK3-a_long-and-random-looking-key-0123456789-ABCDEFGHIJKLMNOP"
PRODUCTION = {"PORTAL_ENV": "production", "SECRET_KEY": KEY, "ALLOWED_HOSTS": "example.org", "DEBUG": "off"}


def manage(*words, program=("manage.py",), **environment):
    return subprocess.run(
        [sys.executable, *program, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def ask(expression, **environment):
    """What a setting is, in a process of its own."""
    done = manage("-c", f"from portal import settings; print(repr({expression}))", program=(), **environment)
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def test_the_deployment_check_is_clean_in_production():
    done = manage("check", "--deploy", "--fail-level", "INFO")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + KEY}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "example.org,.example.com"}, "ALLOWED_HOSTS"),
        ({"DEBUG": "on"}, "DEBUG"),
        ({"PORTAL_ENV": "prod"}, "PORTAL_ENV"),
    ],
)
def test_it_refuses_to_start_in_one_plain_sentence(environment, word):
    done = manage("check", **environment)
    assert done.returncode == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_web_server_refuses_once_not_once_for_each_worker():
    done = manage("-m", "gunicorn", program=(), SECRET_KEY="", PORT="0")
    assert done.returncode != 0
    assert done.stderr.count("SECRET_KEY is missing or weak") == 1
    assert "Traceback" not in done.stderr


def test_production_is_what_one_gets_without_a_word(tmp_path):
    """Development must be switched on by name."""
    source = (ROOT / "portal" / "settings.py").read_text()
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "settings.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "SECRET_KEY is missing or weak" in done.stderr


def test_cookies_in_production_are_for_this_host_and_https_only():
    for kind in ("SESSION", "CSRF"):
        assert ask(f"settings.{kind}_COOKIE_NAME").startswith("'__Host-")
        for promise in ("SECURE", "HTTPONLY"):
            assert ask(f"settings.{kind}_COOKIE_{promise}") == "True"
        assert ask(f"settings.{kind}_COOKIE_SAMESITE") == "'Lax'"


def test_https_is_kept_for_a_year():
    assert ask("settings.SECURE_SSL_REDIRECT") == "True"
    assert int(ask("settings.SECURE_HSTS_SECONDS")) == 365 * 24 * 60 * 60


def test_links_begin_with_the_configured_site():
    assert ask("settings.SITE_URL") == "'https://example.org'"
    assert ask("settings.SITE_URL", SITE_URL="https://www.example.org/") == "'https://www.example.org'"


def test_a_database_of_ones_own_is_used_when_it_is_named():
    engine = "settings.DATABASES['default']['ENGINE']"
    assert ask(engine) == "'portal.embedded_db'"
    assert ask(engine, DATABASE_URL="postgres://me:secret@db.example.org/portal") == "'django.db.backends.postgresql'"


def test_pages_wait_less_long_for_the_database_than_imports():
    options = "settings.DATABASES['default']['OPTIONS']"
    assert ask(options) == "{'connect_timeout': 2}"
    web = ask(options, PORTAL_PROCESS="web")
    assert "statement_timeout=3s" in web
    assert "'timeout': 2" in web
    assert ask("settings.DATABASES['default']['CONN_MAX_AGE']") == "0"
