"""Which guides belong beside a guide, by what they share: occupations, fields of study, words. Each with its reasons.

What an editor chose comes first and is not touched; what an editor excluded never appears. All of it is
worked out in memory from one query for a version of the content: for a thousand guides some milliseconds.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from heapq import nsmallest

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from careers.models import Article, DegreeOption, EditionOccupation, Pathway, RelatedExclusion, Section
from portal.memory import remembered

WORD = re.compile(r"[a-z]{4,}")
OCCUPATION, SUBJECT, WORDS = 3.0, 1.5, 12.0  # what each is worth; words are worth a share of the last
ENOUGH = 2.0  # below this two guides have too little in common
COMMON = 0.5  # of all guides: a word in more of them says nothing
# Words of questions and of sentences, which say nothing of what a guide is about.
EMPTY = frozenset({
    "about", "after", "also", "asks", "become", "been", "before", "both", "come", "compare", "does", "each",
    "every", "from", "good", "have", "here", "into", "leads", "like", "lives", "looks", "many", "mean", "means",
    "more", "most", "much", "must", "need", "needs", "next", "only", "other", "others", "over", "pays", "right",
    "same", "should", "some", "such", "take", "than", "that", "their", "them", "then", "there", "these", "they",
    "this", "those", "today", "what", "when", "where", "which", "while", "will", "with", "without", "work",
    "works", "would", "year", "years", "your",
})  # fmt: skip
NAMED = 3  # shared words that a reason names


@dataclass
class Guide:
    """A published guide as far as comparing goes."""

    pk: int
    slug: str
    title: str
    summary: str
    occupations: dict[str, str]  # SOC code to title
    subjects: dict[str, str]  # slug to name
    words: frozenset[str]
    excluded: frozenset[int] = frozenset()


@dataclass
class Found:
    """A guide beside another one, and why."""

    guide: Guide
    score: float
    reasons: list[str] = field(default_factory=list)


class Guides:
    """All of them, with an index of what each shares with others, so that strangers are never looked at."""

    def __init__(self, found: dict[int, Guide]):
        self.by_pk = found
        seen = Counter(word for guide in found.values() for word in guide.words)
        most = max(len(found) * COMMON, 2)
        # Of a word: the rarer, the more. One that most guides use says nothing.
        self.weight = {
            word: math.log(len(found) / count) for word, count in seen.items() if count <= most and count < len(found)
        }
        self._weighs: dict[int, float] = {}
        self._with: dict[str, list[int]] = defaultdict(list)
        for guide in found.values():
            self._weighs[guide.pk] = sum(self.weight.get(word, 0.0) for word in guide.words)
            for mark in (*guide.occupations, *guide.subjects, *(guide.words & self.weight.keys())):
                self._with[mark].append(guide.pk)

    def beside(self, pk: int, known: Collection[int] = (), most: int = 6) -> list[Found]:
        """The nearest guides, best first, without those that are ``known`` already."""
        one = self.by_pk.get(pk)
        if one is None:
            return []
        scores: dict[int, float] = defaultdict(float)
        words: dict[int, float] = defaultdict(float)
        for marks, worth in ((one.occupations, OCCUPATION), (one.subjects, SUBJECT)):
            for mark in marks:
                for other in self._with[mark]:
                    scores[other] += worth
        for word in one.words & self.weight.keys():
            weight = self.weight[word]
            for other in self._with[word]:
                words[other] += weight
        for other, shared in words.items():
            scores[other] += WORDS * shared / (self._weighs[pk] + self._weighs[other] - shared)
        near = [
            (-score, self.by_pk[other].slug, other)
            for other, score in scores.items()
            if score >= ENOUGH and other != pk and other not in known and not self.are_kept_apart(pk, other)
        ]
        return [self._found(one, self.by_pk[other], -score) for score, _, other in nsmallest(most, near)]

    def are_kept_apart(self, one: int, other: int) -> bool:
        """Whether an editor said at either of them that they do not belong together."""
        return any(a in self.by_pk and b in self.by_pk[a].excluded for a, b in ((one, other), (other, one)))

    def _alike(self, one: Guide, other: Guide) -> float:
        """From 0 to 1: how much of the weight of their words they share."""
        shared = sum(self.weight[word] for word in one.words & other.words & self.weight.keys())
        return shared / ((self._weighs[one.pk] + self._weighs[other.pk] - shared) or 1)

    def _found(self, one: Guide, other: Guide, score: float) -> Found:
        found = Found(other, score)
        if both := [title for code, title in one.occupations.items() if code in other.occupations]:
            found.reasons.append(f"Both are about {_and(both)}.")
        if both := [name for slug, name in one.subjects.items() if slug in other.subjects]:
            found.reasons.append(f"Both lead to programs in {_and(both)}.")
        if WORDS * self._alike(one, other) >= 1 or not found.reasons:
            shared = one.words & other.words & self.weight.keys()
            rarest = sorted(shared, key=lambda word: (-self.weight[word], word))[:NAMED]
            found.reasons.append(f"Both speak of {_and(rarest)}.")
        return found


def guides(version: int) -> Guides:
    """All published guides, as of this ContentVersion."""
    return remembered("guides to compare", version, _read)


def _read() -> Guides:
    def rows(found, **columns):
        return ArraySubquery(found.order_by().values(json=JSONObject(**columns)))

    live = OuterRef("live")
    articles = Article.objects.published().annotate(
        about=rows(EditionOccupation.objects.filter(edition=live), k="occupation__soc", v="occupation__title"),
        ways=rows(
            Pathway.objects.filter(edition=live, occupation__isnull=False), k="occupation__soc", v="occupation__title"
        ),
        fields=rows(DegreeOption.objects.filter(edition=live), k="subject__slug", v="subject__name"),
        headings=ArraySubquery(Section.objects.filter(edition=live).order_by().values("heading")),
        without=ArraySubquery(RelatedExclusion.objects.filter(article=OuterRef("pk")).values("other")),
    )
    found = {}
    for row in articles.values(
        "pk", "slug", "live__title", "live__summary", "about", "ways", "fields", "headings", "without"
    ):
        text = " ".join([row["live__title"], row["live__summary"], *row["headings"]]).lower()
        found[row["pk"]] = Guide(
            row["pk"],
            row["slug"],
            row["live__title"],
            row["live__summary"],
            {each["k"]: each["v"] for each in (*row["about"], *row["ways"])},
            {each["k"]: each["v"] for each in row["fields"]},
            frozenset(WORD.findall(text)) - EMPTY,
            frozenset(row["without"]),
        )
    return Guides(found)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
