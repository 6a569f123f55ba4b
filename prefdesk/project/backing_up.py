"""Backups while people work: every ten minutes, and at the end if anything changed.

The copying runs on a thread of its own with a connection that only reads, at the lowest
priority the system has, so no rating waits for it. A backup that fails is a notice, no error.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from prefdesk import store
from prefdesk.errors import FileMoved, PrefdeskError
from prefdesk.paths import backups_dir
from prefdesk.project.core import Core
from prefdesk.store.backup import BackupInfo

EVERY_S = 600.0


class Backing:
    """The backups of one open project; made by `Project`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._thread: threading.Thread | None = None
        self.notices: list[str] = []
        self.tell: Callable[[str], None] = lambda sentence: None
        """Called with each notice, on whatever thread found it."""
        self._store = core.store
        self._saved = 0
        self._since_s = time.monotonic()

    def to(self, out: Path) -> BackupInfo:
        """Write a backup to a new file."""
        self.wait()
        _require_in_place(self._core.store)
        return store.backup.make(self._core.store.path, out)

    def now(self) -> BackupInfo | None:
        """Make a backup among the automatic ones and wait for it; None if they are off.

        Raises `DiskFull` or `ProjectError`.
        """
        self.wait()
        return self._make()

    def if_due(self, every_s: float = EVERY_S) -> bool:
        """Begin a backup if something changed and the last one is long ago; True if it began."""
        if self._is_running or not self._has_changed:
            return False
        if time.monotonic() - self._since_s < every_s:
            return False
        self._start()
        return True

    def at_end(self) -> None:
        """Finish what runs and save what changed since; raises nothing that a disk can do."""
        self.wait()
        if self._has_changed and not self._core.store.closed:
            self._start()
            self.wait()

    def wait(self) -> None:
        """Wait until no backup is being made."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def _has_changed(self) -> bool:
        if self._store is not self._core.store:
            # The file was rewritten and opened again; nothing in it changed by that.
            self._store, self._saved = self._core.store, 0
        return self._store.mode == "w" and self._store.writes != self._saved

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="prefdesk backup", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _step_back()
        try:
            self._make()
        except (PrefdeskError, OSError, MemoryError) as error:
            self._since_s = time.monotonic()
            sentence = f"No backup was made: {error}"
            if sentence not in self.notices:
                self.notices.append(sentence)
            self.tell(sentence)

    def _make(self) -> BackupInfo | None:
        root = backups_dir()
        opened = self._core.store
        _require_in_place(opened)
        writes = opened.writes
        made = None
        if root is not None and not self._core.query(_is_empty):
            uid = self._core.query(lambda c: store.meta.get(c, "uid"))
            made = store.backup.make_in(folder_of(root, uid), opened.path)
        self._saved, self._since_s = writes, time.monotonic()
        return made


def _require_in_place(opened: store.Store) -> None:
    # Another file under the name would become a backup of this project.
    if not opened.is_in_place:
        raise FileMoved(
            f"The file under the name {opened.path.name} is no longer the one that is open."
        )


def folder_of(root: Path, uid: str) -> Path:
    """Where the backups of a project lie; a uid that is no plain word names no folder above."""
    plain = uid if uid.isalnum() and len(uid) <= 64 else "unnamed"
    return root / plain


def _is_empty(c: store.Connection) -> bool:
    found = store.summary(c)
    return not (found.train_prompts or found.evaluation_prompts or found.raters)


def _step_back() -> None:
    # On Linux a thread has a priority of its own; elsewhere the copying is short enough.
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
