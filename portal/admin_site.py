"""The editors' desk as a whole: its name, and what stands where on its first page."""

from functools import update_wrapper
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.forms import CharField
from django.http import QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify

from portal import second_factor

SIGN_IN = "sign-in"  # begins the names of the two boxes that ask for address and password
SECTIONS = (
    "Articles",
    "Occupations",
    "Directory",
    "Readers",
    "Representatives",
    "Links",
    "Sources",
    "What releases say",
    "Jobs",
    "Kept by the database",
    "People",
)


class DeskConfig(AdminConfig):
    """Stands in for ``django.contrib.admin`` among the installed apps."""

    default = False
    default_site = "portal.admin_site.DeskSite"


class KeepsWhatWasTyped(AdminSite):
    """Asks for the password on the spot when somebody saves a page after the session has ended, and then saves it."""

    def admin_view(self, view, cacheable=False):
        from portal.admin.page_states import OPENED  # models are not loaded yet when this module is

        inner = super().admin_view(view, cacheable)

        def guarded(request, *args, **kwargs):
            if request.method != "POST" or OPENED not in request.POST or self.has_permission(request):
                return inner(request, *args, **kwargs)
            asking = self._who_is_it(request)
            return asking or inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    def _who_is_it(self, request):
        """Null once the person has signed in; else the page that asks, with everything that was typed in it."""
        from allauth.mfa.base.forms import AuthenticateForm
        from django.contrib.auth import login

        sent = request.POST if f"{SIGN_IN}-password" in request.POST else None
        form = self.login_form(request, sent, prefix=SIGN_IN)
        code = None
        if settings.STAFF_SECOND_FACTOR:
            form.fields["code"] = CharField(label="Code of your app, or a recovery code")
        kept = QueryDict(mutable=True)
        for name, values in request.POST.lists():
            if not name.startswith(f"{SIGN_IN}-"):
                kept.setlist(name, values)
        if sent and form.is_valid() and settings.STAFF_SECOND_FACTOR:
            code = AuthenticateForm({"code": form.cleaned_data["code"]}, user=form.get_user())
            for error in code.errors.get("code", []):
                form.add_error("code", error)
        if sent and form.is_valid():
            login(request, form.get_user())
            if code:
                code.save()
            request.POST = kept
            return None
        typed = [(name, value) for name, values in kept.lists() for value in values if name != "csrfmiddlewaretoken"]
        context = {**self.each_context(request), "title": "You were signed out", "form": form, "typed": typed}
        return TemplateResponse(request, "admin/signed_out.html", context, status=403)


class DeskSite(KeepsWhatWasTyped):
    """Django's admin, its index grouped by what editors do instead of by Python package.

    Each admin class names its ``section``, one of ``SECTIONS``.
    """

    site_header = "HealthAdmin Pathways, editors’ desk"
    site_title = "Editors’ desk"
    index_title = "What needs attention"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Never many at once: what is hidden comes back, what is deleted does not.
        self.disable_action("delete_selected")

    def has_permission(self, request):
        return super().has_permission(request) and not second_factor.is_missing(request)

    def login(self, request, extra_context=None):
        """Where a second factor is asked for, staff come in by the accounts' own door and show it there."""
        if not settings.STAFF_SECOND_FACTOR:
            return super().login(request, extra_context)
        wanted = request.GET.get("next", reverse("admin:index"))
        onward = urlencode({"next": wanted if wanted.startswith("/") else reverse("admin:index")})
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?{onward}")
        if not request.user.is_staff:
            raise PermissionDenied
        if not second_factor.is_missing(request):
            return redirect("admin:index")
        if second_factor.has_any(request):
            return redirect(f"{reverse('mfa_reauthenticate')}?{onward}")
        messages.warning(request, "The desk asks for a second factor. Add one here: an app for codes, or a passkey.")
        return redirect("mfa_index")

    def index(self, request, extra_context=None):
        return super().index(request, {"tiles": self.tiles(request), **(extra_context or {})})

    def tiles(self, request):
        """Each queue whose rows this person may see: how long, how old, how it was a month ago, where its rows are."""
        from portal.attention import lengths_then, queues  # models are not loaded yet when this module is

        then = dict(lengths_then())
        tiles = []
        for queue in queues():
            desk = self._registry.get(queue.model)
            if desk is None or not desk.has_view_permission(request):
                continue
            length, opts = queue.measure(), queue.model._meta
            url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist", current_app=self.name)
            tiles.append(
                {
                    "length": length,
                    "url": f"{url}?attention={queue.slug}",
                    "change": trend(length, then.get(queue.slug)),
                }
            )
        return tiles

    def get_app_list(self, request, app_label=None):
        if app_label:
            return super().get_app_list(request, app_label)
        sections = {name: [] for name in SECTIONS}
        for app in super().get_app_list(request):
            for entry in app["models"]:
                section = getattr(self._registry[entry["model"]], "section", "People")
                sections[section].append(entry)
        return [
            {
                "name": name,
                "app_label": slugify(name),
                "app_url": reverse("admin:index", current_app=self.name) + f"#{slugify(name)}",
                "has_module_perms": True,
                "models": sorted(entries, key=self._place),
            }
            for name, entries in sections.items()
            if entries
        ]

    def _place(self, entry):
        return getattr(self._registry[entry["model"]], "rank", 50), entry["name"]

    def autocomplete_view(self, request):
        return Suggestions.as_view(admin_site=self)(request)


def trend(length, then):
    """In words, how a queue has changed since a month ago; empty when nobody noted it then."""
    if then is None:
        return ""
    change = length.count - then
    return f"{abs(change)} {'more' if change > 0 else 'fewer'} than a month ago" if change else "As many as a month ago"


class Suggestions(AutocompleteJsonView):
    """What an autocomplete offers, in words that tell two programs of the same name apart."""

    def serialize_result(self, obj, to_field_name):
        label = getattr(self.model_admin, "suggestion", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}
