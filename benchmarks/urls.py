"""The portal's addresses, and some that only the benchmark's own server has."""

import os

from django.http import HttpResponse, JsonResponse
from django.urls import path

from benchmarks.prepared import GroupByList, MadeEachTime, PreparedList, RivalList
from portal.keeping import kept_index
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urls
from schools.filters import ProgramFilter

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def hello(request):
    """The cheapest view there can be: what Django, its middleware and the server cost by themselves."""
    return HttpResponse("hello\n", content_type="text/plain")


def index_state(request):
    """Which process this is, and the content version of the index it holds; 0 while it has none."""
    index = kept_index(ProgramFilter)
    return JsonResponse({"process": os.getpid(), "version": index.version if index else 0})


urlpatterns = [
    path("bench/index", index_state),
    path("bench/counts/", RivalList.as_view()),
    path("bench/groups/", GroupByList.as_view()),
    path("bench/first/", MadeEachTime.as_view()),
    path("bench/hello", hello),
    path("bench/template/", PreparedList.as_view()),
    *portal_urls,
]
