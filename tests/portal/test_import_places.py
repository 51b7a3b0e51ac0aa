import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.models import ImportIssue, Zip

pytestmark = pytest.mark.django_db

PACKAGED = "GEOID,INTPTLAT,INTPTLONG,STATE\r\n55455,44.975487,-93.235337,MN\r\n00601,18.180555,-66.749961,PR\r\n"
TABS = (
    "GEOID\tALAND\tAWATER\tINTPTLAT\tINTPTLONG                          \n"
    "55455\t1\t2\t44.975487\t-93.235337          \n00601\t1\t2\t18.180555\t-66.749961      \n"
)
PIPES = TABS.replace("\t", "|").replace("GEOID", "GEOIDFQ|GEOID").replace("\n5", "\nx|5").replace("\n0", "\nx|0")


def bring(tmp_path, data, name="zcta_centroids_2021.csv", **options):
    path = tmp_path / name
    path.write_text(data)
    out = io.StringIO()
    call_command("import_places", str(path), stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "state"),
    [
        (PACKAGED, "zcta_centroids_2021.csv", "MN"),
        (TABS, "2024_Gaz_zcta_national.txt", None),
        (PIPES, "2025_Gaz_zcta_national.txt", None),
    ],
)
def test_zip_codes_get_a_place(tmp_path, data, name, state):
    said = bring(tmp_path, data, name)
    assert "2 read: 2 new" in said
    found = Zip.objects.current().get(zip="55455")
    assert (found.latitude, found.longitude, found.state_id) == (44.975487, -93.235337, state)
    assert found.release.period in name


def test_the_same_file_twice_changes_nothing(tmp_path):
    bring(tmp_path, PACKAGED)
    assert "0 new, 0 changed, 2 unchanged" in bring(tmp_path, PACKAGED)
    assert Zip.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("5545,95,-93,MN", "INTPTLAT"),
        ("x,44,-93,MN", "GEOID"),
        ("55455-0213,44,-93,MN", "GEOID"),
        ("55414,44,-93,QQ", "STATE"),
    ],
)
def test_a_place_that_is_none_is_an_issue(tmp_path, row, column):
    said = bring(tmp_path, PACKAGED + row + "\r\n")
    assert "2 new" in said
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column) == (4, column)


def test_a_table_without_positions_is_refused(tmp_path):
    with pytest.raises(CommandError, match="INTPTLAT"):
        bring(tmp_path, "GEOID,NAME\n55455,Somewhere\n")
    assert not Zip.objects.exists()
