"""One cell of an official file: what it means, or why it means nothing.

A parser returns the value, or a :class:`~portal.reasons.Reason` for a marker that
says why there is none. Anything else raises RowRefused with advice.
"""

import datetime
import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.constraints import CONTROL, WEB_ADDRESS
from portal.reasons import Reason

from .refusals import RowRefused

# IPEDS: https://nces.ed.gov/ipeds/datacenter, "missing values" of each dictionary.
IPEDS_MISSING: Mapping[str, Reason] = {
    "": Reason.NOT_REPORTED,
    ".": Reason.NOT_REPORTED,
    "-1": Reason.NOT_REPORTED,
    "-2": Reason.NOT_APPLICABLE,
    "-3": Reason.NOT_IN_FEDERAL_DATA,  # "not available"
}
# College Scorecard data documentation: two spellings each, before and since 2025.
SCORECARD_MISSING: Mapping[str, Reason] = {
    "": Reason.NOT_REPORTED,
    "NA": Reason.NOT_REPORTED,
    "NULL": Reason.NOT_REPORTED,
    "PS": Reason.SUPPRESSED,
    "PrivacySuppressed": Reason.SUPPRESSED,
}
NO_CELL: Mapping[str, Reason] = {"": Reason.NOT_REPORTED}

WHOLE = re.compile(r"^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.0*)?$", re.ASCII)
CIP = re.compile(r"^(\d{1,2})(?:\.(\d{1,4}))?$", re.ASCII)
SOC = re.compile(r"^(\d{2})-?(\d{4})(?:\.00)?$", re.ASCII)
ZIP = re.compile(r"^(\d{5})(?:-?(\d{4}))?$", re.ASCII)
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SEVERAL = re.compile(r"https?:/.*https?:?/|[\s,;]", re.IGNORECASE)
CONTROLS = re.compile(CONTROL)
MOJIBAKE = re.compile("[ÃÂâÅÄ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡-¿]")


def whole(
    cell: str, missing: Mapping[str, Reason] = NO_CELL, low: int | None = 0, high: int = 2_000_000_000
) -> int | Reason:
    """A whole number within bounds; ``1,234`` and ``12.0`` are read too."""
    if cell.isascii() and cell.isdigit() and len(cell) < 10:
        number = int(cell)
    elif cell in missing:
        return missing[cell]
    elif WHOLE.match(cell):
        number = int(cell.partition(".")[0].replace(",", ""))
    else:
        raise RowRefused("This must be a whole number.")
    if (low is not None and number < low) or number > high:
        raise RowRefused(
            f"This number must be from {low:,} to {high:,}." if low is not None else "This number is too large."
        )
    return number


def rounded(
    cell: str, missing: Mapping[str, Reason] = NO_CELL, low: int | None = 0, high: int = 2_000_000_000
) -> int | Reason:
    """A number of dollars or jobs, to the nearest whole one (halves to even)."""
    number = decimal(cell, missing, low, high)
    return number if isinstance(number, Reason) else round(number)


def decimal(
    cell: str, missing: Mapping[str, Reason] = NO_CELL, low: float | None = 0, high: float = 2_000_000_000
) -> Decimal | Reason:
    """A decimal number within bounds."""
    if cell in missing:
        return missing[cell]
    try:
        if not cell.isascii():
            raise InvalidOperation
        number = Decimal(cell.replace(",", "") if re.match(r"^-?\d{1,3}(,\d{3})+", cell) else cell)
    except InvalidOperation:
        raise RowRefused("This must be a number.") from None
    if not number.is_finite() or (low is not None and number < Decimal(str(low))) or number > Decimal(str(high)):
        raise RowRefused(f"This number must be from {low} to {high}.")
    return number


def date(cell: str, missing: Mapping[str, Reason] = NO_CELL) -> datetime.date | Reason:
    """mm/dd/yyyy, perhaps with a time behind it, or yyyy-mm-dd; from 1600 to 2200."""
    if cell in missing:
        return missing[cell]
    day = cell.split(" ")[0].split("T")[0]
    for shape in ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d"):
        try:
            found = datetime.datetime.strptime(day, shape).date()
        except ValueError:
            continue
        if 1600 <= found.year <= 2200:
            return found
        break
    raise RowRefused("This must be a date such as 06/30/2024.")


def code(cell: str, digits: int) -> str:
    """A code of exactly so many digits, as text. Nothing is cut, nothing is filled up."""
    if cell.endswith(".0") and cell[:-2].isdigit():
        cell = cell[:-2]  # a number in a workbook
    if not (cell.isascii() and cell.isdigit() and len(cell) == digits):
        raise RowRefused(f"This must be a code of {digits} digits.")
    return cell


def cip(cell: str, digits: int | None = 6) -> str:
    """A CIP code as 51.0701. With ``digits`` 6 lost zeros have one reading and are put back; None takes any length."""
    match = CIP.match(cell)
    if match is None:
        raise RowRefused("This must be a CIP code such as 51.0701.")
    family, rest = match[1], match[2] or ""
    if digits == 6:
        if not rest:
            raise RowRefused("This must be a six-digit CIP code such as 51.0701.")
        return f"{family:0>2}.{rest:0<4}"
    if len(family) != 2 or len(rest) not in (0, 2, 4):
        raise RowRefused(
            "Zeros are lost in this code, and it can be read in two ways: save the file with codes as text."
        )
    return f"{family}.{rest}" if rest else family


def soc(cell: str) -> str:
    """A SOC code as 11-9111; O*NET writes 11-9111.00."""
    match = SOC.match(cell)
    if match is None:
        raise RowRefused("This must be a SOC code such as 11-9111.")
    return f"{match[1]}-{match[2]}"


def zip_code(cell: str) -> str:
    """Five digits, or nine with a hyphen. One lost leading zero, or two, have one reading and are put back."""
    if cell.isascii() and cell.isdigit():
        cell = cell.zfill(5) if 3 <= len(cell) <= 5 else cell.zfill(9) if len(cell) in (7, 8) else cell
    match = ZIP.match(cell)
    if match is None:
        raise RowRefused("This must be a ZIP code of 5 or 9 digits.")
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def text(cell: str, longest: int) -> str:
    """Words for people: single-spaced, without control signs. Twice-encoded accents are mended,
    broken letters refused.
    """
    words = " ".join(CONTROLS.sub(" ", cell).split())
    if MOJIBAKE.search(words):
        for wrong in ("cp1252", "latin-1"):
            try:
                words = words.encode(wrong).decode("utf-8")
                break
            except UnicodeError:
                continue
    if "\ufffd" in words:
        raise RowRefused("A letter is broken: look it up at the source.")
    if len(words) > longest:
        raise RowRefused(f"This is longer than {longest} characters.")
    return words


def web_address(cell: str, longest: int = 300) -> str:
    """An http(s) address, https where the file names no scheme. Empty stays empty.

    Raises RowRefused for other schemes, user names, spaces and two addresses in one cell.
    """
    if not cell:
        return ""
    address = cell
    if not re.match(r"https?://", address, re.IGNORECASE):
        if SCHEME.match(address) and not re.match(r"[\w.-]+:\d+(/|$)", address):
            raise RowRefused("Only http and https addresses are kept.")
        address = f"https://{address}"
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    address = f"{scheme.lower()}://{host.lower()}{slash}{path}"
    if SEVERAL.search(address) or len(address) > longest or not re.match(WEB_ADDRESS, address):
        raise RowRefused("This is not one web address: add it by hand if the school has one.")
    return address


def split(**figures: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Figures by name, those with a reason as None, and the reasons by name."""
    reasons = {name: value.value for name, value in figures.items() if isinstance(value, Reason)}
    return {name: None if name in reasons else value for name, value in figures.items()}, reasons


def as_json(reasons: Mapping[str, str]) -> str:
    """``reasons`` as the database stores them, one text for one meaning."""
    return json.dumps(reasons, sort_keys=True) if reasons else "{}"
