"""For a paper: a paragraph on methods with the figures, and all tables as files."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QMenu, QPlainTextEdit, QWidget

from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Dialog
from prefdesk.ui.widgets import Label, PlainButton, Speaking, row

if TYPE_CHECKING:
    from prefdesk.project import Project

TEXT, LATEX = range(2)


class MethodsDialog(Dialog):
    """The paragraph as text or LaTeX, to be copied."""

    def __init__(self, parent: QWidget | None, forms: tuple[str, str]) -> None:
        super().__init__(parent, "", width=640)
        self._texts = forms
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(240)
        self.forms = [PlainButton(), PlainButton()]
        group = QButtonGroup(self)
        for number, button in enumerate(self.forms):
            button.setCheckable(True)
            group.addButton(button, number)
        group.idClicked.connect(self.choose)
        explained = Label("", "muted", wrap=True)
        self.body.addWidget(explained)
        self.body.addLayout(row(*self.forms))
        self.body.addWidget(self.text)
        self.say(self.set_title, lambda: self.tr("Methods paragraph"))
        self.say(
            explained.setText,
            lambda: self.tr("How agreement was measured in this project, with its figures."),
        )
        self.say(self.forms[TEXT].setText, lambda: self.tr("Plain text"))
        self.say(self.forms[LATEX].setText, lambda: "LaTeX")
        self.say(self.text.setAccessibleName, lambda: self.tr("Methods paragraph"))
        self.copy = self.add_button("", self._on_copy_pressed, primary=True)
        self.say(self.copy.setText, lambda: self.tr("Copy"))
        self.say(self.add_button("", self.close).setText, lambda: self.tr("Close"))
        self.choose(TEXT)

    def choose(self, number: int) -> None:
        """Show one of the two forms."""
        self.forms[number].setChecked(True)
        self.text.setPlainText(self._texts[number])

    def _on_copy_pressed(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


class PaperButton(Speaking, PlainButton):
    """Opens a menu with what a paper needs."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("", "export", parent=parent)
        self._desk = desk
        self.clicked.connect(self._on_pressed)
        self.say(self.setText, lambda: self.tr("For a paper"))

    def _on_pressed(self) -> None:
        menu = QMenu(self)
        menu.addAction(
            self.tr("Methods paragraph…"), partial(ask_methods, self._desk, self.window())
        )
        menu.addAction(self.tr("Export tables…"), partial(ask_tables, self._desk, self.window()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def ask_methods(desk: Desk, parent: QWidget) -> None:
    """Read the paragraph in the background and show it."""

    def read(project: "Project") -> tuple[str, str]:
        return project.judgement.methods("text"), project.judgement.methods("latex")

    desk.query(read, partial(_show, parent), key="methods")


def _show(parent: QWidget, forms: tuple[str, str]) -> None:
    MethodsDialog(parent, forms).open()


def ask_tables(desk: Desk, parent: QWidget) -> None:
    """Ask for a folder and write all tables there; files that exist are refused, not replaced."""
    title = QCoreApplication.translate("paper", "Export tables")

    def told(files: list[Path]) -> None:
        desk.tell(QCoreApplication.translate("paper", "%n tables written.", "", len(files)), "good")

    def write(folder: Path) -> None:
        desk.query(lambda p: p.judgement.write_tables(folder), told)

    AskFile.folder(parent, title, write)
