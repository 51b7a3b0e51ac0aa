"""Figures in what editors type: checked where they work, refused where they would be shown raw."""

from django import forms
from django.core.exceptions import ValidationError


class NoTokens:
    """Mixin for forms: a figure token is refused in every text that is printed as it stands."""

    tokens_allowed: tuple[str, ...] = ()

    def clean(self):
        cleaned = super().clean()
        for name, value in list((cleaned or {}).items()):
            if name in self.tokens_allowed or not isinstance(value, str) or "[[" not in value:
                continue
            self.add_error(name, "A figure in double brackets works only in the text of a section. Take it out here.")
        return cleaned


def checked(form: forms.Form, name: str, validate) -> str:
    """The field's text once ``validate`` has read it. Raises ValidationError with its sentences."""
    text = form.cleaned_data.get(name) or ""
    try:
        validate(text)
    except ValidationError as error:
        raise ValidationError(error.messages) from None
    return text
