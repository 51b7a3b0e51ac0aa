"""Who may edit: the group Editors, with every right over content and none over accounts."""

from django.contrib.auth.models import Group, Permission

NAME = "Editors"
APPS = ["portal", "schools", "careers"]


def group() -> Group:
    """The group, its rights brought up to date with the models there are now.

    Accounts stay out of it: only a superuser makes or promotes people.
    """
    editors, _ = Group.objects.get_or_create(name=NAME)
    rights = Permission.objects.filter(content_type__app_label__in=APPS).exclude(content_type__model__startswith="user")
    editors.permissions.set(rights)
    return editors
