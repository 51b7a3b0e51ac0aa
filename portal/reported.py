"""What a report can be about: a page of this site, one of its facts, one figure as pages print it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.html import strip_tags

from careers.figures import UnknownToken, parse
from careers.footnotes import Figures
from careers.models import Article, Occupation
from portal.middleware import PRIVATE
from schools.models import ProgramListing, SchoolListing

LONGEST_PATH = 300  # characters
ALL_OF_IT = 300  # characters of a figure with everything its footnote says


@dataclass(frozen=True)
class Kind:
    """A kind of page: how to find the name of one, and which facts it has (name in the address: words)."""

    name_of: Callable[..., str | None]
    facts: dict[str, str]


def _program(school_slug: str, program_slug: str) -> str | None:
    row = ProgramListing.objects.published().filter(school_slug=school_slug, slug=program_slug).first()
    return row and f"{row.title}, {row.school_name}"


def _school(slug: str) -> str | None:
    return SchoolListing.objects.published().filter(school__slug=slug).values_list("name", flat=True).first()


def _occupation(slug: str) -> str | None:
    row = Occupation.objects.published().filter(slug=slug).first()
    return row and row.name


def _article(slug: str) -> str | None:
    return Article.objects.published().filter(slug=slug).values_list("live__title", flat=True).first()


KINDS = {
    "schools:program_detail": Kind(
        _program,
        {
            "name": "Name, level or field",
            "site": "Link to the school’s site",
            "delivery": "How it is taught",
            "length": "Length or credits",
            "cost": "What it costs",
            "admission": "Admission",
            "dates": "Start or deadline",
            "graduates": "Graduates",
            "accreditation": "Accreditation",
            "careers": "Careers it leads to",
            "outcomes": "Earnings, debt or completion",
            "ended": "The program no longer exists",
        },
    ),
    "schools:school_detail": Kind(
        _school,
        {
            "name": "Name or other names",
            "place": "Address or place on the map",
            "status": "Open, closed or merged",
            "site": "Link to the school’s site",
            "identity": "UNITID, OPEID, type or campus",
            "programs": "Programs",
            "cost": "What it costs",
            "outcomes": "Students, earnings, debt or completion",
            "accreditation": "Accreditation",
            "caution": "A caution",
        },
    ),
    "careers:occupation_detail": Kind(
        _occupation,
        {
            "pay": "Pay",
            "outlook": "Job outlook",
            "education": "Education, experience or training",
            "states": "Pay by state",
            "fields": "Fields of study and programs",
            "schools": "Schools",
        },
    ),
    "careers:article_detail": Kind(
        _article,
        {
            "text": "Something the text says",
            "pay": "Pay or outlook",
            "pathways": "The table of ways in",
            "certifications": "A certification or license",
            "programs": "Degrees, programs or schools",
            "sources": "A source or a link",
        },
    ),
}


@dataclass(frozen=True)
class About:
    """The page a report is about. An empty path: the reader came from none, and may name one."""

    path: str = ""
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, address: str) -> "About":
        """What stands at an address of this site; nothing when it is no public page."""
        path = path_in(address)
        try:
            match = resolve(path)
        except Resolver404:
            return cls()
        if path.startswith((*PRIVATE, "/report/")):
            return cls()
        kind = KINDS.get(match.view_name)
        title = kind.name_of(**match.kwargs) if kind else None
        if kind and title is None:
            return cls()
        return cls(path, title or path, tuple(kind.facts.items()) if kind else ())


def path_in(address: str) -> str:
    """The path of a whole address or of a path; "" for what is neither."""
    try:
        path = urlsplit(address.strip()).path
    except ValueError:
        return ""
    return path if path.startswith("/") and len(path) <= LONGEST_PATH and not re.search(r"\s", path) else ""


@dataclass(frozen=True)
class Said:
    """One figure as pages print it now: the token, and everything its footnote says."""

    token: str = ""
    words: str = ""

    @classmethod
    def of(cls, written: str) -> "Said":
        """The figure a token stands for; empty when it stands for none."""
        if len(written) > 80:
            return cls()
        try:
            token = parse(written)
        except UnknownToken:
            return cls()
        figure = Figures([written]).figure(token)
        if figure is None:
            return cls()
        named = ", ".join(part for part in (figure.statistic, figure.about, figure.place) if part)
        source = f" ({figure.release})" if figure.release else ""
        return cls(str(token), f"{named}: {strip_tags(figure.html())}{source}"[:ALL_OF_IT])
