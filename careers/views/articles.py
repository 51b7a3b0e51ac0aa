"""The articles: the list, and one article with everything it stands on."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models.functions import Now
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from careers.article_filters import ArticleFilter
from careers.article_page import ArticlePage
from careers.models import Article
from careers.pay import pay_by_code
from careers.views.occupations import at_a_glance
from portal.errors import error_page
from portal.listing import ListingView, page_number
from portal.models import ContentVersion, Slug, State
from portal.models.versions import hear

MOST_PAGES = 100_000  # of schools; whatever is asked beyond the last page is the last page
ALTERNATIVES = 3


class ArticleList(ListingView):
    """Every published article, with what its leading occupation pays."""

    filterset_class = ArticleFilter
    template_name = "careers/articles/article_list.html"
    noun, nouns = "career guide", "career guides"

    def more(self, filters, page):
        return with_pay(page)


def with_pay(articles) -> dict[str, Any]:
    """Articles, as ``readable()`` gives them, beside the pay of their leading occupation, and its releases."""
    leading = {article.socs[0] for article in articles if article.socs}
    pay = pay_by_code(leading) if leading else {}
    releases = dict.fromkeys(one.wage.release for one in pay.values() if one.wage)
    return {
        "cards": [(article, pay.get(article.socs[0]) if article.socs else None) for article in articles],
        "releases": list(releases),
    }


article_list = ArticleList.as_view()


@cache
def states() -> dict[str, str]:
    """Postal code to name. The states do not change while a process lives."""
    return dict(State.objects.order_by("name").values_list("code", "name"))


def article_detail(request, slug):
    rows = Article.objects.readable().annotate(content_version=ContentVersion.expression())
    article = rows.filter(slug=slug).first()
    if article is None:
        ContentVersion.now()
        return _elsewhere(request, slug)
    hear(article.content_version)
    page = ArticlePage(
        article, page_number(request.GET.get("schools"), MOST_PAGES), state_asked(request), article.content_version
    )
    return render(request, "careers/articles/article_detail.html", context_of(page))


def state_asked(request) -> str:
    """Whose wages the table is to show: a postal code; empty for the nation and for what is no state."""
    state = request.GET.get("state", "").upper()
    return state if state in states() else ""


def context_of(page: ArticlePage) -> dict[str, Any]:
    """What the template of an article needs, for the public page and for a preview."""
    return {
        "article": page.article,
        "edition": page.edition,
        "page": page,
        "glance": at_a_glance(page.pay) if page.pay else [],
        "canonical_url": page.url,
        "noindex": bool(page.state),
        "states": [
            {"value": code, "label": name, "selected": code == page.state}
            for code, name in {"": "the United States", **states()}.items()
        ],
        "state_name": states().get(page.state, ""),
        "kept": QueryDict(f"state={page.state}") if page.state else "",
    }


def _elsewhere(request, slug: str) -> HttpResponse:
    """Where an address without an article leads: to the article it belongs to, in any letter case, by one redirect.

    410 when the public could once read it there. Raises Http404 when it never could.
    """
    known = Slug.objects.filter(kind=Slug.Kind.ARTICLE, slug=slug.lower()).first()
    if known is None:
        raise Http404
    article = Article.objects.published().filter(pk=known.target).first()
    if article:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(article.get_absolute_url() + (f"?{query}" if query else ""))
    history = apps.get_model("careers", "ArticleEvent")
    if not history.objects.filter(pgh_obj_id=known.target, published_at__lte=Now()).exists():
        raise Http404
    others = Article.objects.published().select_related("live").order_by("-published_at", "slug")[:ALTERNATIVES]
    ways = [(other.get_absolute_url(), other.live.title) for other in others]
    return error_page(request, 410, alternatives=[*ways, (reverse("careers:article_list"), "All career guides")])
