import pytest

from portal.models import ImportIssue
from schools.models import ProgramListing, PublishedPrice

from .official import AY_HEADER, c_a, everything_kept, ic_ay, text


def prices(level="graduate"):
    return {
        price.residency: (price.tuition, price.fees, price.per_credit)
        for price in PublishedPrice.objects.current().filter(student_level=level)
    }


def test_prices_come_by_level_and_residency(known):
    known.completions(c_a(), c_a(level="5"))
    said = known.tuition(ic_ay(TUITION5="19000"))
    assert "1 read: 6 new" in said
    assert "2023–24, provisional" in said
    assert prices() == {
        "in_district": (19_000, 500, 800),
        "in_state": (20_000, 500, 800),
        "out_of_state": (21_000, 500, 800),
    }
    assert prices("undergraduate")["in_state"] == (9_000, 500, 800)
    listed = {row.level: (row.tuition, row.tuition_out_of_state) for row in ProgramListing.objects.all()}
    assert listed == {"master": (20_000, 21_000), "bachelor": (9_000, 10_000)}


def test_the_same_file_twice_changes_nothing(known):
    known.tuition()
    before = everything_kept()
    assert "0 new, 0 changed, 6 unchanged" in known.tuition()
    assert everything_kept() == before


def test_free_is_a_price_and_missing_says_why(known):
    known.tuition(
        ic_ay(TUITION6="0", XTUIT7="A", TUITION7=".", XFEE7="Y", FEE7=".", XHRCHG7="B", HRCHG7="", HRCHG6="287.6")
    )
    assert prices()["in_state"] == (0, 500, 288)
    assert prices()["out_of_state"] == (None, None, None)
    missing = PublishedPrice.objects.get(student_level="graduate", residency="out_of_state")
    assert missing.reasons == {"tuition": "not_applicable", "fees": "not_reported", "per_credit": "not_reported"}


def test_the_file_that_follows_from_2024_on_has_the_same_columns(known):
    said = known.tuition(name="COST1_2024.csv")
    assert "2024–25" in said
    assert len(prices()) == 3


def test_a_file_without_flags_is_enough(known):
    header = [name for name in AY_HEADER if not name.startswith("X")]
    known.run("tuition", known.file("IC2023_AY.csv", text([ic_ay(TUITION6=".")], header)))
    assert prices()["in_state"] == (None, 500, 800)


@pytest.mark.parametrize("price", ["-5", "1000001", "free", "1e9"])
def test_an_implausible_price_refuses_the_row(known, price):
    said = known.tuition(ic_ay("999999"), ic_ay(TUITION6=price), ic_ay("900001", TUITION6="20000"))
    assert "6 new" in said
    assert "1 refused, 1 unmatched" in said
    issue = ImportIssue.objects.get(column="TUITION6")
    assert (issue.line, issue.value) == (3, price)


def test_a_price_the_source_withdraws_becomes_unknown(known):
    known.completions()
    known.tuition()
    said = known.tuition(ic_ay(XTUIT6="B", TUITION6="."), name="IC2024_AY.csv")
    assert "1 changed" in said
    listing = ProgramListing.objects.get()
    assert (listing.tuition, listing.tuition_reason) == (None, "not_reported")


def test_two_rows_of_one_school_that_differ_are_an_issue_where_they_differ(known):
    said = known.tuition(ic_ay(), ic_ay(TUITION6="1"))
    assert "5 new" in said
    assert "2 refused" in said
    assert "in_state" not in prices()
