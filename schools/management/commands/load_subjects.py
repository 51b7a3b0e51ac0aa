import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from schools.models import FieldOfStudy, Subject, SubjectField, SubjectSynonym
from schools.relisting import relisting_later

SUBJECTS = Path(__file__).parents[2] / "starter" / "subjects.toml"


class Command(BaseCommand):
    """Add the subjects of schools/starter/subjects.toml that are missing. What people edited stays as it is."""

    help = __doc__

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        with SUBJECTS.open("rb") as file:
            wanted = tomllib.load(file)["subjects"]
        fields = dict(FieldOfStudy.objects.filter(edition="2020").values_list("cip", "id"))
        unknown = sorted({cip for subject in wanted for cip in subject["fields"]} - fields.keys())
        if unknown:
            raise CommandError(f"These codes are not in the CIP list that was imported: {', '.join(unknown)}.")
        there = set(Subject.objects.values_list("slug", flat=True))
        # A subject that is there belongs to the editors, with what they took out of it.
        missing = [subject for subject in wanted if subject["slug"] not in there]
        if missing:
            with relisting_later():
                for subject in missing:
                    _add(subject, fields)
        if options["verbosity"]:
            self.stdout.write(
                f"{len(wanted)} subjects: {len(missing)} added, {len(wanted) - len(missing)} there already."
            )


def _add(wanted: dict[str, Any], fields: dict[str, int]) -> None:
    subject = Subject.objects.create(
        slug=wanted["slug"],
        name=wanted["name"],
        description=wanted["description"],
        core=wanted["core"],
        position=wanted["position"],
    )
    SubjectField.objects.bulk_create(
        SubjectField(subject=subject, field_of_study_id=fields[cip]) for cip in wanted["fields"]
    )
    synonyms = {text.lower(): text for text in wanted["synonyms"]}
    SubjectSynonym.objects.bulk_create(SubjectSynonym(subject=subject, text=text) for text in synonyms.values())
