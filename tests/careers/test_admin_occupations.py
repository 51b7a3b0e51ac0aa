"""Occupations and certifications: our words and choices, never the figures."""

import pytest
from django.urls import reverse

from careers.models import Certification, EligibilityGroup, EligibilityRoute, Occupation, OccupationField, Wage
from tests.desk import address, form_of, said, save
from tests.factories import (
    CertificationFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db


def test_the_words_of_an_occupation_are_ours_and_its_code_is_not(editor):
    occupation = OccupationFactory(soc="29-1141", title="Registered Nurses")
    response = save(
        editor, occupation, plain_title="Registered nurse", definition="They nurse.", soc="11-1111", title="X"
    )
    assert "was changed successfully" in said(response)
    occupation.refresh_from_db()
    assert (occupation.soc, occupation.title, occupation.plain_title) == (
        "29-1141", "Registered Nurses", "Registered nurse",
    )  # fmt: skip


def test_a_pair_that_misleads_is_switched_off_with_a_reason(editor):
    pair = OccupationFieldFactory()
    save(editor, pair.occupation, **{"pairs-0-shown": None, "pairs-0-reason": "Leads elsewhere."})
    pair.refresh_from_db()
    assert (pair.shown, pair.reason) == (False, "Leads elsewhere.")
    assert not OccupationField.objects.shown().exists()


def test_a_pair_an_editor_adds_is_shown_without_the_crosswalk(editor):
    occupation, field = OccupationFactory(), FieldOfStudyFactory()
    new = {"pairs-2-TOTAL_FORMS": "1", "pairs-2-0-field_of_study": field.pk, "pairs-2-0-id": ""}
    save(editor, occupation, **new, **{"pairs-2-0-occupation": occupation.pk})
    assert OccupationField.objects.shown().get().added_by_editor
    response = save(editor, occupation, **new, **{"pairs-2-0-occupation": occupation.pk})
    assert "stands in the list already" in response.content.decode()
    assert OccupationField.objects.count() == 1


def test_an_occupation_is_hidden_and_shown(editor):
    occupation, neighbour = OccupationFactory(), OccupationFactory(soc="29-1141")
    listed = reverse("admin:careers_occupation_changelist")
    editor.post(listed, {"action": "hide", "_selected_action": [occupation.pk], "confirmed": "yes"})
    assert list(Occupation.objects.published()) == [neighbour]


def test_an_occupation_cannot_stand_for_itself(editor):
    occupation = OccupationFactory()
    response = save(editor, occupation, published_as=occupation.pk)
    assert "Choose another occupation" in response.content.decode()


def test_wages_are_looked_at_and_found_by_code_and_state(editor):
    wage = WageFactory(occupation=OccupationFactory(soc="29-1141"))
    WageFactory(occupation=OccupationFactory(soc="21-1022"))
    listed = reverse("admin:careers_wage_changelist")
    assert list(editor.get(listed, {"q": "29-11 us"}).context["cl"].result_list) == [wage]
    assert not editor.get(listed, {"q": "nurses"}).context["cl"].result_list
    assert editor.post(address(wage), {"median": "1"}).status_code == 403
    assert Wage.objects.get(pk=wage.pk).median == 50_000


def group(certification, n, **values):
    filled = {"id": "", "certification": certification.pk, "position": "", "label": "Work", "routes": "", **values}
    return {f"groups-{n}-{name}": value for name, value in filled.items()}


def test_the_conditions_of_a_certification_are_typed_one_route_a_line(editor):
    certification = CertificationFactory()
    response = save(
        editor,
        certification,
        **{"groups-TOTAL_FORMS": "2"},
        **group(certification, 0, label="License", routes="RN\n\n  LCSW  \n"),
        **group(certification, 1, label="Work", routes="12 months"),
    )
    assert "was changed successfully" in said(response)
    license_, work = certification.groups.all()
    assert [route.text for route in license_.routes.all()] == ["RN", "LCSW"]
    kept = license_.routes.first().pk
    save(editor, certification, **{"groups-0-routes": "RN\nLCSW\nLMSW", "groups-1-DELETE": "on"})
    assert [route.text for route in license_.routes.all()] == ["RN", "LCSW", "LMSW"]
    assert license_.routes.first().pk == kept
    assert not EligibilityGroup.objects.filter(pk=work.pk).exists()
    save(editor, certification, **{"groups-0-routes": "LMSW"})
    assert [route.text for route in EligibilityRoute.objects.all()] == ["LMSW"]


def test_a_route_too_long_names_its_line(editor):
    certification = CertificationFactory()
    response = save(
        editor, certification, **{"groups-TOTAL_FORMS": "1"}, **group(certification, 0, routes="short\n" + "a" * 301)
    )
    assert "Line 2 has 301 characters" in response.content.decode()


def test_an_active_certification_was_read_on_some_day(editor):
    certification = CertificationFactory()
    response = save(editor, certification, checked_on="")
    assert "Enter the day you read" in str(response.context["adminform"].form.errors["checked_on"])


def test_a_name_twice_is_refused_in_words(editor):
    taken = CertificationFactory()
    empty = form_of(editor.get(reverse("admin:careers_certification_add")), Certification)
    response = editor.post(
        reverse("admin:careers_certification_add"),
        {**empty, "name": taken.name, "slug": taken.slug, "body": "B", "url": "https://a.example.org/"},
    )
    assert "already exists" in response.content.decode()
