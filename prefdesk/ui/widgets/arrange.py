"""Small layouts that several views share."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from prefdesk.ui.tokens import SPACE_2


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


def fit_text(view: QPlainTextEdit, most_lines: int) -> None:
    """Take only the height that a text needs, up to a number of lines."""
    lines = min(max(1, round(view.document().size().height())), most_lines)
    view.setMaximumHeight(lines * view.fontMetrics().lineSpacing() + 34)


def steady(card: Any) -> None:
    """Keep a plot's card from growing with the figure under the cursor."""
    card.heading.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    card.value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    card.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
