"""The place Overview."""

import json

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.records import JobRow
from prefdesk.ui.desk import Desk
from prefdesk.ui.overview import facts, steps
from prefdesk.ui.overview.activity import Activity
from prefdesk.ui.overview.facts import Better, Facts
from prefdesk.ui.overview.loop import Loop
from prefdesk.ui.place import Place
from prefdesk.ui.tokens import SPACE_3, SPACE_4
from prefdesk.ui.widgets import Card, Label, PrimaryButton
from prefdesk.ui.widgets.arrange import scrolled


class NextStep(Card):
    """The one next step: what, why, and the button."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.highlighted(True)
        self.caption, self.what = Label("", "caption"), Label("", "heading", wrap=True)
        self.why, self.button = Label("", "muted", wrap=True), PrimaryButton("", "next")
        line, words = QHBoxLayout(), QVBoxLayout()
        line.setSpacing(SPACE_4)
        words.setSpacing(2)
        for part in (self.caption, self.what, self.why):
            words.addWidget(part)
        line.addLayout(words, 1)
        line.addWidget(self.button)
        self.body.addLayout(line)

    def say_step(self, caption: str, words: steps.Words) -> None:
        """Show a step."""
        self.caption.setText(caption)
        self.what.setText(words.what)
        self.why.setText(words.why)
        self.why.setVisible(bool(words.why))
        self.button.setText(words.button)


class OverviewPlace(Place):
    """The loop in six numbers, the one next step, and what happened lately."""

    name = "overview"
    icon = "overview"
    reacts_to = frozenset(
        {
            *("prompts", "completions", "ratings", "raters", "exclusions", "reports"),
            *("rounds", "checkpoints", "settings", "jobs"),
        }
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._facts: Facts | None = None
        self.next_step, self.loop, self.activity = NextStep(), Loop(), Activity()
        self.next_step.hide()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE_3, 0)
        column.setSpacing(SPACE_4)
        for part in (self.next_step, self.loop, self.activity):
            column.addWidget(part)
        column.addStretch(1)
        self.body.addWidget(scrolled(inside))
        self.next_step.button.clicked.connect(self._on_step_pressed)
        self.loop.station_pressed.connect(self._on_station_pressed)
        self.activity.go_on_wished.connect(self._on_go_on_wished)

    def title(self) -> str:
        """The place's name."""
        return self.tr("Overview")

    def summary(self) -> str:
        """What the place is for."""
        return self.tr("Where the project stands, and what to do next.")

    def refresh(self) -> None:
        """Read the counts now, and the human scores behind them."""
        self.desk.query(facts.read, self._on_facts, key="facts")

    def clear(self) -> None:
        """The project was closed."""
        self._facts = None
        self.next_step.hide()
        self.loop.show_better(None)
        self.loop.show_facts(None)
        self.activity.show_happenings((), writable=False)

    def retranslate(self) -> None:
        """The step follows the language."""
        super().retranslate()
        if hasattr(self, "next_step"):
            self._say_step()

    def _on_facts(self, found: Facts) -> None:
        self._facts = found
        self.loop.show_facts(found)
        self.activity.show_happenings(found.recent, writable=found.writable)
        self.next_step.show()
        self._say_step()
        if found.status.ratings and found.status.evaluation_prompts:
            self.desk.query(facts.read_better, self._on_better, key="better")
        else:
            self.loop.show_better(None)

    def _on_better(self, found: Better) -> None:
        self.loop.show_better(found)

    def _say_step(self) -> None:
        if self._facts is not None:
            step = self._facts.status.next_step
            words = steps.words(step.place, step.action, step.sentence)
            self.next_step.say_step(self.tr("Next step"), words)

    @Slot()
    def _on_step_pressed(self) -> None:
        if self._facts is None:
            return
        step, window = self._facts.status.next_step, self.window()
        self.desk.go(step.place)
        take_step = getattr(getattr(window, "place", None), "take_step", None)
        if take_step is not None:
            take_step(step.action)

    @Slot(str)
    def _on_station_pressed(self, station: str) -> None:
        window = self.window()
        self.desk.go(steps.PLACE_OF[station])
        show_part = getattr(getattr(window, "place", None), "show_part", None)
        if show_part is not None:
            show_part(station)

    @Slot(object)
    def _on_go_on_wished(self, job: JobRow) -> None:
        if job.kind == "round":
            self.desk.go("train")
        else:
            self.desk.run_job(job.kind, **json.loads(job.settings))
