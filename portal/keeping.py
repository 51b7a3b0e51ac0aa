"""The newest index of each list in this process, made anew in the background when the content version moves on."""

import logging
from threading import Lock, Thread

import numpy as np
from django.db import DatabaseError, connection
from django.db.models import F, OrderBy, QuerySet

from portal.columns import give_back_memory, read
from portal.connections import longer_statements
from portal.facet_index import WORD, FacetIndex, fill_bits, order_of, places_of
from portal.filtering import Filters
from portal.memory import one_state
from portal.models import ContentVersion

log = logging.getLogger(__name__)
PATIENCE = 60  # seconds a reading of the whole list may take

_kept: dict[type[Filters], FacetIndex] = {}
_building: dict[type[Filters], Lock] = {}


def kept_index(filters: type[Filters]) -> FacetIndex | None:
    """The index of a list in this process, perhaps of a version that is past; None, and one is begun, where none is.

    Inside a transaction there is none: its state is nobody else's.
    """
    if connection.in_atomic_block:
        return None
    if filters not in _kept:
        renew(filters)
    return _kept.get(filters)


def renew(filters: type[Filters]) -> None:
    """Begin to make the index of now, unless that is already being done. Pages do not wait for it."""
    lock = _building.setdefault(filters, Lock())
    if lock.acquire(blocking=False):
        Thread(target=_renew, args=(filters, lock), name=f"index of {filters.__name__}", daemon=True).start()


def _renew(filters: type[Filters], lock: Lock) -> None:
    try:
        with longer_statements(PATIENCE):
            keep(filters)
    except DatabaseError:
        log.warning("The index of %s could not be read; pages ask the database.", filters.__name__, exc_info=True)
    finally:
        lock.release()
        connection.close()


def keep(filters: type[Filters]) -> FacetIndex:
    """Make the index of now and let the pages of this process use it from their next request on."""
    with one_state():
        index = built(filters)
    filters.warm(index)
    _kept[filters] = index
    return index


def forget() -> None:
    """Start anew, as a new process does."""
    _kept.clear()


def built(filters: type[Filters]) -> FacetIndex:
    """The whole list as of now; call it in :func:`portal.memory.one_state`."""
    index = _read(filters)
    give_back_memory()
    return index


def _read(filters: type[Filters]) -> FacetIndex:
    version = ContentVersion.now()
    facets = filters.declare_facets()
    rows = filters.whole_list()
    orders, by_hand = {}, {}
    for sort in filters.SORTS.keys() - filters.NOT_OF_ROWS:
        keys = plain_keys(filters.arranged(rows, sort), rows)
        if keys is None:
            by_hand[sort] = filters.arranged(rows, sort)
        else:
            orders[sort] = keys
    wanted = {facet.column: F(facet.column) for facet in facets}
    wanted |= {name: F(name) for keys in orders.values() for name, _, _ in keys}
    if filters.PLACE:
        wanted |= {name: F(name) for name in (filters.PLACE, "latitude", "longitude")}
    columns = read(rows, wanted)
    words = -(-max(len(columns.ids), 1) // WORD)
    values = columns.values(facet.column for facet in facets)
    places = places_of(columns, filters.PLACE) if filters.PLACE else None
    columns.floats.clear()
    arranged = {}
    for sort, keys in orders.items():
        arranged[sort] = order_of(columns, keys)
        give_back_memory()
    for sort, ordered in by_hand.items():
        pks = np.fromiter(ordered.values_list("pk", flat=True), np.int64)
        arranged[sort] = np.searchsorted(columns.ids, pks).astype(np.int32)
    rank = np.empty(len(columns.ids), np.int32)
    rank[arranged[""]] = np.arange(len(columns.ids), dtype=np.int32)
    columns.keep_only(facet.column for facet in facets)
    give_back_memory()
    bits = np.zeros((sum(len(facet.options) for facet in facets), words), np.uint64)
    rows_of_bits, at = {}, 0
    for facet in facets:
        stop = at + len(facet.options)
        fill_bits(bits[at:stop], facet, columns.by_name[facet.column].codes, values[facet.column])
        rows_of_bits[facet.name] = {option.value: at + row for row, option in enumerate(facet.options)}
        at = stop
    return FacetIndex(
        version=version,
        ids=columns.ids,
        facets=facets,
        bits=bits,
        rows=rows_of_bits,
        open_columns={
            facet.column: (columns.by_name[facet.column].codes, values[facet.column])
            for facet in facets
            if facet.takes_other_values
        },
        orders=arranged,
        rank=rank,
        places=places,
    )


def plain_keys(ordered: QuerySet, rows: QuerySet) -> list[tuple[str, bool, bool]] | None:
    """(column, descending, nulls last) of an order; None where it sorts by more than columns."""
    if set(ordered.query.annotations) != set(rows.query.annotations):
        return None
    own_key = {"pk", rows.model._meta.pk.name, rows.model._meta.pk.attname}
    keys = []
    for part in ordered.query.order_by:
        if isinstance(part, str):
            part = F(part.lstrip("-")).desc() if part.startswith("-") else F(part).asc()
        elif isinstance(part, F):
            part = part.asc()
        if not isinstance(part, OrderBy) or not isinstance(part.expression, F):
            return None
        nulls_last = not part.descending if not (part.nulls_first or part.nulls_last) else bool(part.nulls_last)
        name = part.expression.name  # type: ignore[attr-defined]
        if name in own_key and not part.descending:
            break  # rows that are equal so far stand by it anyhow
        keys.append((name, part.descending, nulls_last))
    return keys
