"""What the address of the article list can ask for."""

from collections.abc import Iterable

from careers.models import Article, ArticleTopic, DegreeOption, EditionSetting, EmploymentSetting, Pathway, Topic
from careers.pay import pay_by_code
from portal import formats
from portal.facets import Facet, MappedFacet, Option
from portal.filtering import Filters
from schools.filters import SearchFilter
from schools.levels import AwardLevel
from schools.models import Subject
from schools.sentences import in_sentence

# Of median pay a year of the leading occupation, in dollars: from, and up to but not including.
PAY = {
    "under-50000": ("Under $50,000", 0, 50_000),
    "50000-75000": ("$50,000 to $74,999", 50_000, 75_000),
    "75000-100000": ("$75,000 to $99,999", 75_000, 100_000),
    "from-100000": ("$100,000 or more", 100_000, None),
}
NOT_KNOWN = "not-known"


class ArticleFilter(Filters):
    """The query of /careers/: what the work is, where it is done, what it asks and pays, and all of the words."""

    SORTS = {"": "Newest first", "title": "Title"}
    ORDERS = {"": ["-published_at", "slug"], "title": ["live__title", "slug"]}

    q = SearchFilter(label="")

    class Meta:
        model = Article
        fields: list[str] = []

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        public = Article.objects.published()
        topics = ArticleTopic.objects.filter(article__in=public).values_list("topic__slug", "article")
        settings = EditionSetting.objects.filter(edition__live_of__in=public)
        settings = settings.values_list("setting__slug", "edition__article")
        pathways = Pathway.objects.filter(edition__live_of__in=public).values_list("levels", "edition__article")
        degrees = DegreeOption.objects.filter(edition__live_of__in=public)
        degrees = degrees.values_list("subject__slug", "edition__article")
        return [
            _facet("topic", "Kind of work", Topic.objects.values_list("slug", "name"), topics.order_by()),
            _facet(
                "level",
                "Degree to enter with",
                AwardLevel.choices,
                [(level, article) for levels, article in pathways.order_by() for level in levels],
            ),
            _facet(
                "setting",
                "Where people work",
                [(one.slug, str(one)) for one in EmploymentSetting.objects.all()],
                settings.order_by(),
            ),
            _facet(
                "pay",
                "Median pay a year",
                [*((band, label) for band, (label, *_) in PAY.items()), (NOT_KNOWN, "Not known")],
                _pay_bands(),
            ),
            _facet("subject", "Field of study", Subject.objects.values_list("slug", "name"), degrees.order_by()),
        ]

    @classmethod
    def whole_list(cls):
        return Article.objects.readable()

    def sentence(self, total: int) -> str:
        """ "4 career guides in nursing or social work for “manager”"."""
        subject = next(facet for facet in self.facets if facet.name == "subject")
        names = [in_sentence(subject.label_of(slug)) for slug in self.cleaned["subject"]]
        parts = [formats.counted(total, "career guide")]
        if names:
            parts.append(f"in {' or '.join(names) if len(names) < 3 else f'{len(names)} fields'}")
        if self.cleaned["q"]:
            parts.append(f"for “{self.cleaned['q']}”")
        return " ".join(parts)


def _facet(name: str, label: str, named: Iterable[tuple[str, str]], pairs: Iterable[tuple[str, int]]) -> MappedFacet:
    """Options that at least one article has, in the order of their names; ``pairs`` are option and article."""
    keys: dict[str, set[int]] = {}
    for value, article in pairs:
        keys.setdefault(value, set()).add(article)
    return MappedFacet(name, label, [Option(v, words) for v, words in named if v in keys], column="pk", keys=keys)


def _pay_bands() -> list[tuple[str, int]]:
    """The band of each article, by the national median of the occupation it is about first."""
    codes = dict(Article.objects.readable().order_by().values_list("pk", "socs"))
    pay = pay_by_code(socs[0] for socs in codes.values() if socs)
    return [(_band(pay[socs[0]].median.value if socs and socs[0] in pay else None), pk) for pk, socs in codes.items()]


def _band(median: int | None) -> str:
    if median is None:
        return NOT_KNOWN
    return next(name for name, (_, low, high) in PAY.items() if median >= low and (high is None or median < high))
