"""Readers learn what became of their report; editors see how long their queues are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_every_public_table_bumps")]

    operations = [
        migrations.CreateModel(
            name="QueueLength",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("queue", models.SlugField(max_length=60)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["day", "queue"], name="queue_length_once_a_day")],
            },
        ),
        migrations.RemoveConstraint(model_name="problemreport", name="report_closed_says_what_was_done"),
        migrations.AddField(
            model_name="problemreport",
            name="closed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(
            "UPDATE portal_problemreport SET closed_at = changed_at WHERE state <> 'new'", migrations.RunSQL.noop
        ),
        migrations.AddField(
            model_name="problemreport",
            name="figure",
            field=models.CharField(
                blank=True,
                help_text="The token of one figure: wage 29-1141 median US. Empty: no figure.",
                max_length=80,
                db_default="",
                default="",
            ),
        ),
        migrations.AddField(
            model_name="problemreport",
            name="figure_said",
            field=models.CharField(
                blank=True,
                help_text="That figure when the form was opened, with its statistic, whom it is about, and its release.",
                max_length=300,
                verbose_name="what the page said",
                db_default="",
                default="",
            ),
        ),
        migrations.AddField(
            model_name="problemreport",
            name="reply",
            field=models.TextField(
                blank=True,
                help_text="What you changed or found, or why nothing changes. Whoever sent the report reads it at the "
                "address the form gave them.",
                verbose_name="answer to the reader",
                db_default="",
                default="",
            ),
        ),
        migrations.AlterField(
            model_name="problemreport",
            name="answer",
            field=models.TextField(blank=True, help_text="Only editors see it.", verbose_name="note for editors"),
        ),
        migrations.AddConstraint(
            model_name="problemreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "new"),
                    models.Q(("answer", ""), _negated=True),
                    models.Q(("reply", ""), _negated=True),
                    _connector="OR",
                ),
                name="report_closed_says_what_was_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="problemreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply__regex", "[\x01-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]"), _negated=True),
                name="report_reply_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="problemreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "new"), ("closed_at__isnull", False), _connector="OR"),
                name="report_closed_at_some_time",
            ),
        ),
    ]
