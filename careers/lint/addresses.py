"""Where the links of articles lead on this site, and which of those places have no page today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import Resolver404, resolve

from careers.markdown import links_in
from careers.models import Article, Certification, EmploymentSetting, License, Occupation
from portal.middleware import PRIVATE
from schools.models import Program, School

from .reading import Words

# Pages with a row behind them: the model, and the columns that the parts of the address stand for.
PAGES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "careers:article_detail": (Article, ("slug",)),
    "careers:occupation_detail": (Occupation, ("slug",)),
    "careers:certification_detail": (Certification, ("slug",)),
    "careers:license_detail": (License, ("slug",)),
    "careers:setting_detail": (EmploymentSetting, ("slug",)),
    "schools:school_detail": (School, ("slug",)),
    "schools:school_programs": (School, ("slug",)),
    "schools:program_detail": (Program, ("school__slug", "slug")),
}
OF_NOBODY = {"preview", "report_sent", "healthz", "readyz"}  # answers, but to no reader of an article
CHOSEN = {
    "careers:certification_detail": ("certifications", "certification"),
    "careers:license_detail": ("licenses", "license"),
    "careers:setting_detail": ("settings", "setting"),
}
Key = tuple[str, ...]


def path_here(address: str) -> str:
    """The path of an address of this site, written with or without the site's name; empty for every other."""
    parts = urlsplit(address)
    hosts = {host for host in settings.ALLOWED_HOSTS if host.strip("*.") == host}
    if parts.netloc and parts.netloc != urlsplit(settings.SITE_URL).netloc and parts.hostname not in hosts:
        return ""
    return unquote(parts.path) or ("/" if parts.netloc else "")


def addresses_of(words: Words) -> Iterator[str]:
    """Every address that an article sends its readers to."""
    for text in words.bodies:
        yield from (address for _, address in links_in(text.text))
    yield from (link.url for link in words.links if link.url)


def closed(articles: Iterable[Words], together: Collection[str]) -> dict[str, str]:
    """Why a path of this site answers with nothing, for those that do; two queries at most for each kind of page.

    ``together`` are slugs of articles that count as published. What an article names becomes public with it.
    """
    articles = list(articles)
    why: dict[str, str] = {}
    asked: dict[str, dict[str, Key]] = defaultdict(dict)
    for path in {path_here(address) for words in articles for address in addresses_of(words)} - {""}:
        try:
            match = resolve(path)
        except Resolver404:
            why[path] = "this site has no such address"
            continue
        if path.startswith(PRIVATE) or match.url_name in OF_NOBODY:
            why[path] = "readers cannot open it"
        elif match.view_name in PAGES:
            asked[match.view_name][path] = tuple(match.kwargs.values())
    for name, keys in asked.items():
        model, columns = PAGES[name]
        wanted = set(keys.values())
        public = _found(model.objects.published(), columns, wanted) | _named(name, articles)
        public |= {(slug,) for slug in together} if model is Article else set()
        hidden = _found(model.objects.all(), columns, wanted - public) if wanted - public else set()
        for path, key in keys.items():
            if key not in public:
                why[path] = "it is not published" if key in hidden else "nothing has this address"
    return why


def _found(rows: QuerySet, columns: tuple[str, ...], keys: set[Key]) -> set[Key]:
    last = columns[-1]
    found = rows.filter(**{f"{last}__in": {key[-1] for key in keys}}).values_list(*columns)
    return {key for key in found if key in keys}


def _named(name: str, articles: list[Words]) -> set[Key]:
    """Records that the articles themselves name, which have their page as soon as these are published."""
    if name not in CHOSEN:
        return set()
    several, one = CHOSEN[name]
    return {(getattr(row, one).slug,) for words in articles for row in getattr(words, several)}
