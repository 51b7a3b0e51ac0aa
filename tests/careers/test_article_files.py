"""The articles the portal starts with: whole, loaded once, never over somebody's words."""

import re
import tomllib

import pytest
from django.utils.html import strip_tags

from careers import curated, editions
from careers.article_files import ArticleFileError, load_articles
from careers.figures import DIRECTORY, parse
from careers.models import Article, Certification, Edition
from tests.factories import FieldOfStudyFactory, OccupationFactory, SubjectFactory

FILES = sorted(curated.ARTICLES.glob("*.toml"))


def contents():
    return [tomllib.loads(path.read_text()) for path in FILES]


def written_in(content):
    figures = [cell["figure"] for row in content["attributes"] for cell in row["cells"].values() if "figure" in cell]
    return figures + [t for section in content["sections"] for t in re.findall(r"\[\[(.*?)\]\]", section["body"])]


@pytest.fixture
def catalogue(db):
    """Everything the files speak of, without a single figure."""
    for content in contents():
        tokens = [parse(written) for written in written_in(content)]
        codes = {token.about for token in tokens if token.kind not in DIRECTORY}
        codes |= set(content["occupations"]) | {link["occupation"] for link in content["links"] if "occupation" in link}
        codes |= {pathway["occupation"] for pathway in content["pathways"] if "occupation" in pathway}
        for code in codes:
            OccupationFactory(soc=code)
        for cip in {cip for pathway in content["pathways"] for cip in pathway["fields"]}:
            FieldOfStudyFactory(cip=cip)
        subjects = {option["subject"] for option in content["degree_options"]}
        for slug in subjects | {token.about for token in tokens if token.kind in DIRECTORY}:
            SubjectFactory(name=slug)


def write(folder, name, **changes):
    """A small article file, right unless ``changes`` make it wrong."""
    lines = {
        "slug": '"small-guide"',
        "title": '"How can I become small?"',
        "summary": '"It is short, but long enough for a summary that search engines show whole."',
        "author": '"The editors"',
        "reviewed_on": "2026-11-25",
        "review_by": "2027-05-25",
        "occupations": "[]",
    } | changes
    text = "\n".join(f"{key} = {value}" for key, value in lines.items() if key != "body")
    text += f"\n[[sections]]\nanchor = 'a'\nheading = 'A?'\nbody = '''{changes.get('body', 'Words.')}'''\n"
    text += "[[citations]]\ntitle = 'T'\npublisher = 'P'\nurl = 'https://p.example.org/'\naccessed_on = 2026-11-25\n"
    (folder / name).write_text(text)


def test_there_are_articles_for_the_careers_of_the_field_and_they_are_what_readers_see(client, catalogue):
    assert load_articles() == len(FILES) >= 16
    page = client.get("/careers/").content.decode()
    for content in contents():
        assert content["title"] in page
        html = client.get(f"/careers/{content['slug']}/").content.decode()
        assert "figure not available" not in html
        assert "[[" not in html
        for section in content["sections"]:
            assert f'id="{section["anchor"]}"' in html
        for option in content["degree_options"]:
            assert f"subject={option['subject']}" in html


def test_a_second_load_changes_nothing_and_never_an_editors_word(catalogue):
    load_articles()
    article = Article.objects.get(slug="medical-case-manager")
    draft = editions.start_draft(article, by=None)
    Edition.objects.filter(pk=draft.pk).update(title="What an editor wrote", what_changed="Words.")
    editions.publish(article, by=None)
    renamed, removed = Article.objects.exclude(pk=article.pk)[:2]
    renamed.slug = "renamed"
    renamed.save()
    removed.published_at = None
    removed.save()
    Certification.objects.filter(slug="ccm").update(renewal="Every 3 years")
    count = Edition.objects.count()

    assert load_articles() == 0
    article.refresh_from_db()
    removed.refresh_from_db()
    assert article.live.title == "What an editor wrote"
    assert Article.objects.count() == len(FILES)
    assert Edition.objects.count() == count
    assert removed.published_at is None
    assert Certification.objects.get(slug="ccm").renewal == "Every 3 years"


def test_a_removed_article_does_not_return(catalogue, tmp_path):
    write(tmp_path, "small.toml")
    assert load_articles(tmp_path) == 1
    article = Article.objects.get()
    article.published_at = None
    article.save()
    article.editions.exclude(pk=article.live_id).delete()
    Article.objects.filter(pk=article.pk).update(live=None)
    article.refresh_from_db()
    article.delete()
    assert load_articles(tmp_path) == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"occupations": '["99-9999"]'}, "no occupation 99-9999 here"),
        ({"certifications": '["nobody"]'}, "no certification nobody here"),
        ({"body": "Pay is [[wage 11-9111 typical US]]."}, "typical is no statistic"),
        ({"summary": '" "'}, "Write the summary."),
        ({"slug": '"small-guide'}, "small.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_loaded(db, tmp_path, changes, said):
    write(tmp_path, "good.toml", slug='"good-guide"')
    write(tmp_path, "small.toml", **changes)
    with pytest.raises(ArticleFileError, match=r"^small\.toml") as refused:
        load_articles(tmp_path)
    assert said in str(refused.value)
    assert not Article.objects.exists()


# What the files may not hold ----------------------------------------------------------------------------


@pytest.mark.parametrize("content", contents(), ids=[path.stem for path in FILES])
def test_the_words_hold_no_figure_of_their_own(content):
    """Money, shares and years of statistics are tokens; what is left are days, months and credits of rules."""
    for section in content["sections"]:
        prose = re.sub(r"\[\[.*?\]\]|\]\(.*?\)|O\\\*NET 30\.2", "", section["body"])
        assert not re.search(r"\$\s?\d|\d\s?%|\bpercent\b|\b(19|20)\d\d\b|\d,\d{3}", prose), section["heading"]
        assert "average salary" not in prose.lower(), "the statistic names itself: median"


@pytest.mark.parametrize("content", contents(), ids=[path.stem for path in FILES])
def test_each_wage_of_a_wider_group_says_whom_it_covers(content):
    for row in content["attributes"]:
        if row["kind"] == "wage":
            assert "pay" in row["label"].lower()
            assert any(word in row["label"].lower() for word in ("median", "mean"))
    for pathway in content["pathways"]:
        assert pathway["scope"] or "occupation" not in pathway, pathway["name"]


@pytest.mark.parametrize("content", contents(), ids=[path.stem for path in FILES])
def test_a_summary_fits_a_search_engine(content):
    assert 60 <= len(content["summary"]) <= 300
    assert strip_tags(content["summary"]) == content["summary"]
