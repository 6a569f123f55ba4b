"""One answer with its prompt, its reward, and every rating the reward is made of."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.records import REPLACED
from prefdesk.ui.raters import words
from prefdesk.ui.raters.ledger import Opened
from prefdesk.ui.raters.supposed import Supposed
from prefdesk.ui.raters.used import RoundsList
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import (
    Button,
    Card,
    Column,
    Label,
    PlainButton,
    PlainText,
    RowsModel,
    Speaking,
    TableView,
)
from prefdesk.ui.widgets.arrange import fit_text, scrolled, whole

if TYPE_CHECKING:
    from prefdesk.records import Reward, RewardPart


TABLE_HEIGHT = 140
CRITERION, BELIEVED, COMMENT = 1, 5, 7
"""Columns that are shown where they say something."""


class ItemPanel(Speaking, Card):
    """Opens a reward into its ratings.

    *Signals*
    - `exclude_wished(RewardPart)`, `restore_wished(Exclusion)`: for the chosen rating.
    - `suppose_wished(Supposed)`: what would be if that rating did not count, or did again.
    """

    exclude_wished = Signal(object)
    restore_wished = Signal(object)
    suppose_wished = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.opened: Opened | None = None
        self._marked = b""
        self.asked, self.answered = Label("", "caption"), Label("", "caption", wrap=True)
        self.reward, self.worth = Label("", "", wrap=True), Label("", "caption", wrap=True)
        self.prompt, self.answer = PlainText(), PlainText()
        self._rows: RowsModel[RewardPart] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.setMinimumHeight(TABLE_HEIGHT)
        self.table.chosen.connect(self._on_chosen)
        self.rounds = RoundsList()
        self.exclude, self.restore = Button("", "close"), Button("", "undo")
        self.suppose = PlainButton()
        self.suppose.clicked.connect(self._on_suppose_pressed)
        self.exclude.clicked.connect(self._on_exclude_pressed)
        self.restore.clicked.connect(self._on_restore_pressed)
        self.say(
            self.reward.setToolTip,
            lambda: self.tr(
                "The reward counts within-prompt standard deviations from the mean of all answers."
            ),
        )
        self._nothing = Label("", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.say(self.prompt.setAccessibleName, lambda: self.tr("Prompt"))
        self.say(self.answer.setAccessibleName, lambda: self.tr("Completion"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Ratings of this completion"))
        self.say(self.exclude.setText, lambda: self.tr("Exclude this rating"))
        self.say(self.restore.setText, lambda: self.tr("Take the exclusion back"))
        self.say(self.suppose.setText, lambda: self.tr("What if …"))
        self.say(
            self._nothing.setText,
            lambda: self.tr("Choose an answer to see its text and every rating behind its reward."),
        )
        self.show_item(None)

    def show_item(self, opened: Opened | None, marked: bytes = b"") -> None:
        """Show another answer; the rating with the event `marked` is chosen."""
        self.opened, self._marked = opened, marked
        self._stack.setCurrentIndex(int(opened is not None))
        self._verbs.setVisible(opened is not None)
        if opened is None:
            self._rows.set_rows([])
            return
        self._say_item(opened)
        self.prompt.set_text(_prompt(opened))
        self.answer.set_text(opened.completion.text)
        fit_text(self.prompt, 8, least_lines=2)
        fit_text(self.answer, 16, least_lines=3)
        parts = sorted(opened.parts, key=lambda p: not p.kept)
        self._rows.set_rows(parts)
        self._show_columns(opened)
        self.rounds.show_rounds(opened.rounds)
        at = [i for i, p in enumerate(parts) if p.event_uid == marked]
        self.table.selectRow(at[0] if at else 0)
        self._on_chosen(self._chosen())

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "opened", None) is not None:
            self._say_item(self.opened)  # type: ignore[arg-type]

    def _say_item(self, opened: Opened) -> None:
        one = opened.completion
        train = opened.prompt.split == "train"
        asked = (
            self.tr("Prompt {id}, for training")
            if train
            else self.tr("Prompt {id}, for evaluation")
        )
        self.asked.setText(asked.format(id=one.prompt_id))
        answered = self.tr("Completion {id}, by {checkpoint}")
        self.answered.setText(answered.format(id=one.id, checkpoint=opened.checkpoint))
        self.reward.setText(self._reward(opened.reward))
        kept = sum(p.kept for p in opened.parts)
        worth = self.tr("%n ratings count; they weigh as much as {n} equal ones.", "", kept)
        self.worth.setText(worth.format(n=words.plain(opened.n_eff, 1)))
        self.worth.setVisible(kept > 0)

    def _reward(self, reward: "Reward | None") -> str:
        if reward is None:
            return self.tr("No reward: every rating of this answer is excluded or taken back.")
        text = self.tr(
            "Reward {reward} sd · quality {quality} of 10 points · reliability {reliability} of 1"
        )
        return text.format(
            reward=words.signed(reward.reward, 2),
            quality=words.with_error(reward.quality, reward.se),
            reliability=words.plain(reward.reliability),
        )

    def _chosen(self) -> "RewardPart | None":
        chosen = self.table.selected()
        return chosen[0] if chosen else None

    def _on_chosen(self, part: "RewardPart | None") -> None:
        exclusions = self.opened.exclusions if self.opened else {}
        excluded = part is not None and part.event_uid in exclusions
        self.exclude.setVisible(not excluded)
        self.exclude.setEnabled(part is not None and part.kept)
        self.restore.setVisible(excluded)
        self.suppose.setEnabled(excluded or (part is not None and part.kept))
        self.suppose.setToolTip(
            self.tr("What would move if this rating counted again")
            if excluded
            else self.tr("What would move if this rating were left out")
        )

    def _show_columns(self, opened: Opened) -> None:
        """A column that says nothing of these ratings takes no room."""
        shown = {
            CRITERION: len({p.criterion for p in opened.parts}) > 1,
            BELIEVED: any(p.by_hand for p in opened.parts),
            COMMENT: any(p.comment for p in opened.parts),
        }
        for number, on in shown.items():
            self.table.setColumnHidden(number, not on)

    def _on_suppose_pressed(self) -> None:
        part = self._chosen()
        if part is None or self.opened is None:
            return
        found = self.opened.exclusions.get(part.event_uid)
        what = words.rating_name(part.score, part.rater, self.opened.completion.id)
        self.suppose_wished.emit(
            Supposed(what, leave_out=part.event_uid)
            if found is None
            else Supposed(what, restore=found.uid)
        )

    def _on_exclude_pressed(self) -> None:
        part = self._chosen()
        if part is not None:
            self.exclude_wished.emit(part)

    def _on_restore_pressed(self) -> None:
        part = self._chosen()
        if part is not None and self.opened is not None:
            self.restore_wished.emit(self.opened.exclusions[part.event_uid])

    def _columns(self) -> "list[Column[RewardPart]]":
        def tint(part: "RewardPart") -> str:
            return "" if part.kept else "muted"

        return [
            Column(lambda: self.tr("Rater"), lambda p: p.rater, tint=tint, width=132),
            Column(lambda: self.tr("Criterion"), lambda p: p.criterion, tint=tint, width=112),
            Column(
                lambda: self.tr("Score"),
                lambda p: p.score,
                True,
                show=lambda p: f"{p.score:g}",
                tint=tint,
                width=56,
            ),
            Column(
                lambda: self.tr("Bias, points"),
                lambda p: p.bias,
                True,
                show=lambda p: words.signed(p.bias) if p.kept else "",
                tip=lambda p: self.tr("Taken off the score before it counts."),
                width=84,
            ),
            Column(
                lambda: self.tr("Weight, %"),
                lambda p: p.weight,
                True,
                show=lambda p: f"{100 * p.weight:.0f}" if p.kept else "",
                tip=lambda p: self.tr("Share of this rating in the quality of the answer."),
                width=76,
            ),
            Column(
                lambda: self.tr("Believed, ×"),
                lambda p: p.credibility,
                True,
                show=self._believed,
                tip=lambda p: self.tr("1 is an average rater."),
                width=104,
            ),
            Column(
                lambda: self.tr("Counts"), self._counts, tint=tint, tip=lambda p: p.rule, width=56
            ),
            Column(lambda: self.tr("Comment"), lambda p: p.comment, tint=tint, width=120),
        ]

    def _believed(self, part: "RewardPart") -> str:
        figure = words.plain(part.credibility, 1)
        return self.tr("{weight}, by hand").format(weight=figure) if part.by_hand else figure

    def _counts(self, part: "RewardPart") -> str:
        if part.kept:
            return self.tr("yes")
        if part.rule == REPLACED:
            return self.tr("replaced by a later one")
        return self.tr("excluded: {reason}").format(reason=part.rule)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.asked)
        column.addWidget(self.prompt, 2)
        column.addWidget(self.answered)
        column.addWidget(self.answer, 3)
        column.addWidget(self.reward)
        column.addWidget(self.worth)
        column.addWidget(self.table, 4)
        column.addWidget(self.rounds)
        self._verbs = QWidget()
        line = QHBoxLayout(self._verbs)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        for button in (self.exclude, self.restore, self.suppose):
            whole(button)
            line.addWidget(button)
        line.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(scrolled(inside))
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self._verbs)


def _prompt(opened: Opened) -> str:
    source = opened.prompt.source
    return f"{opened.prompt.text}\n\n{source}" if source else opened.prompt.text
