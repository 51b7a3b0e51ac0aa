"""What is ours in the accounts that django-allauth keeps: letters by our worker, our words, our checks."""

import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse

from portal import mail
from portal.models import User

SCHOOLS_STAY = 14 * 24 * 60 * 60  # seconds a representative stays signed in; editors: SESSION_COOKIE_AGE
QUICKEST = 2  # seconds in which nobody fills the form in
# Letters that anybody can cause who knows an address.
ASKED_BY_ANYBODY = (
    "email_confirmation",
    "email_confirmation_signup",
    "account_already_exists",
    "password_reset_key",
    "unknown_account",
)


def display(user: User) -> str:
    return str(user)


class WhoSignsUp(forms.Form):
    """What sign-up asks besides address and password, and what programs that fill in every form fall into."""

    field_order = ["email", "name", "password1"]
    name = forms.CharField(
        max_length=80,
        label="Your name",
        help_text="As editors and your colleagues see it. It is never shown in public.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    website = forms.CharField(required=False, label="Leave this box empty", widget=forms.TextInput(
        attrs={"autocomplete": "off", "tabindex": "-1", "data-trap": ""},
    ))  # fmt: skip
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    signer = signing.TimestampSigner(salt="portal.accounts")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("opened", self.signer.sign("sign-up"))

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if "://" in name or "www." in name.lower():
            raise forms.ValidationError("Enter your name, without a web address.")
        return name

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Empty the box that is marked to be left empty, then send again.")
        return ""

    def clean_opened(self) -> str:
        try:
            self.signer.unsign(self.cleaned_data["opened"])
            opened = signing.b62_decode(self.cleaned_data["opened"].rsplit(":", 2)[1])
        except (signing.BadSignature, ValueError, IndexError):
            opened = 0
        if not opened or time.time() - opened < QUICKEST:
            raise forms.ValidationError("That was quicker than anybody types. Press the button once more.")
        return self.cleaned_data["opened"]

    def signup(self, request: Any, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class Accounts(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By a worker, as plain text, with addresses of the configured site whatever host the request named."""
        kind = template_prefix.rpartition("/")[2]
        if kind in ASKED_BY_ANYBODY and mail.has_had_enough(email, ASKED_BY_ANYBODY):
            return
        context = {**context, "site": settings.SITE_URL, "email": email}
        for name, value in context.items():
            if name.endswith("url") and isinstance(value, str):
                context[name] = at_our_site(value)
        subject, text = (render_to_string(f"{template_prefix}_{part}.txt", context) for part in ("subject", "message"))
        about = context.get("user")
        mail.post(kind, email, subject, text, about=about if isinstance(about, User) else None)

    def get_email_confirmation_url(self, request: Any, emailconfirmation: Any) -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        return at_our_site(super().get_reset_password_from_key_url(key))

    def get_login_redirect_url(self, request: Any) -> str:
        return reverse("admin:index" if request.user.is_staff else settings.LOGIN_REDIRECT_URL)

    def is_open_for_signup(self, request: Any) -> bool:
        return settings.SIGN_UP_OPEN

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("account_login")

    def login(self, request: Any, user: User) -> None:
        super().login(request, user)
        if not user.is_staff:
            request.session.set_expiry(SCHOOLS_STAY)

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()


def at_our_site(url: str) -> str:
    """The same page by the configured address."""
    parts = urlsplit(url)
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")


class SecondFactors(DefaultMFAAdapter):
    """Secrets of second factors are kept so that a copy of the database alone does not open anything."""

    @staticmethod
    def _box() -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet(Fernet(urlsafe_b64encode(sha256(f"mfa {key}".encode()).digest())) for key in keys)

    def encrypt(self, text: str) -> str:
        return self._box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._box().decrypt(encrypted_text.encode()).decode()
