import datetime

import pytest

from portal.models import State
from schools.models import Accreditation, FieldOfStudy, Program
from tests.factories import (
    AccreditorFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    PublishedPriceFactory,
    SchoolFactory,
    SubjectFactory,
)

from .official import Desk


@pytest.fixture
def desk(db, tmp_path):
    """An operator with an empty portal."""
    return Desk(tmp_path)


@pytest.fixture
def known(desk):
    """As ``desk``, with the code list, one school, and one subject of the fields in 51.07."""
    desk.codes()
    desk.institutions()
    SubjectFactory(name="Health administration", fields=FieldOfStudy.objects.filter(cip__startswith="51.07"))
    return desk


@pytest.fixture
def directory(db):
    """Programs that differ in everything a facet asks, at three schools in two states."""
    health, nursing = FieldOfStudyFactory(), FieldOfStudyFactory(cip="51.3801")
    SubjectFactory(name="Health administration", fields=[health])
    SubjectFactory(name="Nursing", core=False, fields=[nursing])
    SubjectFactory(name="Everything", fields=[health, nursing])
    manager, nurse = OccupationFactory(), OccupationFactory(soc="29-1141")
    OccupationFieldFactory(occupation=manager, field_of_study=health)
    OccupationFieldFactory(occupation=nurse, field_of_study=nursing)
    OccupationFieldFactory(occupation=manager, field_of_study=nursing)
    schools = [
        SchoolFactory(record__control="public"),
        SchoolFactory(record__control="nonprofit", record__state=State.objects.get(code="WI")),
        SchoolFactory(record__control="for_profit"),
    ]
    PublishedPriceFactory(school=schools[0], tuition=8_000)
    deliveries = [[], ["online"], ["online", "hybrid"], ["campus"]]
    for number in range(16):
        ProgramFactory(
            school=schools[number % 3],
            field_of_study=(health, nursing)[number % 2],
            level=("master", "bachelor", "associate")[number % 3 - number % 2],
            delivery=deliveries[number % 4],
            tuition_per_year=(None, 4_000, 12_000, 28_000, 90_000)[number % 5],
        )
    ProgramFactory(school=schools[0], field_of_study=health, published_at=None)  # never to be counted
    vouched = [(Program.objects.order_by("pk")[number], "fpc", "programmatic") for number in (0, 4, 5)]
    vouched += [(Program.objects.order_by("pk")[3], "fcb", "certifying")]
    for program, slug, kind in vouched:
        vouch(program.school, slug, kind, program=program)
    vouch(schools[1], "fsc", "institutional", until=datetime.date(2999, 12, 31))
    vouch(schools[2], "fsc", "institutional", status="candidacy")


def vouch(school, slug, kind, **facts):
    facts = {"status": "accredited", "url": "https://example.org/", "checked_on": datetime.date(2026, 11, 1)} | facts
    Accreditation.objects.create(accreditor=AccreditorFactory(slug=slug, kind=kind), school=school, **facts)
