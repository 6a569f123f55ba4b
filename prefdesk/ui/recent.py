"""The menu of recent projects, filled anew whenever it is opened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QWidget

from prefdesk.ui.preferences import Preferences
from prefdesk.ui.widgets import tip


class RecentMenu(QMenu):
    """Lists the projects that were open last; the path of the chosen one goes to `open_path`."""

    def __init__(
        self, preferences: Preferences, open_path: Callable[[Path], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._preferences, self._open_path = preferences, open_path
        self.aboutToShow.connect(self._fill)

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for path in self._preferences.recent():
            action = self.addAction(path.stem)
            action.setToolTip(tip(str(path)))
            action.triggered.connect(partial(self._open_path, path))
        if self.isEmpty():
            self.addAction(self.tr("None yet")).setEnabled(False)
