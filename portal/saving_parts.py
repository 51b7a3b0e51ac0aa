"""What lets a visitor keep things on the visitor's own device: the button, and the one form all buttons belong to.

Public pages are the same bytes for everybody, so a button always says "Save"; ``static/js/shortlist.js`` reads the
cookie and says "Saved" where that is true. Without it the form is sent and the shortlist answers.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

COOKIE = f"{settings.COOKIE_PREFIX}shortlist"
MOST = 20  # what the shortlist holds
AGE = 365 * 24 * 60 * 60  # seconds the cookie lives after the last change

# The star is drawn by the style sheet, so that it is no part of the name a screen reader speaks.
BUTTON = (
    '<button class="btn line save" type="submit" form="save" name="save" value="{}" data-save>'
    '<span>Save</span><span class="vh"> {}</span></button>'
)


def save_button(pk: int, title: str, school: str = "") -> SafeString:
    """A Save button for one program, called "Save Health administration, master’s degree at Example College"."""
    return format_html(BUTTON, pk, f"{title} at {school}" if school else title)


def saving_frame() -> SafeString:
    """Once on every page: the form of all its Save buttons, and the place where is said what they did."""
    return format_html(
        '<form id="save" method="post" action="{}" data-cookie="{}" data-most="{}" data-age="{}" data-compare="{}">'
        '</form><p class="vh" role="status" id="save-status"></p>',
        reverse("schools:shortlist"),
        COOKIE,
        MOST,
        AGE,
        reverse("schools:compare"),
    )
