"""What people decided and keep in TOML files beside the app: occupations, hidden pairs, records of the trade.

Loading creates what is missing and changes nothing that is there. What an editor took
away stays away: the history tables know that it once was.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from careers.models import Certification, EligibilityRoute, EmploymentSetting, GlossaryTerm, License, Topic

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


def load_records() -> int:
    """Create topics, settings, terms, licenses and certifications that were never there. Returns how many."""
    new = sum(_load(Topic, entry, ["name"], position=place) for place, entry in enumerate(_entries("topics")))
    settings = enumerate(_entries("settings", "employment_settings"))
    new += sum(_load(EmploymentSetting, entry, ["name", "description"], position=place) for place, entry in settings)
    new += sum(
        _load(GlossaryTerm, entry, ["term", "spellings", "definition", "source", "url"])
        for entry in _entries("terms", "glossary")
    )
    new += sum(_load_credential(License, entry) for entry in _entries("licenses"))
    return new + sum(_load_credential(Certification, entry) for entry in _entries("certifications"))


def _entries(name: str, file: str = "") -> list[dict[str, Any]]:
    return _read(FOLDER / f"{file or name}.toml")[name]


def _load(model: type[models.Model], entry: dict[str, Any], fields: list[str], **more: Any) -> bool:
    """Whether the row is new. What was there once and was removed by an editor stays away."""
    slug, name = entry.get("slug") or entry["key"], fields[0]
    was = apps.get_model("careers", f"{model.__name__}Event")._default_manager
    known = model._default_manager.filter(Q(slug=slug) | Q(**{f"{name}__iexact": entry[name]}))
    if known.exists() or was.filter(slug=slug).exists():
        return False
    model._default_manager.create(slug=slug, **{field: entry[field] for field in fields}, **more)
    return True


def _load_credential(model: type[Certification | License], entry: dict[str, Any]) -> bool:
    fields = ["name", "acronym", "body", "url", "status", "renewal", "summary"]
    if not _load(model, entry, fields, checked_on=entry.get("checked_on")):
        return False
    credential = model.objects.get(slug=entry["key"])
    for position, group in enumerate(entry.get("groups", [])):
        condition = credential.groups.create(label=group["label"], position=position)
        EligibilityRoute.objects.bulk_create(
            EligibilityRoute(group=condition, text=text, position=place) for place, text in enumerate(group["any_of"])
        )
    return True
