"""The verbs of releases: which edition of a source is current, and what follows from that.

Promoting and rolling back move one mark and derive again what is built from the
facts, in one transaction: nobody sees half of it. The ground knows no app; an
app says in ``derives`` what has to be made anew after which sources, and in
``watches`` who looks at the words around figures that move.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import pghistory
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from portal.models import Fact, Release, Source

Derivation = Callable[[], None]

_derivations: dict[str, list[tuple[int, Derivation]]] = defaultdict(list)


class NothingToRollBack(Exception):
    """The source has no current release."""


class NotStaged(Exception):
    """The release does not wait for a decision (any more)."""


class Remark(NamedTuple):
    """Something people should look at because of a release."""

    subject: int  # id of what it is about, in the table of whoever remarks
    name: str  # what it is about, in words
    url: str  # its place at the desk
    why: str


class Watch(Protocol):
    """Looks at what readers read before and after a release, and remarks on what may not fit any more."""

    def look(self) -> Any:
        """What is there now, as far as this watch minds."""

    def compare(self, before: Any, after: Any) -> list[Remark]: ...

    def keep(self, release: Release, remarks: list[Remark]) -> None:
        """The release is promoted: put the remarks into the editors' queue."""

    def forget(self, release: Release) -> None:
        """The release is taken back: what nobody has looked at yet need not be looked at."""


_watches: list[tuple[Watch, frozenset[str]]] = []


def watches(watch: Watch, *sources: str) -> None:
    """Register a watch over releases of these sources (by slug)."""
    if not any(watch is known for known, _ in _watches):
        _watches.append((watch, frozenset(sources)))


def watches_of(source: Source) -> list[Watch]:
    return [watch for watch, sources in _watches if source.slug in sources]


def derives(*sources: str, step: int = 50) -> Callable[[Derivation], Derivation]:
    """Register a function that rebuilds what depends on these sources (by slug).

    It runs in the transaction that moves the mark, once, in the order of ``step``:
    small for what others build on.
    """

    def register(derivation: Derivation) -> Derivation:
        for source in sources:
            if (step, derivation) not in _derivations[source]:
                _derivations[source].append((step, derivation))
        return derivation

    return register


def derive(*sources: Source) -> None:
    """Rebuild everything that depends on ``sources``, each part once, and tell remembered pages that they are old."""
    follow(*sources)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_contentversion SET number = number + 1, changed_at = now() WHERE id = 1")


def follow(*sources: Source) -> None:
    """Rebuild everything that depends on ``sources``, each part once."""
    steps = {entry for source in sources for entry in _derivations[source.slug]}
    for _, derivation in sorted(steps, key=lambda entry: entry[0]):
        derivation()


def lock(source: Source) -> None:
    """One import, promotion or rollback of a source at a time; held until the transaction ends."""
    Source.objects.select_for_update().get(pk=source.pk)


def current_release(source: Source) -> Release | None:
    return Release.objects.current().filter(source=source).first()


def is_older(release: Release, than: Release) -> bool:
    """Whether ``release`` must not replace ``than``: an earlier year, or an earlier file of the same year."""
    return (release.year, release.revision) < (than.year, than.revision)


@transaction.atomic
def promote(release: Release) -> bool:
    """Make ``release`` the current one of its source.

    An older release than the current one is only kept (superseded); False then.
    """
    lock(release.source)
    current = current_release(release.source)
    if current == release:
        return True
    if current and is_older(release, current):
        release.state = Release.State.SUPERSEDED
        release.save(update_fields=["state"])
        derive(release.source)  # a school may be known from this older edition alone
        return False
    seen = [(watch, watch.look()) for watch in watches_of(release.source)]
    with pghistory.context(source=release.source.slug, release=release.pk, verb="promote"):
        move_mark(release, current)
        derive(release.source)
    for watch, before in seen:
        watch.keep(release, watch.compare(before, watch.look()))
    return True


def move_mark(release: Release, current: Release | None) -> None:
    """``release`` is the current one from now on, and ``current`` was."""
    if current:
        current.state = Release.State.SUPERSEDED
        current.save(update_fields=["state"])
    release.state = Release.State.CURRENT
    release.promoted_at = timezone.now()
    release.save(update_fields=["state", "promoted_at"])


@transaction.atomic
def roll_back(source: Source) -> tuple[Release, Release | None]:
    """Take back the current release; the one that was current before it is current again.

    Gives back both; the second is None when there was none before. Raises NothingToRollBack.
    """
    lock(source)
    current = current_release(source)
    if current is None:
        raise NothingToRollBack(f"{source.name} has no current release.")
    former = (
        Release.objects.filter(source=source, state=Release.State.SUPERSEDED, promoted_at__lt=current.promoted_at)
        .order_by("promoted_at")
        .last()
    )
    with pghistory.context(source=source.slug, release=current.pk, verb="roll back"):
        current.state = Release.State.ROLLED_BACK
        current.save(update_fields=["state"])
        if former:
            former.state = Release.State.CURRENT
            former.save(update_fields=["state"])
        derive(source)
        for watch in watches_of(source):
            watch.forget(current)
    return current, former


@transaction.atomic
def discard(release: Release) -> None:
    """Remove a staged release with all its rows. Raises NotStaged for any other: history is not removed."""
    lock(release.source)
    release.refresh_from_db()
    if release.state != Release.State.STAGED:
        raise NotStaged(f"{release} is not staged: only what nobody has seen can be thrown away.")
    for model in facts_of(release):
        model._default_manager.filter(release=release).delete()
    release.delete()


def facts_of(release: Release) -> list[type[Fact]]:
    """The tables this release has rows in; a source fills one."""
    return [model for model in apps.get_models() if issubclass(model, Fact) and _has_rows(model, release)]


def _has_rows(model: type[Fact], release: Release) -> bool:
    return model._default_manager.filter(release=release).exists()
