"""What the article leans on: sources, credentials that still exist, links that lead somewhere."""

from collections.abc import Iterator

from careers.markdown import links_in
from portal.attention import a_year_ago

from .addresses import path_here
from .findings import Finding, Place, error, warning
from .reading import Known, Words
from .structure import is_anchor_of


def sources(words: Words, known: Known) -> Iterator[Finding]:
    if not words.citations:
        yield error("citation", Place("Citations", "citations-group"), "Name at least one source among the citations.")


def credentials(words: Words, known: Known) -> Iterator[Finding]:
    """None that is no longer awarded; one that nobody looked at for a year is worth a look."""
    chosen = [("edition_certifications", one, "certification") for one in words.certifications]
    chosen += [("edition_licenses", one, "license") for one in words.licenses]
    for inline, row, name in chosen:
        one = getattr(row, name)
        place = words.at(inline, row, name, f"{name.capitalize()} “{one}”")
        if one.status == one.Status.RETIRED:
            yield error(f"{name}-retired", place, "It is no longer awarded. Take it out.")
        elif one.checked_on is None or one.checked_on < a_year_ago():
            when = f"since {one.checked_on:%d %b %Y}" if one.checked_on else "at all"
            yield warning(f"{name}-unchecked", place, f"Nobody has checked it {when}. Look at the body’s page.")


def links(words: Words, known: Known) -> Iterator[Finding]:
    """Nothing leads to what is not published, or to no part of the page."""
    for link in words.links:
        if link.article and not known.articles.get(link.article.slug):
            place = words.at("links", link, "article", f"Related link to “{link.article}”")
            yield error(
                "link-unpublished", place, "This article is not published. Publish it first, or remove the link."
            )
        if link.occupation and not known.occupations.get(link.occupation.slug):
            place = words.at("links", link, "occupation", f"Related link to “{link.occupation}”")
            yield error("link-unpublished", place, "This occupation is not shown on the site. Remove the link.")
        if link.url and (why := known.closed.get(path_here(link.url))):
            place = words.at("links", link, "url", f"Related link “{link.label}”")
            yield error("link-unpublished", place, f"It leads to {link.url}, but {why}.")
    own = f"/careers/{words.edition.article.slug}/"
    for text in words.bodies:
        for said, address in links_in(text.text):
            page, _, anchor = address.partition("#")
            path = path_here(page)
            if why := known.closed.get(path):
                if path != own:  # it will be there as soon as the article is
                    yield error("link-unpublished", text.place, f"The link “{said}” leads to {address}, but {why}.")
            elif "#" in address and (not page or path == own) and not is_anchor_of(words, anchor):
                yield error("link-unpublished", text.place, f"The link “{said}” leads to #{anchor}, but no part of "
                            "the article has this anchor.")  # fmt: skip


RULES = (sources, credentials, links)
