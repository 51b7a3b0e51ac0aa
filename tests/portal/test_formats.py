"""Numbers in words: whole dollars, a true minus sign, and never a zero for what nobody knows."""

import datetime
from decimal import Decimal

import pytest

from portal import formats
from portal.reasons import Reason


@pytest.mark.parametrize(
    ("write", "value", "words"),
    [
        (formats.dollars, 38400, "$38,400"),
        (formats.dollars, 0, "$0"),
        (formats.dollars, -818, "−$818"),
        (formats.dollars, Decimal("1092.50"), "$1,093"),
        (formats.dollars, None, "Not reported"),
        (formats.dollars, float("nan"), "Not reported"),
        (formats.dollars, "none", "Not reported"),
        (formats.short_dollars, 123860, "$124k"),
        (formats.short_dollars, 950, "$950"),
        (formats.whole, 3379720, "3,379,720"),
        (formats.whole, -12, "−12"),
        (formats.percent, 23.2, "23.2%"),
        (formats.percent, Decimal("5.00"), "5%"),
        (formats.percent, -0.4, "−0.4%"),
        (formats.percent, None, "Not reported"),
        (formats.share, 0.62, "62%"),
        (formats.share, 0, "0%"),
    ],
)
def test_a_number_is_written_one_way(write, value, words):
    assert write(value) == words


def test_counting_knows_one_many_and_none():
    assert formats.counted(1, "program") == "1 program"
    assert formats.counted(1951, "school") == "1,951 schools"
    assert formats.counted(0, "city", "cities") == "No cities"


def test_a_day_has_no_leading_zero():
    assert formats.day(datetime.date(2026, 9, 3)) == "3 Sep 2026"


def test_a_figure_carries_its_value_and_its_release():
    html = formats.as_data(97550, release="OEWS national May 2025", suffix=" a year")
    assert html == '<data value="97550" data-release="OEWS national May 2025">$97,550 a year</data>'


def test_a_missing_figure_is_its_reason_and_never_zero():
    html = formats.as_data(None, release="IPEDS", reason=Reason.NOT_PUBLISHED, suffix=" a year")
    assert html == '<span class="unknown">The school does not publish it</span>'
    assert "Not in federal data" in formats.as_data(None, reason="not_in_federal_data")
    assert formats.as_data(0) == '<data value="0">$0</data>'


def test_a_top_coded_figure_says_that_it_is_a_floor():
    assert "$239,200 or more" in formats.as_data(239200, at_least=True)


def test_hostile_words_in_a_figure_are_inert():
    html = formats.as_data(1, release='"><script>', reason="<b>")
    assert "<script>" not in html
    assert "<b>" not in formats.as_data(None, reason="<b>")
