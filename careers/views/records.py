"""Certifications, licenses and kinds of employers, each with the published guides that name it. And the glossary."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from careers.models import Article, Certification, EmploymentSetting, GlossaryTerm, License, Occupation
from careers.related import articles_about
from careers.views.articles import with_pay


@dataclass(frozen=True)
class Kind:
    """One kind of record: its list in words, and where that is."""

    model: type
    list_name: str
    label: str
    lede: str

    @property
    def url(self) -> str:
        return reverse(f"careers:{self.list_name}")


CERTIFICATIONS = Kind(
    Certification,
    "certification_list",
    "Certifications",
    "What you can earn by choice, who awards it, what it asks of you, and which careers name it.",
)
LICENSES = Kind(
    License,
    "license_list",
    "Licenses",
    "What a state must give you before you may do the work, and which careers it is for.",
)
SETTINGS = Kind(
    EmploymentSetting,
    "setting_list",
    "Where people work",
    "Kinds of employers in healthcare, what working there is like, and the careers they have.",
)


def _list(request, kind: Kind):
    public = Q(editions__live_of__in=Article.objects.published())
    rows = kind.model.objects.published().order_by(*kind.model._meta.ordering)  # a count forgets the model's own order
    rows = rows.annotate(guides=Count("editions__live_of", filter=public, distinct=True))
    context = {"heading": kind.label, "lede": kind.lede, "rows": [(row, row.guides) for row in rows]}
    return render(request, "careers/records/record_list.html", context)


def certification_list(request):
    return _list(request, CERTIFICATIONS)


def license_list(request):
    return _list(request, LICENSES)


def setting_list(request):
    return _list(request, SETTINGS)


def certification_detail(request, slug):
    return _credential(request, CERTIFICATIONS, slug)


def license_detail(request, slug):
    return _credential(request, LICENSES, slug)


def _credential(request, kind: Kind, slug: str):
    """What it asks of you, and the published guides that name it. Raises Http404."""
    record = get_object_or_404(kind.model.objects.published().prefetch_related("groups__routes"), slug=slug)
    articles = list(articles_about(record))
    about = Occupation.objects.published().filter(editions__live_of__in=articles).distinct()
    context: dict[str, Any] = {
        "record": record,
        "groups": [(group.label, [route.text for route in group.routes.all()]) for group in record.groups.all()],
        "articles": articles,
        "occupations": list(about.order_by("title")),
        "lists": kind,
        "canonical_url": settings.SITE_URL + record.get_absolute_url(),
    }
    return render(request, "careers/records/credential_detail.html", context)


def setting_detail(request, slug):
    """The careers of one kind of employer, with what they pay."""
    record = get_object_or_404(EmploymentSetting.objects.published(), slug=slug)
    context = {"record": record, "canonical_url": settings.SITE_URL + record.get_absolute_url()}
    return render(request, "careers/records/setting_detail.html", context | with_pay(articles_about(record)))


def glossary(request):
    return render(request, "careers/records/glossary.html", {"terms": GlossaryTerm.objects.all()})
