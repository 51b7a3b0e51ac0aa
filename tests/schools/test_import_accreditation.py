"""The federal database of accreditation (DAPIP): everything in it is of its day, and nothing of it counts."""

import io
import zipfile
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from portal.models import ImportIssue, Release
from schools.models import Accreditation, AccreditationRecord, ProgramListing, School
from tests import factories
from tests.schools.official import everything_kept, hd, text

pytestmark = pytest.mark.django_db

LOCATIONS = """
    DapipId OpeId IpedsUnitIds LocationName ParentName ParentDapipId LocationType Address GeneralPhone AdminName
    AdminPhone AdminEmail Fax UpdateDate
"""
LOCATION_COLUMNS = LOCATIONS.split()
RECORDS = """
    DapipId AgencyId AgencyName ProgramId ProgramName SequentialId InitialDateFlag AccreditationDate AccreditationStatus
    ReviewDate DepartmentDescription AccreditationEndDate EndingActionId
"""
RECORD_COLUMNS = RECORDS.split()
ACTIONS = """
    DapipId AgencyId AgencyName ProgramId ProgramName SequentialId ActionDescription ActionDate
    JustificationDescription JustificationOther EndDate
"""
ACTION_COLUMNS = ACTIONS.split()
NOVEMBER = {"release": "November 2020"}


def place(dapip="800001", unitids="900001", **cells):
    """One location; the officers' columns are filled, to see that nothing takes them."""
    return {
        "DapipId": dapip,
        "OpeId": "00990000",
        "IpedsUnitIds": unitids,
        "LocationName": "Example University",
        "ParentName": "-",
        "ParentDapipId": "-",
        "LocationType": "Institution",
        "AdminName": "Pat Invented",
        "AdminEmail": "pat@example.edu",
    } | cells


def record(dapip="800001", program="1", sequence="1", **cells):
    return {
        "DapipId": dapip,
        "AgencyId": "900",
        "AgencyName": "Fictitious Commission on Schools",
        "ProgramId": program,
        "ProgramName": "Institutional Accreditation",
        "SequentialId": sequence,
        "InitialDateFlag": "Actual",
        "AccreditationDate": "7/1/1968 12:00:00 AM",
        "AccreditationStatus": "Accredited",
        "ReviewDate": "08/31/2026",
    } | cells


def action(dapip="800001", **cells):
    same = {name: record(dapip)[name] for name in ("DapipId", "AgencyId", "ProgramId", "SequentialId")}
    return same | {"ActionDescription": "Renewal of Accreditation", "ActionDate": "5/1/2019"} | cells


@pytest.fixture
def bring(desk):
    """Imports these rows; schools 900001 and 900002 are in the directory."""
    desk.institutions(hd("900001"), hd("900002", name="Sample College"))

    def bring(records=None, places=None, actions=None, **options):
        parts = [
            desk.file("InstitutionCampus.csv", text(places or [place()], LOCATION_COLUMNS)),
            desk.file("AccreditationRecords.csv", text(records or [record()], RECORD_COLUMNS)),
        ]
        if actions is not None:
            parts.append(desk.file("AccreditationActions.csv", text(actions, ACTION_COLUMNS)))
        return desk.run("accreditation", *parts, **NOVEMBER | options)

    return bring


def kept():
    return AccreditationRecord.objects.current().order_by("school__unitid", "location", "program_code", "sequence")


def unitids():
    return [str(unitid) for unitid in kept().values_list("school__unitid", flat=True)]


def issues():
    return [(issue.line, issue.column, issue.value) for issue in ImportIssue.objects.order_by("pk")]


def test_a_record_is_kept_with_its_school_agency_and_dates(bring):
    said = bring()
    row = kept().get()
    assert row.school == School.objects.get(unitid="900001")
    assert (row.location, row.agency, row.program_code, row.sequence) == ("800001", "900", "1", 1)
    assert (row.agency_name, row.location_name, row.is_main) == (
        "Fictitious Commission on Schools",
        "Example University",
        True,
    )
    assert (row.since, row.next_review, row.ended_on) == (date(1968, 7, 1), date(2026, 8, 31), None)
    assert row.release.period == "November 2020"
    assert "1 new" in said


def test_nothing_of_it_counts_and_what_editors_confirmed_stays(bring):
    school = School.objects.get(unitid="900001")
    program = factories.ProgramFactory(school=school)
    ours = Accreditation.objects.create(
        accreditor=factories.AccreditorFactory(name="Fictitious Commission on Schools", kind="institutional"),
        school=school,
        status="withdrawn",
        url="https://example.org/entry",
        checked_on="2026-11-01",
    )
    before = Accreditation.objects.values().get()
    bring()
    assert Accreditation.objects.values().get() == before
    assert ours not in Accreditation.objects.standing()
    assert ProgramListing.objects.get(pk=program.pk).accreditors == []


def test_a_record_with_an_end_is_over_whatever_its_status_says(bring):
    bring(
        [
            record(),
            record(sequence="2", AccreditationEndDate="12/31/2017 12:00:00 AM"),
            record(program="90", AccreditationStatus="Preaccredited"),
        ]
    )
    assert [row.ended_on for row in kept()] == [None, date(2017, 12, 31), None]
    assert [row.status for row in kept()] == ["accredited", "accredited", "preaccredited"]
    assert kept().open().count() == 2


@pytest.mark.parametrize("end", ["12/31/8014", "gone", "3-13-1066"])
def test_an_end_nobody_can_read_never_makes_an_open_record(bring, end):
    bring([record(), record(sequence="2", AccreditationEndDate=end)])
    assert kept().get().sequence == 1
    assert (3, "ACCREDITATIONENDDATE", end) in issues()


@pytest.mark.parametrize(
    ("column", "ours"),
    [("AccreditationDate", "since"), ("ReviewDate", "next_review")],
)
@pytest.mark.parametrize("day", ["12/31/2114", "1/1/8014", "soon"])
def test_an_impossible_date_is_unknown_and_an_issue(bring, column, ours, day):
    bring([record(**{column: day})])
    assert getattr(kept().get(), ours) is None
    assert issues() == [(2, column.upper(), day)]


@pytest.mark.parametrize("day", ["3-13-2019", "03/13/2019", "2019-03-13", "3/13/2019 12:00:00 AM"])
def test_every_way_to_write_a_date_is_read(bring, day):
    bring([record(AccreditationDate=day)])
    assert kept().get().since == date(2019, 3, 13)


def test_a_location_of_several_schools_speaks_of_each(bring):
    bring(places=[place(unitids="900001, 900002"), place("800002", "900002", LocationType="Additional Location")])
    assert unitids() == ["900001", "900002"]
    assert issues() == []


def test_schools_nobody_knows_are_listed_and_never_guessed(bring):
    places = [
        place(),
        place("800002", ""),
        place("800003", "999999"),
        place("800004", "90000101"),
        place("800005", "900002, 999998"),
    ]
    said = bring([record(f"80000{n}") for n in range(1, 7)], places)
    assert unitids() == ["900001", "900002"]
    assert issues() == [
        (3, "DAPIPID", "800002"),
        (4, "IPEDSUNITIDS", "999999"),
        (5, "IPEDSUNITIDS", "90000101"),
        (6, "IPEDSUNITIDS", "999998"),
        (7, "DAPIPID", "800006"),
    ]
    assert "4 unmatched" in said
    assert School.objects.count() == 2


def test_a_kind_of_program_names_no_program_of_ours(bring):
    school = School.objects.get(unitid="900001")
    factories.ProgramFactory(school=school, field_of_study=factories.FieldOfStudyFactory(cip="51.3801"))
    bring([record(program="90", ProgramName="Nursing (ADNUR) - Associate degree programs")])
    row = kept().get()
    assert row.program_name == "Nursing (ADNUR) - Associate degree programs"
    assert not any(field.name == "program" for field in AccreditationRecord._meta.get_fields())


def test_the_latest_action_that_stood_is_kept_and_an_older_one_never_speaks_over_the_record(bring):
    places = [place(), place("800002", "900002")]
    bring(
        [record(), record("800002", AccreditationDate="1/1/2020")],
        places,
        [
            action(ActionDescription="Heightened Monitoring or Focused Review"),
            action(ActionDescription="Warning", ActionDate="6/1/2020"),
            action(ActionDescription="Probation", ActionDate="9/1/2020", EndDate="10/1/2020"),
            action("800002", ActionDescription="Loss of Accreditation", ActionDate="1/1/2015"),
        ],
    )
    assert [(row.action, row.action_on) for row in kept()] == [("Warning", date(2020, 6, 1)), ("", None)]


def test_no_officer_is_kept(bring):
    bring()
    assert "Invented" not in str(everything_kept()) + str(list(kept().values()))


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"AccreditationStatus": "Excellent"}, "ACCREDITATIONSTATUS"),
        ({"ProgramId": "one"}, "PROGRAMID"),
        ({"SequentialId": ""}, "SEQUENTIALID"),
        ({"AgencyName": ""}, "AGENCYNAME"),
    ],
)
def test_a_row_that_cannot_be_used_is_an_issue_and_good_rows_go_on(bring, cells, column):
    bring([record(), record(program="90") | cells])
    assert kept().get().program_code == "1"
    assert [issue[:2] for issue in issues()] == [(3, column)]


def test_the_official_zip_is_read_whole(desk):
    desk.institutions(hd())
    path = desk.file("DapipData.zip", b"")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("AccreditationActions.csv", text([action()], ACTION_COLUMNS))
        archive.writestr("AccreditationRecords.csv", text([record()], RECORD_COLUMNS))
        archive.writestr("InstitutionCampus.csv", text([place()], LOCATION_COLUMNS))
        archive.writestr("ReadMe.txt", "Nothing to see here.\r\n")
    desk.run("accreditation", path, **NOVEMBER)
    assert kept().get().action == "Renewal of Accreditation"
    names = ["AccreditationActions.csv", "AccreditationRecords.csv", "InstitutionCampus.csv"]
    assert sorted(kept().get().release.files.values_list("name", flat=True)) == names


def test_one_part_alone_is_refused_and_so_is_another_table(desk):
    desk.institutions(hd())
    records = desk.file("AccreditationRecords.csv", text([record()], RECORD_COLUMNS))
    with pytest.raises(CommandError, match=r"InstitutionCampus\.csv of the same download belongs to it"):
        desk.run("accreditation", records, **NOVEMBER)
    other = desk.file("HD2024.csv", "A,B\n1,2\n")
    with pytest.raises(CommandError, match="another table"):
        desk.run("accreditation", records, other, **NOVEMBER)
    with pytest.raises(CommandError, match=r"two files like AccreditationRecords\.csv"):
        desk.run("accreditation", records, desk.file("Again.csv", text([record()], RECORD_COLUMNS)), **NOVEMBER)
    assert not AccreditationRecord.objects.exists()


def test_the_edition_is_the_operators_word(bring):
    with pytest.raises(CommandError, match="does not say which edition"):
        bring(release=None)


def test_a_rehearsal_changes_nothing_and_the_same_files_twice_neither(bring):
    before = everything_kept()
    said = bring(dry_run=True)
    assert "1 new" in said
    assert everything_kept() == before
    assert not AccreditationRecord.objects.exists()
    bring()
    rows = list(kept().values())
    assert "It says what the current release says already" in bring()
    assert list(kept().values()) == rows


def test_a_newer_file_replaces_the_older_and_a_rollback_restores_it(bring):
    bring()
    before = list(kept().values())
    bring([record(program="90")], release="March 2026")
    assert [row.program_code for row in kept()] == ["90"]
    call_command("rollback_release", "dapip-records", stdout=io.StringIO())
    assert list(kept().values()) == before
    bring([record(program="91")], release="May 2019")
    assert list(kept().values()) == before
    assert Release.objects.filter(source__slug="dapip-records").count() == 3
