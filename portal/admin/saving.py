"""Saving a form in the admin: kind words instead of a database error, and no silent overwriting.

The database keeps the promises; here each refusal is turned into a sentence
beside the field it is about, whether Django notices first or the database does.
"""

import re
from datetime import timedelta

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, connection, models
from django.utils.formats import date_format

# Constraint name, or its ending, to (field, what to do). Apps add their own by ``explain``.
REFUSALS: dict[str, tuple[str | None, str]] = {
    "slug_never_reused": (
        "slug",
        "This address belonged to something else, and old links still lead there. Choose another.",
    ),
    "slug_shaped": ("slug", "Use small letters a to z, digits, and single hyphens between them: health-data."),
    "anchor_shaped": (
        "anchor",
        "Use small letters a to z, digits, and single hyphens between them: what-to-study.",
    ),
    "url_web_address": ("url", "Enter a whole web address that starts with https:// or http:// and names no user."),
    "name_clean": ("name", "The text holds invisible control characters. Type it again instead of pasting it."),
    "title_clean": ("title", "The text holds invisible control characters. Type it again instead of pasting it."),
}
SAME_SAVE = timedelta(seconds=10)  # between a row and the entry that says who wrote it
LOST = "The database refused this: {}. Nothing was saved."


def explain(refusals: dict[str, tuple[str | None, str]]) -> None:
    """Add words for an app's constraints: name to (field or None, sentence)."""
    REFUSALS.update(refusals)


def words_for(constraint: str) -> tuple[str | None, str] | None:
    """The field and the sentence for a constraint; null when nobody wrote one."""
    if constraint in REFUSALS:
        return REFUSALS[constraint]
    return next((words for ending, words in REFUSALS.items() if constraint.endswith(f"_{ending}")), None)


def in_words(error: IntegrityError | DataError) -> tuple[str | None, str]:
    """What the database refused, as (field or None, sentence)."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if known := words_for(name):
        return known
    if "_fk_" in name:
        return None, "Something this refers to was removed meanwhile. Choose again, then save."
    if name.endswith("_uniq") or re.search(r"_key$", name):
        return None, "Something else has the same name or address already. Change it and save again."
    said = getattr(diagnosis, "message_primary", None) or str(error)
    return None, LOST.format(said)


def keep_promises_now() -> None:
    """Make the database check at once what it would check at commit, while the form can still be shown again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def row_version(row: models.Model, *, lock: bool = False) -> str:
    """Which state of the row this is; any update by anybody gives another. Empty: the row is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT xmin::text || ctid::text FROM {connection.ops.quote_name(row._meta.db_table)}"
            f" WHERE {connection.ops.quote_name(row._meta.pk.column)} = %s {'FOR UPDATE' if lock else ''}",
            [row.pk],
        )
        found = cursor.fetchone()
    return found[0] if found else ""


class Token(forms.CharField):
    """A hidden value that is never a change of its own."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False)

    def has_changed(self, initial, data):
        return False


class KindForm(forms.ModelForm):
    """A form whose refusals are sentences."""

    def _post_clean(self):
        self.instance.validate_constraints = lambda exclude=None: None  # below, in our words
        try:
            super()._post_clean()
        finally:
            del self.instance.validate_constraints
        self.validate_constraints()

    def validate_constraints(self):
        """Hold the row to its model's constraints; each broken one is said by ``words_for`` at its field."""
        exclude = self._get_validation_exclusions()
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                if getattr(constraint, "deferrable", None):
                    continue  # holds for the whole set when all is saved, not row by row
                try:
                    constraint.validate(model, self.instance, exclude=exclude)
                except ValidationError as error:
                    self.refuse(*(words_for(constraint.name) or (None, " ".join(error.messages))))

    def refuse(self, field, sentence):
        """Put a sentence at the field if the form has it, else at the top."""
        field = field if field in self.fields else None
        if sentence not in self.errors.get(field or NON_FIELD_ERRORS, ()):
            self.add_error(field, sentence)


class GuardedForm(KindForm):
    """A form that knows which state of the row it was opened on, and refuses to overwrite a newer one.

    What was typed stays in the form; ``conflict`` says what is saved now. Ticking
    "save mine over it" sends the state that was shown, so a third change is noticed too.
    """

    version = Token()
    overwrite = Token()

    refusal: tuple[str | None, str] | None = None  # set by the admin when the database has refused
    conflict: dict | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and self.instance.pk:
            self.initial["version"] = row_version(self.instance)

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk:
            self._refuse_if_stale()
        if self.refusal:
            self.refuse(*self.refusal)
        return cleaned

    def _refuse_if_stale(self):
        now = row_version(self.instance, lock=True)
        if now in (self.cleaned_data.get("version"), self.cleaned_data.get("overwrite")):
            return
        self.conflict = {
            "version": now,
            "differences": [
                (self.fields[name].label or name, self._as_saved(name))
                for name in self.changed_data
                if name in self.fields
            ],
        }
        self.add_error(
            None,
            f"Not saved: this was changed {self._by_whom()}, after you opened it. What you typed is still below.",
        )

    def _by_whom(self) -> str:
        entry = (
            LogEntry.objects.filter(
                content_type=ContentType.objects.get_for_model(self.instance), object_id=str(self.instance.pk)
            )
            .select_related("user")
            .order_by("-action_time")
            .first()
        )
        changed_at = getattr(self.instance, "changed_at", None)
        if entry is None or (changed_at and entry.action_time < changed_at - SAME_SAVE):
            return "meanwhile"  # by an import or a command, not at this desk
        return f"by {entry.user} at {date_format(entry.action_time, 'H:i')} UTC"

    def _as_saved(self, name: str) -> str:
        display = getattr(self.instance, f"get_{name}_display", None)
        value = display() if display else getattr(self.instance, name, self.initial.get(name))
        if isinstance(value, models.Manager):
            value = ", ".join(str(item) for item in value.all()[:20])
        if isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        return "(empty)" if value in (None, "") else str(value)
