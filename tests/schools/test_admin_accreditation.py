"""Entering who vouches: kind words, programs of the school alone, and what should be looked up again."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from schools.models import Accreditation, Accreditor
from tests import factories
from tests.desk import address, form_of, save

pytestmark = pytest.mark.django_db
ENTRY = {"url": "https://example.org/entry", "checked_on": date(2026, 11, 1)}
ADD = "admin:schools_accreditation_add"


def enter(kind="programmatic", status="accredited", *, whole_school=False, **facts):
    program = factories.ProgramFactory()
    body = factories.AccreditorFactory(kind=kind)
    facts = {
        "checked_on": timezone.now().date(),
        "url": ENTRY["url"],
        "program": None if whole_school else program,
    } | facts
    return Accreditation.objects.create(accreditor=body, school=program.school, status=status, **facts)


def errors(response):
    return {name: str(said) for name, said in response.context["adminform"].form.errors.items()}


def test_programs_to_choose_from_are_those_of_the_school(editor):
    row = enter()
    sister = factories.ProgramFactory(school=row.school)
    stranger = factories.ProgramFactory()
    for page in (editor.get(address(row)), editor.get(reverse(ADD), {"school": row.school_id})):
        choices = [str(choice[0]) for choice in page.context["adminform"].form.fields["program"].choices]
        assert set(choices) == {"", str(row.program_id), str(sister.pk)}
        assert stranger.name not in page.content.decode()


@pytest.mark.parametrize("school", ["", "x", "9" * 30])
def test_without_a_school_the_form_opens_too(editor, school):
    assert editor.get(reverse(ADD), {"school": school}).status_code == 200


def test_a_body_for_schools_never_vouches_for_one_program(editor):
    row = enter()
    agency = factories.AccreditorFactory(kind="institutional", acronym="FSC")
    said = errors(save(editor, row, accreditor=agency.pk))
    assert set(said) == {"program"}
    assert "FSC accredits schools as a whole" in said["program"]
    save(editor, row, accreditor=agency.pk, program="")
    row.refresh_from_db()
    assert (row.accreditor, row.program) == (agency, None)


def test_nobody_has_looked_tomorrow(editor):
    row = enter()
    tomorrow = timezone.now().date() + timedelta(days=1)
    assert set(errors(save(editor, row, checked_on=tomorrow.isoformat()))) == {"checked_on"}


def test_the_form_shows_the_line_as_pages_print_it_and_what_federal_records_say(editor):
    row = enter(kind="certifying")
    factories.AccreditationRecordFactory(school=row.school)
    factories.AccreditationRecordFactory(agency_name="Somebody else")
    page = editor.get(address(row)).content.decode()
    assert "Certified by <a" in page
    assert "Fictitious Commission on Schools: The school as a whole (November 2020)" in page
    assert "Somebody else" not in page


def test_a_body_changes_its_kind_only_while_no_entry_would_stop_counting(editor):
    named = enter().accreditor
    assert "name a program" in errors(save(editor, named, kind="institutional"))["kind"]
    save(editor, named, kind="certifying")
    named.refresh_from_db()
    assert named.kind == "certifying"
    whole = enter(kind="institutional", whole_school=True).accreditor
    assert "whole schools" in errors(save(editor, whole, kind="programmatic"))["kind"]
    whole.refresh_from_db()
    assert whole.kind == "institutional"


@pytest.mark.parametrize("slug", ["program", "school", "unknown"])
def test_words_of_the_filter_are_no_address_of_a_body(editor, slug):
    body = factories.AccreditorFactory()
    assert "The filter itself uses this word" in errors(save(editor, body, slug=slug))["slug"]


def found(editor, look):
    page = editor.get(reverse("admin:schools_accreditation_changelist"), {"look": look})
    return {row.pk for row in page.context["cl"].result_list}


def test_what_needs_a_look_is_listed_by_reason_and_fresh_entries_are_not(editor):
    today = timezone.now().date()

    def days(number):
        return today + timedelta(days=number)

    rows = {
        "over": enter(until=days(-1)),
        "ends": enter(until=days(90)),
        "review": enter(next_review=days(90)),
        "stale": enter(checked_on=days(-366)),
        "unconfirmed": enter(status="unconfirmed"),
    }
    neighbors = [
        enter(until=days(91)),
        enter(next_review=days(91)),
        enter(checked_on=days(-365)),
        enter(status="withdrawn", until=days(-1)),
    ]
    for look, row in rows.items():
        assert found(editor, look) == {row.pk}
    assert found(editor, "any") == {row.pk for row in rows.values()}
    assert found(editor, "") == {row.pk for row in [*rows.values(), *neighbors]}


def test_an_entry_is_added_by_hand(editor):
    program = factories.ProgramFactory()
    body = factories.AccreditorFactory(acronym="FPC")
    page = editor.get(reverse(ADD), {"school": program.school_id})
    sent = form_of(page, Accreditation) | {
        "school": program.school_id,
        "accreditor": body.pk,
        "program": program.pk,
        "status": "accredited",
        "url": ENTRY["url"],
        "checked_on": "2026-11-01",
    }
    editor.post(reverse(ADD), sent)
    assert Accreditation.objects.standing().get().program == program
    program.listing.refresh_from_db()
    assert program.listing.accreditors == [body.slug]
    assert Accreditor.objects.count() == 1
