import pytest
from django.db import connection

from schools.levels import AwardLevel
from schools.models import Program, ProgramListing, School, SubjectField
from schools.relisting import relist_all
from tests.factories import (
    CompletionsFactory,
    FieldOfStudyFactory,
    ProgramFactory,
    PublishedPriceFactory,
    SchoolFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db


def test_a_program_arises_for_each_completions_row_in_a_subject_and_for_no_other():
    field, other = FieldOfStudyFactory(), FieldOfStudyFactory(cip="12.0401")
    row = CompletionsFactory(field_of_study=field)
    CompletionsFactory(school=row.school, field_of_study=other)
    SubjectFactory(fields=[field])
    program = Program.objects.get()
    assert (program.school, program.field_of_study, program.level) == (row.school, field, "master")
    assert program.listing.graduates == 12
    assert program.listing.title == program.title
    assert list(Program.objects.published()) == [program]


@pytest.mark.parametrize("level", AwardLevel)
def test_title_rank_and_slug_of_a_level_are_the_same_in_sql_and_python(level):
    field = FieldOfStudyFactory()
    SubjectFactory(fields=[field])
    CompletionsFactory(field_of_study=field, level=level)
    relist_all()
    program = Program.objects.get()
    assert program.listing.title == program.title
    assert program.listing.level_rank == level.rank
    assert program.slug == f"{field.slug}-{level.slug}"
    assert program.get_absolute_url() == program.listing.get_absolute_url()


def test_hiding_a_school_or_a_program_takes_its_listing_away_at_once():
    shown, hidden = ProgramFactory(), ProgramFactory(published_at=None)
    assert list(ProgramListing.objects.values_list("program", flat=True)) == [shown.pk]
    assert hidden not in Program.objects.published()
    School.objects.filter(pk=shown.school_id).update(published_at=None)
    assert not ProgramListing.objects.exists()
    assert not Program.objects.published().exists()


def test_raw_sql_relists_too():
    program = ProgramFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE schools_school SET name_override = 'Renamed Example' WHERE id = %s", [program.school_id])
    assert ProgramListing.objects.get().school_name == "Renamed Example"


def test_a_subject_that_drops_a_field_takes_its_federal_programs_off_the_list_but_not_the_schools_own():
    field = FieldOfStudyFactory()
    CompletionsFactory(field_of_study=field)
    own = ProgramFactory(field_of_study=field)
    SubjectFactory(fields=[field])
    assert ProgramListing.objects.count() == 2
    SubjectField.objects.all().delete()
    assert list(ProgramListing.objects.values_list("program", flat=True)) == [own.pk]
    assert Program.objects.count() == 2


def test_the_price_on_the_card_is_the_programs_own_else_the_schools_at_that_level():
    school = SchoolFactory()
    PublishedPriceFactory(school=school, tuition=21_000)
    PublishedPriceFactory(school=school, residency="out_of_state", tuition=33_000)
    PublishedPriceFactory(school=school, student_level="undergraduate", tuition=9_000)
    federal = ProgramFactory(school=school)
    own = ProgramFactory(school=school, tuition_per_year=15_000)
    undergraduate = ProgramFactory(school=school, level="bachelor")
    practice = ProgramFactory(school=school, level="doctor_practice")
    rows = {row.pk: row for row in ProgramListing.objects.all()}
    assert (rows[federal.pk].tuition, rows[federal.pk].tuition_out_of_state) == (21_000, 33_000)
    assert (rows[own.pk].tuition, rows[own.pk].tuition_from) == (15_000, "program")
    assert rows[undergraduate.pk].tuition == 9_000
    assert rows[practice.pk].tuition is None
    assert rows[practice.pk].tuition_reason == "not_in_federal_data"


def test_a_merged_school_points_to_the_last_of_its_successors_and_lists_no_programs():
    third = SchoolFactory()
    second = SchoolFactory(record__status="merged", record__successor_unitid=third.unitid)
    first = SchoolFactory(record__status="merged", record__successor_unitid=second.unitid)
    ProgramFactory(school=first)
    relist_all()
    assert School.objects.get(pk=first.pk).listing.successor == third
    assert not ProgramListing.objects.exists()


def test_schools_merged_in_a_circle_lead_nowhere():
    one = SchoolFactory(unitid="900901", record__status="merged", record__successor_unitid="900902")
    SchoolFactory(unitid="900902", record__status="merged", record__successor_unitid="900901")
    relist_all()
    assert School.objects.get(pk=one.pk).listing.successor is None
