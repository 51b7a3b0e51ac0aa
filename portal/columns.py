"""Whole columns of a queryset, read in one go into arrays of numbers.

PostgreSQL numbers the texts itself (in its own order, so that sorting by the numbers
is sorting by the texts) and sends rows of fixed width: nothing is made an object of Python.
"""

import ctypes
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BooleanField, F, Field, FloatField, ForeignKey, IntegerField, QuerySet

NULL = -(2**31)  # stands for null among whole numbers on the wire
WIRE = {"text": ">i4", "whole": ">i8", "truth": ">i8", "float": ">f8"}
HEADER = 11 + 4 + 4  # bytes before the first row of PostgreSQL's binary copy format
PART = 1 << 14  # rows taken over at a time: memory is needed for the arrays alone


@dataclass(frozen=True)
class Column:
    """One value a row, as a number: ``codes[i]`` is its value’s place among all, in order; -1 is null."""

    codes: np.ndarray
    size: int  # how many values there are
    pks: np.ndarray  # a row that has the value, for each value
    numbers: np.ndarray | None = None  # the values themselves, where they are whole numbers


@dataclass
class Columns:
    """``ids`` ascending; every array has their length."""

    rows: QuerySet
    ids: np.ndarray
    expressions: dict[str, Any]
    by_name: dict[str, Column]
    floats: dict[str, np.ndarray]  # NaN is null

    def values(self, names: Iterable[str]) -> dict[str, list[Any]]:
        """What the codes of these columns stand for, in order; texts by one query, told by rows that have them."""
        names = set(names)
        told = {name: column.numbers.tolist() for name in names if (column := self.by_name[name]).numbers is not None}
        texts = sorted(names - set(told))
        pks = {int(pk) for name in texts for pk in self.by_name[name].pks}
        named = self.rows.filter(pk__in=pks).annotate(
            **{f"c{at}": self.expressions[name] for at, name in enumerate(texts)}
        )
        rows = named.order_by().values_list("pk", *(f"c{at}" for at in range(len(texts)))) if pks else []
        by_pk = {pk: row for pk, *row in rows}
        return told | {name: [by_pk[int(pk)][at] for pk in self.by_name[name].pks] for at, name in enumerate(texts)}

    def keep_only(self, names: Iterable[str]) -> None:
        """Let the memory of the other columns go."""
        self.by_name = {name: self.by_name[name] for name in set(names)}
        self.floats = {}


def _kind(field: Field) -> str:
    """How a column travels: as whole numbers, floating ones, or numbered texts."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    if isinstance(field, FloatField):
        return "float"
    if isinstance(field, BooleanField):
        return "truth"
    return "whole" if isinstance(field, IntegerField) else "text"


def read(rows: QuerySet, expressions: Mapping[str, Any]) -> Columns:
    """The columns of ``rows`` that these expressions give, by name; ``rows`` have a whole number as their key."""
    names = list(expressions)
    named = rows.order_by().annotate(**{f"c{at}": expressions[name] for at, name in enumerate(names)}, row_pk=F("pk"))
    kinds = [_kind(named.query.annotations[f"c{at}"].output_field) for at in range(len(names))]
    inner, params = named.values_list("row_pk", *(f"c{at}" for at in range(len(names)))).query.sql_with_params()
    lists, picked, joins = [], ["r.row_pk::int8"], []
    for at, kind in enumerate(kinds):
        if kind == "text":
            # Short texts sort once each, not once a row.
            lists.append(
                f", d{at} AS MATERIALIZED (SELECT v, (row_number() OVER (ORDER BY v) - 1)::int4 AS code "
                f"FROM (SELECT DISTINCT c{at} AS v FROM r WHERE c{at} IS NOT NULL) t)"
            )
            joins.append(f" LEFT JOIN d{at} ON d{at}.v = r.c{at}")
            picked.append(f"coalesce(d{at}.code, -1)")
        elif kind == "float":
            picked.append(f"coalesce(r.c{at}::float8, 'NaN')")
        else:
            picked.append(f"coalesce(r.c{at}{'::int4' if kind == 'truth' else ''}::int8, {NULL})")
    sql = (
        f"COPY (WITH r AS MATERIALIZED ({inner}){''.join(lists)} SELECT {', '.join(picked)} FROM r{''.join(joins)} "
        "ORDER BY 1) TO STDOUT (FORMAT BINARY)"
    )
    ids, *arrays = _copied(sql, params, [">i8", *(WIRE[kind] for kind in kinds)], rows.count())
    give_back_memory()
    by_name, floats = {}, {}
    for name, kind in zip(names, kinds, strict=True):
        array = arrays.pop(0)  # one at a time, so that two forms of all columns never stand side by side
        if kind == "float":
            floats[name] = array
        else:
            by_name[name] = _numbered(array, ids) if kind == "text" else _coded(array, ids)
    give_back_memory()
    return Columns(rows, ids.astype(np.int64), dict(expressions), by_name, floats)


def _narrow(codes: np.ndarray, size: int) -> np.ndarray:
    return codes.astype(np.int16 if size < 2**15 else np.int32)


def _numbered(codes: np.ndarray, ids: np.ndarray) -> Column:
    """Texts come as codes already."""
    size = int(codes.max(initial=-1)) + 1
    first = np.zeros(size + 1, np.int64)  # the last one is that of null
    first[codes[::-1]] = ids[::-1]
    return Column(_narrow(codes, size), size, first[:size])


def _coded(array: np.ndarray, ids: np.ndarray) -> Column:
    keys, first, codes = np.unique(array, return_index=True, return_inverse=True)
    if len(keys) and keys[0] == NULL:
        keys, first, codes = keys[1:], first[1:], codes - 1
    return Column(_narrow(codes, len(keys)), len(keys), ids[first], keys)


def _copied(sql: str, params: Sequence[Any], types: Sequence[str], size: int) -> list[np.ndarray]:
    """The rows of a binary copy of columns that are never null, as one array each."""
    record = np.dtype(
        [
            ("fields", ">i2"),
            *(
                (f"{part}{at}", ">i4" if part == "size" else kind)
                for at, kind in enumerate(types)
                for part in ("size", "value")
            ),
        ]
    )
    columns = [Growing(kind, size) for kind in types]
    with connection.cursor() as cursor, cursor.copy(sql, params) as copy:
        for data in _whole_records(copy, record.itemsize):
            rows = np.frombuffer(data, record)
            for at, column in enumerate(columns):
                column.append(rows[f"value{at}"])
    return [column.array() for column in columns]


class Growing:
    """An array that is filled as rows come in, of whole numbers no wider than they need."""

    NARROW = (np.int16, np.int32, np.int64)

    def __init__(self, kind: str, room: int):
        self.is_whole = kind[1] == "i"
        self.room, self.size = np.empty(room, np.int16 if self.is_whole else np.float64), 0

    def append(self, values: np.ndarray) -> None:
        kind, size = self.room.dtype, self.size + len(values)
        if self.is_whole and len(values):
            low, high = values.min(), values.max()
            kinds = [one for one in self.NARROW if np.iinfo(one).min <= low and high <= np.iinfo(one).max]
            kind = np.promote_types(kind, kinds[0])
        if kind != self.room.dtype:
            wider = np.empty(len(self.room), kind)
            wider[: self.size] = self.room[: self.size]
            self.room = wider
        self.room[self.size : size] = values
        self.size = size

    def array(self) -> np.ndarray:
        return self.room[: self.size]


def give_back_memory() -> None:
    """What reading took and needs no longer goes back to the system at once, where the C library can do it."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _whole_records(copy: Iterable[bytes], size: int) -> Iterable[bytes]:
    waiting, header = bytearray(), True
    for block in copy:
        waiting += block
        if header and len(waiting) >= HEADER:
            (more,) = struct.unpack_from(">i", waiting, HEADER - 4)
            del waiting[: HEADER + more]
            header = False
        if len(waiting) >= PART * size:
            whole = len(waiting) // size * size
            yield bytes(waiting[:whole])
            del waiting[:whole]
    # What ends the copy is two bytes of minus one.
    yield bytes(waiting[: len(waiting) // size * size])
