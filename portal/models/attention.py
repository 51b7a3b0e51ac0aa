"""How long the editors' queues were, day by day: what their first page compares with."""

from django.db import models


class QueueLength(models.Model):
    """The length of one queue (:mod:`portal.attention`) on one day, UTC."""

    day = models.DateField()
    queue = models.SlugField(max_length=60)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "queue"], name="queue_length_once_a_day")]

    def __str__(self):
        return f"{self.queue} on {self.day}: {self.count}"
