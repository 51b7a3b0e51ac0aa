"""The page of a program, the page of a school, and what their addresses once were."""

import json
import re

import pytest

from portal.models import Release
from schools.models import Accreditation, School, SchoolOutcome
from schools.relisting import relist_all
from tests.factories import (
    AccreditorFactory,
    ArticleFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    PathwayFactory,
    ProgramFactory,
    ProjectionFactory,
    PublishedPriceFactory,
    ReleaseFactory,
    SchoolFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db


def text(client, thing, status=200):
    page = client.get(thing if isinstance(thing, str) else thing.get_absolute_url())
    assert page.status_code == status
    return page.content.decode()


def in_schema_org(body):
    return [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', body)]


@pytest.fixture
def federal():
    """A program known from federal data alone."""
    field = FieldOfStudyFactory(plain_title="Example administration")
    row = CompletionsFactory(field_of_study=field, awards=47)
    SubjectFactory(fields=[field])
    return row.school.programs.get()


def test_a_federal_program_says_that_its_name_and_its_blanks_are_not_in_federal_data(client, federal):
    body = text(client, federal)
    assert "Example administration, master’s degree" in body
    assert "not in federal data" in body
    assert ">47</data>" in body
    assert "Not yet confirmed by the school" in body


def test_the_price_is_said_to_be_the_schools(client, federal):
    PublishedPriceFactory(school=federal.school, tuition=19_116)
    PublishedPriceFactory(school=federal.school, residency="out_of_state", tuition=29_580)
    relist_all()
    body = text(client, federal)
    assert "$19,116" in body
    assert "$29,580" in body
    assert "prices of the school, not of this program" in body


def test_a_price_that_is_the_same_for_everybody_is_one_line(client, federal):
    for residency in ("in_district", "in_state", "out_of_state"):
        PublishedPriceFactory(school=federal.school, residency=residency, tuition=38_013)
    relist_all()
    body = text(client, federal)
    assert "All students" in body
    assert "In district" not in body


def test_awards_of_earlier_years_stay_but_those_of_a_release_taken_back_do_not(client, federal):
    for year, state, awards in ((2023, "superseded", 31), (2022, "rolled_back", 77)):
        release = ReleaseFactory(source__slug="ipeds-completions", year=year, state=Release.State(state))
        CompletionsFactory(release=release, school=federal.school, field_of_study=federal.field_of_study, awards=awards)
    body = text(client, federal)
    assert ">31</data>" in body
    assert ">77</data>" not in body


def test_a_program_shows_the_careers_it_leads_to_with_pay_but_none_that_editors_hide(client, federal):
    shown = OccupationFactory(title="Example managers")
    hidden = OccupationFactory(soc="25-1071", title="Example teachers")
    unpublished = OccupationFactory(soc="29-1141", title="Example nurses", published_at=None)
    for occupation in (shown, unpublished):
        OccupationFieldFactory(occupation=occupation, field_of_study=federal.field_of_study)
    OccupationFieldFactory(occupation=hidden, field_of_study=federal.field_of_study, shown=False)
    WageFactory(occupation=shown, median=50_990)
    ProjectionFactory(occupation=shown)
    body = text(client, federal)
    assert "Example managers" in body
    assert "$50,990" in body
    assert "Example teachers" not in body
    assert "Example nurses" not in body


def test_similar_and_related_things_pass_the_gate(client, federal):
    near = ProgramFactory(field_of_study=federal.field_of_study)
    hidden = ProgramFactory(field_of_study=federal.field_of_study, published_at=None)
    for article in (ArticleFactory(slug="seen"), ArticleFactory(slug="unseen", published_at=None)):
        PathwayFactory(edition=article.live).fields_of_study.add(federal.field_of_study)
    body = text(client, federal)
    assert near.name in body
    assert hidden.name not in body
    assert "/careers/seen/" in body
    assert "/careers/unseen/" not in body


def vouched(client, thing):
    """What stands, and what is kept apart from it, on each of the two badges."""
    body = text(client, thing).split('id="accreditation"')[1].split("</section>")[0]
    school, program = body.split("<h3>The program</h3>") if "<h3>The program</h3>" in body else (body, "")
    return [part.partition('<p class="small">')[::2] for part in (school, program) if part]


def test_school_and_program_are_two_badges_and_candidates_are_not_counted(client, federal):
    body = AccreditorFactory(name="Fictitious Program Commission")
    institutional = AccreditorFactory(name="Fictitious School Commission", kind="institutional")
    checked = {"checked_on": "2026-11-01", "url": "https://example.org/entry", "school": federal.school}
    Accreditation.objects.create(accreditor=institutional, status="accredited", **checked)
    candidate = Accreditation.objects.create(accreditor=body, program=federal, status="candidacy", **checked)
    Accreditation.objects.create(accreditor=AccreditorFactory(name="Fictitious Hearsay"), school=federal.school)
    (school, _), (standing, apart) = vouched(client, federal)
    assert "Fictitious School Commission" in school
    assert "Fictitious Program Commission" not in school + standing
    assert "not counted" in apart
    assert "Fictitious Program Commission" in apart
    page = text(client, federal.school)
    assert "1 record that nobody has confirmed, not counted" in page
    assert "Fictitious Hearsay" in page.split("<details")[1].split("</details>")[0]
    Accreditation.objects.filter(pk=candidate.pk).update(status="accredited", until="2029-12-31")
    standing = vouched(client, federal)[1][0]
    assert '<a href="https://example.org/entry" rel="nofollow noopener">Fictitious Program Commission</a>' in standing
    assert "31 Dec 2029" in standing
    assert "Checked 1 Nov 2026" in standing


def test_machines_read_the_same_facts(client, federal):
    PublishedPriceFactory(school=federal.school, tuition=19_116)
    relist_all()
    (data,) = [one for one in in_schema_org(text(client, federal)) if one["@type"] == "EducationalOccupationalProgram"]
    assert data["name"] == federal.title
    assert data["offers"]["price"] == 19_116
    assert "educationalProgramMode" not in data  # not known, so not said


def test_an_old_address_leads_to_the_new_one_at_once_also_when_both_were_renamed(client):
    program = ProgramFactory(slug="first-name", school__slug="first-school")
    old = program.get_absolute_url()
    School.objects.filter(pk=program.school_id).update(slug="second-school")
    program.slug = "second-name"
    program.save()
    for address in (old, "/programs/second-school/first-name/", "/programs/First-School/FIRST-NAME/"):
        page = client.get(address)
        assert (page.status_code, page["Location"]) == (301, "/programs/second-school/second-name/")
    page = client.get("/schools/first-school/")
    assert (page.status_code, page["Location"]) == (301, "/schools/second-school/")
    page = client.get("/programs/second-school/")
    assert (page.status_code, page["Location"]) == (301, "/schools/second-school/")


def test_a_program_that_is_no_longer_listed_says_so_and_what_is_like_it(client, federal):
    like = ProgramFactory(field_of_study=federal.field_of_study)
    type(federal).objects.filter(pk=federal.pk).update(published_at=None)
    body = text(client, federal, 410)
    assert like.name in body
    assert "2023–24" in body


def test_a_program_that_people_added_and_hid_again_is_gone_too(client):
    program = ProgramFactory()
    type(program).objects.filter(pk=program.pk).update(published_at=None)
    assert client.get(program.get_absolute_url()).status_code == 410


def test_what_never_was_is_not_found(client):
    draft = ProgramFactory(published_at=None)
    for address in (draft.get_absolute_url(), "/programs/no-such/no-such/", "/schools/no-such/"):
        assert client.get(address).status_code == 404


def test_a_school_has_one_completion_rate_and_every_other_blank_says_why(client):
    school, release = SchoolFactory(), ReleaseFactory(source__slug="scorecard-institutions", year=2024)
    for measure, value in (("completion_rate_4yr", "0.848"), ("completion_rate_lt4", None), ("net_price", None)):
        reason = "" if value else "not_reported"
        SchoolOutcome.objects.create(release=release, school=school, measure=measure, value=value, reason=reason)
    body = text(client, school)
    assert "84.8%" in body
    assert "shorter school" not in body
    assert "Not reported" in body


def test_a_school_page_names_its_codes_and_lists_only_public_programs(client):
    shown = ProgramFactory(school__record__opeid="00232500")
    hidden = ProgramFactory(school=shown.school, published_at=None)
    body = text(client, shown.school)
    assert shown.school.unitid in body
    assert "00232500" in body
    assert shown.name in body
    assert hidden.name not in body


def test_one_graduate_is_not_called_graduates(client, federal):
    one = CompletionsFactory(school=federal.school, field_of_study=federal.field_of_study, level="bachelor", awards=1)
    relist_all()
    body = text(client, one.school)
    assert ">1 graduate</data>" in body
    assert ">47 graduates</data>" in body


def test_a_merged_school_keeps_its_page_and_points_to_its_successor(client):
    heir = SchoolFactory(record__name="Heir Example College")
    merged = SchoolFactory(record__status="merged", record__successor_unitid=heir.unitid)
    relist_all()
    body = text(client, merged)
    assert heir.get_absolute_url() in body
    assert "Heir Example College" in body


def test_a_name_an_editor_wrote_is_shown_at_once(client):
    school = SchoolFactory()
    school.name_override = "Corrected Example College"
    school.save()
    assert "Corrected Example College" in text(client, school)


def test_the_list_of_schools_shows_no_hidden_school(client):
    shown, hidden = SchoolFactory(record__name="Shown Example"), SchoolFactory(record__name="Hidden Example")
    School.objects.filter(pk=hidden.pk).update(published_at=None)
    body = text(client, "/schools/")
    assert "Shown Example" in body
    assert "Hidden Example" not in body
    assert shown.get_absolute_url() in body


def outcomes(school, **values):
    release = ReleaseFactory(source__slug="scorecard-institutions", year=2024)
    for measure, value in values.items():
        reason = "not_reported" if value is None else ""
        SchoolOutcome.objects.create(release=release, school=school, measure=measure, value=value, reason=reason)


def test_cautions_are_said_in_words_with_their_record_on_the_school_and_on_its_programs(client, federal):
    school = federal.school
    outcomes(school, hcm2=1, operating=0, distance_only=1)
    for body in (text(client, school), text(client, federal)):
        assert "On heightened cash monitoring 2" in body
        assert "https://studentaid.gov/data-center/school/hcm" in body
        assert "Not operating, says College Scorecard" in body
        assert f"https://collegescorecard.ed.gov/school/?{school.unitid}" in body
        assert "Teaches only at a distance" in body


def test_a_school_without_flags_or_with_unknown_ones_is_not_cautioned(client, federal):
    outcomes(federal.school, hcm2=0, operating=1, distance_only=None)
    assert 'class="notice' not in text(client, federal)
    assert 'class="notice' not in text(client, federal.school)


def test_figures_of_the_school_say_who_is_counted_and_are_kept_apart_from_the_program(client, federal):
    outcomes(federal.school, median_earnings_10=42_189, net_price=-818, median_debt=None)
    body = text(client, federal)
    section = body[body.index('id="outcomes"') : body.index('id="questions"')]
    program, school = section.split("Students of the whole school")
    assert "No program-level figure" in program
    assert "<data" not in program
    assert f"CIP {federal.field_of_study.cip[:5]}" in program
    assert "$42,189" in school
    assert "whether or not they finished" in school
    assert "−$818" in school
    assert "Not reported" in school


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"opeid": "00999900"}, "Main campus"),
        ({"opeid": "00999902"}, "Branch, by its OPEID ending in 02"),
        ({"status": "child"}, "Branch that reports through another campus"),
        ({"opeid": ""}, "Not in federal data"),
    ],
)
def test_a_school_says_which_campus_it_is(record, words, client):
    body = text(client, SchoolFactory(**{f"record__{name}": value for name, value in record.items()}))
    assert words in body.split("<dt>Campus</dt>")[1].split("</dd>")[0]


def test_a_parent_counts_the_campuses_that_report_through_it(client):
    parent = SchoolFactory(record__opeid="00999900")
    for _ in range(2):
        SchoolFactory(record__status="child", record__parent_unitid=parent.unitid)
    relist_all()
    assert "Main campus; 2 campuses report through it" in text(client, parent)


def test_a_level_says_how_many_programs_and_graduates_and_counts_shared_awards_once(client, federal):
    ProgramFactory(school=federal.school, field_of_study=federal.field_of_study)
    relist_all()
    assert "2 programs, 47 graduates" in text(client, federal.school)


def test_a_graduate_price_that_does_not_apply_is_no_table_of_blanks(client):
    school = SchoolFactory()
    blank = dict.fromkeys(("tuition", "fees", "per_credit"))
    PublishedPriceFactory(school=school, **blank, reasons=dict.fromkeys(blank, "not_applicable"))
    PublishedPriceFactory(school=school, student_level="undergraduate", tuition=4_115)
    body = text(client, school)
    assert "$4,115" in body
    assert "Not applicable" not in body


def test_awards_of_several_years_are_drawn_and_of_one_year_are_not(client, federal):
    assert 'class="bar"' not in text(client, federal)
    for year, awards in ((2023, 31), (2022, None)):
        release = ReleaseFactory(source__slug="ipeds-completions", year=year, state=Release.State.SUPERSEDED)
        CompletionsFactory(
            release=release,
            school=federal.school,
            field_of_study=federal.field_of_study,
            awards=awards,
            reasons={} if awards else {"awards": "suppressed"},
        )
    body = text(client, federal)
    assert body.count('class="bar"') == 2
    assert "2022 not known, 2023 31, 2024 47.</title>" in body
    assert "Suppressed for privacy" in body
    assert "style=" not in body


def test_the_questions_to_ask_are_those_the_page_could_not_answer(client, federal):
    asked = text(client, federal).split('id="questions"')[1]
    assert "How long does it take" in asked
    told = ProgramFactory(length_months=24, entry_degree="bachelor", application_deadline="2026-12-01")
    asked = text(client, told).split('id="questions"')[1]
    assert "How long does it take" not in asked
    assert "By when must I apply" not in asked
    assert "requirements of my state" in asked


def test_each_group_of_facts_says_where_it_is_from_and_whether_the_school_confirmed_it(client, federal):
    facts = text(client, federal).split('id="facts"')[1]
    assert "2023–24, not yet confirmed by the school" in facts
    confirmed = ProgramFactory(confirmed_on="2026-09-03", length_months=24)
    facts = text(client, confirmed).split('id="facts"')[1]
    assert "From the school, confirmed by the school on 3 Sep 2026" in facts


@pytest.mark.parametrize("kind", ["program", "school"])
def test_a_page_asks_the_same_number_of_queries_however_much_there_is(client, kind, django_assert_max_num_queries):
    program = ProgramFactory()
    thing = program if kind == "program" else program.school
    counts = []
    for more in (5, 45):
        for _ in range(more):
            ProgramFactory(school=program.school, field_of_study=program.field_of_study)
        with django_assert_max_num_queries(15) as asked:
            text(client, thing)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_mistyped_program_offers_those_of_the_school_that_are_most_like_it(client):
    school = SchoolFactory(record__name="Example Lakes College")
    meant = ProgramFactory(school=school, name="Health administration", slug="health-administration-master")
    ProgramFactory(school=school, name="Poetry", slug="zz")
    hidden = ProgramFactory(school=school, slug="health-administration-mastery", published_at=None)
    answer = client.get(f"/programs/{school.slug}/health-administration-mastr/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert f'<a href="{meant.get_absolute_url()}">Health administration, Example Lakes College</a>' in page
    assert f'<a href="{school.get_absolute_url()}">All programs of Example Lakes College</a>' in page
    assert "Poetry" not in page
    assert hidden.slug not in page
    for address in (f"/programs/{school.slug}x/anything/", f"/schools/{school.slug[:-1]}/"):
        other = client.get(address)
        assert other.status_code == 404
        assert f'<a href="{school.get_absolute_url()}">Example Lakes College, ' in other.content.decode()
    secret = SchoolFactory(slug="secret-college", published_at=None)
    for address in ("/programs/zzzz/health-administration-mastr/", "/schools/zzzz/", f"/schools/{secret.slug}x/"):
        other = client.get(address)
        assert other.status_code == 404
        assert "Did you mean" not in other.content.decode()


def test_a_school_with_one_campus_says_so_in_good_english(client):
    main = SchoolFactory(record__name="Example Main")
    SchoolFactory(record__name="Example Branch", record__parent_unitid=main.unitid)
    relist_all()
    assert "Main campus; 1 campus reports through it" in client.get(main.get_absolute_url()).content.decode()
