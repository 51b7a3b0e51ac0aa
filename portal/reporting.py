"""Report a problem: a form without account, cookie or script, on the roof because any page may be its subject.

No CSRF token guards it, since that would cost a cookie: ``OriginGate`` lets in only what a page of this
site sent. A signed stamp in the form says when it was opened and makes a second sending the same report.
"""

import re
import time
import unicodedata

from django import forms
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from portal import flood
from portal.constraints import CONTROL, plain_lines
from portal.formats import counted
from portal.models.reports import LONGEST_MESSAGE, ProblemReport, new_token
from portal.reported import About, Said, path_in

QUICKEST = 3  # seconds a person needs at least
OPEN_FOR = 24 * 60 * 60  # seconds a form may lie open
TOKEN = re.compile(r"[0-9a-f]{32}")


# The form ----------------------------------------------------------------------------------------------


class WordsField(forms.CharField):
    """Text as a person meant it: one kind of line end, no control characters, composed letters."""

    def to_python(self, value):
        text = plain_lines(unicodedata.normalize("NFC", super().to_python(value) or ""))
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
    figure = forms.CharField(required=False)  # the token of one figure, as the page's link named it
    figure_said = forms.CharField(required=False)  # what that figure was when the form was opened
    figure_seal = forms.CharField(required=False)  # that these were our words
    website = forms.CharField(required=False)  # no person sees this box

    def __init__(self, *args, about: About, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = about
        self.facts = dict(about.facts)

    def clean_message(self):
        text = self.cleaned_data["message"]
        if (over := len(text) - LONGEST_MESSAGE) > 0:
            raise forms.ValidationError(f"Shorten this by {counted(over, 'character')}. {LONGEST_MESSAGE:,} fit.")
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

    def clean(self):
        """A token that stands for no figure is dropped; what the figure was is kept as the reader saw it."""
        cleaned = super().clean() or self.cleaned_data
        now = Said.of(cleaned.get("figure", ""))
        seen = " ".join(cleaned.get("figure_said", "").split())[:300]
        if not constant_time_compare(cleaned.get("figure_seal", ""), sealed(now.token, seen)):
            seen = ""
        cleaned["figure"], cleaned["figure_said"] = now.token, (seen or now.words) if now.token else ""
        return cleaned

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Empty the box that is marked to be left empty, then send again.")


def sealed(token: str, words: str) -> str:
    """A mark that nobody else can make: that this site said these words of a figure."""
    return signing.Signer(salt="portal.reporting.figure").signature(f"{token}\n{words}")


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


ANOTHER = (
    "Your first report was sent already, and this one says something else. Your text is kept: press the button once "
    "more to send it as a second report."
)


# The pages -----------------------------------------------------------------------------------------------


@csrf_exempt  # see the head of this file
def report(request: HttpRequest) -> HttpResponse:
    """The form; a POST saves one report and leads to what happens next."""
    if request.method != "POST":
        about, said = About.at(request.GET.get("about", "")), Said.of(request.GET.get("figure", ""))
        words = " ".join(said.words.split())[:300]
        first = {"fact": request.GET.get("fact", ""), "figure": said.token, "figure_said": words}
        first["figure_seal"] = sealed(said.token, words)
        return _form_page(request, ReportForm(about=about, initial=first), about)
    about = About.at(request.POST.get("about", ""))
    form, stamp = ReportForm(request.POST, about=about), Stamp.read(request.POST.get("stamp", ""))
    sent = ProblemReport.objects.filter(token=stamp.number).first() if stamp else None
    if stamp and sent and form.is_valid() and _is_of(sent, form):
        return _thanks(stamp)
    fresh = stamp is None or time.time() - stamp.opened > OPEN_FOR
    if stamp and sent:
        stamp = Stamp(new_token(), stamp.opened)
        if form.is_valid():
            form.add_error(None, ANOTHER)
    elif form.is_valid() and (trouble := stamp.trouble if stamp else "Press the button once more. Your text is kept."):
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
    return _thanks(stamp)


def _is_of(sent: ProblemReport, form: ReportForm) -> bool:
    """Whether this is what was sent before: a button pressed twice, a page loaded again."""
    said = form.cleaned_data
    return (sent.path, sent.fact, sent.figure, sent.message) == (
        said["about"], said["fact"], said["figure"], said["message"],
    ) and said["email"] in ("", sent.email)  # fmt: skip


def _save(request: HttpRequest, form: ReportForm, stamp: Stamp) -> int:
    """Keep the report once, whoever sends it how often; the seconds to wait when there were too many."""
    said = form.cleaned_data
    with transaction.atomic():
        _, is_new = ProblemReport.objects.get_or_create(
            token=stamp.number,
            defaults={
                "path": said["about"],
                "fact": said["fact"],
                "figure": said["figure"],
                "figure_said": said["figure_said"],
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


def _thanks(stamp: Stamp) -> HttpResponse:
    """To the report's own page, where the answer will stand."""
    return HttpResponseRedirect(reverse("report_sent", args=[stamp.number]), status=303)


def report_sent(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next, then what was done. Only whoever sent the report knows the address.

    The report itself is not shown again: somebody else may be looking over their shoulder by then.
    """
    report = ProblemReport.objects.filter(token=token).first() if TOKEN.fullmatch(token) else None
    if report is None:
        raise Http404("No report has this address.")
    context = {
        "report": report,
        "about": About.at(report.path),
        "now": Said.of(report.figure) if report.figure else None,
        "usual_days": ProblemReport.objects.usual_days(),
        "noindex": True,
    }
    return render(request, "pages/report_sent.html", context)
