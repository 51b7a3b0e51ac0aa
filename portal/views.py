"""Pages that belong to no app, and what machines ask for."""

import sys
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from careers.models import Article, Occupation
from careers.pay import ladder, read_pay
from portal.errors import address_meant, error_page
from portal.jobs import last_heartbeat
from portal.models import Release
from schools.filters import ProgramFilter
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
    """Whether this process can serve pages: the database answers and has every migration.

    How long ago a worker was last heard is said too. Pages need none, so a silent one takes no server out of use.
    """
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return never_cached(text(["not ready: the database does not answer"], status=503))
    if waiting:
        return never_cached(text(["not ready: migrations are waiting"], status=503))
    beat = last_heartbeat()
    worker = f"{(timezone.now() - beat).total_seconds():.0f} s ago" if beat else "never"
    return never_cached(text(["ready", f"worker last heard: {worker}"]))


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
