"""What was handed to the project and is not on disk yet."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from prefdesk.errors import PrefdeskError

Settle = Callable[[BaseException | None, Any], None]


class Outbox(QObject):
    """Brings what the writer's thread says back to the window's thread, in the writer's order.

    *Attributes*
    - `unsaved`: how many acts are on their way.

    *Signals*
    - `unsaved_changed(int)`; `emptied()`: nothing is on its way any more.
    """

    unsaved_changed = Signal(int)
    emptied = Signal()
    _arrived = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.unsaved = 0
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def send(self, write: Callable[[], "Future[Any]"], settle: Settle) -> None:
        """Hand in an act; `settle(error, result)` is called later on this thread, never at once."""
        self._count(1)
        try:
            future = write()
        except PrefdeskError as error:
            self._arrived.emit(settle, error, None)
            return

        def done(finished: "Future[Any]") -> None:  # on the writer's thread
            error = finished.exception()
            if isValid(self):
                self._arrived.emit(settle, error, None if error else finished.result())

        future.add_done_callback(done)

    @Slot(object, object, object)
    def _on_arrived(self, settle: Settle, error: BaseException | None, result: Any) -> None:
        self._count(-1)
        settle(error, result)
        if not self.unsaved:
            self.emptied.emit()

    def _count(self, by: int) -> None:
        self.unsaved += by
        self.unsaved_changed.emit(self.unsaved)
