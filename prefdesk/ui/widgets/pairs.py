"""A plain list of pairs: a name at the left, something quiet at the right."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from prefdesk.ui import theme
from prefdesk.ui.widgets.text import tip


class PairList(QTreeWidget):
    """Rows of two texts and a value behind them; one row is current.

    `value(item)` gives back what was added; `itemActivated` and `itemClicked` tell of choice.
    """

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def add(self, left: str, right: str, value: object, more: str = "") -> None:
        """Append a row."""
        item = QTreeWidgetItem([left, right])
        item.setData(0, Qt.ItemDataRole.UserRole, value)
        item.setForeground(1, QColor(theme.current().muted))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setToolTip(0, tip(more))
        self.addTopLevelItem(item)

    def value(self, item: QTreeWidgetItem) -> object:
        """What was added with a row."""
        return item.data(0, Qt.ItemDataRole.UserRole)

    def count(self) -> int:
        """Rows."""
        return self.topLevelItemCount()

    def row(self) -> int:
        """The current row; -1 if there is none."""
        item = self.currentItem()
        return -1 if item is None else self.indexOfTopLevelItem(item)

    def choose(self, row: int) -> None:
        """Make a row the current one."""
        item = self.topLevelItem(row)
        if item is not None:
            self.setCurrentItem(item)

    def fit(self, rows: int) -> None:
        """Take the height of at most this many rows."""
        height = self.sizeHintForRow(0) if self.count() else 0
        self.setFixedHeight(height * min(rows, self.count()) + 2)
