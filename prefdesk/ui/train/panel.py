"""The place Train."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from prefdesk.errors import InputError
from prefdesk.events import Paused
from prefdesk.ui.desk import Desk
from prefdesk.ui.place import Place
from prefdesk.ui.tokens import SPACE_3
from prefdesk.ui.train.checkpoints import CheckpointsView
from prefdesk.ui.train.conductor import ENDED, ON_STAGE, Conductor, Shown
from prefdesk.ui.train.live import RoundPane
from prefdesk.ui.train.resume import ResumeCard
from prefdesk.ui.train.rounds import RoundRow, RoundsView, read_rounds
from prefdesk.ui.train.setup import SetupPane
from prefdesk.ui.train.shelf import CheckpointRow, read_checkpoints
from prefdesk.ui.train.tryout import TryView
from prefdesk.ui.widgets import EmptyState, PrimaryButton

if TYPE_CHECKING:
    from prefdesk.project import Interrupted, Project
    from prefdesk.records import Checkpoint

EMPTY, SETUP, ROUND = range(3)


class Shelf(NamedTuple):
    """Rounds and checkpoints, read together, and the round that can be gone on with."""

    rounds: list[RoundRow]
    checkpoints: list[CheckpointRow]
    interrupted: "Interrupted | None"


class TrainPlace(Place):
    """Recipe and pre-flight, the running round, rounds and checkpoints."""

    name = "train"
    icon = "train"
    reacts_to = frozenset(
        {"ratings", "exclusions", "rounds", "checkpoints", "completions", "settings"}
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.conductor, self._owes_focus = Conductor(desk, self), False
        self.setup, self.round, self.resume = SetupPane(desk), RoundPane(), ResumeCard()
        self.rounds, self.checkpoints = RoundsView(desk), CheckpointsView(desk)
        self.tryout = TryView(desk)
        self._make_header()
        self._make_pages()
        self._connect()
        self._show_state()
        self.conductor.adopt()

    def title(self) -> str:
        """The place's name."""
        return self.tr("Train")

    def summary(self) -> str:
        """What the place is for."""
        return self.tr("Turn ratings into a better model: one round at a time, on this machine.")

    def refresh(self) -> None:
        """Read rounds and checkpoints; count again what a round would train on."""
        self.desk.query(_shelf, self._on_shelf, key="shelf")
        if self.conductor.state == "setup":
            self.setup.soon()

    def clear(self) -> None:
        """The project was closed."""
        self.conductor.forget()
        self.setup.clear()
        self.round.expect(0)
        self.rounds.show_rounds(())
        self.checkpoints.clear()
        self.tryout.clear()
        self.resume.show_found(None)
        self._show_state()

    def actions_offered(self) -> Sequence[QAction]:
        """Verbs for the command palette."""
        return [self._verb, self._try_verb]

    def showEvent(self, event: QShowEvent) -> None:
        """Start the worker and the plots before they are needed."""
        super().showEvent(event)
        if self.desk.project is not None:
            self.desk.jobs.warm()
            self.round.curves.prepare()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_pages"):
            self._show_state()

    def _make_header(self) -> None:
        button = PrimaryButton("", "train")
        button.clicked.connect(self._on_primary_pressed)
        self.set_primary(button)
        self._verb = QAction(self)
        self._verb.triggered.connect(self._on_train_pressed)
        self.say(self._verb.setText, lambda: self.tr("Train one round"))
        self._try_verb = QAction(self)
        self._try_verb.triggered.connect(self._on_try_wished)
        self.say(self._try_verb.setText, lambda: self.tr("Try two checkpoints on a prompt"))

    def _make_pages(self) -> None:
        self.empty = EmptyState("", "model")
        self.say(
            self.empty.set_sentence,
            lambda: self.tr(
                "There is no model to train yet. Choose one in Data, let it write answers, and "
                "rate them."
            ),
        )
        self.empty.set_action("", lambda: self.desk.go("data"))
        self.say(self.empty.set_action, lambda: self.tr("Go to Data"))
        self._pages = QStackedWidget()
        pages: tuple[QWidget, ...] = (self.empty, self.setup, self.round)
        for one in pages:
            self._pages.addWidget(one)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.say(self.tabs.setAccessibleName, lambda: self.tr("Views of training"))
        self.say(self.tabs.tabBar().setAccessibleName, lambda: self.tr("Views of training"))
        views = ((self.resume, self._pages), (self.rounds,), (self.checkpoints,), (self.tryout,))
        for view in views:
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, SPACE_3, 0, 0)
            column.setSpacing(SPACE_3)
            for part in view:
                column.addWidget(part, int(part is view[-1]))
            self.tabs.addTab(page, "")
        self.say(partial(self.tabs.setTabText, 0), lambda: self.tr("Round"))
        self.say(partial(self.tabs.setTabText, 1), lambda: self.tr("All rounds"))
        self.say(partial(self.tabs.setTabText, 2), lambda: self.tr("Checkpoints"))
        self.say(partial(self.tabs.setTabText, 3), lambda: self.tr("Try it"))
        self.body.addWidget(self.tabs)

    def _connect(self) -> None:
        self.conductor.changed.connect(self._on_state_changed)
        self.conductor.expected.connect(self.round.expect)
        self.conductor.opened.connect(self._on_opened)
        self.conductor.told.connect(self.round.take)
        self.conductor.refused.connect(self.notice.tell_error)
        self.setup.changed.connect(self._show_primary)
        self.setup.place_wished.connect(self.desk.go)
        self.round.pause_pressed.connect(self._on_pause_pressed)
        self.round.stop_pressed.connect(self.conductor.stop)
        self.round.cancel_pressed.connect(self.conductor.cancel)
        self.round.back_pressed.connect(self._to_setup)
        self.resume.go_on_wished.connect(self._on_go_on_wished)
        self.resume.discard_wished.connect(self._on_discard_wished)
        self.rounds.open_wished.connect(self._on_round_wished)
        self.rounds.again_wished.connect(self._on_again_wished)
        self.checkpoints.start_wished.connect(self._on_start_wished)
        self.checkpoints.read_wished.connect(lambda: self.desk.go("evaluate"))

    def _on_shelf(self, shelf: Shelf) -> None:
        self.rounds.show_rounds(shelf.rounds)
        self.checkpoints.show_checkpoints(shelf.checkpoints)
        known = sorted((r.checkpoint for r in shelf.checkpoints), key=lambda c: c.id)
        current = [r.checkpoint.id for r in shelf.checkpoints if r.current]
        self.setup.show_checkpoints(known, [*current, 0][0])
        self.tryout.show_checkpoints(known)
        self.resume.show_found(shelf.interrupted)
        self._show_state()

    def _on_opened(self, shown: Shown) -> None:
        self.round.show_round(shown.row.round, shown.row.parent)
        self.round.show_metrics(shown.metrics)
        if shown.gallery is not None:
            self.round.gallery.show_gallery(shown.gallery)
        if self.conductor.state == "review":
            self.round.end(shown.row.round.status, shown.row.round.message)
            if self.round.isAncestorOf(self.window().focusWidget() or self):
                self._take_focus()
        elif self.conductor.state == "running" and self.desk.jobs.last_progress is not None:
            self.round.take(self.desk.jobs.last_progress)
            if self.desk.jobs.paused:
                self.round.take(Paused(True))

    def _on_pause_pressed(self, on: bool) -> None:
        if on:
            self.conductor.pause()
        else:
            self.conductor.go_on()

    def _on_primary_pressed(self) -> None:
        if self.conductor.state in ("done", "stopped"):
            self.desk.go("evaluate")
        elif self.conductor.state in ("failed", "cancelled"):
            self.conductor.again()
        else:
            self._on_train_pressed()

    def _on_train_pressed(self) -> None:
        config = self.setup.config()
        if config is not None and self.conductor.state == "setup" and self.setup.may_start:
            self.notice.hide()
            self.conductor.begin(config, self.setup.checkpoint_id)

    def _on_try_wished(self) -> None:
        self.tabs.setCurrentIndex(3)
        self.tryout.prompt.setFocus()

    def _on_go_on_wished(self, round_id: int, device: str) -> None:
        if self.conductor.state in (*ENDED, "setup", "review"):
            self.notice.hide()
            self.conductor.resume(round_id, device)

    def _on_discard_wished(self, round_id: int) -> None:
        self.desk.mutate(lambda project: project.rounds.discard(round_id))

    def _on_round_wished(self, row: RoundRow) -> None:
        self.tabs.setCurrentIndex(0)
        self.conductor.review(row)

    def _on_again_wished(self, row: RoundRow) -> None:
        try:
            self.setup.use(row.round)
        except InputError as error:
            self.notice.tell_error(error)
        else:
            self._to_setup()

    def _on_start_wished(self, checkpoint: "Checkpoint") -> None:
        self.setup.start_from(checkpoint.id)
        self._to_setup()

    def _to_setup(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.conductor.back()
        self.setup.recipe.start.setFocus(Qt.FocusReason.OtherFocusReason)
        self.mark_stale()

    def _on_state_changed(self) -> None:
        state, had = self.conductor.state, self.window().focusWidget()
        if state in ("running", "waiting"):
            self.round.begin(waits=state == "waiting")  # first, so that it is laid out once
        self._show_state()
        gone = had is not None and self.isAncestorOf(had) and not _can_be_pressed(had)
        self._owes_focus = self._owes_focus or gone
        if self._owes_focus and state != "creating":
            self._owes_focus = False
            self._take_focus()

    def _take_focus(self) -> None:
        """What was pressed is gone: the focus goes to what one would press next."""
        state = self.conductor.state
        wanted: QWidget = {
            "running": self.round.pause,
            "waiting": self.round.cancel,
            "setup": self.setup.recipe.start,
            "review": self.round.back,
        }.get(state, self.round.back if self.primary is None else self.primary)
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_state(self) -> None:
        state = self.conductor.state
        if state in ON_STAGE:
            self._pages.setCurrentIndex(ROUND)
        else:
            self._pages.setCurrentIndex(SETUP if self.setup.has_model else EMPTY)
        may_go_on = state in (*ENDED, "setup", "review")
        self.resume.setVisible(self.resume.has_offer and may_go_on)
        self._show_primary()

    def _show_primary(self) -> None:
        button, state = self.primary, self.conductor.state
        if button is None:
            return
        better, again = self.tr("See whether it is better"), self.tr("Start again")
        words, icon = {
            "done": (better, "evaluate"),
            "stopped": (better, "evaluate"),
            "failed": (again, "redo"),
            "cancelled": (again, "redo"),
        }.get(state, (self.tr("Train one round"), "train"))
        button.setText(words)
        button.set_icon(icon)
        button.setVisible(state in ENDED or self._pages.currentIndex() == SETUP)
        button.setEnabled(self.setup.may_start if state == "setup" else state in ENDED)


def _can_be_pressed(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled()


def _shelf(project: "Project") -> Shelf:
    found = project.rounds.interrupted()
    return Shelf(read_rounds(project), read_checkpoints(project), found)
