"""Dialogs that never block: each opens and answers through a callback.

Tests replace the class methods, or press the buttons of the dialog that opened.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.ui.tokens import SPACE_2, SPACE_4, SPACE_5
from prefdesk.ui.widgets.buttons import Button, PrimaryButton
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.text import Label


class Dialog(Speaking, QDialog):
    """A window-modal dialog with a heading, a `body` and a line of buttons.

    It deletes itself when closed. Escape closes it.
    """

    def __init__(self, parent: QWidget | None, title: str, *, width: int = 480) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_4)
        outer.setSpacing(SPACE_4)
        self.heading = Label(title, "title", wrap=True)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_4)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(SPACE_2)
        self.buttons.addStretch(1)
        outer.addWidget(self.heading)
        outer.addLayout(self.body, 1)
        outer.addLayout(self.buttons)

    def set_title(self, title: str) -> None:
        """Change the heading and the window's title."""
        self.setWindowTitle(title)
        self.heading.setText(title)

    def showEvent(self, event: QShowEvent) -> None:
        """Be tall enough for the text as it is wrapped."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)

    def retranslate(self) -> None:
        """Another language takes another height."""
        super().retranslate()
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        layout = self.layout()
        wanted = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if wanted > self.height():
            self.resize(self.width(), wanted)

    def add_button(
        self, text: str, on_pressed: Callable[[], object], *, primary: bool = False
    ) -> Button:
        """Add a button to the line at the bottom; the filled one answers to Enter."""
        button = PrimaryButton(text) if primary else Button(text)
        button.setDefault(primary)
        button.clicked.connect(lambda: on_pressed())
        self.buttons.addWidget(button)
        return button


class Question(Dialog):
    """One question, one sentence about what follows, and buttons that say what they do."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        sentence: str,
        answers: list[tuple[str, Callable[[], object]]],
        stay: str = "",
    ) -> None:
        super().__init__(parent, title)
        self.body.addWidget(Label(sentence, wrap=True))
        self._answers = answers
        for position, (text, _) in enumerate(answers):
            button = self.add_button(
                text, partial(self._on_answered, position), primary=not position
            )
            if position == 0:
                button.setFocus()
        self.say(self.add_button("", self.close).setText, lambda: stay or self.tr("Cancel"))

    def _on_answered(self, position: int) -> None:
        self.close()
        self._answers[position][1]()

    @classmethod
    def ask(
        cls,
        parent: QWidget | None,
        title: str,
        sentence: str,
        answers: list[tuple[str, Callable[[], object]]],
        stay: str = "",
    ) -> "Question":
        """Open the question; the pressed answer's function is called, the last button calls none.

        `stay` is that button's text where "Cancel" could be misread.
        """
        question = cls(parent, title, sentence, answers, stay)
        question.open()
        return question


class AskFile:
    """File dialogs; the path goes to `on_chosen`, nothing is called if the user cancels."""

    @classmethod
    def to_open(
        cls, parent: QWidget, title: str, patterns: str, on_chosen: Callable[[Path], object]
    ) -> QFileDialog:
        """Choose a file that exists; `patterns` like `Projects (*.prefdesk)`."""
        dialog = _file_dialog(parent, title, patterns, on_chosen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.open()
        return dialog

    @classmethod
    def to_save(
        cls,
        parent: QWidget,
        title: str,
        patterns: str,
        suggested: str,
        on_chosen: Callable[[Path], object],
    ) -> QFileDialog:
        """Choose where to write; asks before replacing a file."""
        dialog = _file_dialog(parent, title, patterns, on_chosen)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(suggested).suffix.lstrip("."))
        dialog.selectFile(suggested)
        dialog.open()
        return dialog

    @classmethod
    def folder(
        cls, parent: QWidget, title: str, on_chosen: Callable[[Path], object]
    ) -> QFileDialog:
        """Choose a folder."""
        dialog = _file_dialog(parent, title, "", on_chosen)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()
        return dialog


def _file_dialog(
    parent: QWidget, title: str, patterns: str, on_chosen: Callable[[Path], object]
) -> QFileDialog:
    dialog = QFileDialog(parent, title, "", patterns)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.fileSelected.connect(lambda path: on_chosen(Path(path)))
    return dialog
