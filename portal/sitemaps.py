"""What search engines and feed readers are told: published, indexable addresses with their real dates."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.contrib.syndication.views import Feed
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from careers.models import Article, Certification, EmploymentSetting, License, Occupation
from portal.memory import remembered
from portal.models import ContentVersion, Release
from schools.models import Program, School


def latest_release():
    """When figures last changed anywhere; None before the first release."""
    return Release.objects.current().order_by("-promoted_at").values_list("promoted_at", flat=True).first()


class OurSitemap(Sitemap):
    """Addresses begin with SITE_URL, not with whatever host the request named."""

    limit = 20_000  # addresses of one kind; the protocol allows 50,000 in one file

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(OurSitemap):
    def items(self):
        return [
            "home",
            "careers:article_list",
            "careers:occupation_list",
            "careers:certification_list",
            "careers:license_list",
            "careers:setting_list",
            "careers:glossary",
            "schools:program_list",
            "schools:school_list",
            "schools:for_schools",
            "about",
            "how_we_check",
            "privacy",
            "accessibility",
            "contact",
        ]

    def location(self, item):
        return reverse(item)


class PublishedSitemap(OurSitemap):
    """The published rows of one model, each as new as its own last change or the last release."""

    model = None
    related = []

    def get_latest_lastmod(self):
        return None

    def items(self):
        self.released_at = latest_release()
        return self.model.objects.published().select_related(*self.related).order_by("pk")

    def lastmod(self, item):
        return max(filter(None, (self.changed_at(item), self.released_at)), default=None)

    def changed_at(self, item):
        return item.changed_at


class ArticleSitemap(PublishedSitemap):
    model = Article
    related = ["live"]

    def changed_at(self, article):
        return article.live.changed_at


class OccupationSitemap(PublishedSitemap):
    model = Occupation

    def changed_at(self, occupation):
        return occupation.published_at


class SchoolSitemap(PublishedSitemap):
    model = School


class ProgramSitemap(PublishedSitemap):
    model = Program
    related = ["school"]


class RecordSitemap(OurSitemap):
    """Certifications, licenses and kinds of employers; when they changed is not kept with them."""

    def items(self):
        return [row for model in (Certification, License, EmploymentSetting) for row in model.objects.published()]


SITEMAPS = {
    "pages": PageSitemap,
    "articles": ArticleSitemap,
    "occupations": OccupationSitemap,
    "records": RecordSitemap,
    "schools": SchoolSitemap,
    "programs": ProgramSitemap,
}


def sitemap_page(request):
    """The map of one state of the content, kept until anything public changes: writing it takes a second or more."""
    page = request.GET.get("p", "1")
    if page not in ("1", "2", "3"):
        page = "1"
    whole = remembered(f"sitemap {page}", ContentVersion.now(), lambda: _written(request, page))
    return HttpResponse(whole, content_type="application/xml", headers={"X-Robots-Tag": "noindex, noodp, noarchive"})


def _written(request, page):
    request.GET = QueryDict(f"p={page}")
    return sitemap(request, SITEMAPS).render().content


class ArticleFeed(Feed):
    """The newest articles, for feed readers."""

    feed_type = Atom1Feed
    title = "Careers in healthcare administration"
    subtitle = "New and newly checked articles, every figure sourced."

    def link(self):
        return settings.SITE_URL + reverse("careers:article_list")

    def feed_url(self):
        return settings.SITE_URL + reverse("article_feed")

    def items(self):
        return Article.objects.published().select_related("live").order_by("-published_at", "pk")[:20]

    def item_title(self, article):
        return article.live.title

    def item_description(self, article):
        return article.live.summary

    def item_link(self, article):
        return settings.SITE_URL + article.get_absolute_url()

    def item_author_name(self, article):
        return article.live.author

    def item_pubdate(self, article):
        return article.published_at

    def item_updateddate(self, article):
        return max(article.published_at, article.live.changed_at)
