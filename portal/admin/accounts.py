"""People who sign in. Only a superuser makes accounts, grants rights, or touches another superuser."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied

from portal.models import User

from .base import DeskAdmin
from .saving import GuardedForm, explain

explain({"user_email_unique_in_any_case": ("email", "Somebody signs in with this address already.")})
# Kept by their owners on their own pages; nobody else looks at them or changes them.
for model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)
RIGHTS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")


class DeskSignIn(AdminAuthenticationForm):
    """Django's own, but that guesses are counted as those at the accounts' door are, and held up with them."""

    def clean(self):
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            # Raises ValidationError after too many guesses.
            self.user_cache = get_adapter(self.request).authenticate(self.request, email=email, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


admin.site.login_form = DeskSignIn


class NewPersonForm(GuardedForm, BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes = {}

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class PersonForm(GuardedForm, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {}

    def clean_email(self):
        return self.cleaned_data["email"].lower()


@admin.register(User)
class PersonAdmin(DeskAdmin, UserAdmin):
    section = "People"
    rank = 10
    explanation = (
        "The e-mail address is the login. Put editors into the group Editors and tick “staff status”; "
        "nobody but a superuser can do so."
    )
    form = PersonForm
    add_form = NewPersonForm
    add_form_template = None
    list_display = ["email", "name", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "groups"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    date_hierarchy = "date_joined"
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("What this person may do", {"fields": RIGHTS}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "name", "password1", "password2"]})]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or request.user.is_superuser:
            return fieldsets
        # Not even a masked hash of somebody else's password.
        return [(title, {**options, "fields": [f for f in options["fields"] if f != "password"]})
                for title, options in fieldsets]  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        locked = super().get_readonly_fields(request, obj)
        return locked if request.user.is_superuser else [*locked, *RIGHTS]

    def has_add_permission(self, request):
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser and obj != request.user

    def user_change_password(self, request, id, form_url=""):
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def lookup_allowed(self, lookup, value, request=None):
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)
