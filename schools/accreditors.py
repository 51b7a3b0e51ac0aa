"""The accrediting bodies the repository ships (schools/starter/accreditors.toml), for a database without them."""

import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Q

from schools.models import Accreditor

ACCREDITORS = Path(__file__).parent / "starter" / "accreditors.toml"
COLUMNS = ("slug", "acronym", "name", "kind", "covers", "recognized_by", "url")


def wanted_accreditors() -> list[dict[str, Any]]:
    with ACCREDITORS.open("rb") as file:
        return tomllib.load(file)["accreditors"]


def load_accreditors() -> int:
    """Create the bodies that were never there. Returns how many.

    What is there stays as it is, and what an editor took away stays away: the history knows that it once was.
    """
    was = apps.get_model("schools", "AccreditorEvent").objects
    new = 0
    for entry in wanted_accreditors():
        same = Q(slug=entry["slug"]) | Q(name=entry["name"])
        if not Accreditor.objects.filter(same).exists() and not was.filter(same).exists():
            Accreditor.objects.create(**{name: entry.get(name, "") for name in COLUMNS})
            new += 1
    return new
