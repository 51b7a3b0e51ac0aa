"""What changed on an article's page, and why: the log that readers see."""

import pghistory
from django.db import models
from django.db.models import Q

from portal.constraints import clean_text
from portal.models.versions import bumps_version

from .articles import Article
from .editions import Edition


@pghistory.track()
class ArticleChange(models.Model):
    """One line of an article's log. Written when an edition is published; an editor may correct the words."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="changes")
    edition = models.ForeignKey(Edition, models.SET_NULL, null=True, blank=True, related_name="+")
    made_on = models.DateField(help_text="The day it was on the site.")
    what = models.CharField(max_length=240, help_text="What is different now, in one sentence for readers.")
    why = models.CharField(max_length=240, blank=True, help_text="Why, if it is not plain: a rule or a source changed.")

    class Meta:
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="article_change_says_what"),
            clean_text("what", "article_change_what_clean"),
            clean_text("why", "article_change_why_clean"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.what
