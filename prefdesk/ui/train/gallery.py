"""Answers as a round goes: before, and after the step one looks at, with the differing words."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from prefdesk.ui import background
from prefdesk.ui.evaluate.difftext import DiffText
from prefdesk.ui.evaluate.worddiff import Marked, compare
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import Card, Label, Speaking, one_line, shown

TEXT_HEIGHT = 96


class GalleryCard(Speaking, Card):
    """A row for each prompt; hidden while a round has shown nothing yet."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._body: Mapping[str, Any] | None = None
        self.step = QComboBox()
        self.step.activated.connect(lambda _index: self._fill())
        self.texts: list[tuple[DiffText, DiffText]] = []
        self._heads = (Label("", "caption"), Label("", "caption"))
        line = QHBoxLayout()
        self.body.removeWidget(self.heading)
        line.addWidget(self.heading)
        line.addStretch(1)
        line.addWidget(self.step)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_3)
        self._grid.setVerticalSpacing(SPACE_2)
        self._names: list[Label] = []
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
            self._grid.setColumnStretch(column, 1)
        self.body.addLayout(line)
        self.body.addLayout(self._grid)
        self.say(self.set_title, lambda: self.tr("Answers as the round goes"))
        self.say(self.step.setAccessibleName, lambda: self.tr("Step to look at"))
        self.say(self._heads[0].setText, lambda: self.tr("before"))
        self.hide()

    def show_gallery(self, body: Mapping[str, Any] | None) -> None:
        """Show what a round has reported, its newest answers first; None hides the card."""
        self._body = body if body and body.get("shots") else None
        if self._body is not None:
            self._make_rows(len(self._body["prompts"]))
            self._offer(newest=True)
            self._fill()
        self.setVisible(self._body is not None)

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_body", None) is not None:
            self._offer(newest=False)
            self._fill()

    def _offer(self, *, newest: bool) -> None:
        assert self._body is not None
        at, shots = self.step.currentIndex(), self._body["shots"]
        self.step.clear()
        for shot in shots:
            self.step.addItem(self.tr("after step {step}").format(step=shot["step"]))
        self.step.setCurrentIndex(len(shots) - 1 if newest else at)

    def _make_rows(self, n: int) -> None:
        while len(self.texts) < n:
            pair = DiffText("warn", dashed=True), DiffText("accent")
            name, row = Label("", "heading", wrap=True), 1 + 2 * len(self.texts)
            self._grid.addWidget(name, row, 0, 1, 2)
            for column, text in enumerate(pair):
                text.setFixedHeight(TEXT_HEIGHT)
                self._grid.addWidget(text, row + 1, column)
            self.texts.append(pair)
            self._names.append(name)
        for number, pair in enumerate(self.texts):
            for part in (*pair, self._names[number]):
                part.setVisible(number < n)

    def _fill(self) -> None:
        body = self._body
        if body is None:
            return
        texts = body["shots"][max(0, self.step.currentIndex())]["texts"]
        self._heads[1].setText(self.step.currentText())
        pairs = [(shown(p["before"]), shown(t)) for p, t in zip(body["prompts"], texts)]
        for prompt, name, views in zip(body["prompts"], self._names, self.texts):
            name.setText(one_line(prompt["prompt"], 120))
            views[0].setAccessibleName(self.tr("Answer before"))
            views[1].setAccessibleName(self.step.currentText())
        background.query(
            self, lambda: [compare(a, b) for a, b in pairs], self._on_compared, key="diff"
        )

    def _on_compared(self, found: "list[tuple[Marked, Marked]]") -> None:
        for views, marked in zip(self.texts, found):
            for view, one in zip(views, marked):
                view.show_marked(one)
