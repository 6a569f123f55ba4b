"""Files dropped on the window: who takes which."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prefdesk.ui.commands import SUFFIX
from prefdesk.ui.packs.flow import is_pack

if TYPE_CHECKING:
    from prefdesk.ui.window import Window


class Drops(QObject):
    """Hands files on: projects and packs are opened, ratings imported, the rest is for places."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window

    def take(self, paths: list[str]) -> None:
        """Open a project, take a pack in, or look whether these are ratings."""
        window = self._window
        projects = [p for p in paths if p.endswith(SUFFIX)]
        if projects:
            window.open_path(projects[0])
        elif packs := [p for p in paths if is_pack(p)]:
            window.packs.take(Path(packs[0]))
        elif paths and window.desk.project is None:
            words = self.tr("Open or make a project first, then drop the file again.")
            window.notice.tell(words, kind="info")
        elif paths:
            window.ratings.take(paths)

    def take_others(self, paths: list[str]) -> None:
        """Hand files that hold neither projects nor packs nor ratings to a place."""
        window = self._window
        if paths and not self._taken(paths):
            window.show_place("data")
            if window.place is not None and not self._taken(paths):
                window.notice.tell(self.tr("These files cannot be imported."), kind="bad")

    def _taken(self, paths: list[str]) -> bool:
        place = self._window.place
        return place is not None and place.take_files(paths)
