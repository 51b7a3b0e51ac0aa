import pytest
from django.core.management import CommandError, call_command

from careers.models import Projection
from portal.models import ImportIssue, Release

from .official import PROJECTIONS_HEADER, as_table, facts, projection_row, write_csv, write_workbook

pytestmark = pytest.mark.django_db

SEPARATIONS = "Total occupational separations, 2024–34 annual average"
SECOND_HEADER = [*PROJECTIONS_HEADER[:7], SEPARATIONS, PROJECTIONS_HEADER[7]]
ALL = projection_row("00-0000", "Total, all occupations", "Summary", **{PROJECTIONS_HEADER[9]: "—"})


def import_projections(*arguments):
    call_command("import_projections", *map(str, arguments), verbosity=0)


@pytest.fixture
def table(tmp_path):
    def write(rows, name="occupation_table_1.2.csv", header=PROJECTIONS_HEADER, **how):
        return write_csv(tmp_path / name, header, rows, **how)

    return write


def projection(soc="11-9111"):
    return Projection.objects.current().get(occupation__soc=soc)


def next_edition(row):
    """The same row under the column names of two years later."""
    return {
        name.replace("2024–34", "2026–36").replace("2024", "2026").replace("2034", "2036"): cell
        for name, cell in row.items()
    }


def test_line_items_and_the_total_are_read_in_jobs_and_the_columns_name_the_edition(table):
    import_projections(table([ALL, projection_row("11-0000", "Example group", "Summary"), projection_row()]))
    assert set(Projection.objects.values_list("occupation__soc", flat=True)) == {"00-0000", "11-9111"}
    row = projection()
    assert (row.base_year, row.target_year) == (2024, 2034)
    assert (row.employment_base, row.employment_target, row.change, row.openings) == (10_500, 12_600, 2_100, 1_200)
    assert row.percent == 20
    assert (row.entry_education, row.work_experience, row.training) == ("Bachelor's degree", "None", "")
    release = Release.objects.get()
    assert (release.period, release.year) == ("2024–34", 2034)


def test_the_workbook_opens_on_another_sheet_with_a_title_above_and_notes_below(tmp_path):
    rows = [ALL, projection_row(title="    Example managers")]
    sheets = {
        "Index": [["Occupation.xlsx contents"]],
        "Table 1.1": [["Table 1.1 By group"], PROJECTIONS_HEADER[:2]],
        "Table 1.2": [
            ["Table 1.2 Occupational projections (Employment in thousands)"],
            *as_table(PROJECTIONS_HEADER, rows),
            ["Footnotes:"],
            ['Note: Data is unavailable for values denoted with a "—".'],
        ],
    }
    import_projections(write_workbook(tmp_path / "occupation.xlsx", sheets))
    assert projection().employment_base == 10_500
    assert projection().occupation.title == "Example managers"
    assert not ImportIssue.objects.exists()


def test_a_shrinking_occupation_and_a_dash(table):
    import_projections(
        table(
            [
                projection_row(
                    **{PROJECTIONS_HEADER[5]: "-2.1", PROJECTIONS_HEADER[6]: "-20", PROJECTIONS_HEADER[7]: "—"}
                )
            ]
        )
    )
    row = projection()
    assert (row.change, row.percent, row.openings) == (-2_100, -20, None)
    assert row.reasons == {"openings": "not_released"}


def test_employment_columns_in_another_order_are_told_apart_by_their_years(table):
    header = list(reversed(PROJECTIONS_HEADER))
    import_projections(table([projection_row()], header=header))
    assert (projection().employment_base, projection().employment_target) == (10_500, 12_600)


def test_table_1_10_only_checks(table):
    rows = [projection_row(), projection_row("29-1141", "Example nurses")]
    other = [rows[0] | {SEPARATIONS: "1"}, rows[1] | {SEPARATIONS: "1", PROJECTIONS_HEADER[7]: "9.9"}]
    first = table(rows)
    second = table(other, "occupation_table_1.10.csv", SECOND_HEADER)
    import_projections(first, second)
    assert Projection.objects.count() == 2
    assert projection("29-1141").openings == 1_200
    assert ImportIssue.objects.get().value == "9.9"
    with pytest.raises(CommandError, match=r"table 1\.2 is needed"):
        import_projections(second)


def test_a_newer_edition_replaces_an_older_one_and_never_the_other_way(table):
    import_projections(table([projection_row()]))
    before = facts(Projection)
    header = list(next_edition(dict.fromkeys(PROJECTIONS_HEADER)))
    import_projections(table([next_edition(projection_row())], "newer.csv", header))
    assert (projection().base_year, projection().target_year) == (2026, 2036)
    import_projections(table([projection_row(**{PROJECTIONS_HEADER[3]: "11"})]))
    assert projection().base_year == 2026
    call_command("rollback_release", "bls-projections", verbosity=0)
    assert facts(Projection) == before


def test_a_second_run_changes_nothing(table):
    path = table([ALL, projection_row()])
    import_projections(path)
    import_projections(path)
    assert Release.objects.count() == 1
    assert Projection.objects.count() == 2


def test_a_refused_row_leaves_the_others(table):
    import_projections(
        table([projection_row(**{PROJECTIONS_HEADER[3]: "many"}), projection_row("29-1141", "Example nurses")])
    )
    assert list(Projection.objects.values_list("occupation__soc", flat=True)) == ["29-1141"]
    assert ImportIssue.objects.get().column == "EMPLOYMENT, 2024"


def test_a_file_cut_between_two_rows_is_known_by_its_total(table):
    with pytest.raises(CommandError, match="10,500 of 900,000 jobs"):
        import_projections(table([ALL | {PROJECTIONS_HEADER[3]: "900"}, projection_row()]))
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html>Access Denied</html>", "web page"),
        (b"AREA,OCC_CODE\n99,11-9111\n", "another table"),
        (b"Employment, 2024\n1\n", "another table|lacks"),
    ],
)
def test_a_file_that_is_not_the_file_is_refused_in_words(tmp_path, content, words):
    path = tmp_path / "occupation.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        import_projections(path)
    assert not Release.objects.exists()
