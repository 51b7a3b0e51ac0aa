"""Run once before the server opens: everything ``bin/run`` prepares, an editor, and addresses worth a visit.

Prints the addresses as JSON.
"""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from careers.models import Article, Occupation  # noqa: E402
from portal import editors  # noqa: E402
from portal.models import User  # noqa: E402
from schools.models import Program, ProgramListing, School, SchoolListing  # noqa: E402
from tests.browser import EDITOR, PASSWORD  # noqa: E402


def prepare():
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_starter", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    person = User.objects.create_user(EDITOR, PASSWORD, is_staff=True, name="Editor One")
    person.groups.add(editors.group())


def addresses() -> dict[str, str]:
    """Pages in the states that differ most: full and sparse, open and gone."""
    schools = SchoolListing.objects.published()
    full = schools.order_by("-programs", "school").first()
    gone = schools.exclude(status="open").order_by("school")
    program = ProgramListing.objects.published().order_by("-graduates", "program").first()
    unpriced = ProgramListing.objects.published().filter(tuition=None).order_by("program").first()
    found = {
        "school": full,
        "closed school": gone.filter(status="closed").first(),
        "merged school": gone.filter(status="merged").first(),
        "program": program,
        "program without a price": unpriced,
        "occupation": Occupation.objects.published().get(soc="11-9111"),
    }
    found |= {f"article {article.slug}": article for article in Article.objects.published()}
    return {name: row.get_absolute_url() for name, row in found.items() if row}


def counts() -> dict[str, int]:
    return {
        "articles": Article.objects.published().count(),
        "schools": School.objects.published().count(),
        "programs": Program.objects.published().count(),
    }


if __name__ == "__main__":
    prepare()
    json.dump({"addresses": addresses(), "counts": counts()}, sys.stdout)
