"""“Cited in”: what a floor above says of where a row of the desk is used. The ground itself knows nobody."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.utils.html import SafeString

_said: dict[type[Model], Callable[[Any], SafeString]] = {}


def cited(*models: type[Model]) -> Callable[[Callable[[Any], SafeString]], Callable[[Any], SafeString]]:
    """Declare what the page of a row of these models shows under “cited in”."""

    def declare(say: Callable[[Any], SafeString]) -> Callable[[Any], SafeString]:
        _said.update(dict.fromkeys(models, say))
        return say

    return declare


class Cited:
    """Part of every page at the desk: the row that says where it is used, where somebody can say so."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "cited_in"] if obj and self.model in _said else fields

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != "cited_in"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.model not in _said:
            return fieldsets
        return [*fieldsets, ("Where readers see it", {"fields": ["cited_in"]})]

    @admin.display(description="cited in")
    def cited_in(self, row):
        return _said[self.model](row)
