from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from schools.models import FieldOfStudy, Subject
from schools.relisting import relisting_later
from schools.subjects import load_subjects, wanted_subjects


class Command(BaseCommand):
    """Add the subjects of schools/starter/subjects.toml that were never there. What people edited stays as it is."""

    help = __doc__

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = set(FieldOfStudy.objects.filter(edition="2020").values_list("cip", flat=True))
        unknown = sorted({cip for subject in wanted_subjects() for cip in subject["fields"]} - known)
        if unknown:
            raise CommandError(f"These codes are not in the CIP list that was imported: {', '.join(unknown)}.")
        with relisting_later():
            new = load_subjects()
        if options["verbosity"]:
            self.stdout.write(f"{Subject.objects.count()} subjects; {new} subjects and fields of subjects are new.")
