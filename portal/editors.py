"""Who may edit: the group Editors, with every right over content and none over accounts."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

NAME = "Editors"
APPS = ["portal", "schools", "careers"]


def group() -> Group:
    """The group, its rights brought up to date with the models there are now.

    Accounts stay out of it: only a superuser makes or promotes people.
    """
    editors, _ = Group.objects.get_or_create(name=NAME)
    jobs = Q(content_type__model="procrastinatejob", codename__regex="^(view|change)_")  # to look, and to try again
    rights = Permission.objects.filter(Q(content_type__app_label__in=APPS) | jobs)
    rights = rights.exclude(content_type__model__startswith="user")
    editors.permissions.set(rights)
    return editors
