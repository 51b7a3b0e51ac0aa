"""The programs a visitor saved: ids in one cookie of the visitor's own browser. The server keeps nothing of it.

The cookie holds ids in the visitor's order, "12.57.9". Whatever else somebody writes into it is passed over.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.formats import day
from portal.saving_parts import AGE, COOKIE, MOST
from schools.models import Program, ProgramListing, SchoolRecord

ID = re.compile(r"[1-9][0-9]{0,17}")


def ids_in(*texts: str) -> list[int]:
    """The ids in texts like "12.57.9", each once, in their order; what is no id is left out."""
    pieces = (piece for text in texts for piece in text.split("."))
    return list(dict.fromkeys(int(piece) for piece in pieces if ID.fullmatch(piece)))


def dotted(ids: Iterable[int]) -> str:
    return ".".join(map(str, ids))


@dataclass(frozen=True)
class Shortlist:
    ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Shortlist":
        return cls(tuple(ids_in(request.COOKIES.get(COOKIE, ""))[:MOST]))

    def __str__(self):
        return dotted(self.ids)

    def save(self, ids: Iterable[int]) -> "Shortlist":
        """With these at the end, each once, as far as there is room."""
        return Shortlist(tuple(dict.fromkeys((*self.ids, *ids)))[:MOST])

    def remove(self, pk: int) -> "Shortlist":
        return Shortlist(tuple(one for one in self.ids if one != pk))

    def put_back(self, pk: int, place: int) -> "Shortlist":
        """With ``pk`` at its former place, counted from 0; a full list stays as it is."""
        if pk in self.ids or len(self.ids) >= MOST:
            return self
        return Shortlist((*self.ids[:place], pk, *self.ids[place:]))

    def keep_in(self, response: HttpResponse) -> HttpResponse:
        """Scripts may read it, to say what is saved; nobody else's site gets it sent along with a form."""
        if self.ids:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(COOKIE, str(self), max_age=AGE, secure=secure, httponly=False, samesite="Lax")
        else:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response


# What is behind the ids ----------------------------------------------------------------------------


def listed(ids: list[int]) -> list[ProgramListing]:
    """The public ones among these, in this order; one query."""
    rows = ProgramListing.objects.published().filter(pk__in=ids).defer("search")
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids if pk in by_id]


@dataclass(frozen=True)
class Unlisted:
    """A saved program that is not public now, with the reason in words. ``url`` leads to what is like it."""

    pk: int
    title: str
    reason: str
    url: str = ""


def unlisted(ids: list[int]) -> list[Unlisted]:
    """These programs, none of which is public now, in this order; one query, none for no ids.

    What never was public is a secret: it reads like what never existed.
    """
    if not ids:
        return []
    programs = Program.objects.once_public().select_related(
        "field_of_study", "school__listing__successor__listing", "school__listing__school"
    )
    by_id = {program.pk: program for program in programs.filter(pk__in=ids)}
    return [_unlisted(by_id[pk]) if pk in by_id else _unknown(pk) for pk in ids]


def _unknown(pk: int) -> Unlisted:
    return Unlisted(pk, f"Program {pk}", "It is not in our directory. The link may be old or mistyped.")


def _unlisted(program: Program) -> Unlisted:
    school = getattr(program.school, "listing", None)
    if school is None:
        return Unlisted(program.pk, program.title, "Its school is no longer listed.", program.get_absolute_url())
    return Unlisted(program.pk, f"{program.title}, {school.name}", _reason(school), program.get_absolute_url())


def _reason(school) -> str:
    if school.status == SchoolRecord.Status.CLOSED:
        return f"The school closed on {day(school.closed_on)}." if school.closed_on else "The school has closed."
    successor = getattr(school.successor, "listing", None)
    if school.status == SchoolRecord.Status.MERGED and successor:
        return f"The school has merged into {successor.name}."
    if school.status != SchoolRecord.Status.OPEN:
        return "The school no longer reports as a school of its own."
    return "It is no longer listed. The school may have ended it, renamed it or moved it to another field."
