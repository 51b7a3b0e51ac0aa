"""Editors correct schools, programs, subjects and accreditation, and see it live."""

import datetime

import pytest
from django.urls import reverse

from portal.models import Slug
from schools.models import (
    Accreditation,
    Completions,
    Program,
    ProgramListing,
    School,
    SchoolRecord,
    Subject,
)
from schools.relisting import relist_all
from tests.desk import address, form_of, said, save
from tests.factories import (
    AccreditorFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    ProgramFactory,
    SchoolFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db


def test_a_corrected_name_is_live_as_soon_as_it_is_saved(editor, client):
    school, neighbour = SchoolFactory(), SchoolFactory()
    program = ProgramFactory(school=school)
    response = save(editor, school, name_override="Corrected College")
    assert "was changed successfully" in said(response)
    assert ProgramListing.objects.get(program=program).school_name == "Corrected College"
    client.logout()
    page = client.get(school.get_absolute_url())
    assert b"Corrected College" in page.content
    assert b"Corrected College" not in client.get(neighbour.get_absolute_url()).content


def test_the_federal_record_stands_beside_what_editors_say(editor):
    school = SchoolFactory(record__name="Federal Name", record__website="www.federal.example")
    page = editor.get(address(school)).content.decode()
    assert "Federal Name" in page
    assert "www.federal.example" in page
    assert "ipeds institutions" in page  # the release it comes from


def test_the_programs_of_a_school_are_links_with_counts(editor):
    row = CompletionsFactory(awards=37)
    SubjectFactory(fields=[row.field_of_study])
    program = Program.objects.get()
    page = editor.get(address(row.school)).content.decode()
    assert address(program) in page
    assert "<td>37</td>" in page
    assert f"?school__id__exact={row.school.pk}" in page
    listed = editor.get(reverse("admin:schools_program_changelist"), {"school__id__exact": row.school.pk})
    assert [p.pk for p in listed.context["cl"].result_list] == [program.pk]


def test_a_changed_address_redirects_and_says_so(editor, client):
    school = SchoolFactory(slug="old-name")
    response = save(editor, school, slug="new-name")
    assert "old address /schools/old-name/ now leads to /schools/new-name/" in said(response)
    assert client.get("/schools/old-name/").headers["Location"] == "/schools/new-name/"


def test_an_address_that_belonged_to_another_is_refused_in_words(editor):
    former = SchoolFactory(slug="taken")
    School.objects.filter(pk=former.pk).update(slug="moved-on")
    school = SchoolFactory(slug="mine")
    response = save(editor, school, slug="taken", note="kept as typed")
    assert response.status_code == 200
    assert "This address belonged to something else" in response.content.decode()
    assert "kept as typed" in response.content.decode()
    school.refresh_from_db()
    assert (school.slug, school.note) == ("mine", "")
    assert Slug.objects.get(slug="taken").target == former.pk


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "Not A Slug", "hyphens"),
        ("website_override", "javascript:alert(1)", "Enter a valid URL"),
        ("website_override", "https://user@evil.example/", "starts with https://"),
        ("website_override", "ftp://files.example.org/", "starts with https://"),
        ("name_override", "a\u202eb", "invisible control characters"),
        ("name_override", "a" * 161, "at most 160"),
    ],
)
def test_what_the_database_would_refuse_is_a_sentence_at_the_field(editor, field, value, words):
    school = SchoolFactory()
    response = save(editor, school, **{field: value})
    assert response.status_code == 200
    assert words in str(response.context["adminform"].form.errors[field])
    assert "Constraint" not in response.content.decode()


def test_a_school_outside_ipeds_needs_a_name(editor):
    empty = form_of(editor.get(reverse("admin:schools_school_add")), School)
    response = editor.post(reverse("admin:schools_school_add"), {**empty, "slug": "brand-new"})
    assert "has no federal record to take its name from" in response.content.decode()
    response = editor.post(
        reverse("admin:schools_school_add"), {**empty, "slug": "brand-new", "name_override": "Brand New College"}
    )
    assert response.status_code == 302
    assert School.objects.get(slug="brand-new").unitid is None


def test_the_key_to_the_federal_record_and_the_school_of_a_program_cannot_be_posted(editor):
    program, other = ProgramFactory(), SchoolFactory()
    unitid = program.school.unitid
    save(editor, program.school, unitid="123456")
    save(editor, program, school=other.pk, origin="federal", name="")
    program.refresh_from_db()
    assert School.objects.get(pk=program.school_id).unitid == unitid
    assert program.school_id != other.pk


def test_nobody_deletes_a_school_with_a_federal_record(chief):
    school = SchoolFactory()
    assert chief.post(address(school, "delete"), {"post": "yes"}).status_code == 403
    assert School.objects.filter(pk=school.pk).exists()


# Programs ---------------------------------------------------------------------------------


def test_a_program_says_what_its_school_says_and_shows_it_at_once(editor, client):
    program = ProgramFactory(name="Example MHA", published_at=None)
    response = save(
        editor,
        program,
        published_at_0="2026-11-01",
        published_at_1="10:00:00",
        delivery=["campus", "online"],
        length_months="24",
        tuition_per_year="21000",
        not_published=["entry_gpa", "credits"],
        confirmed_on="2026-11-20",
    )
    assert "was changed successfully" in said(response)
    program.refresh_from_db()
    assert program.delivery == ["online", "campus"]  # in one order, however they were ticked
    assert program.not_published == ["credits", "entry_gpa"] or set(program.not_published) == {"credits", "entry_gpa"}
    assert program.listing.tuition == 21_000
    client.logout()
    assert b"Example MHA" in client.get(program.get_absolute_url()).content


def test_facts_stand_in_five_fieldsets_beside_where_it_is(editor):
    page = editor.get(address(ProgramFactory()))
    names = [fieldset.name for fieldset in page.context["adminform"]]
    assert names[1:] == [
        "What it is",
        "What it costs",
        "When",
        "What it takes to enter",
        "Where to check, and what stays unsaid",
    ]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"length_months": "121"}, "length_months", "from 1 to 120"),
        ({"credits": "0"}, "credits", "above 0"),
        ({"tuition_total": "1000001"}, "tuition_total", "whole dollars"),
        ({"tuition_per_credit": "99999999999999999999"}, "tuition_per_credit", "less than or equal"),
        ({"entry_gpa": "5"}, "entry_gpa", "from 0 to 4.5"),
        ({"application_deadline": "2027-09-01", "next_start": "2027-08-01"}, "application_deadline", "after the next"),
        ({"not_published": ["credits"], "credits": "40"}, "credits", "Undo one of the two"),
        ({"not_published": ["password"]}, "not_published", "Select a valid choice"),
        ({"delivery": ["pigeon"]}, "delivery", "Select a valid choice"),
    ],
)
def test_facts_that_cannot_be_are_refused_in_words(editor, changes, field, words):
    response = save(editor, ProgramFactory(), **changes)
    assert words in str(response.context["adminform"].form.errors[field])
    assert "Constraint" not in response.content.decode()


def test_two_shown_programs_of_one_name_are_refused_in_words(editor):
    program = ProgramFactory(name="Same Name")
    twin = ProgramFactory(school=program.school, name="Other Name")
    response = save(editor, twin, name="SAME name")
    assert "already shows a program of this name" in response.content.decode()


def test_a_program_address_used_before_in_the_school_is_refused_in_words(editor):
    program = ProgramFactory(slug="first")
    Program.objects.filter(pk=program.pk).update(slug="second")
    twin = ProgramFactory(school=program.school)
    assert "belonged to something else" in save(editor, twin, slug="first").content.decode()
    assert "Another program of this school" in save(editor, twin, slug="second").content.decode()


def test_a_federal_program_explains_itself_and_keeps_what_it_is_about(editor):
    row = CompletionsFactory(awards=12)
    SubjectFactory(fields=[row.field_of_study])
    program = Program.objects.get()
    page = editor.get(address(program)).content.decode()
    assert "A program from federal data knows only" in page
    assert "12 (ipeds completions" in page
    save(editor, program, level="doctor_other", description="Ours.")
    program.refresh_from_db()
    assert (program.level, program.description) == ("master", "Ours.")
    response = save(editor, program, confirmed_on="2026-11-20")
    assert "cannot have confirmed what is only federal data" in response.content.decode()
    save(editor, program, confirmed_on="2026-11-20", origin="school")
    program.refresh_from_db()
    assert program.origin == Program.Origin.SCHOOL


def test_hiding_asks_first_then_takes_the_programs_off(editor):
    program, neighbour = ProgramFactory(), ProgramFactory()
    listed = reverse("admin:schools_program_changelist")
    chosen = {"action": "hide", "_selected_action": [program.pk]}
    page = editor.post(listed, {**chosen, "index": 0})
    assert "Hide 1 program" in page.content.decode()
    assert ProgramListing.objects.count() == 2
    response = editor.post(listed, {**chosen, "confirmed": "yes"}, follow=True)
    assert "Hidden from the site: 1 program" in said(response)
    assert [row.program for row in ProgramListing.objects.all()] == [neighbour]
    editor.post(listed, {**chosen, "action": "show", "confirmed": "yes"})
    assert ProgramListing.objects.count() == 2


def test_showing_a_twin_is_refused_in_words_and_changes_nothing(editor):
    program = ProgramFactory(name="Same Name")
    twin = ProgramFactory(school=program.school, name="Same Name", published_at=None)
    response = editor.post(
        reverse("admin:schools_program_changelist"),
        {"action": "show", "_selected_action": [twin.pk], "confirmed": "yes"},
        follow=True,
    )
    assert "already shows a program of this name" in said(response)
    twin.refresh_from_db()
    assert twin.published_at is None


# Subjects, fields, accreditation -----------------------------------------------------------


def test_a_field_added_to_a_subject_makes_its_programs(editor):
    row = CompletionsFactory()
    relist_all()
    subject = SubjectFactory(name="Health administration")
    assert not Program.objects.exists()
    response = save(
        editor,
        subject,
        **{
            "subjectfield_set-TOTAL_FORMS": "1",
            "subjectfield_set-0-field_of_study": row.field_of_study_id,
            "subjectfield_set-0-id": "",
            "subjectfield_set-0-subject": subject.pk,
            "synonyms-TOTAL_FORMS": "1",
            "synonyms-0-text": "MHA",
            "synonyms-0-id": "",
            "synonyms-0-subject": subject.pk,
        },
    )
    assert "was changed successfully" in said(response)
    assert Program.objects.get().listing.core
    assert subject.synonyms.get().text == "MHA"


def test_a_synonym_twice_is_refused_in_words(editor):
    subject = SubjectFactory()
    subject.synonyms.create(text="MHA")
    response = save(
        editor,
        subject,
        **{
            "synonyms-TOTAL_FORMS": "2",
            "synonyms-1-text": "mha",
            "synonyms-1-id": "",
            "synonyms-1-subject": subject.pk,
        },
    )
    assert "stands here already" in response.content.decode()
    assert Subject.objects.get().synonyms.count() == 1


def test_of_a_field_only_the_plain_title_is_ours(editor):
    field = FieldOfStudyFactory(title="Official Title.")
    save(editor, field, plain_title="Plain title", title="Hacked", cip="99.9999")
    field.refresh_from_db()
    assert (field.plain_title, field.title, field.cip) == ("Plain title", "Official Title.", "51.0701")


def test_a_confirmed_accreditation_says_where_and_when_somebody_looked(editor):
    program, other = ProgramFactory(), SchoolFactory()
    row = Accreditation.objects.create(accreditor=AccreditorFactory(), school=program.school, program=program)
    response = save(editor, row, status="accredited")
    errors = response.context["adminform"].form.errors
    assert set(errors) == {"url", "checked_on"}
    assert "Not confirmed" in str(errors["url"])
    response = save(editor, row, school=other.pk)
    assert "This program belongs to" in response.content.decode()
    save(editor, row, status="accredited", url="https://body.example.org/entry", checked_on="2026-11-20")
    row.refresh_from_db()
    assert row.checked_on == datetime.date(2026, 11, 20)
    assert "Correct one of the two dates" in save(editor, row, since="2026-01-02", until="2026-01-01").content.decode()


@pytest.mark.parametrize("who", ["editor", "chief"])
@pytest.mark.parametrize("model", [SchoolRecord, Completions, ProgramListing])
def test_nobody_adds_changes_or_deletes_what_a_release_says(request, who, model):
    client = request.getfixturevalue(who)
    CompletionsFactory(school=ProgramFactory().school)
    row = model.objects.first()
    page = client.get(address(row))
    assert (
        "comes from a release" in page.content.decode()
        or "come from a release" in page.content.decode()
        or ("The database writes them anew" in page.content.decode())
    )
    assert 'type="submit"' not in page.content.decode().split('id="content"')[1]
    assert client.post(address(row), {"awards": 999}).status_code == 403
    assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse(f"admin:schools_{model._meta.model_name}_add")).status_code == 403


def test_suggestions_tell_two_programs_of_one_name_apart(editor):
    for _ in range(2):
        ProgramFactory(name="Same Name")
    found = editor.get(
        reverse("admin:autocomplete"),
        {"app_label": "schools", "model_name": "accreditation", "field_name": "program", "term": "Same"},
    ).json()["results"]
    assert len({entry["text"] for entry in found}) == 2
    assert all("Example College" in entry["text"] for entry in found)
