"""The ways of packs through the window: made, opened, given back, merged, taken back."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prefdesk.errors import PrefdeskError
from prefdesk.ui import background
from prefdesk.ui.dialogs import AskFile, Question
from prefdesk.ui.packs import reading
from prefdesk.ui.packs.make import SUFFIX, MakeDialog, file_name
from prefdesk.ui.packs.merge import MergeDialog
from prefdesk.ui.packs.merges import MergesDialog
from prefdesk.ui.packs.reading import Glance
from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.project import MergeReport
    from prefdesk.records import PackMerge
    from prefdesk.ui.window import Window


class PackFlow(QObject):
    """Everything the window does with packs; dialogs are its children."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk

    def make(self) -> None:
        """Ask what goes into a pack, and write it."""
        if self._desk.project is not None:
            MakeDialog(self._desk, self._on_made, self._window).open()

    def ask_for_pack(self) -> None:
        """Ask which pack to merge."""
        patterns = self.tr("Rating packs (*.prefpack)")
        AskFile.to_open(self._window, self.tr("Merge a pack"), patterns, self.take)

    def take(self, path: Path) -> None:
        """A pack was chosen or dropped: one to rate, or one that came back."""
        background.query(
            self, lambda: reading.glance(path), self._on_glance, self._desk.error_raised.emit
        )

    def give_back(self) -> None:
        """Ask where the ratings of this working copy go."""
        facts = self._window.copy_bar.facts
        name = file_name(facts.rater if facts else "", "-back")
        patterns = self.tr("Rating packs (*.prefpack)")
        AskFile.to_save(
            self._window, self.tr("Give the ratings back"), patterns, name, self.write_back
        )

    def write_back(self, path: Path) -> None:
        """Write what was rated here; the file dialog has asked before replacing a file."""
        self._desk.mutate(
            lambda p: (p.packs.return_pack(path, overwrite=True), path), self._on_given_back
        )

    def merge(self, path: Path) -> MergeDialog:
        """Show what merging would do."""
        dialog = MergeDialog(self._desk, path, self.tell_merged, self._on_stopped, self._window)
        dialog.open()
        return dialog

    def undo(self, merge_id: int | None = None) -> None:
        """Take a merge back, the newest without a number."""
        self._window.news.offer(self.tr("Taking the merge back …"))
        self._desk.mutate(lambda p: p.packs.undo(merge_id), self.tell_undone)

    def redo(self, merge_id: int) -> None:
        """Bring a merge back that was taken back."""
        self._window.news.offer(self.tr("Bringing the merge back …"))
        self._desk.mutate(lambda p: p.packs.redo(merge_id), self.tell_redone)

    def show_merges(self) -> None:
        """List what was merged."""
        if self._desk.project is not None:
            MergesDialog(self._desk, self, self._window).open()

    def _on_made(self, n: int, rater: str, path: Path) -> None:
        text = self.tr("A pack with %n answers for {name} was made.", "", n)
        self._window.news.offer(
            text.format(name=one_line(rater, 60)),
            self.tr("Send them {path}.").format(path=one_line(str(path))),
            kind="good",
        )

    def _on_glance(self, found: Glance) -> None:
        if found.kind == "rate":
            self.offer_copy(found)
        elif self._desk.project is None:
            self._window.news.offer(
                self.tr("This pack holds ratings. Open the project they belong to."),
                self.tr("Then merge the pack, or drop it on the window again."),
                action=self.tr("Open project…"),
                on_action=self._window.menus.actions["open"].trigger,
            )
        else:
            self.merge(found.path)

    def offer_copy(self, found: Glance) -> None:
        """Ask whether a pack to rate shall become a working copy."""
        text = self.tr("The pack holds %n answers for {name} to rate.", "", found.n_items)
        more = self.tr(
            "They are rated in a working copy, a small project of its own; its ratings are given "
            "back as a pack."
        )
        Question.ask(
            self._window,
            self.tr("Make a working copy of this pack"),
            f"{text.format(name=one_line(found.rater, 60))} {more}",
            [(self.tr("Choose where it goes…"), partial(self._ask_where, found.path))],
        )

    def _ask_where(self, pack: Path) -> None:
        AskFile.to_save(
            self._window,
            self.tr("Where the working copy goes"),
            self.tr("Projects (*.prefdesk)"),
            str(pack.with_suffix(".prefdesk")),
            partial(self.open_copy, pack),
        )

    def open_copy(self, pack: Path, path: Path) -> None:
        """Make the working copy and open it; an existing file is refused, not replaced."""

        def make() -> Path:
            from prefdesk.project import open_pack

            return open_pack(pack, path)

        background.query(self, make, self._window.open_path, self._on_error)

    def _on_given_back(self, done: tuple[int, Path]) -> None:
        n, path = done
        self._window.news.offer(
            self.tr("%n judgements were written.", "", n),
            self.tr("Send {path} to the one who gave you the pack.").format(
                path=one_line(str(path))
            ),
            kind="good",
        )

    def tell_merged(self, report: "MergeReport") -> None:
        """Say what came in, with the way back."""
        n, name = report.new + report.restored, one_line(report.rater.name, 60)
        text = self.tr("%n judgements by {name} came in.", "", n).format(name=name)
        self._window.news.offer(
            text,
            self._left_out(report),
            kind="good",
            action=self.tr("Undo"),
            on_action=partial(self.undo, report.merge_id),
        )
        self._window.newest.done(partial(self.undo, report.merge_id))

    def _left_out(self, report: "MergeReport") -> str:
        parts = []
        if report.duplicate:
            parts.append(self.tr("%n were here already.", "", report.duplicate))
        if refused := sum(report.refused.values()):
            parts.append(self.tr("%n were refused and stay out.", "", refused))
        return " ".join(parts)

    def _on_stopped(self) -> None:
        self._window.news.offer(
            self.tr("The merge was stopped; what came in so far stays."),
            self.tr("Merge the pack again to finish."),
            kind="warn",
            action=self.tr("Undo"),
            on_action=self.undo,
        )

    def tell_undone(self, done: "PackMerge") -> None:
        """Say that a merge was taken back, with the way on."""
        self._window.news.offer(
            self.tr("The merge was taken back."),
            kind="good",
            action=self.tr("Bring it back"),
            on_action=partial(self.redo, done.id),
        )
        self._window.newest.undone(partial(self.redo, done.id))

    def tell_redone(self, done: "PackMerge") -> None:
        """Say that a merge counts again, with the way back."""
        self._window.news.offer(
            self.tr("The merge counts again."),
            kind="good",
            action=self.tr("Undo"),
            on_action=partial(self.undo, done.id),
        )
        self._window.newest.done(partial(self.undo, done.id))

    def _on_error(self, error: PrefdeskError) -> None:
        self._desk.error_raised.emit(error)


def is_pack(path: str | Path) -> bool:
    """True for the name of a rating pack."""
    return Path(path).suffix.lower() == SUFFIX
