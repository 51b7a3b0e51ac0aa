"""Saving a form in the admin: kind words instead of a database error.

The database keeps the promises; here each refusal is turned into a sentence
beside the field it is about, whether Django notices first or the database does.
"""

import re
from collections.abc import Iterable, Sequence

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, connection, models

from portal.constraints import plain_lines

CONTROL = "The text holds invisible control characters. Type it again instead of pasting it."
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
    "name_clean": ("name", CONTROL),
    "title_clean": ("title", CONTROL),
}
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


def row_version(row: models.Model) -> str:
    """Which state of the row this is; any update by anybody gives another. Empty: the row is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT xmin::text || ctid::text FROM {connection.ops.quote_name(row._meta.db_table)}"
            f" WHERE {connection.ops.quote_name(row._meta.pk.column)} = %s",
            [row.pk],
        )
        found = cursor.fetchone()
    return found[0] if found else ""


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
    """A form that says what kept it from being saved: a refusal of the database, a collision with somebody else."""

    refusal: tuple[str | None, str] | None = None  # set by the admin when the database has refused
    questions: Sequence = ()  # set by the admin when somebody else changed the same in another way
    parts: Iterable[forms.BaseForm] = ()  # forms that stand on the page beside the boxes and the inlines

    def clean(self):
        cleaned = super().clean()
        for name, value in (cleaned or {}).items():
            if isinstance(value, str):
                cleaned[name] = plain_lines(value)
        if self.questions:
            self.add_error(None, "Not saved yet: somebody changed the same after you opened this. Choose above.")
        if self.refusal:
            self.refuse(*self.refusal)
        return cleaned
