"""Whole columns of a queryset, read in one go into arrays of numbers.

PostgreSQL numbers the texts itself (in its own order, so that sorting by the numbers
is sorting by the texts) and sends rows of fixed width: nothing is made an object of Python.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BooleanField, F, Field, FloatField, ForeignKey, IntegerField, QuerySet

NULL = -(2**62)  # stands for null among whole numbers on the wire
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
        """What the codes of these columns stand for, in order; texts by one query for all of them."""
        names = set(names)
        told = {name: column.numbers.tolist() for name in names if (column := self.by_name[name]).numbers is not None}
        texts = sorted(names - set(told))
        pks = {int(pk) for name in texts for pk in self.by_name[name].pks}
        if not pks:
            return told | {name: [] for name in texts}
        named = self.rows.filter(pk__in=pks).annotate(
            **{f"c{at}": self.expressions[name] for at, name in enumerate(texts)}
        )
        rows = named.order_by().values_list("pk", *(f"c{at}" for at in range(len(texts))))
        by_pk = {pk: row for pk, *row in rows}
        return told | {name: [by_pk[int(pk)][at] for pk in self.by_name[name].pks] for at, name in enumerate(texts)}


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
                f", d{at} AS MATERIALIZED (SELECT v, (row_number() OVER (ORDER BY v) - 1)::int8 AS code "
                f"FROM (SELECT DISTINCT c{at} AS v FROM r WHERE c{at} IS NOT NULL) t)"
            )
            joins.append(f" LEFT JOIN d{at} ON d{at}.v = r.c{at}")
            picked.append(f"coalesce(d{at}.code, -1)")
        elif kind == "whole":
            picked.append(f"coalesce(r.c{at}::int8, {NULL})")
        elif kind == "truth":
            picked.append(f"coalesce(r.c{at}::int4::int8, {NULL})")
        else:
            picked.append(f"coalesce(r.c{at}::float8, 'NaN')")
    sql = (
        f"COPY (WITH r AS MATERIALIZED ({inner}){''.join(lists)} SELECT {', '.join(picked)} FROM r{''.join(joins)} "
        "ORDER BY 1) TO STDOUT (FORMAT BINARY)"
    )
    ids, *arrays = _copied(sql, params, [">i8", *(">f8" if kind == "float" else ">i8" for kind in kinds)])
    by_name, floats = {}, {}
    for name, kind, array in zip(names, kinds, arrays, strict=True):
        if kind == "float":
            floats[name] = array
        else:
            by_name[name] = _coded(array, ids, is_text=kind == "text")
    return Columns(rows, ids, dict(expressions), by_name, floats)


def _coded(array: np.ndarray, ids: np.ndarray, is_text: bool) -> Column:
    keys, first, codes = np.unique(array, return_index=True, return_inverse=True)
    codes = codes.astype(np.int32)
    if len(keys) and keys[0] in (NULL, -1 if is_text else NULL):
        keys, first, codes = keys[1:], first[1:], codes - 1
    return Column(codes, len(keys), ids[first], None if is_text else keys)


def _copied(sql: str, params: Sequence[Any], types: Sequence[str]) -> list[np.ndarray]:
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
    parts: list[list[np.ndarray]] = [[] for _ in types]

    def take(data: bytes) -> None:
        rows = np.frombuffer(data, record)
        for at, part in enumerate(parts):
            values = rows[f"value{at}"].astype(rows[f"value{at}"].dtype.newbyteorder("="))
            part.append(values)

    with connection.cursor() as cursor, cursor.copy(sql, params) as copy:
        for data in _whole_records(copy, record.itemsize):
            take(data)
    empty = [np.zeros(0, np.dtype(kind).newbyteorder("=")) for kind in types]
    return [np.concatenate([nothing, *part]) for nothing, part in zip(empty, parts, strict=True)]


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
