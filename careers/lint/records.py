"""What the article leans on: sources, certifications that still exist, links that lead somewhere."""

from collections.abc import Iterator

from careers.models import Certification
from portal.attention import a_year_ago

from .findings import Finding, Place, error, warning
from .reading import Known, Words, links_in


def sources(words: Words, known: Known) -> Iterator[Finding]:
    if not words.citations:
        yield error("citation", Place("Citations", "citations-group"), "Name at least one source among the citations.")


def certifications(words: Words, known: Known) -> Iterator[Finding]:
    """None that is no longer awarded; one that nobody looked at for a year is worth a look."""
    for one in words.certifications:
        certification = one.certification
        place = words.at("edition_certifications", one, "certification", f"Certification “{certification}”")
        if certification.status == Certification.Status.RETIRED:
            yield error("certification-retired", place, "It is no longer awarded. Take it out.")
        elif certification.checked_on is None or certification.checked_on < a_year_ago():
            when = f"since {certification.checked_on:%d %b %Y}" if certification.checked_on else "at all"
            yield warning("certification-unchecked", place, f"Nobody has checked it {when}. Look at the body’s page.")


def links(words: Words, known: Known) -> Iterator[Finding]:
    """Nothing leads to what is not published."""
    for link in words.links:
        if link.article and not known.articles.get(link.article.slug):
            place = words.at("links", link, "article", f"Related link to “{link.article}”")
            yield error(
                "link-unpublished", place, "This article is not published. Publish it first, or remove the link."
            )
        if link.occupation and not known.occupations.get(link.occupation.slug):
            place = words.at("links", link, "occupation", f"Related link to “{link.occupation}”")
            yield error("link-unpublished", place, "This occupation is not shown on the site. Remove the link.")
    for text in words.bodies:
        for said, address in links_in(text.text):
            if address.startswith("/") and (why := known.leads_nowhere(address)):
                yield error("link-unpublished", text.place, f"The link “{said}” leads to {address}, but {why}.")


RULES = (sources, certifications, links)
