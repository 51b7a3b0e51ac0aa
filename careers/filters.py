"""What the address of the occupation list can ask for."""

from careers.models import Occupation, OccupationField
from portal import formats
from portal.facets import Facet, MappedFacet, Option
from portal.filtering import Filters
from schools.filters import SearchFilter
from schools.models import Subject
from schools.sentences import in_sentence


class OccupationFilter(Filters):
    """The query of /occupations/: any of the subjects, and all of the words."""

    SORTS = {
        "": "Health administration first",
        "name": "Name",
        "median": "Highest median pay",
        "growth": "Fastest growth",
    }

    q = SearchFilter(label="")

    class Meta:
        model = Occupation
        fields: list[str] = []

    @classmethod
    def declare_facets(cls) -> list[Facet]:
        pairs = OccupationField.objects.shown().values_list("field_of_study__subjects__slug", "occupation")
        keys: dict[str, set[int]] = {}
        for subject, occupation in pairs.filter(field_of_study__subjects__isnull=False).order_by():
            keys.setdefault(subject, set()).add(occupation)
        options = [Option(subject.slug, subject.name) for subject in Subject.objects.all() if subject.slug in keys]
        return [MappedFacet("subject", "Subject", options, column="pk", keys=keys)]

    @classmethod
    def whole_list(cls):
        return Occupation.objects.published().with_a_way_in()

    @classmethod
    def arranged(cls, rows, sort):
        return {
            "": rows.health_administration_first,
            "name": rows.by_name,
            "median": rows.best_paid_first,
            "growth": rows.fastest_growing_first,
        }[sort]()

    def sentence(self, total: int) -> str:
        """ "12 occupations in nursing or social work for “manager”"."""
        (subject,) = self.facets
        names = [in_sentence(subject.label_of(slug)) for slug in self.cleaned["subject"]]
        parts = [formats.counted(total, "occupation")]
        if names:
            parts.append(f"in {' or '.join(names) if len(names) < 3 else f'{len(names)} subjects'}")
        if self.cleaned["q"]:
            parts.append(f"for “{self.cleaned['q']}”")
        if self.is_wide_open and total > 1:
            parts.append("and what they pay")
        return " ".join(parts)
