"""What holds for every import: rehearsal, age, rollback, shrinking, damage."""

import io

import pghistory.models
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal import releases
from portal.models import ContentVersion, Release, ReleaseFile, Source
from schools.models import FieldOfStudy, Program, School, SchoolListing

from .official import CODES, Desk, c_a, cip, dep, everything_kept, everything_public, hd, ic_ay, scorecard, text

# Command: file of one year, file of the next, a row of each, and the next year's row with another value.
KINDS = {
    "institutions": ("HD2024.csv", "HD2025.csv", "HD2023.csv", hd(), hd(INSTNM="Renamed University", WEBADDR="")),
    "completions": ("C2024_A.csv", "C2025_A.csv", "C2023_A.csv", c_a(), c_a(awards="99")),
    "distance": ("C2024DEP.csv", "C2025DEP.csv", "C2023DEP.csv", dep(MASTR="1"), dep(MASTR="2", MASTRDE="1")),
    "tuition": ("IC2023_AY.csv", "COST1_2024.csv", "IC2022_AY.csv", ic_ay(), ic_ay(TUITION6="30000", FEE6=".")),
    "figures": (
        "MERGED2023_24_PP.csv",
        "MERGED2024_25_PP.csv",
        "MERGED2022_23_PP.csv",
        scorecard(),
        scorecard(UGDS="PS"),
    ),
}
SOURCES = {
    "institutions": "ipeds-institutions",
    "completions": "ipeds-completions",
    "distance": "ipeds-distance",
    "tuition": "ipeds-prices",
    "figures": "scorecard-institutions",
    "cip": "cip-codes",
}
kinds = pytest.mark.parametrize("what", KINDS)


@pytest.fixture
def full(known):
    """One release of everything."""
    for what, (name, _, _, row, _) in KINDS.items():
        if what != "institutions":
            known.bring(what, name, [row])
    return known


def roll_back(what):
    out = io.StringIO()
    call_command("rollback_release", SOURCES[what], stdout=out)
    return out.getvalue()


@kinds
def test_a_rehearsal_changes_nothing_and_says_what_it_would(full, what):
    before = everything_kept() | {School: School.objects.count(), Source: Source.objects.count()}
    said = full.bring(
        what, KINDS[what][1], [KINDS[what][4], *([hd("900002", "New")] if what == "institutions" else [])], dry_run=True
    )
    assert "changed" in said
    assert "nothing was changed" in said
    assert everything_kept() | {School: School.objects.count(), Source: Source.objects.count()} == before


@kinds
def test_rolling_back_restores_exactly_what_was_public(full, what):
    before = everything_public()
    full.bring(what, KINDS[what][1], [KINDS[what][4]])
    assert everything_public() != before
    said = roll_back(what)
    assert "Current again" in said
    assert everything_public() == before


def test_rolling_back_the_code_list_restores_official_words(full):
    before = everything_public()
    full.bring(
        "cip", "CIPCode2020.csv", [*CODES[:2], cip(title="New Official Title."), *CODES[3:]], release="2020, corrected"
    )
    assert FieldOfStudy.objects.get(cip="51.0701").title == "New Official Title"
    roll_back("cip")
    assert everything_public() == before


@kinds
def test_an_older_release_never_becomes_current(full, what):
    before = everything_public()
    said = full.bring(what, KINDS[what][2], [KINDS[what][4]])
    assert "older than the current release" in said
    assert everything_public() == before
    older = Release.objects.filter(source__slug=SOURCES[what]).order_by("year").first()
    assert older.state == Release.State.SUPERSEDED
    kept = everything_kept()
    said = full.bring(what, KINDS[what][2], [KINDS[what][4]])
    assert "0 new, 0 changed" in said
    assert "known already" in said
    assert everything_kept() == kept


@kinds
def test_rolling_back_skips_what_was_never_current(full, what):
    full.bring(what, KINDS[what][2], [KINDS[what][4]])
    assert "No release of this source is current now" in roll_back(what)
    assert not Release.objects.current().filter(source__slug=SOURCES[what]).exists()
    with pytest.raises(CommandError, match="has no current release"):
        roll_back(what)


@kinds
def test_what_was_rolled_back_may_come_again(full, what):
    full.bring(what, KINDS[what][1], [KINDS[what][4]])
    after = {model: rows for model, rows in everything_public().items() if model is not SchoolListing}
    roll_back(what)
    assert "It is current now" in full.bring(what, KINDS[what][1], [KINDS[what][4]])
    again = everything_public()
    assert [len(again[model]) for model in after] == [len(rows) for rows in after.values()]


def test_ids_and_addresses_survive_a_rollback_and_a_new_import(full):
    programs = list(Program.objects.order_by("pk").values("pk", "slug", "school__slug"))
    for _ in range(2):
        roll_back("completions")
        roll_back("institutions")
        full.institutions()
        full.completions()
    assert list(Program.objects.order_by("pk").values("pk", "slug", "school__slug")) == programs


@kinds
def test_a_file_with_far_fewer_rows_stops_unless_it_is_allowed(full, what):
    names = [f"9{number:05}" for number in range(1, 31)]
    full.institutions(*(hd(unitid, f"College {unitid}") for unitid in names), name="HD2024.csv", allow_shrink=True)
    row = KINDS[what][3]
    rows = [
        row | {"UNITID": unitid} | ({"INSTNM": f"College {unitid}"} if what == "institutions" else {})
        for unitid in names
    ]
    if what != "institutions":
        full.bring(what, KINDS[what][0], rows)
    before = everything_kept()
    with pytest.raises(CommandError, match="--allow-shrink"):
        full.bring(what, KINDS[what][1], rows[:9])
    assert everything_kept() == before
    assert "withdrawn" in full.bring(what, KINDS[what][1], rows[:9], allow_shrink=True)


def test_a_cut_file_shows_in_what_it_takes_away_when_the_current_release_is_itself_a_part(full):
    def rows(numbers):
        return [hd(f"9{number:05}", f"College {number}") for number in numbers]

    full.institutions(*rows(range(1, 31)), name="HD2024.csv", allow_shrink=True)
    before = everything_kept()
    with pytest.raises(CommandError, match="lacks 25 of the 30 rows"):
        full.institutions(*rows(range(26, 90)), name="HD2025.csv")
    assert everything_kept() == before


DAMAGE = {
    "empty": lambda data: b"",
    "header only": lambda data: data.split(b"\r\n")[0] + b"\r\n",
    "web page": lambda data: b"<!DOCTYPE html><html><title>Access Denied</title></html>",
    "cut short": lambda data: data[: data.rindex(b",", 0, data.rindex(b","))],
    "other table": lambda data: b"GEOID,INTPTLAT,INTPTLONG\r\n55455,44.9,-93.2\r\n",
    "doubled column": lambda data: data.replace(b"UNITID,", b"UNITID,UNITID,").replace(
        b"CIPCode,", b"CIPCode,CIPCode,"
    ),
    "missing column": lambda data: data.replace(b"UNITID,", b"UNIT,").replace(b"CIPCode,", b"Code,"),
    "NUL": lambda data: data + b"\0",
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("what", [*KINDS, "cip"])
def test_a_damaged_file_changes_nothing_and_says_so_in_one_sentence(full, what, damage):
    name, row = ("CIPCode2020.csv", CODES[2]) if what == "cip" else (KINDS[what][1], KINDS[what][4])
    data = text([row, row], Desk.HEADERS[what]).encode()
    before = everything_kept() | {ReleaseFile: ReleaseFile.objects.count(), ContentVersion: ContentVersion.now()}
    with pytest.raises(CommandError) as refusal:
        full.run(what, full.file(name, DAMAGE[damage](data)))
    assert refusal.value.returncode == 1
    assert str(refusal.value).endswith("Nothing was changed.")
    assert "\n" not in str(refusal.value)
    assert (
        everything_kept() | {ReleaseFile: ReleaseFile.objects.count(), ContentVersion: ContentVersion.now()} == before
    )


def test_an_import_that_fails_half_way_changes_nothing(full, monkeypatch):
    before = everything_kept()

    def fail():
        raise RuntimeError("the roof fell in")

    monkeypatch.setitem(releases._derivations, "ipeds-completions", [(99, fail)])
    with pytest.raises(RuntimeError):
        full.completions(c_a(awards="99"), name="C2025_A.csv")
    assert everything_kept() == before


def test_public_pages_learn_of_every_promotion_and_rollback(full):
    for act in (lambda: full.figures(scorecard(UGDS="1"), name="MERGED2024_25_PP.csv"), lambda: roll_back("figures")):
        before = ContentVersion.now()
        act()
        assert ContentVersion.now() > before


def test_the_operators_word_goes_before_the_file_name(full):
    said = full.completions(c_a(awards="99"), name="C2019_A.csv", release="2025-26", revised=True)
    assert "IPEDS completions 2025–26:" in said
    release = Release.objects.current().get(source__slug="ipeds-completions")
    assert (release.period, release.year, release.provisional) == ("2025–26", 2026, False)
    assert "2026–27, provisional" in full.completions(c_a(awards="98"), name="new.csv", year=2027)


@pytest.mark.parametrize("options", [{}, {"release": "the newest"}, {"year": 12}])
def test_an_edition_nobody_can_name_is_asked_for(full, options):
    with pytest.raises(CommandError, match=r"edition|year"):
        full.completions(c_a(), name="awards.csv", **options)


def test_counts_and_files_of_a_release_are_kept(full):
    path = full.file("C2025_A.csv", text([c_a(awards="99"), c_a(level="x")], Desk.HEADERS["completions"]))
    full.run("completions", path)
    release = Release.objects.current().get(source__slug="ipeds-completions")
    counts = (release.rows_read, release.rows_new, release.rows_changed, release.rows_withdrawn, release.rows_refused)
    assert counts == (2, 0, 1, 0, 1)
    file = release.files.get()
    assert (file.name, file.rows, file.size, len(file.sha256)) == ("C2025_A.csv", 2, path.stat().st_size, 64)
    assert file.issues.get().column == "AWLEVEL"


def test_what_editors_changed_about_a_source_stays(full):
    Source.objects.filter(slug="ipeds-completions").update(name="Awards")
    assert "older" in full.completions(c_a(), name="C2020_A.csv")
    assert Source.objects.get(slug="ipeds-completions").name == "Awards"


def test_history_says_which_import_touched_what_people_wrote(full, monkeypatch):
    def touch():
        School.objects.update(note="touched")

    monkeypatch.setitem(releases._derivations, "ipeds-completions", [(99, touch)])
    full.completions(c_a(awards="99"), name="C2025_A.csv")
    about = {"metadata__source": "ipeds-completions", "metadata__period": "2024–25"}
    assert pghistory.models.Context.objects.filter(**about).exists()


def test_rolling_back_a_source_nobody_knows_names_those_there_are(full):
    with pytest.raises(CommandError, match="ipeds-completions"):
        call_command("rollback_release", "ipeds-nothing")
