"""The pages of people who speak for a school, or ask to: their schools, finding one, claiming it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.constraints import plain_lines
from portal.filtering import TextField
from schools import claims
from schools.models import Claim, Membership, School, SchoolListing
from schools.page_parts import domain

MOST_FOUND = 20


class ClaimForm(forms.ModelForm):
    evidence = forms.URLField(
        required=False,
        max_length=300,
        assume_scheme="https",
        label=Claim._meta.get_field("evidence").verbose_name,
        help_text=Claim._meta.get_field("evidence").help_text,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={"invalid": "Enter a web address that begins with https://, or leave the box empty."},
    )

    class Meta:
        model = Claim
        fields = ["role", "evidence", "words"]
        widgets = {
            "role": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "words": forms.Textarea(attrs={"rows": 4}),
        }
        error_messages = {
            "role": {"required": "Enter what you are at this school."},
        }

    def clean_words(self) -> str:
        return plain_lines(self.cleaned_data["words"])


@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    """What one speaks for, what waits, and what to do next."""
    context = {
        "memberships": Membership.objects.standing().filter(user=request.user).select_related("school__listing"),
        "waiting": Claim.objects.waiting().filter(user=request.user).select_related("school__listing"),
        "decided": Claim.objects.filter(user=request.user)
        .exclude(state=Claim.State.WAITING)
        .select_related("school__listing")
        .order_by("-decided_at")[:5],
        "noindex": True,
    }
    return render(request, "schools/workspace/home.html", context)


@login_required
def find_school(request: HttpRequest) -> HttpResponse:
    """Schools by name, each with how to claim it."""
    q = TextField(required=False).clean(request.GET.get("q"))
    rows = (
        list(SchoolListing.objects.published().search(q).best_first(q).select_related("school")[:MOST_FOUND])
        if q
        else []
    )
    managed = set(
        Membership.objects.standing().filter(school__in=[row.pk for row in rows]).values_list("school", flat=True)
    )
    for row in rows:
        row.is_managed, row.site = row.pk in managed, domain(row.website)
    return render(request, "schools/workspace/find.html", {"q": q, "rows": rows, "most": MOST_FOUND, "noindex": True})


@login_required
def claim_school(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; a POST makes the claim and leads to where it stands."""
    school = get_object_or_404(School.objects.published().select_related("listing"), slug=slug)
    form = ClaimForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                claims.make(request.user, school, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, f"Your claim on {school} is with the editors. We write to you.")
                return redirect("schools:workspace")
    context: dict[str, Any] = {
        "form": form,
        "school": school,
        "hint": claims.domain_hint(request.user.email, school.listing.website),
        "others": Membership.objects.standing().filter(school=school).exclude(user=request.user).count(),
        "noindex": True,
    }
    return render(request, "schools/workspace/claim.html", context, status=status)


@require_POST
@login_required
def withdraw_claim(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(Claim, pk=pk, user=request.user)
    return _done(request, lambda: claims.withdraw(claim, by=request.user), f"Withdrawn: your claim on {claim.school}.")


@require_POST
@login_required
def leave_school(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.standing(), pk=pk, user=request.user)
    words = f"You do not speak for {membership.school} any more."
    return _done(request, lambda: claims.end(membership, by=request.user), words)


def _done(request: HttpRequest, verb: Any, words: str) -> HttpResponse:
    try:
        verb()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words)
    return redirect("schools:workspace")
