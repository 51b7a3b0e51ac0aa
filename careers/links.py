"""Where articles and certifications hold web addresses."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse

from careers.markdown import links_in
from careers.models import ArticleLink, Certification, Citation, Edition, GlossaryTerm, License, Section
from portal.links.gathering import Use, holds_addresses


def addresses_in(text: str) -> list[str]:
    """The outbound addresses a text links to."""
    return [address for _, address in links_in(text) if address.startswith(("http://", "https://"))]


@holds_addresses("Articles", "careers.Citation.url", "careers.ArticleLink.url", "careers.Section.body")
def articles() -> Iterator[Use]:
    """Of what is live and of what is being drafted; earlier editions send nobody anywhere."""
    editions = Edition.objects.filter(Q(live_of__isnull=False) | Q(draft_of__isnull=False))
    at = {edition.pk: edition for edition in editions.select_related("article", "created_by")}
    for citation in Citation.objects.filter(edition__in=at).exclude(url=""):
        yield _use(at[citation.edition_id], citation.url, f"citation: {citation.title}")
    for link in ArticleLink.objects.filter(edition__in=at).exclude(url=""):
        yield _use(at[link.edition_id], link.url, f"link: {link.label}")
    for section in Section.objects.filter(edition__in=at, body__contains="http"):
        for url in addresses_in(section.body):
            yield _use(at[section.edition_id], url, f"section: {section.heading}")


def _use(edition: Edition, url: str, field: str) -> Use:
    """A draft is changed on its own page, what is live by way of the article's."""
    article, is_live = edition.article, edition.is_live
    owner = str(edition.created_by) if edition.created_by else edition.author
    model, key = ("careers.article", article.pk) if is_live else ("careers.edition", edition.pk)
    page = article.get_absolute_url() if is_live and article.is_past_gate else ""
    title = edition.title if is_live else f"{edition.title} (draft)"
    return Use(url, model, key, field, title, owner, page)


@holds_addresses("Certifications", "careers.Certification.url")
def certifications() -> Iterator[Use]:
    for row in Certification.objects.exclude(url="").values("pk", "url", title=F("name")):
        yield Use(row["url"], "careers.certification", row["pk"], "web address", row["title"])


@holds_addresses("Licenses", "careers.License.url")
def licenses() -> Iterator[Use]:
    for row in License.objects.exclude(url="").values("pk", "url", title=F("name")):
        yield Use(row["url"], "careers.license", row["pk"], "web address", row["title"])


@holds_addresses("Glossary", "careers.GlossaryTerm.url")
def terms() -> Iterator[Use]:
    for row in GlossaryTerm.objects.exclude(url="").values("pk", "url", title=F("term")):
        page = reverse("careers:glossary")
        yield Use(row["url"], "careers.glossaryterm", row["pk"], "source", row["title"], page=page)
