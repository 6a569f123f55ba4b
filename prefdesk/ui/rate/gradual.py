"""Work of the window's thread in small steps, so that no moment of it is felt."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot


class Gradual(QObject):
    """Takes one step of an iterator in each turn of the event loop.

    *Signals*
    - `finished()`
    """

    finished = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_turn)

    def start(self, steps: Iterator[None]) -> None:
        """Begin with these steps; those of an earlier call are dropped."""
        self._steps = steps
        self._timer.start(0)

    def stop(self) -> None:
        """Take no further step."""
        self._steps = None
        self._timer.stop()

    @Slot()
    def _on_turn(self) -> None:
        steps = self._steps
        if steps is None or next(steps, self) is self:
            self.stop()
            if steps is not None:
                self.finished.emit()
