"""Small layouts that several views share."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from prefdesk.ui.tokens import SPACE_2

TEXT_FRAME = 34
"""Height of a text's frame and margins."""


def side_by_side(left: QWidget, right: QWidget, sizes: tuple[int, int]) -> QSplitter:
    """Two widgets with a hairline between them that can be moved."""
    split = QSplitter(Qt.Orientation.Horizontal)
    split.setHandleWidth(1)
    split.setChildrenCollapsible(False)
    for widget, margins in ((left, (0, 0, SPACE_2, 0)), (right, (SPACE_2, 0, 0, 0))):
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(*margins)
        column.addWidget(widget)
        split.addWidget(frame)
    split.setStretchFactor(0, sizes[0])
    split.setStretchFactor(1, sizes[1])
    split.setSizes(list(sizes))
    return split


def scrolled(inside: QWidget) -> QScrollArea:
    """A widget that scrolls when the window is too small for it."""
    area, frame = QScrollArea(), QWidget()
    frame.setProperty("role", "scrolled")
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(frame)
    return area


def stack(parts: QBoxLayout, *, narrow: bool) -> None:
    """Put parts below each other in a narrow window, side by side otherwise."""
    way = QBoxLayout.Direction
    parts.setDirection(way.TopToBottom if narrow else way.LeftToRight)


def fit_text(view: QPlainTextEdit, most_lines: int, *, least_lines: int = 0) -> None:
    """Take only the height that a text needs, up to a number of lines.

    With `least_lines`, that many of its lines are always seen.
    """
    needed, line = max(1, round(view.document().size().height())), view.fontMetrics().lineSpacing()
    view.setMaximumHeight(min(needed, most_lines) * line + TEXT_FRAME)
    if least_lines:
        view.setMinimumHeight(min(needed, least_lines) * line + TEXT_FRAME)


def give_way(widget: QWidget, least_height: int) -> None:
    """Let a widget take what height is left, down to so much, whatever it would like to have."""
    widget.setMinimumHeight(least_height)
    policy = widget.sizePolicy()
    policy.setVerticalPolicy(QSizePolicy.Policy.Ignored)
    widget.setSizePolicy(policy)


def whole(button: QPushButton) -> None:
    """Keep a button as wide as its words, whatever it stands in."""
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


def fit_rows(table: QTableView, rows: int) -> None:
    """Room for the header and the rows, for a scroll bar where one is needed, and no more."""
    header, bar = table.horizontalHeader().sizeHint().height(), table.horizontalScrollBar()
    needed = bar.sizeHint().height() if bar.maximum() > bar.minimum() else 0
    body = rows * table.verticalHeader().defaultSectionSize()
    table.setFixedHeight(header + body + needed + 2 * table.frameWidth())
