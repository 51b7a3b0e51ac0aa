"""What a program costs, built from its parts. A part that is unknown makes the total unknown, and says why.

Tuition is the program's own where the school told us, else what the school publishes for its
level. Fees are the school's required ones. Money is whole US dollars; nothing is estimated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.utils.html import SafeString, format_html

from portal import formats
from portal.models import Release
from portal.reasons import Reason
from schools.levels import Control
from schools.models import Program, PublishedPrice

EVERYBODY = "All students"
IN_STATE, OUT_OF_STATE = "In state", "Out of state"
PRIVATE = (Control.NONPROFIT, Control.FOR_PROFIT)


def academic_years(months: int) -> Decimal:
    """How many years' prices it takes; schools charge by the half year, so a part of one counts whole."""
    return Decimal(-(-months // 6)) / 2


def whole_dollars(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def plain(number: Decimal | int) -> str:
    """48.0 as "48", 1.5 as "1.5"."""
    return f"{Decimal(number).normalize():f}"


@dataclass(frozen=True)
class Part:
    """A figure or the reason it is missing; ``release`` when a federal file says it."""

    value: int | None
    reason: str = Reason.NOT_ASKED
    release: Release | None = None

    @property
    def html(self) -> SafeString:
        return formats.as_data(self.value, release=self.release, reason=self.reason)


@dataclass(frozen=True)
class Sum:
    """What one kind of student pays: the parts, how they are put together, and the total for the whole program."""

    payer: str
    tuition: Part  # a year
    fees: Part  # a year
    per_credit: Part
    credits: Decimal | None = None
    own_per_credit: int | None = None  # the program's own
    stated_total: int | None = None  # tuition of the whole program, as the school states it
    months: int | None = None
    length_reason: str = Reason.NOT_ASKED

    @property
    def year(self) -> Part:
        """Tuition and fees of one year together."""
        for part in (self.tuition, self.fees):
            if part.value is None:
                return Part(None, part.reason)
        return Part((self.tuition.value or 0) + (self.fees.value or 0), release=self.fees.release)

    @property
    def years(self) -> Decimal | None:
        return academic_years(self.months) if self.months else None

    @property
    def whole_tuition(self) -> int | None:
        """Tuition of the whole program by the best way known: stated, own credits, years, the school's credits."""
        if self.stated_total is not None:
            return self.stated_total
        if self.credits and self.own_per_credit is not None:
            return whole_dollars(self.credits * self.own_per_credit)
        if self.years and self.tuition.value is not None:
            return whole_dollars(self.years * self.tuition.value)
        if self.credits and self.per_credit.value is not None:
            return whole_dollars(self.credits * self.per_credit.value)
        return None

    @property
    def whole_fees(self) -> int | None:
        if self.fees.value == 0:
            return 0
        return whole_dollars(self.years * self.fees.value) if self.years and self.fees.value is not None else None

    @property
    def total(self) -> int | None:
        if self.whole_tuition is None or self.whole_fees is None:
            return None
        return self.whole_tuition + self.whole_fees

    @property
    def by_year(self) -> bool:
        """Whether the total is a year's price times the years; else tuition and fees are counted apart."""
        by_credit = self.stated_total is not None or (self.credits and self.own_per_credit is not None)
        return not by_credit and bool(self.years) and self.tuition.value is not None

    @property
    def span(self) -> str:
        """ "2 years (24 months)", "1 year (10 months, a part of a half year counted whole)"."""
        if not self.years or not self.months:
            return ""
        note = "" if self.months % 6 == 0 else ", a part of a half year counted whole"
        return f"{plain(self.years)} {'year' if self.years == 1 else 'years'} ({self.months} months{note})"

    @property
    def formula(self) -> str:
        """The way to the total in words and numbers, as far as it goes."""
        money, year = formats.dollars, self.year.value
        if self.by_year and year is not None:
            parts = f"{money(self.tuition.value)} tuition + {money(self.fees.value)} fees = {money(year)} a year"
            return f"{parts}; × {self.span} = {money(self.total)} for the whole program."
        steps = [self._tuition_in_words()]
        if self.whole_tuition is not None and self.whole_fees is not None:
            fees = f"{money(self.fees.value)} fees a year × {self.span}" if self.fees.value else "no required fees"
            steps.append(f"+ {money(self.whole_fees)} ({fees})" if self.fees.value else f"+ {fees}")
            steps.append(f"= {money(self.total)} for the whole program")
        elif self.whole_tuition is None and year is not None:
            steps = [f"{money(self.tuition.value)} tuition + {money(self.fees.value)} fees = {money(year)} a year"]
        sentence = " ".join(step for step in steps if step)
        return f"{sentence}." if sentence else ""

    def _tuition_in_words(self) -> str:
        money, whole = formats.dollars, self.whole_tuition
        if whole is None:
            return ""
        if self.stated_total is not None:
            return f"{money(whole)} tuition for the whole program, as the school states it"
        if self.by_year:
            return f"{money(self.tuition.value)} tuition a year × {self.span} = {money(whole)} tuition"
        own = self.own_per_credit is not None
        price = self.own_per_credit if own else self.per_credit.value
        whose = "" if own else " (the school’s price per credit)"
        return f"{plain(self.credits or 0)} credits × {money(price)}{whose} = {money(whole)} tuition"

    @property
    def why_no_total(self) -> str:
        """Which part is missing, and why; empty when there is a total."""
        if self.total is not None:
            return ""
        if self.whole_tuition is None:
            if self.tuition.value is None and self.per_credit.value is None:
                return f"the tuition is not known ({formats.reason_in_words(self.tuition.reason).lower()})"
            return self._length_in_words()
        if self.fees.value is None:
            return f"the required fees are not known ({formats.reason_in_words(self.fees.reason).lower()})"
        return self._length_in_words()

    def _length_in_words(self) -> str:
        if self.length_reason == Reason.NOT_PUBLISHED:
            return "the school does not publish how long the program takes"
        return "nobody has told us yet how long the program takes"


class Cost:
    """The cost of one program. ``prices`` are its school's published ones at its level, maybe none."""

    def __init__(self, program: Program, prices: Iterable[PublishedPrice], release: Release | None, control: str):
        self.program, self.release, self.control = program, release, control
        order = PublishedPrice.Residency.values
        self.prices = {one.residency: one for one in sorted(prices, key=lambda one: order.index(one.residency))}

    def _reason(self, name: str) -> str:
        return Reason.NOT_PUBLISHED if name in self.program.not_published else Reason.NOT_ASKED

    def _published(self, price: PublishedPrice | None, name: str) -> Part:
        if price is None:
            return Part(None, Reason.NOT_IN_FEDERAL_DATA)
        return Part(getattr(price, name), price.reasons.get(name, Reason.NOT_REPORTED), self.release)

    def _sum(self, payer: str, price: PublishedPrice | None, tuition: Part | None = None) -> Sum:
        program = self.program
        own = program.tuition_per_credit
        return Sum(
            payer,
            tuition or self._published(price, "tuition"),
            self._published(price, "fees"),
            Part(own) if own is not None else self._published(price, "per_credit"),
            program.credits,
            own,
            program.tuition_total,
            program.length_months,
            self._reason("length_months"),
        )

    @property
    def is_own(self) -> bool:
        """Whether any price is the program's own, as its school told us."""
        return any(
            price is not None
            for price in (
                self.program.tuition_total,
                self.program.tuition_per_year,
                self.program.tuition_per_credit,
            )
        )

    @cached_property
    def sums(self) -> list[Sum]:
        """One for each kind of student who pays differently; empty when no price at all is known."""
        program, residency = self.program, PublishedPrice.Residency
        in_state, out_of_state = self.prices.get(residency.IN_STATE), self.prices.get(residency.OUT_OF_STATE)
        if program.tuition_per_year is not None:
            outside = program.tuition_per_year_out_of_state
            own = Part(program.tuition_per_year)
            if outside == program.tuition_per_year or (outside is None and self.control in PRIVATE):
                return [self._sum(EVERYBODY, in_state, own)]
            apart = Part(outside, self._reason("tuition_per_year_out_of_state"))
            return [self._sum(IN_STATE, in_state, own), self._sum(OUT_OF_STATE, out_of_state or in_state, apart)]
        prices = list(self.prices.values())
        if self.is_own:  # by the credit or as a whole, so the school's yearly price does not apply; its fees do
            same = prices[0] if len({price.fees for price in prices}) == 1 else None
            return [self._sum(EVERYBODY, same, Part(None, self._reason("tuition_per_year")))]
        if not prices:
            return []
        if len({self._terms(price) for price in prices}) == 1:
            payer = EVERYBODY if len(prices) > 1 else prices[0].get_residency_display()
            return [self._sum(payer, prices[0])]
        near = self.prices.get(residency.IN_DISTRICT)
        if near and in_state and self._terms(near) == self._terms(in_state):
            prices.remove(near)
        return [self._sum(price.get_residency_display(), price) for price in prices]

    @staticmethod
    def _terms(price: PublishedPrice) -> tuple:
        return price.tuition, price.fees, price.per_credit

    # As the page prints it ----------------------------------------------------------------------------

    @property
    def headings(self) -> list[Any]:
        return ["Part", *((one.payer, "num") for one in self.sums)]

    @property
    def rows(self) -> list[list[Any]]:
        """A line for each part, a column for each kind of student."""
        sums = self.sums
        rows = [
            ["Tuition a year", *(one.tuition.html for one in sums)],
            ["Required fees a year", *(one.fees.html for one in sums)],
            ["Together a year", *(one.year.html for one in sums)],
        ]
        if any(one.per_credit.value is not None for one in sums):
            rows.append(["Per credit", *(one.per_credit.html for one in sums)])
        if any(one.whole_tuition is not None and one.total is None for one in sums):
            rows.append(["Tuition, whole program", *(Part(one.whole_tuition).html for one in sums)])
        unknown = SafeString('<span class="unknown">Not known</span>')
        totals = (unknown if one.total is None else formats.as_data(one.total) for one in sums)
        return [*rows, ["Whole program, tuition and fees", *totals]]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Who pays, and the way to the total in words and numbers."""
        return [(one.payer, one.formula) for one in self.sums if one.formula]

    @property
    def why_no_total(self) -> str:
        return next((one.why_no_total for one in self.sums if one.why_no_total), "")

    @property
    def at_a_glance(self) -> SafeString:
        """The total, each kind of student's, and from which parts; or why there is none."""
        first = self.sums[0] if self.sums else None
        if first is None or first.total is None:
            why = first.why_no_total if first else "no price is known"
            return format_html('<span class="unknown">Not known</span><span class="hint">{}</span>', sentence(why))
        total = formats.as_data(first.total)
        others = [one for one in self.sums[1:] if one.total is not None and one.total != first.total]
        if others:
            last = others[-1]
            words = (total, first.payer.lower(), formats.as_data(last.total), last.payer.lower())
            total = format_html("{} {}, {} {}", *words)
        return format_html('{}<span class="hint">Tuition and fees, {}</span>', total, first.span or "all credits")


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
