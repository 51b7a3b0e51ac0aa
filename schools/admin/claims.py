"""Claims at the desk: what somebody says, what the school's own site says, and the editor's word."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from portal.admin.base import DeskAdmin, ReadOnly
from portal.admin.saving import explain
from portal.constraints import plain_lines
from portal.formats import day
from schools import claims
from schools.models import Claim, Membership

explain(
    {
        "claim_has_a_role": ("role", "Enter what they are at the school."),
        "claim_role_clean": ("role", "The text holds invisible control characters. Type it again."),
        "claim_words_clean": ("words", "The text holds invisible control characters. Type it again."),
        "claim_reason_clean": ("reason", "The text holds invisible control characters. Type it again."),
        "claim_evidence_web_address": ("evidence", "Enter a web address that begins with https://."),
    }
)


@admin.register(Claim)
class ClaimAdmin(ReadOnly, DeskAdmin):
    section = "Representatives"
    rank = 20
    explanation = (
        "Somebody asks to speak for a school. Look for them on the school’s own site before you decide; a mail domain "
        "alone proves nothing. They read your reason word for word."
    )
    list_display = ["school", "user", "role", "state", "made_at"]
    list_filter = ["state"]
    list_select_related = ["school__listing", "user"]
    search_fields = ["user__email", "school__listing__name"]
    search_help_text = "A part of the address, or of the school’s name."
    ordering = ["made_at"]
    fields = [
        "school", "website", "user", "address", "hint", "role", "page", "words", "others", "before", "state", "made_at",
        "decided_at", "decided_by", "reason",
    ]  # fmt: skip
    readonly_fields = ["website", "address", "hint", "page", "others", "before"]
    change_form_template = "admin/schools/claim.html"

    @admin.display(description="the school’s site")
    def website(self, claim):
        url = claim.school.listing.website if hasattr(claim.school, "listing") else ""
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', url, url) if url else "Not in federal data"

    @admin.display(description="mail address")
    def address(self, claim):
        return claim.user.email

    @admin.display(description="mail domain and site")
    def hint(self, claim):
        return claims.domain_hint(
            claim.user.email, getattr(getattr(claim.school, "listing", None), "website", "")
        ).words

    @admin.display(description="page that lists them")
    def page(self, claim):
        url = claim.evidence
        return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', url, url) if url else "None named"

    @admin.display(description="who speaks for it now")
    def others(self, claim):
        found = Membership.objects.standing().filter(school=claim.school).select_related("user")
        rows = ((one.user, one.user.email, day(one.since)) for one in found)
        return format_html_join("", "<div>{} ({}), since {}</div>", rows) or "Nobody"

    @admin.display(description="their other claims")
    def before(self, claim):
        found = Claim.objects.filter(user=claim.user).exclude(pk=claim.pk).select_related("school__listing")
        return (
            format_html_join("", "<div>{}: {}</div>", ((one.school, one.get_state_display()) for one in found))
            or "None"
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        claim = self.get_object(request, object_id)
        may = claim is not None and claim.state == Claim.State.WAITING and self._may_decide(request)
        return super().change_view(request, object_id, form_url, {"may_decide": may, **(extra_context or {})})

    def get_urls(self):
        return [
            *(
                path(
                    f"<path:pk>/{verb}/",
                    self.admin_site.admin_view(require_POST(getattr(self, verb))),
                    name=f"schools_claim_{verb}",
                )
                for verb in ("approve", "decline")
            ),
            *super().get_urls(),
        ]

    def _may_decide(self, request):
        return request.user.has_perm("schools.change_claim")

    def approve(self, request, pk):
        return self._decide(request, pk, lambda claim: claims.approve(claim, by=request.user), "Approved.")

    def decline(self, request, pk):
        because = plain_lines(request.POST.get("because", ""))
        return self._decide(request, pk, lambda claim: claims.decline(claim, because, by=request.user), "Declined.")

    def _decide(self, request, pk, verb, words):
        if not self._may_decide(request):
            raise PermissionDenied
        claim = get_object_or_404(Claim.objects.select_related("school", "user"), pk=pk if pk.isdigit() else 0)
        try:
            with transaction.atomic():
                verb(claim)
                self.log_change(request, claim, words)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:schools_claim_change", args=[claim.pk]))
        self.message_user(request, f"{words} {claim.user} is told by mail.", messages.SUCCESS)
        following = Claim.objects.waiting().order_by("made_at").first()
        if following:
            return HttpResponseRedirect(reverse("admin:schools_claim_change", args=[following.pk]))
        return HttpResponseRedirect(reverse("admin:schools_claim_changelist"))


@admin.register(Membership)
class MembershipAdmin(ReadOnly, DeskAdmin):
    section = "Representatives"
    rank = 22
    explanation = "Who speaks for which school. It begins with an approved claim; ending it counts at once."
    list_display = ["school", "user", "since", "confirmed_by", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["school__listing", "user", "confirmed_by"]
    search_fields = ["user__email", "school__listing__name"]
    search_help_text = "A part of the address, or of the school’s name."
    ordering = ["-since"]
    fields = ["school", "user", "since", "confirmed_by", "ended_at", "ended_by"]
    change_form_template = "admin/schools/membership.html"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        membership = self.get_object(request, object_id)
        may = membership is not None and membership.ended_at is None and self._may_end(request)
        return super().change_view(request, object_id, form_url, {"may_end": may, **(extra_context or {})})

    def get_urls(self):
        end = path("<path:pk>/end/", self.admin_site.admin_view(require_POST(self.end)), name="schools_membership_end")
        return [end, *super().get_urls()]

    def _may_end(self, request):
        return request.user.has_perm("schools.change_membership")

    def end(self, request, pk):
        if not self._may_end(request):
            raise PermissionDenied
        membership = get_object_or_404(Membership, pk=pk if pk.isdigit() else 0)
        try:
            with transaction.atomic():
                claims.end(membership, by=request.user)
                self.log_change(request, membership, "Ended.")
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, "Ended. They and their colleagues are told by mail.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:schools_membership_change", args=[membership.pk]))
