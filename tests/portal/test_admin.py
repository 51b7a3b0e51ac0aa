"""Who may do what at the editors' desk, and what it never shows or runs."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.urls import reverse

from careers.models import Article, Edition
from portal.admin.saving import words_for
from portal.models import ContentVersion, ImportIssue, Release, ReleaseFile, Slug, Source, User
from schools.models import Subject
from tests import factories as make
from tests.desk import address, form_of, save

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse staple"
CANARY = "\"'><script>window.__x=1</script><img src=x onerror=alert(1)>{{7*7}}"


# People ----------------------------------------------------------------------------------------


def test_a_superuser_makes_an_account_with_address_and_password(chief):
    chief.post(
        reverse("admin:portal_user_add"),
        {"email": "New.Person@Example.COM", "name": "New", **dict.fromkeys(["password1", "password2"], PASSWORD)},
    )
    person = User.objects.get(name="New")
    assert person.email == "new.person@example.com"
    assert person.check_password(PASSWORD)
    assert not person.is_staff


def test_an_address_in_other_letters_is_taken(chief):
    make.UserFactory(email="taken@example.com")
    response = chief.post(
        reverse("admin:portal_user_add"),
        {"email": "TAKEN@example.com", **dict.fromkeys(["password1", "password2"], PASSWORD)},
    )
    assert "taken" in str(response.context["adminform"].form.errors["email"])


def test_editors_edit_content_and_see_no_accounts(editor):
    assert editor.get(reverse("admin:index")).status_code == 200
    assert editor.get(reverse("admin:schools_school_changelist")).status_code == 200
    assert editor.get(reverse("admin:careers_article_changelist")).status_code == 200
    for name in ("portal_user", "auth_group"):
        assert editor.get(reverse(f"admin:{name}_changelist")).status_code == 403
        assert editor.get(reverse(f"admin:{name}_add")).status_code == 403
    sections = [section["name"] for section in editor.get(reverse("admin:index")).context["app_list"]]
    assert "People" not in sections


def test_staff_who_manage_people_cannot_grant_rights_or_see_a_hash(client):
    """Somebody with every permission on users, short of being a superuser."""
    clerk = make.UserFactory(is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__model="user", content_type__app_label="portal"))
    client.force_login(clerk)
    person, boss = make.UserFactory(), make.UserFactory(is_staff=True, is_superuser=True)
    page = client.get(address(person)).content.decode()
    assert "algorithm" not in page
    assert person.password not in page
    group = Group.objects.create(name="Power")
    save(client, person, name="Renamed", is_superuser="on", is_staff="on", groups=[group.pk])
    person.refresh_from_db()
    assert (person.name, person.is_superuser, person.is_staff, person.groups.count()) == ("Renamed", False, False, 0)
    assert client.post(address(boss), {"email": "mine@example.com"}).status_code == 403
    for target in (person, boss):
        assert client.get(reverse("admin:auth_user_password_change", args=[target.pk])).status_code == 403
        assert client.post(address(target, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:portal_user_add")).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "portal_user_changelist?password__startswith=md5",
        "careers_edition_changelist?created_by__password__startswith=md5",
        "careers_article_changelist?live__created_by__password__regex=.",
        "schools_program_changelist?school__note__startswith=a",
    ],
)
def test_passwords_and_notes_cannot_be_guessed_through_a_list(chief, query):
    name, _, query = query.partition("?")
    response = chief.get(f"{reverse(f'admin:{name}')}?{query}")
    assert response.status_code == 400


def test_suggestions_need_the_right_to_see_them(client):
    nobody = make.UserFactory(is_staff=True)
    client.force_login(nobody)
    asked = {"app_label": "careers", "model_name": "articlelink", "field_name": "article", "term": "a"}
    assert client.get(reverse("admin:autocomplete"), asked).status_code == 403


def test_strangers_and_signed_in_visitors_are_sent_to_the_door(client):
    for _ in range(2):
        response = client.get(reverse("admin:schools_school_changelist"))
        assert response.status_code == 302
        assert "/admin/login/" in response.headers["Location"]
        client.force_login(make.UserFactory())


# Sources ----------------------------------------------------------------------------------------


def test_of_a_source_only_address_and_credit_are_edited(editor):
    source = make.ReleaseFactory().source
    save(editor, source, url="https://bureau.example.org/", credit="Thanks.", name="Hacked", licence="Mine")
    source.refresh_from_db()
    assert (source.url, source.credit) == ("https://bureau.example.org/", "Thanks.")
    assert source.name != "Hacked"
    assert editor.get(reverse("admin:portal_source_add")).status_code == 403


def test_a_release_shows_its_counts_its_files_and_what_was_refused(editor):
    release = make.ReleaseFactory(rows_read=4711, rows_refused=1)
    file = ReleaseFile.objects.create(release=release, name="c2024_a.csv", sha256="a" * 64, size=9)
    ImportIssue.objects.create(file=file, line=17, column="CIPCODE", value="??", advice="Correct the code.")
    page = editor.get(address(release)).content.decode()
    for shown in ("4711", "c2024_a.csv", "17", "CIPCODE", "Correct the code.", "comes from official files"):
        assert shown in page
    listed = editor.get(reverse("admin:portal_importissue_changelist"), {"file__release__id__exact": release.pk})
    assert listed.context["cl"].result_count == 1


@pytest.mark.parametrize("model", [Release, ReleaseFile, ImportIssue, Slug, ContentVersion], ids=lambda m: m.__name__)
def test_what_the_machinery_keeps_is_changed_by_nobody(chief, model):
    file = ReleaseFile.objects.create(release=make.ReleaseFactory(), name="a.csv", sha256="a" * 64, size=9)
    ImportIssue.objects.create(file=file, line=1, advice="Look.")
    make.SchoolFactory()
    row = model.objects.first()
    name = model._meta.model_name
    assert chief.get(address(row)).status_code == 200
    assert chief.post(address(row), {"state": "staged"}).status_code == 403
    assert chief.post(address(row, "delete"), {"post": "yes"}).status_code == 403
    assert chief.get(reverse(f"admin:portal_{name}_add")).status_code == 403


# What is typed is text ----------------------------------------------------------------------------


def text_rows():
    """A row of each editable table with the canary in every free text."""
    yield make.SchoolFactory()
    yield make.ProgramFactory()
    yield make.SubjectFactory()
    yield make.FieldOfStudyFactory()
    yield make.AccreditorFactory()
    yield make.CertificationFactory()
    yield make.OccupationFactory()
    yield make.OccupationFieldFactory()
    yield make.UserFactory()
    yield make.ReleaseFactory()
    yield make.ReleaseFactory().source
    draft = make.EditionFactory()
    Article.objects.filter(pk=draft.article_id).update(draft=draft)
    make.SectionFactory(edition=draft)
    make.PathwayFactory(edition=draft)
    make.CitationFactory(edition=draft)
    yield draft
    yield draft.article


def poison(row):
    texts = {
        field.name: CANARY[: field.max_length or 200]
        for field in row._meta.fields
        if type(field) in (models.CharField, models.TextField) and not field.choices
        and field.name not in ("soc", "cip", "edition", "unitid", "acronym", "code")
    }  # fmt: skip
    type(row).objects.filter(pk=row.pk).update(**texts)
    row.refresh_from_db()
    return row


def test_markup_in_any_text_is_shown_and_never_run(chief):
    for row in text_rows():
        poison(row)
        if isinstance(row, Edition):
            for child in (*row.sections.all(), *row.pathways.all(), *row.citations.all()):
                poison(child)
        if hasattr(row, "changed_at"):
            save(chief, row)
        listed = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")
        for page in (listed, f"{listed}?q=%3Cscript%3E", address(row), address(row, "history")):
            content = chief.get(page).content.decode()
            assert "<script>window" not in content, page
            assert "<img src=x" not in content, page


@pytest.mark.parametrize(
    "query",
    ["p=abc", "p=99999999999999999999", "o=abc.9.-9", "id__exact=abc", "id__exact=99999999999999999999", "e=1",
     "changed_at__year=99999", "changed_at__month=77", "shown=maybe", "level__exact=x", "school__id__exact=abc",
     "all=", "_popup=1&_to_field=password", "q=%F0%9F%8F%A5", "nonsense=1"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["schools_program", "careers_article", "schools_completions"])
def test_junk_in_the_address_of_a_list_is_never_an_error_of_ours(chief, name, query):
    make.CompletionsFactory(school=make.ProgramFactory().school)
    assert chief.get(f"{reverse(f'admin:{name}_changelist')}?{query}").status_code < 500


def test_junk_in_a_post_is_a_sentence_or_a_refusal(editor):
    program = make.ProgramFactory()
    page = address(program)
    filled = form_of(editor.get(page), type(program))
    for field in filled:
        for junk in ("\0", "9" * 40, "-1", "NaN", "\u202e" + "a" * 300, CANARY):
            response = editor.post(page, {**filled, field: junk})
            assert response.status_code < 500, (field, junk)
            filled = form_of(editor.get(page), type(program))
    for pk in ("9" * 30, "abc", "-1"):
        assert editor.get(reverse("admin:schools_school_change", args=[pk])).status_code in (302, 404)
        assert editor.post(reverse("admin:careers_article_publish", args=[pk])).status_code == 404
        listed = reverse("admin:schools_program_changelist")
        assert editor.post(listed, {"action": "hide", "_selected_action": [pk], "confirmed": "yes"}).status_code < 500


def test_no_page_carries_inline_script_or_style(chief):
    import re

    rows = [*text_rows()]
    pages = [reverse("admin:index"), reverse("admin:login")]
    for row in rows:
        pages += [address(row), reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")]
    for page in pages:
        response = chief.get(page, follow=True)
        content = response.content.decode()
        assert "script-src 'self'; style-src 'self'" in response.headers["Content-Security-Policy"]
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", content), page
        assert "<style" not in content, page
        for script in re.findall(r"<script[^>]*>", content):
            assert "src=" in script or "application/json" in script, (page, script)


def test_the_desk_wears_the_sites_colours(client):
    page = client.get(reverse("admin:login")).content.decode()
    assert page.index("admin/css/base.css") < page.index("css/admin.css")
    assert "HealthAdmin Pathways" in page


# Promises in words -----------------------------------------------------------------------------------

NOT_REACHABLE = {  # what no form of the desk can break
    "content_version", "release_", "source_slug", "state_code", "area_", "zip_", "slug_", "starter_", "school_record",
    "record_", "completions_", "price_", "outcome_", "distance_", "field_record", "field_cip", "field_code",
    "field_slug", "crosswalk", "wage_", "projection_", "occupation_soc", "occupation_title", "cell_once",
    "report_path", "report_message", "report_state", "report_closed_at", "sender_", "queue_length", "job_note",
    "uploaded_file", "affected_page", "reread", "link_", "edition_stage_known", "letter_",
    "claim_state", "claim_waits", "claim_decided", "claim_declined", "membership_",
    "edition_scheduled", "edition_returned", "eligibility_group_of_one",
    "accreditation_record",
}  # fmt: skip


def test_every_constraint_a_form_can_reach_has_words():
    wordless = []
    for model in apps.get_models():
        if model._meta.app_label not in ("portal", "schools", "careers") or "Event" in model.__name__:
            continue
        for constraint in model._meta.constraints:
            name = constraint.name
            if getattr(constraint, "deferrable", None) or name.startswith(tuple(NOT_REACHABLE)):
                continue
            if words_for(name) is None:
                wordless.append(name)
    assert wordless == ["article_draft_is_not_live"]  # only the verbs set these


def test_every_registered_model_explains_itself_when_it_is_read_only():
    from portal.admin.base import ReadOnly

    for model_admin in admin.site._registry.values():
        if isinstance(model_admin, ReadOnly):
            assert model_admin.explanation, model_admin


def test_a_source_page_names_its_current_release(editor):
    release = make.ReleaseFactory()
    assert release.label in editor.get(reverse("admin:portal_source_changelist")).content.decode()
    assert release.label in editor.get(address(Source.objects.get(pk=release.source_id))).content.decode()


# Signed out while typing -----------------------------------------------------------------------------


def test_what_was_typed_survives_the_end_of_the_session(editor):
    editor.person.set_password("a-long-password-1")
    editor.person.save()
    editor.force_login(editor.person)
    subject = make.SubjectFactory(name="Before")
    page = form_of(editor.get(address(subject)), Subject)
    editor.logout()
    asked = editor.post(address(subject), page | {"name": "Typed for an hour", "note": ""})
    assert asked.status_code == 403
    assert "What you typed is kept" in asked.content.decode()
    kept = form_of(asked, "signed-out")
    assert kept["name"] == ["Typed for an hour"]
    subject.refresh_from_db()
    assert subject.name == "Before"
    wrong = editor.post(address(subject), kept | {"sign-in-username": "editor@example.com", "sign-in-password": "no"})
    assert "Please enter the correct" in wrong.content.decode()
    assert "Typed for an hour" in wrong.content.decode()
    who = {"sign-in-username": "editor@example.com", "sign-in-password": "a-long-password-1"}
    assert editor.post(address(subject), kept | who).status_code == 302
    subject.refresh_from_db()
    assert subject.name == "Typed for an hour"


def test_signing_in_on_the_spot_gives_nobody_more_rights(client, editor):
    subject = make.SubjectFactory(name="Before")
    page = form_of(editor.get(address(subject)), Subject) | {"name": "Hacked"}
    nobody = make.UserFactory(is_staff=False, email="nobody@example.com")
    nobody.set_password("a-long-password-1")
    nobody.save()
    client.logout()
    for who in ("nobody@example.com", "editor@example.com"):
        answer = client.post(
            address(subject), page | {"sign-in-username": who, "sign-in-password": "a-long-password-1"}
        )
        assert answer.status_code == 403
    subject.refresh_from_db()
    assert subject.name == "Before"
    assert client.post(address(subject), {"name": "Hacked"}).status_code == 302  # to the door, as everybody
