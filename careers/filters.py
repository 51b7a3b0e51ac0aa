"""The query string of the occupation list, as a form. What nobody declared, and values nobody knows, are dropped."""

import django_filters
from django import forms
from django.db.models import Count
from django.http import QueryDict
from django.utils.functional import cached_property

from careers.models import Occupation, OccupationField
from schools.models import Subject

LONGEST_SEARCH = 100  # characters
SORTS = {"": "Health administration first", "name": "Name", "median": "Highest median pay", "growth": "Fastest growth"}


class KnownValues(forms.MultipleChoiceField):
    """A choice that keeps what it knows and forgets the rest, instead of refusing both."""

    def to_python(self, value):
        return [one for one in dict.fromkeys(super().to_python(value)) if self.valid_value(one)]

    def validate(self, value):
        pass


class AnyOf(django_filters.Filter):
    field_class = KnownValues


class OccupationFilter(django_filters.FilterSet):
    """Any of the chosen subjects, and all of the words."""

    q = django_filters.CharFilter(method="search")
    subject = AnyOf(method="in_subjects")

    class Meta:
        model = Occupation
        fields = []

    def __init__(self, query: QueryDict, queryset=None):
        query = query.copy()
        if "q" in query:
            query["q"] = " ".join(query["q"].split())[:LONGEST_SEARCH]
        if queryset is None:
            queryset = Occupation.objects.published().with_a_way_in().health_administration_first()
        super().__init__(query, queryset)
        self.subjects = list(Subject.objects.all())
        self.filters["subject"].extra["choices"] = [(subject.slug, subject.name) for subject in self.subjects]

    def search(self, occupations, name, text):
        return occupations.search(text)

    def in_subjects(self, occupations, name, slugs):
        return occupations.in_subjects(slugs)

    @cached_property
    def chosen(self) -> dict:
        """What the form understood: q and the slugs of subjects."""
        self.form.is_valid()
        return self.form.cleaned_data

    @cached_property
    def subject_options(self) -> list[dict]:
        """Each subject with the number of occupations it would show; its own selection does not count."""
        anywhere = Occupation.objects.published()
        if self.chosen["q"]:
            anywhere = anywhere.search(self.chosen["q"])
        pairs = OccupationField.objects.shown().filter(occupation__in=anywhere.order_by().values("pk"))
        counts = dict(
            pairs.order_by().values_list("field_of_study__subjects__slug").annotate(Count("occupation", distinct=True))
        )
        return [
            {
                "value": subject.slug,
                "label": subject.name,
                "count": counts.get(subject.slug, 0),
                "selected": subject.slug in self.chosen["subject"],
            }
            for subject in self.subjects
            if counts.get(subject.slug) or subject.slug in self.chosen["subject"]
        ]

    @cached_property
    def order(self) -> str:
        """The chosen order; empty for the usual one."""
        return self.data.get("sort") if self.data.get("sort") in SORTS else ""

    @property
    def sorts(self) -> list[dict]:
        """The orders on offer. A search begins with what fits best."""
        labels = SORTS | {"": "Best match"} if self.chosen["q"] else SORTS
        return [{"value": value, "label": label, "selected": value == self.order} for value, label in labels.items()]

    def query(self, without: tuple[str, str] | None = None) -> QueryDict:
        """The query string as it was understood, less one filter: the page, and what nobody knows, are left out."""
        query = QueryDict(mutable=True)
        for name, values in (("q", [self.chosen["q"]]), ("subject", self.chosen["subject"]), ("sort", [self.order])):
            kept = [value for value in values if value and (name, value) != without]
            if kept:
                query.setlist(name, kept)
        return query

    @cached_property
    def chips(self) -> list[dict]:
        names = {subject.slug: subject.name for subject in self.subjects}
        chosen = [("subject", slug, names[slug]) for slug in self.chosen["subject"]]
        if self.chosen["q"]:
            chosen.insert(0, ("q", self.chosen["q"], f"“{self.chosen['q']}”"))
        return [
            {"name": name, "value": value, "label": label, "url": f"?{self.query(without=(name, value)).urlencode()}"}
            for name, value, label in chosen
        ]

    @property
    def sentence(self) -> str:
        """What follows the number in the heading: "in Nursing or Social work matching “manager”"."""
        names = [subject.name for subject in self.subjects if subject.slug in self.chosen["subject"]]
        parts = [f"in {' or '.join(names)}"] if names else []
        if self.chosen["q"]:
            parts.append(f"matching “{self.chosen['q']}”")
        return " ".join(parts)
