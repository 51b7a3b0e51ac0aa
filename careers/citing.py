"""Which articles show which figures: a question to the texts themselves, so the answer is never stale."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from careers.figures import DIRECTORY, JOBS, NATION, OUTLOOK, WAGE, Token, UnknownToken, parse
from careers.models import Article

# Tokens in texts, and the figures of cells; of every edition that is live or a draft.
WRITTEN = r"""
    WITH current AS (
        SELECT e.id, a.id AS article, a.slug, e.title, a.live_id = e.id AS is_live
        FROM careers_article a JOIN careers_edition e ON e.id IN (a.live_id, a.draft_id)
    ), texts AS (
        SELECT s.edition_id AS edition, s.heading AS place, s.body AS text FROM careers_section s
        UNION ALL
        SELECT p.edition_id, 'Table: ' || at.label || ', ' || p.name,
               concat_ws(' ', c.text, c.note, CASE WHEN c.figure <> '' THEN '[[' || c.figure || ']]' END)
        FROM careers_cell c JOIN careers_pathway p ON p.id = c.pathway_id
        JOIN careers_attribute at ON at.id = c.attribute_id
    )
    SELECT current.*, texts.place, token[1]
    FROM current JOIN texts ON texts.edition = current.id
    CROSS JOIN LATERAL regexp_matches(texts.text, '\[\[([^\[\]]*)\]\]', 'g') token
    WHERE texts.text LIKE '%%[[%%' AND (%(about)s = '' OR strpos(lower(token[1]), %(about)s) > 0)
    ORDER BY is_live DESC, slug, current.id
"""
# What every article shows of the occupations it is about, without anybody writing a token.
ABOUT = """
    SELECT e.id, a.id, a.slug, e.title, a.live_id = e.id, 'At a glance', o.soc
    FROM careers_article a JOIN careers_edition e ON e.id IN (a.live_id, a.draft_id)
    JOIN careers_editionoccupation eo ON eo.edition_id = e.id JOIN careers_occupation o ON o.id = eo.occupation_id
    WHERE %(about)s = '' OR o.soc = %(about)s
"""


@dataclass(frozen=True)
class Use:
    """One figure in one place of an edition."""

    edition: int
    article: int
    slug: str
    title: str
    is_live: bool
    place: str
    token: Token


def uses(about: str = "") -> Iterator[Use]:
    """Every figure that live editions and drafts show; ``about`` narrows it to one SOC code or subject.

    Tokens that stand for nothing are passed over: the linter names them.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, {"about": about.lower()})
        written = cursor.fetchall()
        cursor.execute(ABOUT, {"about": about})
        implied = cursor.fetchall()
    for edition, article, slug, title, is_live, place, text in written:
        try:
            token = parse(text)
        except UnknownToken:
            continue
        if about in ("", token.about):
            yield Use(edition, article, slug, title, is_live, place, token)
    for edition, article, slug, title, is_live, place, soc in implied:
        for token in (Token(WAGE, soc, "median", NATION), Token("growth", soc)):
            yield Use(edition, article, slug, title, is_live, place, token)


def uses_of_wage(soc: str, area: str) -> list[Use]:
    """Where wages and jobs of one occupation in one place are shown."""
    return [use for use in uses(soc) if use.token.kind in (WAGE, JOBS) and use.token.area == area]


def uses_of_outlook(soc: str) -> list[Use]:
    return [use for use in uses(soc) if use.token.kind in OUTLOOK]


def uses_of_subject(slug: str) -> list[Use]:
    return [use for use in uses(slug) if use.token.kind in DIRECTORY]


def articles_citing(tokens: Iterable[Token]) -> list[Article]:
    """Published articles that show any of these figures, by address."""
    wanted = set(tokens)
    ids = {use.article for use in uses() if use.is_live and use.token in wanted}
    return list(Article.objects.published().filter(pk__in=ids).select_related("live").order_by("slug"))
