"""Pages for what went wrong. They render without a database, a session or a user."""

import logging
import re

from django.http import HttpResponse
from django.template import loader
from django.urls import is_valid_path

log = logging.getLogger(__name__)

PLAIN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><p>{text}</p><p><a href="/">To the start page</a></p></html>"""

SENTENCES = {
    400: ("This address cannot be read", "It holds signs or values that no page here understands."),
    403: ("You may not do this", "Your account does not have this right, or the page was open for too long."),
    404: ("This page does not exist", "It may have moved, or the address has a typing mistake."),
    405: ("This page can only be read", "The request asked for something this address does not do."),
    410: ("This page is no longer here", "What it described is no longer listed."),
    413: ("This is too large", "The largest upload is 5 MB."),
    414: ("This address is too long", "Try fewer filters or a shorter search."),
    500: ("Something went wrong", "The mistake is ours and has been recorded."),
    503: ("Back in a moment", "The portal cannot reach its data right now. Please try again shortly."),
}


def error_page(request, status, **context) -> HttpResponse:
    """templates/errors/<status>.html, or a plain page where there is none or it fails itself."""
    title, text = SENTENCES.get(status, SENTENCES[500])
    try:
        page = loader.select_template([f"errors/{status}.html", "errors/error.html"])
        html = page.render({"status": status, "title": title, "text": text} | context, request)
    except loader.TemplateDoesNotExist:
        html = PLAIN.format(title=title, text=text)
    except Exception:
        log.exception("The page for error %s failed itself", status)
        html = PLAIN.format(title=title, text=text)
    response = HttpResponse(html, status=status)
    if status not in (404, 410):  # those two are facts a cache may hold; the others are accidents
        response["Cache-Control"] = "no-store"
    return response


def address_meant(path: str) -> str:
    """The address of this site that ``path`` is, but for letter case, doubled slashes or a last slash; "" if none."""
    if is_valid_path(path):
        return ""
    meant = re.sub("/{2,}", "/", path).lower()
    return next((address for address in (meant, f"{meant}/") if is_valid_path(address)), "")
