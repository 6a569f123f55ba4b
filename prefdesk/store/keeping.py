"""The file as it was, kept beside the one that takes its place, so that the name is never empty.

A second name is given to the old file first, then the new one replaces it in one step. A crash
between the two leaves two names of one file, which `forget_cut_off` undoes at the next opening.
"""

import glob
import os
import shutil
from contextlib import suppress
from pathlib import Path

ENDS = ("", "-wal", "-shm", "-journal")
"""What may lie under the name of a project: the file itself, and what SQLite keeps beside it."""

BEFORE_RESTORE = "before-restore"
_KEPT = ("{name}.v*.bak", "{stem}." + BEFORE_RESTORE + "-*{suffix}")


def free_name(path: Path, pattern: str) -> Path:
    """The first name beside `path` that is free: `{n}` is empty, then .2, .3, …"""
    number = 1
    while True:
        found = path.with_name(pattern.format(n="" if number == 1 else f".{number}"))
        if not any(os.path.lexists(f"{found}{end}") for end in ENDS):
            return found
        number += 1


def keep(path: Path, kept: Path) -> None:
    """Give a file, and the log beside it, a second name; a copy where a disk knows no links."""
    for end in ENDS:
        if os.path.lexists(f"{path}{end}"):
            try:
                os.link(f"{path}{end}", f"{kept}{end}", follow_symlinks=False)
            except OSError:
                shutil.copy2(f"{path}{end}", f"{kept}{end}", follow_symlinks=False)


def drop_log(path: Path) -> None:
    """Remove what SQLite left beside a file that was replaced; it belongs to the kept one."""
    for end in ENDS[1:]:
        Path(f"{path}{end}").unlink(missing_ok=True)


def discard(kept: Path) -> None:
    """Take the second name back, for a replacement that failed."""
    for end in ENDS:
        Path(f"{kept}{end}").unlink(missing_ok=True)


def forget_cut_off(path: Path) -> None:
    """Remove the second name of a file whose replacement was cut off before it came."""
    parts = {"name": path.name, "stem": path.stem, "suffix": path.suffix}
    escaped = {key: glob.escape(value) for key, value in parts.items()}
    for pattern in _KEPT:
        for kept in path.parent.glob(pattern.format(**escaped)):
            with suppress(OSError):
                if kept.samefile(path):
                    discard(kept)
