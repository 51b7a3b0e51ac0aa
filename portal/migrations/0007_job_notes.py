"""What a job says of itself, beside procrastinate's own tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0006_attention_and_answers"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="JobNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job_id", models.BigIntegerField(unique=True)),
                ("words", models.TextField()),
                (
                    "done",
                    models.PositiveIntegerField(help_text="Of total. Null: not a matter of counting.", null=True),
                ),
                ("total", models.PositiveIntegerField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done__isnull", True), ("total__isnull", True)),
                            models.Q(("done__isnull", False), ("done__lte", models.F("total")), ("total__isnull", False)),
                            _connector="OR",
                        ),
                        name="job_note_done_of_total",
                    )
                ],
            },
        ),
    ]
