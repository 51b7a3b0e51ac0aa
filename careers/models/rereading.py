"""Articles to read again because figures moved and the words around them stayed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.models import Release

from .articles import Article


class ReReadQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(done_at=None)


class ReRead(models.Model):
    """One passage of a published article that may not be true any more since a release was promoted."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="rereads")
    release = models.ForeignKey(Release, models.CASCADE, related_name="+")
    why = models.CharField("why", max_length=600, help_text="What moved, and the words that may no longer fit.")
    created_at = models.DateTimeField("since", default=timezone.now)
    done_at = models.DateTimeField("read again", null=True, help_text="Null: waits for an editor.")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = ReReadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "passage to read again"
        verbose_name_plural = "passages to read again"
        constraints = [
            models.UniqueConstraint(fields=["article", "release", "why"], name="reread_once"),
            models.CheckConstraint(condition=~Q(why=""), name="reread_says_why"),
        ]

    def __str__(self):
        return self.why
