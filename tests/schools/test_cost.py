"""What a program costs: built from its parts, shown with the way to the total, and never guessed."""

import re
from html import unescape

import pytest

from schools.cost import academic_years
from schools.relisting import relist_all
from tests.factories import ProgramFactory, PublishedPriceFactory

pytestmark = pytest.mark.django_db

SCHOOLS = {"tuition": 19_116, "fees": 1_975, "per_credit": 1_593}


def cost(client, program):
    """The words of the section on cost, and of the slip."""
    relist_all()
    page = client.get(program.get_absolute_url()).content.decode()
    section = page[page.index('id="cost"') : page.index('id="admission"')]
    slip = page[page.index('id="at-a-glance"') : page.index('id="accreditation"')]
    return tuple(" ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in (section, slip))


def priced(program, **price):
    return PublishedPriceFactory(school=program.school, **{**SCHOOLS, **price})


def test_a_years_price_times_the_years_is_the_total_for_each_kind_of_student(client):
    program = ProgramFactory(length_months=24)
    priced(program)
    priced(program, residency="out_of_state", tuition=29_580)
    section, slip = cost(client, program)
    assert "In state: $19,116 tuition + $1,975 fees = $21,091 a year; × 2 years (24 months) = $42,182" in section
    assert "$31,555 a year; × 2 years (24 months) = $63,110 for the whole program." in section
    assert "Whole program, tuition and fees $42,182 $63,110" in section
    assert "$42,182 in state, $63,110 out of state" in slip
    assert "prices of the school, not of this program" in section


def test_without_a_length_there_is_no_total_and_it_says_why(client):
    program = ProgramFactory()
    priced(program)
    section, slip = cost(client, program)
    assert "$19,116 tuition + $1,975 fees = $21,091 a year." in section
    assert "No total for the whole program: nobody has told us yet how long the program takes." in section
    assert "Whole program Not known Nobody has told us yet how long the program takes" in slip
    program.not_published = ["length_months"]
    program.save()
    assert "the school does not publish how long the program takes" in cost(client, program)[0]


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ({"fees": None, "reasons": {"fees": "not_reported"}}, "the required fees are not known (not reported)"),
        (
            {"tuition": None, "per_credit": None, "reasons": {"tuition": "suppressed", "per_credit": "suppressed"}},
            "the tuition is not known (suppressed for privacy)",
        ),
    ],
)
def test_one_unknown_part_makes_the_total_unknown(missing, why, client):
    program = ProgramFactory(length_months=24)
    priced(program, **missing)
    section, _ = cost(client, program)
    assert f"No total for the whole program: {why}." in section
    assert "for the whole program." not in section.replace("No total for the whole program", "")


def test_no_fees_are_a_known_part(client):
    program = ProgramFactory(length_months=12)
    priced(program, fees=0)
    assert "$19,116 tuition + $0 fees = $19,116 a year; × 1 year (12 months) = $19,116" in cost(client, program)[0]


def test_credits_times_the_programs_own_price_and_the_schools_fees(client):
    program = ProgramFactory(credits="48", tuition_per_credit=800, length_months=24)
    priced(program)
    section, _ = cost(client, program)
    words = "48 credits × $800 = $38,400 tuition + $3,950 ($1,975 fees a year × 2 years (24 months)) = $42,350"
    assert words in section
    assert "Tuition is the program’s own" in section
    assert "Tuition a year Not asked yet" in section


def test_credits_without_a_length_give_the_tuition_and_no_total_while_there_are_fees(client):
    program = ProgramFactory(credits="48", tuition_per_credit=800)
    priced(program)
    section, _ = cost(client, program)
    assert "48 credits × $800 = $38,400 tuition." in section
    assert "Tuition, whole program $38,400" in section
    assert "Whole program, tuition and fees Not known" in section


def test_credits_times_the_schools_price_when_only_the_credits_are_known(client):
    program = ProgramFactory(credits="36.5")
    priced(program, fees=0, per_credit=1_001)
    section, _ = cost(client, program)
    assert "36.5 credits × $1,001 (the school’s price per credit) = $36,537 tuition + no required fees" in section
    assert "= $36,537 for the whole program" in section


def test_what_the_school_states_as_the_whole_tuition_is_taken_as_it_is(client):
    program = ProgramFactory(tuition_total=40_000, length_months=24)
    priced(program)
    section, _ = cost(client, program)
    assert "$40,000 tuition for the whole program, as the school states it + $3,950" in section
    assert "= $43,950 for the whole program" in section


def test_a_programs_own_yearly_price_at_a_private_school_is_everybodys(client):
    program = ProgramFactory(tuition_per_year=20_000, length_months=18, school__record__control="nonprofit")
    priced(program, fees=100)
    section, _ = cost(client, program)
    assert "All students: $20,000 tuition + $100 fees = $20,100 a year; × 1.5 years (18 months) = $30,150" in section


def test_at_a_public_school_the_price_for_others_is_not_guessed(client):
    program = ProgramFactory(tuition_per_year=20_000, length_months=12)
    priced(program)
    section, _ = cost(client, program)
    assert "Tuition a year $20,000 Not asked yet" in section
    assert "Whole program, tuition and fees $21,975 Not known" in section


def test_a_school_without_any_price_says_so(client):
    section, slip = cost(client, ProgramFactory(length_months=24))
    assert "Not in federal data" in section
    assert "Whole program Not known No price is known" in slip


@pytest.mark.parametrize(("months", "years"), [(4, "0.5"), (12, "1"), (13, "1.5"), (18, "1.5"), (21, "2"), (24, "2")])
def test_a_part_of_a_half_year_is_paid_whole(months, years):
    assert str(academic_years(months).normalize()) == years
