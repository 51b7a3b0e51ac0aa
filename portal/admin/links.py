"""The queue of links: what checking said, whose they are, where they stand, and an editor's word on them."""

import re
from datetime import date, timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Prefetch, When
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.views.decorators.http import require_POST

from portal.models import HostVisit, LinkGathering, LinkUse, OutboundLink

from .base import DeskAdmin, ReadOnly

VOUCHED = timedelta(days=90)  # what the box for "fine until" offers
LONGEST_VOUCH = timedelta(days=366)
SILENCE = timedelta(days=1)  # of the checker, after which the list says so
State = OutboundLink.State
# What an editor should see first.
URGENCY = (
    State.BROKEN,
    State.LOOKS_GONE,
    State.MOVED,
    State.REFUSED,
    State.FAILING,
    State.COULD_NOT_CHECK,
    State.UNCHECKED,
    State.FINE,
)
URGENT = Case(
    *(When(state=state, then=rank) for rank, state in enumerate(URGENCY)), default=99, output_field=IntegerField()
)


def used(**where):
    return Exists(LinkUse.objects.filter(link=OuterRef("pk"), **where))


class SectionFilter(admin.SimpleListFilter):
    title = "section"
    parameter_name = "section"
    column = "section"

    def lookups(self, request, model_admin):
        names = LinkUse.objects.exclude(**{self.column: ""}).order_by(self.column)
        return [(name, name) for name in names.values_list(self.column, flat=True).distinct()[:100]]

    def queryset(self, request, queryset):
        return queryset.filter(used(**{self.column: self.value()})) if self.value() else queryset


class OwnerFilter(SectionFilter):
    title = "owner"
    parameter_name = "owner"
    column = "owner"


class AgeFilter(admin.SimpleListFilter):
    """How long ago we last got an answer that tells."""

    title = "last checked"
    parameter_name = "age"

    def lookups(self, request, model_admin):
        return [
            ("fresh", "In the last 14 days"),
            ("14", "Not for 14 days"),
            ("30", "Not for 30 days"),
            ("never", "Never"),
        ]

    def queryset(self, request, queryset):
        if self.value() == "never":
            return queryset.filter(checked_at=None)
        if self.value() == "fresh":
            return queryset.filter(checked_at__gte=timezone.now() - timedelta(days=14))
        if self.value() in ("14", "30"):
            return queryset.unchecked_since(timezone.now() - timedelta(days=int(self.value())))
        return queryset


class VouchedFilter(admin.SimpleListFilter):
    title = "an editor’s word"
    parameter_name = "vouched"

    def lookups(self, request, model_admin):
        return [("no", "Nobody vouches"), ("yes", "An editor says it is fine")]

    def queryset(self, request, queryset):
        if self.value() == "no":
            return queryset.not_vouched()
        return queryset.filter(fine_until__gte=timezone.now().date()) if self.value() == "yes" else queryset


class LinkUseInline(ReadOnly, admin.TabularInline):
    model = LinkUse
    extra = 0
    verbose_name_plural = "used in"
    fields = ["section", "where", "field", "owner", "on_the_site"]
    readonly_fields = ["where", "on_the_site"]

    @admin.display(description="to be changed at")
    def where(self, use):
        return _at_the_desk(use)

    @admin.display(description="seen by readers at")
    def on_the_site(self, use):
        return format_html('<a href="{0}">{0}</a>', use.page) if use.page else "no page yet"


def _at_the_desk(use: LinkUse):
    """The title, leading to the page that changes it; alone where there is none, as for a template."""
    try:
        address = reverse(f"admin:{use.model.replace('.', '_')}_change", args=[use.object_id])
    except NoReverseMatch:
        return use.title
    return format_html('<a href="{}">{}</a>', address, use.title)


@admin.register(OutboundLink)
class OutboundLinkAdmin(ReadOnly, DeskAdmin):
    section = "Links"
    rank = 10
    explanation = (
        "Every address that pages send people to, once, looked at about every two weeks by the worker. Broken means: "
        "it failed at least three times over at least seven days. “Could not check” says nothing about the page: the "
        "server turned us away, or something on the way did not work."
    )
    list_display = ["short", "state_in_words", "used_in", "owners", "age"]
    list_filter = ["state", SectionFilter, OwnerFilter, AgeFilter, VouchedFilter]
    search_fields = ["url", "uses__title"]
    search_help_text = "A part of the address, or of the name of what uses it."
    ordering = [URGENT.asc(), F("checked_at").asc(nulls_first=True), "pk"]
    inlines = [LinkUseInline]
    actions = ["check_again", "are_fine"]
    change_form_template = "admin/link.html"
    fieldsets = [
        (None, {"fields": ["address", "state_in_words", "status", "where_it_leads", "word"]}),
        ("When", {"fields": ["checked_at", "tried_at", "failures", "failing_since", "next_check"]}),
    ]
    readonly_fields = ["address", "state_in_words", "where_it_leads", "word", "next_check"]

    def get_queryset(self, request):
        uses = Prefetch("uses", LinkUse.objects.order_by("section", "title", "pk"))
        return super().get_queryset(request).select_related("fine_by").prefetch_related(uses)

    @admin.display(description="address", ordering="url")
    def short(self, link):
        """What tells it from others, in a line or two; the whole address is on its page."""
        text = link.url.removeprefix("https://").removesuffix("/")
        text = text if len(text) <= 70 else f"{text[:45]}…{text[-24:]}"
        parts = [part for part in re.split(r"(?<=[/.?&=-])", text) if part]
        return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in parts))

    @admin.display(description="state", ordering=URGENT.asc())
    def state_in_words(self, link):
        said = f": {link.reason}" if link.reason else ""
        vouched = f" Fine until {date_format(link.fine_until)}, says an editor." if link.is_vouched else ""
        return f"{link.get_state_display()}{said}{vouched}"

    @admin.display(description="used in")
    def used_in(self, link):
        uses = list(link.uses.all())
        if not uses:
            return "nothing"
        more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
        return format_html("{}{}", _at_the_desk(uses[0]), more)

    @admin.display(description="owner")
    def owners(self, link):
        return ", ".join(sorted({use.owner or use.section for use in link.uses.all()}))

    @admin.display(description="last checked", ordering="checked_at")
    def age(self, link):
        return f"{timesince(link.checked_at, depth=1)} ago" if link.checked_at else "never"

    @admin.display(description="address")
    def address(self, link):
        return format_html('<a href="{0}" rel="noopener noreferrer">{0}</a>', link.url) if link.host else link.url

    @admin.display(description="redirects end at")
    def where_it_leads(self, link):
        return link.leads_to or "the address itself"

    @admin.display(description="next check")
    def next_check(self, link):
        soon = link.due_at <= timezone.now()
        return "as soon as the worker comes to it" if soon else date_format(link.due_at, "DATETIME_FORMAT")

    @admin.display(description="an editor’s word")
    def word(self, link):
        if link.fine_until is None:
            return "nobody vouches for it"
        by = link.fine_by or "somebody who is gone"
        return f"{'fine' if link.is_vouched else 'was fine'} until {date_format(link.fine_until)}, says {by}"

    # What an editor may do: nothing to the row, but to say a word on it.

    def has_judge_permission(self, request):
        return request.user.has_perm("portal.change_outboundlink")

    @admin.action(description="Check the selected links again now", permissions=["judge"])
    def check_again(self, request, queryset):
        chosen = list(queryset.values_list("pk", flat=True))
        OutboundLink.objects.filter(pk__in=chosen).check_soon()
        said = "1 link is" if len(chosen) == 1 else f"{len(chosen)} links are"
        self.message_user(request, f"{said} next in line: the worker looks within a minute or two.", messages.SUCCESS)

    @admin.action(description="Say the selected links are fine for 90 days", permissions=["judge"])
    def are_fine(self, request, queryset):
        until = timezone.now().date() + VOUCHED
        links = list(queryset)
        for link in links:
            self._vouch(request, link, until)
        said = "1 link stays" if len(links) == 1 else f"{len(links)} links stay"
        self.message_user(request, f"{said} out of the queues until {date_format(until)}.", messages.SUCCESS)

    def _vouch(self, request, link, until):
        link.vouch(by=request.user, until=until)
        self.log_change(request, link, f"Fine until {until}.")

    def get_urls(self):
        verbs = {"again": self.again, "fine": self.fine, "take_back": self.take_back}
        return [
            path(
                f"<int:pk>/{verb.replace('_', '-')}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"portal_outboundlink_{verb}",
            )
            for verb, view in verbs.items()
        ] + super().get_urls()

    def _link(self, request, pk):
        if not self.has_judge_permission(request):
            raise PermissionDenied
        return get_object_or_404(OutboundLink, pk=pk if pk < 2**63 else 0)

    def _back(self, link):
        return HttpResponseRedirect(reverse("admin:portal_outboundlink_change", args=[link.pk]))

    def again(self, request, pk):
        link = self._link(request, pk)
        OutboundLink.objects.filter(pk=link.pk).check_soon()
        self.message_user(request, "It is next in line: the worker looks within a minute or two.", messages.SUCCESS)
        return self._back(link)

    def fine(self, request, pk):
        """An editor's word that the address is fine, until a day of the coming year."""
        link, today = self._link(request, pk), timezone.now().date()
        try:
            until = date.fromisoformat(request.POST.get("until", ""))
        except ValueError:
            until = None
        if until is None or not today <= until <= today + LONGEST_VOUCH:
            self.message_user(request, "Nothing was changed. Choose a day of the coming year.", messages.ERROR)
            return self._back(link)
        self._vouch(request, link, until)
        self.message_user(request, f"It stays out of the queues until {date_format(until)}.", messages.SUCCESS)
        return self._back(link)

    def take_back(self, request, pk):
        link = self._link(request, pk)
        link.vouch(by=None, until=None)
        self.log_change(request, link, "No longer vouched for.")
        self.message_user(request, "Nobody vouches for it now: what checks say counts.", messages.SUCCESS)
        return self._back(link)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        today = timezone.now().date()
        context = {
            "may_judge": self.has_judge_permission(request),
            "today": today,
            "offered": today + VOUCHED,
            "last_day": today + LONGEST_VOUCH,
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def changelist_view(self, request, extra_context=None):
        newest = OutboundLink.objects.aggregate(at=Max("tried_at"))["at"]
        if newest is None or timezone.now() - newest > SILENCE:
            since = f"since {date_format(newest, 'DATETIME_FORMAT')} UTC" if newest else "so far"
            self.message_user(
                request,
                f"Nothing was checked {since}: is a worker running, and does its network let it out?",
                messages.WARNING,
            )
        return super().changelist_view(request, extra_context)


@admin.register(HostVisit)
class HostVisitAdmin(ReadOnly, DeskAdmin):
    explanation = "When each host was last asked: one question in ten seconds, however many workers there are."
    list_display = ["host", "visited_at"]
    search_fields = ["host__startswith"]
    ordering = ["-visited_at"]


@admin.register(LinkGathering)
class LinkGatheringAdmin(ReadOnly, DeskAdmin):
    explanation = "What the list of links was last made from. It is made anew whenever anything on the site changed."
    list_display = ["number", "uses", "left_out", "gathered_at"]
