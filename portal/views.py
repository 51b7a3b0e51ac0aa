"""Pages that belong to no app, and what machines ask for."""

from django.http import HttpResponse


def healthz(request):
    """The process answers. Touches no database, so that an outage does not restart it."""
    return HttpResponse("ok\n", content_type="text/plain")
