"""What kind of work a career guide is about, as readers choose among guides."""

import pghistory
from django.db import models
from django.db.models import Q

from portal.constraints import clean_text, slug_shaped
from portal.models.versions import bumps_version


@pghistory.track()
class Topic(models.Model):
    """One kind of work. A guide has any number of them; they are about the guide and stay when its text changes."""

    slug = models.SlugField(max_length=40, unique=True, help_text="Stands in the addresses of lists. Best left alone.")
    name = models.CharField(max_length=60, unique=True, help_text="As the filter says it: Billing and insurance.")
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first in the filter.")

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            slug_shaped("slug", "topic_slug_shaped"),
            clean_text("name", "topic_name_clean"),
            models.CheckConstraint(condition=~Q(name=""), name="topic_has_a_name"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name
