"""What on the pages of articles, occupations, employers and programs can change with a release of figures.

Articles and occupations are few: their very pages are made and digested, so that the
list of affected ones is the list of pages whose bytes change, whatever they print.
"""

from collections.abc import Iterator
from typing import Any

from careers.models import Article, EmploymentSetting, Occupation
from careers.pay import Pay
from careers.templatetags.careers import careers_led_to
from portal.rehearsing import Page, digest_of, digest_of_page, shows
from schools.models import FieldOfStudy, ProgramListing

FIGURES = ("oews-national", "oews-states", "bls-projections")
LEADING = ("cip-codes", "cip-soc-crosswalk")
DIRECTORY = ("ipeds-institutions", "ipeds-completions", "ipeds-distance", "ipeds-prices")


@shows("article", *FIGURES, *LEADING, *DIRECTORY)
def article_pages() -> Iterator[Page]:
    return _pages(Article.objects.published().select_related("live"), lambda article: article.live.title)


@shows("occupation", *FIGURES, *LEADING, *DIRECTORY)
def occupation_pages() -> Iterator[Page]:
    return _pages(Occupation.objects.published(), lambda occupation: occupation.name)


@shows("setting", *FIGURES, *LEADING)
def setting_pages() -> Iterator[Page]:
    """The pages of kinds of employers print what their careers pay."""
    return _pages(EmploymentSetting.objects.published(), str)


def _pages(rows: Any, name: Any) -> Iterator[Page]:
    for row in rows.order_by("slug"):
        path = row.get_absolute_url()
        yield Page(path, name(row), digest_of_page(path))


@shows("program", *FIGURES, *LEADING, "ipeds-completions")
def careers_of_programs() -> Iterator[Page]:
    """The careers that the page of a program names: the same for all programs of a field."""
    listings = ProgramListing.objects.published()
    fields = FieldOfStudy.objects.filter(pk__in=listings.order_by().values("field_of_study"))
    said = {field.pk: digest_of(*(_said(pay) for pay in careers_led_to(field))) for field in fields}
    for listing in listings.order_by().defer("search"):
        name = f"{listing.title}, {listing.school_name}"
        yield Page(listing.get_absolute_url(), name, said[listing.field_of_study_id])


def _said(pay: Pay) -> tuple[Any, ...]:
    wage = pay.wage
    spread = tuple(getattr(wage, name) for name in wage.PERCENTILES) if wage else ()
    releases = tuple(map(str, pay.releases))
    return (
        pay.occupation.slug,
        pay.occupation.name,
        str(pay.median.html),
        str(pay.growth.html),
        pay.span,
        spread,
        releases,
    )
