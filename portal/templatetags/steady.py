"""``{% steady %}…{% endsteady %}``: parts of a page that are the same on every page, rendered once in a process.

Only for markup made of words, static files and addresses. With a key,
``{% steady request.path|section %}``, once for each value of it; there must be few.
"""

from functools import cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

register = template.Library()

SECTIONS = (
    "careers:article_list",
    "schools:program_list",
    "schools:school_list",
    "schools:shortlist",
    "schools:for_schools",
)


class SteadyNode(template.Node):
    def __init__(self, nodelist: template.NodeList, key: Any):
        self.nodelist, self.key = nodelist, key
        self.rendered: dict[Any, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = self.key.resolve(context) if self.key else None
        if key not in self.rendered:
            self.rendered[key] = self.nodelist.render(context)
        return self.rendered[key]


@register.tag
def steady(parser: template.base.Parser, token: template.base.Token) -> SteadyNode:
    _, *key = token.split_contents()
    nodelist = parser.parse(["endsteady"])
    parser.delete_first_token()
    return SteadyNode(nodelist, parser.compile_filter(key[0]) if key else None)


@cache
def _sections() -> tuple[str, ...]:
    return tuple(reverse(name) for name in SECTIONS)


@register.filter
def section(path: str) -> str:
    """The part of the site a path is in, as the main navigation marks it: its address, or that and "…" below it."""
    for url in _sections():
        if path.startswith(url):
            return url if path == url else f"{url}…"
    return ""
