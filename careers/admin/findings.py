"""What the linter found, as the desk shows it: each finding leads to the box where it is mended."""

from django.urls import reverse
from django.utils.html import SafeString, format_html

from careers.lint import Finding, lint
from careers.models import Edition


def as_link(finding: Finding, edition: Edition, here: bool = False) -> SafeString:
    """The finding with a link to its box; ``here`` when the page it stands on is the edition's own."""
    page = "" if here else reverse("admin:careers_edition_change", args=[edition.pk])
    return format_html('<a href="{}#{}">{}</a>: {}', page, finding.place.box, finding.place.words, finding.sentence)


def findings_of(edition: Edition | None, here: bool = False) -> dict[str, list[SafeString]]:
    """For a template: what keeps it from being published, and what is only worth a look."""
    found = lint(edition) if edition else []
    return {
        "lint_errors": [as_link(one, edition, here) for one in found if one.is_error],
        "lint_warnings": [as_link(one, edition, here) for one in found if not one.is_error],
    }
