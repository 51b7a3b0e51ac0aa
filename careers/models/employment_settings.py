"""Where people of these careers work: hospitals, insurance companies, state agencies."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from portal.constraints import clean_text, slug_shaped
from portal.models.versions import bumps_version

from .naming import NamedQuerySet


@pghistory.track()
class EmploymentSetting(models.Model):
    """One kind of employer, with a page of the careers there."""

    name = models.CharField(max_length=60, help_text="In the plural, as in a sentence: insurance companies.")
    slug = models.SlugField(max_length=60, unique=True)
    description = models.TextField(
        max_length=400, blank=True, help_text="What working there is like, in plain sentences, at most 400 characters."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first in lists.")

    objects = NamedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            slug_shaped("slug", "setting_slug_shaped"),
            clean_text("name", "setting_name_clean"),
            models.UniqueConstraint(Lower("name"), name="setting_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="setting_has_a_name"),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.name[:1].upper() + self.name[1:]

    def get_absolute_url(self):
        return reverse("careers:setting_detail", args=[self.slug])
