"""Pages that belong to no app, and what machines ask for."""

import sys
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q, Window
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from careers.models import Article, Occupation
from careers.pay import ladder, read_pay
from portal.errors import address_meant, error_page
from portal.filtering import LONGEST_TEXT, TextField
from portal.formats import counted
from portal.models import Release
from schools.facets import state_facet
from schools.filters import ProgramFilter, SchoolFilter
from schools.models import ProgramListing, SchoolListing

# Pages of text -------------------------------------------------------------------------------


# Occupations at the heart of health administration, for the pay ladder; those not published are passed over.
LADDER = ["11-9111", "21-1022", "29-9021", "29-2072", "43-6013"]
# Where people begin: a question, and the search that answers it. One without results is not asked.
STARTS = [
    ("Can I study health administration online?", "subject=health-administration&delivery=online"),
    ("What if I want a master’s degree?", "subject=health-administration&level=master"),
    ("Where is tuition $10,000 a year or less?", "subject=health-administration&tuition_max=10000"),
    ("Can I learn medical coding in under a year?", "subject=coding-and-billing&level=cert_lt_12w&level=cert_12w_1y"),
]


def home(request):
    path, rows = reverse("schools:program_list"), ProgramListing.objects.published()
    programs = ProgramFilter(QueryDict(), rows, path)
    occupations = list(Occupation.objects.published().filter(soc__in=LADDER))
    context = {
        "program_count": programs.counts.total,
        "school_count": SchoolListing.objects.published().filter(programs__gt=0).count(),
        "ladder": ladder(occupations, read_pay(occupations)),
        "starts": _answered(programs, STARTS),
        "subjects": _counted(programs, "subject"),
        "articles": [
            {"title": article.live.title, "url": article.get_absolute_url(), "summary": article.live.summary}
            for article in Article.objects.published().health_administration_first().select_related("live")[:6]
        ],
    }
    return render(request, "home.html", context)


def _answered(programs, starts):
    """Questions with the list that answers each, in the words of that list's own heading."""
    asked = [(question, programs.at(parse_qsl(query))) for question, query in starts]
    conditions = {
        f"start_{number}": Count(
            "pk",
            filter=Q(
                *(facet.condition(start.cleaned[facet.name]) for facet in start.facets if start.cleaned[facet.name])
            ),
        )
        for number, (_, start) in enumerate(asked)
    }
    totals = programs.queryset.aggregate(**conditions).values()
    return [
        {"title": question, "url": start.url(start.pairs()), "text": start.sentence(total)}
        for (question, start), total in zip(asked, totals, strict=True)
        if total and not start.is_wide_open
    ]


def _counted(programs, name):
    """The options of a facet that have results: name, address and number, in the order of the facet."""
    (facet,) = (facet for facet in programs.facets if facet.name == name)
    numbers = programs.counts.options[name]
    return [
        {"name": option.label, "url": programs.url([(name, option.value)]), "count": numbers[option.value]}
        for option in facet.options
        if numbers[option.value]
    ]


class ProgramSearch(ProgramFilter):
    """The search box of /programs/ alone: words and places."""

    @classmethod
    def declare_facets(cls):
        return [state_facet(ProgramListing.objects.published())]


class SchoolSearch(SchoolFilter):
    """The search box of /schools/ alone: words and places."""

    @classmethod
    def declare_facets(cls):
        return [state_facet(SchoolListing.objects.published())]


BEST = 5  # results of each kind on the page of all kinds


def search(request):
    """Everything at once: the best of each kind, and the way to all of them with the same words."""
    text = TextField(required=False).clean(request.GET.get("q"))
    groups, notes = _search(text) if text else ([], [])
    if len(request.GET.get("q", "")) > LONGEST_TEXT:
        notes.append(f"The search was longer than {LONGEST_TEXT} characters; the rest was left out.")
    context = {
        "q": text,
        "notes": notes,
        "groups": [group for group in groups if group["total"]],
        "total": sum(group["total"] for group in groups),
        "canonical_url": settings.SITE_URL + request.path,
        "noindex": True,
    }
    return render(request, "search.html", context)


def _search(text):
    """What each kind has for these words, by the same search that its own list has; and what to know about it."""
    query = QueryDict(urlencode({"q": text}))
    programs = ProgramSearch(query, ProgramListing.objects.published())
    schools = SchoolSearch(query, SchoolListing.objects.published())
    school_rows = schools.ordered(schools.matching()).select_related("school")
    occupations = Occupation.objects.published().with_a_way_in().search(text)
    articles = Article.objects.published().search(text).select_related("live")
    found = _best(occupations)
    pay = read_pay(found)
    # A place nobody knows leaves nothing to search for: everything would be no answer.
    rows = [] if programs.is_wide_open else _best(programs.ordered(programs.matching()))
    groups = [
        _group("program", "schools:program_list", query, rows, _program_card),
        _group("school", "schools:school_list", query, _best(school_rows), _school_card),
        _group("occupation", "careers:occupation_list", query, found, lambda one: _occupation_card(one, pay[one.pk])),
        _group("career guide", "careers:article_list", query, _best(articles), _article_card),
    ]
    return groups, programs.notes()


def _best(rows):
    """The first few, each knowing the total, in one query."""
    return list(rows.annotate(total=Window(Count("*")))[:BEST])


def _group(noun, url_name, query, rows, card):
    """One kind of results: how many there are, the best as cards, and the address of all."""
    return {
        "noun": noun,
        "total": rows[0].total if rows else 0,
        "cards": [card(row) for row in rows],
        "url": f"{reverse(url_name)}?{query.urlencode()}",
    }


def _program_card(program):
    return {
        "url": program.get_absolute_url(),
        "title": program.title,
        "school": {"slug": program.school_slug, "name": program.school_name},
        "place": program.place,
    }


def _school_card(school):
    programs = counted(school.programs, "program")
    return {
        "url": school.get_absolute_url(),
        "title": school.name,
        "place": " · ".join(filter(None, (school.place, programs))),
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


def page(name):
    """A view for templates/pages/<name>.html, which needs nothing but itself."""

    def show(request):
        return render(request, f"pages/{name}.html")

    return show


def how_we_check(request):
    """Where figures come from, with the release of each source that is in use now."""
    releases = Release.objects.current().select_related("source").order_by("source__name")
    return render(request, "pages/how_we_check.html", {"releases": releases})


# What machines ask for -------------------------------------------------------------------------


def text(lines, status=200):
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8", status=status)


def never_cached(response):
    response["Cache-Control"] = "no-store"
    return response


def healthz(request):
    """The process answers. Touches no database, so that an outage does not restart it."""
    return never_cached(text(["ok"]))


def readyz(request):
    """Whether this process can serve pages: the database answers and has every migration."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return never_cached(text(["not ready: the database does not answer"], status=503))
    if waiting:
        return never_cached(text(["not ready: migrations are waiting"], status=503))
    return never_cached(text(["ready"]))


ONE_FILTER = ["level", "state", "delivery"]  # what a search engine may follow in the directory, one at a time


def robots(request):
    return text(
        [
            "User-agent: *",
            "Disallow: /programs/?",
            *(f"Allow: /programs/?{name}=" for name in ONE_FILTER),
            *(f"Disallow: /programs/?{name}=*&" for name in ONE_FILTER),
            "Disallow: /careers/?",
            "Disallow: /occupations/?",
            "Disallow: /schools/?",
            "Disallow: /search/",
            "Disallow: /report/",
            "Disallow: /admin/",
            "",
            f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        ]
    )


def security_txt(request):
    """RFC 9116. It expires half a year from today, whenever today is."""
    contact = settings.SECURITY_CONTACT or f"{settings.SITE_URL}{reverse('contact')}"
    midnight = datetime.combine(datetime.now(UTC).date(), time(), UTC)
    return text(
        [
            f"Contact: {contact}",
            f"Expires: {midnight + timedelta(days=180):%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: en",
            f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
        ]
    )


# What went wrong ----------------------------------------------------------------------------------


def bad_request(request, exception=None):
    return error_page(request, 400)


def forbidden(request, exception=None):
    return error_page(request, 403)


def csrf_failure(request, reason=""):
    return error_page(request, 403)


def not_found(request, exception=None):
    if meant := address_meant(request.path):
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{meant}?{query}" if query else meant, permanent=True)
    return error_page(request, 404)


def server_error(request):
    """503 with Retry-After while the database is away or too slow; 500 for a mistake of ours."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        response = error_page(request, 503)
        response["Retry-After"] = "30"
        return response
    return error_page(request, 500)
