"""Official files on their way to the site: who handed them in, what came of them, what they would change."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .releases import Release


class Upload(models.Model):
    """Files somebody handed in at the desk. They are read by a job and then removed; this stays as the log."""

    class State(models.TextChoices):
        WAITING = "waiting", "Being read, or waiting for it"
        STAGED = "staged", "Staged"
        NOTHING_NEW = "nothing_new", "Nothing new in it"
        REFUSED = "refused", "Refused"

    command = models.CharField(max_length=40, help_text="The command that reads such files: import_wages.")
    period = models.CharField(max_length=60, blank=True, help_text="As somebody gave it. Empty: as the files say.")
    year = models.PositiveSmallIntegerField(null=True, help_text="Null: as the period or the files say.")
    edition = models.CharField(max_length=12, blank=True, help_text="provisional, revised, or as the files say.")
    allow_shrink = models.BooleanField(default=False)
    folder = models.CharField(max_length=40, unique=True, help_text="Below the folder of uploads.")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    words = models.TextField(blank=True, help_text="What came of it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True, help_text="Null: the job is not in the queue yet.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True) | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="upload_ended_or_waiting",
            ),
            models.CheckConstraint(condition=Q(folder__regex="^[0-9a-f]{16,40}$"), name="upload_folder_shaped"),
        ]

    def __str__(self):
        return ", ".join(file.name for file in self.files.all()) or f"Upload {self.pk}"


class UploadedFile(models.Model):
    """One file of an upload: what it was called, how long it was, and its fingerprint."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "name"], name="uploaded_file_name_once"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="uploaded_file_sha256_hex"),
        ]

    def __str__(self):
        return self.name


class StagedFrom(models.Model):
    """Which releases came of an upload: wages of the nation and of the states may come in one."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="staged")
    release = models.OneToOneField(Release, models.CASCADE, related_name="staged_from")

    def __str__(self):
        return f"{self.release}"


class Rehearsal(models.Model):
    """What promoting a release would do to the site, as it was worked out at ``made_at``.

    ``remarks`` are things for people to look at: ``[[what, address, why], …]``.
    """

    release = models.OneToOneField(Release, models.CASCADE, related_name="rehearsal")
    against = models.ForeignKey(
        Release, models.CASCADE, null=True, related_name="+", help_text="What was current. Null: nothing."
    )
    made_at = models.DateTimeField()
    remarks = models.JSONField(default=list)

    def __str__(self):
        return f"{self.release}"


class AffectedPage(models.Model):
    """A page that a release would change, make or take away."""

    class How(models.TextChoices):
        CHANGES = "changes", "Changes"
        APPEARS = "appears", "Appears"
        GOES = "goes", "Goes"

    release = models.ForeignKey(Release, models.CASCADE, related_name="affected_pages")
    kind = models.CharField(max_length=20, help_text="article, occupation, program, school")
    path = models.CharField(max_length=300)
    name = models.CharField("page", max_length=300)
    how = models.CharField(max_length=8, choices=How)

    class Meta:
        ordering = ["release", "kind", "path"]
        constraints = [
            models.UniqueConstraint(fields=["release", "path"], name="affected_page_once_per_release"),
            models.CheckConstraint(condition=Q(path__startswith="/"), name="affected_page_path_shaped"),
        ]

    def __str__(self):
        return self.name
