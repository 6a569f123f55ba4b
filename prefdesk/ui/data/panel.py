"""The place Data."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.events import JobEnded, JobSpec
from prefdesk.ui.data import reading
from prefdesk.ui.data.export import ExportButton
from prefdesk.ui.data.import_flow import ImportFlow
from prefdesk.ui.data.preprocess import PreprocessView
from prefdesk.ui.data.prompts import PromptsView
from prefdesk.ui.data.question import QuestionView
from prefdesk.ui.data.reading import Census, Models
from prefdesk.ui.data.running import JobStrip
from prefdesk.ui.data.sampler import SamplerView
from prefdesk.ui.desk import Desk
from prefdesk.ui.place import Place
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.widgets import EmptyState, PlainButton, PrimaryButton

if TYPE_CHECKING:
    from prefdesk.project import ProjectSettings

PROMPTS, PREPROCESSING, SAMPLING, QUESTION = range(4)
EMPTY, SHOWN = range(2)
JOBS = frozenset({"preprocess", "sample"})


class DataPlace(Place):
    """Prompts, the model and its completions, and what raters are asked."""

    name = "data"
    icon = "data"
    reacts_to = frozenset(
        {"prompts", "completions", "checkpoints", "settings", "reports", "decisions"}
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.prompts, self.sampler = PromptsView(desk), SamplerView(desk)
        self.preprocess = PreprocessView(desk)
        self.question, self.strip = QuestionView(), JobStrip(desk, JOBS)
        self.importing = ImportFlow(self)
        self._make_header()
        self._make_pages()
        self._connect()
        self._show_primary()

    def title(self) -> str:
        """The place's name."""
        return self.tr("Data")

    def summary(self) -> str:
        """What the place is for."""
        return self.tr("Prompts, the model that answers them, and what raters are asked.")

    def refresh(self) -> None:
        """Read the visible part again, and whether there is anything at all."""
        self.desk.query(reading.census, self._on_census, key="census")
        self.desk.query(reading.models, self._on_models, key="models")
        self.desk.query(lambda p: p.settings, self._on_settings, key="settings")
        self.prompts.refresh()
        self.preprocess.refresh()

    def clear(self) -> None:
        """The project was closed."""
        self.prompts.clear()
        self.preprocess.clear()
        self.sampler.clear()
        self.question.forget()
        self.importing.forget()
        self._pages.setCurrentIndex(EMPTY)

    def actions_offered(self) -> Sequence[QAction]:
        """Verbs for the command palette."""
        return list(self._actions.values())

    def can_undo(self) -> bool:
        """True if a decision about a prompt can be taken back."""
        found = self.preprocess.found
        return self.desk.is_writable and found is not None and found.can_undo

    def can_redo(self) -> bool:
        """True if one can be brought back."""
        found = self.preprocess.found
        return self.desk.is_writable and found is not None and found.can_redo

    def undo(self) -> None:
        """Take the newest decision about prompts back."""
        if self.can_undo():
            self.preprocess.undo()

    def redo(self) -> None:
        """Bring it back."""
        if self.can_redo():
            self.preprocess.redo()

    def take_files(self, paths: Sequence[str]) -> bool:
        """Import files of prompts, one dialog after the other."""
        return self.importing.take(paths)

    def take_step(self, action: str) -> None:
        """Show where the step begins that Overview offered: import, keep, model or sample."""
        other = PREPROCESSING if action == "preprocess" else SAMPLING
        self.tabs.setCurrentIndex(PROMPTS if action in ("import", "keep") else other)

    def show_part(self, station: str) -> None:
        """Show the tab behind a station of the loop."""
        self.tabs.setCurrentIndex(PROMPTS if station == "prompts" else SAMPLING)

    def showEvent(self, event: QShowEvent) -> None:
        """Start the worker early, so that sampling begins at once."""
        super().showEvent(event)
        self.desk.jobs.warm()

    def _on_census(self, found: Census) -> None:
        empty = not found.train + found.evaluation
        self._pages.setCurrentIndex(EMPTY if empty else SHOWN)
        self._show_primary()

    def _on_models(self, found: Models) -> None:
        self.sampler.show_models(found)
        self._show_primary()

    def _on_settings(self, found: "ProjectSettings") -> None:
        self.question.show_settings(found)
        self._show_primary()

    def _on_primary_pressed(self) -> None:
        tab = self.tabs.currentIndex()
        if tab == PREPROCESSING:
            self.preprocess.run()
        elif tab == SAMPLING and not self.sampler.has_model:
            self.sampler.model.ask_for_folder()
        elif tab == SAMPLING:
            self.sampler.sample()
        elif tab == QUESTION:
            values = self.question.values()
            self.desk.mutate(lambda p: p.change_settings(**values), self._on_saved, self._on_error)
        else:
            self.importing.ask()

    def _on_saved(self, settings: "ProjectSettings") -> None:
        self.question.forget()
        self.question.show_settings(settings)
        self.notice.tell(self.tr("The settings are saved."), kind="good")

    def _on_error(self, error: PrefdeskError) -> None:
        self.notice.tell_error(error)

    def _on_accepted(self) -> None:
        self.notice.tell(self.tr("The project starts from this model."), kind="good")

    def _on_job_ended(self, spec: JobSpec, event: JobEnded) -> None:
        self._show_primary()
        if event.status == "failed":
            self.notice.tell(event.message, kind="bad")
        elif spec.kind == "sample" and event.status in ("done", "stopped"):
            self.notice.tell(
                event.message,
                kind="good",
                action=self.tr("Rate"),
                on_action=partial(self.desk.go, "rate"),
            )

    @Slot()
    def _show_primary(self) -> None:
        """The filled button belongs to the tab that is shown."""
        button, tab = self.primary, self.tabs.currentIndex()
        if button is None:
            return
        model = self.sampler.has_model
        sample = self.tr("Sample completions") if model else self.tr("Choose a model folder")
        look = self.tr("Look at the prompts")
        if self.preprocess.found is not None and self.preprocess.found.report is not None:
            look = self.tr("Look again")
        names = (self.tr("Import prompts"), look, sample, self.tr("Save settings"))
        button.setText(names[tab])
        button.set_icon(("import", "search", "play" if model else "open", "check")[tab])
        ready = (
            True,
            self.preprocess.can_run and not self.strip.busy,
            not model or (self.sampler.wish() is not None and not self.strip.busy),
            self.question.dirty,
        )
        button.setEnabled(ready[tab] and self.desk.is_writable)
        button.setVisible(tab != PROMPTS or self._pages.currentIndex() == SHOWN)
        for part in (self.starter, self.export):
            part.setVisible(tab == PROMPTS and self._pages.currentIndex() == SHOWN)

    def retranslate(self) -> None:
        """The filled button follows the language."""
        super().retranslate()
        if hasattr(self, "_pages"):
            self._show_primary()

    def _make_header(self) -> None:
        primary = PrimaryButton()
        primary.clicked.connect(self._on_primary_pressed)
        self.starter, self.export = PlainButton("", "add"), ExportButton(self.desk)
        self.starter.clicked.connect(self.importing.add_starter)
        self.say(self.starter.setText, lambda: self.tr("Add starter prompts"))
        for button in (self.export, self.starter):
            self.header_buttons.addWidget(button)
        self.set_primary(primary)
        self._actions = {
            name: QAction(self) for name in ("import", "starter", "preprocess", "sample")
        }
        self.say(self._actions["import"].setText, lambda: self.tr("Import prompts"))
        self.say(self._actions["starter"].setText, lambda: self.tr("Add starter prompts"))
        self.say(self._actions["preprocess"].setText, lambda: self.tr("Preprocess prompts"))
        self.say(self._actions["sample"].setText, lambda: self.tr("Sample completions"))
        self._actions["import"].triggered.connect(self.importing.ask)
        self._actions["starter"].triggered.connect(self.importing.add_starter)
        self._actions["preprocess"].triggered.connect(partial(self.take_step, "preprocess"))
        self._actions["sample"].triggered.connect(partial(self.take_step, "sample"))

    def _make_pages(self) -> None:
        self.empty = EmptyState("", "data")
        self.say(self._say_empty, lambda: "")
        self.empty.set_action("", self.importing.ask)
        self.say(self.empty.set_action, lambda: self.tr("Import prompts"))
        self.empty_starter = PlainButton("", "add")
        self.empty_starter.clicked.connect(self.importing.add_starter)
        self.say(self.empty_starter.setText, lambda: self.tr("Use the starter prompts"))
        column = self.empty.layout()
        if isinstance(column, QVBoxLayout):
            below = column.indexOf(self.empty.button) + 1
            column.insertWidget(below, self.empty_starter, 0, Qt.AlignmentFlag.AlignHCenter)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.say(self.tabs.tabBar().setAccessibleName, lambda: self.tr("Parts of the data"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.prompts)
        for position, (view, title) in enumerate(
            (
                (self._pages, lambda: self.tr("Prompts")),
                (self.preprocess, lambda: self.tr("Preprocessing")),
                (self.sampler, lambda: self.tr("Model and sampling")),
                (self.question, lambda: self.tr("Question and system text")),
            )
        ):
            page = QWidget()
            QVBoxLayout(page).addWidget(view)
            page.layout().setContentsMargins(0, SPACE_3, 0, 0)  # type: ignore[union-attr]
            self.tabs.addTab(page, "")
            self.say(partial(self.tabs.setTabText, position), title)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.tabs, 1)

    def _say_empty(self, _text: str) -> None:
        self.empty.set_sentence(
            self.tr("Prompts are what your model is asked. There are none yet."),
            self.tr(
                "Import a JSONL, CSV, TSV or text file, or drop it here. To try things out, take "
                "the starter prompts."
            ),
        )

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._show_primary)
        self.sampler.changed.connect(self._show_primary)
        self.sampler.refused.connect(self._on_error)
        self.sampler.accepted.connect(self._on_accepted)
        self.question.changed.connect(self._show_primary)
        self.preprocess.changed.connect(self._show_primary)
        self.preprocess.failed.connect(self._on_error)
        self.sampler.lengths.look_wished.connect(partial(self.tabs.setCurrentIndex, PREPROCESSING))
        self.strip.began.connect(lambda _spec: self._show_primary())
        self.strip.noted.connect(lambda text: self.notice.tell(text, kind="warn"))
        self.strip.ended.connect(self._on_job_ended)
        self.desk.jobs.queued.connect(lambda _spec: self._show_primary())
