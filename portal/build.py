"""Which build of the portal this process is: the same word in every process of one deployment.

A page is made of the content, the day, and what is gathered here: our Python, the
templates, the names of the static files, the locked packages, and the settings that
pages print. When any of these differs, so may every page, and no cache may hold an
old page for a new one.
"""

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

APPS = ("portal", "schools", "careers")
FOLDERS = (*APPS, "templates")
FILES = ("requirements.txt",)
# Settings that reach a page. tests/portal/test_build.py finds whoever reads one that is not here.
PRINTED = (
    "SITE_URL",
    "CONTACT_EMAIL",
    "SECURITY_CONTACT",
    "STATIC_URL",
    "DEBUG",
    "TIME_ZONE",
    "LANGUAGE_CODE",
    "USE_TZ",
    "USE_I18N",
    "COOKIE_PREFIX",
)


@cache
def build_id() -> str:
    """Twelve hexadecimal digits, read once in the life of a process: about 10 ms."""
    digest = hashlib.sha256(repr((sys.version_info[:3], printed())).encode())
    for path in ingredients():
        name = path.relative_to(settings.ROOT) if path.is_relative_to(settings.ROOT) else path.name
        digest.update(f"\0{name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def printed() -> list[tuple[str, object]]:
    return [(name, getattr(settings, name)) for name in PRINTED]


def ingredients() -> Iterator[Path]:
    """The files pages are made of, in one order everywhere."""
    for folder in FOLDERS:
        yield from sorted(
            path
            for path in (settings.ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
        )
    yield from (settings.ROOT / name for name in FILES)
    names = Path(settings.STATIC_ROOT, "staticfiles.json")  # the hashed names of what `prepare` collected
    if names.exists():
        yield names
