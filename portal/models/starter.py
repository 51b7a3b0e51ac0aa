from django.db import models
from django.db.models import Q

from .releases import Release


class StarterLoad(models.Model):
    """What the repository's starter catalogue has brought to this database.

    One row without a release remembers the catalogue as a whole, so that an
    unchanged one is not read again. The others remember the releases the
    catalogue brought: it may renew these, and never touches one that somebody
    imported from an official file.
    """

    release = models.OneToOneField(Release, models.CASCADE, null=True, related_name="starter_load")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0, help_text="Facts it brought.")
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(release__isnull=True), name="starter_load_one_for_the_whole"
            ),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="starter_load_sha256_hex"),
        ]

    def __str__(self):
        return str(self.release or "starter catalogue")
