import pytest
from django.core.management import CommandError, call_command

from careers import crosswalk
from careers.models import CrosswalkPair, Occupation, OccupationField
from portal.models import ImportIssue, Release, Slug
from tests.factories import FieldOfStudyFactory, ProjectionFactory, SubjectFactory, WageFactory

from .official import facts, write_csv, write_workbook

pytestmark = pytest.mark.django_db

HEADER = ["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"]
NAME = "CIP2020_SOC2018_Crosswalk.csv"


def pair(cip="51.0701", soc="11-9111", title="Example Managers"):
    return dict(zip(HEADER, [cip, "Example Field.", soc, title], strict=True))


@pytest.fixture
def imported(tmp_path):
    def run(*rows, name=NAME, options=()):
        call_command("import_crosswalk", str(write_csv(tmp_path / name, HEADER, rows)), *options, verbosity=0)

    return run


@pytest.fixture
def field():
    return FieldOfStudyFactory()


def test_pairs_make_occupations_and_a_subject_makes_them_public(field, imported):
    FieldOfStudyFactory(cip="52.0201")
    SubjectFactory(fields=[field])
    imported(pair(), pair(soc="43-6013", title="Example Secretaries"), pair("52.0201", "11-1021", "Example Generals"))
    assert CrosswalkPair.objects.count() == 3
    manager = Occupation.objects.get(soc="11-9111")
    assert manager.title == "Example Managers"
    assert manager.plain_title == "Medical and health services manager"  # the repository's own words
    assert manager.get_absolute_url() == "/occupations/medical-and-health-services-manager/"
    assert manager.definition
    assert set(Occupation.objects.published().values_list("soc", flat=True)) == {"11-9111", "43-6013"}
    assert OccupationField.objects.get(occupation=manager).shown


def test_codes_without_a_partner_are_no_pairs(field, imported):
    imported(pair(), pair(soc="99-9999", title="NO MATCH"), pair("99.9999", "55-3016", "Example Soldiers"))
    assert CrosswalkPair.objects.count() == 1
    assert not Occupation.objects.filter(soc="99-9999").exists()
    assert not ImportIssue.objects.exists()


def test_codes_lose_zeros_gain_excel_quotes_and_may_be_unknown(imported):
    FieldOfStudyFactory(cip="01.0100")
    imported(
        pair('="01.0100"'), pair("1.01", "29-1141", "Example Nurses"), pair("49.0109", "53-2011", "Example Pilots")
    )
    assert CrosswalkPair.objects.count() == 2
    assert ImportIssue.objects.get().value == "49.0109"


def test_the_workbook_opens_on_another_sheet(field, tmp_path):
    sheets = {
        "File Guide": [["File Name", "Description"], ["CIP-SOC", "Crosswalks"]],
        "CIP-SOC": [HEADER, list(pair().values())],
        "SOC-CIP": [[*HEADER[2:], *HEADER[:2]], ["11-9111", "Example Managers", "51.0701", "Example Field."]],
        "Unmatched SOC Codes": [HEADER, list(pair("99.9999").values())],
    }
    call_command(
        "import_crosswalk", str(write_workbook(tmp_path / "CIP2020_SOC2018_Crosswalk.xlsx", sheets)), verbosity=0
    )
    assert CrosswalkPair.objects.count() == 1


def test_a_curated_pair_is_kept_but_not_shown(field, imported):
    FieldOfStudyFactory(cip="51.0720")
    imported(pair(), pair(soc="25-1011", title="Example Teachers"), pair("51.0720"))
    hidden = OccupationField.objects.filter(shown=False)
    assert set(hidden.values_list("field_of_study__cip", "occupation__soc")) == {
        ("51.0701", "25-1011"),  # hidden for every field
        ("51.0720", "11-9111"),  # hidden for this one
    }
    assert all(hidden.values_list("reason", flat=True))


def test_what_an_editor_decided_stays(field, imported):
    SubjectFactory(fields=[field])
    rows = pair(), pair(soc="25-1011", title="Example Teachers"), pair(soc="43-6013", title="Example Secretaries")
    imported(*rows)
    OccupationField.objects.filter(occupation__soc="25-1011").update(shown=True)
    OccupationField.objects.filter(occupation__soc="11-9111").update(shown=False)
    Occupation.objects.filter(soc="43-6013").update(published_at=None, plain_title="Secretary")
    imported(*rows, pair(soc="29-1141", title="Example Nurses"), options=["--allow-shrink"])
    assert OccupationField.objects.get(occupation__soc="25-1011").shown
    assert not OccupationField.objects.get(occupation__soc="11-9111").shown
    secretary = Occupation.objects.get(soc="43-6013")
    assert (secretary.published_at, secretary.plain_title) == (None, "Secretary")
    assert Occupation.objects.published().filter(soc="29-1141").exists()


def test_a_pair_the_crosswalk_drops_goes_unless_an_editor_touched_it(field, imported):
    imported(pair(), pair(soc="43-6013", title="Example"), pair(soc="29-1141", title="Example Nurses"))
    OccupationField.objects.filter(occupation__soc="43-6013").update(reason="Looked at")
    imported(pair(), name="CIP2030_SOC2018_Crosswalk.csv")
    assert set(OccupationField.objects.values_list("occupation__soc", flat=True)) == {"11-9111", "43-6013"}
    assert list(OccupationField.objects.shown().values_list("occupation__soc", flat=True)) == ["11-9111"]
    assert Occupation.objects.filter(soc="29-1141").exists()


def test_pairs_nobody_touched_follow_the_curated_list(field, imported, monkeypatch):
    imported(pair(), pair(soc="29-1141", title="Example Nurses"))
    OccupationField.objects.filter(occupation__soc="29-1141").update(reason="Looked at")
    monkeypatch.setattr(
        "careers.curated.hidden_pairs",
        lambda: [("*", "11-9111", "For all"), ("51.0701", "11-9111", "Just here"), ("*", "29-1141", "For all")],
    )
    crosswalk.settle_occupations()
    assert OccupationField.objects.get(occupation__soc="11-9111").reason == "Just here"
    assert list(OccupationField.objects.shown().values_list("occupation__soc", flat=True)) == ["29-1141"]


def test_a_second_run_changes_nothing_and_rolling_back_restores(field, imported):
    imported(pair())
    before = facts(CrosswalkPair), list(OccupationField.objects.values_list("occupation__soc", "shown"))
    imported(pair())
    assert Release.objects.count() == 1
    imported(pair(), pair(soc="29-1141", title="Example Nurses"), name="CIP2030_SOC2018_Crosswalk.csv")
    call_command("rollback_release", "cip-soc-crosswalk", verbosity=0)
    assert (facts(CrosswalkPair), list(OccupationField.objects.values_list("occupation__soc", "shown"))) == before


def test_a_code_published_only_as_part_of_a_group_points_to_it(field, imported):
    imported(
        pair(soc="31-1121", title="Example Aides"),
        pair(soc="21-1011", title="Example Counselors"),
        pair(soc="29-2011", title="Example Technologists"),
        pair(soc="29-2012", title="Example Technicians"),
    )
    crosswalk.create_occupations({soc: f"Group {soc}" for soc in ("31-1120", "21-1018", "29-2010")})
    for soc in ("31-1120", "21-1018", "29-2012"):
        WageFactory(occupation=Occupation.objects.get(soc=soc))
    ProjectionFactory(occupation=Occupation.objects.get(soc="29-2010"))
    crosswalk.settle_occupations()
    published_as = dict(Occupation.objects.exclude(published_as=None).values_list("soc", "published_as__soc"))
    assert published_as == {"31-1121": "31-1120", "21-1011": "21-1018", "29-2011": "29-2010"}
    WageFactory(occupation=Occupation.objects.get(soc="31-1121"))
    crosswalk.settle_occupations()
    assert Occupation.objects.get(soc="31-1121").published_as is None


def test_an_address_somebody_else_had_gets_the_code(field, imported):
    Occupation.objects.create(soc="11-1011", title="Old", slug="example-managers-of-things")
    Occupation.objects.update(slug="renamed")
    imported(pair(soc="11-9199", title="Example Managers of Things"))
    assert Occupation.objects.get(soc="11-9199").slug == "example-managers-of-things-11-9199"
    assert Slug.objects.filter(kind="occupation").count() == 3


def test_the_code_list_comes_first(imported):
    with pytest.raises(CommandError, match="CIP code list first"):
        imported(pair())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html></html>", "web page"),
        (b"CIP2010Code,CIP2010Title,SOC2010Code,SOC2010Title\n51.0701,x,11-9111,y\n", "another table|lacks"),
        ((",".join(HEADER) + "\n").encode(), "no rows"),
    ],
)
def test_a_file_that_is_not_the_file_is_refused_in_words(field, tmp_path, content, words):
    path = tmp_path / NAME
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("import_crosswalk", str(path), verbosity=0)
    assert not Release.objects.exists()
    assert not Occupation.objects.exists()
