"""Several editors on one page of the admin: both people's changes are kept, and what collides is asked about.

Each change page carries, signed, what its boxes held when it was made. A save locks the row, reads what
is saved now, and lets ``merging`` put the three together. Whoever collides is shown the page again, with
their own words in the boxes and above them what was, what is saved, and what they typed.
"""

import re
from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.formats import date_format

from .merging import MINE, THEIRS, Collision, Page, changed_by_them, merge, settle
from .page_states import OPENED, as_sent, in_one, opened_with, page_of, page_sent, signed
from .questions import CHOICE, Names

MOST_NAMED = 8  # changes of somebody else that a message lists
SAME_SAVE = timedelta(seconds=10)  # between a row and the entry that says who wrote it


def who_was_it(row) -> str:
    """Who saved this row last at the desk, and when; "somebody" when its last change was not made at the desk."""
    kind = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).select_related("user")
    entry = entries.order_by("-action_time").first()
    changed_at = getattr(row, "changed_at", None)
    if entry is None or (changed_at and entry.action_time < changed_at - SAME_SAVE):
        return "somebody"
    return f"{entry.user} at {date_format(entry.action_time, 'H:i')} UTC"


class KeepsBoth:
    """A ModelAdmin whose change page keeps what two people typed, and asks where both changed the same box."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            row = self.get_object(request, object_id)
            if row is not None:
                row = self.model._base_manager.select_for_update(of=["self"]).filter(pk=row.pk).first()
                row = row and self.get_object(request, object_id)  # as it is, now that nobody else can change it
            mine = OPENED in request.POST and self.has_change_permission(request)
            if mine and (row is None or not self.has_change_permission(request, row)):
                return self._too_late(request, row)
            may = row is not None and self.has_change_permission(request, row)
            met = self._meet(request, row) if may else ""
            response = super().changeform_view(request, object_id, form_url, extra_context)
        if met and response.status_code == 302:
            self.message_user(request, met)
        return response

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.questions = getattr(request, "questions", ())
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and self.has_change_permission(request, obj):
            context[OPENED] = getattr(request, OPENED, "") or signed(
                page_of(
                    context["adminform"].form,
                    [inline.formset for inline in context["inline_admin_formsets"] if inline.has_change_permission],
                ),
                [],
            )
        context["collided_with"] = getattr(request, "collided_with", "")
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _meet(self, request, row) -> str:
        """Put what is saved now into what was sent. Gives back what to tell an editor whose page was older."""
        form, formsets = self._as_saved(request, row)
        now, keys = page_of(form, formsets), {one.prefix: one.model._meta.pk.name for one in formsets}
        opened, asked = opened_with(request.POST.get(OPENED, ""))
        asked = [one for one in asked if not one.inline or one.inline in keys]  # an inline may have gone meanwhile
        mine = page_sent(request.POST, {**now.boxes, **opened.boxes}, opened, keys)
        open_still = []
        for one in asked:
            choice = request.POST.get(CHOICE + one.key)
            if choice in (MINE, THEIRS):
                settle(mine, one, choice)
            else:
                open_still.append(one)
        merged, collisions = merge(opened, now, mine)
        collisions += self._unanswered(open_still, collisions, merged, now)
        theirs = list(changed_by_them(opened, now)) if opened.boxes else []
        request.POST = as_sent(request.POST, merged, keys)
        setattr(request, OPENED, signed(now, collisions))
        if not (theirs or collisions):
            return ""
        names = Names(form, formsets)
        request.questions = [names.question(one, request.POST) for one in collisions]
        request.collided_with = who_was_it(row)
        if collisions:
            return ""
        listed = [names.about(*one) for one in theirs]
        listed = listed[:MOST_NAMED] + ([f"{len(listed) - MOST_NAMED} more"] if len(listed) > MOST_NAMED else [])
        return f"Saved together with what {request.collided_with} changed meanwhile: {'; '.join(listed)}."

    @staticmethod
    def _unanswered(asked: list[Collision], anew: list[Collision], merged: Page, now: Page) -> list[Collision]:
        """Of what was asked and not answered, what is still a question: both sides as they are now."""
        known, still = {one.key for one in anew}, []
        for one in asked:
            if one.key in known:
                continue
            if one.box:
                here = merged.rows[one.inline].get(one.row, {}) if one.inline else merged.boxes
                saved = now.rows[one.inline].get(one.row, {}) if one.inline else now.boxes
                if one.box not in saved or one.box not in here or here[one.box] == saved[one.box]:
                    if not one.home_is_gone:
                        continue
                else:
                    one.theirs, one.mine = {one.box: saved[one.box]}, {one.box: here[one.box]}
            still.append(one)
        return still

    def _as_saved(self, request, row):
        """The form and the inlines of the page as somebody would get them who opened it now."""
        form = self.get_form(request, row, change=True)(instance=row)
        formsets, taken = [], {}
        for kind, inline in self.get_formsets_with_inlines(request, row):
            prefix = kind.get_default_prefix()
            taken[prefix] = taken.get(prefix, 0) + 1
            if taken[prefix] != 1:
                prefix = f"{prefix}-{taken[prefix]}"
            if inline.has_change_permission(request, row):
                formsets.append(kind(instance=row, prefix=prefix, queryset=inline.get_queryset(request)))
        return form, formsets

    def why_closed(self, row) -> str:
        """What became of a row that one may not change any more, in words that follow its name."""
        return "is not to be changed any more"

    def _too_late(self, request, row):
        """The row is gone, or may not be changed any more: what was typed is shown, to be kept elsewhere."""
        opened, _ = opened_with(request.POST.get(OPENED, ""))
        known = [opened.boxes, *(row for rows in opened.rows.values() for row in rows.values())]
        before = {in_one(values) for boxes in known for values in boxes.values()}
        hidden = re.compile(rf"csrfmiddlewaretoken|{OPENED}|_.*|.*-(id|\w+_FORMS)|{CHOICE}.*")
        sent = [(name, in_one(values)) for name, values in request.POST.lists() if not hidden.fullmatch(name)]
        context = {
            **self.admin_site.each_context(request),
            "title": "Too late to save this",
            "opts": self.opts,
            "row": row,
            "why": row and self.why_closed(row),
            "typed": [(name, text) for name, text in sent if text and text not in before],
        }
        return TemplateResponse(request, "admin/too_late.html", context, status=409)
