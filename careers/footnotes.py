"""The figures of one page: looked up together, each with the footnote that says where it comes from.

All tokens of a page are answered by one query per table, however many there are.
A figure that is missing prints its reason; a token nobody understands prints
"figure not available" and is logged.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.html import SafeString, format_html, format_html_join

from careers.degree_counts import Counts, Pair, counts_of
from careers.figures import DIRECTORY, JOBS, NATION, TOKEN, WAGE, Token, UnknownToken, parse
from careers.markdown import NOT_AVAILABLE
from careers.models import Occupation, Projection, Wage
from careers.pay import EVERYONE, Pay, years
from portal.formats import UNITS
from portal.models import Release
from portal.reasons import Reason
from schools.levels import AwardLevel
from schools.models import Subject

log = logging.getLogger(__name__)

WAGE_WORDS = {
    "mean": "Mean annual wage",
    "median": "Median annual wage",
    "p10": "10th percentile of annual wages",
    "p25": "25th percentile of annual wages",
    "p75": "75th percentile of annual wages",
    "p90": "90th percentile of annual wages",
}
JOBS_WORDS = "Wage and salary jobs"
DIRECTORY_WORDS = {
    "programs": "Programs in this directory",
    "graduates": "Awards in one year, first majors",
    "tuition": "Published in-state tuition a year",
}
# Column of the projection, unit, and what it is called; {span} is "2024–34", {base} is "2024".
OUTLOOK = {
    "growth": ("percent", "percent", "Projected change in employment, {span}"),
    "openings": ("openings", "number", "Projected openings a year, on average, {span}"),
    "new-jobs": ("change", "number", "Projected change in the number of jobs, {span}"),
    "employment": ("employment_base", "number", "Jobs in {base}, self-employment included"),
}
COMPLETIONS, PRICES = "ipeds-completions", "ipeds-prices"


@dataclass
class Figure:
    """One number and everything its footnote says. A None value has a reason, in words."""

    value: int | Decimal | None
    unit: str
    statistic: str
    about: str  # an occupation with its code, or a subject with its level
    place: str = ""
    release: Release | None = None
    reason: str = Reason.NOT_IN_FEDERAL_DATA.label
    at_least: bool = False
    signed: bool = False
    remarks: list[str] = field(default_factory=list)

    @property
    def period(self) -> str:
        """When the figure is from; empty where its name says so already."""
        return "" if self.release is None or str(self.release.period) in self.statistic else self.release.label

    def html(self, prose: bool = False) -> SafeString:
        """The figure as the page prints it. In prose a reason begins small, as it stands within a sentence."""
        if self.value is None:
            reason = self.reason[:1].lower() + self.reason[1:] if prose else self.reason
            return format_html('<span class="unknown">{}</span>', reason)
        words = UNITS[self.unit](self.value)
        if self.signed and self.value > 0:
            words = f"+{words}"
        mark = format_html(' data-release="{}"', self.release) if self.release else ""
        data = format_html('<data value="{}"{}>{}</data>', self.value, mark, words)
        return format_html("at least {}", data) if self.at_least else data


@dataclass
class Note:
    """A numbered footnote. ``first`` is the anchor of the first place it is called from."""

    number: int
    figure: Figure
    token: Token

    @property
    def anchor(self) -> str:
        return f"note-{self.number}"

    @property
    def first(self) -> str:
        return f"note-{self.number}-mark"


class Figures:
    """Every figure of a page. Numbers its footnotes in the order in which figures are shown."""

    def __init__(
        self,
        written: Iterable[str],
        scopes: Mapping[str, str] | None = None,
        pairs: Collection[Pair] = (),
        subjects: Mapping[str, str] | None = None,
    ):
        """``written`` are the tokens without brackets; ``scopes`` says by SOC code whom a wide figure covers;
        ``pairs`` are further subjects and levels to count programs of; ``subjects`` are the names of all by
        their slugs, if somebody has read them already."""
        self.scopes = scopes or {}
        self._names = subjects
        self.notes: list[Note] = []
        self._numbered: dict[Token, Note] = {}
        self._tokens: dict[str, Token] = {}
        for text in written:
            try:
                self._tokens[text] = parse(text)
            except UnknownToken as problem:
                log.warning("No such figure: %s", problem)
        self._look_up(set(self._tokens.values()), pairs)

    def _look_up(self, tokens: set[Token], pairs: Collection[Pair]) -> None:
        self.counts: dict[Pair, Counts] = counts_of(
            {(token.about, token.level) for token in tokens if token.kind in DIRECTORY} | set(pairs)
        )
        subjects = {subject for subject, _ in self.counts}
        if self._names is None:
            self._names = (
                dict(Subject.objects.filter(slug__in=subjects).values_list("slug", "name")) if subjects else {}
            )
        self._subjects = {slug: name for slug, name in self._names.items() if slug in subjects}
        self.releases: dict[str, Release] = {}
        if subjects:
            current = Release.objects.current().filter(source__slug__in=[COMPLETIONS, PRICES])
            self.releases = {release.source.slug: release for release in current.select_related("source")}
        codes = {token.about for token in tokens if token.kind not in DIRECTORY}
        occupations = Occupation.objects.filter(soc__in=codes).select_related("published_as") if codes else []
        self.occupations: dict[str, Occupation] = {occupation.soc: occupation for occupation in occupations}
        ids = {occupation.pk for occupation in self.occupations.values()}
        ids |= {occupation.published_as_id for occupation in self.occupations.values() if occupation.published_as_id}
        areas = {token.area for token in tokens if token.area}
        self._wages: dict[tuple[int, str], Wage] = {}
        self._outlook: dict[int, Projection] = {}
        if areas:
            wages = Wage.objects.current().filter(occupation__in=ids, area__in=areas)
            for wage in wages.select_related("release__source", "area"):
                self._wages[wage.occupation_id, wage.area_id] = wage
        if codes:
            outlook = Projection.objects.current().filter(occupation__in=ids).select_related("release__source")
            self._outlook = {projection.occupation_id: projection for projection in outlook}

    def token(self, written: str) -> Token | None:
        """The token among those asked for; None when it was not understood."""
        return self._tokens.get(written)

    def figure(self, token: Token | None) -> Figure | None:
        """The figure a token stands for; None when its occupation or subject is not known here."""
        if token is None:
            return None
        if token.kind in DIRECTORY:
            return self._directory(token) if token.about in self._subjects else None
        occupation = self.occupations.get(token.about)
        if occupation is None:
            return None
        if token.kind in (WAGE, JOBS):
            return self._pay(token, occupation)
        return self._projected(token, occupation)

    def _pay(self, token: Token, occupation: Occupation) -> Figure:
        wage = self._wages.get((occupation.pk, token.area)) or self._wages.get((occupation.published_as_id, token.area))
        name = token.statistic or "employment"
        words = WAGE_WORDS.get(token.statistic, JOBS_WORDS)
        place = wage.area.name if wage else "United States" if token.area == NATION else token.area
        return self._of_fact(wage, name, "money" if token.statistic else "number", words, occupation, place)

    def _projected(self, token: Token, occupation: Occupation) -> Figure:
        projection = self._outlook.get(occupation.pk) or self._outlook.get(occupation.published_as_id)
        name, unit, words = OUTLOOK[token.kind]
        base = projection.base_year if projection else ""
        words = words.format(span=years(projection), base=base).rstrip(", ")
        figure = self._of_fact(projection, name, unit, words, occupation, "United States")
        figure.signed = token.kind == "growth"
        return figure

    def _of_fact(self, fact, name: str, unit: str, words: str, occupation: Occupation, place: str) -> Figure:
        title = "All occupations" if occupation.soc == EVERYONE else f"{occupation.title} (SOC {occupation.soc})"
        figure = Figure(None, unit, words, title, place)
        if scope := self.scopes.get(occupation.soc):
            figure.remarks.append(f"Covers {scope}.")
        if fact is None:
            return figure
        if fact.occupation_id != occupation.pk:
            group = occupation.published_as
            figure.remarks.append(f"Published for the wider group {group.title} (SOC {group.soc}).")
        figure.value, figure.release = getattr(fact, name), fact.release
        figure.reason = fact.reason(name) or Reason.NOT_REPORTED.label
        figure.at_least = fact.is_top_coded(name)
        if figure.at_least:
            figure.remarks.append("The agency publishes no figure above this one.")
        return figure

    def _directory(self, token: Token) -> Figure:
        counts = self.counts[token.about, token.level]
        level = AwardLevel(token.level).label if token.level else "all award levels"
        about = f"{self._subjects[token.about]}, {level[0].lower()}{level[1:]}"
        words, completions = DIRECTORY_WORDS[token.kind], self.releases.get(COMPLETIONS)
        if token.kind == "programs":
            return Figure(counts.programs, "number", words, about, release=completions)
        if token.kind == "graduates":
            return Figure(counts.graduates, "number", words, about, release=completions)
        figure = Figure(counts.tuition, "money", words, about, release=self.releases.get(PRICES))
        if counts.tuition is not None:
            figure.remarks.append(f"Median of the {counts.tuition_schools:,} schools that list one, full time.")
        return figure

    def show(self, written: str, prose: bool = True) -> tuple[SafeString, SafeString]:
        """A token as its value and its footnote mark, for ``markdown.render`` and for cells."""
        token = self._tokens.get(written)
        figure = self.figure(token) if token else None
        if figure is None:
            if token:
                log.warning("No figure is known for %s", token)
            return NOT_AVAILABLE, SafeString()
        return figure.html(prose), self._mark(token, figure)

    def in_text(self, text: str) -> SafeString:
        """Plain text of a cell, escaped, with the figures it names in double brackets."""
        parts = TOKEN.split(text)  # words and tokens by turns
        shown = [self.show(" ".join(part.split())) if place % 2 else (part, "") for place, part in enumerate(parts)]
        return format_html_join("", "{}{}", shown)

    def _mark(self, token: Token, figure: Figure) -> SafeString:
        note = self._numbered.get(token)
        anchor = SafeString()
        if note is None:
            note = self._numbered[token] = Note(len(self.notes) + 1, figure, token)
            self.notes.append(note)
            anchor = format_html(' id="{}"', note.first)
        mark = '<sup class="mark"><a href="#{}"{} aria-label="Note {}">{}</a></sup>'
        return format_html(mark, note.anchor, anchor, note.number, note.number)

    def pay(self, occupation: Occupation) -> Pay:
        """National pay and outlook of an occupation whose wage and growth are among the tokens."""
        everyone = self.occupations.get(EVERYONE)
        ids = (occupation.pk, occupation.published_as_id)
        wages = [self._wages[pk, NATION] for pk in ids if (pk, NATION) in self._wages]
        outlook = [self._outlook[pk] for pk in ids if pk in self._outlook]
        return Pay(
            occupation, next(iter(wages), None), next(iter(outlook), None), self._outlook.get(everyone and everyone.pk)
        )
