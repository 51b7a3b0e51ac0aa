"""The shortlist of this device, lists that others share by a link, and programs side by side."""

import re
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt

from portal.models import ContentVersion
from portal.saving_parts import MOST
from schools.cards import facts_of, said
from schools.comparison import MOST as COMPARED
from schools.comparison import Comparison
from schools.models import Program
from schools.shortlist import Shortlist, dotted, ids_in, listed, unlisted
from schools.shortlist_messages import messages

LIKE_THEM = "Their pages, linked above, name programs that are like them."
NOT_OURS = "The link may be old or cut off on its way. Choose programs from your shortlist, or look for others."
UNDO = re.compile(r"([1-9][0-9]{0,17})\.([0-9]{1,2})")  # a program and the place it had, counted from 0


class SeeOther(HttpResponseRedirect):
    """After a form: look there. A reload then sends nothing again."""

    status_code = 303


@csrf_exempt  # portal.middleware.OriginGate stands before it: a token would cost public pages a cookie
def shortlist(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _change(request, Shortlist.of(request))
    if "p" in request.GET:
        return _shared(request, ids_in(*request.GET.getlist("p")))
    return _own(request, Shortlist.of(request))


def _change(request: HttpRequest, mine: Shortlist) -> HttpResponse:
    """One of ``save`` (ids), ``remove`` (an id), ``undo`` (an id and its place), ``clear``."""
    said: dict[str, object] = {}
    if "save" in request.POST:
        asked = ids_in(*request.POST.getlist("save"))[:MOST]
        public = [row.pk for row in listed(asked)]
        changed = mine.save(public)
        kept = [pk for pk in public if pk in changed.ids]
        left = [pk for pk in public if pk not in changed.ids]
        said = {"saved": dotted(kept), "full": dotted(left), "unknown": "" if public else "1"}
    elif pk := next(iter(ids_in(request.POST.get("remove", ""))), None):
        changed = mine.remove(pk)
        said = {"removed": pk, "place": mine.ids.index(pk)} if pk in mine.ids else {}
    elif back := UNDO.fullmatch(request.POST.get("undo", "")):
        changed = mine.put_back(int(back[1]), int(back[2]))
        said = {"restored": back[1]} if changed != mine else {}
    elif "clear" in request.POST:
        changed, said = Shortlist(), {"cleared": str(mine)}
    else:
        changed = mine
    query = urlencode({name: value for name, value in said.items() if value != ""})
    address = reverse("schools:shortlist")
    answer = SeeOther(f"{address}?{query}" if query else address)
    return answer if changed == mine else changed.keep_in(answer)


def _own(request: HttpRequest, mine: Shortlist) -> HttpResponse:
    context = {
        "mine": mine,
        "most": MOST,
        "messages_said": messages(request.GET, mine),
        "came_from": _came_from(request),
        **_cards(request, list(mine.ids)),
    }
    return render(request, "schools/directory/shortlist.html", context)


def _shared(request: HttpRequest, ids: list[int]) -> HttpResponse:
    """Somebody's list by its link: to look at, and to save as a whole."""
    shown = _cards(request, ids[:MOST])
    context = {"shared": True, "most": MOST, "too_many": max(len(ids) - MOST, 0), **shown}
    return render(request, "schools/directory/shortlist.html", context)


def compare(request: HttpRequest) -> HttpResponse:
    """The programs the address names, else the first of the shortlist; what is unlisted is named beside the table."""
    named = "p" in request.GET
    ids = ids_in(*request.GET.getlist("p"))[:MOST] if named else list(Shortlist.of(request).ids)
    programs = Program.objects.published().filter(pk__in=ids).select_related(*Comparison.RELATED)
    by_id = {program.pk: program for program in programs}
    chosen = [by_id[pk] for pk in ids if pk in by_id]
    comparison = Comparison(chosen[:COMPARED], only_differences="differences" in request.GET)
    compared = [program.pk for program in comparison.programs]
    link = _link("schools:compare", compared)
    gone = unlisted([pk for pk in ids if pk not in by_id])
    columns = [
        (column, request.build_absolute_uri(column.url), _link("schools:compare", compared, but=column.pk))
        for column in comparison.columns
    ]
    context = {
        "comparison": comparison,
        "columns": columns,
        "unlisted": gone,
        "unlisted_hint": LIKE_THEM if any(one.url for one in gone) else NOT_OURS,
        "left_out": [program.listing for program in chosen[COMPARED:]],
        "named": named,
        "compared": COMPARED,
        "compare_url": link,
        "share_url": request.build_absolute_uri(link),
        "canonical_url": settings.SITE_URL + link,
        "noindex": True,
    }
    return render(request, "schools/directory/compare.html", context)


# Words and addresses ---------------------------------------------------------------------------------


def _link(name: str, ids: list[int], but: int | None = None) -> str:
    """The address of a list of programs that anybody can open."""
    query = urlencode([("p", pk) for pk in ids if pk != but])
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _cards(request: HttpRequest, ids: list[int]) -> dict[str, object]:
    """The public ones among these with the facts of a result card, and the others with the reason."""
    rows = listed(ids)
    facts = facts_of(ContentVersion.now())
    for row in rows:
        row.said = SafeString(said(row, facts))
        row.absolute_url = request.build_absolute_uri(row.get_absolute_url())  # as paper needs it
    public = [row.pk for row in rows]
    return {
        "rows": rows,
        "unlisted": unlisted([pk for pk in ids if pk not in public]),
        "everything": dotted(public),
        "share_url": request.build_absolute_uri(_link("schools:shortlist", public)),
        "awards_release": facts.awards,
        "price_release": facts.prices,
        "compared": COMPARED,
        "noindex": True,
    }


def _came_from(request: HttpRequest) -> str:
    """The page of this site whose Save button led here; empty when there was none."""
    page = urlsplit(request.headers.get("Referer", ""))
    if "saved" not in request.GET or page.netloc != request.get_host() or not page.path.startswith("/"):
        return ""
    if page.path.startswith(("//", reverse("schools:shortlist"), reverse("schools:compare"))):
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path
