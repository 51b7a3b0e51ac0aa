import pgtrigger
from django.db import connection, models
from django.db.models import Q


class ContentVersion(models.Model):
    """One number that grows with every change to anything the public can read.

    Pages and facet counts are remembered under it, so nothing remembered can be
    stale. It is raised by the database (``bumps_version``): COPY, raw SQL, the
    shell and the admin all count.
    """

    number = models.BigIntegerField(default=1)
    changed_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="content_version_single_row")]

    def __str__(self):
        return str(self.number)

    @classmethod
    def now(cls) -> int:
        """The number as this transaction sees it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM portal_contentversion WHERE id = 1")
            return cursor.fetchone()[0]


def bumps_version() -> pgtrigger.Trigger:
    """A trigger for ``Meta.triggers`` of a table that public pages are built from."""
    return pgtrigger.Trigger(
        name="bumps_version",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func="""
            UPDATE portal_contentversion SET number = number + 1, changed_at = now() WHERE id = 1;
            RETURN NULL;
        """,
    )
