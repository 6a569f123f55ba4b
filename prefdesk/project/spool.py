"""Folders for large files in passing."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from prefdesk.paths import cache_dir


@contextlib.contextmanager
def spool_folder() -> Iterator[Path]:
    """A folder for large files in passing, gone afterwards.

    Folders of processes that no longer live are removed too: after a power cut nobody else will.
    """
    root = cache_dir() / "spool"
    root.mkdir(parents=True, exist_ok=True)
    for stale in root.iterdir():
        if not _alive(stale.name.split("-")[0]):
            shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=root) as name:
        yield Path(name)


def _alive(pid: str) -> bool:
    if not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
