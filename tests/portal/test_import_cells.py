import datetime
from decimal import Decimal

import pytest

from portal.imports import cells
from portal.imports.cells import IPEDS_MISSING, SCORECARD_MISSING
from portal.imports.refusals import RowRefused
from portal.imports.tables import clean_cell
from portal.reasons import Reason


@pytest.mark.parametrize(
    ("parser", "cell", "value"),
    [
        (cells.whole, "0", 0),
        (cells.whole, "1,234", 1234),
        (cells.whole, "12.0", 12),
        (cells.rounded, "287.6", 288),
        (cells.decimal, "0.6622", Decimal("0.6622")),
        (cells.date, "7/1/1968 12:00:00 AM", datetime.date(1968, 7, 1)),
        (cells.date, "3-13-2026", datetime.date(2026, 3, 13)),
        (cells.date, "2026-08-31", datetime.date(2026, 8, 31)),
        (cells.cip, "51.0701", "51.0701"),
        (cells.cip, "51.071", "51.0710"),
        (cells.cip, "1.0101", "01.0101"),
        (cells.soc, "11-9111.00", "11-9111"),
        (cells.zip_code, "55455", "55455"),
        (cells.zip_code, "55455-0213", "55455-0213"),
        (cells.zip_code, "554550213", "55455-0213"),
        (cells.zip_code, "2139", "02139"),
        (cells.zip_code, "601", "00601"),
        (cells.web_address, "", ""),
        (cells.web_address, "WWW.Example.EDU/Path", "https://www.example.edu/Path"),
        (cells.web_address, "http://example.edu", "http://example.edu"),
    ],
)
def test_a_cell_is_read(parser, cell, value):
    assert parser(cell) == value


@pytest.mark.parametrize(
    ("parser", "cell"),
    [
        (cells.whole, "-5"),
        (cells.whole, "twelve"),
        (cells.whole, "1,23"),
        (cells.whole, "9" * 12),
        (cells.whole, "٣"),
        (cells.decimal, "NaN"),
        (cells.decimal, "1e400"),
        (cells.date, "13/45/2024"),
        (cells.date, "01/01/8014"),
        (cells.cip, "51"),
        (cells.cip, "nursing"),
        (cells.soc, "11-911"),
        (cells.zip_code, "12"),
        (cells.zip_code, "123456"),
        (cells.web_address, "javascript:alert(1)"),
        (cells.web_address, "ftp://example.edu"),
        (cells.web_address, "https://someone@example.edu/"),
        (cells.web_address, "www.example.edu and www.example.org"),
        (cells.web_address, "https://a.example.edu,https://b.example.edu"),
        (cells.web_address, "localhost"),
    ],
)
def test_a_cell_that_means_nothing_is_refused_with_advice(parser, cell):
    with pytest.raises(RowRefused) as refusal:
        parser(cell)
    assert refusal.value.advice.endswith(".")


@pytest.mark.parametrize(
    ("missing", "cell", "reason"),
    [
        (IPEDS_MISSING, "", Reason.NOT_REPORTED),
        (IPEDS_MISSING, ".", Reason.NOT_REPORTED),
        (IPEDS_MISSING, "-1", Reason.NOT_REPORTED),
        (IPEDS_MISSING, "-2", Reason.NOT_APPLICABLE),
        (IPEDS_MISSING, "-3", Reason.NOT_IN_FEDERAL_DATA),
        (SCORECARD_MISSING, "NA", Reason.NOT_REPORTED),
        (SCORECARD_MISSING, "NULL", Reason.NOT_REPORTED),
        (SCORECARD_MISSING, "PS", Reason.SUPPRESSED),
        (SCORECARD_MISSING, "PrivacySuppressed", Reason.SUPPRESSED),
    ],
)
def test_kinds_of_missing_are_kept_apart_and_are_never_zero(missing, cell, reason):
    assert cells.whole(cell, missing) is reason
    assert cells.decimal(cell, missing) is reason


def test_a_code_is_never_cut_and_never_filled_up():
    assert cells.code("100654", 6) == "100654"
    assert cells.code("100654.0", 6) == "100654"
    for cell in ("10065401", "10065", "1O0654", "-2"):
        with pytest.raises(RowRefused):
            cells.code(cell, 6)


def test_lost_zeros_stay_lost_where_a_code_can_be_read_in_two_ways():
    assert cells.cip("01.01", None) == "01.01"
    assert cells.cip("51", None) == "51"
    for cell in ("1.01", "51.071", "1"):
        with pytest.raises(RowRefused):
            cells.cip(cell, None)


def test_excel_codes_lose_their_wrapping_only():
    assert clean_cell(' ="01.0000" ') == "01.0000"
    assert clean_cell("=1+1") == "=1+1"


def test_text_is_mended_where_it_was_encoded_twice_and_refused_where_a_letter_is_gone():
    assert cells.text("Dewey University-Juana DÃ\xadaz", 80) == "Dewey University-Juana Díaz"
    assert cells.text("  a\x07 b\u202e  c ", 80) == "a b c"
    with pytest.raises(RowRefused):
        cells.text("D\ufffdaz", 80)
    with pytest.raises(RowRefused):
        cells.text("x" * 81, 80)
