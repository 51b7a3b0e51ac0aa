"""What occupations pay and where they are going, read for a page: the same few queries for one occupation or fifty.

Wages are the current release of BLS OEWS (wage and salary jobs, no self-employed),
the outlook is the current BLS Employment Projections (all jobs). Where BLS
publishes only a wider group, the group's figures stand in, and ``group`` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q
from django.utils.html import SafeString

from careers.models import Occupation, Projection, Wage
from portal.formats import as_data
from portal.models import Area, Fact, Release, State
from portal.reasons import Reason

NATION = "US"
EVERYONE = "00-0000"  # "Total, all occupations": what every growth is compared with
UNITS = {"percent": "percent", "employment": "number", "openings": "number", "change": "number"}


class Figure(NamedTuple):
    """One figure with everything a page must say of it."""

    value: int | Decimal | None
    unit: str = "money"
    release: Release | None = None
    reason: str = Reason.NOT_IN_FEDERAL_DATA
    at_least: bool = False

    @property
    def html(self) -> SafeString:
        """``<data value data-release>``, or the reason in words."""
        return as_data(self.value, self.unit, release=self.release, reason=self.reason, at_least=self.at_least)


def figure(fact: Wage | Projection | None, name: str) -> Figure:
    """A measure of a fact. No row at all is "not in federal data"."""
    unit = UNITS.get(name.removesuffix("_base").removesuffix("_target"), "money")
    if fact is None:
        return Figure(None, unit)
    return Figure(
        getattr(fact, name), unit, fact.release, fact.reasons.get(name, Reason.NOT_REPORTED), fact.is_top_coded(name)
    )


@dataclass(frozen=True)
class Pay:
    """National pay and outlook of one occupation. Each fact is None when no current release has it."""

    occupation: Occupation
    wage: Wage | None = None
    projection: Projection | None = None
    everyone: Projection | None = None  # all occupations together

    @property
    def median(self) -> Figure:
        return figure(self.wage, "median")

    @property
    def mean(self) -> Figure:
        return figure(self.wage, "mean")

    @property
    def jobs(self) -> Figure:
        """Wage and salary jobs."""
        return figure(self.wage, "employment")

    @property
    def growth(self) -> Figure:
        """Percent over the whole span of the projection."""
        return figure(self.projection, "percent")

    @property
    def change(self) -> Figure:
        return figure(self.projection, "change")

    @property
    def openings(self) -> Figure:
        """A year, on average: new jobs and people who leave."""
        return figure(self.projection, "openings")

    @property
    def jobs_then(self) -> Figure:
        return figure(self.projection, "employment_base")

    @property
    def jobs_later(self) -> Figure:
        return figure(self.projection, "employment_target")

    @property
    def everyones_growth(self) -> Figure:
        return figure(self.everyone, "percent")

    @property
    def percentiles(self) -> list[tuple[str, str, Figure]]:
        """Label, what it means, figure; from the lowest to the highest. The mean is not one of them."""
        return [(label, meaning, figure(self.wage, name)) for name, label, meaning in PERCENTILES]

    @property
    def span(self) -> str:
        """The years a growth speaks of: "2024–34"."""
        return years(self.projection or self.everyone)

    @property
    def wage_group(self) -> Occupation | None:
        """The wider group whose wages stand in; None when they are the occupation's own."""
        return self.wage.occupation if self.wage and self.wage.occupation_id != self.occupation.pk else None

    @property
    def outlook_group(self) -> Occupation | None:
        same = self.projection is None or self.projection.occupation_id == self.occupation.pk
        return None if same else self.projection.occupation

    @property
    def group(self) -> Occupation | None:
        return self.wage_group or self.outlook_group

    @property
    def releases(self) -> list[Release]:
        return [fact.release for fact in (self.wage, self.projection) if fact]


PERCENTILES = (
    ("p10", "10th percentile", "one in ten earns less"),
    ("p25", "25th percentile", "a quarter earns less"),
    ("median", "Median", "half earn less, half earn more"),
    ("p75", "75th percentile", "a quarter earns more"),
    ("p90", "90th percentile", "one in ten earns more"),
)


def years(projection: Projection | None) -> str:
    """ "2024–34"; empty without a projection."""
    return f"{projection.base_year}–{projection.target_year % 100:02}" if projection else ""


def _by_occupation(facts: Iterable[Fact]) -> dict[int, Fact]:
    return {fact.occupation_id: fact for fact in facts}


def read_pay(occupations: Iterable[Occupation]) -> dict[int, Pay]:
    """National pay of these occupations by their id, in two queries however many they are."""
    occupations = list(occupations)
    if not occupations:
        return {}
    ids = {occupation.pk for occupation in occupations} | {
        occupation.published_as_id for occupation in occupations if occupation.published_as_id
    }
    wages = Wage.objects.current().filter(area=NATION, occupation__in=ids)
    wages = _by_occupation(wages.select_related("release__source", "occupation"))
    outlook = Projection.objects.current().filter(Q(occupation__in=ids) | Q(occupation__soc=EVERYONE))
    outlook = _by_occupation(outlook.select_related("release__source", "occupation"))
    everyone = next((fact for fact in outlook.values() if fact.occupation.soc == EVERYONE), None)
    return {
        occupation.pk: Pay(
            occupation,
            wages.get(occupation.pk) or wages.get(occupation.published_as_id),
            outlook.get(occupation.pk) or outlook.get(occupation.published_as_id),
            everyone,
        )
        for occupation in occupations
    }


def pay_by_code(codes: Iterable[str]) -> dict[str, Pay]:
    """The same for occupations by their SOC codes; a code that nobody knows is not in it."""
    occupations = Occupation.objects.filter(soc__in=set(codes)).select_related("published_as")
    return {pay.occupation.soc: pay for pay in read_pay(occupations).values()}


class StatePay(NamedTuple):
    """What the occupation pays in one state, as a row of a table."""

    area: Area
    wage: Wage | None

    @property
    def median(self) -> Figure:
        return figure(self.wage, "median")

    @property
    def low(self) -> Figure:
        return figure(self.wage, "p10")

    @property
    def high(self) -> Figure:
        return figure(self.wage, "p90")

    @property
    def jobs(self) -> Figure:
        return figure(self.wage, "employment")


# What a state table may be sorted by: address value, words, figure (None: by name).
STATE_ORDERS = {"state": ("State", None), "median": ("Median pay", "median"), "jobs": ("Jobs", "employment")}


def pay_by_state(pay: Pay, order: str = "state") -> list[StatePay]:
    """Every state and the District of Columbia, with or without a wage, and territories that have one; two queries.

    Where the national wage is a group's, so are these: one table speaks of one set of
    people. Unknown figures come last in every order. Empty when no state is known.
    """
    whose = pay.wage_group or pay.occupation
    wages = {
        wage.area_id: wage
        for wage in Wage.objects.current()
        .filter(occupation=whose, area__kind=Area.Kind.STATE)
        .select_related("release__source")
    }
    if not wages:
        return []
    areas = Area.objects.filter(
        ~Q(state__kind=State.Kind.TERRITORY) | Q(code__in=wages), kind=Area.Kind.STATE
    ).order_by(F("name"))
    rows = [StatePay(area, wages.get(area.code)) for area in areas]
    measure = STATE_ORDERS.get(order, STATE_ORDERS["state"])[1]
    if measure:
        known = {row.area.code: getattr(row.wage, measure) for row in rows if row.wage}
        rows.sort(key=lambda row: (known.get(row.area.code) is None, -(known.get(row.area.code) or 0)))
    return rows


def ladder(occupations: Iterable[Occupation], pay: dict[int, Pay]) -> list[dict]:
    """Rungs for the pay ladder of the start page: occupations with a known median, best paid first."""
    rungs = [
        {
            "title": occupation.name,
            "url": occupation.get_absolute_url(),
            **{name: getattr(pay[occupation.pk].wage, name) for name in Wage.PERCENTILES},
            "top_coded": [name for name in Wage.PERCENTILES if pay[occupation.pk].wage.is_top_coded(name)],
            "release": str(pay[occupation.pk].wage.release),
        }
        for occupation in occupations
        if pay[occupation.pk].median.value is not None
    ]
    return sorted(rungs, key=lambda rung: -rung["median"])
