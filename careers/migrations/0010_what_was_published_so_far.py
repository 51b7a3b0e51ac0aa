"""Editions that are or were live say so."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("careers", "0009_review_and_changes")]

    operations = [
        migrations.RunSQL(
            "UPDATE careers_edition SET stage = 'published' WHERE id NOT IN"
            " (SELECT draft_id FROM careers_article WHERE draft_id IS NOT NULL)",
            migrations.RunSQL.noop,
        ),
    ]
