"""Ratings from files through the window: asked for or dropped, imported, undone."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prefdesk.ui import background
from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.raters.importing import PATTERNS, RatingsDialog

if TYPE_CHECKING:
    from prefdesk.project import RatingsReport
    from prefdesk.ui.window import Window


class RatingsFlow(QObject):
    """What the window does with files of ratings; dialogs are its children."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk

    def ask(self) -> None:
        """Ask which file to import."""
        patterns = f"{self.tr('Ratings')} ({PATTERNS})"
        AskFile.to_open(self._window, self.tr("Import ratings"), patterns, self.show)

    def show(self, path: Path) -> None:
        """Show what a file would bring."""
        if self._desk.project is not None:
            RatingsDialog(self._desk, path, self.tell_imported, self._window).open()

    def take(self, paths: list[str]) -> None:
        """Files were dropped: ratings, or something for the places."""
        if self._desk.mark is not None:  # in a working copy of a pack people only rate
            self._window.drops.take_others(paths)
            return

        def look() -> list[bool]:
            from prefdesk.formats import is_ratings

            return [is_ratings(path) for path in paths]

        def found(marks: list[bool]) -> None:
            ratings = [path for path, mark in zip(paths, marks) if mark]
            if ratings:
                self.show(Path(ratings[0]))
            else:
                self._window.drops.take_others(paths)

        background.query(self, look, found)

    def tell_imported(self, report: "RatingsReport") -> None:
        """Say what came in, with the way back."""
        undo = partial(self._undo, report.acts)
        self._window.news.offer(
            self.tr("%n ratings were imported.", "", report.added),
            self.tr("%n raters were added.", "", len(report.new_raters))
            if report.new_raters
            else "",
            kind="good",
            action=self.tr("Undo") if report.acts else "",
            on_action=undo,
        )
        if report.acts:
            self._window.newest.done(undo)

    def _undo(self, acts: tuple[bytes, ...]) -> None:
        self._desk.mutate(lambda p: p.ratings.take_back(acts), self._on_undone)

    def _redo(self, undone: tuple[bytes, ...]) -> None:
        self._desk.mutate(lambda p: p.ratings.bring_back(undone), self._on_redone)

    def _on_undone(self, undone: tuple[bytes, ...]) -> None:
        redo = partial(self._redo, undone)
        self._window.news.offer(
            self.tr("The import was taken back."),
            kind="good",
            action=self.tr("Bring it back"),
            on_action=redo,
        )
        self._window.newest.undone(redo)

    def _on_redone(self, acts: tuple[bytes, ...]) -> None:
        undo = partial(self._undo, acts)
        self._window.news.offer(
            self.tr("The imported ratings count again."),
            kind="good",
            action=self.tr("Undo"),
            on_action=undo,
        )
        self._window.newest.done(undo)
