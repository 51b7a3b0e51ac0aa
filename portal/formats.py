"""How numbers and dates are written on the site, everywhere the same.

Money is whole US dollars. None is never printed as zero: a caller that has a reason
prints the reason, every other caller gets "Not reported".
"""

import datetime
import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.reasons import Reason

UNKNOWN = str(Reason.NOT_REPORTED.label)
MINUS = "\u2212"


def _decimal(value: Any) -> Decimal | None:
    """The value as an exact number; None when it is not a finite number."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _signed(number: Decimal, unsigned: str) -> str:
    return MINUS + unsigned if number < 0 else unsigned


def whole(value: Any, unknown: str = UNKNOWN) -> str:
    """12345 as "12,345"."""
    number = _decimal(value)
    if number is None:
        return unknown
    rounded = number.quantize(Decimal(1), ROUND_HALF_UP)
    return _signed(rounded, f"{abs(rounded):,}")


def dollars(value: Any, unknown: str = UNKNOWN) -> str:
    """38400 as "$38,400"; -818 with a true minus sign before the dollar sign."""
    number = _decimal(value)
    if number is None:
        return unknown
    rounded = number.quantize(Decimal(1), ROUND_HALF_UP)
    return _signed(rounded, f"${abs(rounded):,}")


def short_dollars(value: Any, unknown: str = UNKNOWN) -> str:
    """123860 as "$124k": for labels inside drawings only."""
    number = _decimal(value)
    if number is None:
        return unknown
    if abs(number) < 1000:
        return dollars(number)
    thousands = (number / 1000).quantize(Decimal(1), ROUND_HALF_UP)
    return _signed(thousands, f"${abs(thousands):,}k")


def percent(value: Any, unknown: str = UNKNOWN) -> str:
    """23.2 as "23.2%", 5 as "5%": the value counts hundredths already."""
    number = _decimal(value)
    if number is None:
        return unknown
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = f"{abs(rounded):,}".removesuffix(".0")
    return _signed(rounded, f"{text}%")


def share(value: Any, unknown: str = UNKNOWN) -> str:
    """0.62 as "62%": the value is a part of one."""
    number = _decimal(value)
    return unknown if number is None else percent(number * 100)


def counted(value: Any, singular: str, plural: str = "") -> str:
    """1 as "1 program", 1200 as "1,200 programs", 0 as "No programs"."""
    plural = plural or f"{singular}s"
    number = _decimal(value)
    if number is None:
        return plural
    if number == 0:
        return f"No {plural}"
    return f"{whole(number)} {singular if number == 1 else plural}"


def day(value: datetime.date | None, unknown: str = "") -> str:
    """A date as "3 Sep 2026"."""
    return unknown if value is None else f"{value.day} {value:%b} {value.year}"


UNITS = {"money": dollars, "number": whole, "percent": percent, "share": share}


def reason_in_words(reason: Any) -> str:
    """The sentence for a reason: a Reason, its code, or words already written."""
    if not reason:
        return UNKNOWN
    try:
        return str(Reason(reason).label)
    except ValueError:
        return str(reason)


def as_data(
    value: Any, unit: str = "money", release: Any = None, reason: Any = "", at_least: bool = False, suffix: str = ""
) -> SafeString:
    """One public figure as ``<data value data-release>``, or the reason it is missing.

    ``unit`` is one of UNITS. ``release`` is printed as its own words, such as
    "OEWS May 2025". ``at_least`` marks a top-coded value: a floor, not a measure.
    ``suffix`` follows the figure (" a year") and is left out beside a reason.
    Raises KeyError for a unit that does not exist.
    """
    write = UNITS[unit]
    number = _decimal(value)
    if number is None:
        return format_html('<span class="unknown">{}</span>', reason_in_words(reason))
    words = write(number) + (" or more" if at_least else "") + suffix
    mark = format_html(' data-release="{}"', release) if release else ""
    return format_html('<data value="{}"{}>{}</data>', format(number, "f"), mark, words)
