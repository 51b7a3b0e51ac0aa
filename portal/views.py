"""Pages that belong to no app, and what machines ask for."""

import sys
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.errors import error_page

# Pages of text -------------------------------------------------------------------------------


def home(request):
    return render(request, "home.html", {})


def page(name):
    """A view for templates/pages/<name>.html, which needs nothing but itself."""

    def show(request):
        return render(request, f"pages/{name}.html")

    return show


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
    return error_page(request, 404)


def server_error(request):
    """503 with Retry-After while the database is away or too slow; 500 for a mistake of ours."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        response = error_page(request, 503)
        response["Retry-After"] = "30"
        return response
    return error_page(request, 500)
