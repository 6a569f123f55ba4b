"""Try it: a prompt, and what two checkpoints answer to it, with the differing words marked."""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from prefdesk.config import SamplingConfig
from prefdesk.errors import PrefdeskError
from prefdesk.events import JobEnded, JobEvent, JobSpec, Note, ReportReady
from prefdesk.records import Completion
from prefdesk.ui import theme
from prefdesk.ui.data.running import JobStrip
from prefdesk.ui.desk import Desk
from prefdesk.ui.evaluate.difftext import DiffText
from prefdesk.ui.evaluate.worddiff import Marked, compare
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import (
    Button,
    Card,
    Label,
    Notice,
    PlainButton,
    SettingsForm,
    Speaking,
    one_line,
    shown,
)
from prefdesk.ui.widgets.arrange import scrolled, side_by_side, stack

if TYPE_CHECKING:
    from prefdesk.project.trying import Tried
    from prefdesk.records import Checkpoint

KIND = "tryout"
SETTINGS = ("max_new_tokens", "temperature", "seed", "template")
SEEDS = 10**6
PROMPT_HEIGHT = 110
NARROW = 760


class AnswerCard(Speaking, Card):
    """What one checkpoint answers.

    *Signals*
    - `keep_wished(Tried)`: store it as a completion.
    """

    keep_wished = Signal(object)

    def __init__(self, tint: str, *, dashed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.tried: Tried | None = None
        self.text = DiffText(tint, dashed=dashed)
        self.text.setMinimumHeight(120)
        self.facts = Label("", "caption", wrap=True)
        self.keep = PlainButton("", "add")
        self.keep.clicked.connect(lambda: self.keep_wished.emit(self.tried))
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.body.addWidget(self.text, 1)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)
        self.say(self.keep.setText, lambda: self.tr("Keep as completion"))
        self.say(
            self.keep.setToolTip,
            lambda: self.tr("Store prompt and answer in the project, to be rated like any other"),
        )
        self.begin("")

    def begin(self, name: str) -> None:
        """Wait for the answer of this checkpoint."""
        self.tried = None
        self.set_title(name)
        self.text.setAccessibleName(name or self.tr("Answer"))
        self.text.show_marked(None)
        self._say_facts()

    def show_tried(self, tried: "Tried") -> None:
        """Show the answer as far as it has come."""
        self.tried = tried
        self.text.show_marked(Marked(shown(tried.draw.text), ()))
        self._say_facts()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "keep"):
            self._say_facts()

    def _say_facts(self) -> None:
        tried = self.tried
        self.keep.setEnabled(tried is not None and tried.done)
        if tried is None:
            self.facts.setText("")
            return
        parts = [
            self.tr("%n tokens", "", len(tried.draw.token_ids)),
            self.tr("{seconds} s").format(seconds=f"{tried.seconds:.1f}"),
            self.tr("seed {seed}").format(seed=tried.draw.seed),
        ]
        if tried.done and not tried.draw.finished:
            parts.append(self.tr("cut off"))
        self.facts.setText(" · ".join(parts))


class TryView(Speaking, QWidget):
    """Prompt and settings at the left, two answers at the right."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked: JobSpec | None = None
        self.prompt = QPlainTextEdit()
        self.prompt.setTabChangesFocus(True)
        self.choices = (QComboBox(), QComboBox())
        self.form: SettingsForm[SamplingConfig] = SettingsForm(
            SamplingConfig(), only=SETTINGS, stacked=True
        )
        self.ask, self.other = Button("", "play"), PlainButton("", "redo")
        self.add = PlainButton("", "add")
        self.cards = (AnswerCard("warn", dashed=True), AnswerCard("accent", dashed=False))
        self.strip, self.notice = JobStrip(desk, frozenset({KIND})), Notice()
        self.legend = Label("", "caption", wrap=True)
        self._lay_out()
        self._connect()
        self._speak()
        self._on_changed()

    def show_checkpoints(self, checkpoints: "Sequence[Checkpoint]") -> None:
        """Offer these: the first one and the newest to begin with."""
        ids = [c.id for c in checkpoints]
        for box, start in zip(self.choices, (0, len(ids) - 1)):
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            for one in checkpoints:
                box.addItem(one_line(one.name, 60), one.id)
            box.setCurrentIndex(ids.index(chosen) if chosen in ids else start)
            box.blockSignals(False)
        self._on_changed()

    def clear(self) -> None:
        """The project was closed."""
        for box in self.choices:
            box.clear()
        for card in self.cards:
            card.begin("")
        self.prompt.clear()
        self.notice.hide()
        self._asked = None

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "legend"):
            self._on_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words in any language and size have their room at the left."""
        super().resizeEvent(event)
        stack(self._answers, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(self._left.minimumSizeHint().width() + bar + SPACE_2)

    def _on_changed(self) -> None:
        ready = bool(self.prompt.toPlainText().strip()) and self.choices[0].currentIndex() >= 0
        usable = self._desk.is_writable and not self.strip.busy
        self.ask.setEnabled(ready and usable and self.form.value() is not None)
        self.other.setEnabled(self.ask.isEnabled())
        self.add.setEnabled(ready and self._desk.is_writable)

    def _on_ask_pressed(self) -> None:
        config = self.form.value()
        if config is None or not self.ask.isEnabled():
            return
        self.notice.hide()
        ids, text = [int(box.currentData()) for box in self.choices], self.prompt.toPlainText()
        for card, box in zip(self.cards, self.choices):
            card.begin(box.currentText())
        self.cards[1].setVisible(ids[0] != ids[1])
        self._desk.query(lambda p: p.trying.job(text, ids, config), self._on_job, self._on_error)

    def _on_other_pressed(self) -> None:
        config = self.form.value()
        if config is not None:
            self.form.rows["seed"].set_value(random.randrange(SEEDS))
            self._on_ask_pressed()

    def _on_job(self, spec: JobSpec) -> None:
        self._asked = self._desk.run_job(spec.kind, **spec.settings)
        self._on_changed()

    def _on_error(self, error: PrefdeskError) -> None:
        self.notice.tell_error(error)

    def _on_event(self, spec: JobSpec, event: JobEvent) -> None:
        if spec.kind != KIND or self._asked is None:
            return
        if isinstance(event, ReportReady):
            from prefdesk.project.trying import Tried

            self._take(Tried.from_document(event.document))
        elif isinstance(event, Note):
            self.notice.tell(event.message, kind="warn")
        elif isinstance(event, JobEnded):
            if event.status == "failed":
                self.notice.tell(event.message, kind="bad")
            self._on_changed()
            self._mark()

    def _take(self, tried: "Tried") -> None:
        for card, box in zip(self.cards, self.choices):
            if box.currentData() == tried.checkpoint_id:
                card.show_tried(tried)
                return

    def _mark(self) -> None:
        found = [card.tried for card in self.cards]
        if found[0] is None or found[1] is None:
            return
        texts = [shown(one.draw.text) for one in found if one]
        self._desk.query(lambda _p: compare(texts[0], texts[1]), self._on_compared, key="diff")

    def _on_compared(self, found: tuple[Marked, Marked]) -> None:
        if all(card.tried for card in self.cards):
            for card, marked in zip(self.cards, found):
                card.text.show_marked(marked)

    def _on_keep_wished(self, tried: "Tried") -> None:
        self._desk.mutate(lambda p: p.trying.keep(tried), self._on_kept, self._on_error)

    def _on_kept(self, _completion: Completion) -> None:
        text = self.tr("Prompt and answer are in the project, to be rated like any other.")
        self.notice.tell(text, kind="good")

    def _on_add_pressed(self) -> None:
        from prefdesk.records import NewPrompt

        text = self.prompt.toPlainText().strip()
        self._desk.mutate(lambda p: p.prompts.add([NewPrompt(text)]), self._on_added)

    def _on_added(self, report: object) -> None:
        there = not getattr(report, "added", 0)
        self.notice.tell(
            self.tr("This prompt is in the project already.")
            if there
            else self.tr("The prompt is in the project, to train on."),
            kind="info" if there else "good",
        )

    def _connect(self) -> None:
        self.prompt.textChanged.connect(self._on_changed)
        self.form.changed.connect(self._on_changed)
        self.ask.clicked.connect(self._on_ask_pressed)
        self.other.clicked.connect(self._on_other_pressed)
        self.add.clicked.connect(self._on_add_pressed)
        for card in self.cards:
            card.keep_wished.connect(self._on_keep_wished)
        self._desk.jobs.event_arrived.connect(self._on_event)
        self.strip.ended.connect(lambda *_: self._on_changed())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            short = QShortcut(QKeySequence(keys), self.prompt)
            short.activated.connect(self._on_ask_pressed)

    def _speak(self) -> None:
        self.say(self._prompt_title.setText, lambda: self.tr("Prompt"))
        self.say(self.prompt.setAccessibleName, lambda: self.tr("Prompt"))
        self.say(self.prompt.setPlaceholderText, lambda: self.tr("What should the two answer?"))
        self.say(self._against.setText, lambda: self.tr("against"))
        self.say(self.choices[0].setAccessibleName, lambda: self.tr("Left checkpoint"))
        self.say(self.choices[1].setAccessibleName, lambda: self.tr("Right checkpoint"))
        self.say(self.ask.setText, lambda: self.tr("Ask both"))
        self.say(self.ask.setToolTip, lambda: self.tr("Ctrl+Enter"))
        self.say(self.other.setText, lambda: self.tr("Another seed"))
        self.say(self.add.setText, lambda: self.tr("Add to prompts"))
        self.say(
            self.legend.setText,
            lambda: self.tr(
                "Both draw with the same seed. Underlined words differ: dashed ones stand only at "
                "the left, solid ones only at the right."
            ),
        )

    def _lay_out(self) -> None:
        self._prompt_title, self._against = Label("", "heading"), Label("", "muted")
        left = Card()
        self.prompt.setFixedHeight(PROMPT_HEIGHT)
        left.body.addWidget(self._prompt_title)
        left.body.addWidget(self.prompt)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self.ask)
        line.addWidget(self.other)
        line.addStretch(1)
        left.body.addLayout(line)
        left.body.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        left.body.addWidget(self.form)
        left.body.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(SPACE_2)
        for part in (self.choices[0], self._against, self.choices[1]):
            top.addWidget(part)
        for box in self.choices:
            box.setMinimumContentsLength(6)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        self._answers = QHBoxLayout()
        self._answers.setSpacing(SPACE_3)
        for card in self.cards:
            self._answers.addWidget(card, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(top)
        column.addLayout(self._answers, 1)
        column.addWidget(self.legend)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_2)
        whole.addWidget(self.notice)
        whole.addWidget(self.strip)
        self._left, self._area = left, scrolled(left)
        whole.addWidget(side_by_side(self._area, scrolled(right), (360, 780)), 1)
