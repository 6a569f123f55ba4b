"""What a rater reads: the prompt, the answer, and beside them what the answer is measured by."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.project.session import Item
from prefdesk.records import Prompt
from prefdesk.ui.rate.reading import FlowText, RatedText, line_width, seen, text_height
from prefdesk.ui.tokens import SPACE_1, SPACE_3, SPACE_4, SPACE_5
from prefdesk.ui.widgets import Label, Speaking

PROMPT_SHARE = 0.35
SIDE_SHARE = 0.62


class TextColumn(Speaking, QWidget):
    """The prompt above, the answer below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt_label, self._answer_label = Label("", "caption"), Label("", "caption")
        self._remark = Label("", "caption")
        self.prompt, self.answer = FlowText(), RatedText()
        self._item: Item | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_1)
        column.addWidget(self._prompt_label)
        column.addWidget(self.prompt)
        column.addSpacing(SPACE_3)
        head = QHBoxLayout()
        head.addWidget(self._answer_label)
        head.addStretch(1)
        head.addWidget(self._remark)
        column.addLayout(head)
        column.addWidget(self.answer, 1)
        self.say(self._prompt_label.setText, lambda: self.tr("Prompt"))
        self.say(self.prompt.setAccessibleName, lambda: self.tr("Prompt"))
        self.say(self._answer_label.setText, lambda: self.tr("Answer"))
        self.say(self.answer.setAccessibleName, lambda: self.tr("Answer"))
        self.say(self.answer.setPlaceholderText, lambda: self.tr("This answer is empty."))

    def show_item(self, item: Item) -> None:
        """Show an item from its beginning."""
        self._item = item
        self.prompt.set_text(prompt_text(item.prompt))
        self.answer.set_text(item.text)
        self._say_remark()
        self._share_room()

    def retranslate(self) -> None:
        """The remark follows the language."""
        super().retranslate()
        if hasattr(self, "_item"):
            self._say_remark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The height is another."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """A long prompt leaves the larger part to the answer, unless the answer is short."""
        labels = self._prompt_label.height() + self._answer_label.height() + 2 * SPACE_5
        left = self.height() - labels - text_height(self.answer)
        self.prompt.set_room(max(round(self.height() * PROMPT_SHARE), left))

    def _say_remark(self) -> None:
        text = self._item.text if self._item else "x"
        hidden = seen(text).revealed
        words = ""
        if text and not text.strip():
            words = self.tr("This answer holds nothing but blanks.")
        elif hidden:
            words = self.tr("%n hidden characters shown as ⟦U+…⟧", "", hidden)
        self._remark.setText(words)


class SidePanel(Speaking, QFrame):
    """The source text and the known good answers, where the task has them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sunken")
        self._source_label, self._references_label = Label("", "caption"), Label("", "caption")
        self.source, self.references = FlowText(), FlowText()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_1)
        column.addWidget(self._source_label)
        column.addWidget(self.source)
        column.addSpacing(SPACE_3)
        column.addWidget(self._references_label)
        column.addWidget(self.references)
        column.addStretch(1)
        self.say(self._source_label.setText, lambda: self.tr("Source text"))
        self.say(self.source.setAccessibleName, lambda: self.tr("Source text"))
        self.say(self._references_label.setText, lambda: self.tr("Known good answers"))
        self.say(self.references.setAccessibleName, lambda: self.tr("Known good answers"))

    def show_prompt(self, prompt: Prompt) -> bool:
        """Show what belongs to a prompt; False if there is nothing to show."""
        self.source.set_text(prompt.source)
        self.references.set_text(_list(prompt.references))
        for part in (self._source_label, self.source):
            part.setVisible(bool(prompt.source))
        for part in (self._references_label, self.references):
            part.setVisible(bool(prompt.references))
        self._share_room()
        return bool(prompt.source or prompt.references)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two long texts share the height."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        both = self.source.isVisibleTo(self) and self.references.isVisibleTo(self)
        room = self.height() - (6 if both else 4) * SPACE_5
        half = room // 2 if both else room
        self.source.set_room(max(half, room - self.references.wanted() if both else 0, 60))
        self.references.set_room(max(half, room - self.source.wanted() if both else 0, 60))


class ItemView(QWidget):
    """One item; the width of its content is `content_width()`."""

    def __init__(self, texts: TextColumn, side: SidePanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts, self.side = texts, side
        self.side.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_5)
        line.addStretch(0)
        line.addWidget(self.texts, 62)
        line.addWidget(self.side, 38)
        line.addStretch(0)

    @property
    def answer(self) -> RatedText:
        """The text that is judged."""
        return self.texts.answer

    def show_item(self, item: Item) -> None:
        """Show an item."""
        self.side.setVisible(self.side.show_prompt(item.prompt))
        self.texts.show_item(item)

    def content_width(self) -> int:
        """The width in which no line is longer than it should be; sets those of the columns."""
        text = line_width(self.answer) + SPACE_3
        side = round(text * SIDE_SHARE)
        self.texts.setMaximumWidth(text)
        self.side.setMaximumWidth(side)
        return text + (SPACE_5 + side if self.side.isVisibleTo(self) else 0)

    def scroll_answer(self, how: str) -> None:
        """Scroll the answer: line_up, line_down, page_up, page_down, top or bottom."""
        bar = self.answer.verticalScrollBar()
        steps = {
            "line_up": -2 * bar.singleStep(),
            "line_down": 2 * bar.singleStep(),
            "page_up": -bar.pageStep(),
            "page_down": bar.pageStep(),
            "top": -bar.maximum(),
            "bottom": bar.maximum(),
        }
        bar.setValue(bar.value() + steps.get(how, 0))


def _list(texts: Sequence[str]) -> str:
    return "".join(texts) if len(texts) < 2 else "\n".join(f"• {text}" for text in texts)


def prompt_text(prompt: Prompt) -> str:
    """The prompt as a rater reads it; the turns of a conversation name who speaks."""
    if isinstance(prompt.content, str) or len(prompt.content) == 1:
        return prompt.text
    roles = {
        "system": QCoreApplication.translate("rate", "System"),
        "user": QCoreApplication.translate("rate", "User"),
        "assistant": QCoreApplication.translate("rate", "Assistant"),
    }
    return "\n\n".join(f"{roles.get(m.role, m.role)}: {m.content}" for m in prompt.content)
