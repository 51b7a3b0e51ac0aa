import pytest
from django.core.management import CommandError, call_command

from careers.models import Occupation, Wage
from portal.models import ImportIssue, Release, Source

from .official import (
    MINNESOTA,
    NATION,
    OEWS_HEADER,
    STATE_HEADER,
    as_table,
    facts,
    wage_row,
    write_csv,
    write_workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def national(tmp_path):
    """Writes a national file and imports it."""

    def run(rows, *options, name="national_M2025_dl.csv", header=OEWS_HEADER, **how):
        return import_wages(write_csv(tmp_path / name, header, rows, **how), *options)

    return run


def import_wages(*arguments):
    call_command("import_wages", *map(str, arguments), verbosity=0)


def wage(soc="11-9111", area="US"):
    return Wage.objects.current().get(occupation__soc=soc, area=area)


def test_a_national_file_gives_each_detailed_occupation_its_wage_and_all_together_a_comparator(national):
    national(
        [
            wage_row("00-0000", "All Occupations", group="total"),
            wage_row("11-0000", "Management Occupations", group="major"),
            wage_row("11-9110", "Example Managers", group="broad"),
            wage_row(),
        ]
    )
    assert set(Wage.objects.values_list("occupation__soc", flat=True)) == {"00-0000", "11-9111"}
    row = wage()
    assert (row.employment, row.mean, row.p10, row.median, row.p90) == (1_000, 60_000, 30_000, 50_000, 90_000)
    assert row.reasons == {}
    release = Release.objects.get()
    assert (str(release), release.state) == ("BLS OEWS national estimates May 2025", "current")
    assert Occupation.objects.get(soc="11-9111").published_at is None  # nothing leads there yet


def test_a_code_that_is_broad_and_detailed_counts_once(national):
    national([wage_row(group="broad", A_MEAN="61000"), wage_row(group="detailed")])
    assert wage().mean == 60_000


def test_older_files_write_their_header_in_lower_case_and_another_order(national):
    header = [name.lower() for name in reversed(OEWS_HEADER)]
    row = {name.lower(): cell for name, cell in wage_row().items()}
    national([row], header=header, name="national_M2023_dl.csv", encoding="cp1252")
    assert wage().median == 50_000
    assert Release.objects.get().period == "May 2023"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"A_MEDIAN": "*"}, "not_released"),
        ({"A_MEDIAN": ""}, "not_in_federal_data"),
        ({"A_MEDIAN": "*", "HOURLY": "TRUE"}, "hourly_only"),
    ],
)
def test_a_missing_wage_says_why(national, cells, reason):
    national([wage_row(**cells)])
    assert wage().median is None
    assert wage().reasons == {"median": reason}


def test_missing_employment_has_its_own_reason(national):
    national([wage_row(TOT_EMP="**")])
    assert wage().employment is None
    assert wage().reasons == {"employment": "not_released"}
    assert wage().median == 50_000


def test_a_top_coded_wage_is_a_floor(national):
    national([wage_row(A_PCT90="#")], name="national_M2024_dl.csv")
    assert wage().p90 == 239_200
    assert wage().is_top_coded("p90")
    assert not wage().is_top_coded("p75")


def test_the_notes_of_a_workbook_say_what_a_top_coded_wage_stands_for(tmp_path):
    sheets = {
        "Notes first": [["Not the table"]],
        "data": as_table(OEWS_HEADER, [wage_row(A_PCT90="#")]),
        "Field Descriptions": [
            ["May 2021 Estimates"],
            [],
            ["# = indicates a wage equal to or greater than $100.00 per hour or $208,000 per year"],
        ],
        "UpdateTime": [["alldataupdate"], ["09MAR2021:10:42:00"]],
    }
    import_wages(write_workbook(tmp_path / "national_M2021_dl.xlsx", sheets, hidden=["UpdateTime"]))
    assert wage().p90 == 208_000


def test_a_top_coded_wage_of_a_year_without_a_known_top_code_is_left_to_people(national):
    national([wage_row(A_PCT90="#"), wage_row("29-1141", "Example Nurses")], name="national_M2019_dl.csv")
    assert not Wage.objects.filter(occupation__soc="11-9111").exists()
    assert wage("29-1141").median == 50_000
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column, issue.value) == (2, "A_PCT90", "#")
    assert "workbook" in issue.advice


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"A_MEDIAN": "~"}, "A_MEDIAN"),
        ({"A_MEDIAN": "about 50000"}, "A_MEDIAN"),
        ({"A_PCT25": "20000"}, "A_PCT25"),
        ({"OCC_CODE": "11-911"}, "OCC_CODE"),
        ({"AREA": "77"}, "AREA"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_and_the_others_go_on(national, cells, column):
    national([wage_row(**cells), wage_row("29-1141", "Example Nurses")])
    assert list(Wage.objects.values_list("occupation__soc", flat=True)) == ["29-1141"]
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column) == (2, column)


def test_both_files_in_one_run_go_to_their_own_sources(tmp_path):
    states = [
        wage_row(area=MINNESOTA),
        wage_row(
            "29-1141",
            "Example Nurses",
            area=MINNESOTA,
            A_MEAN="",
            A_PCT10="",
            A_PCT25="",
            A_MEDIAN="",
            A_PCT75="",
            A_PCT90="",
        ),
        wage_row("43-6013", "Example Secretaries", area=MINNESOTA, A_PCT90=""),
        wage_row("99-9111", "Unheard-of", area=MINNESOTA),
    ]
    import_wages(
        write_csv(tmp_path / "state_M2025_dl.csv.gz", STATE_HEADER, states),
        write_csv(
            tmp_path / "national_M2025_dl.csv",
            OEWS_HEADER,
            [wage_row(), wage_row("29-1141", "Example Nurses"), wage_row("43-6013", "Example Secretaries")],
        ),
    )
    assert set(Release.objects.current().values_list("source__slug", flat=True)) == {"oews-national", "oews-states"}
    assert wage(area="MN").median == 50_000
    # The re-encoded state file has no flags: an hourly wage without any yearly one is published by the hour.
    assert set(wage("29-1141", "MN").reasons.values()) == {"hourly_only"}
    assert wage("43-6013", "MN").reasons == {"p90": "not_in_federal_data"}
    assert "national file first" in ImportIssue.objects.get(value="99-9111").advice
    assert not Occupation.objects.filter(soc="99-9111").exists()


def test_metropolitan_rows_and_single_industries_are_left_out(national):
    metro = {**NATION, "AREA": "33460", "AREA_TYPE": "4"}
    national(
        [
            wage_row(),
            wage_row("29-1141", "Example Nurses", area=metro),
            wage_row("43-6013", "Example", I_GROUP="sector"),
        ]
    )
    assert Wage.objects.count() == 1


def test_a_second_run_changes_nothing(national):
    rows = [wage_row(), wage_row("27-2011", "Examples", A_MEAN="*", HOURLY="TRUE")]
    national(rows)
    before = facts(Wage)
    national(rows)
    assert facts(Wage) == before
    assert Release.objects.count() == 1


def test_a_newer_release_replaces_the_older_one_whole_and_rolling_back_restores_it(national):
    national([wage_row(), wage_row("29-1141", "Example Nurses")], name="national_M2024_dl.csv")
    before = facts(Wage)
    national([wage_row(A_MEDIAN="*")], "--allow-shrink")
    assert wage().median is None
    assert not Wage.objects.current().filter(occupation__soc="29-1141").exists()
    call_command("rollback_release", "oews-national", verbosity=0)
    assert facts(Wage) == before


def test_an_older_release_never_becomes_current(national):
    national([wage_row()])
    national([wage_row(A_MEDIAN="45000")], name="national_M2023_dl.csv")
    assert wage().median == 50_000
    assert Release.objects.get(year=2023).state == "superseded"


def test_a_rehearsal_changes_nothing(national):
    national([wage_row()], "--dry-run")
    assert not Wage.objects.exists()
    assert not Occupation.objects.exists()
    assert not Source.objects.exists()


def test_a_file_cut_between_two_rows_is_known_by_its_total(national):
    with pytest.raises(CommandError, match="1,000 of 5,000 jobs"):
        national([wage_row("00-0000", "All Occupations", group="total", TOT_EMP="5000"), wage_row()])
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Access Denied</body></html>", "web page"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"UNITID,INSTNM\n100654,Example College\n", "another table"),
        (",".join(OEWS_HEADER).encode() + b"\n", "no rows"),
        (",".join(OEWS_HEADER).encode() + b"\n99,U.S.,1,US,000000", "cut short"),
    ],
    ids=["empty", "web page", "damaged workbook", "another table", "header only", "cut short"],
)
def test_a_file_that_is_not_the_file_is_refused_in_words_and_the_good_one_with_it(tmp_path, content, words):
    bad = tmp_path / "state_M2025_dl.csv"
    bad.write_bytes(content)
    good = write_csv(tmp_path / "national_M2025_dl.csv", OEWS_HEADER, [wage_row()])
    with pytest.raises(CommandError, match=words) as refusal:
        import_wages(good, bad)
    assert "Nothing was changed" in str(refusal.value)
    assert not Source.objects.exists()
    assert not Occupation.objects.exists()


def test_metropolitan_files_are_refused(tmp_path):
    metro = {**NATION, "AREA": "33460", "AREA_TYPE": "4"}
    with pytest.raises(CommandError, match="neither national nor state"):
        import_wages(write_csv(tmp_path / "MSA_M2025_dl.csv", OEWS_HEADER, [wage_row(area=metro)]))


def test_a_missing_column_is_named(tmp_path):
    header = [name for name in OEWS_HEADER if name != "A_MEDIAN"]
    with pytest.raises(CommandError, match="A_MEDIAN"):
        import_wages(write_csv(tmp_path / "national_M2025_dl.csv", header, [wage_row()]))
