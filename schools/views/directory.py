from django.http import Http404


def program_list(request):
    raise Http404


def program_detail(request, school_slug, program_slug):
    raise Http404


def school_programs(request, school_slug):
    raise Http404


def school_list(request):
    raise Http404


def school_detail(request, slug):
    raise Http404
