from django.http import Http404


def occupation_list(request):
    raise Http404


def occupation_detail(request, slug):
    raise Http404
