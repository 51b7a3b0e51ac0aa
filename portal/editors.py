"""Who may do what at the desk: the groups, and the rights of each.

Editors have every right over content and none over accounts. An app adds a group of its own with
``group_of`` in a module that it imports when it is ready.
"""

from collections.abc import Callable

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

NAME = "Editors"
APPS = ["portal", "schools", "careers"]

Rights = Callable[[], QuerySet[Permission]]
_RIGHTS: dict[str, Rights] = {}


def group_of(name: str) -> Callable[[Rights], Rights]:
    """Decorator: a group with this name has the rights that the function gives."""

    def register(rights: Rights) -> Rights:
        _RIGHTS[name] = rights
        return rights

    return register


def group(name: str = NAME) -> Group:
    """The group, its rights brought up to date with the models there are now. Raises KeyError for an unknown name."""
    rights = _RIGHTS[name]()
    found, _ = Group.objects.get_or_create(name=name)
    found.permissions.set(rights)
    return found


def names() -> list[str]:
    """Of every group, for whoever may choose one."""
    return list(_RIGHTS)


def groups() -> list[Group]:
    """All of them, up to date."""
    return [group(name) for name in _RIGHTS]


@group_of(NAME)
def everything_but_accounts() -> QuerySet[Permission]:
    """Only a superuser makes or promotes people."""
    jobs = Q(content_type__model="procrastinatejob", codename__regex="^(view|change)_")  # to look, and to try again
    rights = Permission.objects.filter(Q(content_type__app_label__in=APPS) | jobs)
    return rights.exclude(content_type__model__startswith="user")
