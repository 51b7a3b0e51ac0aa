"""The filter behind the tiles of the first page: the rows of one queue."""

from django.contrib import admin

from portal.attention import queues_of


class NeedsAttention(admin.SimpleListFilter):
    """Only the rows that one queue counts, whatever made it count them."""

    title = "what needs attention"
    parameter_name = "attention"

    def lookups(self, request, model_admin):
        return [(one.slug, f"{one.many[0].upper()}{one.many[1:]}") for one in queues_of(model_admin.model)]

    def queryset(self, request, queryset):
        chosen = next((one for one in queues_of(queryset.model) if one.slug == self.value()), None)
        return queryset.filter(pk__in=chosen.rows().order_by().values("pk")) if chosen else queryset
