"""The bodies the repository ships."""

import pytest

from schools.accreditors import load_accreditors, wanted_accreditors
from schools.models import Accreditation, Accreditor

pytestmark = pytest.mark.django_db


def test_shipped_bodies_come_once_and_vouch_for_nobody():
    assert load_accreditors() == len(wanted_accreditors()) == Accreditor.objects.count()
    assert load_accreditors() == 0
    assert not Accreditation.objects.exists()
    for accreditor in Accreditor.objects.all():
        accreditor.full_clean()


def test_what_an_editor_changed_or_removed_stays_so():
    load_accreditors()
    Accreditor.objects.filter(slug="cahme").update(slug="renamed", covers="Our words")
    Accreditor.objects.filter(slug="hlc").delete()
    assert load_accreditors() == 0
    assert Accreditor.objects.get(slug="renamed").covers == "Our words"
    assert not Accreditor.objects.filter(slug__in=["hlc", "cahme"]).exists()


def test_no_body_is_said_to_be_recognized_without_the_page_that_says_so():
    assert all(entry.get("seen") for entry in wanted_accreditors() if entry.get("recognized_by"))
    kinds = {entry["slug"]: entry["kind"] for entry in wanted_accreditors()}
    assert (kinds["aupha"], kinds["cahme"], kinds["hlc"]) == ("certifying", "programmatic", "institutional")
