"""What the window says above its places: known errors, news, and how long each of them stays."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from prefdesk.errors import DamagedProject, PrefdeskError, ReadOnly
from prefdesk.ui.widgets.notice import Kind

if TYPE_CHECKING:
    from prefdesk.ui.window import Window

GOOD_NEWS_MS = 6_000


class Announcements(QObject):
    """Uses the window's notice. Good news goes away by itself; the rest stays until it is read.

    While somebody rates, news is not shown at all, and errors are said in the place.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.timeout.connect(window.notice.hide)

    def offer(
        self,
        sentence: str,
        hint: str = "",
        *,
        kind: Kind = "info",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """Say something with one action; it stays until it is read."""
        self._calm.stop()
        self._window.notice.tell(sentence, hint, kind=kind, action=action, on_action=on_action)

    @Slot(object)
    def tell_error(self, error: PrefdeskError) -> None:
        """Say what happened, with the way out that the window has for it."""
        self._calm.stop()
        rated = self._window.rating_place
        shown = self._window.notice if rated is None else rated.notice
        if isinstance(error, DamagedProject):
            self._window.care.tell_damage(error, shown)
        elif isinstance(error, ReadOnly):
            work_in_copy = self._window.file.work_in_copy
            ways = {"action": self.tr("Work in a copy…"), "on_action": work_in_copy}
            shown.tell(error.message, kind="info", **ways)  # type: ignore[arg-type]
        else:
            shown.tell_error(error)

    @Slot(str, str)
    def tell(self, sentence: str, kind: str) -> None:
        """Say a sentence; good news goes away by itself."""
        if self._window.rating_place is not None:
            return  # nothing but the text while somebody rates
        self._window.notice.tell(sentence, kind=kind)  # type: ignore[arg-type]
        if kind in ("good", "info"):
            self._calm.start(GOOD_NEWS_MS)
        else:
            self._calm.stop()
