import datetime

import factory
from django.utils import timezone

from careers.models import (
    Article,
    Certification,
    Citation,
    CrosswalkPair,
    Edition,
    EmploymentSetting,
    GlossaryTerm,
    License,
    Occupation,
    OccupationField,
    Pathway,
    Projection,
    Section,
    Topic,
    Wage,
)
from portal.models import Area

from .portal import ReleaseFactory
from .schools import FieldOfStudyFactory


class OccupationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Occupation
        django_get_or_create = ("soc",)

    soc = "11-9111"
    title = factory.LazyAttribute(lambda occupation: f"Workers {occupation.soc}")
    slug = factory.LazyAttribute(lambda occupation: f"workers-{occupation.soc}")
    published_at = factory.LazyFunction(timezone.now)


class OccupationFieldFactory(factory.django.DjangoModelFactory):
    """A shown pair, also in the current crosswalk."""

    class Meta:
        model = OccupationField
        skip_postgeneration_save = True

    occupation = factory.SubFactory(OccupationFactory)
    field_of_study = factory.SubFactory(FieldOfStudyFactory)

    @factory.post_generation
    def crosswalk(self, create, extracted, **kwargs):
        if extracted is not False:
            CrosswalkPair.objects.create(
                release=ReleaseFactory(source__slug="cip-soc-crosswalk", year=2020),
                occupation=self.occupation,
                field_of_study=self.field_of_study,
            )


class WageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Wage

    release = factory.SubFactory(ReleaseFactory, source__slug="oews-national", year=2025, period="May 2025")
    occupation = factory.SubFactory(OccupationFactory)
    area = factory.LazyFunction(lambda: Area.objects.get(code="US"))
    employment = 1_000
    mean = 60_000
    p10 = 30_000
    p25 = 40_000
    median = 50_000
    p75 = 70_000
    p90 = 90_000


class ProjectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Projection

    release = factory.SubFactory(ReleaseFactory, source__slug="bls-projections", year=2034, period="2024–34")
    occupation = factory.SubFactory(OccupationFactory)
    base_year = 2024
    target_year = 2034
    employment_base = 1_000
    employment_target = 1_100
    change = 100
    percent = 10
    openings = 90


class CertificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Certification

    name = factory.Sequence(lambda n: f"Certified Example {n}")
    acronym = factory.Sequence(lambda n: f"CE{n}")
    slug = factory.Sequence(lambda n: f"certified-example-{n}")
    body = "Fictitious Board"
    url = "https://board.example.org/"
    status = Certification.Status.ACTIVE
    checked_on = datetime.date(2026, 11, 1)


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition

    article = factory.SubFactory("tests.factories.ArticleFactory", live=None, published_at=None)
    title = factory.Sequence(lambda n: f"How can I become example {n}?")
    summary = "What an example does, what it takes, and what it pays, in a sentence that is long enough."
    author = "The editors"


class CitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Citation

    edition = factory.SubFactory(EditionFactory)
    title = "A source"
    publisher = "Fictitious Bureau"
    url = "https://bureau.example.org/source"
    accessed_on = datetime.date(2026, 11, 1)
    position = factory.Sequence(int)


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    edition = factory.SubFactory(EditionFactory)
    heading = factory.Sequence(lambda n: f"What is example {n}?")
    anchor = factory.Sequence(lambda n: f"what-is-example-{n}")
    body = "It is an example."
    position = factory.Sequence(int)


class PathwayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Pathway

    edition = factory.SubFactory(EditionFactory)
    name = factory.Sequence(lambda n: f"Pathway {n}")
    position = factory.Sequence(int)


class ArticleFactory(factory.django.DjangoModelFactory):
    """A published article with a live edition and one citation; ``published_at=None`` is the hidden neighbour.

    ``live=None`` makes a bare article. ``edition__…`` are facts of the live edition.
    """

    class Meta:
        model = Article
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"example-{n}")
    reviewed_on = datetime.date(2026, 11, 1)
    review_by = datetime.date(2027, 5, 1)
    edition = factory.Dict({})

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        bare = "live" in kwargs and kwargs["live"] is None
        kwargs.pop("live", None)
        edition = kwargs.pop("edition")
        published_at = kwargs.pop("published_at", timezone.now())
        article = super()._create(model_class, *args, published_at=None, **kwargs)
        if bare:
            return article
        live = EditionFactory(article=article, **edition)
        CitationFactory(edition=live)
        article.live, article.published_at = live, published_at
        article.save()
        return article


class LicenseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = License

    name = factory.Sequence(lambda n: f"Example license {n}")
    slug = factory.Sequence(lambda n: f"example-license-{n}")
    body = "the board of your state"
    url = "https://license.example/"


class EmploymentSettingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EmploymentSetting

    name = factory.Sequence(lambda n: f"example places {n}")
    slug = factory.Sequence(lambda n: f"example-places-{n}")


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic

    name = factory.Sequence(lambda n: f"Example work {n}")
    slug = factory.Sequence(lambda n: f"example-work-{n}")


class GlossaryTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GlossaryTerm

    term = factory.Sequence(lambda n: f"example term {n}")
    slug = factory.Sequence(lambda n: f"example-term-{n}")
    definition = "What it means."
    source = "A source"
    url = "https://source.example/"
