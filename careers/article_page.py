"""Everything one article shows, read from its live edition in a fixed number of queries.

The edition's own rows, then all figures of the page together, then one page of
schools: twelve queries at most, whether the article has five sections or fifty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.html import SafeString, format_html
from django.utils.http import urlencode

from careers import edition_parts, markdown
from careers.comparison import cells_of, figures_in, in_state, scopes_of, table_of
from careers.degree_counts import PopularPage, popular_schools
from careers.edition_parts import parts_of
from careers.figures import NATION, WAGE, tokens_in
from careers.footnotes import COMPLETIONS, Figures
from careers.glossary import Terms
from careers.models import Article
from careers.pay import EVERYONE, Pay
from careers.related import Related, related_to
from portal.formats import as_data
from portal.models import ContentVersion
from schools.levels import AwardLevel

SCHOOLS_A_PAGE = 10
WORDS_A_MINUTE = 220
PLACES_IN_CONTENTS = 4  # a page with more sections than this starts with a list of them


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


class ArticlePage:
    """One published article, as ``Article.objects.readable()`` found it.

    ``schools_page`` is the page of the school panel; ``state``, a postal code, is whose wages the table shows in
    place of the nation's; ``version`` is the ContentVersion if it is known already.
    """

    def __init__(self, article: Article, schools_page: int = 1, state: str = "", version: int | None = None):
        self.article, self.edition, self.state = article, article.live, state
        self.version = ContentVersion.now() if version is None else version
        self.have = parts_of(self.edition)
        self.citations = self.have.citations
        self._cells = in_state(cells_of(self.edition), state)
        self.figures = Figures(
            self._written(),
            scopes_of(self._cells),
            [(one.subject, one.level) for one in self.have.options],
            self.have.subjects,
        )
        self.occupations = [self.figures.occupations[soc] for soc in article.socs if soc in self.figures.occupations]
        # Before the sections: footnotes are numbered from the top of the page.
        self.table = table_of(self._cells, self.figures)
        self.terms = Terms(self.have.terms)
        self.parts = [
            Part(one.anchor, one.heading, self.terms.mark(markdown.render(one.body, self.figures.show, one.heading)))
            for one in self.have.sections
        ]
        self.popular = popular_schools(self._panel, schools_page, SCHOOLS_A_PAGE)

    # Figures ------------------------------------------------------------------------------------

    def _written(self) -> Iterable[str]:
        for section in self.have.sections:
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

    # Reading ------------------------------------------------------------------------------------

    @property
    def minutes(self) -> int:
        """How long reading the sections takes, at the pace of most adults."""
        words = sum(len(one.body.split()) for one in self.have.sections)
        return max(1, round(words / WORDS_A_MINUTE))

    @property
    def has_wages_by_state(self) -> bool:
        return any(cell.figure.startswith(f"{WAGE} ") for cell in self._cells)

    # Degrees and schools ------------------------------------------------------------------------

    def _as_option(self, option: edition_parts.Option) -> Option:
        query = {"subject": option.subject} | ({"level": option.level} if option.level else {})
        count = self.figures.counts[option.subject, option.level].programs
        words = AwardLevel(option.level).plural if option.level else "programs"
        if count == 1:
            words = words.replace("programs", "program").replace("doctorates", "doctorate")
        url = f"{reverse('schools:program_list')}?{urlencode(query)}"
        return Option(option.label, url, count, words, option.pathway)

    @cached_property
    def options(self) -> list[Option]:
        """What leads to the pathways of the article."""
        return [self._as_option(option) for option in self.have.options if option.pathway]

    @cached_property
    def adjacent(self) -> list[Option]:
        """Neighbouring fields, which the page names as such."""
        return [self._as_option(option) for option in self.have.options if not option.pathway]

    @cached_property
    def _panel(self) -> list[tuple[str, str]]:
        """The school panel follows the pathways; without any it follows the adjacent fields."""
        pairs = [(one.subject, one.level) for one in self.have.options if one.pathway]
        return pairs or [(one.subject, one.level) for one in self.have.options]

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
        return related_to(self.article, self.version)

    # The page as a whole ------------------------------------------------------------------------

    @cached_property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and words of each part; empty for a short article."""
        if len(self.parts) <= PLACES_IN_CONTENTS:
            return []
        places = [("side-by-side", "The ways in, side by side")] if self.table else []
        places += [("spread", "How widely pay is spread")] if self.strips else []
        places += [(part.anchor, part.heading) for part in self.parts]
        places += [("licenses", "Licenses in detail")] if self.have.licenses else []
        places += [("certifications", "Certifications in detail")] if self.have.certifications else []
        places += [("employment-settings", "Where people in this work are employed")] if self.have.settings else []
        places += [("degrees", "Degrees, and who teaches them")] if self.have.options else []
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
