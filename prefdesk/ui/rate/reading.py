"""Texts for careful reading on the bare surface: large, in lines of 75 characters, never HTML."""

import math
from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QSizePolicy, QWidget

from prefdesk.formats import reveal
from prefdesk.formats.visible import Visible
from prefdesk.ui.rate.gradual import Gradual
from prefdesk.ui.widgets import ReadingText, restyle
from prefdesk.ui.widgets.text import airy, line_percent

SAMPLE = "The quick brown fox jumps over the lazy dog, and then it sleeps for an hour."
AT_ONCE = 8_000
"""Characters laid out in one go; more would be felt."""
LONGEST_LINE = 2_100
"""A little more than the longest line that is shown unbroken."""


@lru_cache(maxsize=64)
def seen(text: str) -> Visible:
    """A text as it is shown. Asked for in the background first, so that the window has it ready."""
    return reveal(text)


class RatedText(ReadingText):
    """Reading text without a frame; its column sets its width.

    The focus ring shows only if the focus came by keyboard: the text has it most of the time.
    """

    def __init__(self, name: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent=parent)
        self.document().setDocumentMargin(0)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def set_text(self, text: str) -> None:
        """Show a text from its beginning; what follows the first screens is added bit by bit."""
        if not hasattr(self, "_adder"):  # the base class shows its first text while it is made
            self._adder = Gradual(self)
        self._adder.stop()
        marked = _with_note(seen(text))
        cut = _cut(marked, 0)
        self.setPlainText(marked[:cut])
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(airy(self.font()))
        self.moveCursor(QTextCursor.MoveOperation.Start)
        if cut < len(marked):
            self._adder.start(self._add(marked, cut))

    def limit_width(self) -> None:
        """Nothing: see `line_width`."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring after Tab."""
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if bool(self.property("ring")) != by_key:
            self.setProperty("ring", by_key)
            restyle(self)
        super().focusInEvent(event)

    def _add(self, marked: str, start: int) -> Iterator[None]:
        while start < len(marked):
            end = _cut(marked, start)
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(marked[start:end])
            start = end
            yield


class FlowText(RatedText):
    """Rated text as high as it needs, up to a limit, beyond which it scrolls."""

    def __init__(self, name: str = "", *, parent: QWidget | None = None) -> None:
        self._room = 10_000
        super().__init__(name, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show a text and take the height it needs."""
        super().set_text(text)
        self._fit()

    def set_room(self, pixels: int) -> None:
        """The greatest height."""
        if pixels != self._room:
            self._room = pixels
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break elsewhere in another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def wanted(self) -> int:
        """The height of the whole text in the present width."""
        return text_height(self)

    def _fit(self) -> None:
        wanted, frame = self.wanted(), 2 * self.frameWidth()
        if wanted > self._room:  # no line is cut in half
            line = round(QFontMetrics(self.font()).lineSpacing() * line_percent(self.font()) / 100)
            wanted = max(1, (self._room - frame) // line) * line + frame
        self.setFixedHeight(max(24, wanted))


def text_height(text: RatedText) -> int:
    """Pixels from the first to the last line, with the frame."""
    frame = text.height() - text.viewport().height()
    return math.ceil(text.document().size().height()) + max(0, frame)


def line_width(text: QWidget) -> int:
    """Pixels of 75 characters of ordinary text; a font's own average counts every script."""
    metrics = QFontMetrics(text.font())
    return math.ceil(metrics.horizontalAdvance(SAMPLE) / len(SAMPLE) * ReadingText.WIDTH_CHARACTERS)


def _cut(text: str, start: int) -> int:
    """Where the part that begins at `start` ends: after a line break if one is near."""
    end = start + AT_ONCE
    if end >= len(text):
        return len(text)
    line_end = text.rfind("\n", end - LONGEST_LINE, end)
    return line_end + 1 if line_end > start else end


def _with_note(found: Visible) -> str:
    if not found.cut:
        return found.text
    note = QCoreApplication.translate("text", "The text goes on; only its beginning is shown.")
    return f"{found.text}\n\n… {note}"
