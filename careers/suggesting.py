"""Occupations and career guides as suggestions, and the words they bring to a search of everything."""

from collections.abc import Iterator

from careers.models import Article, Occupation, Section
from portal.memory import remembered
from schools.suggesting import Finder, Group, Suggestion


def groups(version: int) -> list[Group]:
    """What careers have to suggest, as of this ContentVersion."""
    return remembered("suggestions of careers", version, lambda: [Group("Careers", 3, Finder(_named()))])


def _named() -> Iterator[tuple[str, Suggestion]]:
    for occupation in Occupation.objects.published().with_a_way_in():
        suggestion = Suggestion(occupation.name, occupation.get_absolute_url(), "Occupation", 1)
        for name in {occupation.name, occupation.title}:
            yield name, suggestion
    for article in Article.objects.published().select_related("live"):
        yield article.live.title, Suggestion(article.live.title, article.get_absolute_url(), "Career guide")


def texts(version: int) -> list[tuple[str, int]]:
    """The texts that a search of occupations and career guides looks into, each with the weight of one result."""
    return remembered("texts of careers", version, lambda: [(text, 1) for text in _texts()])


def _texts() -> Iterator[str]:
    for title, plain, definition in Occupation.objects.published().values_list("title", "plain_title", "definition"):
        yield f"{title} {plain} {definition}"
    live = Article.objects.published()
    for title, summary in live.values_list("live__title", "live__summary"):
        yield f"{title} {summary}"
    yield from Section.objects.filter(edition__live_of__in=live).values_list("heading", flat=True)
    for name, acronym in live.values_list("live__certifications__name", "live__certifications__acronym"):
        yield f"{name or ''} {acronym or ''}"
    yield from filter(None, live.values_list("live__pathways__name", flat=True))
