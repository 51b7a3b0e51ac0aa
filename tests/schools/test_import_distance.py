import pytest
from django.core.management.base import CommandError

from portal.models import ImportIssue
from schools.models import DistanceOffer, ProgramListing

from .official import DEP_HEADER, OLD_DEP_HEADER, c_a, dep, everything_kept, text


def offers():
    return {
        (offer.field_of_study.cip, offer.level): (offer.programs, offer.fully, offer.partly)
        for offer in DistanceOffer.objects.current().select_related("field_of_study")
    }


def test_programs_at_a_distance_are_counted_by_field_and_level(known):
    known.completions(c_a(), c_a(level="5"))
    said = known.distance(dep(TOTAL="4", MASTR="3", MASTRDE="1", MASTRDES="1", CERT1A="1", BACHL="1", BACHLDE="1"))
    assert "1 read: 3 new" in said
    assert "2023–24, provisional" in said
    assert offers() == {
        ("51.0701", "master"): (3, 1, 1),
        ("51.0701", "bachelor"): (1, 1, 0),
        ("51.0701", "cert_lt_12w"): (1, 0, 0),
    }
    delivery = dict(ProgramListing.objects.values_list("level", "delivery"))
    assert delivery == {"master": ["online", "hybrid", "campus"], "bachelor": ["online"]}


def test_the_same_file_twice_changes_nothing(known):
    known.distance(dep(MASTR="1"))
    before = everything_kept()
    assert "0 new, 0 changed, 1 unchanged" in known.distance(dep(MASTR="1"))
    assert everything_kept() == before


def test_older_years_say_yes_or_no_and_know_nothing_of_partly(known):
    rows = [
        dep(MASTR="1", MASTRDE="1", CERT1="1"),
        dep(cip="51", MASTR="7", MASTRDE="3"),
        dep(cip="99", TOTAL="9", MASTR="9"),
    ]
    said = known.run("distance", known.file("c2018dep.csv", text(rows, OLD_DEP_HEADER)))
    assert "3 read: 1 new" in said
    assert offers() == {("51.0701", "master"): (1, 1, None)}


def test_what_is_not_offered_is_no_row(known):
    known.distance(dep(MASTR="1"), dep(cip="51.0702"), dep(cip="44.0701", BACHL="-2", PHANTOM="1"))
    assert offers() == {("51.0701", "master"): (1, 0, 0)}


@pytest.mark.parametrize("cells", [{"BACHL": "1", "BACHLDE": "2"}, {"BACHLDES": "1"}, {"BACHL": "x"}])
def test_counts_that_contradict_each_other_are_an_issue(known, cells):
    said = known.distance(dep(MASTR="1"), dep(cip="51.0702", **cells))
    assert "1 new" in said
    assert "1 refused" in said
    issue = ImportIssue.objects.get()
    assert (issue.line, issue.column) == (3, "PBACHL")


@pytest.mark.parametrize("dropped", ["PMASTRDE", "PCERT1BDE"])
def test_a_count_without_its_twin_refuses_the_file(known, dropped):
    header = [name for name in DEP_HEADER if name != dropped]
    with pytest.raises(CommandError, match=dropped):
        known.run("distance", known.file("c2024dep.csv", text([dep(MASTR="1")], header)))
    assert not DistanceOffer.objects.exists()


def test_schools_nobody_knows_are_listed(known):
    assert "Unmatched, UNITID: 999999" in known.distance(dep(MASTR="1"), dep("999999", MASTR="1"))
