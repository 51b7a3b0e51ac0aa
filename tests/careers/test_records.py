"""Certifications, licenses, kinds of employers, topics and terms: kept once, shown wherever an article names them."""

import re

import pytest
from django.urls import reverse
from django.utils.safestring import mark_safe

from careers import curated, editions
from careers.glossary import Terms
from careers.models import (
    Certification,
    Edition,
    EmploymentSetting,
    GlossaryTerm,
    License,
    Topic,
)
from tests.desk import form_of, save
from tests.factories import (
    ArticleFactory,
    CertificationFactory,
    EditionFactory,
    OccupationFactory,
    PathwayFactory,
    ProjectionFactory,
    SectionFactory,
    WageFactory,
)

pytestmark = pytest.mark.django_db


def license_(name="Nurse license", **values):
    slug = name.lower().replace(" ", "-")
    return License.objects.create(
        name=name, slug=slug, body="the board of your state", url="https://a.example/", **values
    )


def setting(name="insurance companies", **values):
    return EmploymentSetting.objects.create(name=name, slug=name.replace(" ", "-"), **values)


def term(word, definition="What it means.", spellings=(), **values):
    return GlossaryTerm.objects.create(
        term=word, slug=word.lower().replace(" ", "-"), definition=definition, spellings=list(spellings),
        source="A source", url="https://source.example/", **values,
    )  # fmt: skip


def named(article, **rows):
    """Put records into the live edition: ``license=…``, ``setting=…``, ``certification=…``."""
    for name, row in rows.items():
        getattr(article.live, f"edition_{name}s").create(**{name: row})


@pytest.fixture
def article():
    article = ArticleFactory(slug="an-article", edition__title="How can I do this?")
    SectionFactory(edition=article.live, heading="What is it?", body="It is work.")
    return article


def page(client, url="/careers/an-article/", **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


# Records ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "name", "listed"),
    [
        (license_, "license", "/licenses/"),
        (CertificationFactory, "certification", "/certifications/"),
        (setting, "setting", "/employment-settings/"),
    ],
)
def test_a_record_has_a_page_that_names_published_articles_only(client, article, make, name, listed):
    record = make()
    draft = ArticleFactory(slug="hidden", published_at=None, edition__title="Canary?")
    named(article, **{name: record})
    named(draft, **{name: record})
    shown = page(client, record.get_absolute_url())
    assert "How can I do this?" in shown
    assert "Canary" not in shown
    assert "1 career guide" in page(client, listed)
    assert record.get_absolute_url() in page(client)  # and the article leads back
    article.published_at = None
    article.save()
    assert client.get(record.get_absolute_url()).status_code == 404  # a record tells of no draft before its time
    assert str(record) not in page(client, listed)
    assert record.get_absolute_url() not in client.get("/sitemap.xml").content.decode()


def test_the_list_goes_by_the_alphabet_whenever_records_were_made(client, article):
    for position, name in enumerate(["B license", "C license", "A license"]):
        article.live.edition_licenses.create(license=license_(name), position=position)
    shown = page(client, "/licenses/")
    assert shown.index("A license") < shown.index("B license") < shown.index("C license")


def test_a_change_of_a_record_shows_in_every_article_at_once(client, article):
    record = license_(renewal="Every year")
    other = ArticleFactory(slug="another")
    named(article, license=record)
    named(other, license=record)
    assert "Every year" in page(client)
    record.renewal = "Every second year"
    record.save()
    for slug in ("an-article", "another"):
        assert "Every second year" in page(client, f"/careers/{slug}/")


def test_conditions_are_all_groups_and_any_route(client, article):
    record = license_(status="active", checked_on="2026-11-01")
    education = record.groups.create(label="Education", position=0)
    for place, text in enumerate(["A bachelor's degree", "A diploma"]):
        education.routes.create(text=text, position=place)
    record.groups.create(label="Exam", position=1).routes.create(text="The national exam")
    named(article, license=record)
    for shown in (page(client), page(client, record.get_absolute_url())):
        assert "You need all of these:" in shown
        assert "any one of:" in shown
        assert "A bachelor’s degree" in shown
        assert "Rules checked 1 Nov 2026" in shown


def test_what_is_not_known_of_a_record_is_said(client, article):
    named(article, license=license_())
    shown = page(client, License.objects.get().get_absolute_url())
    assert "Renewal: not known to us; ask the body." in shown
    assert "not confirmed" in shown.lower()


def test_a_setting_shows_what_its_careers_pay(client, article):
    nurses = OccupationFactory(soc="29-1141", title="Registered Nurses")
    WageFactory(occupation=nurses, median=97_550, p75=112_000, p90=137_470)
    article.live.edition_occupations.create(occupation=nurses)
    place = setting(description="They pay for care.")
    named(article, setting=place)
    shown = page(client, place.get_absolute_url())
    assert "Careers in insurance companies" in shown
    assert "$97,550" in shown
    assert "They pay for care." in shown


def test_unknown_records_are_not_there(client):
    for name in ("certification", "license", "setting"):
        assert client.get(reverse(f"careers:{name}_detail", args=["nothing"])).status_code == 404


def test_a_draft_takes_records_along(article):
    named(article, license=license_(), setting=setting(), certification=CertificationFactory())
    draft = editions.start_draft(article, by=None)
    assert [draft.licenses.count(), draft.settings.count(), draft.certifications.count()] == [1, 1, 1]


def test_an_editor_gives_a_draft_a_license_and_a_place(editor, article):
    record, place = license_(), setting()
    draft = editions.start_draft(article, by=None)
    opened = form_of(editor.get(reverse("admin:careers_edition_change", args=[draft.pk])), Edition)
    new = {
        "edition_licenses-TOTAL_FORMS": "1", "edition_licenses-0-license": str(record.pk),
        "edition_settings-TOTAL_FORMS": "1", "edition_settings-0-setting": str(place.pk),
    }  # fmt: skip
    save(editor, draft, opened=opened, **new)
    assert [draft.licenses.get(), draft.settings.get()] == [record, place]


def test_the_starter_brings_records_once_and_never_what_an_editor_removed():
    assert curated.load_records() > 30
    assert curated.load_records() == 0
    License.objects.get(slug="registered-nurse").delete()
    Topic.objects.filter(slug="research").delete()
    GlossaryTerm.objects.filter(slug="medicare").update(definition="Mine.")
    assert curated.load_records() == 0
    assert not License.objects.filter(slug="registered-nurse").exists()
    assert GlossaryTerm.objects.get(slug="medicare").definition == "Mine."
    assert License.objects.get(slug="clinical-social-worker").groups.count() == 3
    assert Certification.objects.filter(status="active", checked_on=None).count() == 0


# Terms ------------------------------------------------------------------------------------------


def test_a_term_is_explained_once_where_it_first_stands(client, article):
    term("utilization review", "Checking whether it is needed.", ["utilization management"])
    term("HIPAA", "A law.")
    SectionFactory(
        edition=article.live, heading="What about utilization review?", position=1,
        body="Utilization review is checking. Utilization management is the same. HIPAA is a law, hipaa is nothing.",
    )  # fmt: skip
    shown = page(client)
    assert shown.count('href="#term-utilization-review"') == 1
    assert '<a href="#term-utilization-review" id="utilization-review-here">Utilization review</a> is' in shown
    assert '<a href="#term-hipaa" id="hipaa-here">HIPAA</a> is a law, hipaa is nothing' in shown
    assert 'href="#hipaa-here"' in shown.split('id="term-hipaa"')[1]  # and back again
    assert 'id="term-utilization-review"' in shown
    assert "Checking whether it is needed." in shown
    assert 'href="/glossary/#hipaa"' in shown
    assert "Checking whether it is needed." in page(client, "/glossary/")


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/x/">medicare</a>',
        "<h3>Medicare</h3>",
        "<th>Medicare</th>",
        "<p>premedicare medicare-only</p>",
        '<p class="medicare">x</p>',
    ],
)
def test_a_term_is_left_alone_where_no_link_may_be(html):
    assert Terms([GlossaryTerm(term="Medicare", slug="m", spellings=["medicare"])]).mark(mark_safe(html)) == html


@pytest.mark.parametrize(
    ("word", "html", "linked"),
    [
        ("R&D", "<p>Of R&amp;D, once.</p>", '<p>Of <a href="#term-t" id="t-here">R&amp;D</a>, once.</p>'),
        ("patient's rights", "<p>Patient’s rights</p>", '<p><a href="#term-t" id="t-here">Patient’s rights</a></p>'),
        ("prior review", "<p>A prior\nreview</p>", '<p>A <a href="#term-t" id="t-here">prior\nreview</a></p>'),
        ("code (old)", "<p>code (old)</p>", '<p><a href="#term-t" id="t-here">code (old)</a></p>'),
        ("<b>", "<p><b>x</b></p>", "<p><b>x</b></p>"),
        ("amp", "<p>R&amp;D</p>", "<p>R&amp;D</p>"),
        ("x27", "<p>R&#x27;D</p>", "<p>R&#x27;D</p>"),
    ],
)
def test_a_term_is_found_as_it_stands_in_html(word, html, linked):
    assert Terms([GlossaryTerm(term=word, slug="t")]).mark(mark_safe(html)) == linked


def test_no_terms_no_links():
    assert Terms([]).mark(mark_safe("<p>Medicare</p>")) == "<p>Medicare</p>"


def test_what_nobody_called_safe_is_text():
    assert Terms([GlossaryTerm(term="Medicare", slug="m")]).mark("<p>x</p>") == "&lt;p&gt;x&lt;/p&gt;"


# What readers can ask of an article ---------------------------------------------------------------


@pytest.fixture
def paid(article):
    nurses = OccupationFactory(soc="29-1141", title="Registered Nurses", slug="nurse")
    WageFactory(occupation=nurses, median=97_550, p75=112_000, p90=137_470)
    ProjectionFactory(occupation=nurses)
    WageFactory(occupation=nurses, median=81_000, p75=91_000, p90=101_000, area_id="TX")
    article.live.edition_occupations.create(occupation=nurses)
    column = PathwayFactory(edition=article.live, name="Nurse", occupation=nurses, levels=["master"])
    row = article.live.attributes.create(label="Median pay", kind="wage")
    column.cells.create(attribute=row, figure="wage 29-1141 median US")
    return article


def test_a_state_s_wages_take_the_nation_s_place_in_the_table_alone(client, paid):
    SectionFactory(edition=paid.live, heading="Pay?", position=2, body="It is [[wage 29-1141 median US]] a year.")
    shown = page(client, state="tx")
    table = shown.split('id="side-by-side"')[1].split("</section>")[0]
    assert "$81,000" in table
    assert "$97,550" not in table
    assert "$97,550" in shown
    assert "those of Texas" in shown
    assert "Texas" in shown.split('id="note-1"')[1].split("</li>")[0]
    assert '<option value="TX" selected>' in shown
    assert 'content="noindex"' in shown
    assert 'rel="canonical" href="http://127.0.0.1:8000/careers/an-article/"' in shown


def test_a_state_without_a_wage_says_so_and_a_state_nobody_knows_is_the_nation(client, paid):
    table = page(client, state="VT").split('id="side-by-side"')[1].split("</section>")[0]
    assert "Not in federal data" in table
    for nonsense in ("XX", "", "texas", "%00"[:0], "US"):
        shown = page(client, state=nonsense)
        assert "$97,550" in shown.split('id="side-by-side"')[1].split("</section>")[0]
        assert 'content="noindex"' not in shown


def test_each_figure_can_be_reported(client, paid):
    shown = page(client)
    link = re.search(r'href="(/report/\?about=[^"]*figure=[^"]*)"', shown)[1].replace("&amp;", "&")
    form = client.get(link).content.decode()
    assert "97,550" in form


def test_the_log_says_what_changed_and_why(client, article):
    article.changes.create(made_on="2026-11-02", what="A new rule.", why="The law changed.")
    shown = page(client).split('id="changes"')[1]
    assert shown.index("2 Nov 2026: A new rule. Why: The law changed.") < shown.index(": first published.")


@pytest.mark.parametrize(("words", "said"), [(10, "1 minute to read"), (1_320, "6 minutes to read")])
def test_how_long_it_takes_to_read(client, article, words, said):
    article.live.sections.update(body="word " * words)
    assert said in page(client)


# The list ---------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_kind_of_work_place_degree_and_pay(client, paid):
    topic = Topic.objects.create(name="Care coordination", slug="coordination")
    paid.article_topics.create(topic=topic)
    named(paid, setting=setting())
    ArticleFactory(slug="other", edition__title="Something else?")
    for query in (
        {"topic": "coordination"},
        {"setting": "insurance-companies"},
        {"level": "master"},
        {"pay": "75000-100000"},
    ):
        shown = page(client, "/careers/", **query)
        assert 'data-total="1"' in shown, query
        assert "How can I do this?" in shown
        assert "Something else?" not in shown
    assert "Something else?" in page(client, "/careers/", pay="not-known")
    assert 'data-total="2"' in page(client, "/careers/", pay=["75000-100000", "not-known"])
    assert 'data-total="0"' in page(client, "/careers/", topic="coordination", pay="not-known")


def test_options_are_those_of_published_articles(client, article):
    hidden = ArticleFactory(slug="hidden", published_at=None)
    hidden.article_topics.create(topic=Topic.objects.create(name="Canary work", slug="canary"))
    named(hidden, setting=setting("canary places"))
    edition = EditionFactory(article=article)
    edition.edition_settings.create(setting=setting("draft places"))
    shown = page(client, "/careers/")
    assert "Canary work" not in shown
    assert "anary places" not in shown
    assert "raft places" not in shown
