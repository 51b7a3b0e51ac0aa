import pytest
from django.core.management.base import CommandError

from portal.models import ImportIssue, Release
from schools.models import Completions, Program, ProgramListing

from .official import C_A_HEADER, CODES, c_a, cip, everything_kept, hd, text


def awards(**about):
    return Completions.objects.current().get(**{"major": 1} | about)


def test_a_program_appears_where_a_school_reports_awards(known, client):
    said = known.completions(c_a(), c_a(level="5", awards="0"), c_a(cip="44.0701"))
    assert "IPEDS completions 2023–24, provisional" in said
    assert "3 read: 3 new, 0 changed, 0 unchanged, 0 withdrawn, 0 refused, 0 unmatched" in said
    assert dict(ProgramListing.objects.values_list("level", "graduates")) == {"master": 12, "bachelor": 0}
    assert Completions.objects.count() == 3  # also the field in none of our subjects
    found = awards(level="master", field_of_study__cip="51.0701")
    assert (found.awards, found.awards_men, found.awards_women) == (12, 0, 12)


def test_the_same_file_twice_changes_nothing(known):
    known.completions(c_a(), c_a(level="5"))
    before = everything_kept()
    said = known.completions(c_a(), c_a(level="5"))
    assert "0 new, 0 changed, 2 unchanged, 0 withdrawn" in said
    assert everything_kept() == before


def test_totals_are_dropped_and_second_majors_are_kept_apart(known):
    said = known.completions(
        c_a(),
        c_a(cip="99", awards="24"),
        c_a(cip="99.0000", awards="24"),
        c_a(cip="51", awards="24"),
        c_a(cip="51.07", awards="24"),
        c_a(major="2", awards="5"),
    )
    assert "6 read: 2 new" in said
    assert "0 refused, 0 unmatched" in said
    assert list(Completions.objects.order_by("major").values_list("major", "awards")) == [(1, 12), (2, 5)]
    assert ProgramListing.objects.get().graduates == 12


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("20", "cert_lt_12w"),
        ("21", "cert_12w_1y"),
        (" 2", "cert_1_2y"),
        ("3", "associate"),
        ("4", "cert_2_4y"),
        ("05", "bachelor"),
        ("6", "postbacc_cert"),
        ("7 ", "master"),
        ("8", "postmaster_cert"),
        ("17", "doctor_research"),
        ("18", "doctor_practice"),
        ("19", "doctor_other"),
    ],
)
def test_award_levels_are_our_own(known, code, level):
    known.completions(c_a(level=code))
    assert Completions.objects.get().level == level


@pytest.mark.parametrize("code", ["51.0701", '="51.0701"', " 51.0701 "])
def test_codes_are_text(known, code):
    known.completions(c_a(cip=code))
    assert Completions.objects.get().field_of_study.cip == "51.0701"


def test_a_family_that_may_be_a_code_without_its_zeros_is_an_issue(known):
    known.codes([*CODES, cip("51.0000", "Health Services/Allied Health/Health Sciences, General.")])
    said = known.completions(c_a(), c_a(cip="51", awards="24"))
    assert "1 refused" in said
    assert Completions.objects.get().awards == 12


def test_a_lost_zero_at_the_end_of_a_code_is_put_back(known):
    known.completions(c_a(cip="51.072"))
    assert Completions.objects.get().field_of_study.cip == "51.0720"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"XCTOTALT": "A", "CTOTALT": "."}, "not_applicable"),
        ({"XCTOTALT": "B", "CTOTALT": ""}, "not_reported"),
        ({"XCTOTALT": "R", "CTOTALT": "-1"}, "not_reported"),
        ({"XCTOTALT": "", "CTOTALT": "-2"}, "not_applicable"),
    ],
)
def test_missing_awards_say_why_and_are_not_zero(known, cells, reason):
    known.completions(c_a(**cells))
    found = Completions.objects.get()
    assert found.awards is None
    assert found.reasons == {"awards": reason}
    listing = ProgramListing.objects.get()
    assert (listing.graduates, listing.graduates_reason) == (None, reason)


def test_imputed_and_zero_awards_are_numbers(known):
    known.completions(c_a(XCTOTALT="Z", awards="0"), c_a(level="5", XCTOTALT="P", awards="3"))
    assert dict(Completions.objects.values_list("level", "awards")) == {"master": 0, "bachelor": 3}


def test_a_cut_of_the_file_without_flags_and_sexes_is_enough(known):
    path = known.file("C2024_A_cut.csv", "UNITID,CIPCODE,MAJORNUM,AWLEVEL,CTOTALT\n900001,51.0701,1,7,12\n")
    known.run("completions", path)
    found = Completions.objects.get()
    assert found.awards == 12
    assert found.reasons == {"awards_men": "not_in_federal_data", "awards_women": "not_in_federal_data"}


def test_an_older_file_with_quotes_and_padding_in_windows_text_is_read(known):
    rows = [c_a(unitid="900001", cip="51.0701", level=" 7", awards=" 12", CTOTALM=" ")]
    data = text(rows, C_A_HEADER, quote_all=True).replace("\r\n", "\n").encode("cp1252")
    known.run("completions", known.file("c2021_a.csv", data))
    found = Completions.objects.get()
    assert (found.awards, found.awards_men, found.release.period) == (12, None, "2020–21")


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"CTOTALT": "many"}, "CTOTALT", "whole number"),
        ({"CTOTALT": "-7"}, "CTOTALT", "from 0"),
        ({"AWLEVEL": "1"}, "AWLEVEL", "cannot be told apart"),
        ({"AWLEVEL": "99"}, "AWLEVEL", "no IPEDS award level"),
        ({"MAJORNUM": "3"}, "MAJORNUM", "first major"),
        ({"CIPCODE": "nursing"}, "CIPCODE", "CIP code"),
        ({"UNITID": "x"}, "UNITID", "6 digits"),
    ],
)
def test_a_row_that_cannot_be_used_says_where_and_what_to_do(known, cells, column, words):
    said = known.completions(c_a(level="5"), c_a(**cells))
    assert "1 new" in said
    assert "1 refused" in said
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column, issue.value) == (3, column, cells[column])
    assert words in issue.advice
    assert Completions.objects.get().level == "bachelor"


def test_unknown_schools_and_codes_are_listed_and_never_guessed(known):
    said = known.completions(c_a(), c_a(unitid="999999"), c_a(unitid="90000101"), c_a(cip="49.0109"))
    assert "1 new" in said
    assert "0 refused, 3 unmatched" in said
    assert "Unmatched, UNITID: 999999, 90000101" in said
    assert "Unmatched, CIPCODE: 49.0109" in said
    assert ImportIssue.objects.count() == 3
    assert Completions.objects.count() == 1


def test_a_row_twice_counts_once_when_equal_and_is_an_issue_when_not(known):
    said = known.completions(c_a(), c_a(), c_a(level="5", awards="1"), c_a(level="5", awards="2"))
    assert "1 new" in said
    assert "2 refused" in said
    assert Completions.objects.get().awards == 12
    issue = ImportIssue.objects.order_by("line").first()
    assert (issue.line, issue.value) == (4, "900001, 51.0701, 1, 5")


def test_what_the_source_withdraws_becomes_unknown(known):
    known.completions(c_a(), c_a(level="5"))
    said = known.completions(c_a(awards="15"), name="C2025_A.csv")
    assert "0 new, 1 changed, 0 unchanged, 1 withdrawn" in said
    assert dict(ProgramListing.objects.values_list("level", "graduates")) == {"master": 15}
    assert Program.objects.filter(level="bachelor").exists()  # its address stays


def test_a_revised_file_replaces_the_provisional_one_and_not_the_other_way_round(known):
    known.completions(c_a(awards="12"))
    said = known.completions(c_a(awards="13"), name="c2024_a_rv.csv")
    assert "1 changed" in said
    current = Release.objects.current().get(source__slug="ipeds-completions")
    assert (current.provisional, current.revision) == (False, 1)
    before = everything_kept()
    assert "known already" in known.completions(c_a(awards="12"))
    with pytest.raises(CommandError, match="provisional file cannot replace it"):
        known.completions(c_a(awards="14"))
    assert everything_kept() == before


def test_awards_of_a_child_campus_and_a_closed_school_are_kept_but_not_listed(known):
    known.institutions(
        hd(),
        hd("900002", "Child Campus", ACT="G", NEWID="900001"),
        hd("900003", "Closed College", ACT="M"),
        allow_shrink=True,
    )
    known.completions(c_a(), c_a("900002"), c_a("900003"))
    assert Completions.objects.count() == 3
    assert set(ProgramListing.objects.values_list("school__unitid", flat=True)) == {"900001", "900002"}


@pytest.mark.parametrize("missing", ["codes", "schools"])
def test_what_has_to_come_first_is_said(desk, missing):
    if missing == "codes":
        desk.institutions()
    else:
        desk.codes()
    with pytest.raises(CommandError, match="first"):
        desk.completions()
