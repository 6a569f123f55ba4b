"""A widget shown before somebody holds it is a window for a moment, and takes the focus."""

import traceback
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from prefdesk.ui.rail import PLACES
from prefdesk.ui.window import make_place
from tests.ui.stage import Stage


class Watcher(QObject):
    """Remembers the line that showed a widget which nobody holds."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed: set[QWidget] = set()
        self.flashes: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and watched not in self.allowed:  # type: ignore[attr-defined]
            lines = [f for f in traceback.extract_stack() if "prefdesk/ui" in f.filename]
            self.flashes.append(f"{type(watched).__name__} at {lines[-1].filename}")
        return False


def test_no_part_of_a_place_is_shown_before_the_place_holds_it(
    qtbot: QtBot, stage: Stage, project_file: Path
) -> None:
    app = QApplication.instance()
    assert app is not None
    watcher = Watcher()
    app.installEventFilter(watcher)
    try:
        stage.open(project_file)
        for name in PLACES:
            place = make_place(name, stage.desk)
            watcher.allowed.add(place)
            stage.show(place)
            place.refresh()
            stage.quiet()
    finally:
        app.removeEventFilter(watcher)
    assert watcher.flashes == []
