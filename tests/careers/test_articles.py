"""What a reader finds on the pages of articles, and what stays out of sight."""

import datetime
import json
import re

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from careers.models import (
    Article,
    ArticleLink,
    Attribute,
    Cell,
    DegreeOption,
    EditionCertification,
    EditionOccupation,
    EligibilityGroup,
    EligibilityRoute,
    EmploymentSetting,
    GlossaryTerm,
    License,
    Topic,
)
from portal.models import ContentVersion
from schools.relisting import relist_all
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    CitationFactory,
    CompletionsFactory,
    FieldOfStudyFactory,
    OccupationFactory,
    OccupationFieldFactory,
    PathwayFactory,
    ProgramFactory,
    ProjectionFactory,
    SchoolFactory,
    SectionFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurses():
    nurses = OccupationFactory(soc="29-1141", title="Registered Nurses", plain_title="Registered nurse", slug="nurse")
    WageFactory(occupation=nurses, median=97_550, p75=112_000, p90=137_470, employment=3_379_720)
    ProjectionFactory(occupation=nurses, percent="4.9", entry_education="Bachelor's degree", openings=189_100)
    total = OccupationFactory(soc="00-0000", title="Total, all occupations", slug="all", published_at=None)
    ProjectionFactory(occupation=total, percent="3.1")
    return nurses


@pytest.fixture
def nursing():
    """A subject with three schools: 30, 20 and unknown graduates a year, at the bachelor's level."""
    field = FieldOfStudyFactory(cip="51.3801", title="Nursing")
    subject = SubjectFactory(name="Nursing", fields=[field])
    for name, awards in (("Small College", 20), ("Large College", 30)):
        CompletionsFactory(
            school=SchoolFactory(record__name=name), field_of_study=field, level="bachelor", awards=awards
        )
    ProgramFactory(school=SchoolFactory(record__name="Silent College"), field_of_study=field, level="bachelor")
    hidden = SchoolFactory(published_at=None, record__name="Hidden College")
    CompletionsFactory(school=hidden, field_of_study=field, level="bachelor", awards=900)
    relist_all()
    return subject


@pytest.fixture
def article(nurses, nursing):
    """Two pathways of which one says that its figures cover more; sections, an option and a link of each sort."""
    article = ArticleFactory(
        slug="case-manager", edition__title="How can I become a case manager?", edition__summary="Two ways in."
    )
    live = article.live
    EditionOccupation.objects.create(edition=live, occupation=nurses)
    SectionFactory(
        edition=live, heading="What does it pay?", anchor="pay", body="Nurses earn [[wage 29-1141 median US]] a year."
    )
    pathway = PathwayFactory(
        edition=live, name="Nurse case manager", occupation=nurses, scope="all registered nurses, not only these"
    )
    other = PathwayFactory(edition=live, name="Another way in")
    wage = Attribute.objects.create(edition=live, label="Median pay", kind="wage", position=0)
    degree = Attribute.objects.create(edition=live, label="Degree", kind="education", position=1)
    Cell.objects.create(pathway=pathway, attribute=wage, figure="wage 29-1141 median US", note="Before tax")
    Cell.objects.create(pathway=other, attribute=wage, text="Not counted apart")
    Cell.objects.create(pathway=pathway, attribute=degree, text="A degree & <more>")
    DegreeOption.objects.create(
        edition=live, label="Bachelor’s in nursing", subject=nursing, level="bachelor", pathway=pathway, position=0
    )
    return article


def read(client, article, **query):
    response = client.get(article.get_absolute_url(), query)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)).split())


# One article ------------------------------------------------------------------------------------------


def test_a_reader_gets_the_article_with_its_dates_and_who_wrote_it(client, article):
    html = read(client, article)
    assert "<h1>How can I become a case manager?</h1>" in html
    assert "Two ways in." in html
    assert "By The editors · 1 minute to read · Reviewed 1 Nov 2026 · Next review by 1 May 2027" in text_of(html)
    assert '<meta name="description" content="Two ways in.">' in html


def test_every_section_is_a_question_with_a_permanent_address(client, article):
    html = read(client, article)
    assert '<h2 id="pay">What does it pay? <a class="anchor" href="#pay"' in html


def test_a_figure_in_the_text_is_alive_and_says_where_it_comes_from(client, article):
    html = read(client, article)
    assert re.search(r'Nurses earn <data value="97550" data-release="[^"]+">\$97,550</data><sup', html)
    assert "[[" not in html
    note = text_of(html[html.index('id="note-1"') :])
    assert (
        note.startswith("id=")
        or "Median annual wage: Registered Nurses (SOC 29-1141), United States, May 2025." in note
    )
    assert "Covers all registered nurses, not only these." in note
    assert html.count("Median annual wage: ") == 1, "the same figure shares one footnote"


def test_the_ways_in_stand_side_by_side_in_a_real_table(client, article):
    html = read(client, article)
    table = html[html.index("<caption>What each way asks") : html.index("</table>")]
    assert '<th scope="col" role="columnheader">Nurse case manager</th>' in table
    assert '<th scope="row" role="rowheader">Median pay</th>' in table
    assert 'data-label="Nurse case manager"' in table
    assert "a year" in table
    assert "all registered nurses, not only these" in table
    assert "Before tax" in table
    assert "A degree &amp; &lt;more&gt;" in table
    assert "Not counted apart a year" not in text_of(table)


def test_the_slip_compares_growth_and_says_whom_it_covers(client, article):
    slip = read(client, article).split('class="slip"')[1].split("</section>")[0]
    words = text_of(slip)
    assert "$97,550" in words
    assert "4.9%" in words
    assert "All occupations: 3.1%" in words
    assert "Bachelor’s degree" in words
    assert "3,379,720" in words
    assert "Covers all registered nurses, not only these" in words


def test_a_hostile_text_stays_text(client, article):
    SectionFactory(
        edition=article.live,
        heading='<script>alert("h")</script>',
        body='<script>alert(1)</script> <img src=x onerror=alert(2)> [[<b onclick="x">]] [x](javascript:alert(3))',
    )
    Article.objects.filter(pk=article.pk).update(reviewed_on=None)
    article.live.citations.update(title="</script><script>alert(4)</script>")
    html = read(client, article)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "onclick=&quot;" not in html
    assert "figure not available" in html
    assert 'href="javascript' not in html


def test_a_long_article_begins_with_a_list_of_its_sections(client, article):
    assert "On this page" not in read(client, article)
    for number in range(4):
        SectionFactory(edition=article.live, heading=f"Question {number}?", anchor=f"question-{number}")
    html = read(client, article)
    assert "On this page" in html
    for anchor in re.findall(r'<li><a href="#([a-z0-9-]+)"', html):
        assert f'id="{anchor}"' in html


def test_certifications_say_who_awards_them_and_every_route(client, article):
    certification = CertificationFactory(name="Certified Case Manager", acronym="CCM", renewal="")
    unconfirmed = CertificationFactory(status="unconfirmed", checked_on=None, renewal="Every 5 years")
    for position, one in enumerate((certification, unconfirmed)):
        EditionCertification.objects.create(edition=article.live, certification=one, position=position)
    for position, (label, routes) in enumerate(
        (("Degree", ["A nursing degree", "Another degree"]), ("Work", ["A year"]))
    ):
        group = EligibilityGroup.objects.create(certification=certification, label=label, position=position)
        for place, route in enumerate(routes):
            EligibilityRoute.objects.create(group=group, text=route, position=place)
    CertificationFactory(name="Certification Nobody Chose")
    words = text_of(read(client, article))
    assert "Certified Case Manager (CCM) Active Awarded by Fictitious Board" in words
    assert "You need all of these: Degree , any one of: A nursing degree Another degree Work : A year" in words
    assert "Renewal: not known to us; ask the body. Rules checked 1 Nov 2026." in words
    assert "Not confirmed" in words
    assert "Renewal: Every 5 years." in words
    assert "Nobody Chose" not in words


def test_degree_options_lead_into_the_directory_with_the_number_found_there(client, article):
    html = read(client, article)
    assert '<a href="/programs/?subject=nursing&amp;level=bachelor">Bachelor’s in nursing</a>' in html
    assert '<span class="n">3<span class="vh"> bachelor’s programs</span></span>' in html
    DegreeOption.objects.create(
        edition=article.live, label="Master’s nearby", subject=SubjectFactory(name="Nearby"), level="master", position=1
    )
    words = text_of(read(client, article))
    assert words.index("Adjacent fields") < words.index("Master’s nearby 0 master’s programs")


def test_schools_stand_in_the_order_of_their_graduates_and_the_page_says_so(client, article):
    html = read(client, article)
    assert re.findall(r'data-school="[^"]+">([^<]+)', html) == ["Large College", "Small College", "Silent College"]
    words = text_of(html)
    assert "3 schools, ordered by graduates in" in words
    assert "Nobody pays for a place here." in words
    assert "Hidden College" not in html
    assert "Silent College Sampleton, MN 1 Not in federal data" in words


def test_adjacent_fields_stay_out_of_the_school_panel_while_a_pathway_has_programs(client, article):
    near = FieldOfStudyFactory(cip="51.0701")
    subject = SubjectFactory(name="Nearby", fields=[near])
    CompletionsFactory(school=SchoolFactory(record__name="Neighbor College"), field_of_study=near, awards=5_000)
    relist_all()
    DegreeOption.objects.create(edition=article.live, label="Nearby", subject=subject, position=1)
    assert "Neighbor College" not in read(client, article)
    article.live.degree_options.update(pathway=None)
    html = read(client, article)
    assert "Neighbor College" in html
    assert "adjacent fields above" in html


@pytest.mark.parametrize(
    ("asked", "first"),
    [("1", 1), ("2", 11), ("0", 1), ("-1", 1), ("abc", 1), ("1e3", 1), ("٣", 1), ("", 1), ("3", 11), ("9" * 30, 11)],
)
def test_the_school_panel_has_pages_and_any_number_leads_to_the_nearest(client, article, nursing, asked, first):
    field = nursing.fields_of_study.get()
    for number in range(12):
        school = SchoolFactory(record__name=f"College {number:02}")
        CompletionsFactory(school=school, field_of_study=field, level="bachelor", awards=1_000 - number)
    relist_all()
    html = read(client, article, schools=asked)
    assert f"<caption>Schools {first} to {10 if first == 1 else 15}" in html
    assert '<link rel="canonical" href="http://127.0.0.1:8000/careers/case-manager/">' in html
    assert ("(schools, page 2 of 2)" in html) == (first == 11)
    assert 'href="/careers/case-manager/#popular-schools"' in html or 'href="?schools=2#popular-schools"' in html
    names = re.findall(r'data-school="[^"]+">([^<]+)', html)
    assert names[0] == ("College 00" if first == 1 else "College 10")


def test_related_careers_are_published_ones_in_the_editors_order(client, article, nurses):
    shown = ArticleFactory(edition__title="A shown guide")
    hidden = ArticleFactory(edition__title="A hidden guide", published_at=None)
    secret = OccupationFactory(soc="29-1171", title="Hidden Practitioners", published_at=None)
    for position, link in enumerate(
        (
            {"kind": "alternative", "article": shown},
            {"article": hidden},
            {"occupation": secret},
            {"occupation": nurses},
            {"url": "https://board.example.org/list", "label": "The state’s list"},
        )
    ):
        ArticleLink.objects.create(edition=article.live, position=position, **link)
    back, unseen = ArticleFactory(edition__title="It links here"), ArticleFactory(published_at=None)
    for other in (back, unseen):
        ArticleLink.objects.create(edition=other.live, article=article)
    words = text_of(read(client, article))
    related = words[words.index("Related careers") :]
    places = [
        related.index(name) for name in ("Registered nurse", "The state’s list", "A shown guide", "It links here")
    ]
    assert places == sorted(places)
    assert "A hidden guide" not in words
    assert "Hidden Practitioners" not in words
    assert str(unseen.live.title) not in words


def test_machines_read_the_same_facts(client, article):
    html = read(client, article)
    blocks = [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)]
    data = next(block for block in blocks if block["@type"] == "Article")
    assert data["headline"] == "How can I become a case manager?"
    assert data["dateModified"] == "2026-11-01"
    assert data["about"][0]["occupationalCategory"] == "29-1141.00"
    crumbs = next(block for block in blocks if block["@type"] == "BreadcrumbList")
    assert [one["name"] for one in crumbs["itemListElement"]] == ["Home", "Careers", "How can I become a case manager?"]


def test_an_article_without_anything_beside_its_words_is_a_whole_page(client):
    bare = ArticleFactory(reviewed_on=None, review_by=None)
    html = read(client, bare)
    assert "At a glance" not in html
    assert "Popular schools" not in html
    assert "Where the figures come from" not in html


def test_a_page_costs_the_same_queries_with_five_rows_and_with_fifty(client, article, nursing):
    def spent():
        with CaptureQueriesContext(connection) as queries:
            read(client, article)
        return len(queries)

    def grow(many, start):
        live, field = article.live, nursing.fields_of_study.get()
        for number in range(start, many):
            occupation = OccupationFactory(soc=f"31-{number:04}")
            WageFactory(occupation=occupation)
            SectionFactory(edition=live, position=10_000 + number, body=f"[[wage {occupation.soc} median US]]")
            CitationFactory(edition=live, position=10_000 + number)
            EditionCertification.objects.create(
                edition=live, certification=CertificationFactory(), position=10_000 + number
            )
            license = License.objects.create(
                name=f"L{number}", slug=f"l{number}", body="A board", url="https://a.example/"
            )
            live.edition_licenses.create(license=license, position=10_000 + number)
            setting = EmploymentSetting.objects.create(name=f"Places {number}", slug=f"places-{number}")
            live.edition_settings.create(setting=setting, position=10_000 + number)
            article.article_topics.create(topic=Topic.objects.create(name=f"Topic {number}", slug=f"topic-{number}"))
            article.changes.create(made_on="2026-11-25", what=f"Change {number}.")
            GlossaryTerm.objects.create(
                term=f"word{number}", slug=f"word{number}", definition="A word.", source="S", url="https://a.example/"
            )
            SectionFactory(edition=live, position=20_000 + number, body=f"Here is word{number} in a sentence.")
            ArticleLink.objects.create(edition=live, article=ArticleFactory(), position=10_000 + number)
            DegreeOption.objects.create(
                edition=live, label=f"Option {number}", subject=SubjectFactory(), position=10_000 + number
            )
            CompletionsFactory(school=SchoolFactory(), field_of_study=field, level="bachelor")
        relist_all()

    grow(5, 0)
    few = spent()
    grow(50, 5)
    assert spent() == few
    assert few <= 12


# Addresses -----------------------------------------------------------------------------------------------


def test_an_old_address_leads_straight_to_the_new_one(client, article):
    for slug in ("first-change", "second-change", "case-managers"):
        article.slug = slug
        article.save()
    for old in ("case-manager", "first-change", "second-change", "Case-Managers"):
        response = client.get(f"/careers/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/careers/case-managers/")
    assert client.get("/careers/case-manager/?schools=2")["Location"] == "/careers/case-managers/?schools=2"
    assert client.get("/careers/case-managers/").status_code == 200


def test_what_was_never_public_is_not_found_and_what_was_is_gone(client, article):
    never = ArticleFactory(published_at=None, edition__title="Never shown")
    planned = ArticleFactory(published_at=timezone.now() + datetime.timedelta(days=3), edition__title="Planned")
    assert client.get(never.get_absolute_url()).status_code == 404
    assert client.get(planned.get_absolute_url()).status_code == 404
    assert client.get("/careers/no-such-article/").status_code == 404
    ArticleFactory(edition__title="Still here")
    article.published_at = None
    article.save()
    response = client.get("/careers/case-manager/")
    assert response.status_code == 410
    assert "Still here" in response.content.decode()
    assert "How can I become a case manager?" not in response.content.decode()
    article.slug = "renamed"
    article.save()
    assert client.get("/careers/case-manager/").status_code == 410


# The list ------------------------------------------------------------------------------------------------


def test_the_list_shows_each_published_article_with_what_its_occupation_pays(client, article):
    ArticleFactory(edition__title="Hidden guide", published_at=None)
    ArticleFactory(edition__title="Guide without an occupation")
    html = client.get("/careers/").content.decode()
    assert "2 career guides" in re.search(r"<h1[^>]*>(.*?)</h1>", html)[1]
    assert "Hidden guide" not in html
    words = text_of(html)
    assert "How can I become a case manager? Two ways in." in words
    assert "Median pay a year $97,550 Registered Nurses" in words
    assert "Reviewed 1 Nov 2026" in words


def test_the_list_is_searched_and_narrowed_by_subject(client, article):
    ArticleFactory(edition__title="How can I become a baker?")
    found = client.get("/careers/", {"q": "case managers"}).content.decode()
    assert "case manager?" in found
    assert "baker" not in found.split('id="listing"')[1]
    found = client.get("/careers/", {"subject": "nursing"}).content.decode()
    assert "1 career guide in nursing" in text_of(found)
    empty = client.get("/careers/", {"q": "xylophone"}).content.decode()
    assert "Nothing matches “xylophone”" in empty
    assert 'name="robots" content="noindex"' in empty
    assert client.get("/careers/", {"q": "100%_A\\B", "subject": "nonsense", "page": "abc"}).status_code == 200


def test_the_list_has_pages(client):
    for number in range(23):
        ArticleFactory(
            edition__title=f"Guide {number:02}", published_at=timezone.now() - datetime.timedelta(days=number)
        )
    assert client.get("/careers/").content.decode().count('class="card"') == 20
    last = client.get("/careers/?page=99").content.decode()
    assert "Guide 22" in last
    assert "(page 2 of 2)" in last


def test_the_list_costs_the_same_queries_with_five_articles_and_with_fifty(client, nurses):
    def spent():
        with CaptureQueriesContext(connection) as queries:
            client.get("/careers/")
        return len(queries)

    def grow(start, many):
        for _ in range(start, many):
            EditionOccupation.objects.create(edition=ArticleFactory().live, occupation=nurses)

    grow(0, 5)
    few = spent()
    grow(5, 50)
    assert spent() == few
    assert few <= 18  # five facets, each read once for a version of the content


# What other floors ask for -----------------------------------------------------------------------------------


def rendered(template, **context):
    return Template("{% load careers %}" + template).render(Context(context))


def test_pages_of_schools_programs_fields_and_occupations_name_published_articles_only(article, nursing, nurses):
    field = nursing.fields_of_study.get()
    hidden = ArticleFactory(edition__title="Hidden guide", published_at=None)
    DegreeOption.objects.create(edition=hidden.live, label="x", subject=nursing)
    draft = ArticleFactory(edition__title="Only its draft is about nursing")
    draft.draft = article.editions.create(title="Draft", summary="x", author="x")
    DegreeOption.objects.create(edition=draft.draft, label="x", subject=nursing)
    program = ProgramFactory(field_of_study=field, level="bachelor")
    for thing in (field, program, program.school, nurses, [field]):
        html = rendered("{% related_articles thing %}", thing=thing)
        assert html.count("<h3>") == 1
        assert "How can I become a case manager?" in html
    assert rendered("{% related_articles thing %}", thing=FieldOfStudyFactory(cip="12.0500")) == ""


def test_a_school_whose_only_program_is_hidden_has_no_related_article(article, nursing):
    program = ProgramFactory(field_of_study=nursing.fields_of_study.get(), level="bachelor", published_at=None)
    assert rendered("{% related_articles thing %}", thing=program.school) == ""


def test_a_field_names_the_careers_it_leads_to_with_pay_and_growth(nurses, django_assert_num_queries):
    field = FieldOfStudyFactory(cip="51.3801")
    OccupationFieldFactory(occupation=nurses, field_of_study=field)
    for number, (hidden, median) in enumerate(((True, 69_000), (False, 40_000), (False, 60_000))):
        occupation = OccupationFactory(soc=f"29-20{number:02}", published_at=None if hidden else timezone.now())
        WageFactory(occupation=occupation, median=median)
        OccupationFieldFactory(occupation=occupation, field_of_study=field)
    with django_assert_num_queries(3):
        html = rendered(
            "{% careers_led_to field as careers %}{% for one in careers %}"
            "{{ one.occupation.soc }} {{ one.median.html }} {{ one.growth.html }};{% endfor %}",
            field=field,
        )
    assert [line.split(" ")[0] for line in html.split(";")[:-1]] == ["29-1141", "29-2002", "29-2001"]
    assert "$97,550" in html
    assert "4.9%" in html


def test_a_signed_in_editor_reads_the_same_bytes_as_everybody(client, admin_client, article):
    for url in (article.get_absolute_url(), "/careers/"):
        anyone, editor = client.get(url), admin_client.get(url)
        assert anyone.content == editor.content
        assert anyone["ETag"] == editor["ETag"]
        for response in (anyone, editor):
            assert "Cookie" not in response.get("Vary", "")
            assert not response.cookies
        assert client.get(url, headers={"if-none-match": anyone["ETag"]}).status_code == 304


def test_reading_changes_nothing(client, article):
    before = ContentVersion.now()
    read(client, article)
    client.get("/careers/")
    assert ContentVersion.now() == before
