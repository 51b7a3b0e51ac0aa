"""Everything an anonymous visitor can reach, followed link by link, over content that tries to get out.

What is not public carries a secret in every text field; what is public carries hostile markup in
every text field. New fields are covered by themselves: the exceptions are named, not the rule.
"""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection, models

from careers.models import (
    ArticleLink,
    Attribute,
    Cell,
    DegreeOption,
    EditionCertification,
    EditionOccupation,
    EligibilityGroup,
    EligibilityRoute,
)
from portal.middleware import HEADERS
from portal.models import ImportIssue, Release, ReleaseFile
from schools.models import Accreditation, SubjectSynonym
from schools.relisting import relist_all
from tests import factories as make

pytestmark = pytest.mark.django_db

SECRET = "zqsecretzq"  # must be nowhere
BAIT = "zqbait"  # stands beside each secret; a search for it finds nothing public
HOSTILE = """'"><x9q>"""  # short, because acronyms are
# Text that is a code or a name of something, not words: the database or a page reads it.
CODES = {
    *("soc", "cip", "edition", "unitid", "zip", "opeid", "figure", "website", "successor_unitid", "parent_unitid"),
    *("password", "email"),
}


def fill(text, *rows):
    """Write ``text`` into every text field of these rows, numbered where two may not be the same."""
    for row in rows:
        values = {}
        for field in row._meta.concrete_fields:
            wordy = isinstance(field, (models.CharField, models.TextField)) and not field.choices
            if wordy and not isinstance(field, (models.SlugField, models.URLField)) and field.name not in CODES:
                room = field.max_length or 200
                value = f"{text} {row.pk} {field.name}" if room > len(text) + 30 else f"{text}{row.pk}"
                values[field.name] = value if len(value) <= room else text[:room]
        type(row).objects.filter(pk=row.pk).update(**values)


def fill_edition(text, edition, occupation, subject, field):
    """An edition with one row of everything it can have, all of it saying ``text``."""
    pathway = make.PathwayFactory(edition=edition, occupation=occupation, position=90)
    pathway.fields_of_study.add(field)
    attribute = Attribute.objects.create(edition=edition, label="Pay", kind="wage", position=90)
    certification = make.CertificationFactory()
    group = EligibilityGroup.objects.create(certification=certification, label="Ways", position=0)
    rows = [
        edition,
        pathway,
        attribute,
        certification,
        group,
        EligibilityRoute.objects.create(group=group, text="A degree", position=0),
        Cell.objects.create(pathway=pathway, attribute=attribute, text="Words", note="Note"),
        make.SectionFactory(edition=edition, position=90),
        make.CitationFactory(edition=edition, position=90),
        DegreeOption.objects.create(edition=edition, label="Option", subject=subject, pathway=pathway, position=90),
        ArticleLink.objects.create(edition=edition, url="https://elsewhere.example.org/", label="Away", position=90),
    ]
    EditionCertification.objects.create(edition=edition, certification=certification, position=90)
    EditionOccupation.objects.create(edition=edition, occupation=occupation, position=90)
    fill(text, *rows)


@pytest.fixture
def content():
    """Public rows full of markup and their hidden neighbors; the addresses of what is hidden."""
    field = make.FieldOfStudyFactory(cip="51.0701")
    subject = make.SubjectFactory(name="Health administration", fields=[field])
    accreditor = make.AccreditorFactory(recognized_by="Nobody")
    school, program, gone = make.SchoolFactory(), make.ProgramFactory(field_of_study=field), make.SchoolFactory()
    gone.listing.record.__class__.objects.filter(school=gone).update(status="closed")
    make.CompletionsFactory(school=school, field_of_study=field)
    make.PublishedPriceFactory(school=school)
    occupation = make.OccupationFactory(soc="11-9111")
    make.WageFactory(occupation=occupation)
    make.ProjectionFactory(occupation=occupation)
    make.OccupationFieldFactory(occupation=occupation, field_of_study=field)
    article, other = make.ArticleFactory(), make.ArticleFactory(edition__title="Another way?")
    ArticleLink.objects.create(edition=article.live, article=other, position=0)
    accreditations = [
        Accreditation.objects.create(
            accreditor=accreditor,
            school=who,
            program=what,
            status="accredited",
            url="https://example.org/entry",
            checked_on="2026-11-01",
        )
        for who, what in ((school, None), (program.school, program))
    ]

    # The neighbors that nobody may see.
    hidden_school = make.SchoolFactory(
        unitid=None, record=None, name_override="Hidden", slug=f"{SECRET}-school", published_at=None
    )
    hidden_programs = [
        make.ProgramFactory(field_of_study=field, slug=f"{SECRET}-program", **where)
        for where in ({"school": program.school, "published_at": None}, {"school": hidden_school})
    ]
    hidden_occupation = make.OccupationFactory(soc="29-1141", slug=f"{SECRET}-occupation", published_at=None)
    make.WageFactory(occupation=hidden_occupation)
    make.OccupationFieldFactory(occupation=hidden_occupation, field_of_study=field)
    hidden_article = make.ArticleFactory(slug=f"{SECRET}-article", published_at=None)
    for place, target in enumerate([{"article": hidden_article}, {"occupation": hidden_occupation}], 1):
        ArticleLink.objects.create(edition=article.live, position=place, **target)
    for edition in (article.live, other.live):
        make.PathwayFactory(edition=edition, occupation=hidden_occupation, position=80)
        EditionOccupation.objects.create(edition=edition, occupation=hidden_occupation, position=80)
    draft, old = make.EditionFactory(article=article), make.EditionFactory(article=article)
    article.draft = draft
    article.save()
    staged = make.ReleaseFactory(source__slug="ipeds-institutions", year=2026, state=Release.State.STAGED)
    staged_record = make.SchoolRecordFactory(school=school, release=staged)
    file = ReleaseFile.objects.create(release=staged, name="file.csv", sha256="0" * 64, size=1)
    issue = ImportIssue.objects.create(file=file, line=1, advice="Look")

    synonym = SubjectSynonym.objects.create(subject=subject, text="MHA")
    fill_edition(HOSTILE, article.live, occupation, subject, field)
    records = [each.listing.record for each in (school, program.school, gone)]
    public = [school, program, occupation, field, subject, synonym, accreditor, other.live, *records, *accreditations]
    fill(HOSTILE, *public)
    secret = f"{SECRET} {BAIT}"
    hidden = [hidden_school, *hidden_programs, hidden_occupation, hidden_article.live, staged_record, staged, issue]
    fill(secret, *hidden)
    # An article may name an occupation that has no page yet, by its official title; nothing leads to it.
    type(hidden_occupation).objects.filter(pk=hidden_occupation.pk).update(title="Registered Nurses")
    for edition in (draft, old):
        fill_edition(secret, edition, occupation, subject, field)
    type(school).objects.update(note=secret)  # "Never shown in public."
    occupation.pairs.update(reason=secret)
    relist_all()
    addresses = [row.get_absolute_url() for row in (hidden_school, hidden_occupation, hidden_article)]
    return [*addresses, *(f"/programs/{one.school.slug}/{one.slug}/" for one in hidden_programs)]


class Page(HTMLParser):
    """What a browser would make of a page: links, parts it loads, titles, data, and what should not be."""

    VOID = {"link", "meta", "input", "br", "img", "hr"}

    def __init__(self, body):
        super().__init__()
        self.links, self.loads, self.headings, self.blocks, self.wrong = [], [], 0, [], []
        self.title = self.canonical = ""
        self.is_noindex, self._inside = False, None
        self.feed(body)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.wrong += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if tag == "x9q" or any("x9q" in name for name in given):
            self.wrong.append(f"markup from content: {self.get_starttag_text()}")
        self.headings += tag == "h1"
        if tag == "link" and given.get("rel") == "canonical":
            self.canonical = given["href"]
        elif tag == "link" and given.get("rel") != "alternate":
            self.loads.append(given["href"])
        elif tag in ("script", "img", "source", "iframe") and given.get("src"):
            self.loads.append(given["src"])
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.links.append(given.get("action", ""))
        elif tag == "meta" and given.get("name") == "robots":
            self.is_noindex = "noindex" in given.get("content", "")
        if tag == "script" and "src" not in given and given.get("type") not in ("application/ld+json",):
            self.wrong.append("a script in the page")
        if tag == "style":
            self.wrong.append("a style in the page")
        if tag == "title" or given.get("type") == "application/ld+json":
            self._inside = tag
            if tag == "script":
                self.blocks.append("")

    def handle_data(self, text):
        if self._inside == "title":
            self.title += text
        elif self._inside == "script":
            self.blocks[-1] += text

    def handle_endtag(self, tag):
        if tag == self._inside:
            self._inside = None


def body_of(response):
    return b"".join(response) if response.streaming else response.content


def changes():
    """Rows inserted, updated and deleted in this transaction, by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables ORDER BY 1")
        return cursor.fetchall()


def internal(href, path):
    """The address on this site that a link leads to, without fragment; None for every other place."""
    href = urldefrag(href)[0].removeprefix(settings.SITE_URL)
    if href.startswith("?"):
        return urlsplit(path).path + href
    return href if href.startswith("/") and not href.startswith("//") else None


# Addresses no page links to: machines ask for them, visitors type them.
TYPED = [
    *("/sitemap.xml", "/feeds/articles.atom", "/robots.txt", "/healthz", "/readyz", "/.well-known/security.txt"),
    *(
        f"{path}?q={BAIT}"
        for path in ("/search/", "/search/suggestions/", "/programs/", "/schools/", "/careers/", "/occupations/")
    ),
    *(f"{path}?q=%22%3E%3Cx9q%3E&level=%3Cx9q%3E&sort=%3Cx9q%3E" for path in ("/search/", "/programs/", "/schools/")),
    *("/programs/?near=%3Cx9q%3E", "/programs/?near=55455", "/programs/?level=master&state=MN&sort=name&page=2"),
]
MOST = 400  # pages; more means that links breed links


@pytest.fixture
def crawl(client, content):
    """Every page that can be reached: (address, response, body, parsed page or None)."""
    before = changes()
    waiting, seen, found = ["/", *TYPED], set(), []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        assert len(seen) < MOST, "links breed links"
        response = client.get(path)
        body = body_of(response).decode(errors="replace")
        page = Page(body) if response.get("Content-Type", "").startswith("text/html") else None
        found.append((path, response, body, page))
        if page:
            waiting += filter(None, (internal(href, path) for href in [*page.links, *page.loads]))
        elif path == "/sitemap.xml" or path.endswith(".atom"):
            waiting += [urlsplit(url).path for url in re.findall(r"(?:<loc>|<link href=\")([^<\"]+)", body)]
    assert changes() == before, "a GET changed rows"
    return found


def test_a_stranger_gets_everywhere_and_finds_no_secret_and_no_foreign_markup(crawl, client, content):
    reached = {urlsplit(path).path.split("/")[1] for path, *_ in crawl}
    assert {"", "careers", "occupations", "programs", "schools", "search", "feeds", "static"} <= reached
    wrong, titles, hostile = [], {}, 0
    for path, response, body, page in crawl:
        if response.status_code != 200:
            wrong.append(f"{path}: status {response.status_code}")
        if response.get("Content-Security-Policy") != HEADERS["Content-Security-Policy"]:
            wrong.append(f"{path}: another policy")
        if response.cookies or "Cookie" in response.get("Vary", ""):
            wrong.append(f"{path}: sets or reads a cookie")
        if SECRET in body:
            at = body.index(SECRET)
            wrong.append(f"{path}: what is not public: …{body[max(0, at - 90) : at + 60]}…")
        if "<x9q" in body.lower():
            wrong.append(f"{path}: markup as it was typed")
        hostile += "x9q" in body
        if page is None:
            continue
        wrong += [f"{path}: {each}" for each in page.wrong]
        wrong += [f"{path}: loads {url}" for url in page.loads if not re.match(r"/(?!/)", url)]
        wrong += [
            f"{path}: leads to {url}" for url in page.links if not re.match(r"/(?!/)|#|\?|https?://|mailto:", url)
        ]
        if page.headings != 1:
            wrong.append(f"{path}: {page.headings} h1")
        if not page.title.split(" – ")[0].strip():
            wrong.append(f"{path}: no title")
        if not page.is_noindex and "?" not in path:
            titles.setdefault(page.title, []).append(path)
        for block in page.blocks:
            if not {"@context", "@type"} <= set(json.loads(block)):
                wrong.append(f"{path}: data that is no JSON-LD")
    wrong += [f"one title, several pages: {title}: {paths}" for title, paths in titles.items() if len(paths) > 1]
    assert not wrong, "\n".join(wrong)
    assert hostile > 10, "the markup was meant to be seen, as text"
    for path in content:
        response = client.get(path)
        assert response.status_code == 404, path
        assert SECRET not in response.content.decode(), path


def test_the_sitemap_lists_what_may_be_found_and_nothing_else(crawl):
    pages = {path: (response, page) for path, response, _, page in crawl if page}
    sitemap = next(body for path, _, body, _ in crawl if path == "/sitemap.xml")
    listed = [node.text for node in ElementTree.fromstring(sitemap).iter() if node.tag.endswith("}loc")]
    assert len(listed) == len(set(listed)) > 15
    for url in listed:
        response, page = pages[url.removeprefix(settings.SITE_URL)]
        assert response.status_code == 200
        assert (page.canonical, page.is_noindex) == (url, False)
    kinds = ("/programs/", "/schools/", "/careers/", "/occupations/")
    for path, (_, page) in pages.items():
        if path.startswith(kinds) and "?" not in path and not page.is_noindex:
            assert page.canonical in listed, f"{path} may be found and is not listed"
