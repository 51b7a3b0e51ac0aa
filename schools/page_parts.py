"""What the page of a program and the page of a school share: sources, prices, badges."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.html import SafeString, format_html, format_html_join

from portal import formats
from portal.models import Release
from schools.models import Accreditation, PublishedPrice
from schools.vouching import Badge, badge_of

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


def badges(entries: Iterable[Badge | Accreditation], with_opening: bool = True) -> SafeString:
    """A line for each body: what it says, of what, since and until when, its own entry linked, when we looked.

    Without the opening where it is said once above the list.
    """
    today = timezone.now().date()
    made = (entry if isinstance(entry, Badge) else badge_of(entry, today) for entry in entries)
    return format_html_join("", "<li>{}</li>", ((badge(one, with_opening),) for one in made))


def badge(one: Badge, with_opening: bool = True) -> SafeString:
    linked = format_html('<a href="{}" rel="nofollow noopener">{}</a>', one.url, one.body) if one.url else one.body
    scope = f", {one.scope}" if one.scope else ""
    since = formats.day(one.since)
    facts = [
        (since, "Since about {}." if one.since_is_estimated else "Since {}."),
        (formats.day(one.until), "Through {}."),
        (formats.day(one.next_review), "Next review {}."),
        (formats.day(one.checked_on), "Checked {}."),
    ]
    said = " ".join(words.format(value) for value, words in facts if value)
    opening = f"{one.opening} " if with_opening else ""
    return format_html("{}{}{}.{}", opening, linked, scope, f" {said}" if said else "")
