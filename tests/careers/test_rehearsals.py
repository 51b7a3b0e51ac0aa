"""A new release of wages, from the file to the pages: staged, rehearsed, promoted, taken back."""

import re

import pytest
from django.core.management import call_command

from careers.models import Article, EditionOccupation, EmploymentSetting, Occupation, ReRead
from portal import releases
from portal.comparing import Comparison
from portal.models import AffectedPage, ContentVersion, Release
from portal.rehearsing import rehearse
from schools.models import ProgramListing
from schools.relisting import relist_all
from tests.factories import (
    ArticleFactory,
    CompletionsFactory,
    EmploymentSettingFactory,
    FieldOfStudyFactory,
    OccupationFieldFactory,
    SectionFactory,
    SubjectFactory,
)

from .official import NATION, OEWS_HEADER, PROJECTIONS_HEADER, projection_row, wage_row, write_csv

pytestmark = pytest.mark.django_db

NURSES, MANAGERS, CLERKS = "29-1141", "11-9111", "43-6013"


def wages(tmp_path, year, medians, *options, period=None):
    """A national file of a year, medians by SOC code, imported."""
    rows = [wage_row(soc, f"Workers {soc}", area=NATION, A_MEDIAN=str(median)) for soc, median in medians.items()]
    path = write_csv(tmp_path / f"national_M{year}_dl.csv", OEWS_HEADER, rows)
    call_command("import_wages", str(path), *options, verbosity=0)


def article(slug, *bodies, about=()):
    article = ArticleFactory(slug=slug, edition__title=f"How can I become a {slug}?")
    for body in bodies:
        SectionFactory(edition=article.live, body=body)
    for soc in about:
        EditionOccupation.objects.create(edition=article.live, occupation=Occupation.objects.get(soc=soc))
    return article


@pytest.fixture
def site(tmp_path):
    """May 2024 is current; one article on each pair of occupations, one without figures; a program that leads there."""
    wages(tmp_path, 2024, {NURSES: 50_000, MANAGERS: 60_000, CLERKS: 40_000})
    outlook = [projection_row(NURSES, "Workers"), projection_row("00-0000", "Total", kind="Summary")]
    path = write_csv(tmp_path / "t12.csv", PROJECTIONS_HEADER, outlook)
    call_command("import_projections", str(path), verbosity=0)
    field = FieldOfStudyFactory(cip="51.3801", title="Nursing")
    SubjectFactory(name="Nursing", fields=[field])
    for soc in (NURSES, MANAGERS):
        OccupationFieldFactory(occupation=Occupation.objects.get(soc=soc), field_of_study=field)
    CompletionsFactory(field_of_study=field, level="bachelor", awards=20)
    relist_all()
    releases.derive(Release.objects.current().first().source)
    article("nurse", "Managers earn significantly more: [[wage 11-9111 median US]] beside [[wage 29-1141 median US]].")
    article("clerk", "They earn [[wage 43-6013 median US]].")
    named = article("named", about=(NURSES,))
    named.live.edition_settings.create(setting=EmploymentSettingFactory(name="hospitals", slug="hospitals"))
    EmploymentSettingFactory(name="nowhere", slug="nowhere")
    article("poet", "There are no figures on this.")
    article("planner", "The outlook is [[growth 29-1141]].")


def pages(client):
    """Path to bytes of every page that could change."""
    rows = [*Article.objects.published(), *Occupation.objects.published(), *ProgramListing.objects.published()]
    rows += EmploymentSetting.objects.published()
    return {row.get_absolute_url(): client.get(row.get_absolute_url()).content for row in rows}


def changed(before, after):
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def affected(release):
    return set(AffectedPage.objects.filter(release=release).values_list("path", flat=True))


def staged():
    return Release.objects.get(state=Release.State.STAGED)


NEW = {NURSES: 65_000, MANAGERS: 61_000, CLERKS: 40_000}


def test_staging_changes_no_page_and_says_which_ones_would_change(client, site, tmp_path):
    before = pages(client)
    assert len(before) >= 7
    version = ContentVersion.now()
    wages(tmp_path, 2025, NEW, "--stage")
    assert changed(before, pages(client)) == set()
    release = staged()
    assert release.rehearsal.against.year == 2024
    version = ContentVersion.now()
    rehearse(release)
    assert ContentVersion.now() == version, "a rehearsal must not make caches forget"
    assert not ReRead.objects.exists()
    assert {str(one) for one in Release.objects.current().filter(source=release.source)} == {
        "BLS OEWS national estimates May 2024"
    }

    releases.promote(release)
    now = pages(client)
    assert changed(before, now) == affected(release)
    articles = {path for path in affected(release) if path.startswith("/careers/")}
    assert articles == {"/careers/nurse/", "/careers/clerk/", "/careers/named/"}
    assert "/employment-settings/hospitals/" in affected(release)
    assert AffectedPage.objects.filter(release=release, kind="program").count() == 1

    releases.roll_back(release.source)
    assert pages(client) == before


def test_a_correction_of_one_figure_reaches_only_the_pages_that_print_it(client, site, tmp_path):
    before = pages(client)
    wages(tmp_path, 2024, {NURSES: 50_000, MANAGERS: 60_000, CLERKS: 41_000}, "--stage")
    release = staged()
    assert {path for path in affected(release) if path.startswith("/careers/")} == {"/careers/clerk/"}
    releases.promote(release)
    assert changed(before, pages(client)) == affected(release)
    releases.roll_back(release.source)
    assert pages(client) == before


def test_an_occupation_that_appears_with_a_crosswalk_goes_with_it_and_may_come_again(client, site, tmp_path):
    """What an editor decided about it in between stays."""
    header = ["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"]

    def crosswalk(year, *socs):
        rows = [dict(zip(header, ("51.3801", "Nursing", soc, f"Workers {soc}"), strict=True)) for soc in socs]
        path = write_csv(tmp_path / f"cip{year}_soc2018_crosswalk.csv", header, rows)
        call_command("import_crosswalk", str(path), "--stage", verbosity=0)
        return staged()

    def page():
        return client.get(Occupation.objects.get(soc=CLERKS).get_absolute_url()).status_code

    releases.promote(crosswalk(2021, NURSES, MANAGERS))
    before = pages(client)
    assert page() == 404
    release = crosswalk(2022, NURSES, MANAGERS, CLERKS)
    path = Occupation.objects.get(soc=CLERKS).get_absolute_url()
    assert AffectedPage.objects.get(release=release, path=path).how == "appears"
    releases.promote(release)
    assert changed(before, pages(client)) == affected(release)
    releases.roll_back(release.source)
    assert page() == 404
    assert pages(client) == before
    releases.promote(release)
    assert page() == 200
    Occupation.objects.filter(soc=CLERKS).update(published_at=None)
    releases.roll_back(release.source)
    releases.promote(release)
    assert page() == 404, "an editor has taken it off"


def test_words_that_may_not_fit_any_more_are_listed_to_read_again(client, site, tmp_path):
    wages(tmp_path, 2025, NEW, "--stage")
    release = staged()
    ((name, _, why),) = release.rehearsal.remarks
    assert name == "How can I become a nurse?"
    assert "changed places" in why
    assert "significantly more" in why
    assert not re.search(r"\[\[", why)
    releases.promote(release)
    entry = ReRead.objects.get()
    assert (entry.article.slug, entry.release, entry.done_at) == ("nurse", release, None)
    releases.roll_back(release.source)
    assert not ReRead.objects.exists(), "what nobody has looked at need not be looked at any more"


@pytest.mark.parametrize(
    ("medians", "words", "expected"),
    [
        ({MANAGERS: 55_000}, "Managers earn significantly more", "50% is left"),
        ({MANAGERS: 58_000}, "Managers earn significantly more", ""),
        ({MANAGERS: 50_000}, "Managers earn more", "equal now"),
        ({NURSES: 58_000}, "Nurses earn about that:", "was $50,000, is $58,000"),
        ({NURSES: 56_000}, "Nurses earn about that:", ""),
    ],
)
def test_what_counts_as_a_doubt(site, tmp_path, medians, words, expected):
    only_nurses = "Nurses" in words
    figures = "[[wage 29-1141 median US]]" + ("" if only_nurses else " and [[wage 11-9111 median US]]")
    article("subject", f"{words} {figures}.")
    old = {NURSES: 50_000, MANAGERS: 60_000, CLERKS: 40_000}
    wages(tmp_path, 2025, old | medians, "--stage")
    found = [why for name, _, why in staged().rehearsal.remarks if "subject" in name]
    assert bool(found) == bool(expected), found
    assert expected in "".join(found)


@pytest.mark.parametrize(
    ("growth", "body", "expected"),
    [
        ("-3", "It is growing: [[growth 29-1141]].", "was +20.0%, is -3.0%"),
        ("15", "It is growing: [[growth 29-1141]].", ""),
        ("4", "It grows faster than the average.", "all occupations"),
        ("25", "It grows faster than the average.", ""),
    ],
)
def test_growth_that_turns_or_falls_behind_the_average(site, tmp_path, growth, body, expected):
    path = write_csv(
        tmp_path / "first.csv", PROJECTIONS_HEADER,
        [projection_row(NURSES), projection_row("00-0000", "Total", kind="Summary", **{PROJECTIONS_HEADER[6]: "5"})],
    )  # fmt: skip
    call_command("import_projections", str(path), verbosity=0)
    article("subject", body, about=[NURSES])
    total = {PROJECTIONS_HEADER[6]: "5"}
    path = write_csv(
        tmp_path / "second.csv", PROJECTIONS_HEADER,
        [projection_row(NURSES, **{PROJECTIONS_HEADER[6]: growth}),
         projection_row("00-0000", "Total", kind="Summary", **total)],
    )  # fmt: skip
    call_command("import_projections", str(path), "--stage", verbosity=0)
    found = [why for name, _, why in staged().rehearsal.remarks if "subject" in name]
    assert bool(found) == bool(expected), found
    assert expected in "".join(found)


def test_rows_are_compared_with_before_and_after(site, tmp_path):
    wages(tmp_path, 2025, {NURSES: 65_000, CLERKS: 40_000, "31-9092": 45_000}, "--stage")
    release = staged()
    comparison = Comparison(release, release.rehearsal.against)
    assert comparison.counts == {"new": 1, "changed": 1, "withdrawn": 1}
    (row,) = comparison.rows("changed", 0, 10)
    assert "29-1141" in row.about
    assert row.values == [("median", "50,000", "65,000")]
    assert comparison.rows("new", 0, 10)[0].before is None
    assert comparison.rows("withdrawn", 0, 10)[0].after is None
    movement = comparison.movements()[0]
    assert (movement.figure, movement.words) == ("median", "+30%")


def test_the_same_file_staged_twice_is_one_release(site, tmp_path):
    wages(tmp_path, 2025, NEW, "--stage")
    wages(tmp_path, 2025, NEW, "--stage")
    assert Release.objects.filter(source__slug="oews-national", year=2025).count() == 1


def test_a_staged_release_can_be_thrown_away_and_only_that(site, tmp_path):
    wages(tmp_path, 2025, NEW, "--stage")
    releases.discard(staged())
    assert not Release.objects.filter(source__slug="oews-national", year=2025).exists()
    with pytest.raises(releases.NotStaged):
        releases.discard(Release.objects.current().first())


def test_pages_read_nothing_of_a_staged_release(client, site, tmp_path):
    before = pages(client)
    wages(tmp_path, 2025, {NURSES: 41_000, MANAGERS: 42_000, CLERKS: 43_000, "31-9092": 44_000}, "--stage")
    assert pages(client) == before
