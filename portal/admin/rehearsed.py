"""What a release would change, as the desk shows it: rows, pages, words, movements, and two releases side by side."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from portal.comparing import KINDS, Comparison
from portal.models import AffectedPage, Release
from portal.releases import current_release

PAGE = 25  # rows
MOST_PAGES = 2_000  # what is further behind is asked of the database by codes, not by leafing
SHOWN_DOUBTS = 30
State = Release.State
PROMOTABLE = (State.STAGED, State.ROLLED_BACK)
WORDS = {"new": "New rows", "changed": "Changed rows", "withdrawn": "Rows that go"}


class Rehearsed:
    """The part of the release's page that tells. ``shown`` are the lines it adds."""

    shown = ("rehearsed", "changes", "pages", "doubts", "movements", "beside", "came_from")

    @staticmethod
    def _beside(release):
        """What a release is compared with unless somebody chooses: what was or would be replaced by it."""
        if release.state in PROMOTABLE:
            return current_release(release.source)
        older = Release.objects.filter(source=release.source, promoted_at__isnull=False).exclude(pk=release.pk)
        if release.promoted_at:
            older = older.filter(promoted_at__lt=release.promoted_at)
        return older.order_by("promoted_at").last()

    @staticmethod
    def _rehearsal(release):
        return getattr(release, "rehearsal", None)

    @admin.display(description="worked out")
    def rehearsed(self, release):
        rehearsal = self._rehearsal(release)
        if rehearsal is None:
            return "not yet"
        beside = rehearsal.against or "nothing"
        words = f"{rehearsal.made_at:%d %b %Y, %H:%M} UTC, beside {beside}"
        if release.state in PROMOTABLE and rehearsal.against != current_release(release.source):
            return f"{words}. Another release has become current since: work it out again."
        return words

    @admin.display(description="rows")
    def changes(self, release):
        beside = self._beside(release)
        counts = Comparison(release, beside).counts
        url = reverse("admin:portal_release_rows", args=[release.pk])
        query = f"&with={beside.pk}" if beside else ""
        return format_html_join(
            "", '<div><a href="{}?kind={}{}">{}</a>: {}</div>',
            ((url, kind, query, WORDS[kind], f"{counts[kind]:,}") for kind in KINDS),
        )  # fmt: skip

    @admin.display(description="pages")
    def pages(self, release):
        if self._rehearsal(release) is None:
            return "not worked out yet"
        found = AffectedPage.objects.filter(release=release).order_by("kind", "how")
        url = reverse("admin:portal_release_pages", args=[release.pk])
        names = AffectedPage.How
        rows = [
            (url, one["kind"], one["how"], f"{one['count']:,} {one['kind']} pages", names(one["how"]).label.lower())
            for one in found.values("kind", "how").annotate(count=Count("pk"))
        ]
        return format_html_join("", '<div><a href="{}?kind={}&how={}">{}</a>: {}</div>', rows) or "none"

    @admin.display(description="words to read again")
    def doubts(self, release):
        rehearsal = self._rehearsal(release)
        if rehearsal is None:
            return "not worked out yet"
        rows = format_html_join(
            "", '<li><a href="{}">{}</a>: {}</li>', ((url, name, why) for name, url, why in
            rehearsal.remarks[:SHOWN_DOUBTS])
        )  # fmt: skip
        more = len(rehearsal.remarks) - SHOWN_DOUBTS
        return format_html("<ul>{}</ul>{}", rows, f"and {more} more" if more > 0 else "") if rows else "none"

    @admin.display(description="what moves most")
    def movements(self, release):
        rows = format_html_join(
            "", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            ((one.about, one.figure, f"{one.before:,}", f"{one.after:,}", one.words)
             for one in Comparison(release, self._beside(release)).movements()),
        )  # fmt: skip
        head = "<table><thead><tr><th>Of what</th><th>Figure</th><th>Before</th><th>After</th><th>By</th></tr></thead>"
        return format_html(head + "<tbody>{}</tbody></table>", rows) if rows else "nothing"

    @admin.display(description="compare with")
    def beside(self, release):
        url = reverse("admin:portal_release_rows", args=[release.pk])
        others = Release.objects.filter(source=release.source).exclude(pk=release.pk).select_related("source")
        return format_html_join(
            "", '<div><a href="{}?with={}">{}</a>, {}</div>',
            ((url, one.pk, one.label, one.get_state_display().lower()) for one in others),
        ) or "there is no other"  # fmt: skip

    @admin.display(description="handed in")
    def came_from(self, release):
        staged = getattr(release, "staged_from", None)
        if staged is None:
            return "by command on the server"
        upload = staged.upload
        return format_html(
            '<a href="{}">{}</a>, by {}', reverse("admin:portal_upload_change", args=[upload.pk]), upload, upload.by
        )

    # Lists --------------------------------------------------------------------------------------------

    def _look(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Release.objects.select_related("source"), pk=pk)

    def rows(self, request, pk):
        """Rows of one kind beside another release of the same source, each with before and after."""
        release = self._look(request, pk)
        other = request.GET.get("with", "")
        beside = self._beside(release)
        if other:
            beside = get_object_or_404(Release, source=release.source, pk=_number(other))
        comparison = Comparison(release, beside)
        kind = request.GET.get("kind")
        kind = kind if kind in KINDS else next((one for one in KINDS if comparison.counts[one]), "changed")
        page, pages = _page(request, comparison.counts[kind])
        query = f"with={beside.pk}&" if beside else ""
        tabs = [(WORDS[one], f"{comparison.counts[one]:,}", f"?{query}kind={one}", one == kind) for one in KINDS]
        context = {
            "title": f"{release} beside {beside or 'nothing'}",
            "release": release,
            "tabs": tabs,
            "changes": comparison.rows(kind, (page - 1) * PAGE, PAGE),
            "page": page,
            "pages": pages,
            "leaf": f"?{query}kind={kind}&p=",
        }
        return self._list(request, "admin/release_rows.html", context)

    def affected(self, request, pk):
        """The pages a release would change, make or take away."""
        release = self._look(request, pk)
        rows = AffectedPage.objects.filter(release=release)
        kinds = {name: request.GET[name] for name in ("kind", "how") if request.GET.get(name)}
        if any("\0" in value for value in kinds.values()):
            raise Http404
        rows = rows.filter(**kinds)
        page, pages = _page(request, rows.count())
        context = {
            "title": f"Pages that {release} changes",
            "release": release,
            "affected": rows[(page - 1) * PAGE : page * PAGE],
            "page": page,
            "pages": pages,
            "leaf": f"?{urlencode({**kinds, 'p': ''})}",
        }
        return self._list(request, "admin/release_pages.html", context)

    def _list(self, request, template, context):
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, shared | context)


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _page(request, rows):
    """The number of the page asked for, and how many there are."""
    pages = min(max(-(-rows // PAGE), 1), MOST_PAGES)
    return min(max(_number(request.GET.get("p", "")), 1), pages), pages
