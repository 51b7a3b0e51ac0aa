"""Report a problem: a form without account, cookie or script, on the roof because any page may be its subject.

No CSRF token guards it, since that would cost a cookie: ``OriginGate`` lets in only what a page of this
site sent. A signed stamp in the form says when it was opened and makes a second sending the same report.
"""

import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt

from careers.models import Article, Occupation
from portal import flood
from portal.constraints import CONTROL
from portal.middleware import PRIVATE
from portal.models.reports import LONGEST_MESSAGE, ProblemReport, new_token
from schools.models import ProgramListing, SchoolListing

QUICKEST = 3  # seconds a person needs at least
OPEN_FOR = 24 * 60 * 60  # seconds a form may lie open
LONGEST_PATH = 300  # characters


# What a report is about ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of page: how to find the name of one, and which facts it has (name in the address: words)."""

    name_of: Callable[..., str | None]
    facts: dict[str, str]


def _program(school_slug: str, program_slug: str) -> str | None:
    row = ProgramListing.objects.published().filter(school_slug=school_slug, slug=program_slug).first()
    return row and f"{row.title}, {row.school_name}"


def _school(slug: str) -> str | None:
    return SchoolListing.objects.published().filter(school__slug=slug).values_list("name", flat=True).first()


def _occupation(slug: str) -> str | None:
    row = Occupation.objects.published().filter(slug=slug).first()
    return row and row.name


def _article(slug: str) -> str | None:
    return Article.objects.published().filter(slug=slug).values_list("live__title", flat=True).first()


KINDS = {
    "schools:program_detail": Kind(
        _program,
        {
            "name": "Name, level or field",
            "site": "Link to the school’s site",
            "delivery": "How it is taught",
            "length": "Length or credits",
            "cost": "What it costs",
            "admission": "Admission",
            "dates": "Start or deadline",
            "graduates": "Graduates",
            "accreditation": "Accreditation",
            "careers": "Careers it leads to",
            "outcomes": "Earnings, debt or completion",
            "ended": "The program no longer exists",
        },
    ),
    "schools:school_detail": Kind(
        _school,
        {
            "name": "Name or other names",
            "place": "Address or place on the map",
            "status": "Open, closed or merged",
            "site": "Link to the school’s site",
            "identity": "UNITID, OPEID, type or campus",
            "programs": "Programs",
            "cost": "What it costs",
            "outcomes": "Students, earnings, debt or completion",
            "accreditation": "Accreditation",
            "caution": "A caution",
        },
    ),
    "careers:occupation_detail": Kind(
        _occupation,
        {
            "pay": "Pay",
            "outlook": "Job outlook",
            "education": "Education, experience or training",
            "states": "Pay by state",
            "fields": "Fields of study and programs",
            "schools": "Schools",
        },
    ),
    "careers:article_detail": Kind(
        _article,
        {
            "text": "Something the text says",
            "pay": "Pay or outlook",
            "pathways": "The table of ways in",
            "certifications": "A certification or license",
            "programs": "Degrees, programs or schools",
            "sources": "A source or a link",
        },
    ),
}


@dataclass(frozen=True)
class About:
    """The page a report is about. An empty path: the reader came from none, and may name one."""

    path: str = ""
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, address: str) -> "About":
        """What stands at an address of this site; nothing when it is no public page."""
        path = path_in(address)
        try:
            match = resolve(path)
        except Resolver404:
            return cls()
        if path.startswith((*PRIVATE, "/report/")):
            return cls()
        kind = KINDS.get(match.view_name)
        title = kind.name_of(**match.kwargs) if kind else None
        if kind and title is None:
            return cls()
        return cls(path, title or path, tuple(kind.facts.items()) if kind else ())


def path_in(address: str) -> str:
    """The path of a whole address or of a path; "" for what is neither."""
    try:
        path = urlsplit(address.strip()).path
    except ValueError:
        return ""
    return path if path.startswith("/") and len(path) <= LONGEST_PATH and not re.search(r"\s", path) else ""


# The form ----------------------------------------------------------------------------------------------


class WordsField(forms.CharField):
    """Text as a person meant it: one kind of line end, no control characters, composed letters."""

    def to_python(self, value):
        text = unicodedata.normalize("NFC", super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return re.sub(f"[\x00{CONTROL[1:]}", "", text).strip()


class ReportForm(forms.Form):
    message = WordsField(error_messages={"required": "Enter what is wrong, in a sentence or two."})
    fact = forms.CharField(required=False)
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={"invalid": "Enter an e-mail address like name@example.com, or leave the box empty."},
    )
    about = forms.CharField(required=False)  # asked for only where it is not known
    website = forms.CharField(required=False)  # no person sees this box

    def __init__(self, *args, about: About, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = about
        self.facts = dict(about.facts)

    def clean_message(self):
        text = self.cleaned_data["message"]
        if (over := len(text) - LONGEST_MESSAGE) > 0:
            raise forms.ValidationError(f"Shorten this by {over:,} characters. {LONGEST_MESSAGE:,} fit.")
        return text

    def clean_fact(self):
        """Kept in words; empty for the page as a whole, and where the page has no facts to choose from."""
        fact = self.cleaned_data["fact"]
        if fact and self.facts and fact not in self.facts:
            raise forms.ValidationError("Choose one of the facts of this page.")
        return self.facts.get(fact, "")

    def clean_about(self):
        path = self.page.path or path_in(self.cleaned_data["about"])
        if self.cleaned_data["about"] and not path:
            raise forms.ValidationError("Enter an address of this site, like /programs/, or leave the box empty.")
        return path

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Empty the box that is marked to be left empty, then send again.")


class Stamp:
    """When this form was opened, and its number; signed, so that nobody can make one up."""

    signer = signing.Signer(salt="portal.reporting")

    def __init__(self, number: str, opened: float):
        self.number, self.opened = number, opened

    @classmethod
    def new(cls) -> "Stamp":
        return cls(new_token(), time.time())

    @classmethod
    def read(cls, written: str) -> "Stamp | None":
        try:
            number, opened = cls.signer.unsign(written).split(".")
            return cls(number, int(opened) / 1000)
        except (signing.BadSignature, ValueError):
            return None

    def __str__(self):
        return self.signer.sign(f"{self.number}.{int(self.opened * 1000)}")

    @property
    def trouble(self) -> str:
        """Why nothing can be sent with it yet, or any more; empty when all is well."""
        age = time.time() - self.opened
        if age > OPEN_FOR:
            return "This form was open for more than a day. Your text is kept: press the button once more."
        if age < QUICKEST:
            return "That was quicker than anybody types. Your text is kept: press the button once more."
        return ""


# The pages -----------------------------------------------------------------------------------------------


@csrf_exempt  # see the head of this file
def report(request: HttpRequest) -> HttpResponse:
    """The form; a POST saves one report and leads to what happens next."""
    if request.method != "POST":
        about = About.at(request.GET.get("about", ""))
        return _form_page(request, ReportForm(about=about, initial={"fact": request.GET.get("fact", "")}), about)
    about = About.at(request.POST.get("about", ""))
    form, stamp = ReportForm(request.POST, about=about), Stamp.read(request.POST.get("stamp", ""))
    if stamp and ProblemReport.objects.filter(token=stamp.number).exists():
        return _thanks(about)
    fresh = stamp is None or time.time() - stamp.opened > OPEN_FOR
    if form.is_valid() and (trouble := stamp.trouble if stamp else "Press the button once more. Your text is kept."):
        form.add_error(None, trouble)
    if not form.is_valid() or stamp is None:
        return _form_page(request, form, about, None if fresh else stamp, status=422)
    if wait := _save(request, form, stamp):
        minutes = -(-wait // 60)
        form.add_error(
            None,
            f"Too many reports from your network in this hour. Nothing was lost: your text is below. "
            f"Send it again in {minutes} {'minute' if minutes == 1 else 'minutes'}.",
        )
        response = _form_page(request, form, about, stamp, status=429)
        response["Retry-After"] = str(wait)
        return response
    return _thanks(about)


def _save(request: HttpRequest, form: ReportForm, stamp: Stamp) -> int:
    """Keep the report once, whoever sends it how often; the seconds to wait when there were too many."""
    said = form.cleaned_data
    with transaction.atomic():
        _, is_new = ProblemReport.objects.get_or_create(
            token=stamp.number,
            defaults={
                "path": said["about"],
                "fact": said["fact"],
                "message": said["message"],
                "email": said["email"],
            },
        )
        wait = flood.seconds_to_wait(request) if is_new else 0
        if wait:
            transaction.set_rollback(True)
    return wait


def _form_page(request, form: ReportForm, about: About, stamp: Stamp | None = None, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "about": about,
        "stamp": stamp or Stamp.new(),
        "longest": LONGEST_MESSAGE,
        "noindex": True,
    }
    return render(request, "pages/report.html", context, status=status)


def _thanks(about: About) -> HttpResponse:
    url = reverse("report_sent")
    return HttpResponseRedirect(f"{url}?{urlencode({'about': about.path})}" if about.path else url, status=303)


def report_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, and the way back to the page."""
    context = {"about": About.at(request.GET.get("about", "")), "noindex": True}
    return render(request, "pages/report_sent.html", context)
