"""The list of links: every address once, every use of it, true after whatever people and imports change."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from careers import editions
from careers.links import addresses_in
from portal.links.gathering import gather, gather_if_changed, holders
from portal.models import HostVisit, LinkGathering, LinkUse, OutboundLink
from schools.models import Accreditation
from tests.factories import (
    AccreditorFactory,
    ArticleFactory,
    CertificationFactory,
    CitationFactory,
    ProgramFactory,
    SchoolFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def uses(url):
    return [
        (use.section, use.model, use.title, use.field, use.page)
        for use in LinkUse.objects.filter(link__url=url).order_by("section", "title")
    ]


def test_every_field_for_web_addresses_is_read_by_somebody():
    """A new model with an address fails here until its app's links.py names the field."""
    ours = [model for app in ("portal", "schools", "careers") for model in apps.get_app_config(app).get_models()]
    fields = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in ours
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.URLField) and not model.__name__.endswith("Event")
    } - {"schools.Claim.evidence"}  # for one editor's eyes, once; no page leads there
    read = {name for holder in holders() for name in holder.fields}
    assert fields <= read
    for name in read:
        app, model, field = name.split(".")
        apps.get_model(app, model)._meta.get_field(field)


def test_every_kind_of_holder_is_gathered_with_what_an_editor_has_to_know():
    article = ArticleFactory(edition__title="A career", edition__author="The desk")
    citation = CitationFactory(edition=article.live, url="https://cited.example/", title="A survey", position=9)
    SectionFactory(
        edition=article.live,
        heading="Where?",
        body="See [here](https://text.example/a 'x'), <https://auto.example/> and [inside](/programs/).",
    )
    certification = CertificationFactory(url="https://body.example/cert")
    source = SourceFactory(url="https://agency.example/data")
    school = SchoolFactory(website_override="https://school.example")
    program = ProgramFactory(school=school, url="https://school.example/mha", origin="school")
    accreditor = AccreditorFactory(url="https://accreditor.example/")
    Accreditation.objects.create(accreditor=accreditor, school=school, url="https://accreditor.example/entry")
    gather()
    page = article.get_absolute_url()
    assert uses(citation.url) == [("Articles", "careers.article", "A career", "citation: A survey", page)]
    for url in ("https://text.example/a", "https://auto.example/"):
        assert uses(url) == [("Articles", "careers.article", "A career", "section: Where?", page)]
    [(section, model, title, _, _)] = uses(certification.url)
    assert (section, model, title) == ("Certifications", "careers.certification", certification.name)
    assert uses(source.url)[0][:3] == ("Sources", "portal.source", source.name)
    assert uses("https://school.example/")[0][4] == school.get_absolute_url()
    assert uses(program.url)[0][4] == program.get_absolute_url()
    assert uses("https://accreditor.example/")[0][0] == "Accreditation"
    assert uses("https://accreditor.example/entry")[0][1] == "schools.accreditation"
    assert LinkUse.objects.filter(section="Articles").values_list("owner", flat=True).distinct().get() == "The desk"
    assert not OutboundLink.objects.filter(url__contains="programs/").exists()
    assert LinkUse.objects.filter(section="Pages of the site", link__url__contains="nces.ed.gov").exists()


def test_an_address_is_stored_once_however_it_is_spelled_and_wherever_it_is_used():
    article = ArticleFactory()
    for position, url in enumerate(("https://One.example", "https://one.example/", "https://one.example:443/#top"), 10):
        CitationFactory(edition=article.live, url=url, title="The same", position=position)
    SourceFactory(url="https://one.example/#data")
    gather()
    link = OutboundLink.objects.get(url="https://one.example/")
    assert link.host == "one.example"
    assert link.uses.count() == 2


def test_a_hidden_schools_website_and_an_unlisted_program_send_nobody_anywhere():
    SchoolFactory(website_override="https://hidden.example/", published_at=None)
    SchoolFactory(website_override="https://shown.example/")
    ProgramFactory(url="https://hidden-program.example/", origin="school", published_at=None)
    gather()
    assert not OutboundLink.objects.filter(url__contains="hidden").exists()
    assert OutboundLink.objects.filter(url="https://shown.example/").exists()


def test_publishing_another_wording_changes_the_list():
    article, person = ArticleFactory(), UserFactory(name="Writer")
    old = CitationFactory(edition=article.live, url="https://old.example/", position=9)
    gather()
    draft = editions.start_draft(article, by=person)
    draft.citations.filter(url=old.url).update(url="https://new.example/")
    assert gather_if_changed()
    use = LinkUse.objects.get(link__url="https://new.example/")
    assert (use.model, use.object_id, use.owner, use.page) == ("careers.edition", draft.pk, "Writer", "")
    assert use.title.endswith("(draft)")
    assert OutboundLink.objects.filter(url=old.url).exists(), "readers still meet it"
    article.live, article.draft = draft, None
    article.save()
    assert gather_if_changed()
    assert not OutboundLink.objects.filter(url=old.url).exists()
    assert LinkUse.objects.get(link__url="https://new.example/").page == article.get_absolute_url()


def test_what_a_check_found_stays_while_the_uses_change():
    source = SourceFactory(url="https://kept.example/")
    gather()
    seen = timezone.now()
    OutboundLink.objects.update(state="fine", tried_at=seen, checked_at=seen)
    source.name = "Renamed"
    source.save()
    SourceFactory(url="https://kept.example/")
    gather()
    link = OutboundLink.objects.get(url="https://kept.example/")
    assert (link.state, link.checked_at) == ("fine", seen)
    assert set(link.uses.values_list("title", flat=True)) >= {"Renamed"}
    assert link.uses.count() == 2


def test_nothing_is_read_when_nothing_changed(django_assert_num_queries):
    gather()
    with django_assert_num_queries(2):
        assert not gather_if_changed()
    SourceFactory(url="https://more.example/")
    assert gather_if_changed()


def test_gathering_twice_changes_nothing():
    SourceFactory(url="https://kept.example/")
    first = gather()
    before = list(LinkUse.objects.order_by("pk").values_list("pk", flat=True))
    assert gather().uses == first.uses
    assert list(LinkUse.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_gathering_asks_a_constant_number_of_questions(django_assert_max_num_queries):
    for _ in range(12):
        SchoolFactory(website_override="https://same.example/")
        CitationFactory(edition=ArticleFactory().live, url="https://cited.example/", position=9)
    with django_assert_max_num_queries(32):
        gather()
    assert OutboundLink.objects.get(url="https://same.example/").uses.count() == 12


def test_an_address_too_long_to_keep_is_counted():
    SectionFactory(edition=ArticleFactory().live, body=f"[long](https://long.example/{'x' * 2_100})")
    gather()
    assert LinkGathering.objects.get().left_out == 1
    assert not OutboundLink.objects.filter(url__contains="long.example").exists()


def test_old_visits_are_forgotten():
    HostVisit.objects.create(host="old.example", visited_at=timezone.now() - timedelta(days=2))
    HostVisit.objects.create(host="new.example", visited_at=timezone.now())
    gather()
    assert HostVisit.objects.get().host == "new.example"


def test_addresses_in_a_text_are_those_the_page_prints():
    text = (
        "[a](https://a.example/x) [b](/local/) [c](javascript:alert(1)) [[wage 29-1141 median US]] `https://no.example`"
    )
    assert addresses_in(text) == ["https://a.example/x"]


def test_what_an_editor_should_see_and_what_somebody_vouches_for():
    states = {}
    for state in OutboundLink.State.values:
        failures = 3 if state == "broken" else 0
        states[state] = OutboundLink.objects.create(
            url=f"https://{state.replace('_', '-')}.example/",
            state=state,
            tried_at=timezone.now(),
            leads_to="https://x.example/",
            failures=failures,
            failing_since=timezone.now() if failures else None,
        )
    links = OutboundLink.objects
    assert links.broken().get() == states["broken"]
    assert links.could_not_check().get() == states["could_not_check"]
    assert set(links.for_an_editor()) == {states[one] for one in ("broken", "moved", "looks_gone", "refused")}
    states["broken"].vouch(by=UserFactory(), until=timezone.now().date())
    assert not links.broken().exists()
    states["broken"].vouch(by=UserFactory(), until=timezone.now().date() - timedelta(days=1))
    assert links.broken().exists()


def test_links_without_an_answer_since():
    seen = timezone.now() - timedelta(days=20)
    old = OutboundLink.objects.create(url="https://old.example/", state="fine", tried_at=seen, checked_at=seen)
    never = OutboundLink.objects.create(url="https://never.example/")
    new = OutboundLink.objects.create(
        url="https://new.example/", state="fine", tried_at=timezone.now(), checked_at=timezone.now()
    )
    assert set(OutboundLink.objects.unchecked_since(timezone.now() - timedelta(days=14))) == {old, never}
    assert new in OutboundLink.objects.unchecked_since(timezone.now() + timedelta(days=1))
