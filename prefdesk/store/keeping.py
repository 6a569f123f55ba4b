"""The file as it was, kept beside the one that takes its place, so that the name is never empty.

A second name is given to the old file first, then the new one replaces it in one step. A crash
between the two leaves two names of one file, which `forget_cut_off` undoes at the next opening.
"""

import glob
import os
import shutil
from contextlib import suppress
from pathlib import Path

from prefdesk.store import durable
from prefdesk.store.durable import ENDS

BEFORE_RESTORE = "before-restore"
_KEPT = ("{name}.v*.bak", "{stem}." + BEFORE_RESTORE + "-*{suffix}")


def free_name(stem: Path, suffix: str, joint: str = ".") -> Path:
    """The first name that is free: the stem with the suffix, then with .2, .3, … between them."""
    number = 1
    while True:
        found = Path(f"{stem}{suffix}" if number == 1 else f"{stem}{joint}{number}{suffix}")
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


def forget_cut_off(path: Path) -> None:
    """Remove the second name of a file whose replacement was cut off before it came."""
    parts = {"name": path.name, "stem": path.stem, "suffix": path.suffix}
    escaped = {key: glob.escape(value) for key, value in parts.items()}
    for pattern in _KEPT:
        for kept in path.parent.glob(pattern.format(**escaped)):
            with suppress(OSError):
                if kept.samefile(path):
                    durable.remove(kept)
