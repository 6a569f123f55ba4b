"""Space given back: a little at a time while nobody works, or all of it into a fresh file.

Deleted weights leave free pages, which the next checkpoint uses again, so nothing is done
before the file is a tenth larger than what it holds. `give_back` then moves pages from the end
into the holes, 4 MB in each transaction; `compact` writes a new file and puts it in place of the
old one.
"""

import os
import shutil
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prefdesk.errors import DiskFull, ProjectError
from prefdesk.store import (
    deleting,
    durable,
    engine,
    faults,
    header,
    lock,
    migrations,
    schema,
    stranger,
)
from prefdesk.store.engine import Connection

if TYPE_CHECKING:
    from prefdesk.store.file import Store

STEP_BYTES = 4 * 2**20
BEGIN_SHARE, END_SHARE = 0.09, 0.05
_QUIET_S = 5.0
_SPARE_BYTES = 16 * 2**20

# Once begun, giving back goes on at later calls until little is free.
_under_way: "weakref.WeakSet[Store]" = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class Compacted:
    """The size of the file before and after."""

    before_bytes: int
    after_bytes: int


def give_back(store: "Store", budget_s: float = 0.2) -> bool:
    """Finish deletions and shrink the file for about this long; True if more is to be done.

    For moments when nobody works: it does nothing within 5 s of a rating, and stops at the
    next one. Each step is one transaction, so a rating waits for 4 MB at most and a kill
    leaves a whole file. A project open for reading only is left alone.
    """
    ends = time.monotonic() + budget_s
    if store.mode != "w":
        return False
    if _is_busy(store):
        return True
    if not deleting.finish(store, budget_s):
        return True
    while _is_due(store):
        if time.monotonic() >= ends or _is_busy(store):
            return True
        store.write(_shrink).result()
    return False


def _is_busy(store: "Store") -> bool:
    return time.monotonic() - store.last_urgent_s < _QUIET_S


def _is_due(store: "Store") -> bool:
    with store.read() as c:
        free, total = _pages(c)
    share = free / max(total, 1)
    if share > BEGIN_SHARE:
        _under_way.add(store)
    elif share <= END_SHARE:
        _under_way.discard(store)
    return store in _under_way


def _pages(c: Connection) -> tuple[int, int]:
    """Free pages and all pages."""
    return (
        c.execute("PRAGMA freelist_count").fetchone()[0],
        c.execute("PRAGMA page_count").fetchone()[0],
    )


def _shrink(c: Connection) -> None:
    page_size = c.execute("PRAGMA page_size").fetchone()[0]
    c.execute(f"PRAGMA incremental_vacuum({STEP_BYTES // page_size})").fetchall()


@dataclass(frozen=True, slots=True)
class Space:
    """What compacting would do: the size of the file now, what of it is unused, and what is free
    on its disk; a copy of the used part must fit there for a moment."""

    size_bytes: int
    unused_bytes: int
    free_bytes: int


def space(store: "Store") -> Space:
    """What compacting a project would gain, and what it needs."""
    with store.read() as c:
        unused, pages = _pages(c)
        page_size = c.execute("PRAGMA page_size").fetchone()[0]
    free = shutil.disk_usage(store.path.parent).free
    return Space(pages * page_size, unused * page_size, free)


def compact(path: Path | str) -> Compacted:
    """Rewrite a project that nobody has open, without its free space.

    The new file is written beside the old one, checked, and takes its place in one step; a
    failure at any moment leaves the old one. Raises `ProjectInUse`, `DiskFull` before anything
    is written if the space cannot suffice, and what opening a project raises.
    """
    from prefdesk.store import file

    path = Path(path).absolute()
    # A full opening takes in what a crash left, refuses what is no project, and tidies up.
    with file.open(path) as opened:
        deleting.finish(opened)
        require_space(opened)
    held = lock.acquire(path)
    try:
        with faults.translated(path):
            return _rewrite(path)
    finally:
        held.release()


def require_space(store: "Store") -> None:
    """Raise `DiskFull` if a compact copy would not fit beside the project."""
    with store.read() as c:
        free_pages, pages = _pages(c)
        needed = (pages - free_pages) * c.execute("PRAGMA page_size").fetchone()[0] + _SPARE_BYTES
    free = shutil.disk_usage(store.path.parent).free
    if free < needed:
        raise DiskFull(
            f"Compacting {store.path.name} needs {needed / 2**20:.0f} MiB beside it for a moment, "
            f"and only {free / 2**20:.0f} MiB are free.",
            "Free some space, or move the project to another disk first.",
        )


def _rewrite(path: Path) -> Compacted:
    for stale in path.parent.glob(f".{path.name}.*.compact*"):
        stale.unlink()
    if header.log_size_bytes(path):
        raise ProjectError(f"Another program works on {path.name}.", "Close it, then try again.")
    made = path.with_name(f".{path.name}.{os.getpid()}.compact")
    before = path.stat().st_size
    try:
        _copy(path, made)
        shutil.copymode(path, made)
        durable.sync(made)
        after = made.stat().st_size
        made.replace(path)
        stranger.remember(path)
    except BaseException:
        durable.remove(made)
        raise
    durable.sync_folder(path.parent)
    return Compacted(before, after)


def _copy(path: Path, made: Path) -> None:
    source = engine.connect(path, read_only=True)
    try:
        # SQLite counts VACUUM INTO as a write, although this file stays as it is.
        source.execute("PRAGMA query_only=OFF").fetchall()
        source.execute("VACUUM INTO ?", (str(made),))
        wanted = counts(source)
    finally:
        source.close()
    copy = engine.connect(made, read_only=True)
    try:
        if not is_whole(copy) or counts(copy) != wanted:
            raise ProjectError(
                f"The compact copy of {path.name} is not the same as the project.",
                "The project is as it was; look at it with `prefdesk check`.",
            )
    finally:
        copy.close()


def is_whole(c: Connection, *, quick: bool = False) -> bool:
    """True for a project file of the current format whose pages are sound.

    A quick look does not compare the indexes with their tables.
    """
    look = "quick_check" if quick else "integrity_check"
    marks = {"application_id": schema.APPLICATION_ID, "user_version": schema.FORMAT}
    marks |= {"auto_vacuum": 2, "page_size": engine.PAGE_SIZE}
    return (
        all(c.execute(f"PRAGMA {key}").fetchone()[0] == value for key, value in marks.items())
        and migrations.actual(c) == schema.expected()
        and c.execute(f"PRAGMA {look}(1)").fetchall() == [("ok",)]
    )


def counts(c: Connection) -> dict[str, int]:
    """The number of rows of each table."""
    names = [name for kind, name, _ in schema.expected() if kind == "table"]
    return {name: c.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
