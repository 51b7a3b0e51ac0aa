from decimal import Decimal

import pytest
from django.core.management.base import CommandError

from portal.models import ImportIssue, Release
from schools.models import SchoolOutcome

from .official import SCORECARD_HEADER, everything_kept, hd, scorecard, text


def figures(unitid="900001"):
    return {
        outcome.measure: outcome.value if outcome.value is not None else outcome.reason
        for outcome in SchoolOutcome.objects.current().filter(school__unitid=unitid)
    }


EARNINGS = "UNITID,INSTNM,STABBR,MD_EARN_WNE_P10,MD_EARN_WNE_P6\n"


def test_figures_of_a_school_keep_suppressed_apart_from_not_reported(known):
    said = known.figures()
    assert "1 read: 12 new" in said
    assert "2023–24" in said
    assert figures() == {
        "admission_rate": Decimal("0.6622"),
        "undergraduates": 5726,
        "graduate_students": 769,
        "completion_rate_4yr": Decimal("0.2874"),
        "completion_rate_lt4": "not_reported",
        "net_price": 14_559,
        "median_earnings_10": "suppressed",
        "median_earnings_6": "not_reported",
        "median_debt": "not_reported",
        "distance_only": 0,
        "hcm2": 0,
        "operating": 1,
    }


def test_the_same_file_twice_changes_nothing(known):
    known.figures()
    before = everything_kept()
    assert "0 new, 0 changed, 12 unchanged" in known.figures()
    assert everything_kept() == before


@pytest.mark.parametrize(
    ("control", "public", "private", "price"),
    [
        ("1", "-818", "NA", -818),
        ("2", "NA", "12000", 12_000),
        ("3", "NA", "PrivacySuppressed", "suppressed"),
        ("1", "NULL", "9000", "not_reported"),
    ],
)
def test_the_net_price_follows_control_and_may_be_negative(known, control, public, private, price):
    known.figures(scorecard(CONTROL=control, NPT4_PUB=public, NPT4_PRIV=private))
    assert figures()["net_price"] == price


def test_branches_of_eight_digits_are_listed_and_never_cut(known):
    said = known.figures(scorecard(), scorecard("90000101", UGDS="1"), scorecard("999999"))
    assert "0 refused, 2 unmatched" in said
    assert "Unmatched, UNITID: 90000101, 999999" in said
    assert figures()["undergraduates"] == 5726
    assert ImportIssue.objects.filter(value="90000101").exists()


def test_earnings_of_a_second_file_fill_what_the_first_leaves_blank(known):
    known.institutions(hd(), hd("900002", "Neighbor College"))
    main = known.file("MERGED2023_24_PP.csv", text([scorecard(), scorecard("900002")], SCORECARD_HEADER))
    more = known.file("earnings.csv", EARNINGS + "900001,Example,MN,83648,73762\n900002,Neighbor,MN,NA,PS\n")
    said = known.run("figures", main, more, release="2023–24, earnings of May 2025", year=2024)
    assert "4 read: 24 new" in said
    assert "0 refused" in said
    found = figures()
    assert (found["median_earnings_10"], found["median_earnings_6"], found["net_price"]) == (83_648, 73_762, 14_559)
    assert figures("900002")["median_earnings_10"] == "suppressed"
    release = Release.objects.current().get(source__slug="scorecard-institutions")
    assert release.label == "2023–24, earnings of May 2025"
    assert list(release.files.values_list("name", "rows")) == [("MERGED2023_24_PP.csv", 2), ("earnings.csv", 2)]


def test_two_files_that_contradict_each_other_are_an_issue(known):
    main = known.file("MERGED2023_24_PP.csv", text([scorecard(MD_EARN_WNE_P10="50000")], SCORECARD_HEADER))
    more = known.file("earnings.csv", EARNINGS + "900001,Example,MN,60000,NA\n")
    said = known.run("figures", main, more)
    assert "2 refused" in said
    assert "median_earnings_10" not in figures()
    assert figures()["net_price"] == 14_559


@pytest.mark.parametrize(
    ("column", "value"), [("ADM_RATE", "1.2"), ("UGDS", "-4"), ("CONTROL", "NA"), ("NPT4_PUB", "*")]
)
def test_an_implausible_figure_refuses_the_row(known, column, value):
    known.institutions(hd(), hd("900002", "Neighbor College"))
    said = known.figures(scorecard("900002"), scorecard(**{column: value}))
    assert "12 new" in said
    assert "1 refused" in said
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column, issue.value) == (3, column, value)


def test_three_thousand_columns_are_no_trouble(known):
    header = SCORECARD_HEADER + [f"EXTRA{number}" for number in range(3_300)]
    said = known.run("figures", known.file("MERGED2023_24_PP.csv", text([scorecard()], header)))
    assert "12 new" in said
    assert "and 3,2" in said or "and 3,3" in said  # not used, and named in short


def test_a_file_name_that_says_nothing_needs_the_operators_word(known):
    path = known.file("Most-Recent-Cohorts-Institution.csv", text([scorecard()], SCORECARD_HEADER))
    with pytest.raises(CommandError, match="--release"):
        known.run("figures", path)
    assert "release of May 2025" in known.figures(name="Most-Recent-Cohorts-Institution_05192025.csv")


def test_a_main_file_without_its_net_price_is_refused(known):
    header = [name for name in SCORECARD_HEADER if name != "NPT4_PRIV"]
    with pytest.raises(CommandError, match="NPT4_PRIV"):
        known.run("figures", known.file("MERGED2023_24_PP.csv", text([scorecard()], header)))
