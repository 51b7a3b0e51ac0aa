"""The one gate to the public.

Every public page, list, feed, sitemap and related list takes its rows from
``published()``. A model that is public only while something else is (a program
while its school is) narrows ``published()`` in its own queryset.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class PublishedQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__lte=Now())


class Publishable(models.Model):
    """Something editors put before the public, or take away again."""

    published_at = models.DateTimeField(
        "public since",
        null=True,
        blank=True,
        help_text="Leave empty to keep this off the site.",
    )

    class Meta:
        abstract = True

    @property
    def is_past_gate(self) -> bool:
        """Whether the row's own switch is on; its parent may still hide it."""
        return self.published_at is not None and self.published_at <= timezone.now()
