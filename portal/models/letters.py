"""Mail as it was written, until it is on its way."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.constraints import clean_text


class LetterQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(sent_at__isnull=True)


class Letter(models.Model):
    """One mail to one person. Its text is taken away once it is sent: it may hold a key to somebody's account.

    ``message_id`` is given when the letter is written, so that a mail which had to be sent twice is one mail
    for whoever receives it.
    """

    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=160)
    text = models.TextField(blank=True, help_text="Plain text. Empty once it is sent.")
    kind = models.SlugField(max_length=40, help_text="Which letter it is, as the code names it.")
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="letters", help_text="Whose account it is."
    )
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When a mail server took it; null until then.")
    trouble = models.CharField(max_length=300, blank=True, help_text="What the mail server said the last time.")

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at__isnull=True) | Q(text=""), name="letter_sent_keeps_no_text"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | ~Q(text=""), name="letter_waiting_has_its_text"
            ),
            models.CheckConstraint(condition=~Q(subject__regex=r"[\r\n]"), name="letter_subject_is_one_line"),
            clean_text("subject", "letter_subject_clean"),
        ]
        indexes = [models.Index(fields=["to", "-written_at"], name="letter_to_lately")]

    def __str__(self):
        return f"{self.subject} ({self.written_at:%d %b %Y %H:%M})"
