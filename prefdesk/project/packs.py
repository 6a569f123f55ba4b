"""Rating packs: items out to a rater without a server, judgements back, each of them once."""

from pathlib import Path

from prefdesk import store
from prefdesk.project import pack_copy, pack_merge, pack_preview
from prefdesk.project.core import Core
from prefdesk.project.pack_copy import Mark
from prefdesk.project.pack_incoming import Cancelled, Progress
from prefdesk.project.pack_records import MergeReport, PackPreview
from prefdesk.records import PackMerge, Rater, Split


class Packs:
    """`project.packs`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def mark(self) -> Mark | None:
        """Which pack this file is the working copy of; None for an ordinary project."""
        return self._core.query(pack_copy.mark_of)

    def make(
        self,
        rater: Rater,
        path: str | Path,
        *,
        limit: int | None = None,
        split: Split | None = None,
        overwrite: bool = False,
    ) -> int:
        """Write a pack with the items that wait for a rater, in their order; returns how many.

        It names no model and no other rater, and holds nobody's judgement. `InputError` if
        nothing waits, for a simulated rater, and if the file is there already.
        """
        return pack_copy.make(self._core, rater, Path(path), limit, split, overwrite)

    def return_pack(self, path: str | Path, *, overwrite: bool = False) -> int:
        """Write what the rater of this working copy did so far; returns the number of events.

        Giving back twice is fine: what the project has already is passed over.
        """
        return pack_copy.give_back(self._core, Path(path), overwrite)

    def preview(
        self,
        path: str | Path,
        *,
        as_name: str = "",
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> PackPreview:
        """What merging a pack would do; also on a project that is open read-only.

        `InputError` if the pack cannot be used at all, `Cancelled`.
        """
        return pack_preview.preview(self._core, Path(path), as_name, progress, cancelled)

    def check(self, path: str | Path, *, as_name: str = "", unverified: bool = False) -> None:
        """Raise the `InputError` that `merge` would raise before it takes anything."""
        pack_merge.check(self._core, Path(path), as_name, unverified)

    def merge(
        self,
        path: str | Path,
        *,
        as_name: str = "",
        unverified: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        conflicts: int | None = None,
    ) -> MergeReport:
        """Take the ratings of a pack in, in transactions that ratings made here go before.

        `as_name` gives them to another rater of the project, or, for a rater who is not known,
        names the new one. A pack whose signature differs from the rater's earlier ones needs
        `unverified`. Rows that are refused stay out, each counted with its reason. The same merge
        again finishes one that was cancelled or interrupted, and brings back one that was undone.
        `conflicts` says how many a preview found, to be remembered with the merge.
        Raises `InputError`, `Cancelled`.
        """
        return pack_merge.merge(
            self._core, Path(path), as_name, unverified, progress, cancelled, conflicts
        )

    def merges(self) -> list[PackMerge]:
        """The packs that were merged, oldest first."""
        return self._core.query(store.merges.all)

    def quarantined(self, merge_id: int) -> list[tuple[bytes, str, str]]:
        """Judgements that fit no item here: (event uid, reason, the event as JSON)."""
        return self._core.query(lambda c: store.merges.quarantined(c, merge_id))

    def undo(self, merge_id: int | None = None, *, progress: Progress | None = None) -> PackMerge:
        """Take a merge back, the newest without a number; merging the pack again restores it."""
        id = pack_merge.newest(self.merges()).id if merge_id is None else merge_id
        pack_merge.undo(self._core, id, progress)
        return self._core.query(lambda c: store.merges.get(c, id))

    def redo(self, merge_id: int, *, progress: Progress | None = None) -> PackMerge:
        """Bring a merge back that was taken back; its pack is not needed.

        `InputError` if it is not taken back.
        """
        pack_merge.redo(self._core, merge_id, progress)
        return self._core.query(lambda c: store.merges.get(c, merge_id))
