"""What “cited in” says on the page of a wage, an outlook, an occupation, a subject."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import SafeString, format_html, format_html_join

from careers.citing import Use, uses, uses_of_outlook, uses_of_subject, uses_of_wage
from careers.models import Occupation, Projection, Wage
from portal.admin.cited import cited
from schools.models import Subject


def as_list(found: Iterable[Use]) -> SafeString:
    """A link to each edition with the places that show the figure."""
    places: dict[tuple[int, str, bool], dict[str, None]] = {}
    for use in found:
        places.setdefault((use.edition, use.title, use.is_live), {})[f"{use.place} ({use.token})"] = None
    if not places:
        return format_html("{}", "No article shows it.")
    rows = (
        (reverse("admin:careers_edition_change", args=[edition]), title, "" if live else " (draft)", "; ".join(at))
        for (edition, title, live), at in places.items()
    )
    return format_html_join("", '<div><a href="{}">{}</a>{}: {}</div>', rows)


NOT_SHOWN = "Its release is not on the site, so no page shows it."


def is_shown(fact) -> bool:
    return fact.release.state == fact.release.State.CURRENT


@cited(Wage)
def of_wage(wage):
    return as_list(uses_of_wage(wage.occupation.soc, wage.area_id)) if is_shown(wage) else NOT_SHOWN


@cited(Projection)
def of_projection(projection):
    return as_list(uses_of_outlook(projection.occupation.soc)) if is_shown(projection) else NOT_SHOWN


@cited(Occupation)
def of_occupation(occupation):
    return as_list(uses(occupation.soc))


@cited(Subject)
def of_subject(subject):
    return as_list(uses_of_subject(subject.slug))
