"""Rows out of a damaged table: all that can be reached, from both ends and from in between."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from prefdesk.store import engine, schema
from prefdesk.store.engine import Connection

Row = tuple[Any, ...]

_PATIENCE_S = 20.0
_PROBES = 3000
_INT_END = 2**63 - 1
_UID_END = 2**128
_UID_TABLES = frozenset({"event", "exclusion", "credibility"})
_FAILURES = (engine.dbapi.Error, UnicodeDecodeError, MemoryError, OverflowError)


class Walk:
    """One table of a damaged file; `failed` says after `rows` if something could not be read."""

    def __init__(self, c: Connection, table: str) -> None:
        self._c = c
        self.table = table
        self.failed = False
        self._key = _key_of(table)
        self._is_uid = table in _UID_TABLES

    def rows(self) -> Iterator[Row]:
        """The rows that can be read, in no order, some of them twice."""
        with _patience(self._c) as seen:
            if self._key is None:
                for order in ("", "DESC"):
                    for row in self._both_ends(order):
                        seen()
                        yield row
                    if not self.failed:
                        return
                return
            for row in self._ranges():
                seen()
                yield row

    def _both_ends(self, order: str) -> Iterator[Row]:
        keys = ", ".join(f"{name} {order}" for name in _primary(self.table))
        yield from self._read(f"SELECT * FROM {self.table} NOT INDEXED ORDER BY {keys}", ())

    def _ranges(self) -> Iterator[Row]:
        """Halve what lies between two places of damage until nothing is left to find there."""
        waiting = deque([(-1, _UID_END if self._is_uid else _INT_END)])
        for _ in range(_PROBES):
            if not waiting:
                return
            low, high = waiting.popleft()
            stopped, last = False, low
            for row in self._between(low, high, ""):
                if row is None:
                    stopped = True
                    break
                last = self._value(row)
                yield row
            if not stopped:
                continue
            first = high
            for row in self._between(last, high, "DESC"):
                if row is None:
                    break
                first = self._value(row)
                yield row
            if first - last > 2:
                middle = (first + last) // 2
                waiting += [(last, middle), (middle, first)]

    def _between(self, low: int, high: int, order: str) -> Iterator[Row | None]:
        """Rows with keys inside (low, high); ends with None where the table cannot be read on."""
        conditions, values = [], []
        for sign, bound in ((">", low), ("<", high)):
            if 0 <= bound < (_UID_END if self._is_uid else _INT_END):
                conditions.append(f"{self._key} {sign} ?")
                values.append(bound.to_bytes(16, "big") if self._is_uid else bound)
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"SELECT * FROM {self.table} NOT INDEXED {where} ORDER BY {self._key} {order}"
        last = high if order else low
        before = self.failed
        self.failed = False
        for row in self._read(sql, values):
            value = self._value(row)
            # Keys that do not go on in order belong to a page of something else.
            if not (low < value < last if order else last < value < high):
                self.failed = True
                break
            last = value
            yield row
        if self.failed:
            yield None
        self.failed = self.failed or before

    def _value(self, row: Row) -> int:
        key = row[0]
        if self._is_uid:
            return int.from_bytes(key, "big") if isinstance(key, bytes) and len(key) == 16 else -2
        return key if isinstance(key, int) else -2

    def _read(self, sql: str, values: Any) -> Iterator[Row]:
        n = 0
        try:
            for row in self._c.execute(sql, values):
                n += 1
                yield row
        except _FAILURES:
            self.failed = True
            yield from self._swallowed(sql, values, n)

    def _swallowed(self, sql: str, values: Any, n: int) -> Iterator[Row]:
        """The row before the damage: Python steps on before it hands a row out, so that row goes
        under with the error of the next one."""
        with suppress(*_FAILURES):
            row = self._c.execute(f"{sql} LIMIT 1 OFFSET {n}", values).fetchone()
            if row is not None:
                yield row


@contextmanager
def _patience(c: Connection) -> Iterator[Any]:
    """Break off a read that finds no row for a long time: pages may point at each other."""
    last = [time.monotonic()]

    def seen() -> None:
        last[0] = time.monotonic()

    c.set_progress_handler(lambda: time.monotonic() - last[0] > _PATIENCE_S, 100_000)
    try:
        yield seen
    finally:
        c.set_progress_handler(None, 0)


def _key_of(table: str) -> str | None:
    if table in _UID_TABLES:
        return "uid"
    return "id" if _primary(table) == ["id"] else None


def _primary(table: str) -> list[str]:
    [sql] = [one for one in schema.TABLES if one.startswith(f"CREATE TABLE {table}(")]
    if "PRIMARY KEY(" in sql:
        return sql.rsplit("PRIMARY KEY(", 1)[1].split(")", 1)[0].split(", ")
    [line] = [one for one in sql.splitlines() if "PRIMARY KEY" in one]
    return [line.split()[0]]


def indexed(c: Connection, table: str, index: str, columns: str) -> list[Row]:
    """What an index says of a table, as far as it can be read; the table itself is not touched."""
    found: list[Row] = []
    with _patience(c):
        try:
            for row in c.execute(f"SELECT {columns} FROM {table} INDEXED BY {index}"):
                found.append(row)
        except _FAILURES:
            pass
    return found


def counted(c: Connection, table: str) -> int:
    """How many rows the indexes of a table speak of, 0 where it has none that can be read."""
    most = 0
    for kind, name, sql in schema.expected():
        if kind != "index" or f" ON {table}(" not in sql or " WHERE " in sql:
            continue
        with _patience(c):
            try:
                row = c.execute(f"SELECT count(*) FROM {table} INDEXED BY {name}").fetchone()
            except _FAILURES:
                continue
            most = max(most, int(row[0]))
    return most
