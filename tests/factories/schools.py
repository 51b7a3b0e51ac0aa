import factory
from django.utils import timezone

from portal.models import State
from schools.levels import AwardLevel
from schools.models import (
    AccreditationRecord,
    Accreditor,
    Claim,
    Completions,
    FieldOfStudy,
    Membership,
    Program,
    PublishedPrice,
    School,
    SchoolRecord,
    Subject,
    SubjectField,
)

from .portal import ReleaseFactory, UserFactory


class FieldOfStudyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FieldOfStudy
        django_get_or_create = ("cip", "edition")

    cip = "51.0701"
    edition = "2020"
    title = factory.LazyAttribute(lambda field: f"Field {field.cip}")
    slug = factory.LazyAttribute(lambda field: f"field-{field.cip.replace('.', '-')}")


class SubjectFactory(factory.django.DjangoModelFactory):
    """A core subject; ``fields`` are its fields of study."""

    class Meta:
        model = Subject
        django_get_or_create = ("slug",)
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Subject {n}")
    slug = factory.LazyAttribute(lambda subject: subject.name.lower().replace(" ", "-"))
    core = True

    @factory.post_generation
    def fields(self, create, extracted, **kwargs):
        for field in extracted or []:
            SubjectField.objects.create(subject=self, field_of_study=field)


class SchoolFactory(factory.django.DjangoModelFactory):
    """A public school that the current directory release knows; ``record=None`` leaves it without a record."""

    class Meta:
        model = School
        skip_postgeneration_save = True

    unitid = factory.Sequence(lambda n: f"{900000 + n}")
    slug = factory.LazyAttribute(lambda school: f"example-college-{school.unitid}")
    published_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def record(self, create, extracted, **kwargs):
        if extracted is None and "record" in kwargs:
            return
        kwargs.setdefault("name", f"Example College {self.unitid}")
        SchoolRecordFactory(school=self, **kwargs)
        self.save()  # the listing row follows the record


class SchoolRecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolRecord

    release = factory.SubFactory(ReleaseFactory, source__slug="ipeds-institutions", year=2025)
    school = factory.SubFactory(SchoolFactory)
    name = "Example College"
    city = "Sampleton"
    state = factory.LazyFunction(lambda: State.objects.get(code="MN"))
    zip = "55455"
    control = "public"
    status = "open"


class CompletionsFactory(factory.django.DjangoModelFactory):
    """Awards of a school; in a subject's field this makes a federal program once relisted."""

    class Meta:
        model = Completions

    release = factory.SubFactory(ReleaseFactory, source__slug="ipeds-completions", year=2024)
    school = factory.SubFactory(SchoolFactory)
    field_of_study = factory.SubFactory(FieldOfStudyFactory)
    level = AwardLevel.MASTER
    awards = 12


class PublishedPriceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublishedPrice

    release = factory.SubFactory(ReleaseFactory, source__slug="ipeds-prices", year=2024)
    school = factory.SubFactory(SchoolFactory)
    student_level = "graduate"
    residency = "in_state"
    tuition = 20_000
    fees = 500
    per_credit = 800


class ProgramFactory(factory.django.DjangoModelFactory):
    """A public program listed by its school; the neighbour who must not appear has ``published_at=None``."""

    class Meta:
        model = Program

    school = factory.SubFactory(SchoolFactory)
    field_of_study = factory.SubFactory(FieldOfStudyFactory)
    level = AwardLevel.MASTER
    name = factory.Sequence(lambda n: f"Example Program {n}")
    slug = factory.Sequence(lambda n: f"example-program-{n}")
    origin = Program.Origin.SCHOOL
    published_at = factory.LazyFunction(timezone.now)


class AccreditorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Accreditor
        django_get_or_create = ("slug",)

    name = factory.Sequence(lambda n: f"Fictitious Commission {n}")
    slug = factory.Sequence(lambda n: f"fictitious-commission-{n}")
    kind = Accreditor.Kind.PROGRAMMATIC


class AccreditationRecordFactory(factory.django.DjangoModelFactory):
    """An open record of a federal file of November 2020, about a school as a whole."""

    class Meta:
        model = AccreditationRecord

    release = factory.SubFactory(ReleaseFactory, source__slug="dapip-records", year=2020, period="November 2020")
    school = factory.SubFactory(SchoolFactory)
    location = factory.Sequence(lambda n: f"{800000 + n}")
    agency = "900"
    agency_name = "Fictitious Commission on Schools"
    program_code = "1"
    program_name = "Institutional Accreditation"
    sequence = 1
    is_main = True
    status = "accredited"


class MembershipFactory(factory.django.DjangoModelFactory):
    """Somebody who speaks for a school."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    school = factory.SubFactory(SchoolFactory)
    confirmed_by = factory.SubFactory(UserFactory)


class ClaimFactory(factory.django.DjangoModelFactory):
    """A claim that waits."""

    class Meta:
        model = Claim

    user = factory.SubFactory(UserFactory)
    school = factory.SubFactory(SchoolFactory)
    role = "Registrar"
