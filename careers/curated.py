"""What people decided and keep in TOML files beside the app: occupations, hidden pairs, certifications.

Loading creates what is missing and changes nothing that is there. What an editor took
away stays away: the history tables know that it once was.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps

from careers.models import Certification, EligibilityGroup, EligibilityRoute

FOLDER = Path(__file__).parent / "starter"
ARTICLES = FOLDER / "articles"
EDITION = "2020"  # of the CIP codes in these files


@cache
def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def occupations() -> dict[str, dict[str, str]]:
    """SOC code to plain_title, slug and definition."""
    return {entry["soc"]: entry for entry in _read(FOLDER / "occupations.toml")["occupations"]}


def published_groups() -> dict[str, str]:
    """SOC code to the irregular code its figures are published under."""
    groups = _read(FOLDER / "occupations.toml")["groups"]
    return {code: group["soc"] for group in groups for code in group["covers"]}


def hidden_pairs() -> list[tuple[str, str, str]]:
    """CIP code (or * for every field), SOC code, reason."""
    return [(pair["cip"], pair["soc"], pair["reason"]) for pair in _read(FOLDER / "crosswalk_hidden.toml")["hidden"]]


def load_certifications() -> int:
    """Create the certifications that were never there. Returns how many."""
    was = apps.get_model("careers", "CertificationEvent").objects
    new = 0
    for entry in _read(FOLDER / "certifications.toml")["certifications"]:
        known = Certification.objects.filter(slug=entry["key"]) | Certification.objects.filter(name=entry["name"])
        if known.exists() or was.filter(slug=entry["key"]).exists():
            continue
        certification = Certification.objects.create(
            slug=entry["key"],
            **{name: entry[name] for name in ("name", "acronym", "body", "url", "status", "renewal", "summary")},
            checked_on=entry.get("checked_on"),
        )
        for position, group in enumerate(entry.get("groups", [])):
            condition = EligibilityGroup.objects.create(
                certification=certification, label=group["label"], position=position
            )
            EligibilityRoute.objects.bulk_create(
                EligibilityRoute(group=condition, text=text, position=place)
                for place, text in enumerate(group["any_of"])
            )
        new += 1
    return new
