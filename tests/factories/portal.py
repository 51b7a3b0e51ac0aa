import factory
from django.utils import timezone

from portal.models import Letter, LinkUse, OutboundLink, Release, Source, User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or "correct horse battery staple")
        self.save()


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"source-{n}")
    name = factory.LazyAttribute(lambda source: source.slug.replace("-", " "))
    publisher = "Fictitious Bureau"
    licence = "Public domain"


class ReleaseFactory(factory.django.DjangoModelFactory):
    """The current release of its source."""

    class Meta:
        model = Release
        django_get_or_create = ("source", "year", "revision")

    source = factory.SubFactory(SourceFactory)
    year = 2024
    revision = 0
    period = factory.LazyAttribute(lambda release: f"{release.year - 1}–{release.year % 100}")
    state = Release.State.CURRENT
    promoted_at = factory.LazyFunction(timezone.now)


class OutboundLinkFactory(factory.django.DjangoModelFactory):
    """A link nobody has checked yet."""

    class Meta:
        model = OutboundLink

    url = factory.Sequence(lambda n: f"https://host{n}.example/page")
    host = factory.LazyAttribute(lambda link: link.url.split("/")[2])


class LinkUseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LinkUse

    link = factory.SubFactory(OutboundLinkFactory)
    model = "portal.source"
    object_id = factory.Sequence(lambda n: n + 1)
    field = "web address"
    section = "Sources"
    title = factory.Sequence(lambda n: f"Source {n}")


class LetterFactory(factory.django.DjangoModelFactory):
    """A letter that waits to be sent; no job sends it."""

    class Meta:
        model = Letter

    to = factory.Sequence(lambda n: f"reader{n}@example.com")
    subject = factory.Sequence(lambda n: f"Letter {n}")
    text = "Words.\n"
    kind = "example"
