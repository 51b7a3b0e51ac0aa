"""What a job says of itself. The jobs themselves are procrastinate's tables."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from procrastinate.contrib.django.models import ProcrastinateJob


class JobNoteQuerySet(models.QuerySet):
    def orphaned(self):
        """Notes of jobs that are gone."""
        return self.exclude(Exists(ProcrastinateJob.objects.filter(pk=OuterRef("job_id"))))


class JobNote(models.Model):
    """The last word of a job: how far it is, or what went wrong. One row a job, kept as long as the job."""

    job_id = models.BigIntegerField(unique=True)
    words = models.TextField()
    done = models.PositiveIntegerField(null=True, help_text="Of total. Null: not a matter of counting.")
    total = models.PositiveIntegerField(null=True)
    changed_at = models.DateTimeField()

    objects = JobNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__isnull=True, total__isnull=True)
                | Q(done__isnull=False, total__isnull=False, done__lte=F("total")),
                name="job_note_done_of_total",
            )
        ]

    def __str__(self):
        return self.words
