"""Guides beside a guide: chosen first, computed after, excluded never, unpublished never, and always with a reason."""

import pytest

from careers.models import ArticleLink, RelatedExclusion
from careers.related import MOST
from careers.relating import guides
from portal.models import ContentVersion
from tests.desk import address, form_of, save
from tests.factories import ArticleFactory, OccupationFactory, SubjectFactory

pytestmark = pytest.mark.django_db


def guide(slug, occupation=None, subject=None, title=None, **values):
    article = ArticleFactory(slug=slug, edition__title=title or f"Guide {slug}?", **values)
    if occupation:
        article.live.edition_occupations.create(occupation=occupation)
    if subject:
        article.live.degree_options.create(label="A degree", subject=subject)
    return article


@pytest.fixture
def nurses():
    return OccupationFactory(soc="29-1141", title="Registered Nurses")


def beside(article):
    return [found.guide.slug for found in guides(ContentVersion.now()).beside(article.pk)]


def page(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def test_a_shared_occupation_and_a_shared_field_bring_guides_together_and_say_so(client, nurses):
    subject = SubjectFactory(name="Nursing")
    one = guide("one", nurses, subject)
    guide("both", nurses, subject)
    guide("occupation", nurses)
    guide("stranger", OccupationFactory(soc="11-9111", title="Managers"))
    assert beside(one) == ["both", "occupation"]
    best = guides(ContentVersion.now()).beside(one.pk)[0]
    assert "Both are about Registered Nurses." in best.reasons
    assert "Both lead to programs in Nursing." in best.reasons
    shown = page(client, one)
    assert "Guide both?" in shown
    assert "Guide stranger?" not in shown


def test_words_that_few_guides_use_bring_them_together(client):
    one = guide("one", title="How can I become a cancer registrar of tumors?")
    guide("two", title="What does a cancer registrar of tumors earn?")
    for number in range(6):
        guide(f"other-{number}", title=f"How can I become something of kind {number}?")
    assert beside(one) == ["two"]
    reasons = " ".join(guides(ContentVersion.now()).beside(one.pk)[0].reasons)
    assert "registrar" in reasons
    assert "become" not in reasons  # everybody says that


def test_nothing_unpublished_appears_on_either_side(client, nurses):
    one = guide("one", nurses)
    hidden = guide("hidden", nurses, published_at=None)
    assert "Guide hidden?" not in page(client, one)
    assert beside(hidden) == []


def test_what_the_editor_chose_comes_first_and_once(client, nurses):
    one, chosen, computed = guide("one", nurses), guide("chosen", nurses), guide("computed", nurses)
    ArticleLink.objects.create(edition=one.live, article=chosen)
    related = page(client, one).split('id="related"')[1]
    assert related.index("Guide chosen?") < related.index("Guide computed?")
    assert related.count("Guide chosen?") == 1
    assert page(client, computed).split('id="related"')[1].count("Guide one?") == 1


def test_an_excluded_pair_never_stands_together_until_the_editor_takes_it_back(client, editor, nurses):
    one, other = guide("one", nurses), guide("other", nurses)
    desk = editor.get(address(one)).content.decode()
    assert "Guide other?" in desk
    assert "Both are about Registered Nurses." in desk
    opened = form_of(editor.get(address(one)), type(one))
    save(editor, one, opened=opened, **{"exclusions-TOTAL_FORMS": "1", "exclusions-0-other": str(other.pk)})
    assert RelatedExclusion.objects.get().other == other
    assert "Guide other?" not in page(client, one)
    assert "Guide one?" not in page(client, other)
    RelatedExclusion.objects.all().delete()
    assert "Guide other?" in page(client, one)


def test_a_page_shows_no_more_than_a_handful(client, nurses):
    one = guide("one", nurses)
    for number in range(MOST + 5):
        guide(f"other-{number}", nurses)
    assert page(client, one).split('id="related"')[1].count("<h3>") - 2 <= MOST
    assert len(guides(ContentVersion.now()).beside(one.pk, most=MOST)) == MOST


def test_an_article_that_links_here_can_be_kept_away_too_and_the_desk_says_why_it_stands_there(client, editor, nurses):
    one = guide("one", nurses)
    source = guide("source", OccupationFactory(soc="11-9111", title="Managers"))
    ArticleLink.objects.create(edition=source.live, article=one)
    assert "Guide source?" in page(client, one)
    desk = editor.get(address(one)).content.decode()
    assert "Guide source?</a>: Its own links lead here." in desk
    exclusion = RelatedExclusion.objects.create(article=one, other=source)
    assert "Guide source?" not in page(client, one)
    assert "Guide one?" in page(client, source)  # its own editor chose it
    assert "Guide one?</a>: Kept away" in editor.get(address(source)).content.decode()
    exclusion.delete()
    assert "Guide source?" in page(client, one)


def test_the_desk_lists_what_the_page_computes(client, editor, nurses):
    one = guide("one", nurses)
    for number in range(MOST + 3):
        guide(f"other-{number}", nurses)
    ArticleLink.objects.create(edition=one.live, label="A link", url="https://elsewhere.example/")
    shown, desk = page(client, one), editor.get(address(one)).content.decode()
    for number in range(MOST + 3):
        assert (f"Guide other-{number}?" in shown) == (f"Guide other-{number}?</a>:" in desk)
    assert desk.count("Both are about Registered Nurses.") == MOST - 1
