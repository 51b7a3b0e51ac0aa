"""Editions that are or were live say so, and every article's log begins with the day it was first published."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("careers", "0009_review_and_changes")]

    operations = [
        migrations.RunSQL(
            "UPDATE careers_edition SET stage = 'published' WHERE id NOT IN"
            " (SELECT draft_id FROM careers_article WHERE draft_id IS NOT NULL)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "INSERT INTO careers_articlechange (article_id, edition_id, made_on, what, why)"
            " SELECT id, live_id, (published_at AT TIME ZONE 'UTC')::date, 'First published.', ''"
            " FROM careers_article WHERE published_at IS NOT NULL AND live_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
