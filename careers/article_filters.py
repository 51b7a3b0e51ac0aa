"""What the address of the article list can ask for."""

from careers.article_page import readable
from careers.models import Article, DegreeOption
from portal import formats
from portal.facets import Facet, MappedFacet, Option
from portal.filtering import Filters
from schools.filters import SearchFilter
from schools.models import Subject
from schools.sentences import in_sentence


class ArticleFilter(Filters):
    """The query of /careers/: any of the subjects whose programs an article leads to, and all of the words."""

    SORTS = {"": "Newest first", "title": "Title"}
    ORDERS = {"": ["-published_at", "slug"], "title": ["live__title", "slug"]}

    q = SearchFilter(label="")

    class Meta:
        model = Article
        fields: list[str] = []

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        live = DegreeOption.objects.filter(edition__live_of__in=Article.objects.published())
        keys: dict[str, set[int]] = {}
        for subject, article in live.order_by().values_list("subject__slug", "edition__article"):
            keys.setdefault(subject, set()).add(article)
        options = [Option(subject.slug, subject.name) for subject in Subject.objects.all() if subject.slug in keys]
        return [MappedFacet("subject", "Field of study", options, column="pk", keys=keys)]

    @classmethod
    def whole_list(cls):
        return readable()

    def sentence(self, total: int) -> str:
        """ "4 career guides in nursing or social work for “manager”"."""
        (subject,) = self.facets
        names = [in_sentence(subject.label_of(slug)) for slug in self.cleaned["subject"]]
        parts = [formats.counted(total, "career guide")]
        if names:
            parts.append(f"in {' or '.join(names) if len(names) < 3 else f'{len(names)} fields'}")
        if self.cleaned["q"]:
            parts.append(f"for “{self.cleaned['q']}”")
        return " ".join(parts)
