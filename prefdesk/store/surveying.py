"""A look at a damaged file: what of it can be read and what cannot, without writing anything to it.

Tables that SQLite finds sound are counted. Of the others the rows that can be reached are, as
salvaging would find them; rating events also on pages that no table leads to any more.
"""

import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from prefdesk.errors import DiskFull, NotAProject, PrefdeskError
from prefdesk.store import (
    checking,
    chunks,
    damaged,
    engine,
    faults,
    file,
    header,
    lock,
    migrations,
    salvaging,
    schema,
    walking,
)
from prefdesk.store.engine import Connection
from prefdesk.store.salvaging import SavedTable, Tell, nobody
from prefdesk.store.walking import Walk

TABLES = ("prompt", "completion", "rater", "event", "exclusion", "round", "checkpoint", "chunk")
_FAILURES = (engine.dbapi.Error, UnicodeDecodeError, PrefdeskError)


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a damaged file. `recovered` of a table counts what can be read and proves
    whole; `lost` is None where nobody knows how much was there."""

    path: Path
    size_bytes: int
    tables: tuple[SavedTable, ...]

    def table(self, name: str) -> SavedTable:
        """The figures of one table."""
        return next(one for one in self.tables if one.name == name)


def survey(path: Path, scratch: Path, tell: Tell | None = None) -> Survey:
    """Look at a damaged file, also while this or another process has it open.

    A file whose beginning is damaged, or beside which a log lies, is copied to `scratch` first.
    Raises `NotAProject` if nothing of a project can be read, `DiskFull`, `ProjectError`, and
    what `tell` raises.
    """
    with faults.opening(path):
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or not found.st_size:
            raise NotAProject(f"{path.name} is {'empty' if not found.st_size else 'no file'}.")
        with _source(path, scratch, tell or nobody) as c:
            tables = tuple(_look(c, name, tell or nobody) for name in TABLES)
            events = next(one for one in tables if one.name == "event")
            if events.lost != 0:
                found_events = _events_anywhere(c, path, scratch, tell or nobody)
                better = _figures("event", len(found_events), walking.counted(c, "event"))
                tables = tuple(better if one is events else one for one in tables)
    if not any(one.recovered for one in tables):
        raise NotAProject(f"Nothing of a project can be read in {path.name}.")
    return Survey(path, found.st_size, tables)


@contextmanager
def _source(path: Path, scratch: Path, tell: Tell) -> Iterator[Connection]:
    if lock.is_held(path) or file.is_open_here(path):
        # Its writer takes care of the log; a reader sees the file through it.
        with closing(_reader(path, bare=False)) as c:
            yield c
        return
    if not header.log_size_bytes(path) and _is_readable(path):
        with closing(_reader(path, bare=True)) as c:
            yield c
        return
    copy = damaged.take_copy(path, scratch, partial(tell, "copy"))
    if not damaged.mend_first_page(copy, scratch):
        raise NotAProject(f"Nothing of a project can be read in {path.name}.")
    with damaged.reading(copy) as c:
        yield c


def _reader(path: Path, *, bare: bool) -> Connection:
    c = engine.connect(path, read_only=True, bare=bare)
    c.text_factory = lambda data: data.decode("utf-8", "replace")
    return c


def _is_readable(path: Path) -> bool:
    with suppress(*_FAILURES), closing(_reader(path, bare=True)) as c:
        return migrations.actual(c) == schema.expected()
    return False


def _look(c: Connection, table: str, tell: Tell) -> SavedTable:
    tell(table, 0, 0)
    if table == "chunk":
        return _pieces(c, tell)
    if not _is_sound(c, table):
        return _reached(c, table)
    with suppress(*_FAILURES):
        n: int = c.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        forged = sum(1 for _ in checking.changed_events(c)) if table == "event" else 0
        return SavedTable(table, n - forged, forged)
    return _reached(c, table)


def _is_sound(c: Connection, table: str) -> bool:
    try:
        found: list[tuple[str]] = c.execute(f"PRAGMA quick_check('{table}')").fetchall()
    except _FAILURES:
        return False
    return found == [("ok",)]


def _reached(c: Connection, table: str) -> SavedTable:
    walk, keys = Walk(c, table), set()
    for row in walk.rows():
        keys.add(row[0])
    return _figures(table, len(keys), walking.counted(c, table))


def _figures(table: str, readable: int, expected: int) -> SavedTable:
    """What can be read against what the indexes speak of; without an index nobody knows."""
    return SavedTable(table, readable, max(0, expected - readable) if expected else None)


def _events_anywhere(c: Connection, path: Path, scratch: Path, tell: Tell) -> set[bytes]:
    """The uids of all events that prove themselves, wherever they lie; see `salvaging`."""
    uids = salvaging.uids_of(c)
    found = {row[0] for row in Walk(c, "event").rows() if salvaging.is_proven(row, uids)}
    if file.is_open_here(path):
        # Copying it by hand would drop the locks that this process holds (a rule of POSIX).
        return found
    folder = scratch / "strays"
    folder.mkdir()
    with suppress(DiskFull, OSError):
        copy = damaged.take_copy(path, folder, partial(tell, "copy"))
        if damaged.mend_first_page(copy, folder):
            pages = damaged.stray_pages(copy)
            for done, page in enumerate(pages):
                tell("event", done, len(pages))
                damaged.begin_at(copy, "event", page)
                with damaged.reading(copy) as stray:
                    rows = Walk(stray, "event").rows()
                    found |= {row[0] for row in rows if salvaging.is_proven(row, uids)}
    return found


def _pieces(c: Connection, tell: Tell) -> SavedTable:
    """Every piece of weights against its hash."""
    try:
        ids: list[int] = [id for (id,) in c.execute("SELECT id FROM chunk").fetchall()]
    except _FAILURES:
        ids = [row[0] for row in walking.indexed(c, "chunk", "sqlite_autoindex_chunk_1", "id")]
    whole = 0
    for done, id in enumerate(ids):
        tell("chunk", done, len(ids))
        with suppress(*_FAILURES):
            chunks.unpacked(chunks.fetch(c, id))
            whole += 1
    used = _pieces_in_use(c)
    return SavedTable("chunk", whole, max(len(ids), used) - whole)


def _pieces_in_use(c: Connection) -> int:
    with suppress(*_FAILURES):
        sql = "SELECT count(DISTINCT chunk_id) FROM checkpoint_chunk"
        return int(c.execute(sql).fetchone()[0])
    return 0
