"""Occupations, career guides and what these name as suggestions, and their words for a search of everything."""

from collections.abc import Iterator

from careers.models import Article, Certification, EmploymentSetting, License, Occupation, Section
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
    for kind in (Certification, License):
        for record in kind.objects.published():
            suggestion = Suggestion(str(record), record.get_absolute_url(), kind.__name__)
            for name in filter(None, (record.name, record.acronym)):
                yield name, suggestion
    for place in EmploymentSetting.objects.published():
        yield place.name, Suggestion(f"Careers in {place.name}", place.get_absolute_url(), "Where people work")


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
    for kind in (Certification, License):
        for words in kind.objects.published().values_list("name", "acronym", "body"):
            yield " ".join(words)
    yield from EmploymentSetting.objects.published().values_list("name", flat=True)
    yield from filter(None, live.values_list("live__pathways__name", flat=True))
