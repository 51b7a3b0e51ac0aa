"""Whether somebody showed a second factor when they signed in. Staff need one to reach the desk.

The desk imports this before there are models, so allauth's are asked for when they are needed.
"""

from django.conf import settings
from django.http import HttpRequest


def was_shown(request: HttpRequest) -> bool:
    """In this session: a code of an app, a recovery code, or a passkey."""
    from allauth.account.authentication import get_authentication_records

    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_missing(request: HttpRequest) -> bool:
    """Whether this person may not go to the desk before they have one and have shown it."""
    return settings.STAFF_SECOND_FACTOR and request.user.is_authenticated and not was_shown(request)


def has_any(request: HttpRequest) -> bool:
    from allauth.mfa.utils import is_mfa_enabled

    return is_mfa_enabled(request.user)
