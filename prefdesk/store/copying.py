"""A complete copy of an open project, from the connections that are open already.

It works while people rate, and also when the file has lost its name: a connection that was open
before reads on from a file that was renamed, deleted or replaced.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from prefdesk.errors import Cancelled, DiskFull, FileMoved, ProjectError
from prefdesk.store import compacting, durable, engine, faults, header, lock, stranger
from prefdesk.store.engine import Connection

if TYPE_CHECKING:
    from prefdesk.store.file import Store

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

STEP_BYTES = 4 * 2**20
_SPARE_BYTES = 16 * 2**20
_ENDS = ("", "-wal", "-journal")


def save_copy(
    store: "Store",
    to: Path,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Write everything that is saved, weights included, to a new file, and check it.

    All of it is of one moment. The file appears under its name once it is on disk and whole.
    Raises `DiskFull` before anything is written if it would not fit, `Cancelled`, and
    `ProjectError` where a file of the name is there, the source is damaged or its disk gone.
    """
    to = to.absolute()
    durable.require_free_name(to)
    durable.require_folder(to)
    if isinstance(store.failure, FileMoved):
        # What is in the file is of two states; a copy could look whole and not be.
        raise FileMoved(store.failure.message, store.failure.hint)
    with faults.opening(to):
        with store.read() as source, durable.appearing(to) as part:
            wanted = compacting.counts(source)
            _require_space(source, to)
            _fill(source, part, progress, cancelled)
            _check(part, to, wanted)
        stranger.remember(to)
    return to


def copy_of(
    path: Path,
    to: Path,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """A complete copy of a project that need not be writable, and may be open elsewhere.

    Raises as `save_copy` and as opening a project does.
    """
    from prefdesk.store import file

    path, to = path.absolute(), to.absolute()
    durable.require_free_name(to)
    durable.require_folder(to)
    if header.is_cut_off(path) and not lock.is_held(path):
        return _put_right(path, to)
    with file.open(path, "r") as opened:
        return save_copy(opened, to, progress, cancelled)


def _put_right(path: Path, to: Path) -> Path:
    """Copy a file whose writing was cut off with what is left beside it, and take that in there."""
    from prefdesk.store import file

    made = [Path(f"{to}{end}") for end in _ENDS]
    try:
        with faults.opening(to):
            for end, target in zip(_ENDS, made, strict=True):
                if Path(f"{path}{end}").exists():
                    shutil.copyfile(f"{path}{end}", target)
        file.open(to).close()
    except BaseException:
        for target in made:
            target.unlink(missing_ok=True)
        raise
    return to


def _require_space(source: Connection, to: Path) -> None:
    pages = source.execute("PRAGMA page_count").fetchone()[0]
    needed = pages * source.execute("PRAGMA page_size").fetchone()[0] + _SPARE_BYTES
    free = shutil.disk_usage(to.parent).free
    if free < needed:
        raise DiskFull(
            f"The copy needs {needed / 2**20:.0f} MiB in {to.parent}, and only "
            f"{free / 2**20:.0f} MiB are free.",
            "Free some space there, or choose another disk.",
        )


def _fill(
    source: Connection,
    part: Path,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    page_size: int = source.execute("PRAGMA page_size").fetchone()[0]

    def on_step(_status: int, left: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress((total - left) * page_size, total * page_size)

    part.touch(mode=0o600, exist_ok=False)
    with closing(engine.connect(part, read_only=False)) as c:
        # A crash leaves a file of no use under a name that nobody looks for.
        c.execute("PRAGMA journal_mode=MEMORY").fetchall()
        c.execute("PRAGMA synchronous=OFF")
        source.backup(c, pages=STEP_BYTES // page_size, progress=on_step)
    with closing(engine.connect(part, read_only=False)) as c:
        # The copy has taken over that the source has a log; and what was deleted stays behind.
        engine.end_log(c)
        c.execute("PRAGMA synchronous=OFF")
        c.execute("PRAGMA incremental_vacuum").fetchall()


def _check(part: Path, to: Path, wanted: dict[str, int]) -> None:
    with closing(engine.connect(part, read_only=True)) as copy:
        if not compacting.is_whole(copy, quick=True) or compacting.counts(copy) != wanted:
            raise ProjectError(
                f"The copy {to.name} is not the same as the project, and was not kept.",
                "Look at the project with `prefdesk check`.",
            )
