"""The list of keys: what `?` shows."""

from collections.abc import Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.palette import words
from prefdesk.ui.widgets import Column, RowsModel, TableView


class ShortcutsDialog(Dialog):
    """All verbs that have a key."""

    def __init__(self, parent: QWidget | None, actions: Sequence[QAction]) -> None:
        super().__init__(parent, "", width=520)
        rows: RowsModel[QAction] = RowsModel(
            [
                Column(lambda: self.tr("Command"), words, width=300),
                Column(lambda: self.tr("Key"), keys),
            ]
        )
        rows.set_rows([action for action in actions if keys(action)])
        table = TableView(rows)
        table.setMinimumHeight(340)
        self.body.addWidget(table)
        self.say(self.set_title, lambda: self.tr("Keyboard shortcuts"))
        self.say(table.setAccessibleName, lambda: self.tr("Keyboard shortcuts"))
        close = self.add_button("", self.close, primary=True)
        self.say(close.setText, lambda: self.tr("Close"))


def keys(action: QAction) -> str:
    """The keys of an action as the system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(one.toString(native) for one in action.shortcuts())
