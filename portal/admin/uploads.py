"""Official files handed in: chosen, kept until a job has read them, and then a line of the log."""

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from procrastinate.contrib.django.models import ProcrastinateJob

from portal import uploads
from portal.imports.command import last_year
from portal.jobs import read_upload
from portal.models import JobNote, Release, Upload, UploadedFile

from .base import DeskAdmin
from .saving import KindForm, explain

explain(
    {
        "upload_ended_or_waiting": (None, "Hand the files in again."),
        "upload_folder_shaped": (None, "Hand the files in again."),
    }
)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) and data else [data or None]
        return [super(FilesField, self).clean(file, initial) for file in files]


class UploadForm(KindForm):
    files = FilesField(
        help_text="As downloaded: zip, csv, xlsx or gz, at most 300 MB in all. Hold Ctrl to choose several of one "
        "release, such as the national and the state wages."
    )
    command = forms.ChoiceField(label="What it is", help_text="Each official file has a reader of its own.")
    period = forms.CharField(
        required=False,
        max_length=60,
        help_text="Which edition it is, as printed: 2023–24, May 2025. Leave it empty where the file’s name says so.",
    )
    edition = forms.ChoiceField(
        required=False,
        label="First or final",
        choices=[
            ("", "As the file says, or as the agency usually does"),
            ("provisional", "Provisional: the agency will revise it"),
            ("revised", "Final"),
        ],
    )
    allow_shrink = forms.BooleanField(
        required=False,
        label="Take it although it has far fewer rows than the current one",
        help_text="Only when you know why: a cut download looks the same.",
    )

    class Meta:
        model = Upload
        fields = ["command", "period", "edition", "allow_shrink"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "command" in self.fields:
            known = uploads.commands()
            self.fields["command"].choices = [("", "Choose one"), *((name, said(name, known)) for name in known)]

    def clean_files(self):
        files = self.cleaned_data["files"]
        if problems := uploads.check(files):
            raise forms.ValidationError(problems)
        return files

    def clean_period(self):
        period = self.cleaned_data["period"].strip()
        if period and last_year(period) is None:
            raise forms.ValidationError("No year can be read from this. Write it as the agency prints it: 2023–24.")
        return period


def said(name: str, known: dict) -> str:
    """What a reader says of itself: "OEWS wages: the national file, the state file, or both at once"."""
    command = known.get(name)
    words = (command.help or name).strip().split("\n")[0].rstrip(".") if command else name
    words = words.removeprefix("Import ").removeprefix("the ")
    return words[:1].upper() + words[1:]


@admin.register(Upload)
class UploadAdmin(DeskAdmin):
    section = "Sources"
    rank = 5
    explanation = (
        "Hand in an official file as you downloaded it. It is read in the background and staged: nothing changes on "
        "the site until somebody looks at what it would change and puts it there. The file itself is then removed; "
        "this list stays as the log."
    )
    form = UploadForm
    list_display = ["names", "state", "what", "period", "by", "created_at", "words"]
    list_display_links = ["names"]
    list_filter = ["state", "created_at"]
    list_select_related = ["by"]
    search_fields = ["files__name", "files__sha256__startswith"]
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("files")

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["command", "files", "period", "edition", "allow_shrink"]
        return ["state", "words", "progress", "came_of_it", "what", "period", "edition", "shrink", "prints", "by",
                "created_at", "ended_at"]  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else ()

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.by = request.user
        uploads.keep(obj, form.cleaned_data["files"])
        obj.job_id = read_upload.defer(upload=obj.pk)
        obj.save(update_fields=["job_id"])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """It follows the job by itself, without a script, until that has ended."""
        response = super().change_view(request, object_id, form_url, extra_context)
        upload = getattr(response, "context_data", {}).get("original")
        if upload and self._job_state(upload) in ("todo", "doing"):
            response["Refresh"] = "3"  # seconds
        return response

    @staticmethod
    def _job_state(upload):
        return ProcrastinateJob.objects.filter(pk=upload.job_id).values_list("status", flat=True).first() or "gone"

    def response_add(self, request, obj, post_url_continue=None):
        """To the page that shows how far it is."""
        return HttpResponseRedirect(reverse("admin:portal_upload_change", args=[obj.pk]))

    @admin.display(description="files")
    def names(self, upload):
        return str(upload)

    @admin.display(description="what it is")
    def what(self, upload):
        return said(upload.command, uploads.commands())

    @admin.display(description="may have far fewer rows", boolean=True)
    def shrink(self, upload):
        return upload.allow_shrink

    @admin.display(description="progress")
    def progress(self, upload):
        state = self._job_state(upload)
        note = JobNote.objects.filter(job_id=upload.job_id).first()
        if state == "failed":
            url = reverse("admin:procrastinate_procrastinatejob_change", args=[upload.job_id])
            return format_html('It failed: <a href="{}">what went wrong, and a second try</a>', url)
        if state == "todo":
            return "Waits for a worker"
        if state != "doing":
            return "Ended"
        if note is None:
            return "Begun"
        if note.total:
            share = f"{note.done * 100 // note.total}%"
            return format_html(
                '<progress value="{}" max="{}"></progress> {}, {}', note.done, note.total, note.words, share
            )
        return note.words

    @admin.display(description="releases")
    def came_of_it(self, upload):
        rows = Release.objects.filter(staged_from__upload=upload).select_related("source")
        return format_html_join(
            "", '<div><a href="{}">{}</a>, {}</div>',
            ((reverse("admin:portal_release_change", args=[one.pk]), one, one.get_state_display().lower())
             for one in rows),
        ) or "none"  # fmt: skip

    @admin.display(description="files and fingerprints")
    def prints(self, upload):
        return format_html_join(
            "", "<div>{}, {} bytes, SHA-256 {}</div>",
            ((file.name, f"{file.size:,}", file.sha256) for file in UploadedFile.objects.filter(upload=upload)),
        )  # fmt: skip
