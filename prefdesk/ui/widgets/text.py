"""Text on the screen. Foreign text is shown as it is, never as HTML, and nothing in it hides."""

import html
import re

from PySide6 import QtGui
from PySide6.QtCore import QCoreApplication, QMimeData, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QFontMetrics,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from prefdesk.formats import reveal
from prefdesk.formats.visible import SHOWN_CHARACTERS

LINE_HEIGHT = 1.5
FEWER_CHARACTERS = 30_000
MANY_INTRICATE = 2000
# Neither Latin, Greek, Cyrillic, punctuation nor Chinese, Japanese and Korean.
_INTRICATE = re.compile(r"[^\x00-\u058f\u2010-\u2027\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]")
_MARKED = re.compile("⟦U\\+([0-9A-F]{4,6})⟧|⟦↩⟧\n")


def shown(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Text fit for a widget: invisible characters revealed, endless lines and texts cut."""
    found = reveal(text, limit=limit)
    if not found.cut:
        return found.text
    note = QCoreApplication.translate("text", "The text goes on; only its beginning is shown.")
    return f"{found.text}\n\n… {note}"


def sentences(*parts: str) -> str:
    """Sentences one after the other, as far apart as the language has them."""
    said = ""
    for part in filter(None, parts):
        pair = QCoreApplication.translate("text", "{sentence} {next}")
        said = pair.format(sentence=said, next=part) if said else part
    return said


def tip(text: str) -> str:
    """A text for a tooltip: Qt would obey markup in it, and fetch pictures."""
    text = shown(text)
    if not QtGui.Qt.mightBeRichText(text):
        return text
    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>")


def true_text(marked: str) -> str:
    """What `shown` stands for, with the true characters."""
    return _MARKED.sub(lambda m: chr(int(m[1], 16)) if m[1] else "", marked)


def readable_characters(text: str) -> int:
    """How much of a text is laid out within a tenth of a second where lines are set with care.

    Signs that are put together from several, and scripts that run to the left, take six times as
    long as letters.
    """
    intricate = _INTRICATE.findall(text, 0, SHOWN_CHARACTERS)
    return SHOWN_CHARACTERS if len(intricate) < MANY_INTRICATE else FEWER_CHARACTERS


def restyle(widget: QWidget) -> None:
    """Make the style sheet look at a widget's properties again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


class Label(QLabel):
    """A label of plain text in one of the roles of the style sheet.

    Roles: `""`, `title`, `heading`, `number`, `muted`, `caption`, `accent`, `good`, `warn`,
    `bad`, `problem`.
    """

    def __init__(
        self, text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.set_role(role)
        self.setText(text)

    def set_role(self, role: str) -> None:
        """Change how the label looks."""
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)


class PlainText(QPlainTextEdit):
    """Foreign text, read-only, in a quiet frame; `rated=True` is large and without a frame.

    Copying gives the true characters, not the marks that stand for invisible ones.
    """

    def __init__(
        self, text: str = "", name: str = "", *, rated: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setProperty("role", "rated" if rated else "quiet")
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show a text from its beginning."""
        self.setPlainText(shown(text))
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def createMimeDataFromSelection(self) -> QMimeData:
        """The selection with its true characters."""
        return _selection(self.textCursor())


class ReadingText(QTextEdit):
    """Text for careful reading: line height 1.5, at most 75 characters wide, plain text only.

    `QPlainTextEdit` cannot set a line height. This one is only ever given plain text, and
    fetches nothing whatever the text says.
    """

    WIDTH_CHARACTERS = 75

    def __init__(self, text: str = "", name: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setProperty("role", "rated")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show a text from its beginning."""
        self.setPlainText(shown(text, readable_characters(text)))
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(airy(self.font()))
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.limit_width()

    def limit_width(self) -> None:
        """Keep lines at 75 characters of the present font."""
        wide = QFontMetrics(self.font()).averageCharWidth() * self.WIDTH_CHARACTERS
        self.setMaximumWidth(wide + 24)

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        """Nothing: a text must not fetch pictures or pages."""

    def createMimeDataFromSelection(self) -> QMimeData:
        """The selection with its true characters, as plain text."""
        return _selection(self.textCursor())


def line_percent(font: QFont) -> int:
    """How much of a font's own line height makes lines 1.5 times as high as its type is large.

    Fonts differ: Latin ones ask for about 1.2 times the size of the type, Chinese ones for 1.45.
    """
    natural = QFontMetricsF(font).lineSpacing() / QFontInfo(font).pixelSize()
    return max(100, round(100 * LINE_HEIGHT / natural))


def airy(font: QFont) -> QTextBlockFormat:
    """Paragraphs with lines 1.5 times as high as the type is large."""
    form = QTextBlockFormat()
    height = QTextBlockFormat.LineHeightTypes.ProportionalHeight
    form.setLineHeight(line_percent(font), height.value)
    return form


def heading(text: str = "") -> Label:
    """The heading of a section."""
    label = Label(text, "heading")
    label.setContentsMargins(0, 8, 0, 0)
    return label


def _selection(cursor: QTextCursor) -> QMimeData:
    data = QMimeData()
    chosen = cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")
    data.setText(true_text(chosen))
    return data
