"""The place Evaluate."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from prefdesk.config import SamplingConfig
from prefdesk.errors import PrefdeskError
from prefdesk.events import JobEnded, JobSpec
from prefdesk.ui.data.running import JobStrip
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.evaluate import reading
from prefdesk.ui.evaluate.ask import AnswerDialog
from prefdesk.ui.evaluate.reading import Standing
from prefdesk.ui.evaluate.scores import ScoresView
from prefdesk.ui.evaluate.sides import SidesView
from prefdesk.ui.place import Place
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.widgets import EmptyState, PlainButton, PrimaryButton

SCORES, SIDES = range(2)
EMPTY, SHOWN = range(2)
JOBS = frozenset({"sample", "evaluate"})


class EvaluatePlace(Place):
    """Human score and other figures per checkpoint, and their answers side by side."""

    name = "evaluate"
    icon = "evaluate"
    reacts_to = frozenset(
        {
            *("prompts", "completions", "ratings", "exclusions", "checkpoints", "settings"),
            "reports",
        }
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._standing: Standing | None = None
        self._asked = False
        self.scores, self.sides = ScoresView(), SidesView(desk)
        self.strip = JobStrip(desk, JOBS)
        self._make_header()
        self._make_pages()
        self.strip.ended.connect(self._on_job_ended)
        self.strip.began.connect(lambda _spec: self._say_state())
        self._say_state()

    def title(self) -> str:
        """The place's name."""
        return self.tr("Evaluate")

    def summary(self) -> str:
        """What the place is for."""
        return self.tr("Is it better? Checkpoints on prompts that are never trained on.")

    def refresh(self) -> None:
        """Read all figures again."""
        self.desk.query(reading.standing, self._on_standing, key="standing")

    def clear(self) -> None:
        """The project was closed."""
        self._standing = None
        self.sides.clear()
        self._say_state()

    def actions_offered(self) -> Sequence[QAction]:
        """Verbs for the command palette."""
        return list(self._actions.values())

    def take_step(self, action: str) -> None:
        """Begin the step that Overview offered: answer or compare."""
        self.tabs.setCurrentIndex(SCORES)
        self._asked = action == "answer"
        if self._asked and self._standing is not None:
            self._asked = False
            self.ask_for_answers()

    def ask_for_answers(self) -> None:
        """Let the user choose which checkpoints answer the evaluation prompts."""
        found = self._standing
        if found is None or not found.checkpoints or not found.n_prompts:
            return
        ids = [c.id for c in found.checkpoints]
        missing = [c.id for c in found.unanswered]
        chosen = {ids[0], ids[-1]} & set(missing) or {ids[-1]}
        self.dialog = AnswerDialog(
            found.checkpoints,
            sorted(chosen),
            found.config,
            found.n_prompts,
            self.answer,
            self.window(),
        )
        self.dialog.open()

    def answer(self, config: SamplingConfig, checkpoint_ids: list[int]) -> None:
        """Let checkpoints answer the evaluation prompts."""
        self.desk.mutate(
            lambda p: reading.answer_jobs(p, config, checkpoint_ids), self._on_jobs, self._on_error
        )

    def ask_for_text(self) -> None:
        """Let the user choose a text on which perplexity is measured."""
        title = self.tr("Perplexity on a text")
        AskFile.to_open(self, title, self.tr("Text files (*.txt *.md *.text)"), self.measure)

    def measure(self, path: Path) -> None:
        """Measure the perplexity of every checkpoint on a text file."""
        found = self._standing
        if found is None:
            return
        ids = [c.id for c in found.checkpoints]
        self.desk.query(
            lambda p: [p.evaluation.perplexity_job(path, ids)], self._on_jobs, self._on_error
        )

    def retranslate(self) -> None:
        """The filled button and the empty state follow the language."""
        super().retranslate()
        if hasattr(self, "_pages"):
            self._say_state()

    def _on_standing(self, found: Standing) -> None:
        self._standing = found
        self._say_state()
        if found.scores:
            self.scores.show_standing(found)
            self.sides.show_standing(found)
        if self._asked:
            self._asked = False
            self.ask_for_answers()

    def _on_jobs(self, specs: list[JobSpec]) -> None:
        for spec in specs:
            self.desk.run_job(spec.kind, **spec.settings)
        self._say_state()

    def _on_error(self, error: PrefdeskError) -> None:
        self.notice.tell_error(error)

    def _on_job_ended(self, _spec: JobSpec, event: JobEnded) -> None:
        self._say_state()
        if event.status == "failed":
            self.notice.tell(event.message, kind="bad")

    def _say_state(self) -> None:
        found, writable = self._standing, self.desk.is_writable
        self._pages.setCurrentIndex(SHOWN if found is not None and found.scores else EMPTY)
        shown = self._pages.currentIndex() == SHOWN
        ready = found is not None and bool(found.checkpoints) and bool(found.n_prompts)
        self._say_empty(found, ready)
        open_ = found is not None and found.n_rated < found.n_answers
        due = ready and found is not None and bool(found.unanswered)
        if self.primary is not None:
            self._next = self.ask_for_answers if due or not open_ else partial(self.desk.go, "rate")
            self.primary.setText(
                self._answer_words(found) if due or not open_ else self.tr("Rate blind")
            )
            self.primary.setVisible(shown and (due or open_))
            self.primary.setEnabled(writable and not (due and self.strip.busy))
        self.again.setVisible(shown and not due)
        self.rate.setVisible(shown and due and open_)
        self.perplexity.setVisible(shown)
        for button in (self.again, self.perplexity):
            button.setEnabled(writable and ready and not self.strip.busy)

    def _say_empty(self, found: Standing | None, ready: bool) -> None:
        if found is not None and not ready:
            self.empty.set_sentence(
                self.tr("A comparison needs a model, and prompts kept for evaluation."),
                self.tr("Import some, or move prompts to the evaluation split."),
            )
            self.empty.set_action(self.tr("Go to Data"))
            return
        self.empty.set_sentence(
            self.tr("No checkpoint has answered the evaluation prompts yet."),
            self.tr(
                "Let the old and the new checkpoint answer the same prompts, have people rate the "
                "answers blind, and see here which one they like better."
            ),
        )
        self.empty.set_action(self._answer_words(found))
        self.empty.button.setEnabled(self.desk.is_writable and not self.strip.busy)

    def _answer_words(self, found: Standing | None) -> str:
        if found is not None and len(found.checkpoints) == 1:
            return self.tr("Let the model answer the evaluation prompts")
        if found is not None and found.scores:
            return self.tr("Answer the remaining prompts")
        return self.tr("Let both answer the evaluation prompts")

    def _on_empty_pressed(self) -> None:
        found = self._standing
        if found is not None and found.checkpoints and found.n_prompts:
            self.ask_for_answers()
        else:
            self.desk.go("data")

    @Slot()
    def _on_primary_pressed(self) -> None:
        self._next()

    def _make_header(self) -> None:
        primary = PrimaryButton("", "")
        primary.clicked.connect(self._on_primary_pressed)
        self.again, self.rate = PlainButton("", "play"), PlainButton("", "rate")
        self.perplexity = PlainButton("", "open")
        self.say(self.again.setText, lambda: self.tr("More answers"))
        self.say(self.rate.setText, lambda: self.tr("Rate blind"))
        self.say(self.perplexity.setText, lambda: self.tr("Perplexity on a text"))
        self.again.clicked.connect(self.ask_for_answers)
        self.rate.clicked.connect(partial(self.desk.go, "rate"))
        self.perplexity.clicked.connect(self.ask_for_text)
        for button in (self.perplexity, self.again, self.rate):
            self.header_buttons.addWidget(button)
        self.set_primary(primary)
        self._actions = {name: QAction(self) for name in ("answer", "perplexity")}
        self.say(self._actions["answer"].setText, lambda: self.tr("Answer the evaluation prompts"))
        self.say(self._actions["perplexity"].setText, lambda: self.tr("Perplexity on a text"))
        self._actions["answer"].triggered.connect(self.ask_for_answers)
        self._actions["perplexity"].triggered.connect(self.ask_for_text)

    def _make_pages(self) -> None:
        self.empty = EmptyState("", "evaluate")
        self.empty.set_action("", self._on_empty_pressed)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.say(self.tabs.tabBar().setAccessibleName, lambda: self.tr("Views of the evaluation"))
        for position, (view, title) in enumerate(
            (
                (self.scores, lambda: self.tr("Scores")),
                (self.sides, lambda: self.tr("Side by side")),
            )
        ):
            page = QWidget()
            QVBoxLayout(page).addWidget(view)
            page.layout().setContentsMargins(0, SPACE_3, 0, 0)  # type: ignore[union-attr]
            self.tabs.addTab(page, "")
            self.say(partial(self.tabs.setTabText, position), title)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.tabs)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._pages, 1)
