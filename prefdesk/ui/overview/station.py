"""One station of the loop: a number with what belongs to it, and the way to its place."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from prefdesk.ui.tokens import SPACE_1, SPACE_2, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Label, restyle


class Station(QPushButton):
    """A card that is one large button: heading, number, unit, and a sentence below."""

    def __init__(self, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setProperty("role", "station")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.title, self.value = Label("", "muted"), Label("–", "number")
        self.unit, self.detail = Label("", "muted"), Label("", "caption", wrap=True)
        self._lay_out()

    def show_number(self, value: str, unit: str = "", detail: str = "") -> None:
        """Show a number; an empty one shows a dash."""
        self.value.setText(value or "–")
        self.unit.setText(unit)
        self.unit.setVisible(bool(unit))
        self.detail.setText(detail)
        self.setAccessibleName(
            ", ".join(t for t in (self.title.text(), f"{value} {unit}".strip(), detail) if t)
        )
        self.updateGeometry()

    def set_next(self, on: bool) -> None:
        """Draw the border of the next step, or the quiet one."""
        role = "station-next" if on else "station"
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)

    def sizeHint(self) -> QSize:
        """Room for the labels; a button alone asks only for its own text."""
        return self._wanted()

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`, so that no label is cut."""
        return self._wanted()

    def _wanted(self) -> QSize:
        layout = self.layout()
        if layout is None:
            return super().sizeHint()
        width = max(self.width(), layout.minimumSize().width())
        return QSize(layout.minimumSize().width(), max(0, layout.heightForWidth(width)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_1)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        for part in (self.value, self.unit):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignBaseline)
        line.addStretch(1)
        column.addWidget(self.title)
        column.addLayout(line)
        column.addWidget(self.detail)
        column.addStretch(1)
        for part in (self.title, self.value, self.unit, self.detail):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
