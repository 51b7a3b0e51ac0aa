"""The list of links, made from everything that holds addresses and kept true as it changes.

The ground knows no app: an app says in its ``links.py`` which of its fields hold addresses::

    @holds_addresses("Directory", "schools.Accreditor.url")
    def accreditors() -> Iterator[Use]: ...

and lists there what an editor should know of each use. ``tests/portal/test_link_gathering.py``
refuses a field for web addresses that no function names.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from portal.models import ContentVersion, HostVisit, LinkGathering

from .addresses import host_of, normalised


class Use(NamedTuple):
    """One place that sends people to an address, and whose page at the desk changes it."""

    url: str
    model: str  # careers.article
    object_id: int
    field: str  # where in it, in words
    title: str  # what an editor knows the object by
    owner: str = ""  # a name; empty: whoever looks after the section
    page: str = ""  # where readers see it


class Holder(NamedTuple):
    section: str
    fields: tuple[str, ...]  # app.Model.field, as Django writes them
    uses: Callable[[], Iterable[Use]]


_holders: list[Holder] = []
HOST_KEPT = timedelta(days=1)  # a host's last visit is of interest for ten seconds
COLUMNS = "url, host, model, object_id, field, section, owner, title, page"
OF_USE = "section, owner, title, page"


def holds_addresses(section: str, *fields: str) -> Callable[[Callable[[], Iterable[Use]]], Callable[[], Iterable[Use]]]:
    """Declare where addresses are held: the function gives one Use for each address in these fields."""

    def declare(uses: Callable[[], Iterable[Use]]) -> Callable[[], Iterable[Use]]:
        _holders.append(Holder(section, fields, uses))
        return uses

    return declare


def holders() -> list[Holder]:
    return list(_holders)


def gather_if_changed() -> bool:
    """Make the list anew if anything on the site changed since it was made; whether it did."""
    if LinkGathering.objects.filter(number=ContentVersion.now()).exists():
        return False
    gather()
    return True


@transaction.atomic
def gather() -> LinkGathering:
    """Make the list anew: what is used is in it once, what nothing uses any more leaves it."""
    only = LinkGathering.objects.select_for_update()  # one at a time
    gathering, _ = only.get_or_create(pk=1, defaults={"number": 0})
    gathering.number = ContentVersion.now()  # before the rows: whoever writes meanwhile is read again next time
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS gathered_links")
        cursor.execute(
            "CREATE TEMP TABLE gathered_links (url text, host text, model text, object_id bigint, field text,"
            " section text, owner text, title text, page text) ON COMMIT DROP"
        )
        gathering.left_out = 0
        rows = list(_rows(gathering))  # before COPY, which lets nobody else ask on this connection
        with cursor.copy(f"COPY gathered_links ({COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        for statement in STATEMENTS:
            cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM portal_linkuse")
        gathering.uses = cursor.fetchone()[0]
    gathering.gathered_at = timezone.now()
    gathering.save()
    HostVisit.objects.filter(visited_at__lt=timezone.now() - HOST_KEPT).delete()
    return gathering


def _rows(gathering: LinkGathering) -> Iterator[tuple]:
    for holder in _holders:
        for use in holder.uses():
            try:
                url = normalised(use.url)
            except ValueError:
                gathering.left_out += 1
                continue
            yield (
                *(url, host_of(url), use.model, use.object_id, use.field[:120]),
                *(holder.section, use.owner[:120], use.title[:200], use.page[:400]),
            )


STATEMENTS = (
    """
    INSERT INTO portal_outboundlink (url, host, state, reason, leads_to, failures)
        SELECT DISTINCT url, host, 'unchecked', '', '', 0 FROM gathered_links ON CONFLICT (url) DO NOTHING
    """,
    """
    DELETE FROM portal_linkuse use WHERE NOT EXISTS (
        SELECT FROM gathered_links found JOIN portal_outboundlink link ON link.url = found.url
        WHERE link.id = use.link_id
            AND found.model = use.model AND found.object_id = use.object_id AND found.field = use.field
    )
    """,
    f"""
    INSERT INTO portal_linkuse AS use (link_id, model, object_id, field, {OF_USE})
        SELECT DISTINCT ON (link.id, model, object_id, field) link.id, model, object_id, field, {OF_USE}
        FROM gathered_links found JOIN portal_outboundlink link ON link.url = found.url
        ORDER BY link.id, model, object_id, field, {OF_USE}
    ON CONFLICT (link_id, model, object_id, field) DO UPDATE SET ({OF_USE}) =
        (EXCLUDED.section, EXCLUDED.owner, EXCLUDED.title, EXCLUDED.page)
        WHERE (use.section, use.owner, use.title, use.page) IS DISTINCT FROM
            (EXCLUDED.section, EXCLUDED.owner, EXCLUDED.title, EXCLUDED.page)
    """,
    "DELETE FROM portal_outboundlink link WHERE NOT EXISTS (SELECT FROM portal_linkuse WHERE link_id = link.id)",
)
