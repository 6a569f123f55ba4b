"""What the verbs of the window do; `menus` says what they are called and when they make sense."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from prefdesk.ui.crash import open_log_folder
from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.rail import PLACES

if TYPE_CHECKING:
    from prefdesk.ui.window import Window

SUFFIX = ".prefdesk"


class Commands(QObject):
    """Does a verb by its name in the menus; dialogs are the window's children."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk

    @Slot(str)
    def do(self, name: str) -> None:
        """Do this verb; the name of a place goes there."""
        if name in PLACES:
            self._window.show_place(name)
        else:
            self._handlers()[name]()

    def ask_new(self) -> None:
        """Ask where a new project goes, and make it."""
        AskFile.to_save(
            self._window,
            self.tr("New project"),
            self.tr("Projects (*.prefdesk)"),
            f"{self.tr('project')}{SUFFIX}",
            lambda path: self._window.leaving.leave(lambda: self._desk.new_project(path)),
        )

    def ask_open(self) -> None:
        """Ask which project or rating pack to open."""
        patterns = self.tr("Projects and rating packs (*.prefdesk *.prefpack)")
        AskFile.to_open(self._window, self.tr("Open project"), patterns, self._window.open_path)

    def show_starter(self) -> None:
        """Offer a starter project with a small real model."""
        from prefdesk.ui.starter import StarterDialog

        StarterDialog(self._desk, self._window).open()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        window = self._window
        return {
            "new": self.ask_new,
            "open": self.ask_open,
            "starter": self.show_starter,
            "make_pack": window.packs.make,
            "merge_pack": window.packs.ask_for_pack,
            "merges": window.packs.show_merges,
            "give_back": window.packs.give_back,
            "import_ratings": window.ratings.ask,
            "backups": window.care.backups,
            "check": window.care.check,
            "compact": window.care.compact,
            "save_copy": window.file.save_copy,
            "work_in_copy": window.file.work_in_copy,
            "close_project": lambda: window.leaving.leave(lambda: None),
            "preferences": self._show_preferences,
            "quit": window.close,
            "undo": self._undo,
            "redo": self._redo,
            "palette": lambda: window.palette_panel.open(window.verbs()),
            "stop": self._desk.jobs.stop,
            "shortcuts": self._show_shortcuts,
            "log": open_log_folder,
            "about": self._show_about,
        }

    def _undo(self) -> None:
        window = self._window
        if not window.is_rating and window.newest.undo():
            return
        if window.place is not None:
            window.place.undo()

    def _redo(self) -> None:
        window = self._window
        if not window.is_rating and window.newest.redo():
            return
        if window.place is not None:
            window.place.redo()

    def _show_preferences(self) -> None:
        from prefdesk.ui.preferences_dialog import PreferencesDialog

        PreferencesDialog(self._desk.preferences, self._window).open()

    def _show_shortcuts(self) -> None:
        from prefdesk.ui.shortcuts import ShortcutsDialog

        ShortcutsDialog(self._window, self._window.verbs()).open()

    def _show_about(self) -> None:
        from prefdesk.ui.about import AboutDialog

        AboutDialog(self._window).open()
