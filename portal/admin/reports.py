"""What readers reported: read, dealt with on the page it is about, and closed with a word on what was done."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from portal.models import ProblemReport, SenderCount

from .base import DeskAdmin, ReadOnly
from .saving import explain

explain(
    {
        "report_closed_says_what_was_done": (
            "reply",
            "Say what you changed or found, or why nothing changes.",
        ),
        "report_reply_clean": (
            "reply",
            "The text holds invisible control characters. Type it again instead of pasting it.",
        ),
    }
)


@admin.register(ProblemReport)
class ProblemReportAdmin(DeskAdmin):
    section = "Readers"
    rank = 10
    explanation = (
        "What readers say is wrong, new ones first. Mend the page or find out why it is right, write to the reader "
        "if there is an address, then say here what was done: the reader sees it at the report’s own page. "
        "Addresses are removed after 12 months."
    )
    list_display = ["created_at", "state", "about", "what", "beginning", "wants_answer"]
    list_filter = ["state", ("figure", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["path", "message", "figure"]
    ordering = ["-created_at"]
    fields = [
        "page",
        "fact",
        "figure_said",
        "message",
        "write_to",
        "created_at",
        "state",
        "reply",
        "answer",
        "answer_page",
    ]
    readonly_fields = ["page", "fact", "figure_said", "message", "write_to", "created_at", "answer_page"]

    @admin.display(description="page")
    def about(self, report):
        return report.path or "none named"

    @admin.display(description="page")
    def page(self, report):
        return format_html('<a href="{0}">{0}</a>', report.path) if report.path else "none named"

    @admin.display(description="about")
    def what(self, report):
        return report.figure_said or report.fact

    @admin.display(description="the reader’s page")
    def answer_page(self, report):
        return format_html('<a href="{0}">{0}</a>', reverse("report_sent", args=[report.token]))

    @admin.display(description="what is wrong")
    def beginning(self, report):
        return report.message if len(report.message) <= 80 else f"{report.message[:79]}…"

    @admin.display(description="wants an answer", boolean=True)
    def wants_answer(self, report):
        return bool(report.email)

    @admin.display(description="e-mail for the answer")
    def write_to(self, report):
        return format_html('<a href="mailto:{0}">{0}</a>', report.email) if report.email else "none"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(SenderCount)
class SenderCountAdmin(ReadOnly, DeskAdmin):
    explanation = "How many reports came from one network in an hour, as hashes that change daily. Gone after a day."
    list_display = ["sender", "hour", "sent"]
    search_fields = ["sender__startswith"]
    ordering = ["-hour"]
