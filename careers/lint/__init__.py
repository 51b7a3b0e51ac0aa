"""What is wrong with an article before anybody reads it.

:func:`lint` reads editions, however many, in a fixed number of queries and holds each to
the rules of this package. An *error* keeps it from being published; a *warning* is shown
and left to the editor. The same rules hold for a draft at the desk, for ``manage.py
lint_articles``, and for the articles the portal starts with.
"""

from collections.abc import Iterable

from careers.footnotes import Figures
from careers.models import Edition

from . import figures, records, statistics, structure, wording
from .addresses import closed
from .findings import ERROR, WARNING, Finding
from .reading import Known, Words, read

RULES = (*figures.RULES, *statistics.RULES, *wording.RULES, *structure.RULES, *records.RULES)


def lint(edition: Edition, together: Iterable[str] = ()) -> list[Finding]:
    """Everything the rules find in one edition, errors first. ``together``: see :func:`lint_many`."""
    return lint_many([edition], together)[edition.pk]


def lint_many(editions: Iterable[Edition], together: Iterable[str] = ()) -> dict[int, list[Finding]]:
    """The findings of each edition, by its id. A finding that is the same in the same place is said once.

    ``together`` are addresses of articles that count as published, because they will be in the same moment.
    """
    words, known, together = read(list(editions)), Known.now(), set(together)
    known.articles |= dict.fromkeys(together, True)
    known.closed = closed(words, together)
    known.figures = Figures({written for one in words for _, written in one.tokens})
    return {
        one.edition.pk: sorted(
            dict.fromkeys(finding for rule in RULES for finding in rule(one, known)),
            key=lambda finding: finding.severity != ERROR,
        )
        for one in words
    }


__all__ = ["ERROR", "WARNING", "Finding", "Known", "Words", "lint", "lint_many"]
