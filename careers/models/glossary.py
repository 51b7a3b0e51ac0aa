"""Terms of the trade, explained where they stand in a text and together on one page."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse

from portal.constraints import clean_text, slug_shaped, web_address
from portal.models.versions import bumps_version


@pghistory.track()
class GlossaryTerm(models.Model):
    """One term. Every article explains it at the first place where it, or another spelling of it, stands."""

    term = models.CharField(max_length=60, help_text="As it stands in a sentence: utilization review, HIPAA.")
    slug = models.SlugField(max_length=60, unique=True, help_text="Its place on the page of all terms.")
    spellings = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        verbose_name="other spellings",
        help_text="Plurals and other ways to write it, separated by commas. Capitals matter for words in capitals.",
    )
    definition = models.TextField(
        max_length=400, help_text="One or two plain sentences, at most 400 characters, without links."
    )
    source = models.CharField(max_length=160, help_text="Whose page says so: Centers for Medicare & Medicaid Services.")
    url = models.URLField("address of the source", max_length=300)
    checked_on = models.DateField(null=True, blank=True, help_text="When somebody last read the source.")

    class Meta:
        ordering = [Lower("term")]
        constraints = [
            slug_shaped("slug", "glossary_slug_shaped"),
            web_address("url", "glossary_url_web_address"),
            clean_text("term", "glossary_term_clean"),
            clean_text("definition", "glossary_definition_clean"),
            models.UniqueConstraint(Lower("term"), name="glossary_term_once"),
            models.CheckConstraint(
                condition=~Q(term="") & ~Q(definition="") & ~Q(source="") & ~Q(url=""), name="glossary_term_is_whole"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("definition"), 400), name="glossary_definition_fits"
            ),
        ]
        triggers = [bumps_version()]

    def __str__(self):
        return self.term

    def get_absolute_url(self):
        return f"{reverse('careers:glossary')}#{self.slug}"
