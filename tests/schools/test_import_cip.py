import pytest
from django.core.management.base import CommandError

from schools.models import FieldOfStudy, FieldRecord

from .official import CIP_HEADER, CODES, cip, everything_kept, text


def test_current_codes_become_fields_with_our_words_where_we_have_them(desk):
    said = desk.codes()
    assert "CIP code list 2020" in said
    assert "6 read: 6 new" in said
    assert set(FieldOfStudy.objects.values_list("cip", flat=True)) == {"51.0701", "51.0702", "51.0720", "44.0701"}
    field = FieldOfStudy.objects.get(cip="51.0701")
    assert (field.title, field.plain_title) == (
        "Health/Health Care Administration/Management",
        "Health care administration",
    )
    assert field.slug == "health-care-administration"
    assert field.definition == "A program about 51.0701."
    assert FieldRecord.objects.get(cip="51").title == "Health Professions and Related Programs"


def test_deleted_moved_and_reserved_codes_are_no_fields(desk):
    desk.codes(
        [
            *CODES,
            cip("51.3817", "Nursing Education.", "Moved from"),
            cip("51.9998", "Gone.", "Deleted"),
            cip("51.9997", "Reserved.", "New"),
            cip("51.3203", "Nursing Education.", "Moved to"),
        ]
    )
    current = dict(FieldRecord.objects.values_list("cip", "is_current_code"))
    assert [code for code, is_current in current.items() if not is_current] == ["51.3817", "51.9998", "51.9997"]
    fields = FieldOfStudy.objects.filter(cip__in=["51.3817", "51.9998", "51.9997", "51.3203"])
    assert [field.cip for field in fields] == ["51.3203"]


def test_the_official_download_wraps_codes_for_excel(desk):
    rows = [row | {"CIPCode": f'="{row["CIPCode"]}"', "CIPFamily": f'="{row["CIPFamily"]}"'} for row in CODES]
    desk.run("cip", desk.file("CIPCode2020.csv", text(rows, CIP_HEADER)))
    assert FieldOfStudy.objects.filter(cip="51.0701").exists()


def test_the_same_list_twice_changes_nothing(desk):
    desk.codes()
    before = everything_kept()
    assert "0 new, 0 changed, 6 unchanged" in desk.codes()
    assert everything_kept() == before


def test_slugs_are_unique_short_and_cut_between_words(desk):
    long = "Reallylong/Wordy Titles, Which Never Seem to End, Because Somebody Wanted Completeness Everywhere."
    desk.codes([*CODES, cip("01.0101", "Same."), cip("01.0102", "Same."), cip("01.0103", long)])
    slugs = dict(FieldOfStudy.objects.values_list("cip", "slug"))
    assert (slugs["01.0101"], slugs["01.0102"]) == ("same", "same-01-0102")
    assert slugs["01.0103"] == "reallylong-wordy-titles-which-never-seem-to-end-because"


def test_official_words_follow_the_list_and_ours_are_never_overwritten(desk):
    desk.codes()
    FieldOfStudy.objects.filter(cip="51.0701").update(plain_title="Running hospitals", slug="running-hospitals")
    FieldOfStudy.objects.filter(cip="44.0701").update(plain_title="")
    desk.codes([*CODES[:2], cip(title="New Official Title."), *CODES[3:]])
    field = FieldOfStudy.objects.get(cip="51.0701")
    assert (field.title, field.plain_title, field.slug) == (
        "New Official Title",
        "Running hospitals",
        "running-hospitals",
    )
    assert FieldOfStudy.objects.get(cip="44.0701").plain_title == ""


def test_the_list_of_2010_is_refused(desk):
    desk.codes()
    before = everything_kept()
    old = [row for row in CODES if row["CIPCode"] != "51.0720"] + [cip("51.0719", "Clinical Research Coordinator.")]
    with pytest.raises(CommandError, match="CIP 2010"):
        desk.bring("cip", "CIPCode2010.csv", old)
    assert everything_kept() == before


@pytest.mark.parametrize("code", ["1.01", "51.071", "health"])
def test_a_code_that_can_be_read_in_two_ways_is_an_issue(desk, code):
    said = desk.codes([*CODES, cip(code)])
    assert "6 new" in said
    assert "1 refused" in said
    assert code in said
