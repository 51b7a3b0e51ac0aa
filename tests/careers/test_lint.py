"""The linter: each rule finds its fault, points to its box, and leaves alone what is right."""

import datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careers import editions
from careers.citing import articles_citing, uses_of_outlook, uses_of_subject, uses_of_wage
from careers.figures import parse
from careers.lint import lint, lint_many
from careers.lint.wording import grade, syllables_in
from careers.models import ArticleLink, Attribute, Cell, DegreeOption, EditionCertification, EditionOccupation
from portal.attention import today
from schools.relisting import relist_all
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    CitationFactory,
    EditionFactory,
    OccupationFactory,
    PathwayFactory,
    ProgramFactory,
    ProjectionFactory,
    ReleaseFactory,
    SectionFactory,
    SourceFactory,
    SubjectFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db
GOOD = "A nurse plans care. The median wage is [[wage 29-1141 median US]] a year."


@pytest.fixture(autouse=True)
def world():
    nurses = OccupationFactory(soc="29-1141", title="Registered nurses", slug="registered-nurses")
    WageFactory(occupation=nurses, release=ReleaseFactory(source=SourceFactory(slug="oews-national"), year=2025))
    for occupation, percent in ((nurses, "4.9"), (OccupationFactory(soc="00-0000", title="All"), "3.1")):
        ProjectionFactory(occupation=occupation, percent=Decimal(percent))
    SubjectFactory(slug="health-administration")
    return nurses


def draft(body=GOOD, **facts):
    """A draft that is right unless ``body`` or ``facts`` make it wrong."""
    edition = EditionFactory(**facts)
    article = edition.article
    article.draft = edition
    article.save()
    if body is not None:
        SectionFactory(edition=edition, position=0, heading="What is it?", body=body)
    CitationFactory(edition=edition)
    return edition


def codes(edition):
    return [finding.code for finding in lint(edition)]


def test_what_is_right_is_left_alone():
    assert lint(draft()) == []


@pytest.mark.parametrize(
    "body",
    [
        "Nurses earn $69,700 a year.",
        "Nurses earn USD 69700 a year.",
        "They earn about 70 thousand, or 69,700 dollars.",
        "Jobs grow by 19%.",
        "Jobs grow by 19 percent.",
        "There are 3,391,000 jobs.",
        "We list 412 programs.",
        "A nurse takes home 98,230 a year.",
        "Nurses earn about 98,230 in Texas.",
        "Pay is good: some pay 120k.",
        "They make ninety thousand dollars.",
        "It is a six-figure job.",
        "Jobs grow by nineteen percent.",
        "Nurses make 98,000.",
        "The best make about 98K.",
        "Half earn more than a median of 117,960.",
        "They charge a tuition of 12,000 a term.",
        "It costs 60,000 USD.",
        "It was a 23-percent rise.",
        "It rose by 23 percentage points.",
        "There are 56 thousand jobs.",
        "There are nearly 600k jobs.",
        "It pays 45.20 an hour.",
        "The prize is $**98,000** big.",
        "The prize is &#36;98,000 big.",
    ],
)
def test_a_figure_typed_by_hand_is_an_error(body):
    (finding,) = [one for one in lint(draft(body)) if one.code == "typed-figure"]
    assert finding.is_error
    assert finding.place.box == "id_sections-0-body"


@pytest.mark.parametrize(
    "body",
    [
        "You need 3,000 hours of practice within two years.",
        "The exam has 180 questions and takes 3 hours.",
        "Four in ten work at night. Call 911.",
        "A license costs time: it pays for 3,000 hours of practice. Pay in the first 10 years differs.",
        "Ten thousand people wrote in. Figures are here.",
        "A hospital makes 12,000 decisions a day. It takes 4 patients an hour.",
        "The median is [[wage 29-1141 median US]], and [[programs health-administration all]] teach it.",
    ],
)
def test_other_numbers_stay(body):
    assert "typed-figure" not in codes(draft(body))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("The average wage is [[wage 29-1141 median US]].", True),
        ("On average, nurses earn [[wage 29-1141 median US]].", True),
        ("The median wage is [[wage 29-1141 mean US]].", True),
        ("Nurses earn [[wage 29-1141 p90 US]].", True),
        ("The mean wage is [[wage 29-1141 mean US]].", False),
        ("One in ten earns more than [[wage 29-1141 p90 US]].", False),
        ("The median is [[wage 29-1141 median US]]; growth is faster than average.", False),
        ("The average week is long. The median wage is [[wage 29-1141 median US]].", False),
        ("The average pay is [[wage 29-1141 median US]] and the median is good.", True),
        ("The median pay is [[wage 29-1141 mean US]] and the mean is good.", True),
        ("This is a median, not an average: [[wage 29-1141 median US]].", False),
        ("The mean, [[wage 29-1141 mean US]], is above the median.", False),
        ("The mean is [[wage 29-1141 mean US]] and the median [[wage 29-1141 median US]].", False),
        ("The average is [[wage 29-1141 median US]] and the median [[wage 29-1141 mean US]].", True),
        ("Mean and median pay are [[wage 29-1141 mean US]] and [[wage 29-1141 median US]].", False),
        ("On average nurses work three shifts, and the median is [[wage 29-1141 median US]].", False),
        ("The average workday is long, but the median pay is [[wage 29-1141 median US]].", False),
        ("The average nurse works nights and earns a median of [[wage 29-1141 median US]].", False),
        ("Average-sized hospitals pay a median of [[wage 29-1141 median US]].", False),
        ("We show the median instead of the average: [[wage 29-1141 median US]].", False),
        ("Half of the job is talking; the mean wage is [[wage 29-1141 mean US]].", False),
        ("Pay averaged [[wage 29-1141 median US]].", True),
        ("Half make more than [[wage 29-1141 mean US]].", True),
        ("The midpoint of wages is [[wage 29-1141 mean US]].", True),
        ("Pay is never below the median of [[wage 29-1141 mean US]].", True),
        ("### What is the average salary?\n\nThe median is [[wage 29-1141 median US]].", True),
        ("### What is the median salary?\n\nThe mean is [[wage 29-1141 mean US]].", True),
        ("### What is the average salary?\n\nThe mean is [[wage 29-1141 mean US]].", False),
        ("### An average day\n\nThe median wage is [[wage 29-1141 median US]].", False),
        ("### What is average pay?\n\nGood.\n\n### And this?\n\nMedian: [[wage 29-1141 median US]].", False),
    ],
)
def test_a_statistic_is_called_what_it_is(body, wrong):
    assert ("statistic-name" in codes(draft(body))) == wrong


@pytest.mark.parametrize("part", ["heading", "title", "summary"])
def test_words_above_the_text_name_its_statistic_too(part):
    edition = draft(None)
    section = SectionFactory(edition=edition, heading="What is it?", body=GOOD)
    words = "What is the average salary of a nurse, who earns it, and how do you become one yourself?"
    target = section if part == "heading" else edition
    setattr(target, part, words)
    target.save()
    assert [(one.code, one.place.box) for one in lint(edition)] == [
        ("statistic-name", "id_sections-0-heading" if part == "heading" else f"id_{part}")
    ]


def test_every_word_of_the_page_is_read(world):
    """Names of ways in, labels of rows, links and degrees, titles of sources: nothing is typed there unseen."""
    edition = draft("A nurse earns a living.")
    edition.citations.update(title="Why nurses earn $99,000")
    row = Attribute.objects.create(edition=edition, label="Average salary, $98,000", kind="text")
    pathway = PathwayFactory(edition=edition, name="Nurse ($98,000, 80%)", occupation=world, scope="all nurses")
    Cell.objects.create(pathway=pathway, attribute=row, figure="wage 29-1141 median US", note="the average")
    DegreeOption.objects.create(edition=edition, subject=SubjectFactory(), label="Degree for $10,000")
    ArticleLink.objects.create(edition=edition, occupation=world, label="Earn $98,000")
    found = [(one.code, one.severity, one.place.box) for one in lint(edition) if one.code != "scope-missing"]
    cell = f"id_cell-{pathway.pk}-{row.pk}"
    assert sorted(found) == sorted(
        [
            ("typed-figure", "error", "id_pathways-0-name"),
            ("typed-figure", "error", "id_attributes-0-label"),
            ("typed-figure", "error", "id_degree_options-0-label"),
            ("typed-figure", "error", "id_links-0-label"),
            ("typed-figure", "error", "id_pathways-0-name"),
            ("statistic-name", "error", "id_attributes-0-label"),
            ("statistic-name", "error", f"{cell}-note"),
            ("typed-figure", "warning", "id_citations-0-title"),
        ]
    )


@pytest.mark.parametrize(
    ("label", "figure", "wrong"),
    [
        ("Average pay", "wage 29-1141 median US", True),
        ("Average salary (2014)", "", True),
        ("Median pay", "wage 29-1141 mean US", True),
        ("Median pay", "wage 29-1141 median US", False),
        ("Mean pay", "wage 29-1141 mean US", False),
    ],
)
def test_a_wage_row_names_its_statistic(label, figure, wrong, world):
    edition = draft()
    row = Attribute.objects.create(edition=edition, label=label, kind="wage")
    pathway = PathwayFactory(edition=edition, name="Nurse", occupation=world, scope="all nurses")
    Cell.objects.create(pathway=pathway, attribute=row, figure=figure, text="" if figure else "Good")
    found = [finding for finding in lint(edition) if finding.code == "statistic-name"]
    assert bool(found) == wrong
    assert all(finding.place.box == "id_attributes-0-label" for finding in found)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("In 2014 the median wage was [[wage 29-1141 median US]].", "old-year"),
        ("Pay rose in 2019.", "old-year"),
        ("The body was founded in 1992.", None),
        ("The Affordable Care Act of 2010 changed how hospitals are paid.", "old-year"),
        ("Pay is rising. The law is of 2003.", None),
        ("In 2025 the median pay was [[wage 29-1141 median US]].", None),
        ("[[wage 29-1141 typical US]] median", "unknown-token"),
        ("[[wage 99-9999 median US]] median", "unknown-token"),
        ("[[wage 29-1141 median ZZ]] median", "unknown-token"),
        ("[[programs basket-weaving all]]", "unknown-token"),
        ("A [[wage 29-1141 median US that never ends, median", "unknown-token"),
        ("Growth of [[growth 29-1141]] is faster than average.", None),
        ("Growth of [[growth 29-1141]] is slower than average.", "comparison-wrong"),
        ("Growth of [[growth 29-1141]] is much faster than average.", "comparison-wrong"),
        ("Growth is faster than average.", "comparison-untied"),
        ("Look [here](https://board.example.org/).", "link-text"),
        ("Look [https://board.example.org/](https://board.example.org/).", "link-text"),
        ("Look at https://board.example.org/ today.", "link-text"),
        ("[](https://board.example.org/)", "link-text"),
        ("Look [here >](https://board.example.org/).", "link-text"),
        ("Look [click here!](https://board.example.org/).", "link-text"),
        ("Look [find out more](https://board.example.org/).", "link-text"),
        ("Look at the [board’s own page](https://board.example.org/).", None),
        ("## Too high", "heading"),
        ("Words.\n\n```\ncode\n```", "unread-signs"),
        ("See ![a picture](https://board.example.org/a.png) of it.", "unread-signs"),
        ("A heading\n=========\n\nWords.", "unread-signs"),
        ("A heading\n---\n\nWords.", "unread-signs"),
        ("#### Too low", "heading"),
        ("### \n\nWords.", "heading"),
        ("### Right\n\nWords.", None),
        ("| a | b |\n| 1 | 2 |", "table-header"),
        ("| a |  |\n|---|---|\n| 1 | 2 |", "table-header"),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", None),
        ("   ", "empty-section"),
        ("See [nurses](/occupations/registered-nurses/).", None),
        ("See [nothing](/occupations/nobody/).", "link-unpublished"),
        ("See [nothing](/no/such/page/).", "link-unpublished"),
        ("See [programs](/programs/?level=master).", None),
    ],
)
def test_rules_of_a_body(body, code):
    assert [one for one in codes(draft(body)) if one != "reading-grade"] == ([code] if code else [])


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/schools/{school}/", None),
        ("/schools/nowhere/", "link-unpublished"),
        ("/programs/{school}/", None),
        ("/programs/nowhere/", "link-unpublished"),
        ("/programs/{school}/{program}/", None),
        ("/programs/{school}/nothing/", "link-unpublished"),
        ("/programs/nowhere/{program}/", "link-unpublished"),
        ("/certifications/{certification}/", None),
        ("/certifications/{unnamed}/", "link-unpublished"),
        ("/certifications/nothing/", "link-unpublished"),
        ("/licenses/nothing/", "link-unpublished"),
        ("/employment-settings/nothing/", "link-unpublished"),
        ("/careers/nothing/", "link-unpublished"),
        ("</careers/nothing/>", "link-unpublished"),
        ("http://127.0.0.1:8000/careers/nothing/", "link-unpublished"),
        ("https://www.portal.example/careers/nothing/", "link-unpublished"),
        ("https://www.portal.example/careers/", None),
        ("https://board.example.org/careers/nothing/", None),
        ("/admin/", "link-unpublished"),
        ("/my/", "link-unpublished"),
        ("#what-is-it", None),
        ("#sources", None),
        ("#nowhere", "link-unpublished"),
        ("careers/nothing/", "link-address"),
        ("javascript:alert(1)", "link-address"),
    ],
)
def test_a_link_leads_to_a_page_or_a_part_of_this_one(address, code, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["www.portal.example", "testserver"]
    certification, unnamed = CertificationFactory(checked_on=today(), status="active"), CertificationFactory()
    program = ProgramFactory()
    relist_all()
    names = {"school": program.school.slug, "program": program.slug}
    names |= {"certification": certification.slug, "unnamed": unnamed.slug}
    edition = draft(f"Read [the page on it]({address.format(**names)}).")
    edition.sections.update(anchor="what-is-it")
    EditionCertification.objects.create(edition=edition, certification=certification)
    assert codes(edition) == ([code] if code else [])


def test_a_related_address_of_this_site_exists(settings):
    settings.SITE_URL = "https://portal.example"
    edition = draft()
    for position, path in enumerate(("/schools/", "/schools/nowhere/")):
        ArticleLink.objects.create(edition=edition, url=f"https://portal.example{path}", label="A", position=position)
    assert [(one.code, one.place.box) for one in lint(edition)] == [("link-unpublished", "id_links-1-url")]


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("In 2014 the median wage was [[wage 29-1141 median US]].", "error"),
        ("Pay rose in 2019.", "error"),
        ("The Affordable Care Act of 2010 changed how hospitals are paid.", "warning"),
        ("Employers with 100 employees must report.", "warning"),
        ("There are 100,000 employees.", "error"),
    ],
)
def test_what_may_be_a_rule_or_a_law_is_left_to_the_editor(body, severity):
    assert {one.severity for one in lint(draft(body))} == {severity}


def test_a_figure_that_nobody_has_is_said_before_readers_see_its_reason(world):
    edition = draft("[[wage 29-1141 median MN]] is the median there.")
    (finding,) = lint(edition)
    assert (finding.code, finding.severity, finding.place.box) == ("figure-missing", "warning", "id_sections-0-body")
    assert "Not in federal data" in str(finding)


def test_nothing_leads_to_what_is_hidden():
    hidden, shown = ArticleFactory(slug="hidden", published_at=None), ArticleFactory(slug="shown")
    edition = draft("See [one](/careers/hidden/) and [two](/careers/shown/).")
    for position, article in enumerate((hidden, shown)):
        ArticleLink.objects.create(edition=edition, article=article, position=position)
    found = [finding for finding in lint(edition) if finding.code == "link-unpublished"]
    assert {finding.place.box for finding in found} == {"id_sections-0-body", "id_links-0-article"}
    assert lint(edition, together=["hidden"]) == []


def test_a_way_in_is_explained_and_says_whom_its_wage_covers(world):
    edition = draft("A nurse case manager plans care.")
    row = Attribute.objects.create(edition=edition, label="Median pay", kind="wage")
    names = {"Nurse case manager": "", "Registered nurse (RN)": "", "Social worker": "all social workers"}
    for position, (name, scope) in enumerate(names.items()):
        pathway = PathwayFactory(edition=edition, name=name, occupation=world, scope=scope, position=position)
        Cell.objects.create(pathway=pathway, attribute=row, figure="wage 29-1141 median US")
    found = {(finding.code, finding.place.box) for finding in lint(edition)}
    assert found == {
        ("scope-missing", "id_pathways-0-scope"),
        ("pathway-missing", "id_pathways-1-name"),
        ("pathway-missing", "id_pathways-2-name"),
    }


def test_certifications_exist_and_were_looked_at():
    edition = draft()
    states = [("active", 10), ("active", 400), ("retired", 10), ("unconfirmed", None)]
    for position, (status, days) in enumerate(states):
        checked = today() - datetime.timedelta(days=days) if days else None
        certification = CertificationFactory(status=status, checked_on=checked)
        EditionCertification.objects.create(edition=edition, certification=certification, position=position)
    assert [(one.code, one.severity, one.place.box) for one in lint(edition)] == [
        ("certification-retired", "error", "id_edition_certifications-2-certification"),
        ("certification-unchecked", "warning", "id_edition_certifications-1-certification"),
        ("certification-unchecked", "warning", "id_edition_certifications-3-certification"),
    ]


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"summary": "Short."}, "summary"), ({"summary": "x" * 301}, "summary"), ({"author": ""}, "author")],
)
def test_words_every_article_needs(facts, code):
    assert codes(draft(**facts)) == [code]


def test_no_source_and_no_text_are_errors():
    edition = draft(body=None)
    edition.citations.all().delete()
    assert set(codes(edition)) == {"sections", "citation"}


def test_the_grade_of_a_text_is_the_published_formula():
    """Sixteen sentences of seven words and eight syllables: 0.39 * 7 + 11.8 * 8 / 7 - 15.59."""
    text = "The old nurse sat by the water. " * 16
    assert grade(text) == pytest.approx(0.39 * 7 + 11.8 * 8 / 7 - 15.59)
    assert grade("Too short to tell.") is None
    words = {"nurse": 1, "water": 2, "table": 2, "helped": 1, "wanted": 2, "nurses": 2, "administration": 5, "care": 1}
    assert {word: syllables_in(word) for word in words} == words


def test_hard_prose_is_a_warning_and_acronyms_and_figures_do_not_make_it_hard():
    hard = "Administrative responsibilities necessitate comprehensive organizational understanding. " * 20
    assert set(codes(draft(hard))) == {"reading-grade"}
    easy = "The RHIA and the FACHE are not the same. The median is [[wage 29-1141 median US]] in this job. " * 10
    assert codes(draft(easy)) == []


def test_errors_stop_publishing_and_lead_to_their_box(editor):
    edition = draft("Nurses earn $69,700 a year. Growth is faster than average.")
    url = reverse("admin:careers_edition_change", args=[edition.pk])
    page = editor.get(url).content.decode()
    assert 'href="#id_sections-0-body"' in page
    assert 'id="id_sections-0-body"' in page
    assert "1 thing to mend" in page
    article = reverse("admin:careers_article_change", args=[edition.article_id])
    shown = editor.get(article)
    assert f'href="{url}#id_sections-0-body"' in shown.content.decode()
    publish = reverse("admin:careers_article_publish", args=[edition.article_id])
    review = reverse("admin:careers_article_review", args=[edition.article_id])
    seen = editor.get(review).context["draft_version"]
    said = editor.post(publish, {"version": seen}, follow=True).content.decode()
    assert "typed by hand" in said
    edition.article.refresh_from_db()
    assert edition.article.live is None
    edition.sections.update(body=GOOD)
    shown = editor.get(article)
    assert "to mend" not in shown.content.decode()
    editor.post(publish, {"version": editor.get(review).context["draft_version"]})
    edition.article.refresh_from_db()
    assert edition.article.live == edition


def test_many_editions_cost_as_many_queries_as_one():
    made = [draft() for _ in range(6)]

    def count(some):
        with CaptureQueriesContext(connection) as queries:
            lint_many(some)
        return len(queries)

    assert count(made[:1]) == count(made)


def test_the_command_reads_all_and_fails_on_errors(capsys):
    live = draft()
    editions.publish(live.article, by=None)
    draft("Nurses earn $69,700.")
    with pytest.raises(CommandError):
        call_command("lint_articles")
    assert "1 error" in capsys.readouterr().out
    call_command("lint_articles", "--live")
    assert "1 read" in capsys.readouterr().out
    with pytest.raises(CommandError, match="nobody-here"):
        call_command("lint_articles", "nobody-here")


class TestCitedIn:
    @pytest.fixture
    def article(self, world):
        article = ArticleFactory(slug="citing")
        live = article.live
        SectionFactory(edition=live, heading="Pay?", body="[[ wage   29-1141 median us ]] [[growth 29-1141]] [[bad]]")
        pathway = PathwayFactory(edition=live, occupation=world)
        row = Attribute.objects.create(edition=live, label="Programs")
        Cell.objects.create(pathway=pathway, attribute=row, figure="programs health-administration master")
        past = EditionFactory(article=article)
        SectionFactory(edition=past, body="[[wage 29-1141 median US]]")
        ArticleFactory(slug="silent")
        return article

    def test_it_finds_every_place_of_what_is_live_or_drafted(self, article):
        (use,) = uses_of_wage("29-1141", "US")
        assert (use.slug, use.place, str(use.token), use.is_live) == ("citing", "Pay?", "wage 29-1141 median US", True)
        assert uses_of_wage("29-1141", "MN") == []
        assert len(uses_of_outlook("29-1141")) == 1
        assert uses_of_subject("health-administration")[0].place.startswith("Table: Programs")

    def test_what_an_article_is_about_it_shows_without_a_token(self, article, world):
        EditionOccupation.objects.create(edition=article.live, occupation=world)
        assert [use.place for use in uses_of_outlook("29-1141")] == ["Pay?", "At a glance"]

    def test_the_pages_of_figures_at_the_desk_say_it(self, article, world, editor):
        wage, outlook = world.wages.get(), world.projections.get()
        for name, row in (("wage", wage), ("projection", outlook), ("occupation", world)):
            page = editor.get(reverse(f"admin:careers_{name}_change", args=[row.pk])).content.decode()
            assert reverse("admin:careers_edition_change", args=[article.live_id]) in page, name
            assert "Pay?" in page, name

    def test_articles_that_show_a_figure(self, article):
        assert articles_citing([parse("wage 29-1141 median US")]) == [article]
        assert articles_citing([parse("wage 29-1141 mean US")]) == []
