"""What every request passes on its way in and every response on its way out. One idea each."""

import re
import uuid
from urllib.parse import quote, unquote, unquote_to_bytes

from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.utils.http import escape_leading_slashes

from portal.connections import longer_statements
from portal.errors import address_meant, error_page

PRIVATE = ("/admin/", "/accounts/", "/my/")  # what these answer belongs to one person
OPEN_TO_POST = ("/shortlist/", "/report/")  # where anybody acts, without an account
KEPT_BY_NOBODY = (*PRIVATE, *OPEN_TO_POST, "/compare/")  # answers that depend on who asks, or on what was just done
LONGEST_PATH = 1_000  # characters
LONGEST_QUERY = 4_000
LARGEST_BODY = 5 * 1024 * 1024
HAND_IN = "/admin/portal/upload/add/"  # where official files come in, from people who are signed in
LARGEST_HAND_IN = 301 * 1024 * 1024  # what portal.uploads takes, and the form around it

# One policy for every response. django-csp would join the directives in the order of a Python set,
# which differs from process to process; a constant is the same for every cache.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """The same protective headers on everything: pages, admin, errors, static files."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        return response


class RequestId:
    """A number that the visitor's error page, the response and the log share."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = uuid.uuid4().hex[:12]
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        return response


class PlainAddress:
    """One address for one page: what others append to count clicks is taken off again, by one 301."""

    COUNTING = re.compile(
        r"utm_\w*|gclid|gbraid|wbraid|gad_\w+|dclid|_g[al]|srsltid|fbclid|igshid|msclkid|mc_[ce]id|twclid|ttclid|"
        r"li_fat_id|yclid|_hs(?:enc|mi)",
        re.IGNORECASE,
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        parts = request.META.get("QUERY_STRING", "").split("&")
        kept = [part for part in parts if not self.COUNTING.fullmatch(unquote(part.partition("=")[0]))]
        if len(kept) == len(parts) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        # What else is amiss with the address is mended by the same redirect.
        path, query = escape_leading_slashes(quote(address_meant(request.path) or request.path)), "&".join(kept)
        return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


class InputGate:
    """Refuse what no page can mean, before anything reads it: junk bytes, over-long addresses, huge bodies."""

    CONTROL = re.compile(r"[\x00-\x1f\x7f]")
    CONTROL_IN_VALUE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # a pasted tab or line end is only space
    UNDECODABLE = re.compile(r"%[89A-F][0-9A-F]")  # how Django keeps a byte of a path that is not UTF-8

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        status = self.refuses(request.path_info, request.META)
        return error_page(request, status) if status else self.get_response(request)

    def refuses(self, path: str, meta) -> int | None:
        query = meta.get("QUERY_STRING", "")
        if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
            return 414
        if (
            self.CONTROL.search(path)
            or self.UNDECODABLE.search(path)
            or self.CONTROL.search(meta.get("HTTP_COOKIE", ""))
        ):
            return 400
        try:
            values = unquote_to_bytes(query.encode("latin-1", "replace")).decode()
        except UnicodeDecodeError:
            return 400
        if self.CONTROL_IN_VALUE.search(values):
            return 400
        length = meta.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return 400
        return 413 if int(length) > (LARGEST_HAND_IN if path == HAND_IN else LARGEST_BODY) else None


class MethodGate:
    """Public pages are looked at; people act only where they sign in, and at the few addresses open to all."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        acts = request.path_info.startswith((*PRIVATE, *OPEN_TO_POST))
        allowed = ["GET", "HEAD", "POST"] if acts else ["GET", "HEAD"]
        if request.method in allowed:
            return self.get_response(request)
        response = error_page(request, 405)
        response["Allow"] = ", ".join(allowed)
        return response


class OriginGate:
    """Where no one is signed in, no cookie can carry a token: the browser itself says which site a form stood on.

    ``Sec-Fetch-Site`` where the browser sends it (since 2023 all do, over HTTPS), else ``Origin``, which
    older ones send with every POST. Neither is a program or something that hides where it comes from: refused too.
    Views under OPEN_TO_POST are therefore exempt from Django's token, which would cost a cookie on public pages.
    """

    REFUSAL = (
        "This form did not come from a page of this site, or your browser hides where it came from. Nothing was "
        "changed. Open the page here and press the button again; if it is refused once more, allow the browser to "
        "send the origin of a form to this site."
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "POST" and request.path_info.startswith(OPEN_TO_POST) and not self.is_ours(request):
            return error_page(request, 403, refusal=self.REFUSAL)
        return self.get_response(request)

    def is_ours(self, request) -> bool:
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


class HandInGate:
    """A large body is read only for somebody who may hand in files; asked before anything reads it.

    Stands behind the session and in front of the views, whose token would otherwise be looked for in the body.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        large = int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY
        if large and not request.user.has_perm("portal.add_upload"):
            return error_page(request, 413)
        return self.get_response(request)


class CachePolicy:
    """Public answers may be held by a shared cache for a minute in all; private ones by nobody.

    Half a minute it answers by itself, another half with what it has while it asks for the new page. A browser
    asks for each page it goes to and is told "not modified" by ETag, so an editor sees a correction at once.
    """

    PUBLIC = "public, max-age=0, s-maxage=30, stale-while-revalidate=30"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(KEPT_BY_NOBODY):
            response["Cache-Control"] = "private, no-store"
        elif response.status_code >= 400 and response.status_code not in (404, 410):
            response["Cache-Control"] = "no-store"
        elif "Cache-Control" not in response:
            response["Cache-Control"] = self.PUBLIC
        return response


class AdminPatience:
    """The admin may ask questions that take longer than a public page may."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not (settings.WEB_PROCESS and request.path_info.startswith("/admin/")):
            return self.get_response(request)
        with longer_statements():
            return self.get_response(request)
