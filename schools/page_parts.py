"""What the page of a program and the page of a school share: sources, prices, badges."""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import SafeString, format_html, format_html_join

from portal import formats
from portal.models import Release
from schools.models import PublishedPrice

Rows = list[tuple[str, Any]]

SOURCES = (
    "ipeds-completions",
    "ipeds-prices",
    "ipeds-distance",
    "ipeds-institutions",
    "scorecard-institutions",
)
PRICE_HEADINGS = [
    "Student",
    ("Tuition a year", "num"),
    ("Fees", "num"),
    ("Tuition and fees", "num"),
    ("Per credit", "num"),
]


def current_releases() -> dict[str, Release]:
    """The current release of each source of the directory, by the source's slug."""
    releases = Release.objects.current().filter(source__slug__in=SOURCES).select_related("source")
    return {release.source.slug: release for release in releases}


class Sourced:
    """The current releases of the sources, read once for a page."""

    @cached_property
    def releases(self) -> dict[str, Release]:
        return current_releases()

    @property
    def awards_release(self) -> Release | None:
        return self.releases.get("ipeds-completions")

    @property
    def price_release(self) -> Release | None:
        return self.releases.get("ipeds-prices")

    @property
    def outcomes_release(self) -> Release | None:
        return self.releases.get("scorecard-institutions")


def domain(url: str) -> str:
    """The host of a web address, as a reader recognises it."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def price_rows(prices: list[PublishedPrice], release: Release | None) -> list[list[Any]]:
    """A line for each residency: its name, tuition, fees, both together, per credit.

    One line where all pay the same.
    """
    rows = []
    same = len(prices) > 1 and len({(one.tuition, one.fees, one.per_credit) for one in prices}) == 1
    for price in prices[:1] if same else prices:
        whole = None if price.tuition is None or price.fees is None else price.tuition + price.fees
        rows.append(
            [
                "All students" if same else price.get_residency_display(),
                formats.as_data(price.tuition, release=release, reason=price.reasons.get("tuition")),
                formats.as_data(price.fees, release=release, reason=price.reasons.get("fees")),
                formats.as_data(whole, release=release, reason=price.reason("tuition") or price.reason("fees")),
                formats.as_data(price.per_credit, release=release, reason=price.reasons.get("per_credit")),
            ]
        )
    return rows


def badges(accreditations: list) -> SafeString:
    """The body, what it says and since when, each with its own entry linked."""
    return format_html_join("", "<li>{}</li>", ((badge(one),) for one in accreditations))


def badge(accreditation) -> SafeString:
    body = accreditation.accreditor
    words = "Certified by" if body.kind == body.Kind.CERTIFYING else accreditation.get_status_display() + " by"
    name = f"{body.name} ({body.acronym})" if body.acronym else body.name
    linked = (
        format_html('<a href="{}" rel="nofollow noopener">{}</a>', accreditation.url, name)
        if accreditation.url
        else name
    )
    scope = f", {accreditation.scope}" if accreditation.scope else ""
    until = f", through {formats.day(accreditation.until)}" if accreditation.until else ""
    checked = f" Checked {formats.day(accreditation.checked_on)}." if accreditation.checked_on else ""
    return format_html("{} {}{}{}.{}", words, linked, scope, until, checked)
