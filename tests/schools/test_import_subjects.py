import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from schools.deriving import plain_titles
from schools.management.commands import load_subjects
from schools.models import FieldOfStudy, Subject, SubjectField, SubjectSynonym

from .official import CODES, cip

STARTER = Path(load_subjects.__file__).parents[2] / "starter"


@pytest.fixture
def codes(desk):
    desk.codes([*CODES[:2], *(cip(code, f"Title {code}.") for code in plain_titles())])
    return desk


def test_every_field_in_a_subject_has_our_words_and_an_address_of_its_own():
    subjects = tomllib.loads((STARTER / "subjects.toml").read_text())["subjects"]
    wanted = [code for subject in subjects for code in subject["fields"]]
    assert sorted(wanted) == sorted(plain_titles())
    slugs = [entry["slug"] for entry in plain_titles().values()]
    assert len(slugs) == len(set(slugs))
    assert all(entry["plain_title"][0].isupper() for entry in plain_titles().values())


def test_subjects_are_loaded_once(codes):
    for _ in range(2):
        call_command("load_subjects", verbosity=0)
        assert Subject.objects.count() == 11
        assert SubjectField.objects.count() == len(plain_titles())
    assert Subject.objects.get(slug="health-administration").synonyms.filter(text="MHA").exists()


def test_what_people_edited_in_a_subject_stays(codes):
    call_command("load_subjects", verbosity=0)
    Subject.objects.filter(slug="social-work").update(name="Helping people", core=True)
    SubjectSynonym.objects.create(subject=Subject.objects.get(slug="social-work"), text="own word")
    call_command("load_subjects", verbosity=0)
    subject = Subject.objects.get(slug="social-work")
    assert (subject.name, subject.core) == ("Helping people", True)
    assert subject.synonyms.filter(text="own word").exists()


def test_a_list_without_our_codes_is_named(desk):
    desk.codes()
    with pytest.raises(CommandError, match=r"51\.2211"):
        call_command("load_subjects", verbosity=0)
    assert not Subject.objects.exists()
    assert FieldOfStudy.objects.exists()
