"""Figures in prose: what an editor may write, and what a reader gets for it."""

import logging

import pytest
from django.core.exceptions import ValidationError

from careers.figures import Token, UnknownToken, parse, tokens_in, validate_figure, validate_tokens
from careers.footnotes import Figures
from portal.models import Area
from portal.reasons import Reason
from schools.relisting import relist_all
from tests.factories import (
    CompletionsFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    ProgramFactory,
    ProjectionFactory,
    PublishedPriceFactory,
    ReleaseFactory,
    SchoolFactory,
    SubjectFactory,
    WageFactory,
)

# What may be written -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("wage 29-1141 median US", Token("wage", "29-1141", "median", "US")),
        ("  WAGE 29-1141  P90\n mn ", Token("wage", "29-1141", "p90", "MN")),
        ("jobs 29-1141", Token("jobs", "29-1141", area="US")),
        ("jobs 29-1141 TX", Token("jobs", "29-1141", area="TX")),
        ("growth 00-0000", Token("growth", "00-0000")),
        ("new-jobs 11-9111", Token("new-jobs", "11-9111")),
        ("programs social-work all", Token("programs", "social-work")),
        ("tuition social-work master", Token("tuition", "social-work", level="master")),
    ],
)
def test_an_editor_may_write_each_kind_of_figure(written, token):
    assert parse(written) == token
    assert parse(str(token)) == token


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("salary 29-1141", "“salary 29-1141” is no figure. Begin with wage"),
        ("", "is no figure"),
        ("wage", "the SOC code is missing"),
        ("wage 291141 median US", "291141 is no SOC code. Write two digits, a hyphen and four digits"),
        ("wage 29-1141 typical US", "typical is no statistic. Write mean, p10, p25, median, p75 or p90."),
        ("wage 29-1141 median", "something is missing. Write it like wage 29-1141 median US."),
        ("wage 29-1141 median US now", "there is something too much"),
        ("wage 29-1141 median Texas", "Texas is no place we have figures for"),
        ("growth 29-1141 US", "there is something too much"),
        ("programs social-work", "something is missing"),
        ("programs social-work masters", "masters is no award level. Write cert_lt_12w"),
    ],
)
def test_a_wrong_figure_is_answered_with_what_to_write(written, advice):
    with pytest.raises(UnknownToken) as refused:
        parse(written)
    assert advice in str(refused.value)


@pytest.mark.django_db
def test_every_bad_figure_of_a_text_is_named_at_once():
    OccupationFactory(soc="29-1141")
    SubjectFactory(name="Social work")
    SubjectFactory(name="Nursing")
    with pytest.raises(ValidationError) as refused:
        validate_tokens(
            "Fine: [[wage 29-1141 median US]]. [[wage 29-1114 median US]] [[jobs 29-1141 ZZ]] "
            "[[programs welding all]] [[pay]] and [[growth 29-1141"
        )
    said = " ".join(refused.value.messages)
    assert "no occupation here has the SOC code 29-1114" in said
    assert "ZZ is no place we have figures for" in said
    assert "welding is no subject of the directory. Write " in said
    assert "nursing" in said
    assert "“pay” is no figure" in said
    assert "“[[growth 29-1141” is never closed" in said
    assert len(refused.value.messages) == 5


@pytest.mark.django_db
def test_a_good_text_and_a_good_cell_pass(django_assert_num_queries):
    OccupationFactory(soc="29-1141")
    SubjectFactory(name="Social work")
    with django_assert_num_queries(3):
        validate_tokens("[[wage 29-1141 median MN]] [[growth 29-1141]] [[programs social-work all]]")
    validate_figure("wage 29-1141 median MN")
    validate_figure("")
    validate_tokens("No figure at all, only [brackets].")
    with pytest.raises(ValidationError, match="without brackets"):
        validate_figure("[[wage 29-1141 median MN]]")


# What a reader gets ----------------------------------------------------------------------------------


def shown(written, **more):
    figures = Figures([written], **more)
    value, mark = figures.show(written)
    return str(value), str(mark), figures.notes[0].figure if figures.notes else None


@pytest.fixture
def nurses():
    nurses = OccupationFactory(soc="29-1141", title="Registered Nurses")
    WageFactory(
        occupation=nurses, median=97_550, employment=3_379_720, p10=68_940, p25=80_000, p75=112_000, p90=137_470
    )
    ProjectionFactory(occupation=nurses, percent="4.9", change=-3_000, openings=189_100, employment_base=3_391_000)
    return nurses


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "printed", "statistic"),
    [
        ("wage 29-1141 median US", ">$97,550<", "Median annual wage"),
        ("wage 29-1141 p10 US", ">$68,940<", "10th percentile of annual wages"),
        ("jobs 29-1141 US", ">3,379,720<", "Wage and salary jobs"),
        ("growth 29-1141", ">+4.9%<", "Projected change in employment, 2024–34"),
        ("openings 29-1141", ">189,100<", "Projected openings a year, on average, 2024–34"),
        ("new-jobs 29-1141", ">−3,000<", "Projected change in the number of jobs, 2024–34"),
        ("employment 29-1141", ">3,391,000<", "Jobs in 2024, self-employment included"),
    ],
)
def test_a_figure_prints_its_number_and_names_its_statistic_in_full(nurses, written, printed, statistic):
    value, mark, figure = shown(written)
    assert printed in value
    assert value.startswith("<data value=")
    assert 'data-release="' in value
    assert 'href="#note-1"' in mark
    assert figure.statistic == statistic
    assert figure.about == "Registered Nurses (SOC 29-1141)"


@pytest.mark.django_db
def test_a_new_release_renews_the_figure_and_an_older_one_never_shows(nurses):
    older = ReleaseFactory(source__slug="oews-national", year=2024, state="superseded")
    WageFactory(occupation=nurses, release=older, median=45_000)
    assert ">$97,550<" in shown("wage 29-1141 median US")[0]


@pytest.mark.django_db
def test_a_withheld_figure_prints_its_reason_and_never_a_zero():
    cooks = OccupationFactory(soc="35-2014")
    WageFactory(
        occupation=cooks, median=None, employment=None, reasons={"median": "not_released", "employment": "not_released"}
    )
    value, mark, _ = shown("wage 35-2014 median US")
    assert value == '<span class="unknown">not released by the agency</span>'
    assert mark
    assert "not in federal data" in shown("wage 35-2014 median MN")[0]
    assert "not in federal data" in shown("growth 35-2014")[0]


@pytest.mark.django_db
def test_a_top_coded_wage_says_at_least():
    surgeons = OccupationFactory(soc="29-1248")
    WageFactory(occupation=surgeons, median=239_200, p75=239_200, p90=239_200, reasons={"median": Reason.TOP_CODED})
    value, _, figure = shown("wage 29-1248 median US")
    assert value.startswith("at least <data")
    assert ">$239,200<" in value
    assert "The agency publishes no figure above this one." in figure.remarks


@pytest.mark.django_db
def test_a_figure_of_a_wider_group_says_so():
    group = OccupationFactory(soc="21-1018", title="Counselors of Several Kinds")
    WageFactory(occupation=group, median=60_000)
    ProjectionFactory(occupation=group, percent=10)
    OccupationFactory(soc="21-1011", title="Counselors of One Kind", published_as=group)
    value, _, figure = shown("wage 21-1011 median US")
    assert ">$60,000<" in value
    assert "Published for the wider group Counselors of Several Kinds (SOC 21-1018)." in figure.remarks
    assert figure.about == "Counselors of One Kind (SOC 21-1011)"
    assert ">+10%<" in shown("growth 21-1011")[0]


@pytest.mark.django_db
def test_a_figure_that_covers_more_than_the_title_says_whom(nurses):
    _, _, figure = shown("wage 29-1141 median US", scopes={"29-1141": "all registered nurses"})
    assert figure.remarks == ["Covers all registered nurses."]


@pytest.mark.django_db
def test_the_same_figure_has_one_footnote_and_one_anchor(nurses):
    figures = Figures(["wage 29-1141 median US", "wage 29-1141 median us", "growth 29-1141"])
    first, again, other = (
        figures.show(w)[1] for w in ("wage 29-1141 median US", "wage 29-1141 median us", "growth 29-1141")
    )
    assert 'id="note-1-mark"' in first
    assert "#note-1" in again
    assert " id=" not in again
    assert "#note-2" in other
    assert [note.number for note in figures.notes] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["pay of nurses", "wage 99-9999 median US", "programs welding all", "<script>"])
def test_an_unknown_figure_is_never_shown_raw_and_is_logged(written, caplog):
    with caplog.at_level(logging.WARNING, logger="careers.footnotes"):
        value, mark, _ = shown(written)
    assert value == '<span class="unknown">figure not available</span>'
    assert mark == ""
    assert caplog.records


@pytest.mark.django_db
def test_all_figures_of_a_page_cost_the_same_few_queries(django_assert_num_queries):
    written = []
    for number in range(50):
        occupation = OccupationFactory(soc=f"29-1{number:03}")
        WageFactory(occupation=occupation)
        ProjectionFactory(occupation=occupation)
        SubjectFactory(name=f"Subject number {number}")
        written += [f"wage {occupation.soc} median US", f"jobs {occupation.soc} MN", f"growth {occupation.soc}"]
        written.append(f"programs subject-number-{number} all")
    for many in (4, 200):
        with django_assert_num_queries(6):
            figures = Figures(written[:many])
            [figures.show(one) for one in written[:many]]


# Programs, graduates, tuition -------------------------------------------------------------------------


@pytest.fixture
def social_work():
    """Two fields in one subject; three schools with prices 10,000, 20,000 and unknown, and a hidden fourth."""
    general, clinical = FieldOfStudyFactory(cip="44.0701"), FieldOfStudyFactory(cip="51.1503")
    subject = SubjectFactory(name="Social work", fields=[general, clinical])
    first, second, third = SchoolFactory(), SchoolFactory(), SchoolFactory()
    hidden = SchoolFactory(published_at=None)
    for school, price in ((first, 10_000), (second, 20_000), (hidden, 90_000)):
        PublishedPriceFactory(school=school, student_level="graduate", tuition=price)
    for school in (first, second, third, hidden):
        CompletionsFactory(school=school, field_of_study=general, awards=30)
    CompletionsFactory(school=first, field_of_study=clinical, awards=7)
    CompletionsFactory(school=first, field_of_study=general, level="bachelor", awards=100)
    ProgramFactory(school=first, field_of_study=general, level="doctor_research", published_at=None)
    relist_all()
    return subject


@pytest.mark.django_db
def test_directory_figures_count_public_programs_only(social_work):
    assert ">4<" in shown("programs social-work master")[0]
    assert ">5<" in shown("programs social-work all")[0]
    assert ">0<" in shown("programs social-work associate")[0]
    assert ">0<" in shown("programs social-work doctor_research")[0]
    assert ">97<" in shown("graduates social-work master")[0]
    value, _, figure = shown("tuition social-work master")
    assert ">$15,000<" in value
    assert figure.remarks == ["Median of the 2 schools that list one, full time."]
    assert "not in federal data" in shown("tuition social-work associate")[0]
    assert shown("programs social-work master")[2].about == "Social work, master’s degree"


@pytest.mark.django_db
def test_two_programs_of_one_field_and_level_share_their_awards(social_work):
    school = SchoolFactory()
    field = FieldOfStudyFactory(cip="51.1503")
    CompletionsFactory(school=school, field_of_study=field, awards=9)
    for name in ("Day", "Evening"):
        ProgramFactory(school=school, field_of_study=field, name=name)
    assert ">106<" in shown("graduates social-work master")[0]
    assert ">6<" in shown("programs social-work master")[0]


@pytest.mark.django_db
def test_a_state_figure_names_the_state(nurses):
    states = ReleaseFactory(source__slug="oews-states", year=2025, period="May 2025")
    WageFactory(
        occupation=nurses, release=states, area=Area.objects.get(code="MN"), median=99_000, p75=110_000, p90=120_000
    )
    value, _, figure = shown("wage 29-1141 median MN")
    assert ">$99,000<" in value
    assert figure.place == "Minnesota"


def test_tokens_are_found_in_order_whatever_they_say():
    assert tokens_in("a [[growth\n 1]] [b](c) [[x]] [[open") == ["growth 1", "x"]
