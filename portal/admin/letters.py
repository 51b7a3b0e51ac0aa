"""Mail at the desk: what was written to whom, and what kept it. Never its text, which may hold a key."""

from django.contrib import admin

from portal.models import Letter

from .base import DeskAdmin, ReadOnly


@admin.register(Letter)
class LetterAdmin(ReadOnly, DeskAdmin):
    section = "Jobs"
    rank = 20
    explanation = (
        "Mail the portal wrote. The worker sends it, and tries again for three days while the mail server is away. "
        "What a letter says is not shown, and is forgotten once it is sent."
    )
    list_display = ["subject", "to", "kind", "written_at", "sent_at", "trouble"]
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter)]
    search_fields = ["to"]
    search_help_text = "A part of the address."
    ordering = ["-written_at"]
    sortable_by = ()
    fields = ["subject", "to", "kind", "written_at", "sent_at", "trouble", "message_id"]
