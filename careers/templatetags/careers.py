"""What the careers floor offers to the templates of other floors: guides on a subject, careers a field leads to."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import SafeString

from careers.models import Occupation, OccupationField
from careers.pay import Pay, read_pay
from careers.related import articles_about
from schools.models import FieldOfStudy

register = template.Library()

MOST = 6  # of anything related; the rest is one link away


@register.filter
def typeset(text: str) -> str:
    """Straight apostrophes, as keyboards and files have them, as the apostrophes of the rest of the site."""
    return str(text).replace("'", "’")


@register.simple_tag
def related_articles(thing: Any, heading: str = "Career guides", most: int = MOST) -> SafeString:
    """``{% related_articles program %}``: a section of links to articles; nothing at all when there is none."""
    articles = list(articles_about(thing)[:most])
    context = {"articles": articles, "heading": heading}
    return render_to_string("careers/articles/related.html", context) if articles else SafeString("")


@register.simple_tag
def program_in_schema_org(page: Any, careers: Iterable[Pay]) -> dict[str, Any]:
    """A program's facts for machines, with the occupations its page names: what the floor below cannot know."""
    codes = [f"{pay.occupation.soc}.00" for pay in careers]
    return page.in_schema_org | ({"occupationalCategory": codes} if codes else {})


@register.simple_tag
def careers_led_to(fields: FieldOfStudy | Iterable[FieldOfStudy], most: int = MOST) -> list[Pay]:
    """``{% careers_led_to field as careers %}``: published occupations a field leads to by the curated crosswalk.

    Each with its national pay and outlook (``pay.median.html``, ``pay.growth.html``, ``pay.occupation``), best
    paid first, unknown pay last; three queries however many they are.
    """
    fields = [fields] if isinstance(fields, FieldOfStudy) else fields
    occupations = Occupation.objects.published().led_to_by(fields).select_related("published_as")
    return _best_paid_first(read_pay(occupations).values())[:most]


@register.simple_tag
def careers_of_each(fields: list[FieldOfStudy], most: int = 3) -> dict[str, Any]:
    """``{% careers_of_each fields as careers %}``: for each field, in order, the best paid careers it leads to.

    ``careers.columns`` holds a list of ``Pay`` for each field, ``careers.differ`` says whether they are not all
    the same; three queries however many fields there are.
    """
    shown = OccupationField.objects.shown().filter(
        field_of_study__in={field.pk for field in fields}, occupation__in=Occupation.objects.published()
    )
    pairs = list(shown.select_related("occupation__published_as"))
    pay = read_pay({pair.occupation for pair in pairs})
    columns = []
    for field in fields:
        ways = [pay[pair.occupation_id] for pair in pairs if pair.field_of_study_id == field.pk]
        columns.append(_best_paid_first(ways)[:most])
    return {"columns": columns, "differ": len({tuple(one.occupation.pk for one in column) for column in columns}) > 1}


def _best_paid_first(pay: Iterable[Pay]) -> list[Pay]:
    """Unknown pay last."""
    return sorted(pay, key=lambda one: (one.median.value is None, -(one.median.value or 0), one.occupation.title))
