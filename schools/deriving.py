"""What is made anew when a release of these sources is promoted or rolled back."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

from django.utils.text import slugify

from portal.releases import derives
from schools.models import FieldOfStudy, FieldRecord
from schools.relisting import holding_relisting, relist_all

PLAIN_TITLES = Path(__file__).parent / "starter" / "plain_titles.toml"
EDITION = "2020"
SHORT = 60  # characters of a slug made from an official title


class PlainTitle(TypedDict):
    cip: str
    plain_title: str
    slug: str
    search_words: NotRequired[list[str]]


@cache
def plain_titles() -> dict[str, PlainTitle]:
    """Our words for the fields in our subjects, by CIP code."""
    with PLAIN_TITLES.open("rb") as file:
        return {entry["cip"]: entry for entry in tomllib.load(file)["fields"]}


@derives("cip-codes", step=10)
def follow_code_list() -> None:
    """Fields of study as the current CIP list has them: new codes are added, official words follow it.

    A slug and a plain title are given once, when the field is made; from then on
    they belong to the editors. A code the list drops keeps its field.
    """
    records = {
        record.cip: record
        for record in FieldRecord.objects.current().filter(is_current_code=True, cip__regex=r"^\d\d\.\d{4}$")
    }
    changed = []
    fields = list(FieldOfStudy.objects.filter(edition=EDITION))
    for field in fields:
        record = records.pop(field.cip, None)
        if record and (record.title, record.definition) != (field.title, field.definition):
            field.title, field.definition = record.title, record.definition
            changed.append(field)
    taken = {field.slug for field in fields}
    new = []
    for cip, record in sorted(records.items()):
        ours = plain_titles().get(cip)
        new.append(
            FieldOfStudy(
                cip=cip,
                edition=EDITION,
                title=record.title,
                definition=record.definition,
                plain_title=ours["plain_title"] if ours else "",
                search_words="\n".join(ours.get("search_words", [])) if ours else "",
                slug=_slug(cip, ours["slug"] if ours else field_slug(record.title), taken),
            )
        )
    with holding_relisting():
        FieldOfStudy.objects.bulk_update(changed, ["title", "definition"], batch_size=500)
        FieldOfStudy.objects.bulk_create(new, batch_size=500)


def field_slug(title: str) -> str:
    """The official title as an address, cut between words."""
    slug = slugify(title.replace("/", " "))
    return slug if len(slug) <= SHORT else slug[: SHORT + 1].rpartition("-")[0]


def _slug(cip: str, wish: str, taken: set[str]) -> str:
    slug = wish if wish and wish not in taken else f"{wish}-{cip.replace('.', '-')}".lstrip("-")
    taken.add(slug)
    return slug


derives(
    "cip-codes",
    "ipeds-institutions",
    "ipeds-completions",
    "ipeds-distance",
    "ipeds-prices",
    "scorecard-institutions",
    "census-zcta",
)(relist_all)
