"""Everything at once: the search of all kinds of results, and what to suggest to somebody who types."""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Window
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from careers import suggesting as careers
from careers.models import Article, Certification, License, Occupation
from careers.pay import read_pay
from portal.filtering import LONGEST_TEXT, TextField
from portal.formats import counted
from portal.memory import remembered
from portal.models import ContentVersion
from schools import suggesting as schools
from schools.facets import program_facets, state_facet
from schools.filters import ProgramFilter, SchoolFilter, SearchFilter
from schools.known import known
from schools.matching import reasons_for, reasons_for_schools
from schools.models import ProgramListing, SchoolListing
from schools.spelling import Vocabulary, exactly

BEST = 5  # results of each kind on the page of all kinds
WHY = '<p class="hint wide">{}</p>'
CORRECTED = (
    "Nothing here contains all words of “{}”. These are the results for “{}”. "
    '<a href="{}" rel="nofollow">Search for exactly what you typed</a>'
)


class ProgramSearch(ProgramFilter):
    """The search box of /programs/ alone: words, and what can be read in them."""

    q = SearchFilter(label="", is_corrected=False)

    @classmethod
    def declare_facets(cls):
        return [facet for facet in program_facets() if facet.name in ("level", "delivery", "state")]


class SchoolSearch(SchoolFilter):
    """The search box of /schools/ alone: words and places."""

    q = SearchFilter(label="", is_corrected=False)

    @classmethod
    def declare_facets(cls):
        return [state_facet(SchoolListing.objects.published())]


def vocabulary(version):
    """The words of everything that can be searched for. What one kind knows is no slip of spelling for another."""
    return remembered(
        "words of everything", version, lambda: Vocabulary([*known(version).texts(), *careers.texts(version)])
    )


def address(name, text):
    return f"{reverse(name)}?{urlencode({'q': text})}"


def search(request):
    """The best of each kind, and the way to all of them with the same words."""
    typed = TextField(required=False).clean(request.GET.get("q"))
    version = ContentVersion.now()
    better = vocabulary(version).corrected(typed) if typed else ""
    text = better or typed
    groups, notes = _search(text, version) if text else ([], [])
    if better:
        notes.insert(0, format_html(CORRECTED, typed, better, address("search", exactly(typed))))
    if len(request.GET.get("q", "")) > LONGEST_TEXT:
        notes.append(f"The search was longer than {LONGEST_TEXT} characters; the rest was left out.")
    total = sum(group["total"] for group in groups)
    context = {
        "q": text,
        "notes": notes,
        "groups": [group for group in groups if group["total"]],
        "total": total,
        "ways": _ways_by_spelling(text, version) if text and not total else [],
        "canonical_url": settings.SITE_URL + request.path,
        "noindex": True,
    }
    return render(request, "search.html", context)


def _ways_by_spelling(text, version):
    """The address and words of the same search without quotes and slips, if that finds something."""
    plain = " ".join(text.replace('"', " ").split())
    better = vocabulary(version).corrected(plain) or plain
    if not better or better == text:
        return []
    groups, _ = _search(better, version)
    total = sum(group["total"] for group in groups)
    return [(address("search", better), f"Search for “{better}” ({counted(total, 'result')})")] if total else []


def _search(text, version):
    """What each kind has for these words, by the same search that its own list has; and what to know about it."""
    query = QueryDict(urlencode({"q": text}))
    programs = ProgramSearch(query, ProgramListing.objects.published())
    school_search = SchoolSearch(query, SchoolListing.objects.published())
    # A place nobody knows leaves nothing to search for: everything would be no answer.
    rows = [] if programs.is_wide_open else _best(programs.ordered(programs.matching()))
    why = reasons_for(rows, programs.cleaned["q"], version)
    everywhere = school_search.is_wide_open
    school_rows = [] if everywhere else _best(school_search.ordered(school_search.matching()).select_related("school"))
    why_school = reasons_for_schools(school_rows, school_search.cleaned["q"], version)
    occupations = _best(Occupation.objects.published().with_a_way_in().search(text))
    pay = read_pay(occupations)
    articles = _best(Article.objects.published().search(text).select_related("live"))
    groups = [
        _group("program", "schools:program_list", text, rows, lambda one: _program_card(one, why.get(one.pk))),
        _group(
            "school", "schools:school_list", text, school_rows, lambda one: _school_card(one, why_school.get(one.pk))
        ),
        _group(
            "occupation", "careers:occupation_list", text, occupations, lambda one: _occupation_card(one, pay[one.pk])
        ),
        _group("career guide", "careers:article_list", text, articles, _article_card),
        # All of them: they are few, and their lists have no search.
        *(
            _group(kind._meta.verbose_name, f"careers:{kind._meta.model_name}_list", text, records, _credential_card)
            for kind in (Certification, License)
            for records in [list(kind.objects.published().search(text).annotate(total=Window(Count("*"))))]
        ),
    ]
    return groups, list(programs.form.notes)


def _best(rows):
    """The first few, each knowing the total, in one query."""
    return list(rows.annotate(total=Window(Count("*")))[:BEST])


def _group(noun, url_name, text, rows, card):
    """One kind of results: how many there are, the best as cards, and the address of all."""
    return {
        "noun": noun,
        "total": rows[0].total if rows else 0,
        "cards": [card(row) for row in rows],
        "url": address(url_name, text),
    }


def _program_card(program, reason):
    return {
        "url": program.get_absolute_url(),
        "title": program.title,
        "school": {"slug": program.school_slug, "name": program.school_name},
        "place": program.place,
        "foot": format_html(WHY, reason) if reason else "",
    }


def _school_card(school, reason):
    programs = counted(school.programs, "program")
    return {
        "url": school.get_absolute_url(),
        "title": school.name,
        "place": " · ".join(filter(None, (school.place, programs))),
        "foot": format_html(WHY, reason) if reason else "",
    }


def _occupation_card(occupation, pay):
    return {
        "url": occupation.get_absolute_url(),
        "title": occupation.name,
        "place": f"SOC {occupation.soc}",
        "facts": [("Median pay a year", pay.median.html)],
    }


def _article_card(article):
    return {
        "url": article.get_absolute_url(),
        "title": article.live.title,
        "foot": format_html('<p class="wide">{}</p>', article.live.summary),
    }


def _credential_card(record):
    return {"url": record.get_absolute_url(), "title": str(record), "place": record.body}


# While somebody types ----------------------------------------------------------------------------


def search_suggestions(request):
    """Subjects, fields, places, schools and careers by the beginning of their names; a page of its own.

    Once its names are in memory, it asks the database for nothing but the content version.
    """
    text = TextField(required=False).clean(request.GET.get("q"))
    version = ContentVersion.now()
    among = [*schools.groups(version), *careers.groups(version)]
    found = schools.suggestions(text, among)
    if text and not found and (better := vocabulary(version).corrected(text)):
        found = schools.suggestions(better, among)
    context = {
        "q": text,
        "groups": found,
        "search_url": address("search", text),
        "canonical_url": settings.SITE_URL + request.path,
        "noindex": True,
    }
    return render(request, "search_suggestions.html", context)
