from contextvars import ContextVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL

# The numbers that the page being made in this thread was told, oldest first; None while no page is made.
heard: ContextVar[list[int] | None] = ContextVar("heard", default=None)


class ContentVersion(models.Model):
    """One number that grows with every change to anything the public can read.

    Pages and facet counts are remembered under it, so nothing remembered can be
    stale. It is raised by the database (``bumps_version``): COPY, raw SQL, the
    shell and the admin all count, each in its own transaction, so that whoever
    sees a change also sees the number it made. The row is locked until that
    transaction ends, so no two changes make the same number.

    What is written now and public later changes the site without a write: those
    moments stand in ``upcoming`` (``announces``) and each counts one from when it
    is past. Always read the number by :meth:`now` or :meth:`expression`.
    """

    number = models.BigIntegerField(default=1)
    changed_at = models.DateTimeField(db_default=models.functions.Now())
    upcoming = ArrayField(models.DateTimeField(), default=list, blank=True, db_default=[])

    SQL = (
        "(SELECT number + (SELECT count(*) FROM unnest(upcoming) due WHERE due <= now())"
        " FROM portal_contentversion WHERE id = 1)"
    )
    READ = f"SELECT {SQL}"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="content_version_single_row")]
        triggers = [
            # At least the milliseconds since 1970: a database that is made anew, or restored from
            # a copy of last week, never gives a number again that some browser knows already.
            pgtrigger.Trigger(
                name="never_comes_again",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    NEW.number := greatest(NEW.number, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self):
        return str(self.number)

    @classmethod
    def now(cls) -> int:
        """The number as this transaction sees it."""
        with connection.cursor() as cursor:
            cursor.execute(cls.READ)
            number = cursor.fetchone()[0]
        hear(number)
        return number

    @classmethod
    def expression(cls) -> RawSQL:
        """The number as a column of a query: it and the rows are of one moment."""
        return RawSQL(cls.SQL, [], models.BigIntegerField())


def hear(number: int) -> None:
    """Note for the page being made that something on it is as new as ``number``."""
    numbers = heard.get()
    if numbers is not None:
        numbers.append(number)


def start_over() -> None:
    """The page is made anew from here on: all of it will be at least as new as the newest number heard so far."""
    numbers = heard.get()
    if numbers:
        numbers[:] = [max(numbers)]


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


def announces(moment: str = "NEW.published_at") -> pgtrigger.Trigger:
    """For tables whose rows become public, or end, by the clock alone: the moment is noted ahead.

    Moments that are past stop being counted and are added to the number for good, so it never goes back.
    """
    return pgtrigger.Trigger(
        name="announces",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition(f"{moment} > now()"),
        func=f"""
            UPDATE portal_contentversion SET
                number = number + 1 + (SELECT count(*) FROM unnest(upcoming) due WHERE due <= now()),
                upcoming = ARRAY(
                    SELECT DISTINCT due FROM unnest(upcoming || {moment}) due WHERE due > now() ORDER BY due
                ),
                changed_at = now()
            WHERE id = 1;
            RETURN NULL;
        """,
    )
