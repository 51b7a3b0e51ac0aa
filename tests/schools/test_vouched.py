"""Whose word counts for a program: what the flat listing row says of it, now and when it ends."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.models import ContentVersion
from schools.models import Accreditation, Accreditor, ProgramListing, SchoolOutcome
from tests import factories

pytestmark = pytest.mark.django_db
ENTRY = {"url": "https://example.org/entry", "checked_on": date(2026, 11, 1)}


def vouch(program, kind="programmatic", status="accredited", *, whole_school=False, **facts):
    body = factories.AccreditorFactory(kind=kind)
    named = None if whole_school else program
    return Accreditation.objects.create(
        accreditor=body, school=program.school, program=named, status=status, **ENTRY | facts
    )


def accreditors(program):
    return ProgramListing.objects.get(pk=program.pk).accreditors


def test_a_program_has_the_bodies_that_name_it_and_those_of_its_school_and_no_others():
    program = factories.ProgramFactory()
    sister = factories.ProgramFactory(school=program.school)
    stranger = factories.ProgramFactory()
    own = vouch(program).accreditor.slug
    of_school = vouch(program, "institutional", whole_school=True).accreditor.slug
    nameless = vouch(program, whole_school=True)  # a body for programs that names no program counts for none
    amiss = vouch(program, "institutional")  # and a body for schools for no program
    assert accreditors(program) == [own, of_school]
    assert accreditors(sister) == [of_school]
    assert accreditors(stranger) == []
    assert Accreditation.objects.standing().count() == 2
    assert not {nameless, amiss} & set(Accreditation.objects.standing())


@pytest.mark.parametrize(
    ("status", "counts"),
    [(status, status in ("accredited", "conditional", "withdrawal_in_progress")) for status in Accreditation.Status],
)
def test_only_standing_words_count(status, counts):
    program = factories.ProgramFactory()
    row = vouch(program, status=status)
    assert accreditors(program) == ([row.accreditor.slug] if counts else [])
    assert list(Accreditation.objects.standing()) == ([row] if counts else [])


def test_a_word_counts_through_its_last_day_and_not_after():
    program = factories.ProgramFactory()
    today = timezone.now().date()
    last = vouch(program, until=today)
    over = vouch(program, until=today - timedelta(days=1))
    assert accreditors(program) == [f"{last.accreditor.slug}:{today}"]
    assert list(Accreditation.objects.standing()) == [last]
    assert over not in Accreditation.objects.standing()


def test_the_end_of_a_word_is_announced_so_that_nothing_remembered_outlives_it():
    program = factories.ProgramFactory()
    end = timezone.now().date() + timedelta(days=30)
    vouch(program, until=end)
    upcoming = ContentVersion.objects.get().upcoming
    assert [moment.date() for moment in upcoming] == [end + timedelta(days=1)]
    before = ContentVersion.now()
    ContentVersion.objects.update(upcoming=[timezone.now() - timedelta(seconds=1)])
    assert ContentVersion.now() > before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE schools_accreditation SET status = 'withdrawn'",
        "UPDATE schools_accreditation SET program_id = NULL",
        "DELETE FROM schools_accreditation",
        "UPDATE schools_accreditor SET kind = 'institutional'",
    ],
)
def test_raw_sql_that_takes_a_word_back_takes_it_off_the_listing(change):
    program = factories.ProgramFactory()
    row = vouch(program)
    assert accreditors(program) == [row.accreditor.slug]
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert accreditors(program) == []


def test_a_body_that_changes_its_address_keeps_its_programs():
    program = factories.ProgramFactory()
    vouch(program)
    Accreditor.objects.update(slug="renamed-commission")
    assert accreditors(program) == ["renamed-commission"]


def test_earnings_are_the_schools_of_the_current_release_or_say_why_not():
    known, withheld, silent = (factories.ProgramFactory() for _ in range(3))
    old = factories.ReleaseFactory(source__slug="scorecard-institutions", year=2023, state="superseded")
    new = factories.ReleaseFactory(source__slug="scorecard-institutions", year=2024)
    outcome = {"measure": "median_earnings_10"}
    SchoolOutcome.objects.create(release=old, school=known.school, value=1, **outcome)
    SchoolOutcome.objects.create(release=old, school=silent.school, value=1, **outcome)
    SchoolOutcome.objects.create(release=new, school=known.school, value="61250.5", **outcome)
    SchoolOutcome.objects.create(release=new, school=known.school, measure="median_earnings_6", value=2)
    SchoolOutcome.objects.create(release=new, school=withheld.school, value=None, reason="suppressed", **outcome)
    for program in (known, withheld, silent):
        program.save()
    rows = {row.pk: (row.school_earnings, row.school_earnings_reason) for row in ProgramListing.objects.all()}
    assert rows == {
        known.pk: (61251, ""),
        withheld.pk: (None, "suppressed"),
        silent.pk: (None, "not_in_federal_data"),
    }
