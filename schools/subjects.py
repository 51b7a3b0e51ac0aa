"""The subjects the repository ships (schools/starter/subjects.toml), for a database that does not have them yet."""

import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps

from schools.models import FieldOfStudy, Subject, SubjectField, SubjectSynonym

SUBJECTS = Path(__file__).parent / "starter" / "subjects.toml"


def wanted_subjects() -> list[dict[str, Any]]:
    with SUBJECTS.open("rb") as file:
        return tomllib.load(file)["subjects"]


def load_subjects() -> int:
    """Create the subjects and their fields, as far as the fields are known. Returns how many rows are new.

    What is there stays as it is, and what an editor took away stays away: the history knows that it once was.
    """
    subject_was = apps.get_model("schools", "SubjectEvent").objects
    field_was = apps.get_model("schools", "SubjectFieldEvent").objects
    known = dict(FieldOfStudy.objects.filter(edition="2020").values_list("cip", "pk"))
    new = 0
    for entry in wanted_subjects():
        subject = Subject.objects.filter(slug=entry["slug"]).first()
        if subject is None:
            if subject_was.filter(slug=entry["slug"]).exists() or Subject.objects.filter(name=entry["name"]).exists():
                continue
            subject = Subject.objects.create(
                slug=entry["slug"],
                name=entry["name"],
                description=entry["description"],
                core=entry["core"],
                position=entry["position"],
            )
            words = {word.lower(): word for word in entry["synonyms"]}
            SubjectSynonym.objects.bulk_create(SubjectSynonym(subject=subject, text=word) for word in words.values())
            new += 1
        had = set(field_was.filter(subject_id=subject.pk).values_list("field_of_study_id", flat=True))
        fields = [known[cip] for cip in entry["fields"] if cip in known and known[cip] not in had]
        rows = SubjectField.objects.bulk_create(
            [SubjectField(subject=subject, field_of_study_id=field) for field in fields], ignore_conflicts=True
        )
        new += len(rows)
    return new
