"""Jobs as editors see them: what they do, how far they are, what went wrong, and a second try."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, OuterRef, Subquery
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.utils import utcnow

from portal.jobs import SILENT, last_heartbeat
from portal.models import JobNote

from .base import DeskAdmin, ReadOnly

admin.site.unregister(ProcrastinateJob)  # procrastinate brings an admin of its own

WORDS = {
    "todo": "Waiting",
    "doing": "Under way",
    "succeeded": "Done",
    "failed": "Failed",
    "cancelled": "Called off",
    "aborted": "Called off",
}
EVENTS = {
    "deferred": "Put into the queue",
    "started": "Begun",
    "deferred_for_retry": "Failed; to be tried again",
    "failed": "Failed for good",
    "succeeded": "Done",
    "cancelled": "Called off",
    "abort_requested": "Asked to stop",
    "aborted": "Stopped",
    "scheduled": "Set for a time",
}


class State(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("todo", "Waiting"), ("doing", "Under way"), ("succeeded", "Done"), ("failed", "Failed")]

    def queryset(self, request, queryset):
        return queryset.filter(status=self.value()) if self.value() in WORDS else queryset


class Doing(admin.SimpleListFilter):
    """What a job does, of the jobs there are tasks for."""

    title = "what it does"
    parameter_name = "task"

    def lookups(self, request, model_admin):
        ours = sorted(name for name in app.tasks if ".jobs." in name)
        return [(name, name.rpartition(".")[2].replace("_", " ").capitalize()) for name in ours]

    def queryset(self, request, queryset):
        return queryset.filter(task_name=self.value()) if self.value() else queryset


@admin.register(ProcrastinateJob)
class JobAdmin(ReadOnly, DeskAdmin):
    section = "Jobs"
    rank = 10
    explanation = (
        "What the portal does by itself: nightly, or after something at this desk. A job that fails is tried five "
        "times, later and later; then it stands here until somebody tries it again."
    )
    list_display = ["does", "state", "said", "attempts", "last", "scheduled_at"]
    list_display_links = ["does"]
    list_filter = [State, Doing]
    search_fields = ["task_name"]
    ordering = ["-pk"]
    sortable_by = ()
    fields = ["does", "state", "said", "attempts", "scheduled_at", "with_what", "so_far"]
    readonly_fields = fields
    change_form_template = "admin/job.html"

    def get_queryset(self, request):
        note = JobNote.objects.filter(job_id=OuterRef("pk"))
        jobs = super().get_queryset(request)
        return jobs.annotate(
            note=Subquery(note.values("words")[:1]),
            note_done=Subquery(note.values("done")[:1]),
            note_total=Subquery(note.values("total")[:1]),
            last_at=Subquery(
                ProcrastinateEvent.objects.filter(job=OuterRef("pk")).values("job").annotate(at=Max("at")).values("at")
            ),
        )

    @admin.display(description="job")
    def does(self, job):
        task = app.tasks.get(job.task_name)
        said = (task.func.__doc__ or "").strip().split("\n")[0] if task else ""
        return said or job.task_name

    @admin.display(description="state")
    def state(self, job):
        return WORDS[job.status]

    @admin.display(description="what it says")
    def said(self, job):
        if job.note_total:
            bar = format_html('<progress value="{}" max="{}"></progress>', job.note_done, job.note_total)
            return format_html("{} {} ({} of {})", bar, job.note, f"{job.note_done:,}", f"{job.note_total:,}")
        return job.note or "nothing"

    @admin.display(description="last heard of")
    def last(self, job):
        return job.last_at

    @admin.display(description="with")
    def with_what(self, job):
        return ", ".join(f"{name}: {str(value)[:200]}" for name, value in job.args.items()) or "nothing"

    @admin.display(description="so far")
    def so_far(self, job):
        events = ProcrastinateEvent.objects.filter(job=job).order_by("at", "pk")
        return format_html_join(
            "", "<div>{}: {}</div>", ((f"{event.at:%d %b %Y, %H:%M:%S} UTC", EVENTS[event.type]) for event in events)
        )

    def get_urls(self):
        again = self.admin_site.admin_view(require_POST(self.again))
        return [path("<path:pk>/again/", again, name="procrastinate_procrastinatejob_again"), *super().get_urls()]

    def again(self, request, pk):
        """One more try of a job that has failed; one that is not failed any more is left alone."""
        if not self.may_try_again(request):
            raise PermissionDenied
        job = get_object_or_404(ProcrastinateJob, pk=pk if pk.isdecimal() and len(pk) < 19 else 0)
        back = HttpResponseRedirect(reverse("admin:procrastinate_procrastinatejob_change", args=[job.pk]))
        if job.status != "failed":
            self.message_user(request, f"Nothing to do: this job is {WORDS[job.status].lower()}.", messages.WARNING)
            return back
        app.job_manager.retry_job_by_id(job.pk, retry_at=utcnow())
        self.message_user(request, "It is in the queue again.", messages.SUCCESS)
        return back

    def may_try_again(self, request):
        return request.user.has_perm("procrastinate.change_procrastinatejob")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"may_try_again": self.may_try_again(request), **(extra_context or {})}
        response = super().change_view(request, object_id, form_url, context)
        job = getattr(response, "context_data", {}).get("original")
        if job and job.status in ("todo", "doing"):
            response["Refresh"] = "5"  # seconds
        return response

    def changelist_view(self, request, extra_context=None):
        beat = last_heartbeat()
        if beat is None or (timezone.now() - beat).total_seconds() > SILENT:
            since = f"since {beat:%H:%M} UTC" if beat else "at all"
            self.message_user(
                request,
                f"No worker has been heard {since}: jobs wait until one is started with manage.py work.",
                messages.WARNING,
            )
        return super().changelist_view(request, extra_context)
