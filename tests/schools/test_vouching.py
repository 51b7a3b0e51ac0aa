"""Badges: whose word a page prints for a school and for a program, and in which list."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.models import Release
from schools.models import Accreditation
from schools.page_parts import badges
from schools.vouching import Vouchers
from tests import factories

pytestmark = pytest.mark.django_db
ENTRY = {"url": "https://example.org/entry", "checked_on": date(2026, 11, 1)}
LISTS = ("standing", "candidates", "past", "unnamed", "unconfirmed")


def enter(school, program=None, kind="programmatic", status="accredited", **facts):
    body = facts.pop("body", None) or factories.AccreditorFactory(kind=kind)
    return Accreditation.objects.create(accreditor=body, school=school, program=program, status=status, **ENTRY | facts)


def filled(vouching):
    """The bodies of each list that has any."""
    lists = {name: [badge.body for badge in getattr(vouching, name)] for name in LISTS}
    return {name: bodies for name, bodies in lists.items() if bodies}


def test_school_and_program_are_two_badges():
    program = factories.ProgramFactory()
    sister = factories.ProgramFactory(school=program.school)
    of_school = enter(program.school, kind="institutional").accreditor.name
    of_program = enter(program.school, program).accreditor.name
    nameless = enter(program.school).accreditor.name
    vouchers = Vouchers([program.school_id])
    assert filled(vouchers.for_school(program.school_id)) == {"standing": [of_school], "unnamed": [nameless]}
    assert filled(vouchers.for_program(program)) == {"standing": [of_program]}
    assert not vouchers.for_program(sister)


@pytest.mark.parametrize(
    ("status", "where", "words"),
    [
        ("accredited", "standing", "Accredited by"),
        ("conditional", "standing", "Accredited, with conditions by"),
        ("withdrawal_in_progress", "standing", "Accredited, being withdrawn by"),
        ("candidacy", "candidates", "Candidate, not accredited yet:"),
        ("pre_candidacy", "candidates", "Before candidacy, not accredited yet:"),
        ("expired", "past", "Expired:"),
        ("withdrawn", "past", "Withdrawn:"),
        ("denied", "past", "Denied:"),
        ("unconfirmed", "unconfirmed", "Not confirmed:"),
    ],
)
def test_only_what_stands_counts_and_every_status_is_said_in_words(status, where, words):
    program = factories.ProgramFactory()
    enter(program.school, program, status=status)
    vouching = Vouchers([program.school_id]).for_program(program)
    assert list(filled(vouching)) == [where]
    (badge,) = getattr(vouching, where)
    assert badge.opening == words
    assert badge.counts == (where == "standing")


@pytest.mark.parametrize("status", ["accredited", "candidacy"])
def test_what_is_past_its_last_day_is_past(status):
    program = factories.ProgramFactory()
    today = timezone.now().date()
    holds = enter(program.school, program, status=status, until=today).accreditor.name
    over = enter(program.school, program, status=status, until=today - timedelta(days=1)).accreditor.name
    vouching = Vouchers([program.school_id]).for_program(program)
    where = "standing" if status == "accredited" else "candidates"
    assert filled(vouching) == {where: [holds], "past": [over]}
    assert vouching.past[0].opening == "Past its end date, not confirmed since:"


def test_a_body_that_certifies_never_accredits():
    program = factories.ProgramFactory()
    enter(program.school, program, "certifying")
    enter(program.school, program, "certifying", "candidacy")
    vouching = Vouchers([program.school_id]).for_program(program)
    (badge,), (candidate,) = vouching.standing, vouching.candidates
    assert (badge.verb, badge.opening) == ("certifies", "Certified by")
    assert candidate.opening == "Candidate, not certified yet:"
    assert "ccredit" not in badges(vouching.standing)


def test_a_federal_record_is_unconfirmed_and_says_of_when_it_is():
    school = factories.SchoolFactory()
    record = factories.AccreditationRecordFactory(school=school, since=date(1968, 7, 1), since_is_estimated=True)
    release = record.release
    factories.AccreditationRecordFactory(school=school, release=release, agency="901", ended_on=date(2019, 1, 1))
    factories.AccreditationRecordFactory(school=school, release=release, is_main=False)  # another location
    factories.AccreditationRecordFactory(release=release, agency="902")  # another school
    factories.AccreditationRecordFactory(school=school, release=release, program_code="90", agency_name="A Board")
    vouching = Vouchers([school.pk]).for_school(school.pk)
    assert filled(vouching) == {"unconfirmed": ["Fictitious Commission on Schools", "A Board"]}
    alone = Vouchers([school.pk]).for_school(school.pk, with_program_records=False)
    assert filled(alone) == {"unconfirmed": ["Fictitious Commission on Schools"]}
    badge = vouching.unconfirmed[0]
    assert not badge.counts
    assert badge.opening == (
        "Listed as accredited in the US Department of Education’s records of November 2020, not confirmed since:"
    )
    assert "Since about 1 Jul 1968" in badges([badge])
    Release.objects.filter(pk=release.pk).update(state="rolled_back")
    assert not Vouchers([school.pk]).for_school(school.pk)


def test_an_old_record_stands_by_programs_it_may_concern_and_by_no_others():
    school = factories.SchoolFactory()
    health = factories.FieldOfStudyFactory(cip="51.0701")
    nursing = factories.FieldOfStudyFactory(cip="51.3801")
    master, bachelor, nurse = (
        factories.ProgramFactory(school=school, field_of_study=field, level=level)
        for field, level in ((health, "master"), (health, "bachelor"), (nursing, "master"))
    )
    factories.AccreditationRecordFactory(
        school=school,
        program_code="6",
        program_name="Health Services Administration (HSA) - Graduate programs in health services administration",
    )
    vouchers = Vouchers([school.pk])
    (badge,) = vouchers.for_program(master).unconfirmed
    assert badge.scope == "Health Services Administration: Graduate programs in health services administration"
    assert not vouchers.for_program(bachelor)
    assert not vouchers.for_program(nurse)


def test_badges_escape_what_people_wrote_and_print_every_date():
    program = factories.ProgramFactory()
    body = factories.AccreditorFactory(name="<b>Body</b>", acronym="FB")
    enter(
        program.school,
        program,
        body=body,
        scope="<i>Main</i> campus",
        since=date(2020, 5, 1),
        until=date(2099, 6, 30),
        next_review=date(2098, 10, 2),
    )
    (line,) = [badges(Vouchers([program.school_id]).for_program(program).standing)]
    assert line == (
        '<li>Accredited by <a href="https://example.org/entry" rel="nofollow noopener">'
        "&lt;b&gt;Body&lt;/b&gt; (FB)</a>, &lt;i&gt;Main&lt;/i&gt; campus."
        " Since 1 May 2020. Through 30 Jun 2099. Next review 2 Oct 2098. Checked 1 Nov 2026.</li>"
    )


@pytest.mark.parametrize("many", [1, 4])
def test_badges_of_any_number_of_schools_cost_two_queries(many, django_assert_num_queries):
    programs = [factories.ProgramFactory() for _ in range(many)]
    for program in programs:
        enter(program.school, program)
        factories.AccreditationRecordFactory(school=program.school)
    with django_assert_num_queries(2):
        vouchers = Vouchers([program.school_id for program in programs])
        for program in programs:
            assert vouchers.for_program(program).standing
            assert vouchers.for_school(program.school_id).unconfirmed
