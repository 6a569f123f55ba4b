"""A project that cannot be written where it is, as a copy somewhere else."""

from collections.abc import Callable
from pathlib import Path

from prefdesk import store
from prefdesk.project.naming import full_name


def copy_of(
    path: str | Path,
    to: str | Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Make a complete copy of a project that is write-protected or open elsewhere; its path.

    What a crash left beside the file is taken in on the way. `progress` is called with bytes done
    and bytes in all. Raises `DiskFull` before it starts, `Cancelled`, `ProjectError` where a file
    of the name is there, and what opening a project raises; nothing is left then.
    """
    return store.copying.copy_of(Path(path), full_name(to), progress, cancelled)
