"""What was saved of a damaged file: the report, and the way into the new project."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from prefdesk.project import Salvaged
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.file import report, words
from prefdesk.ui.file.findings import Findings
from prefdesk.ui.widgets import Label, Notice

if TYPE_CHECKING:
    from prefdesk.ui.file.care import Care


class SavedDialog(Dialog):
    """How much of each kind is in the new file, what is lost for good, and "Open it"."""

    def __init__(self, care: "Care", path: Path, saved: Salvaged, parent: QWidget) -> None:
        super().__init__(parent, "", width=600)
        self._care, self._path, self.saved = care, path, saved
        self.notice, self.sentence = Notice(), Label("", wrap=True)
        self.findings = Findings()
        self.findings.show_tables(saved.tables)
        for part in (self.notice, self.sentence, self.findings):
            self.body.addWidget(part)
        for note in saved.notes:
            self.body.addWidget(Label(note, wrap=True))
        name = words.name(saved.path)
        self.say(self.set_title, lambda: self.tr("What could be read is saved"))
        self.say(self.sentence.setText, partial(self._sentence, name))
        self.go = self.add_button("", self._on_open, primary=True)
        self.say(self.go.setText, lambda: self.tr("Open it"))
        save = self.add_button("", self._on_report)
        self.say(save.setText, lambda: self.tr("Save a report…"))
        self.say(self.add_button("", self.close).setText, lambda: self.tr("Close"))
        self.go.setFocus()

    def _sentence(self, name: str) -> str:
        text = self.tr("It is a project of its own, {new}. {old} is as it was.")
        return text.format(new=name, old=words.name(self._path))

    def _on_open(self) -> None:
        self.close()
        self._care.open(self.saved.path)

    def _on_report(self) -> None:
        lines = [self._sentence(words.name(self.saved.path)), *self.saved.notes]
        lines += [f"{one.name}: {one.recovered}, {one.lost}" for one in self.saved.tables]
        report.ask_to_save(self, self.notice, self._path, lines)
