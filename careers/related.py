"""Where else to go from an article, and which articles a page of another floor leads to. Nothing hidden appears."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from careers.models import (
    Article,
    ArticleLink,
    Certification,
    EmploymentSetting,
    License,
    Occupation,
)
from careers.models.articles import ArticleQuerySet
from careers.relating import Found, guides
from schools.models import FieldOfStudy, Program, School

# What an edition names, and by which path from its article.
NAMED = {Certification: "live__certifications", License: "live__licenses", EmploymentSetting: "live__settings"}
MOST = 8  # beside an article; links that an editor chose are all shown


@dataclass
class Related:
    """A link the editor chose, or an article that links here; ``kind`` in words."""

    kind: str
    title: str
    url: str
    text: str = ""
    is_external: bool = False


def related_to(article: Article, version: int) -> list[Related]:
    """The links of the live edition by their kind, in the editor's order, then what is computed (:func:`_computed`)."""
    own, sources = _links(article)
    order = list(ArticleLink.Kind)
    related = [_as_related(link) for link in sorted(own, key=lambda link: order.index(link.kind))]
    for guide in (found.guide for found in _computed(article, version, own, sources)):
        url = reverse("careers:article_detail", args=[guide.slug])
        related.append(Related("Related", guide.title, url, guide.summary))
    return related


def computed_for(article: Article, version: int) -> list[Found]:
    """What the article's page shows after the links that its editor chose, each with the reasons."""
    return _computed(article, version, *_links(article))


def _computed(article: Article, version: int, own: list[ArticleLink], sources: list[int]) -> list[Found]:
    """Articles that link here, then those with the most in common, as many as make up ``MOST`` in all.

    None that the editor chose already, and none that an editor keeps apart from this one, whichever way it is linked.
    """
    among = guides(version)
    chosen = {link.article_id for link in own}
    back = [source for source in sources if source not in chosen and not among.are_kept_apart(article.pk, source)]
    found = [Found(among.by_pk[source], 0, ["Its own links lead here."]) for source in back if source in among.by_pk]
    room = max(MOST - len(own) - len(found), 0)
    return found + among.beside(article.pk, known={*chosen, *back, article.pk}, most=room)


def _links(article: Article) -> tuple[list[ArticleLink], list[int]]:
    """The live edition's links to what is published, and which published articles link here, each once."""
    links = ArticleLink.objects.filter(
        Q(edition=article.live_id) | Q(article=article, edition__live_of__in=Article.objects.published())
    ).select_related("article__live", "occupation", "edition")
    links = links.filter(
        Q(article=None) | Q(article__in=Article.objects.published()),
        Q(occupation=None) | Q(occupation__in=Occupation.objects.published()),
    )
    own = [link for link in links if link.edition_id == article.live_id and link.article_id != article.pk]
    others = (link.edition.article_id for link in links if link.edition_id != article.live_id)
    return own, [pk for pk in dict.fromkeys(others) if pk != article.pk]


def _as_related(link: ArticleLink) -> Related:
    kind = ArticleLink.Kind(link.kind).label
    if link.article:
        live = link.article.live
        return Related(kind, link.label or live.title, link.article.get_absolute_url(), live.summary)
    if link.occupation:
        text = "What it pays in each state, its outlook, and the programs that lead there."
        return Related(kind, link.label or link.occupation.name, link.occupation.get_absolute_url(), text)
    return Related(kind, link.label, link.url, is_external=True)


def articles_about(thing: Any) -> ArticleQuerySet:
    """Published articles about a program, a school, a field (or several), an occupation or a record; newest first.

    ``thing`` is one of these objects, or the fields of study themselves.
    """
    articles = Article.objects.readable()
    if isinstance(thing, Occupation):
        articles = articles.about_occupation(thing)
    elif path := NAMED.get(type(thing)):
        articles = articles.filter(**{path: thing})
    else:
        articles = articles.about(_fields(thing))
    return articles.order_by("-published_at", "slug")


def _fields(thing: Any):
    if isinstance(thing, Program):
        return [thing.field_of_study_id]
    if isinstance(thing, School):
        return FieldOfStudy.objects.filter(programs__in=Program.objects.published().filter(school=thing))
    return [thing] if isinstance(thing, FieldOfStudy) else thing
