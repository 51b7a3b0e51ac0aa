"""Mail: written in the transaction of what it tells of, sent by a worker, by whatever way the settings name.

Whoever acts never waits for a mail server. A letter is tried again for three days; then it stands at the desk
among the mails that were not sent. A worker that is cut off between the mail server's word and its own note sends
the letter again, with the same Message-ID, which mail programs show once.
"""

from collections.abc import Collection
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from portal.models import Letter, User

# Seconds until the next try, after each that failed: together somewhat over three days.
WAITS = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 36 * 3600)
# Letters to one address that anybody can ask for without signing in: nobody is buried by others' forms.
MOST, LATELY = 3, timedelta(hours=6)


class NotSent(Exception):
    """The mail server did not take the letter; the message is what it said."""


def write(kind: str, to: str, context: dict[str, Any], about: User | None = None) -> Letter:
    """The letter ``templates/letters/<kind>.txt`` to ``to``; its first line is the subject. See :func:`post`."""
    subject, _, text = render_to_string(f"letters/{kind}.txt", {**context, "site": settings.SITE_URL}).partition("\n")
    return post(kind, to, subject, text, about)


def post(kind: str, to: str, subject: str, text: str, about: User | None = None) -> Letter:
    """Put a letter on its way, with the transaction that is open: taken back, nothing was written."""
    from portal.jobs import send_letter  # jobs know this module

    with transaction.atomic():
        letter = Letter.objects.create(
            kind=kind, to=to, subject=" ".join(subject.split())[:160], text=f"{text.strip()}\n", about=about
        )
        send_letter.defer(letter=letter.pk)
    return letter


def has_had_enough(to: str, kinds: Collection[str]) -> bool:
    """Whether so many letters of these kinds went to an address lately that no stranger may cause another."""
    lately = Letter.objects.filter(to__iexact=to, kind__in=kinds, written_at__gt=timezone.now() - LATELY)
    return lately.count() >= MOST


def send(letter: Letter) -> str:
    """Hand it to the mail server; gives back what was in the way, empty when it is sent."""
    host = urlsplit(settings.SITE_URL).hostname
    message = EmailMessage(
        letter.subject,
        letter.text,
        settings.DEFAULT_FROM_EMAIL,
        [letter.to],
        headers={"Message-ID": f"<{letter.message_id}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (SMTPException, OSError) as error:
        said = f"{type(error).__name__}: {error}"[:300]
        Letter.objects.filter(pk=letter.pk).update(trouble=said)
        return said
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), text="", trouble="")
    return ""
