"""Everything one article shows, read from its live edition in a fixed number of queries.

The edition's own rows, then all figures of the page together, then one page of
schools: fourteen queries at most, whether the article has five sections or fifty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.html import SafeString, format_html
from django.utils.http import urlencode

from careers import markdown
from careers.comparison import cells_of, figures_in, scopes_of, table_of
from careers.degree_counts import PopularPage, popular_schools
from careers.figures import NATION, tokens_in
from careers.footnotes import COMPLETIONS, Figures
from careers.models import (
    Article,
    DegreeOption,
    EditionOccupation,
    EligibilityRoute,
)
from careers.models.articles import ArticleQuerySet
from careers.pay import EVERYONE, Pay
from careers.related import Related, related_to
from portal.formats import as_data
from schools.levels import AwardLevel

SCHOOLS_A_PAGE = 10
PLACES_IN_CONTENTS = 4  # a page with more sections than this starts with a list of them


def readable() -> ArticleQuerySet:
    """Published articles with their live edition and, as ``socs``, the codes it is about, the leading one first."""
    about = EditionOccupation.objects.filter(edition=OuterRef("live")).order_by("position")
    articles = Article.objects.published().select_related("live")
    return articles.annotate(socs=ArraySubquery(about.values("occupation__soc")))


@dataclass
class Part:
    """A section as the page prints it."""

    anchor: str
    heading: str
    body: SafeString


@dataclass
class Option:
    """A way into the directory with its live count."""

    label: str
    url: str
    count: int
    words: str
    pathway: str


@dataclass
class Credential:
    """A certification with its conditions: every group, and in each any one of the routes."""

    certification: object
    groups: list[tuple[str, list[str]]]


class ArticlePage:
    """One published article, as :func:`readable` found it. ``schools_page`` is the page of the school panel."""

    def __init__(self, article: Article, schools_page: int = 1):
        self.article, self.edition = article, article.live
        sections = list(self.edition.sections.all())
        self._cells = cells_of(self.edition)
        self._options = list(DegreeOption.objects.filter(edition=self.edition).select_related("subject", "pathway"))
        self.citations = list(self.edition.citations.all())
        self.figures = Figures(
            self._written(sections), scopes_of(self._cells), [self._pair(one) for one in self._options]
        )
        self.occupations = [self.figures.occupations[soc] for soc in article.socs if soc in self.figures.occupations]
        self.table = table_of(
            self._cells, self.figures
        )  # before the sections: footnotes are numbered from the top of the page
        self.parts = [
            Part(one.anchor, one.heading, markdown.render(one.body, self.figures.show, one.heading)) for one in sections
        ]
        self.popular = popular_schools(self._panel, schools_page, SCHOOLS_A_PAGE)

    # Figures ------------------------------------------------------------------------------------

    def _written(self, sections) -> Iterable[str]:
        for section in sections:
            yield from tokens_in(section.body)
        yield from figures_in(self._cells)
        for soc in self.article.socs:
            yield f"wage {soc} median {NATION}"
            yield f"growth {soc}"
        if self.article.socs:
            yield f"growth {EVERYONE}"

    # At a glance --------------------------------------------------------------------------------

    @cached_property
    def pay(self) -> Pay | None:
        """Of the leading occupation."""
        return self.figures.pay(self.occupations[0]) if self.occupations else None

    @property
    def scope(self) -> str:
        """Whom the slip's figures cover, when that is more than the article's title says."""
        return self.figures.scopes.get(self.pay.occupation.soc, "") if self.pay else ""

    @property
    def strips(self) -> list[tuple[str, object]]:
        """Title and wage of each occupation the article is about, for the range strips."""
        pay = [self.figures.pay(occupation) for occupation in self.occupations]
        return [(one.occupation.title, one.wage) for one in pay if one.wage]

    @property
    def strip_releases(self) -> list:
        return list(dict.fromkeys(wage.release for _, wage in self.strips))

    # Certifications -----------------------------------------------------------------------------

    @cached_property
    def credentials(self) -> list[Credential]:
        routes = EligibilityRoute.objects.filter(group__certification=OuterRef("certification"))
        routes = routes.order_by("group__position", "position")
        chosen = self.edition.edition_certifications.select_related("certification").annotate(
            routes=ArraySubquery(routes.values(json=JSONObject(group="group_id", label="group__label", text="text")))
        )
        credentials = []
        for one in chosen:
            groups: dict[int, tuple[str, list[str]]] = {}
            for route in one.routes:
                groups.setdefault(route["group"], (route["label"], []))[1].append(route["text"])
            credentials.append(Credential(one.certification, list(groups.values())))
        return credentials

    # Degrees and schools ------------------------------------------------------------------------

    @staticmethod
    def _pair(option: DegreeOption) -> tuple[str, str]:
        return option.subject.slug, option.level

    def _as_option(self, option: DegreeOption) -> Option:
        query = {"subject": option.subject.slug} | ({"level": option.level} if option.level else {})
        count = self.figures.counts[self._pair(option)].programs
        words = AwardLevel(option.level).plural if option.level else "programs"
        if count == 1:
            words = words.replace("programs", "program").replace("doctorates", "doctorate")
        url = f"{reverse('schools:program_list')}?{urlencode(query)}"
        return Option(option.label, url, count, words, option.pathway.name if option.pathway else "")

    @cached_property
    def options(self) -> list[Option]:
        """What leads to the pathways of the article."""
        return [self._as_option(option) for option in self._options if option.pathway]

    @cached_property
    def adjacent(self) -> list[Option]:
        """Neighbouring fields, which the page names as such."""
        return [self._as_option(option) for option in self._options if not option.pathway]

    @cached_property
    def _panel(self) -> list[tuple[str, str]]:
        """The school panel follows the pathways; without any it follows the adjacent fields."""
        leading = [self._pair(option) for option in self._options if option.pathway]
        return leading or [self._pair(option) for option in self._options]

    @property
    def degree_groups(self) -> list[tuple[str, list[Option]]]:
        """The options of each pathway, under its name."""
        groups: dict[str, list[Option]] = {}
        for option in self.options:
            groups.setdefault(option.pathway, []).append(option)
        return list(groups.items())

    @property
    def panel_is_adjacent(self) -> bool:
        return not self.options

    @property
    def graduates_release(self):
        return self.figures.releases.get(COMPLETIONS)

    @cached_property
    def schools(self) -> Page:
        """The school panel's place among its pages, for the pagination tag."""
        popular: PopularPage = self.popular
        return Paginator(range(popular.total), SCHOOLS_A_PAGE).page(popular.number)

    schools_headings = ("School", "Place", ("Programs", "num"), ("Graduates", "num"))

    @property
    def schools_caption(self) -> str:
        page = self.schools
        return f"Schools {page.start_index():,} to {page.end_index():,} by graduates"

    @property
    def schools_rows(self) -> list[tuple]:
        """For the ``stacked_table`` tag; a school's name leads to its page, which lists its programs."""
        link = '<a href="{}" data-school="{}">{}</a>'
        return [
            (
                format_html(link, reverse("schools:school_detail", args=[one.slug]), one.slug, one.name),
                one.place,
                one.programs,
                as_data(one.graduates, "number", release=self.graduates_release, reason=one.reason),
            )
            for one in self.popular.schools
        ]

    @cached_property
    def related(self) -> list[Related]:
        return related_to(self.article)

    # The page as a whole ------------------------------------------------------------------------

    @cached_property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and words of each part; empty for a short article."""
        if len(self.parts) <= PLACES_IN_CONTENTS:
            return []
        places = [("side-by-side", "The ways in, side by side")] if self.table else []
        places += [("spread", "How widely pay is spread")] if self.strips else []
        places += [(part.anchor, part.heading) for part in self.parts]
        places += [("certifications", "Certifications in detail")] if self.credentials else []
        places += [("degrees", "Degrees, and who teaches them")] if self._options else []
        places += [("popular-schools", "Popular schools")] if self.popular.schools else []
        places += [("related", "Related careers")] if self.related else []
        return [*places, ("sources", "Sources and notes")]

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.article.get_absolute_url()

    @property
    def in_schema_org(self) -> dict:
        """The article as schema.org says it, with the facts the page prints and no others."""
        publisher = {"@type": "Organization", "name": "HealthAdmin Pathways", "url": f"{settings.SITE_URL}/"}
        data = {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": self.edition.title,
            "description": self.edition.summary,
            "author": {"@type": "Organization", "name": self.edition.author},
            "publisher": publisher,
            "datePublished": self.article.published_at.date().isoformat(),
            "inLanguage": "en-US",
            "isAccessibleForFree": True,
            "mainEntityOfPage": {"@type": "WebPage", "@id": self.url},
            "citation": [{"@type": "CreativeWork", "name": one.title, "url": one.url} for one in self.citations],
        }
        if self.article.reviewed_on:
            data["dateModified"] = self.article.reviewed_on.isoformat()
        if self.occupations:
            data["about"] = [
                {"@type": "Occupation", "name": one.title, "occupationalCategory": f"{one.soc}.00"}
                for one in self.occupations
            ]
        return data
