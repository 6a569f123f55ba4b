"""The project's file itself: copied, followed when it moves, made smaller, and backed up."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from prefdesk import store
from prefdesk.errors import PrefdeskError, ProjectError, ReadOnly
from prefdesk.project.backing_up import EVERY_S, Backing
from prefdesk.project.core import Core
from prefdesk.project.naming import full_name
from prefdesk.project.searching import Search


class ProjectFile:
    """`project.file`.

    *Attributes*
    - `backing`: the automatic backups; its `tell` is called with each one that fails.
    """

    def __init__(self, core: Core, search: Search) -> None:
        self._core, self._search = core, search
        self.backing = Backing(core)

    def give_back(self, budget_s: float = 0.2) -> bool:
        """Give unused space of the file back for about this long, for moments when nobody works.

        True if there is more to do at another such moment.
        """
        return self._core.store.give_back(budget_s)

    def space(self) -> store.compacting.Space:
        """What compacting would gain, and what it needs."""
        return store.compacting.space(self._core.store)

    def compact(self) -> store.Compacted:
        """Rewrite the file without its free space; the project is open again afterwards.

        Nothing else may use the project meanwhile. `DiskFull` before anything happens if the
        copy would not fit beside the file.
        """
        path = self._core.store.path
        if self._core.store.mode != "w":
            raise ReadOnly("This project is open read-only.", "Open it for writing.")
        store.compacting.require_space(self._core.store)
        self.close()
        try:
            return store.compact(path)
        finally:
            self._core.store = store.open(path)

    @property
    def place(self) -> store.Place:
        """What is known of the disk and the folder; asks the disk."""
        return self._core.store.place

    def whereabouts(self) -> store.Whereabouts:
        """If the file under the name is still the one that is open, and else what became of it.

        Returns at once: the answer is to the question of the call before, so ask twice a second.
        """
        return self._core.store.whereabouts()

    @property
    def failure(self) -> ProjectError | None:
        """Why nothing more is written: `DiskFailed`, or `FileMoved` if another program wrote it."""
        return self._core.store.failure

    def save_copy(
        self,
        to: str | Path,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Path:
        """Write a complete copy, weights included, to a new file; returns its path.

        It works while people rate, and also when the file was renamed, deleted or replaced.
        `progress` is called with bytes done and bytes in all. Raises `DiskFull` before it
        starts, `Cancelled`, and `ProjectError` where a file of the name is there.
        """
        return self._core.store.save_copy(full_name(to), progress, cancelled)

    def go_on_in(self, path: str | Path) -> None:
        """Work in another file with the same project from here on, such as a copy just saved.

        Whoever holds this object, or a rating session of it, goes on there; what could not be
        written to the file before can be handed in again. Raises what opening a project raises,
        and `ProjectError` for another project, and for a copy that lacks ratings.
        """
        opened = store.open(Path(path))
        try:
            with opened.read() as c:
                uid = store.meta.get(c, "uid")
            if uid != self._core.query(lambda c: store.meta.get(c, "uid")):
                raise ProjectError(f"{opened.path.name} is another project.")
            self._require_ratings_in(opened)
        except BaseException:
            opened.close()
            raise
        before, self._core.store = self._core.store, opened
        before.close()

    def _require_ratings_in(self, copy: store.Store) -> None:
        with copy.read() as c:
            there = store.events.count(c)
        saved = 0
        with suppress(PrefdeskError):  # a disk that is gone cannot be asked
            saved = self._core.query(store.events.count)
        if saved > there:
            here = self._core.store.path.name
            # The file was put back after it was copied, and written since.
            raise ProjectError(
                f"{copy.path.name} lacks {saved - there} of the acts that {here} holds.",
                "Save another copy and go on in that.",
            )

    def go_on_renamed(self) -> Path:
        """Work under the name that the file was given while it was open; returns that name.

        Raises `ProjectError` where it has none, or what opening a project raises.
        """
        before = self._core.store
        now = before.present_name()
        if now is None:
            raise ProjectError(f"{self._core.store.path.name} cannot be found under another name.")
        before.close()
        self._core.store = store.follow(before, now)
        return now

    def backup(self, to: str | Path | None = None) -> store.backup.BackupInfo | None:
        """Save everything but the weights among the backups, or to a new file.

        None if automatic backups are off. Raises `DiskFull` or `ProjectError`.
        """
        return self.backing.now() if to is None else self.backing.to(full_name(to).absolute())

    def backup_if_due(self, every_s: float = EVERY_S) -> bool:
        """For a timer: begin a backup in the background after 10 minutes of work; True if begun.

        Returns at once. What goes wrong is added to `notices`.
        """
        return self.backing.if_due(every_s)

    def close(self) -> None:
        """Back up what changed, and leave one plain file; see `Project.close`."""
        try:
            self._search.close()
            self.backing.at_end()
        finally:
            self._core.store.close()
