import pgtrigger
from django.db import models
from django.db.models import Q

from portal.constraints import slug_shaped


class Slug(models.Model):
    """Every address anything public has, or ever had.

    Unique across live and past: a slug once used by one thing is never given to
    another, so an old address always answers with one redirect. Rows are written
    by the database itself (``registers_slug``), never by hand.
    """

    class Kind(models.TextChoices):
        SCHOOL = "school", "School"
        PROGRAM = "program", "Program"
        ARTICLE = "article", "Article"
        OCCUPATION = "occupation", "Occupation"

    kind = models.CharField(max_length=12, choices=Kind)
    scope = models.BigIntegerField(default=0, help_text="The school's id for a program; 0 for everything else.")
    slug = models.CharField(max_length=160)
    target = models.BigIntegerField(help_text="Id of what the address leads to.")
    is_current = models.BooleanField(default=True)
    since = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "slug"], name="slug_never_reused"),
            models.UniqueConstraint(
                fields=["kind", "target"], condition=Q(is_current=True), name="slug_one_current_per_target"
            ),
            slug_shaped("slug", "slug_registry_shaped"),
        ]
        indexes = [models.Index(fields=["kind", "target"], name="slug_by_target")]

    def __str__(self):
        return f"{self.kind} {self.slug}"


def registers_slug(kind: str, scope: str = "0") -> pgtrigger.Trigger:
    """A trigger for ``Meta.triggers`` that enters each new or changed slug in the registry.

    ``scope`` is an SQL expression over NEW. A slug that another row holds or
    held is refused with a unique violation; going back to an own old one is fine.
    """
    return pgtrigger.Trigger(
        name="registers_slug",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("slug"),
        func=f"""
            IF TG_OP = 'INSERT' THEN
                INSERT INTO portal_slug (kind, scope, slug, target, is_current, since)
                    VALUES ('{kind}', {scope}, NEW.slug, NEW.id, true, now()) ON CONFLICT DO NOTHING;
                IF FOUND THEN
                    RETURN NULL;  -- ten thousand new programs must not each look for their past
                END IF;
            ELSIF NEW.slug = OLD.slug THEN
                RETURN NULL;
            END IF;
            UPDATE portal_slug SET is_current = false
                WHERE kind = '{kind}' AND target = NEW.id AND is_current AND slug <> NEW.slug;
            UPDATE portal_slug SET is_current = true
                WHERE kind = '{kind}' AND scope = {scope} AND slug = NEW.slug AND target = NEW.id;
            IF NOT FOUND THEN
                INSERT INTO portal_slug (kind, scope, slug, target, is_current, since)
                    VALUES ('{kind}', {scope}, NEW.slug, NEW.id, true, now());
            END IF;
            RETURN NULL;
        """,
    )
