"""Where the ground holds addresses: the sources, and the site's own pages."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.template import Engine

from portal.models import Source

from .gathering import Use, holds_addresses

HREF = re.compile(r'href="(https?://[^"{]+)"')


@holds_addresses("Sources", "portal.Source.url")
def sources() -> Iterator[Use]:
    for source in Source.objects.exclude(url=""):
        yield Use(source.url, "portal.source", source.pk, "web address", source.name)


@holds_addresses("Pages of the site")
def templates() -> Iterator[Use]:
    """What is written into the templates themselves. They are files: no page at the desk changes them."""
    for folder in Engine.get_default().dirs:
        for path in sorted(Path(folder).rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            for url in HREF.findall(path.read_text()):
                yield Use(url.replace("&amp;", "&"), "", 0, name, name)
