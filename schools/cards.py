"""Result cards: one program as a list shows it. Written in one go, because a page prints twenty of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import formats
from portal.drawing import crest_svg
from portal.facet_index import FacetIndex
from portal.memory import remembered
from portal.models import ContentVersion, Release
from portal.saving_parts import save_button
from portal.templatetags.portal import confirmation
from schools.levels import AwardLevel, Control, Delivery
from schools.models import FieldOfStudy, ProgramListing, Subject
from schools.page_parts import current_releases

WHY = '<p class="hint">{}</p>'
LEVELS, CONTROLS = dict(AwardLevel.choices), dict(Control.choices)


@dataclass(slots=True, frozen=True)
class Row:
    """What a card says of a program. The names are those of ``ProgramListing``, which cards take as well."""

    pk: int
    field_of_study_id: int
    level: str
    title: str
    named_by_school: bool
    slug: str
    school_slug: str
    school_name: str
    city: str
    state_id: str | None
    control: str
    delivery: list[str]
    tuition: int | None
    tuition_out_of_state: int | None
    tuition_from: str
    tuition_reason: str
    graduates: int | None
    graduates_reason: str
    school_earnings: int | None
    school_earnings_reason: str
    confirmed_on: date | None

    place = ProgramListing.place
    get_absolute_url = ProgramListing.get_absolute_url


class Shown:
    """A row, and its card as it was written last; threads may share it."""

    __slots__ = ("card", "pk", "row")

    def __init__(self, row: Any):
        self.row, self.pk = row, row.pk
        self.card: tuple[date, str, str] | None = None


COLUMNS = ", ".join(
    ProgramListing._meta.get_field(one.name).column if one.name != "pk" else ProgramListing._meta.pk.column
    for one in fields(Row)
)
SQL = f"SELECT {COLUMNS}, {ContentVersion.SQL} FROM {ProgramListing._meta.db_table} WHERE program_id = ANY(%s)"


def rows_by_id(index: FacetIndex, ids: Sequence[int]) -> tuple[dict[int, Shown], int]:
    """Rows of the listing with their cards, and the content version they are of.

    One query, written by hand because every page of the list waits for it: for the rows
    that no page showed lately, or for the version alone.
    """
    shown = {pk: row for pk in ids if (row := index.shown.get(pk))}
    missing = [pk for pk in ids if pk not in shown]
    if not missing:
        return shown, ContentVersion.now()
    with connection.cursor() as cursor:
        cursor.execute(SQL, [missing])
        rows = cursor.fetchall()
    if not rows:
        return shown, ContentVersion.now()
    fresh, now = {row[0]: Shown(Row(*row[:-1])) for row in rows}, rows[0][-1]
    if now == index.version:
        for pk, row in fresh.items():
            index.shown.keep(pk, row)
    return shown | fresh, now


class Facts:
    """What all cards of one version share: releases and the names of fields."""

    def __init__(self) -> None:
        releases: Mapping[str, Release] = current_releases()
        self.awards, self.prices = releases.get("ipeds-completions"), releases.get("ipeds-prices")
        self.outcomes = releases.get("scorecard-institutions")
        self.fields = {field.pk: field.name for field in FieldOfStudy.objects.filter(subjects__isnull=False)}
        self.core_subjects = list(Subject.objects.filter(core=True))
        self.awards_label = str(self.awards) if self.awards else None
        self.outcomes_label = str(self.outcomes) if self.outcomes else None
        self.prices_label = str(self.prices) if self.prices else None
        year = f' <span class="nw">{escape(self.awards.period)}</span>' if self.awards else ""
        self.graduates = f"Graduates{year}"


def facts_of(version: int) -> Facts:
    return remembered("facts on cards", version, Facts)


@lru_cache(maxsize=64)
def taught(modes: tuple[str, ...]) -> SafeString | str:
    if not modes:
        return formats.as_data(None, reason="not_in_federal_data")
    words = ", ".join(str(Delivery(mode).label) for mode in modes)
    return words[0] + words[1:].replace(", On", ", on").replace(", Hybrid", ", hybrid")


@lru_cache(maxsize=4096)
def _tuition(inside: int | None, outside: int | None, release: str | None, ours: bool, reason: str) -> SafeString:
    if inside is None:
        return formats.as_data(None, reason=reason)
    whose = "school’s price" if ours else "program’s own"
    if outside is None or outside == inside:
        return format_html('{}<span class="hint">{}</span>', formats.as_data(inside, release=release), whose)
    return format_html(
        '{}<span class="hint">in state, {} out of state; {}</span>',
        formats.as_data(inside, release=release),
        formats.as_data(outside, release=release),
        whose,
    )


def tuition(row: Any, facts: Facts) -> SafeString:
    """Dollars a year, in state, out of state beside it, and whose price it is; else why there is none."""
    ours = row.tuition_from == ProgramListing.TuitionFrom.SCHOOL
    release = facts.prices_label if ours else None
    return _tuition(row.tuition, row.tuition_out_of_state, release, ours, row.tuition_reason)


@lru_cache(maxsize=2048)
def _graduates(number: int | None, release: str | None, reason: str) -> SafeString:
    return formats.as_data(number, "number", release, reason)


def graduates(row: Any, facts: Facts) -> SafeString:
    return _graduates(row.graduates, facts.awards_label, row.graduates_reason)


@lru_cache(maxsize=2048)
def earnings(dollars: int | None, release: str | None, reason: str) -> SafeString:
    """Of all students of the school, whatever they studied, and said so."""
    hint = "median 10 years after entry, all fields together"
    return format_html('{}<span class="hint">{}</span>', formats.as_data(dollars, release=release, reason=reason), hint)


@lru_cache(maxsize=512)
def _confirmed(on: date | None, release: str | None, today: date) -> SafeString:
    return confirmation(on, release, today)


def confirmed(on: date | None, release: str | None) -> SafeString:
    """The line under a card; it changes with the day."""
    return _confirmed(on, release, timezone.now().date())


def _far(miles: float) -> str:
    return formats.counted(round(miles), "mile") if miles >= 0.5 else "less than a mile"


def distance(row: Any, miles: float | None) -> str:
    words = " · distance not known" if miles is None else f" · {_far(miles)} away"
    return words + (" · online" if Delivery.ONLINE in row.delivery else "")


def fact(label: str, value: str) -> str:
    return f"<div><dt>{label}</dt><dd>{value}</dd></div>"


def said(row: Any, facts: Facts, with_earnings: bool = False) -> str:
    """The facts of a card, as the inside of its list of facts."""
    own = ""
    if row.named_by_school:  # else the title is made of field and level
        field = escape(facts.fields.get(row.field_of_study_id, ""))
        own = fact("Level", escape(str(LEVELS[row.level]))) + fact("Field", field)
    if with_earnings:
        value = earnings(row.school_earnings, facts.outcomes_label, row.school_earnings_reason)
        own += fact("Earnings of the school’s students", value)
    return (
        f"{own}{fact(facts.graduates, graduates(row, facts))}"
        f"{fact('Tuition a year', tuition(row, facts))}{fact('Type of school', CONTROLS[row.control])}"
        f"{fact('How it is taught', taught(tuple(row.delivery)))}"
    )


def card(row: Any, facts: Facts, with_earnings: bool = False) -> tuple[str, str]:
    """A card before and after what depends on the visitor's question: how far it is, and why it is here.

    ``row`` is a Row or a ProgramListing. Texts are escaped here, one by one; figures come escaped.
    """
    title, school = escape(row.title), escape(row.school_name)
    before = (
        f'<li class="card" data-id="{int(row.pk)}"><div class="in"><div class="head wide">'
        f'{crest_svg(row.school_slug, row.school_name)}<div><h3><a href="{escape(row.get_absolute_url())}">{title}</a>'
        f'</h3><p class="school">{school} · {escape(row.place)}'
    )
    after = (
        f"</div></div>{save_button(row.pk, row.title, row.school_name)}"
        f'<dl class="facts wide">{said(row, facts, with_earnings)}</dl>'
        f"{confirmed(row.confirmed_on, facts.awards_label)}</div></li>"
    )
    return before, after


def _parts(row: Any, facts: Facts, with_earnings: bool) -> tuple[str, str]:
    if not isinstance(row, Shown):
        return card(row, facts, with_earnings)
    if with_earnings:
        return card(row.row, facts, with_earnings)
    today = timezone.now().date()  # the line of confirmation changes with the day
    if row.card is None or row.card[0] != today:
        row.card = (today, *card(row.row, facts))
    return row.card[1:]


def cards(
    rows: Sequence[Any],
    facts: Facts,
    miles: Mapping[int, float | None] | None = None,
    reasons: Mapping[int, str] | None = None,
    with_earnings: bool = False,
) -> SafeString:
    """``miles`` and ``reasons`` tell by key how far a row is and why a search found it.

    Earnings are shown where the list is sorted by them.
    """
    written = []
    for row in rows:
        before, after = _parts(row, facts, with_earnings)
        far = "" if miles is None else distance(getattr(row, "row", row), miles[row.pk])
        why = (reasons or {}).get(row.pk, "")
        written.append(f"{before}{far}</p>{format_html(WHY, why) if why else ''}{after}")
    return SafeString("".join(written))
