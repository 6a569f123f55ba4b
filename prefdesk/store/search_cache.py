"""The file that holds the index of a project's words: in the user's cache folder, made again at
any time, never part of the project and never attached to it.

It keeps words and numbers, no texts. Whatever is wrong with it (damage, another format, another
project), it is thrown away. One process fills it at a time; others search what is there.
"""

import errno
import hashlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from prefdesk.errors import DiskFull, PrefdeskError
from prefdesk.store import engine, faults, lock
from prefdesk.store.engine import Connection
from prefdesk.store.writer import identity

APPLICATION_ID = 0x50464458
FORMAT = 1
KINDS = ("prompt", "completion", "comment")
PROMPT_TEXT = "text || iif(source = '', '', char(10, 10) || source)"
"""What of a prompt can be found: its text and the source that raters see beside it."""
RESERVE_BYTES = 256 * 2**20
"""An index leaves this much of the disk to what matters more."""
STALE_S = 60 * 86400.0
_FLUSH_BYTES = 16 * 2**20
_SUFFIXES = ("", "-wal", "-shm", "-journal", ".lock")

_TABLES = (
    *(
        f"CREATE VIRTUAL TABLE {kind}_words USING fts5(text, content='', contentless_delete=1,"
        " tokenize='ascii')"
        for kind in KINDS
    ),
    "CREATE TABLE owner(uid TEXT NOT NULL, ready INTEGER NOT NULL) STRICT",
    """CREATE TABLE mark(
  kind TEXT PRIMARY KEY,
  last INTEGER NOT NULL,
  uid BLOB NOT NULL,
  n INTEGER NOT NULL,
  sum TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE comment(
  id INTEGER PRIMARY KEY,
  completion_id INTEGER NOT NULL,
  rater_id INTEGER NOT NULL,
  event_uid BLOB NOT NULL
) STRICT""",
    "CREATE INDEX comment_pair ON comment(completion_id, rater_id)",
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a kind of text is indexed.

    Prompts and completions: `last` is the highest id, `uid` that row's, `n` how many rows there
    are up to it, `sum` a checksum of their ids and uids. See `search_index` for the others.
    """

    last: int = 0
    uid: bytes = b""
    n: int = 0
    sum: int = 0


def file_of(folder: Path, uid: str, project: Path) -> Path:
    """Where the index of a project lies. Two copies of a project have an index each."""
    plain = uid.isascii() and uid.isalnum() and len(uid) <= 64
    name = uid if plain else hashlib.blake2b(uid.encode("utf-8", "replace")).hexdigest()[:32]
    place = os.fsencode(project.absolute())
    return folder / f"{name}-{hashlib.blake2b(place, digest_size=4).hexdigest()}.db"


class Reader:
    """A connection that only reads, kept for the next search: what it read once it has at hand."""

    def __init__(self, path: Path, uid: str) -> None:
        self._path = path
        self._uid = uid
        self._guard = threading.RLock()
        self._connection: Connection | None = None
        self._identity: tuple[int, int] | None = None

    @contextmanager
    def opened(self) -> Iterator[Connection | None]:
        """A block with the connection, one thread at a time; None without an index of this
        project."""
        with self._guard:
            if self._connection is None or self._identity != identity(self._path):
                self._open()
            yield self._connection

    def close(self) -> None:
        """Let go of the file; the next search opens it again."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _open(self) -> None:
        self.close()
        self._identity = identity(self._path)
        connection = _connect(self._path)
        if connection is None:
            return
        if not _is_ours(connection, self._uid):
            connection.close()
            return
        connection.execute("PRAGMA query_only=ON").fetchall()
        self._connection = connection


@contextmanager
def filling(path: Path, uid: str) -> Iterator[Connection | None]:
    """A connection that writes, to an index made anew where there is none that can be used.

    None where the folder cannot be written, where this SQLite has no full-text search, or while
    another process fills it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        require_space(path)
        held = lock.acquire(path)
    except (OSError, PrefdeskError):
        yield None
        return
    try:
        connection = _usable(path, uid)
        try:
            yield connection
        finally:
            if connection is not None:
                _leave(connection)
    finally:
        held.release()


def discard(path: Path) -> None:
    """Throw an index away, unless another process fills it."""
    with suppress(OSError, PrefdeskError), lock.locked(path):
        _remove(path)


def mark(cache: Connection, kind: str) -> Mark:
    """How far a kind is indexed."""
    row = cache.execute("SELECT last, uid, n, sum FROM mark WHERE kind = ?", (kind,)).fetchone()
    return Mark() if row is None else Mark(row[0], row[1], row[2], int(row[3]))


def put_mark(cache: Connection, kind: str, value: Mark) -> None:
    """Remember how far a kind is indexed."""
    cache.execute(
        "INSERT OR REPLACE INTO mark(kind, last, uid, n, sum) VALUES(?, ?, ?, ?, ?)",
        (kind, value.last, value.uid, value.n, str(value.sum)),
    )


def is_ready(cache: Connection) -> bool:
    """True once everything was indexed; what came later may be missing."""
    return bool(cache.execute("SELECT ready FROM owner").fetchone()[0])


def set_ready(cache: Connection, ready: bool) -> None:
    """Say whether the index can be searched."""
    cache.execute("UPDATE owner SET ready = ? WHERE ready <> ?", (int(ready), int(ready)))


def empty(cache: Connection, kind: str) -> None:
    """Forget everything of a kind."""
    cache.execute(f"INSERT INTO {kind}_words({kind}_words) VALUES('delete-all')")
    cache.execute("DELETE FROM mark WHERE kind = ?", (kind,))
    if kind == "comment":
        cache.execute("DELETE FROM comment")
    set_ready(cache, False)


@contextmanager
def transaction(cache: Connection) -> Iterator[None]:
    """One transaction; rolled back if the block fails."""
    cache.execute("BEGIN IMMEDIATE")
    try:
        yield
        cache.execute("COMMIT")
    except BaseException:
        with suppress(engine.dbapi.Error):
            cache.execute("ROLLBACK")
        raise


def _connect(path: Path) -> Connection | None:
    if not path.is_file():
        return None
    try:
        connection = engine.connect(path, read_only=False)
    except engine.dbapi.Error:
        return None
    # Ranking looks up the length of every hit.
    connection.execute("PRAGMA cache_size=-32768").fetchall()
    return connection


def _is_ours(connection: Connection, uid: str) -> bool:
    try:
        numbers = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        ]
        if numbers != [APPLICATION_ID, FORMAT]:
            return False
        found = connection.execute("SELECT sql FROM sqlite_schema").fetchall()
        if not {*_TABLES} <= {sql for (sql,) in found}:
            return False
        owner: list[tuple[str]] = connection.execute("SELECT uid FROM owner").fetchall()
    except (engine.dbapi.Error, UnicodeDecodeError):
        return False
    return owner == [(uid,)]


def _usable(path: Path, uid: str) -> Connection | None:
    connection = _connect(path)
    if connection is not None and not _is_ours(connection, uid):
        connection.close()
        connection = None
    try:
        if connection is None:
            connection = _make(path, uid)
        os.utime(path)
        _start(connection)
    except (OSError, engine.dbapi.Error):
        if connection is not None:
            connection.close()
        return None
    return connection


def _make(path: Path, uid: str) -> Connection:
    _remove(path)
    _remove_stale(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = engine.connect(path, read_only=False)
    try:
        with transaction(connection):
            for sql in _TABLES:
                connection.execute(sql)
            for kind in KINDS:
                connection.execute(
                    f"INSERT INTO {kind}_words({kind}_words, rank) VALUES('hashsize', ?)",
                    (_FLUSH_BYTES,),
                )
            connection.execute("INSERT INTO owner(uid, ready) VALUES(?, 0)", (uid,))
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={FORMAT}")
    except BaseException:
        connection.close()
        _remove(path)
        raise
    return connection


def _start(connection: Connection) -> None:
    # Others search while this one fills; what a power cut takes away is indexed again.
    connection.execute("PRAGMA journal_mode=WAL").fetchall()
    connection.execute("PRAGMA synchronous=NORMAL").fetchall()


def checkpoint(cache: Connection) -> None:
    """Bring the log into the file as far as nobody reads it."""
    cache.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _leave(connection: Connection) -> None:
    with suppress(engine.dbapi.Error):
        connection.execute("PRAGMA busy_timeout=50").fetchall()
        engine.end_log(connection)
    connection.close()


def _remove(path: Path) -> None:
    for end in _SUFFIXES[:-1]:
        Path(f"{path}{end}").unlink(missing_ok=True)


def _remove_stale(folder: Path) -> None:
    """Remove the indexes of projects that were not opened for two months."""
    for path in folder.glob("*.db"):
        with suppress(OSError, PrefdeskError):
            if time.time() - path.stat().st_mtime > STALE_S:
                with lock.locked(path):
                    _remove(path)


def require_space(path: Path) -> None:
    """`OSError` where an index would take the last of a disk."""
    if shutil.disk_usage(path.parent).free < RESERVE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_full(error: BaseException) -> bool:
    """True if SQLite found no space, whatever the reserve."""
    return isinstance(faults.translate(error, Path()), DiskFull) and not isinstance(error, OSError)


def is_damaged(error: BaseException) -> bool:
    """True if an index has to be thrown away after this error."""
    return faults.is_damage(error) or "fts5" in str(error)
