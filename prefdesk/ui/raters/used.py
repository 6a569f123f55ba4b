"""The rounds that trained on an answer, with the reward as it was frozen for each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.ui.raters import words
from prefdesk.ui.tokens import SPACE_1
from prefdesk.ui.train.rounds import status_word
from prefdesk.ui.widgets import Column, Label, RowsModel, Speaking, TableView
from prefdesk.ui.widgets.arrange import fit_rows

if TYPE_CHECKING:
    from prefdesk.project import InRound

MOST_ROWS = 4
"""Rounds seen without scrolling."""


class RoundsList(Speaking, QWidget):
    """A sentence, and a small table where there are rounds to list."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said = Label("", "caption", wrap=True)
        self._rows: RowsModel[InRound] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_1)
        column.addWidget(self.said)
        column.addWidget(self.table)
        self.say(self.table.setAccessibleName, lambda: self.tr("Rounds that used this reward"))
        self.show_rounds(())

    def show_rounds(self, rounds: "Sequence[InRound]") -> None:
        """Show those of another answer, newest first."""
        self._rows.set_rows(sorted(rounds, key=lambda r: -r.number))
        self.table.setVisible(bool(rounds))
        fit_rows(self.table, min(MOST_ROWS, len(rounds)))
        self._say()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_rows"):
            self._say()

    def _say(self) -> None:
        self.said.setText(
            self.tr("Rounds that used this reward, as it was frozen for each:")
            if self._rows.records
            else self.tr("No round has used this reward yet.")
        )

    def _columns(self) -> "list[Column[InRound]]":
        return [
            Column(lambda: self.tr("Round"), lambda r: r.number, True, width=60),
            Column(
                lambda: self.tr("State"),
                lambda r: r.status,
                show=lambda r: status_word(r.status),
                width=84,
            ),
            Column(
                lambda: self.tr("Reward, sd"),
                lambda r: r.reward,
                True,
                show=lambda r: words.signed(r.reward, 2),
                width=84,
            ),
            Column(
                lambda: self.tr("Quality ± se, points"),
                lambda r: r.quality,
                True,
                show=lambda r: words.with_error(r.quality, r.se),
            ),
            Column(
                lambda: self.tr("Trained on"),
                lambda r: r.weight,
                show=lambda r: self.tr("yes") if r.weight else self.tr("no"),
                width=84,
            ),
        ]
