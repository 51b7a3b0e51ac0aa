"""Boxes that suggest while one types, steady also when somebody posts junk into them."""

from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple

LONGEST_ID = 18  # digits; longer ones are no id of ours


class _Steady(AutocompleteMixin):
    def optgroups(self, name, value, attr=None):
        """Django looks up whatever was posted; what cannot be an id is looked up by nobody."""
        ids = [one for one in value if str(one).isdecimal() and len(str(one)) <= LONGEST_ID]
        return super().optgroups(name, ids, attr)


class SuggestOne(_Steady, AutocompleteSelect):
    pass


class SuggestMany(_Steady, AutocompleteSelectMultiple):
    pass


class Suggesting:
    """For admins and inlines: the steady boxes for their ``autocomplete_fields``."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SuggestOne(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SuggestMany(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)
