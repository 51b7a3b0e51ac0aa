import datetime

import pytest
from django.core.management.base import CommandError

from portal.models import ImportIssue, Release
from schools.models import School, SchoolListing, SchoolRecord

from .official import HD_HEADER, everything_kept, hd, text


def record(unitid="900001"):
    return SchoolRecord.objects.current().get(school__unitid=unitid)


def test_a_school_of_the_directory_gets_a_page(desk, client):
    said = desk.institutions(hd(), hd("900002", "Neighbor College", CITY="Elsewhere"))
    assert "2 read: 2 new, 0 changed, 0 unchanged, 0 withdrawn, 0 refused" in said
    assert "2024–25" in said
    school = School.objects.published().get(unitid="900001")
    assert school.slug == "example-university"
    assert school.listing.name == "Example University"
    assert school.listing.website == "https://www.example.edu/"
    found = record()
    assert (found.zip, found.opeid, found.control, found.status) == ("55455-0213", "00990000", "public", "open")
    assert (found.latitude, found.longitude, found.sector, found.is_title_iv) == (44.972851, -93.235464, 1, True)


def test_the_same_file_twice_changes_nothing(desk):
    desk.institutions(hd(), hd("900002", "Neighbor College"))
    before = everything_kept()
    said = desk.institutions(hd(), hd("900002", "Neighbor College"))
    assert "0 new, 0 changed, 2 unchanged" in said
    assert "nothing was kept" in said
    assert everything_kept() == before


def test_names_of_officers_are_never_stored(desk):
    desk.institutions(hd())
    assert not any("Invented" in str(value) for row in SchoolRecord.objects.values() for value in row.values())
    assert not ImportIssue.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_survive_every_encoding(desk, encoding):
    data = text([hd(INSTNM="Dewey Ejemplo-Juana Díaz", STABBR="PR")], HD_HEADER, quote_all=True).encode(encoding)
    desk.run("institutions", desk.file("hd2024.csv", data))
    assert record().name == "Dewey Ejemplo-Juana Díaz"
    assert School.objects.get().slug == "dewey-ejemplo-juana-diaz"


@pytest.mark.parametrize(
    ("code", "cells", "status", "closed", "successor", "parent"),
    [
        ("A", {}, "open", None, "", ""),
        ("N", {}, "open", None, "", ""),
        ("R", {}, "open", None, "", ""),
        ("M", {"CLOSEDAT": "06/30/2024"}, "closed", datetime.date(2024, 6, 30), "", ""),
        ("D", {"CLOSEDAT": "-2", "CYACTIVE": "3"}, "closed", None, "", ""),
        ("C", {"NEWID": "900002", "CYACTIVE": "3"}, "merged", None, "900002", ""),
        ("C", {"NEWID": "900001", "CYACTIVE": "3"}, "merged", None, "", ""),
        ("G", {"NEWID": "900002", "CYACTIVE": "3"}, "child", None, "", "900002"),
    ],
)
def test_what_became_of_a_school(desk, code, cells, status, closed, successor, parent):
    desk.institutions(hd(ACT=code, **cells), hd("900002", "Neighbor College"))
    found = record()
    assert (found.status, found.closed_on) == (status, closed)
    assert (found.successor_unitid, found.parent_unitid) == (successor, parent)
    listing = SchoolListing.objects.get(school__unitid="900001")
    neighbor = School.objects.get(unitid="900002")
    assert listing.successor == (neighbor if successor else None)
    assert listing.parent == (neighbor if parent else None)


def test_mergers_are_followed_to_the_end_but_not_in_a_circle(desk):
    desk.institutions(
        hd("900001", "First", ACT="C", NEWID="900002"),
        hd("900002", "Second", ACT="C", NEWID="900003"),
        hd("900003", "Third"),
        hd("900004", "Round", ACT="C", NEWID="900005"),
        hd("900005", "About", ACT="C", NEWID="900004"),
    )
    heirs = {
        listing.name: listing.successor and listing.successor.unitid
        for listing in SchoolListing.objects.select_related("successor")
    }
    assert heirs == {"First": "900003", "Second": "900003", "Third": None, "Round": None, "About": None}


def test_missing_is_unknown_and_the_pacific_lies_east(desk):
    desk.institutions(
        hd(CONTROL="-3", SECTOR="99", OPEID="-2", WEBADDR=" ", LATITUDE=".", LONGITUD=".", COUNTYNM="-2"),
        hd("900002", "Island College", STABBR="GU", LATITUDE="13.43", LONGITUD="144.8", ZIP="96923", SECTOR="0"),
    )
    found = record()
    assert (found.control, found.sector, found.opeid, found.website) == ("unknown", None, "", "")
    assert (found.latitude, found.longitude, found.county) == (None, None, "")
    assert record("900002").longitude == 144.8
    assert record("900002").sector == 0


def test_padded_and_zeroless_cells_have_one_reading(desk):
    row = hd(
        ZIP="2139", STABBR="MA", OPEID="990000", CONTROL=" 1", ACT="A ", SECTOR="01", INSTNM="  Example   University "
    )
    desk.institutions(row)
    found = record()
    assert (found.zip, found.opeid, found.control, found.name) == ("02139", "00990000", "public", "Example University")


def test_other_names_come_one_a_line(desk):
    desk.institutions(hd(IALIAS="EU | Example U||Ex  University of Examples"))
    assert record().aliases.split("\n") == ["EU", "Example U", "Ex", "University of Examples"]


def test_a_bad_address_costs_only_itself_and_is_shown_to_editors(desk):
    said = desk.institutions(hd(WEBADDR="javascript:alert(1)"), hd("900002", "Neighbor College"))
    assert "2 new" in said
    assert record().website == ""
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column, issue.value) == (2, "WEBADDR", "javascript:alert(1)")
    assert "http" in issue.advice


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"UNITID": "90000101"}, "UNITID"),
        ({"UNITID": "9O0001"}, "UNITID"),
        ({"INSTNM": " "}, "INSTNM"),
        ({"STABBR": "ZZ"}, "STABBR"),
        ({"CONTROL": "9"}, "CONTROL"),
        ({"ACT": "?"}, "ACT"),
    ],
)
def test_a_row_that_cannot_be_used_is_an_issue_and_the_others_go_on(desk, cells, column):
    said = desk.institutions(hd("900002", "Neighbor College"), hd(**cells))
    assert "1 new" in said
    assert "1 refused" in said
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column, issue.value) == (3, column, cells[column].strip())
    assert issue.advice
    assert Release.objects.get().rows_refused == 1
    assert School.objects.count() == 1


def test_a_school_listed_twice_counts_once_when_equal_and_is_an_issue_when_not(desk):
    said = desk.institutions(hd(), hd(), hd("900002", "One"), hd("900002", "Other"), hd("900003", "Third College"))
    assert "2 new" in said
    assert "2 refused" in said
    assert set(SchoolRecord.objects.values_list("name", flat=True)) == {"Example University", "Third College"}
    assert list(ImportIssue.objects.values_list("line", "column", "value")) == [
        (4, "UNITID", "900002"),
        (5, "UNITID", "900002"),
    ]


def test_schools_of_one_name_are_told_apart_by_place_for_good(desk):
    rows = [
        hd("900001", "Columbus Example College", CITY="Sonora", STABBR="CA"),
        hd("900002", "Columbus Example College", CITY="Columbia", STABBR="MO"),
        hd("900003", "Columbus Example College", CITY="Columbia", STABBR="SC"),
        hd("900004", "Example Barber College", CITY="Houston", STABBR="TX"),
        hd("900005", "Example Barber College", CITY="Houston", STABBR="TX"),
        hd("900006", "Plain College"),
        hd("900007", "東京", CITY="東京"),
    ]
    desk.institutions(*rows)
    slugs = dict(School.objects.values_list("unitid", "slug"))
    assert slugs == {
        "900001": "columbus-example-college-sonora",
        "900002": "columbus-example-college-columbia-mo",
        "900003": "columbus-example-college-columbia-sc",
        "900004": "example-barber-college-houston-tx-900004",
        "900005": "example-barber-college-houston-tx-900005",
        "900006": "plain-college",
        "900007": "school-900007",
    }
    renamed = [row | {"INSTNM": "Renamed College"} if row["UNITID"] == "900006" else row for row in rows]
    more = [hd("900008", "Plain College", CITY="Newtown"), hd("900009", "Columbus Example College", CITY="Newtown")]
    desk.institutions(*renamed, *more, name="HD2025.csv")
    assert dict(School.objects.values_list("unitid", "slug")) == slugs | {
        "900008": "plain-college-newtown",
        "900009": "columbus-example-college-newtown",
    }


def test_what_editors_wrote_stands_over_the_file(desk):
    desk.institutions(hd())
    School.objects.update(name_override="Our Name", website_override="https://ours.example.org/", note="Call them")
    desk.institutions(hd(INSTNM="Their New Name"), name="HD2025.csv")
    school = School.objects.get()
    assert (school.name_override, school.note) == ("Our Name", "Call them")
    assert (school.listing.name, school.listing.website) == ("Our Name", "https://ours.example.org/")
    assert record().name == "Their New Name"


def test_a_school_an_editor_hid_stays_hidden(desk):
    desk.institutions(hd(), hd("900002", "Neighbor College"))
    School.objects.filter(unitid="900001").update(published_at=None)
    desk.institutions(hd(INSTNM="New Name"), hd("900002", "Neighbor College"), name="HD2025.csv")
    assert list(School.objects.published().values_list("unitid", flat=True)) == ["900002"]


def test_a_school_the_next_file_drops_keeps_its_page(desk):
    desk.institutions(hd(), hd("900002", "Neighbor College"))
    said = desk.institutions(hd(), name="HD2025.csv")
    assert "1 withdrawn" in said
    listing = SchoolListing.objects.get(school__unitid="900002")
    assert not listing.in_current_release
    assert listing.record.release.period == "2024–25"


def test_a_file_with_no_usable_row_is_refused(desk):
    with pytest.raises(CommandError, match=r"no usable row. The first one, line 2, STABBR 'ZZ'"):
        desk.institutions(hd(STABBR="ZZ"))
    assert not School.objects.exists()
    assert not Release.objects.exists()
