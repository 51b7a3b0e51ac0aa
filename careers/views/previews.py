"""An edition as its page will look, for whoever holds a link that an editor made: signed, and for two weeks."""

from datetime import timedelta

from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from careers.article_page import ArticlePage
from careers.models import Edition
from careers.views.articles import context_of, state_asked
from portal.errors import error_page
from portal.listing import page_number

SALT = "careers.preview"
WORKS = timedelta(days=14)


def preview_link(edition: Edition) -> str:
    """The address of the preview, good for two weeks from now for anybody who has it."""
    return reverse("careers:preview", args=[signing.dumps(edition.pk, salt=SALT)])


def preview(request, token):
    """The public template with what is written so far; nothing of it is kept, listed or counted anywhere."""
    response = _preview(request, token)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _preview(request, token):
    try:
        key = signing.loads(token, salt=SALT, max_age=WORKS)
    except signing.SignatureExpired:
        return _over(request, "This link worked for two weeks, and they are over. Ask whoever sent it for another.")
    except signing.BadSignature:
        return error_page(request, 404)
    edition = Edition.objects.select_related("article").filter(pk=key).first()
    if edition is None:
        return _over(request, "This draft was thrown away.")
    article = edition.article
    if article.live_id == edition.pk and article.is_past_gate:
        return HttpResponseRedirect(article.get_absolute_url())
    # In memory alone: the article as it would be if this edition were the live one.
    article.live = edition
    article.published_at = article.published_at or timezone.now()
    article.socs = list(edition.edition_occupations.order_by("position").values_list("occupation__soc", flat=True))
    page = ArticlePage(article, page_number(request.GET.get("schools"), 1), state_asked(request))
    context = context_of(page) | {"noindex": True, "preview": True}
    return render(request, "careers/articles/article_detail.html", context)


def _over(request, text: str):
    return error_page(request, 410, gone_title="What this link led to", gone_reason=text)
