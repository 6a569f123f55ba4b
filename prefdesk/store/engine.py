"""The SQLite library and the connections made with it.

The library is chosen as sqlite-utils chooses it, so that one process never holds two SQLite
libraries: two of them on one file would lose each other's locks.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefdesk.errors import ProjectError

PAGE_SIZE = 16384
BUSY_TIMEOUT_S = 2.0
JOURNAL_LIMIT_BYTES = 64 * 2**20
WRITER_CACHE_KIB = 16 * 1024
"""Holds the inner pages of a project of some gigabytes, so that a rating reads leaves only."""

# Foreign files are met with every guard this engine has: nothing inside a file may run code,
# cells are checked before they are used, and deleted text is overwritten where it costs nothing.
_EVERYWHERE = (
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "foreign_keys=ON",
    "secure_delete=FAST",
    "mmap_size=0",
    "temp_store=MEMORY",
    "wal_autocheckpoint=0",
)


def _library() -> Any:
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3.dbapi2")


dbapi: Any = _library()

FAILURES: tuple[type[Exception], ...] = (dbapi.Error, MemoryError)
"""What a statement can raise for reasons that lie outside the program."""

if TYPE_CHECKING:
    # Both libraries have the same classes; only one of them has types.
    from sqlite3 import Connection as Connection
else:
    Connection = dbapi.Connection


def version() -> str:
    """The version of the SQLite library in use, such as 3.53.4."""
    return str(dbapi.sqlite_version)


def has_wal_fault(number: tuple[int, ...]) -> bool:
    """True if this SQLite may skip committed pages when one connection writes while another
    checkpoints (fixed in 3.51.3, and in 3.50.7 and 3.44.6; sqlite.org/wal.html#walresetbug)."""
    backported = {(3, 50): 7, (3, 44): 6}
    patch = backported.get((number[0], number[1]))
    return number < (3, 51, 3) and not (patch is not None and number[2] >= patch)


def require_sound() -> None:
    """Raise `ProjectError` if the SQLite in use can damage a project file."""
    number = tuple(int(part) for part in version().split("."))
    if has_wal_fault(number):
        raise ProjectError(
            f"SQLite {version()} has a fault that can damage project files.",
            "Install the package pysqlite3 (0.6.1 or newer).",
        )


def connect(path: Path, *, read_only: bool, bare: bool = False) -> Connection:
    """A connection without implicit transactions; the file must exist.

    A read-only one cannot write by any statement and never takes a write lock. A bare one reads
    the file as if no log lay beside it; nobody may write the file meanwhile.
    """
    require_sound()
    mode = "ro&immutable=1" if bare else "ro" if read_only else "rw"
    connection: Connection = dbapi.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_TIMEOUT_S,
        cached_statements=256,
    )
    try:
        for pragma in _EVERYWHERE:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        if read_only or bare:
            connection.execute("PRAGMA query_only=ON").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def start_log(connection: Connection) -> None:
    """Switch the writer to a write-ahead log that is on disk before a commit returns."""
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise ProjectError(
            "The disk that holds this project cannot keep a log beside it.",
            "Copy the project to a disk of this computer.",
        )
    connection.execute("PRAGMA synchronous=FULL").fetchall()
    connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
    connection.execute(f"PRAGMA journal_size_limit={JOURNAL_LIMIT_BYTES}").fetchall()


def empty_log(connection: Connection) -> None:
    """Bring the whole log into the file."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def end_log(connection: Connection) -> None:
    """Go back to one plain file without a log; fails while another connection is open."""
    connection.execute("PRAGMA journal_mode=DELETE").fetchall()
