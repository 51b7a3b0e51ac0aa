"""The starter catalogue: out of one database, into another, and back with the same bytes."""

import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from careers.catalogue import files, loading
from careers.catalogue.loading import load_catalogue
from careers.catalogue.writing import write_catalogue
from careers.models import Occupation, OccupationField, Projection, Wage
from portal.models import Area, Release, Source, StarterLoad, State, Zip
from schools.models import (
    Completions,
    Program,
    ProgramListing,
    PublishedPrice,
    School,
    SchoolOutcome,
    SchoolRecord,
    Subject,
)
from schools.relisting import relist_all
from tests.factories import (
    CompletionsFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    ProjectionFactory,
    PublishedPriceFactory,
    ReleaseFactory,
    SchoolFactory,
    SchoolRecordFactory,
    SubjectFactory,
    WageFactory,
)

from .official import OEWS_HEADER, wage_row, write_csv

pytestmark = pytest.mark.django_db

EMPTIED = """schools_school, schools_fieldofstudy, schools_subject, careers_occupation, portal_source, portal_slug,
    schools_subjectevent, schools_subjectfieldevent, careers_occupationevent, careers_occupationfieldevent"""


@pytest.fixture(autouse=True)
def without_articles(monkeypatch):
    """The shipped articles speak of far more than these few rows."""
    monkeypatch.setattr(loading, "load_articles", lambda: 0)


@pytest.fixture
def imported():
    """A small imported database: two schools that list a program, one that does not, one merged into the first."""
    field = FieldOfStudyFactory(cip="51.0701", title="Example field")
    SubjectFactory(slug="health-administration", name="Health administration", fields=[field])
    first = SchoolFactory(
        record__name="Example «First» College",
        record__aliases="EFC\nFirst",
        record__latitude=44.97,
        record__longitude=-93.2,
    )
    second = SchoolFactory(record__name="Example Second, College")
    SchoolFactory(record__status="merged", record__successor_unitid=first.unitid)
    elsewhere = SchoolFactory()
    for school, level, awards in ((first, "master", 12), (first, "bachelor", 0), (second, "master", None)):
        reasons = {} if awards is not None else {"awards": "not_reported"}
        CompletionsFactory(school=school, field_of_study=field, level=level, awards=awards, reasons=reasons)
    CompletionsFactory(school=elsewhere, field_of_study=FieldOfStudyFactory(cip="12.0401"))
    PublishedPriceFactory(school=first)
    PublishedPriceFactory(school=elsewhere)
    SchoolOutcome.objects.create(
        release=ReleaseFactory(source__slug="scorecard-institutions"), school=first, measure="net_price", value=-818
    )
    manager = OccupationFactory(published_at=None)
    OccupationFieldFactory(occupation=manager, field_of_study=field)
    WageFactory(occupation=manager)
    WageFactory(
        occupation=manager, area=Area.objects.get(code="MN"), release__source__slug="oews-states",
        median=None, p90=239_200, reasons={"median": "not_released", "p90": "top_coded"},
    )  # fmt: skip
    everybody = OccupationFactory(soc="00-0000", title="All occupations", slug="all-occupations", published_at=None)
    ProjectionFactory(occupation=everybody)
    WageFactory(occupation=OccupationFactory(soc="53-2011", published_at=None))
    Zip.objects.create(
        release=ReleaseFactory(source__slug="census-zcta"), zip="55455", latitude=44.975487, longitude=-93.235337,
        state=State.objects.get(code="MN"),
    )  # fmt: skip
    relist_all()
    return first


@pytest.fixture
def starter(tmp_path, imported):
    """A catalogue written from that database, which is then emptied."""
    folder = tmp_path / "starter"
    write_catalogue(folder)
    empty()
    return folder


def empty():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {EMPTIED} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def listed():
    return list(
        ProgramListing.objects.order_by("program_id").values_list(
            "program_id", "school_id", "school_slug", "slug", "school_name", "graduates", "graduates_reason", "tuition"
        )
    )


def test_a_catalogue_taken_into_an_empty_database_gives_the_same_bytes_again(starter, tmp_path):
    load_catalogue(starter)
    write_catalogue(tmp_path / "again")
    for path in starter.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_directory_is_the_same_before_and_after_with_its_ids_and_addresses(tmp_path, imported):
    before = listed()
    assert len(before) == 3
    write_catalogue(tmp_path)
    empty()
    assert not listed()
    load_catalogue(tmp_path)
    assert listed() == before
    assert School.objects.get(unitid=imported.unitid).slug == imported.slug


def test_only_what_our_subjects_lead_to_comes_along(starter):
    load_catalogue(starter)
    assert School.objects.count() == 3  # the merged one too
    assert School.objects.exclude(listing__successor=None).count() == 1
    assert set(Completions.objects.values_list("field_of_study__cip", flat=True)) == {"51.0701"}
    assert PublishedPrice.objects.count() == 1
    assert set(Occupation.objects.values_list("soc", flat=True)) == {"11-9111", "00-0000"}
    assert list(Occupation.objects.published().values_list("soc", flat=True)) == ["11-9111"]
    assert OccupationField.objects.shown().count() == 1
    assert Projection.objects.count() == 1
    assert Subject.objects.get(slug="health-administration").fields_of_study.count() == 1


def test_figures_arrive_as_they_were(starter):
    load_catalogue(starter)
    wage = Wage.objects.get(area="MN")
    assert (wage.median, wage.reason("median")) == (None, "Not released by the agency")
    assert wage.is_top_coded("p90")
    assert SchoolOutcome.objects.get().value == -818
    record = SchoolRecord.objects.get(latitude__isnull=False)
    assert (record.name, record.aliases) == ("Example «First» College", "EFC\nFirst")
    place = Zip.objects.get()
    assert (place.latitude, place.longitude) == (44.9755, -93.2353)
    assert Release.objects.current().count() == Source.objects.count()


def test_loading_twice_changes_nothing(starter):
    load_catalogue(starter)
    before = listed(), Completions.objects.count(), Release.objects.count()
    assert load_catalogue(starter).is_unchanged
    loaded = load_catalogue(starter, force=True)
    assert (loaded.facts, loaded.releases) == (0, 0)
    assert (listed(), Completions.objects.count(), Release.objects.count()) == before


def test_the_next_school_and_program_get_fresh_ids(starter):
    load_catalogue(starter)
    highest = School.objects.order_by("-pk").first().pk, Program.objects.order_by("-pk").first().pk
    program = ProgramFactory()
    assert program.school_id > highest[0]
    assert program.pk > highest[1]


def test_what_people_wrote_stays(starter):
    load_catalogue(starter)
    program = Program.objects.get(listing__graduates=12)
    Program.objects.filter(pk=program.pk).update(origin="school", name="Example MHA", published_at=program.published_at)
    School.objects.filter(pk=program.school_id).update(name_override="Our College", slug="our-college")
    Program.objects.exclude(pk=program.pk).update(published_at=None)
    Occupation.objects.filter(soc="11-9111").update(plain_title="Ours", published_at=None)
    OccupationField.objects.update(shown=False)
    Subject.objects.filter(slug="medical-office").delete()
    load_catalogue(starter, force=True)
    program.refresh_from_db()
    assert (program.name, program.school.slug, program.school.name_override) == (
        "Example MHA",
        "our-college",
        "Our College",
    )
    assert list(Program.objects.published()) == [program]
    assert not Occupation.objects.published().exists()
    assert Occupation.objects.get(soc="11-9111").plain_title == "Ours"
    assert not OccupationField.objects.shown().exists()
    assert not Subject.objects.filter(slug="medical-office").exists()


def test_an_older_catalogue_never_overrules_a_newer_release(starter):
    newer = ReleaseFactory(source__slug="ipeds-completions", year=2027)
    school = SchoolFactory()
    CompletionsFactory(release=newer, school=school, field_of_study=FieldOfStudyFactory(cip="51.0701"), awards=99)
    load_catalogue(starter)
    newer.refresh_from_db()
    assert newer.state == Release.State.CURRENT
    assert Release.objects.get(source=newer.source, year=2024).state == Release.State.SUPERSEDED
    assert [row[5] for row in listed()] == [99]


def test_a_release_somebody_imported_keeps_its_own_facts(starter):
    own = ReleaseFactory(source__slug="ipeds-completions", year=2024)
    load_catalogue(starter)
    assert own.state == Release.State.CURRENT
    assert not Completions.objects.filter(release=own).exists()


def test_the_official_file_comes_whole_after_the_starter_and_then_changes_nothing(tmp_path, imported, capsys):
    rows = [wage_row(A_MEDIAN="51000"), wage_row("53-2011", "Example Pilots")]
    path = write_csv(tmp_path / "national_M2026_dl.csv", OEWS_HEADER, rows)
    call_command("import_wages", str(path), verbosity=0)
    write_catalogue(tmp_path / "starter")
    empty()
    load_catalogue(tmp_path / "starter")
    assert Wage.objects.current().filter(area="US").count() == 1
    for summary in ("2 read: 1 new, 0 changed, 1 unchanged", "2 read: 0 new, 0 changed, 2 unchanged"):
        call_command("import_wages", str(path))
        assert summary in capsys.readouterr().out
        assert Wage.objects.current().filter(area="US").count() == 2


def test_a_renewed_catalogue_renews_what_it_brought(starter, tmp_path):
    load_catalogue(starter)
    row = Completions.objects.get(awards=12)
    Completions.objects.filter(pk=row.pk).update(awards=13)
    write_catalogue(tmp_path / "renewed")
    Completions.objects.filter(pk=row.pk).update(awards=12)
    loaded = load_catalogue(tmp_path / "renewed")
    assert (loaded.releases, loaded.facts) == (1, 3)
    assert sorted(row[5] or 0 for row in listed()) == [0, 0, 13]


def test_a_rolled_back_release_stays_back(starter):
    load_catalogue(starter)
    call_command("rollback_release", "oews-national", verbosity=0)
    load_catalogue(starter, force=True)
    assert not Wage.objects.current().filter(area="US").exists()


def test_taken_ids_and_addresses_are_not_taken_again(starter):
    schools = [line.split(",") for line in files.read(starter)["schools"].text().decode().splitlines()[1:]]
    identity, _, slug, _ = schools[0]
    other = School.objects.create(pk=int(identity), slug=slug, name_override="Somebody else")
    load_catalogue(starter)
    school = School.objects.get(unitid=schools[0][1])
    assert school.pk != other.pk
    assert school.slug == f"{slug}-{school.unitid}"
    assert School.objects.get(pk=other.pk).name_override == "Somebody else"


def test_a_closed_school_that_the_newest_directory_dropped_keeps_its_record(starter, tmp_path, imported):
    load_catalogue(starter)
    Release.objects.filter(source__slug="ipeds-institutions").update(state=Release.State.SUPERSEDED)
    newer = ReleaseFactory(source__slug="ipeds-institutions", year=2026)
    for school in School.objects.exclude(unitid=imported.unitid):
        SchoolRecordFactory(release=newer, school=school, name="Renamed")
    relist_all()
    before = listed()
    write_catalogue(tmp_path / "newer")
    empty()
    load_catalogue(tmp_path / "newer")
    assert listed() == before
    listing = School.objects.get(unitid=imported.unitid).listing
    assert (listing.name, listing.in_current_release) == ("Example «First» College", False)


def test_a_renewed_catalogue_may_not_give_a_public_id_away(starter):
    load_catalogue(starter)
    Program.objects.filter(listing__graduates=12).update(slug="another")
    with pytest.raises(files.CatalogueError, match="1 programs"):
        write_catalogue(starter)
    write_catalogue(starter, anew=True)


@pytest.mark.parametrize("damage", ["missing", "changed", "no manifest", "other format"])
def test_a_damaged_catalogue_is_refused_in_words_and_nothing_is_loaded(starter, damage):
    table, manifest = starter / "schools.csv.xz", starter / files.MANIFEST
    if damage == "missing":
        table.unlink()
    elif damage == "changed":
        table.write_bytes(table.read_bytes()[:-40])
    elif damage == "no manifest":
        manifest.unlink()
    else:
        manifest.write_text(json.dumps({"format": 99, "files": {}}))
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_starter", folder=starter, verbosity=0)
    assert not School.objects.exists()
    assert not StarterLoad.objects.exists()


def test_the_shipped_catalogue_is_whole_and_small(tmp_path):
    tables = files.read(files.FOLDER)
    for table in tables.values():
        assert table.text().count(b"\n") > table.rows
    assert sum(path.stat().st_size for path in files.FOLDER.iterdir()) < 6 * 1024 * 1024
    assert (files.FOLDER / "zips.LICENSE.txt").read_text().startswith("MIT License")
    shutil.copytree(files.FOLDER, tmp_path / "copy")
    assert files.read(tmp_path / "copy").keys() == tables.keys()
