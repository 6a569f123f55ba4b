"""Carries out what `MoveCard` asks for, and takes it back."""

from PySide6.QtCore import QObject, Signal, Slot

from prefdesk.project import Project
from prefdesk.records import Rater, Rating
from prefdesk.ui.desk import Desk
from prefdesk.ui.rate.start_page import StartPage
from prefdesk.ui.widgets import Notice, shown

MOVABLE = 2_000
"""Ratings offered for moving, from the newest back."""


class Mover(QObject):
    """Moves ratings to another rater.

    *Signals*
    - `changed()`: there is a move to undo, or none any more.
    """

    changed = Signal()

    def __init__(self, desk: Desk, page: StartPage, notice: Notice, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._page, self._notice = desk, page, notice
        self._card = card = page.move_card
        self._from: Rater | None = None
        self._to: Rater | None = None
        card.source_chosen.connect(self._on_source_chosen)
        card.move_wished.connect(self._on_move_wished)

    @property
    def can_undo(self) -> bool:
        """True after a move, until something else happens."""
        return self._from is not None

    @Slot()
    def toggle(self) -> None:
        """Open or close the card."""
        self._page.open_move(self._card.isHidden())
        if not self._card.isHidden():
            self._on_source_chosen(self._card.source.currentData())
            self._card.source.setFocus()

    @Slot()
    def undo(self) -> None:
        """Give the ratings back."""
        rater, self._from = self._from, None
        self._notice.hide()
        if rater is not None:
            self._desk.mutate(lambda p: p.ratings.undo(rater), self._on_undone)

    def forget(self) -> None:
        """Other acts follow; undo now belongs to them."""
        self._from = None

    @Slot(object)
    def _on_source_chosen(self, rater: Rater | None) -> None:
        if rater is None:
            return

        def newest(project: Project) -> list[Rating]:
            return project.ratings.newest(rater.id, MOVABLE)

        self._desk.query(newest, self._card.show_ratings, key="movable")

    @Slot(object, object, object)
    def _on_move_wished(self, uids: list[bytes], source: Rater, target: Rater) -> None:
        self._from, self._to = source, target
        self._desk.mutate(
            lambda p: p.ratings.move(uids, source, target), self._on_moved, self._on_not_moved
        )

    def _on_moved(self, count: int) -> None:
        self._page.open_move(False)
        words = self.tr("%n ratings belong to {rater} now.", "", count)
        self._notice.tell(
            words.format(rater=shown(self._to.name) if self._to else ""),
            kind="good",
            action=self.tr("Undo"),
            on_action=self.undo,
        )
        self.changed.emit()

    def _on_not_moved(self, error: Exception) -> None:
        self._from = None
        self._notice.tell(str(error), kind="bad")

    def _on_undone(self, _: object) -> None:
        words = self.tr("The ratings are back under the name they had.")
        self._notice.tell(words, kind="info")
        self.changed.emit()
