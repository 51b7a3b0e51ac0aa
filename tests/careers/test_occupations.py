"""What a student finds on the pages of occupations."""

import json
import re

import pytest
from django.urls import reverse

from portal.models import Area
from tests.factories import (
    ArticleFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    ProgramFactory,
    ProjectionFactory,
    ReleaseFactory,
    SchoolFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/occupations/"


@pytest.fixture
def manager():
    """The ordinary occupation: published, led to by health administration, with pay and outlook."""
    field = FieldOfStudyFactory(plain_title="Health care administration")
    SubjectFactory(name="Health administration", fields=[field])
    manager = OccupationFactory(
        soc="11-9111", title="Medical and Health Services Managers", plain_title="Health manager", slug="health-manager"
    )
    OccupationFieldFactory(occupation=manager, field_of_study=field)
    WageFactory(occupation=manager, median=123_860, mean=140_970, p90=219_000, p75=160_000, employment=565_840)
    ProjectionFactory(occupation=manager, percent="23.2", entry_education="Bachelor's degree")
    return manager


def everyone(percent="3.1"):
    total = OccupationFactory(soc="00-0000", title="Total, all occupations", slug="all", published_at=None)
    return ProjectionFactory(occupation=total, percent=percent)


def page(client, occupation, **query):
    response = client.get(reverse("careers:occupation_detail", args=[occupation.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html):
    """The page as read: without tags, spaces joined."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def titles(html):
    return re.findall(r'<h3><a href="/occupations/[^"]+">([^<]+)', html)


def rows_of(html, caption):
    """The rows of the table with this caption, as lists of words."""
    table = html[html.index(f"<caption>{caption}") :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")], re.DOTALL)
    return [[text_of(cell) for cell in re.split(r"</t[hd]>", row)[:-1]] for row in rows]


# The list ---------------------------------------------------------------------------------------


def test_a_student_sees_each_published_occupation_that_a_field_leads_to(client, manager):
    field = FieldOfStudyFactory(cip="51.0707")
    OccupationFieldFactory(
        occupation=OccupationFactory(soc="29-2072", title="Hidden Workers", published_at=None), field_of_study=field
    )
    OccupationFactory(soc="35-2014", title="Cooks Nobody Leads To")
    misleading = OccupationFactory(soc="25-1011", title="Misleading Teachers")
    OccupationFieldFactory(occupation=misleading, field_of_study=field, shown=False)
    withdrawn = OccupationFactory(soc="25-1012", title="Withdrawn Teachers")
    OccupationFieldFactory(occupation=withdrawn, field_of_study=field, crosswalk=False)
    html = client.get(LIST).content.decode()
    assert titles(html) == ["Health manager"]
    assert 'data-total="1"' in html
    assert "1 occupation" in text_of(html[html.index("<h1") : html.index("</h1>")])


def test_a_card_tells_pay_growth_and_jobs_with_their_release(client, manager):
    everyone()
    html = client.get(LIST).content.decode()
    assert re.search(r'<data value="123860" data-release="[^"]*May 2025">\$123,860</data>', html)
    assert re.search(r'<data value="23.2" data-release="[^"]*">23.2%</data>', html)
    assert '<data value="565840"' in html
    assert "median pay $123,860 a year" in html  # the strip says itself in words
    assert "All occupations together: 3.1%" in text_of(html)


def test_the_facts_a_card_lacks_say_why(client, manager):
    bare = OccupationFactory(soc="29-9999", title="New Workers")
    OccupationFieldFactory(occupation=bare, field_of_study=FieldOfStudyFactory(cip="51.0722"))
    html = client.get(LIST).content.decode()
    card = html[html.index("New Workers") :]
    assert card.count("Not in federal data") == 3


def occupation(soc, title, cip="51.0707", **facts):
    """Another occupation that a field leads to; facts: median, percent."""
    made = OccupationFactory(soc=soc, title=title)
    OccupationFieldFactory(occupation=made, field_of_study=FieldOfStudyFactory(cip=cip))
    if "median" in facts:
        median = facts["median"]
        WageFactory(occupation=made, median=median, p10=None, p25=None, p75=None, p90=None, reasons=UNKNOWN_SPREAD)
    if "percent" in facts:
        ProjectionFactory(occupation=made, percent=facts["percent"])
    return made


UNKNOWN_SPREAD = dict.fromkeys(("p10", "p25", "p75", "p90"), "not_released")


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Aides", "Coders", "Health manager", "Zoned Clerks"]),
        ("median", ["Health manager", "Coders", "Aides", "Zoned Clerks"]),
        ("growth", ["Coders", "Health manager", "Zoned Clerks", "Aides"]),
        ("", ["Health manager", "Aides", "Coders", "Zoned Clerks"]),
        ("rep__email", ["Health manager", "Aides", "Coders", "Zoned Clerks"]),
    ],
)
def test_a_student_sorts_occupations_and_the_unknown_come_last(client, manager, sort, expected):
    occupation("29-2072", "Coders", median=51_000, percent="30")
    occupation("31-1131", "Aides", median=40_000)
    occupation("43-6013", "Zoned Clerks", percent="-4.9")
    html = client.get(LIST, {"sort": sort}).content.decode()
    assert titles(html) == expected


def test_a_wider_groups_figure_sorts_as_it_is_shown(client, manager):
    group = OccupationFactory(soc="21-1018", title="Counselors of Every Kind", published_at=None)
    WageFactory(occupation=group, median=60_000)
    own_but_unknown = occupation("21-1014", "Secret Counselors")
    own_but_unknown.published_as = group
    own_but_unknown.save()
    WageFactory(occupation=own_but_unknown, median=None, reasons={"median": "not_released"})
    borrowed = occupation("21-1011", "Counselors of One Kind")
    borrowed.published_as = group
    borrowed.save()
    occupation("29-2072", "Coders", median=51_000)
    html = client.get(LIST, {"sort": "median"}).content.decode()
    assert titles(html) == ["Health manager", "Counselors of One Kind", "Coders", "Secret Counselors"]


def test_the_number_beside_a_subject_is_what_choosing_it_shows(client, manager):
    records = FieldOfStudyFactory(cip="51.0707")
    SubjectFactory(name="Records", fields=[records])
    SubjectFactory(name="Empty of occupations", fields=[FieldOfStudyFactory(cip="51.9999")])
    occupation("29-2072", "Coders")
    OccupationFieldFactory(occupation=manager, field_of_study=records)
    html = client.get(LIST, {"subject": "health-administration"}).content.decode()
    counts = dict(re.findall(r'name="subject" value="([^"]+)"[^>]*data-count="(\d+)"', html))
    assert counts == {"health-administration": "1", "records": "2"}
    for slug, count in counts.items():
        assert f'data-total="{count}"' in client.get(LIST, {"subject": slug}).content.decode()
    both = client.get(LIST, {"subject": ["health-administration", "records"]}).content.decode()
    assert 'data-total="2"' in both  # either of them


def test_chips_say_what_is_on_and_take_it_off(client, manager):
    occupation("29-2072", "Coders")
    html = client.get(LIST, {"q": "health", "subject": "health-administration", "sort": "name"}).content.decode()
    assert 'data-chip="q=health"' in html
    assert 'data-chip="subject=health-administration"' in html
    assert 'href="/occupations/?subject=health-administration&amp;sort=name"' in html
    assert "1 occupation in health administration for “health”" in text_of(html)


def test_unknown_filters_are_dropped_and_the_valid_ones_stay(client, manager):
    html = client.get(LIST, {"subject": ["nonsense", "health-administration"], "color": "blue"}).content.decode()
    assert html.count("data-chip=") == 1
    assert titles(html) == ["Health manager"]


@pytest.mark.parametrize("asked", ["managers", "MANAGER", "11-9111", "medical services", "anage"])
def test_a_student_finds_an_occupation_by_words_part_of_its_title_or_code(client, manager, asked):
    occupation("29-2072", "Coders")
    assert titles(client.get(LIST, {"q": asked}).content.decode()) == ["Health manager"]


@pytest.mark.parametrize("asked", ["%", "_", "\\", "'", "100%_A\\B", "(((((", "a & | !", "x" * 5000])
def test_signs_that_mean_something_to_a_database_mean_themselves(client, manager, asked):
    occupation("29-2072", "Coders")
    response = client.get(LIST, {"q": asked[:3000]})
    assert response.status_code == 200
    assert titles(response.content.decode()) == []


def test_a_title_with_odd_signs_is_found_by_them(client, manager):
    occupation("29-2072", r"Coders of 100%_A\B")
    assert titles(client.get(LIST, {"q": r"100%_A\B"}).content.decode()) == [r"Coders of 100%_A\B"]


def test_nothing_found_says_so_and_offers_a_way_out(client, manager):
    html = client.get(LIST, {"q": "astronaut"}).content.decode()
    assert "No occupations for “astronaut”" in text_of(html)
    assert 'class="empty' in html
    assert f'href="{LIST}">See all occupations' in html


def many(count, start=0):
    for number in range(start, count):
        occupation(f"31-{number + 1000}", f"Aides {number:03}", median=30_000 + number, percent=number)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("abc", 1), ("0", 1), ("-1", 1), ("", 1), ("1e3", 1), ("٣", 1), ("2", 2), ("9" * 23, 3), ("NaN", 1)],
)
def test_whatever_page_is_asked_for_the_nearest_answers(client, asked, shown):
    many(45)
    html = client.get(LIST, {"page": asked}).content.decode()
    assert len(titles(html)) == (5 if shown == 3 else 20)
    assert ("(page 2 of 3)" in html) == (shown == 2)
    assert f'aria-current="page" aria-label="Page {shown}"' in html
    canonical = f"{LIST}?page={shown}" if shown > 1 else LIST
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{canonical}">' in html


def test_the_list_costs_the_same_for_five_and_for_fifty(client, django_assert_max_num_queries):
    many(5)
    with django_assert_max_num_queries(8):
        client.get(LIST, {"q": "aides"})
    many(50, start=5)
    with django_assert_max_num_queries(8):
        client.get(LIST, {"q": "aides"})


# One occupation -----------------------------------------------------------------------------------


def test_a_student_reads_every_percentile_and_the_mean_apart_from_them(client, manager):
    html = page(client, manager)
    rows = rows_of(html, "Pay a year, United States, May 2025")
    assert [row[-1] for row in rows[1:]] == ["$30,000", "$40,000", "$123,860", "$160,000", "$219,000"]
    assert rows[3][0].startswith("Median")
    assert "Mean: $140,970" in text_of(html)
    assert "$140,970" not in html[html.index("Pay a year, United States") :].split("</table>")[0]


def test_pay_above_the_highest_published_wage_is_a_floor(client):
    rich = OccupationFactory()
    WageFactory(occupation=rich, p90=239_200, p75=239_200, reasons={"p90": "top_coded", "p75": "top_coded"})
    html = page(client, rich)
    assert "$239,200 or more" in html
    assert "percentile90" not in html  # a floor is no percentile for machines either


def test_a_wage_nobody_publishes_says_why(client):
    secret = OccupationFactory()
    WageFactory(occupation=secret, median=None, reasons={"median": "hourly_only"})
    assert "Published by the hour only" in page(client, secret)


def test_only_the_current_release_speaks(client, manager):
    old = ReleaseFactory(source__slug="oews-national", year=2024, period="May 2024", state="superseded")
    WageFactory(occupation=manager, release=old, median=66_666)
    assert "66,666" not in page(client, manager)


def test_growth_names_its_years_and_what_everybody_else_does(client, manager):
    everyone()
    words = text_of(page(client, manager))
    assert "Jobs are expected to grow from 2024 to 2034: 23.2%" in words
    assert "All occupations together: 3.1%" in words
    assert "Bachelor’s degree" in words


def test_a_shrinking_occupation_shrinks(client):
    fading = OccupationFactory()
    ProjectionFactory(occupation=fading, percent="-4.9", change=-50)
    words = text_of(page(client, fading))
    assert "expected to shrink from 2024 to 2034: −4.9%" in words
    assert "−50" in words


def test_figures_of_a_wider_group_say_so_and_machines_do_not_get_them(client):
    group = OccupationFactory(soc="21-1018", title="Counselors of Every Kind", published_at=None)
    counselor = OccupationFactory(soc="21-1011", title="Counselors of One Kind", published_as=group)
    WageFactory(occupation=group, median=60_000)
    WageFactory(occupation=group, area=Area.objects.get(code="MN"), release=states_release(), median=61_234)
    html = page(client, counselor)
    assert "covers everybody in Counselors of Every Kind (21-1018)" in text_of(html)
    assert "$61,234" in html
    assert "estimatedSalary" not in html
    OccupationFieldFactory(occupation=counselor)
    assert "Published only for a wider group: Counselors of Every Kind" in text_of(client.get(LIST).content.decode())


def test_an_occupation_with_figures_of_its_own_never_shows_its_group(client):
    group = OccupationFactory(soc="21-1018", title="Counselors of Every Kind", published_at=None)
    counselor = OccupationFactory(soc="21-1011", title="Counselors of One Kind", published_as=group)
    WageFactory(occupation=group, median=60_000)
    WageFactory(occupation=counselor, median=55_555)
    html = page(client, counselor)
    assert "$55,555" in html
    assert "Every Kind" not in html


def test_machines_get_the_median_and_never_the_mean(client, manager):
    html = page(client, manager)
    blocks = [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)]
    (data,) = [block for block in blocks if block["@type"] == "Occupation"]
    assert data["occupationalCategory"] == "11-9111.00"
    (salary,) = data["estimatedSalary"]
    assert salary["median"] == 123_860
    assert salary["percentile90"] == 219_000
    assert "140970" not in json.dumps(data)


def states_release():
    return ReleaseFactory(source__slug="oews-states", year=2025, period="May 2025")


def state_wage(occupation, code, **facts):
    return WageFactory(occupation=occupation, area=Area.objects.get(code=code), release=states_release(), **facts)


STATES = "Median pay, jobs and programs by state"


def test_every_state_has_a_row_and_those_without_a_wage_say_why(client, manager):
    state_wage(manager, "MN", median=101_010, p75=None, p90=None, reasons={"p75": "top_coded", "p90": "top_coded"})
    state_wage(
        manager, "WY", median=None, employment=None, reasons={"median": "not_released", "employment": "not_released"}
    )
    rows = rows_of(page(client, manager), STATES)[1:]
    assert len(rows) == 51
    by_name = {row[0].removesuffix(" No programs here"): row[1:] for row in rows}
    assert by_name["Minnesota"] == ["$101,010", "1,000"]
    assert by_name["Wyoming"][0] == "Not released by the agency"
    assert by_name["Utah"][0] == "Not in federal data"
    assert "Guam" not in by_name


def test_a_territory_has_a_row_once_it_has_a_wage(client, manager):
    state_wage(manager, "GU", median=70_707, p75=80_000)
    rows = rows_of(page(client, manager), STATES)[1:]
    assert len(rows) == 52
    assert "Guam No programs here" in {row[0] for row in rows}


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("median", ["Texas", "Minnesota"]),
        ("jobs", ["Minnesota", "Texas"]),
        ("state", ["Alabama", "Alaska"]),
        ("x", ["Alabama", "Alaska"]),
    ],
)
def test_a_student_sorts_the_states_and_the_unknown_come_last(client, manager, sort, first):
    state_wage(manager, "MN", median=60_000, employment=9_000)
    state_wage(manager, "TX", median=70_000, employment=500)
    state_wage(
        manager, "AL", median=None, employment=None, reasons={"median": "not_released", "employment": "not_released"}
    )
    html = page(client, manager, sort=sort)
    assert [row[0].removesuffix(" No programs here") for row in rows_of(html, STATES)[1:3]] == first
    assert ('content="noindex"' in html) == (sort in ("median", "jobs"))


def program(school=None, cip="51.0701", level="master", **facts):
    return ProgramFactory(
        school=school or SchoolFactory(), field_of_study=FieldOfStudyFactory(cip=cip), level=level, **facts
    )


def test_a_student_finds_the_programs_that_lead_here_counted(client, manager):
    OccupationFieldFactory(
        occupation=manager, field_of_study=FieldOfStudyFactory(cip="51.0702", plain_title="Hospitals")
    )
    program()
    program()
    program(cip="51.0702", level="bachelor")
    program(published_at=None)
    program(school=SchoolFactory(published_at=None))
    program(cip="51.3801")
    state_wage(manager, "MN")
    html = page(client, manager)
    assert "Minnesota 3 programs in Minnesota" in {row[0] for row in rows_of(html, STATES)}
    assert 'href="/programs/?occupation=health-manager&amp;state=MN" rel="nofollow">3 programs' in html
    assert 'href="/programs/?occupation=health-manager">See all 3 programs</a>' in html
    assert '<a href="/programs/?occupation=health-manager&amp;level=master">2 master’s programs</a>' in html
    assert '<a href="/programs/?occupation=health-manager&amp;level=bachelor">1 bachelor’s program</a>' in html
    fields = re.findall(r'field=([\d.]+)">[^<]+</a> <span class="n">(\d+)', html)
    assert fields == [("51.0701", "2"), ("51.0702", "1")]


def test_a_pair_that_would_mislead_leads_nowhere(client, manager):
    pharmacy = FieldOfStudyFactory(cip="51.2001", plain_title="Pharmacy")
    OccupationFieldFactory(occupation=manager, field_of_study=pharmacy, shown=False)
    program(cip="51.2001")
    assert "Pharmacy" not in page(client, manager)


def test_schools_come_by_their_graduates_and_shared_awards_count_once(client, manager):
    small, large = (
        SchoolFactory(record__name="Small Example College"),
        SchoolFactory(record__name="Large Example College"),
    )
    for school, awards in ((small, 30), (large, 50)):
        CompletionsFactory(school=school, field_of_study=FieldOfStudyFactory(), awards=awards)
    hidden = SchoolFactory(published_at=None, record__name="Hidden Example College")
    CompletionsFactory(school=hidden, field_of_study=FieldOfStudyFactory(), awards=900)
    for _ in range(2):  # two programs, one row of awards
        program(school=small)
    program(school=large)
    html = page(client, manager)
    schools = html[html.index('id="schools"') : html.index('id="sources"')]
    assert re.findall(r">((?:Small|Large|Hidden) Example College)</a>", schools) == [
        "Large Example College",
        "Small Example College",
    ]
    assert re.findall(r'<data value="(\d+)"', schools) == ["50", "30"]


def guide(title, occupation=None, **facts):
    article = ArticleFactory(**facts)
    article.live.title = title
    article.live.save()
    if occupation:
        article.live.edition_occupations.create(occupation=occupation)
    return article


def test_guides_about_the_occupation_are_shown_and_drafts_are_not(client, manager):
    guide("How can I become a health manager?", manager)
    guide("An unfinished guide", manager, published_at=None)
    guide("A guide about something else")
    html = page(client, manager)
    assert "How can I become a health manager?" in html
    assert "unfinished" not in html
    assert "something else" not in html


def test_the_page_names_its_sources(client, manager):
    words = text_of(page(client, manager))
    assert "oews national" in words
    assert "May 2025" in words
    assert "Fictitious Bureau" in words


def test_an_unpublished_occupation_is_not_found_by_its_old_address_either(client):
    hidden = OccupationFactory(slug="first", published_at=None)
    assert client.get("/occupations/first/").status_code == 404
    hidden.slug = "second"
    hidden.save()
    assert client.get("/occupations/first/").status_code == 404
    assert client.get("/occupations/never-was/").status_code == 404


def test_every_old_address_leads_to_the_present_one_in_a_single_step(client, manager):
    for slug in ("second-name", "third-name"):
        manager.slug = slug
        manager.save()
    for old in ("health-manager", "second-name", "Third-Name"):
        response = client.get(f"/occupations/{old}/")
        assert response.status_code == 301
        assert response["Location"] == "/occupations/third-name/"


def test_the_page_costs_the_same_however_much_it_shows(client, manager, django_assert_max_num_queries):
    for code in ("MN", "TX", "WI"):
        state_wage(manager, code, p75=None, p90=None, reasons={"p75": "top_coded", "p90": "top_coded"})
    for _ in range(3):
        program()
        guide("A guide", manager)
    with django_assert_max_num_queries(11):  # one asks how new everything is, for the ETag
        page(client, manager)
