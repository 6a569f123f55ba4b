"""The page that is read while agreement is worked out for the first time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.ui.raters import words
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.widgets import Card, Column, Label, PlainButton, RowsModel, Speaking, TableView

if TYPE_CHECKING:
    from prefdesk.project import FirstFigures, RaterFigures


class FirstView(Speaking, QWidget):
    """What was judged and how each rater scored; agreement follows.

    *Signals*
    - `again_wished()`: agreement is to be worked out after all.
    """

    again_wished = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: FirstFigures | None = None
        self._people: Sequence[RaterFigures] = ()
        self.waiting = Label("", "muted")
        self.card = Card()
        self.judged, self.spread = Label("", wrap=True), Label("", "muted", wrap=True)
        for label in (self.judged, self.spread):
            self.card.body.addWidget(label)
        self._rows: RowsModel[RaterFigures] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_3, 0, 0)
        column.setSpacing(SPACE_3)
        self.again = PlainButton("", "redo")
        self.again.clicked.connect(self.again_wished)
        self.again.hide()
        self.say(self.again.setText, lambda: self.tr("Work out again"))
        line = QHBoxLayout()
        line.addWidget(self.waiting)
        line.addWidget(self.again)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.card)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self.say(self.card.set_title, lambda: self.tr("Judged so far"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Scores of each rater"))
        self._working = True
        self.say(self.waiting.setText, self._sentence)
        self.clear()

    def clear(self) -> None:
        """Nothing is known yet."""
        self._figures = None
        self._rows.set_rows([])
        for label in (self.judged, self.spread):
            label.setText("")
        self.card.hide()
        self.table.hide()

    def set_working(self, on: bool) -> None:
        """Say whether more is on its way."""
        self._working = on
        self.waiting.setText(self._sentence())
        self.again.setVisible(not on)

    def _sentence(self) -> str:
        if self._working:
            return self.tr("Working agreement out for the first time …")
        return self.tr("Agreement was not worked out.")

    def show_figures(self, figures: "FirstFigures") -> None:
        """Show what was judged."""
        self._figures = figures
        self.card.show()
        self._say_figures()

    def show_people(self, people: "Sequence[RaterFigures]") -> None:
        """Show how each rater scored."""
        self._rows.set_rows(list(people))
        self.table.setVisible(bool(people))

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_figures", None) is not None:
            self._say_figures()

    def _say_figures(self) -> None:
        found = self._figures
        if found is None:
            return
        text = self.tr("{ratings} ratings of {answers} answers: {coverage}.")
        each = self.tr("{answers} by {raters}")
        coverage = ", ".join(
            each.format(answers=f"{n:,}", raters=raters) for raters, n in found.coverage
        )
        self.judged.setText(
            text.format(
                ratings=f"{found.n_ratings:,}", answers=f"{found.n_items:,}", coverage=coverage
            )
        )
        self.spread.setVisible(found.mean is not None)
        self.spread.setText(
            self.tr(
                "Mean score {mean}; the answers' means lie {between} apart, the scores of one "
                "answer {within} (standard deviations, in points)."
            ).format(
                mean=words.plain(found.mean),
                between=words.plain(found.between) or "–",
                within=words.plain(found.within) or "–",
            )
        )

    def _columns(self) -> "list[Column[RaterFigures]]":
        return [
            Column(lambda: self.tr("Rater"), lambda r: r.name, width=200),
            Column(lambda: self.tr("Scores"), lambda r: r.n, True),
            Column(lambda: self.tr("Mean"), lambda r: r.mean, True, 2),
            Column(lambda: self.tr("Standard deviation"), lambda r: r.spread, True, 2),
        ]
