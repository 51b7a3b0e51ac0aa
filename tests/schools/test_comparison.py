"""Programs side by side: the same facts, honest blanks, and a link that survives what happens to the programs."""

import re

import pytest

from portal.reasons import Reason
from schools.comparison import MOST, lowest
from schools.models import Accreditation, Program, SchoolOutcome
from schools.relisting import relist_all
from tests.factories import (
    AccreditorFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    PublishedPriceFactory,
    ReleaseFactory,
    SchoolFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db


def link(*programs, **more) -> str:
    pairs = [("p", getattr(one, "pk", one)) for one in programs] + list(more.items())
    return "/compare/?" + "&".join(f"{name}={value}" for name, value in pairs)


def read(client, url) -> str:
    page = client.get(url)
    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
    assert not page.cookies
    return page.content.decode()


def columns(page) -> list[str]:
    return re.findall(r'<th scope="col"><a [^>]*>([^<]*)</a>', page)


def rows(page) -> dict[str, list[str]]:
    """What the table says, without markup, by the words at the head of each row."""

    def plain(markup):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()

    found = {}
    for row in re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL):
        head, *cells = re.split(r"<td[^>]*>", row)
        found[plain(head.split("<span")[0])] = [plain(cell) for cell in cells]
    return found


@pytest.fixture
def programs():
    """Three of different schools: one tells much, one little, one says that it does not publish."""
    told = ProgramFactory(
        name="Program A",
        tuition_per_year=20_000,
        tuition_total=40_000,
        length_months=24,
        credits=48,
        delivery=["online"],
    )
    little = ProgramFactory(name="Program B", tuition_per_year=15_000, tuition_total=60_000, level="bachelor")
    withheld = ProgramFactory(name="Program C", not_published=["tuition_per_year", "tuition_total", "length_months"])
    return told, little, withheld


def test_programs_stand_side_by_side_in_a_real_table_in_the_order_asked_for(client, programs):
    told, little, withheld = programs
    neighbour = ProgramFactory(name="Program D")
    page = read(client, link(withheld, told, little))
    assert columns(page) == ["Program C", "Program A", "Program B"]
    assert "Compare 3 programs" in page
    assert re.search(r'<div class="scroll tall" role="region" aria-labelledby="compared" tabindex="0">', page)
    assert '<caption id="compared">' in page
    table = rows(page)
    assert table["Level"] == ["Master’s degree", "Master’s degree", "Bachelor’s degree"]
    assert table["Length"] == ["The school does not publish it", "24 months", "Not asked yet"]
    assert table["How it is taught"] == ["Not in federal data", "Online", "Not in federal data"]
    assert all(len(cells) == 3 for cells in table.values())
    assert neighbour.name not in page


def test_what_nobody_was_asked_is_one_sentence_and_no_rows_of_blanks(client, programs):
    page = read(client, link(*programs))
    assert not {"Next start", "Apply by", "Lowest GPA"} & set(rows(page))
    assert re.search(r"Not asked of their schools yet: [^.]*next start, apply by and admission\.", page)


# Money -------------------------------------------------------------------------------------------


def test_the_lowest_is_marked_in_words_among_published_values_only(client, programs):
    table = rows(read(client, link(*programs)))
    assert [("Lowest of these" in cell) for cell in table["Tuition a year"]] == [False, True, False]
    assert [("Lowest of these" in cell) for cell in table["Total tuition"]] == [True, False, False]
    assert "The school does not publish it" in table["Tuition a year"][2]


@pytest.mark.parametrize(
    ("amounts", "marked"),
    [
        ([3, 2, 1], [False, False, True]),
        ([None, 2, 1], [False, False, True]),
        ([0, 2, None], [True, False, False]),
        ([1, 2, 1], [True, False, True]),
        ([1, 1], [False, False]),
        ([None, 7], [False, False]),
        ([None, None], [False, False]),
        ([7], [False]),
        ([], []),
    ],
)
def test_a_blank_is_never_the_lowest_and_one_alone_or_all_alike_are_not_either(amounts, marked):
    assert lowest(amounts) == marked


def test_a_programs_price_and_a_schools_price_are_not_held_against_each_other(client, programs):
    other = ProgramFactory(name="Program S")
    PublishedPriceFactory(school=other.school, tuition=9_000)
    relist_all()
    page = read(client, link(programs[0], other))
    assert "$9,000" in page
    assert "Lowest of these" not in page
    assert "No lowest yearly tuition is marked" in page


def test_a_price_for_residents_is_called_the_lowest_in_state_only(client):
    public, private = ProgramFactory(name="Program P"), ProgramFactory(name="Program Q")
    PublishedPriceFactory(school=public.school, tuition=9_000)
    PublishedPriceFactory(school=public.school, residency="out_of_state", tuition=30_000)
    for residency in ("in_state", "out_of_state"):
        PublishedPriceFactory(school=private.school, residency=residency, tuition=20_000)
    relist_all()
    assert "Lowest of these, in state" in rows(read(client, link(public, private)))["Tuition a year"][0]


# Of the school, of the occupation --------------------------------------------------------------------


def test_earnings_are_said_to_be_the_schools_and_a_blank_says_why(client, programs):
    release = ReleaseFactory(source__slug="scorecard-institutions", year=2024)
    measure = SchoolOutcome.Measure.MEDIAN_EARNINGS_10
    known, hidden = programs[0].school, programs[1].school
    SchoolOutcome.objects.create(release=release, school=known, measure=measure, value=51_000)
    SchoolOutcome.objects.create(release=release, school=hidden, measure=measure, value=None, reason=Reason.SUPPRESSED)
    page = read(client, link(*programs))
    assert rows(page)["Earnings of the school’s students"] == [
        "$51,000",
        "Suppressed for privacy",
        "Not in federal data",
    ]
    assert "never of this program" in page


def test_school_and_program_are_vouched_for_apart(client, programs):
    first, second, _ = programs
    body = AccreditorFactory(name="Fictitious Program Board")
    whole = AccreditorFactory(name="Fictitious School Board", kind="institutional")
    checked = {"status": "accredited", "checked_on": "2026-01-01", "url": "https://board.example/entry"}
    Accreditation.objects.create(accreditor=body, school=first.school, program=first, **checked)
    Accreditation.objects.create(accreditor=whole, school=second.school, **checked)
    Accreditation.objects.create(accreditor=body, school=first.school, **checked)  # names no program
    Accreditation.objects.create(accreditor=body, school=second.school, program=second, status="unconfirmed")
    table = rows(read(client, link(first, second)))
    assert "Fictitious Program Board" in table["Who vouches for the program"][0]
    assert "Fictitious" not in table["Who vouches for the program"][1]
    assert "Fictitious" not in table["Who vouches for the school"][0]
    assert "Fictitious School Board" in table["Who vouches for the school"][1]


def test_careers_come_with_pay_best_first_and_none_that_is_hidden(client):
    field, other = FieldOfStudyFactory(), FieldOfStudyFactory(cip="51.3801")
    first, second = ProgramFactory(field_of_study=field), ProgramFactory(field_of_study=other)
    for soc, title, pay in (("11-9111", "Example managers", 45_000), ("29-1141", "Example nurses", 60_000)):
        occupation = OccupationFactory(soc=soc, title=title)
        OccupationFieldFactory(occupation=occupation, field_of_study=field)
        WageFactory(occupation=occupation, median=pay)
    draft = OccupationFactory(soc="29-9021", title="Example secret", published_at=None)
    OccupationFieldFactory(occupation=draft, field_of_study=field)
    table = rows(read(client, link(first, second)))
    careers = table["Where it can lead"]
    assert careers == [
        "Example nurses : $60,000 Example managers : $45,000",
        "Not in the federal crosswalk",
    ]


# Only what differs -----------------------------------------------------------------------------------


def test_only_differences_leaves_out_what_is_the_same(client, programs):
    everything, differing = read(client, link(*programs[:2])), read(client, link(*programs[:2], differences=1))
    assert "Field" in rows(everything)
    assert set(rows(differing)) < set(rows(everything))
    for label, cells in rows(differing).items():
        assert len(set(cells)) > 1, label
    assert not {"Field", "Type of school", "Where it can lead"} & set(rows(differing))
    assert f'href="{link(*programs[:2]).replace("&", "&amp;")}#compared">Show everything' in differing


def test_two_of_the_same_kind_are_said_to_be_the_same(client):
    school = SchoolFactory()
    pair = [ProgramFactory(school=school, slug=slug) for slug in "ab"]
    page = read(client, link(*pair, differences=1))
    assert rows(page) == {}
    assert "they are the same" in page


# Any address is some page --------------------------------------------------------------------------------


def test_nothing_named_compares_the_first_of_the_shortlist(client, programs):
    assert "Nothing to compare yet" in read(client, "/compare/")
    client.cookies["shortlist"] = ".".join(str(one.pk) for one in reversed(programs))
    assert columns(read(client, "/compare/")) == ["Program C", "Program B", "Program A"]


def test_one_alone_leads_on(client, programs):
    page = read(client, link(programs[0]))
    assert columns(page) == ["Program A"]
    assert "One program alone" in page
    assert "Only show differences" not in page
    assert rows(read(client, link(programs[0], differences=1)))


def test_more_than_fit_are_named_and_left_out(client):
    many = [ProgramFactory(name=f"Program number {n}") for n in range(50)]
    page = read(client, link(*many))
    assert columns(page) == [f"Program number {n}" for n in range(MOST)]
    assert "Only 4 fit side by side" in page
    assert "Program number 4," in page


@pytest.mark.parametrize(
    "query",
    [
        "p=",
        "p=x&p=-1&p=0",
        "p=1e3&p=%3Cscript%3E",
        "p=" + "9" * 400,
        "p=." * 900,
        "p=999999999999999999",
        "p=NaN",
        "differences=1",
    ],
)
def test_junk_is_a_page_with_a_way_on(query, client, programs):
    page = read(client, f"/compare/?{query}")
    assert columns(page) == []
    assert 'href="/programs/">See all programs' in page
    assert "<script>" not in page.partition("<main")[2]


def test_repeated_ids_are_one_column_each(client, programs):
    first, second, _ = programs
    assert columns(read(client, link(first, first, second, first))) == ["Program A", "Program B"]


def test_a_link_survives_a_program_that_is_gone(client, programs):
    first, second, third = programs
    Program.objects.filter(pk=second.pk).update(published_at=None)
    page = read(client, link(first, second, third, 999_999_999))
    assert columns(page) == ["Program A", "Program C"]
    assert f'<a href="{second.get_absolute_url()}">Program B, ' in page
    assert "It is no longer listed." in page
    assert "It is not in our directory." in page
    Program.objects.update(published_at=None)
    assert "None of these programs is listed now" in read(client, link(first, third))


def test_a_column_can_be_taken_out_and_the_address_is_the_clean_one(client, programs):
    first, second, third = programs
    page = read(client, link(first, "junk", second, third, first))
    assert f'href="{link(first, third).replace("&", "&amp;")}">Remove<span class="vh"> Program B' in page
    canonical = link(*programs).replace("&", "&amp;")
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{canonical}">' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("number", [2, 3, MOST])
def test_any_number_of_programs_costs_the_same_queries(number, client, django_assert_num_queries):
    programs = [ProgramFactory(field_of_study=FieldOfStudyFactory(cip=f"51.070{n}")) for n in range(number)]
    for n, program in enumerate(programs):
        occupation = OccupationFactory(soc=f"11-911{n}", slug=f"occupation-{n}")
        OccupationFieldFactory(occupation=occupation, field_of_study=program.field_of_study)
    with django_assert_num_queries(7):  # programs, releases, accreditations, outcomes; pairs, wages, outlook
        client.get(link(*programs))
