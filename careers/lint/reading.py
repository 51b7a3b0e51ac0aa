"""Editions as the rules read them: every text with its place, read for many editions at once."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Max

from careers.figures import TOKEN, Token, UnknownToken, parse
from careers.footnotes import Figures
from careers.models import (
    Article,
    ArticleLink,
    Attribute,
    Cell,
    Citation,
    DegreeOption,
    Edition,
    EditionCertification,
    EditionLicense,
    EditionOccupation,
    EditionSetting,
    Occupation,
    Pathway,
    Projection,
    Section,
)
from portal.models import Area, Release
from schools.models import Subject

from .findings import Place

SENTENCE_END = re.compile(r"(?<=[.!?])[\s”’\")]+(?=[A-Z“‘\[*])|\n{2,}|\n(?=\s*(?:[-*+]|\d+[.)]|\|)\s)")
LINK = re.compile(r"\[([^\[\]]*)\]\(([^)\s]*)[^)]*\)")
HEADING = re.compile(r"^(#{1,6})[ \t]*(.*?)[ \t]*#*$", re.M)
TITLE, SUMMARY, AUTHOR = (Place(name.capitalize(), f"id_{name}") for name in ("title", "summary", "author"))


@dataclass(frozen=True)
class Text:
    """A piece of writing, the place where it is mended, and whether figures may stand in it as tokens."""

    place: Place
    text: str
    is_prose: bool = False  # a section's body: sentences, Markdown, tokens

    @cached_property
    def sentences(self) -> list[str]:
        return [sentence for sentence in SENTENCE_END.split(self.text) if sentence.strip()]


@dataclass
class Words:
    """One edition with all that hangs from it."""

    edition: Edition
    sections: list[Section] = field(default_factory=list)
    pathways: list[Pathway] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    occupations: list[EditionOccupation] = field(default_factory=list)
    certifications: list[EditionCertification] = field(default_factory=list)
    licenses: list[EditionLicense] = field(default_factory=list)
    settings: list[EditionSetting] = field(default_factory=list)
    degree_options: list[DegreeOption] = field(default_factory=list)
    links: list[ArticleLink] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def body(self, section: Section) -> Text:
        return Text(self.at("sections", section, "body", f"Section “{section.heading}”"), section.body, True)

    def at(self, formset: str, row: Any, name: str, words: str) -> Place:
        """The box of a row: rows stand in their order on the page of the edition."""
        rows = getattr(self, formset.removeprefix("edition_"))
        return Place(words, f"id_{formset}-{rows.index(row)}-{name}")

    def cell_at(self, cell: Cell, name: str) -> Place:
        words = f"Table, {cell.attribute.label}, {cell.pathway.name}"
        return Place(words, f"id_cell-{cell.pathway_id}-{cell.attribute_id}-{name}")

    @cached_property
    def bodies(self) -> list[Text]:
        return [self.body(section) for section in self.sections]

    @cached_property
    def texts(self) -> list[Text]:
        """Everything a reader reads, but the titles of sources, which are not ours to word."""
        return [
            Text(TITLE, self.edition.title),
            Text(SUMMARY, self.edition.summary),
            *(Text(self.at("sections", one, "heading", f"Heading “{one.heading}”"), one.heading)
              for one in self.sections),
            *self.bodies,
            *(Text(self.at("pathways", one, name, f"Pathway “{one.name}”"), getattr(one, name))
              for one in self.pathways for name in ("name", "scope")),
            *(Text(self.at("attributes", one, "label", f"Table row “{one.label}”"), one.label)
              for one in self.attributes),
            *(Text(self.cell_at(cell, name), getattr(cell, name)) for cell in self.cells for name in ("text", "note")),
            *(Text(self.at("degree_options", one, "label", f"Degree option “{one.label}”"), one.label)
              for one in self.degree_options),
            *(Text(self.at("links", one, "label", f"Related link “{one.label}”"), one.label) for one in self.links),
        ]  # fmt: skip

    @cached_property
    def tokens(self) -> list[tuple[Place, str]]:
        """Every token, right or wrong, where it stands."""
        written = [(text.place, " ".join(word.split())) for text in self.texts for word in TOKEN.findall(text.text)]
        return written + [(self.cell_at(cell, "figure"), cell.figure) for cell in self.cells if cell.figure.strip()]

    @cached_property
    def all_prose(self) -> str:
        return "\n\n".join(text.text for text in self.bodies)


@dataclass
class Known:
    """What the rules ask about the world, found once for all editions."""

    socs: set[str]
    areas: set[str]
    subjects: set[str]
    articles: dict[str, bool]  # slug: whether it is public
    occupations: dict[str, bool]
    newest_year: int | None  # of the current wage releases; null: there are none
    growth: dict[str, Decimal]  # projected change in percent, by SOC code
    closed: dict[str, str] = field(default_factory=dict)  # path of this site: why it has no page
    figures: Figures | None = None  # all figures of the texts, as they are today

    @classmethod
    def now(cls) -> "Known":
        public = set(Article.objects.published().values_list("slug", flat=True))
        open_occupations = set(Occupation.objects.published().values_list("slug", flat=True))
        every = list(Occupation.objects.values_list("soc", "slug"))
        current = Release.objects.current().filter(source__slug__in=["oews-national", "oews-states"])
        return cls(
            {soc for soc, _ in every},
            set(Area.objects.values_list("code", flat=True)),
            set(Subject.objects.values_list("slug", flat=True)),
            {slug: slug in public for slug in Article.objects.values_list("slug", flat=True)},
            {slug: slug in open_occupations for _, slug in every},
            current.aggregate(year=Max("year"))["year"],
            dict(Projection.objects.current().filter(percent__isnull=False).values_list("occupation__soc", "percent")),
        )


def token_of(written: str) -> Token | None:
    try:
        return parse(written)
    except UnknownToken:
        return None


def short(sentence: str) -> str:
    sentence = " ".join(sentence.split())
    return sentence if len(sentence) <= 90 else f"{sentence[:89]}…"


def plain(text: str) -> str:
    """Prose without its Markdown: what is left is what one would read aloud. A figure reads as one short word."""
    text = TOKEN.sub("ten", text)
    text = LINK.sub(r"\1", text)
    text = re.sub(r"^\s*\|.*\|\s*$", "", text, flags=re.M)  # tables are not sentences
    text = HEADING.sub(r"\2.", text)
    return re.sub(r"[*_`>\\]|^\s*(?:[-+]|\d+[.)])\s+", "", text, flags=re.M)


def read(editions: list[Edition]) -> list[Words]:
    """All that hangs from these editions, one query for each kind of row."""
    found = {edition.pk: Words(edition) for edition in editions}

    def sort(name: str, rows: Any, edition_of: Any = lambda row: row.edition_id) -> None:
        for row in rows:
            getattr(found[edition_of(row)], name).append(row)

    mine: dict[str, Any] = {"edition__in": list(found)}
    sort("sections", Section.objects.filter(**mine).order_by("position"))
    sort("pathways", Pathway.objects.filter(**mine).select_related("occupation").order_by("position"))
    sort("attributes", Attribute.objects.filter(**mine).order_by("position"))
    cells = Cell.objects.filter(pathway__edition__in=list(found)).select_related("attribute", "pathway__occupation")
    sort("cells", cells.order_by("attribute__position", "pathway__position"), lambda cell: cell.pathway.edition_id)
    sort("occupations", EditionOccupation.objects.filter(**mine).select_related("occupation").order_by("position"))
    sort(
        "certifications",
        EditionCertification.objects.filter(**mine).select_related("certification").order_by("position"),
    )
    sort("licenses", EditionLicense.objects.filter(**mine).select_related("license").order_by("position"))
    sort("settings", EditionSetting.objects.filter(**mine).select_related("setting").order_by("position"))
    sort("degree_options", DegreeOption.objects.filter(**mine).order_by("position"))
    links = ArticleLink.objects.filter(**mine).select_related("article__live", "occupation").order_by("position")
    sort("links", links)
    sort("citations", Citation.objects.filter(**mine).order_by("position"))
    return list(found.values())
