"""A release at the desk: put it on the site, take it back, throw it away, work out again what it changes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from portal import releases
from portal.jobs import rehearse_release
from portal.models import Release
from portal.releases import current_release

from .rehearsed import PROMOTABLE, Rehearsed, State

TOO_LONG = "It took longer than a page may take, and nothing was changed. On the server: manage.py {}"


class Promoting(Rehearsed):
    """The part of the release's page that decides."""

    change_form_template = "admin/release.html"

    def get_urls(self):
        views = {
            "promote": self.promote,
            "take-back": self.take_back,
            "throw-away": self.throw_away,
            "rehearse": require_POST(self.rehearse),
            "rows": self.rows,
            "pages": self.affected,
        }
        ours = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"portal_release_{name.replace('-', '_')}")
            for name, view in views.items()
        ]
        return [*ours, *super().get_urls()]

    def may_decide(self, request):
        return request.user.has_perm("portal.promote_release")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"may_decide": self.may_decide(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def _decide(self, request, pk):
        """The release, for somebody who may decide. Raises PermissionDenied or Http404."""
        if not self.may_decide(request):
            raise PermissionDenied
        return get_object_or_404(Release.objects.select_related("source"), pk=pk)

    def promote(self, request, pk):
        release = self._decide(request, pk)
        if release.state not in PROMOTABLE:
            return self._back(request, release, f"Nothing to do: it is {release.get_state_display().lower()}.")
        return self._confirmed(
            request, release, "promote", f"Put {release} on the site?", f"promote_release {release.pk}"
        )

    def take_back(self, request, pk):
        release = self._decide(request, pk)
        if release.state != State.CURRENT:
            return self._back(request, release, f"Nothing to do: it is {release.get_state_display().lower()}.")
        return self._confirmed(
            request, release, "take back", f"Take {release} back?", f"rollback_release {release.source.slug}"
        )

    def throw_away(self, request, pk):
        release = self._decide(request, pk)
        if release.state != State.STAGED:
            return self._back(request, release, "Only what is staged can be thrown away; history stays.")
        return self._confirmed(request, release, "throw away", f"Throw {release} away?", "import_… again later")

    def _confirmed(self, request, release, verb, title, command):
        current = current_release(release.source)
        seen = str(current.pk) if current else "none"
        if request.method != "POST":
            return self._ask(request, release, verb, title, current, seen)
        try:
            with transaction.atomic():
                releases.lock(release.source)
                now = current_release(release.source)
                if request.POST.get("seen") != (str(now.pk) if now else "none"):
                    return self._back(
                        request, release, "Nothing was changed: another release became current. Look again."
                    )
                return self._do(request, get_object_or_404(Release, pk=release.pk), verb)
        except OperationalError:
            return self._back(request, release, TOO_LONG.format(command), messages.ERROR)

    def _do(self, request, release, verb):
        if verb == "promote":
            done = releases.promote(release)
            words = "It is on the site." if done else "It is older than the current one: kept, but not shown."
        elif verb == "take back":
            _, former = releases.roll_back(release.source)
            words = f"Taken back. Current again: {former}." if former else "Taken back. Nothing is current now."
        else:
            self.log_deletions(request, [release])
            name = str(release)
            releases.discard(release)
            self.message_user(request, f"Thrown away: {name}.", messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:portal_release_changelist"))
        self.log_change(request, release, words)
        return self._back(request, release, words, messages.SUCCESS)

    def _ask(self, request, release, verb, title, current, seen):
        former = None
        if verb == "take back":
            former = self._beside(release)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "release": release,
            "verb": verb,
            "current": current,
            "former": former,
            "only_kept": bool(current) and verb == "promote" and releases.is_older(release, current),
            "seen": seen,
            "rehearsal": self._rehearsal(release),
            "rehearsed": self.rehearsed(release),
            "pages": self.pages(release),
            "changes": self.changes(release),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/confirm_release.html", context)

    def rehearse(self, request, pk):
        release = self._decide(request, pk)
        rehearse_release.defer(release=release.pk)
        return self._back(request, release, "It is being worked out; look again in a minute.", messages.SUCCESS)

    def _back(self, request, release, words, level=messages.WARNING):
        self.message_user(request, words, level)
        return HttpResponseRedirect(reverse("admin:portal_release_change", args=[release.pk]))
