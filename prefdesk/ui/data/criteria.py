"""What raters judge: a name and a guideline for each criterion."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Label, PlainButton, Speaking

if TYPE_CHECKING:
    from prefdesk.project import Criterion


class CriteriaEditor(Speaking, QWidget):
    """Lines of name, guideline and weight; lines can be added and removed.

    *Signals*
    - `changed()`
    """

    changed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[QLineEdit, QLineEdit, QLineEdit, PlainButton]] = []
        self._heads = [Label("", "caption") for _ in range(3)]
        self.add = PlainButton("", "add")
        self.add.clicked.connect(self._on_add_pressed)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_2)
        self._grid.setVerticalSpacing(SPACE_2)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        for position, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, position)
        self._speak()

    def set_value(self, criteria: "tuple[Criterion, ...]") -> None:
        """Show other criteria."""
        while self._lines:
            self._drop(0)
        for one in criteria:
            self._append(one.name, one.guideline, f"{one.weight:g}")

    def value(self) -> "tuple[Criterion, ...] | None":
        """The criteria; None while a weight is no number."""
        from prefdesk.project import Criterion

        found = []
        for name, guideline, weight, _ in self._lines:
            try:
                number = float(weight.text().replace(",", "."))
            except ValueError:
                return None
            found.append(Criterion(name.text().strip(), guideline.text().strip(), number))
        return tuple(found)

    def names(self) -> list[QLineEdit]:
        """The fields of the names, in order."""
        return [line[0] for line in self._lines]

    def _append(self, name: str, guideline: str, weight: str) -> None:
        fields = (QLineEdit(name), QLineEdit(guideline), QLineEdit(weight))
        fields[0].setFixedWidth(150)
        fields[2].setFixedWidth(70)
        remove = PlainButton("", "delete")
        row = len(self._lines) + 1
        for position, field in enumerate(fields):
            field.textEdited.connect(self.changed)
            self._grid.addWidget(field, row, position)
        remove.clicked.connect(lambda: self._on_remove_pressed(remove))
        self._grid.addWidget(remove, row, 3)
        self._lines.append((*fields, remove))
        self._name_fields()

    def _drop(self, position: int) -> None:
        for widget in self._lines.pop(position):
            self._grid.removeWidget(widget)
            widget.deleteLater()

    def _on_add_pressed(self) -> None:
        self._append("", "", "1")
        self._lines[-1][0].setFocus()
        self.changed.emit()

    def _on_remove_pressed(self, button: PlainButton) -> None:
        kept = [(n.text(), g.text(), w.text()) for n, g, w, b in self._lines if b is not button]
        while self._lines:
            self._drop(0)
        for line in kept:
            self._append(*line)
        self.changed.emit()

    def retranslate(self) -> None:
        """Names of the fields follow the language."""
        super().retranslate()
        if hasattr(self, "add"):
            self._name_fields()

    def _name_fields(self) -> None:
        texts = (self.tr("Criterion"), self.tr("Guideline"), self.tr("Weight"))
        for number, (*fields, remove) in enumerate(self._lines, 1):
            for field, text in zip(fields, texts):
                field.setAccessibleName(f"{text} {number}")
            remove.setAccessibleName(self.tr("Remove criterion {n}").format(n=number))
            remove.setToolTip(remove.accessibleName())
            remove.setEnabled(len(self._lines) > 1)

    def _speak(self) -> None:
        self.say(self._heads[0].setText, lambda: self.tr("Criterion"))
        self.say(self._heads[1].setText, lambda: self.tr("Guideline that raters read"))
        self.say(self._heads[2].setText, lambda: self.tr("Weight"))
        self.say(self.add.setText, lambda: self.tr("Add a criterion"))
