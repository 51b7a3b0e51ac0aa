"""Result cards: one program as a list shows it. Written in one go, because a page prints twenty of them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import formats
from portal.drawing import crest_svg
from portal.memory import remembered
from portal.models import Release
from portal.templatetags.portal import confirmation
from schools.levels import AwardLevel, Control, Delivery
from schools.models import FieldOfStudy, ProgramListing, Subject
from schools.page_parts import current_releases

LEVELS, CONTROLS = dict(AwardLevel.choices), dict(Control.choices)
CARD = (
    '<li class="card" data-id="{}"><div class="in"><div class="head wide">{}<div><h3><a href="{}">{}</a></h3>'
    '<p class="school">{} · {}{}</p>{}</div></div><dl class="facts wide">{}</dl>{}</div></li>'
)
FACT = "<div><dt>{}</dt><dd>{}</dd></div>"


class Facts:
    """What all cards of one version share: releases and the names of fields."""

    def __init__(self) -> None:
        releases: Mapping[str, Release] = current_releases()
        self.awards, self.prices = releases.get("ipeds-completions"), releases.get("ipeds-prices")
        self.outcomes = releases.get("scorecard-institutions")
        self.fields = {field.pk: field.name for field in FieldOfStudy.objects.filter(subjects__isnull=False)}
        self.core_subjects = list(Subject.objects.filter(core=True))
        self.graduates = f"Graduates {self.awards.period}" if self.awards else "Graduates"


def facts_of(version: int) -> Facts:
    return remembered("facts on cards", version, Facts)


# A few thousand figures make up all cards; each is the same wherever it stands.
figure = lru_cache(maxsize=8192)(formats.as_data)


@lru_cache(maxsize=64)
def taught(modes: tuple[str, ...]) -> SafeString | str:
    if not modes:
        return formats.as_data(None, reason="not_in_federal_data")
    words = ", ".join(str(Delivery(mode).label) for mode in modes)
    return words[0] + words[1:].replace(", On", ", on").replace(", Hybrid", ", hybrid")


def tuition(row: ProgramListing, facts: Facts) -> SafeString:
    """Dollars a year, in state, out of state beside it, and whose price it is; else why there is none."""
    ours = row.tuition_from == ProgramListing.TuitionFrom.SCHOOL
    release = str(facts.prices) if ours and facts.prices else None
    if row.tuition is None:
        return figure(None, reason=row.tuition_reason)
    whose, out = "school’s price" if ours else "program’s own", row.tuition_out_of_state
    if out is None or out == row.tuition:
        return format_html('{}<span class="hint">{}</span>', figure(row.tuition, release=release), whose)
    return format_html(
        '{}<span class="hint">in state, {} out of state; {}</span>',
        figure(row.tuition, release=release),
        figure(out, release=release),
        whose,
    )


def distance(row: ProgramListing) -> str:
    """How far it is from the place asked for; "" where no place was."""
    if not hasattr(row, "miles"):
        return ""
    words = " · distance not known" if row.miles is None else f" · {formats.whole(row.miles)} miles away"
    return words + (" · online" if Delivery.ONLINE in row.delivery else "")


def card(row: ProgramListing, facts: Facts, sort: str, why: str = "") -> SafeString:
    awards = str(facts.awards) if facts.awards else None
    pairs: list[tuple[Any, Any]] = []
    if row.named_by_school:  # else the title is made of field and level
        pairs += [("Level", LEVELS[row.level]), ("Field", facts.fields.get(row.field_of_study_id, ""))]
    pairs += [
        (facts.graduates, figure(row.graduates, "number", awards, row.graduates_reason)),
        ("Tuition a year", tuition(row, facts)),
        ("Type of school", CONTROLS[row.control]),
        ("How it is taught", taught(tuple(row.delivery))),
    ]
    return format_html(
        CARD,
        row.pk,
        crest_svg(row.school_slug, row.school_name),
        row.get_absolute_url(),
        row.title,
        row.school_name,
        row.place,
        distance(row),
        format_html('<p class="hint">{}</p>', why) if why else "",
        SafeString("".join(format_html(FACT, *pair) for pair in pairs)),
        confirmation(row.confirmed_on, facts.awards),
    )


def cards(rows: Sequence[ProgramListing], facts: Facts, sort: str = "", reasons: Mapping[int, str] | None = None):
    return SafeString("".join(card(row, facts, sort, (reasons or {}).get(row.pk, "")) for row in rows))
