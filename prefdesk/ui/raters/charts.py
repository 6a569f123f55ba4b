"""Small painted charts: each says the figure under the cursor and has a table behind it."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from prefdesk.ui import theme
from prefdesk.ui.widgets import Card, Column, Label, PlainButton, RowsModel, Speaking, TableView
from prefdesk.ui.widgets.arrange import scrolled

R = TypeVar("R")


class Chart(Speaking, QWidget):
    """A painted chart. Subclasses say what lies under a point and paint themselves.

    *Signals*
    - `hovered(str)`: the words for what lies under the cursor; empty beside the marks.
    - `opened(object)`: a mark was clicked.
    """

    hovered = Signal(str)
    opened = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def record_at(self, _at: QPointF) -> Any:
        """The record of the mark at a point, or None."""
        return None

    def words_for(self, _record: Any) -> str:
        """What is said about a mark under the cursor."""
        return ""

    def metrics(self) -> QFontMetrics:
        """Of the captions."""
        return QFontMetrics(self.caption())

    def caption(self) -> QFont:
        """The font of the captions, at the present text size."""
        return theme.theme().font("caption")

    def restyle(self) -> None:
        """Colours and text size follow the theme."""
        self.updateGeometry()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what lies under the cursor."""
        found = self.record_at(event.position())
        shape = Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        self.hovered.emit("" if found is None else self.words_for(found))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open what lies under the cursor."""
        found = self.record_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(found)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the cursor any more."""
        super().leaveEvent(event)
        self.hovered.emit("")


class TwinCard(Speaking, Card, Generic[R]):
    """A chart and, behind one button, the same figures as a table.

    The keyboard and a screen reader use the table, where Enter does what a click on a mark does.

    *Signals*
    - `opened(object)`: a record was chosen in the chart or in the table.
    """

    opened = Signal(object)

    def __init__(
        self, chart: Chart, columns: Sequence[Column[R]], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.chart, self.value = chart, Label("", "caption")
        self.explained = Label("", "caption", wrap=True)
        self.rows: RowsModel[R] = RowsModel(columns)
        self.table = TableView(self.rows)
        self.as_table = PlainButton("", "table")
        self.as_table.setCheckable(True)
        self._stack = QStackedWidget()
        self._lay_out()
        chart.hovered.connect(self.value.setText)
        chart.opened.connect(self.opened)
        self.table.opened.connect(self.opened)
        self.as_table.toggled.connect(lambda on: self._stack.setCurrentIndex(int(on)))
        self.say(self.as_table.setToolTip, lambda: self.tr("Show the figures as a table"))
        self.say(self.as_table.setAccessibleName, lambda: self.tr("Show the figures as a table"))

    def focus(self) -> None:
        """Take the keyboard to the table, or to the button that shows it."""
        (self.table if self.as_table.isChecked() else self.as_table).setFocus()

    def set_words(self, title: str, explained: str) -> None:
        """The title and one sentence on how to read the chart."""
        self.set_title(title)
        self.explained.setText(explained)
        self.explained.setVisible(bool(explained))
        self.chart.setAccessibleName(title)
        self.chart.setAccessibleDescription(explained)
        self.table.setAccessibleName(title)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        self.body.removeWidget(self.heading)
        # What lies under the cursor takes the room there is; it must not move the button.
        self.value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.heading)
        line.addWidget(self.value, 1)
        line.addWidget(self.as_table)
        self.body.addLayout(line)
        self.body.addWidget(self.explained)
        self._stack.addWidget(scrolled(self.chart))
        self._stack.addWidget(self.table)
        self.body.addWidget(self._stack, 1)
