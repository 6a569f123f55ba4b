"""What a round will cost: measured on request, and said with what it was measured for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.ui.file.words import size
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.train.reading import Seen
from prefdesk.ui.widgets import Card, Label, PlainButton, Speaking, one_line

if TYPE_CHECKING:
    from prefdesk.project import MeasuredCost


class CostCard(Speaking, Card):
    """Time, memory and disk of the round that the recipe describes.

    *Signals*
    - `measure_wished()`
    """

    measure_wished = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._seen: Seen | None = None
        self._measuring = False
        self.words, self.remark = Label("", "", wrap=True), Label("", "caption", wrap=True)
        self.measure = PlainButton("", "train")
        self.measure.clicked.connect(self.measure_wished)
        self.body.addWidget(self.words)
        self.body.addWidget(self.remark)
        self.body.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignLeft)
        self.say(self.set_title, lambda: self.tr("What it will cost"))
        self._say()

    def show_seen(self, seen: Seen | None, *, may_measure: bool) -> None:
        """Show what was measured, if anything was."""
        self._seen = seen
        self.measure.setEnabled(may_measure and not self._measuring)
        self._say()

    def set_measuring(self, on: bool) -> None:
        """A trial runs, or has ended."""
        self._measuring = on
        self.measure.setEnabled(not on)
        self._say()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_seen"):
            self._say()

    def _say(self) -> None:
        cost = self._seen.cost if self._seen else None
        own = self._seen is not None and self._seen.cost_is_own
        self.measure.setText(
            self.tr("Measure again") if cost is not None else self.tr("Measure it")
        )
        self.words.setVisible(cost is not None and own)
        if cost is not None:
            self.words.setText(cost_text(cost))
        self.remark.setText(self._remark(cost, own))

    def _remark(self, cost: "MeasuredCost | None", own: bool) -> str:
        if self._measuring:
            return self.tr("Two small steps are being tried; nothing is changed by it.")
        if cost is None:
            return self.tr(
                "Two small steps on your own answers tell how long a round will take, and how "
                "much memory and disk. Nothing is changed by it."
            )
        if not own:
            return self.tr("The recipe has changed since it was measured.")
        text = self.tr("Measured on {device}, in micro-batches of {n} tokens.")
        return text.format(device=cost.device, n=f"{cost.micro_batch_tokens:,}")


class SharesCard(Speaking, Card):
    """Which prompts would move the model most."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._seen: Seen | None = None
        self.words = Label("", "", wrap=True)
        self.more = PlainButton("", "next")
        self.more.clicked.connect(self._on_more_pressed)
        self._rows = QWidget()
        self._list = QVBoxLayout(self._rows)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(SPACE_2)
        self.body.addWidget(self.words)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._rows)
        self._rows.hide()
        self.say(self.set_title, lambda: self.tr("Which prompts move the model"))
        self.say(self.more.setText, self._verb)

    def show_seen(self, seen: Seen | None) -> None:
        """Show other shares; the card hides where no prompt teaches anything."""
        self._seen = seen
        carries = bool(seen and seen.counts.shares and seen.counts.shares[0].share)
        self.setVisible(carries)
        if carries:
            self._say()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_seen") and self._seen is not None:
            self._say()

    def _on_more_pressed(self) -> None:
        self._rows.setVisible(self._rows.isHidden())
        self._say()

    def _verb(self) -> str:
        return self.tr("Show the first ones") if self._rows.isHidden() else self.tr("Hide them")

    def _say(self) -> None:
        seen = self._seen
        if seen is None:
            return
        n = seen.counts.carriers()
        text = self.tr("%n prompts would make 80 % of the change, by estimate.", "", n)
        self.words.setText(text)
        self.more.setText(self._verb())
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in seen.counts.shares[: len(seen.texts)]:
            self._list.addWidget(
                _row(f"{100 * one.share:.0f} %", seen.texts.get(one.prompt_id, ""))
            )


def _row(share: str, text: str) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(SPACE_2)
    figure = Label(share, "muted")
    figure.setMinimumWidth(figure.fontMetrics().horizontalAdvance("100 %"))
    figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    line.addWidget(figure)
    line.addWidget(Label(one_line(text, 160), "", wrap=True), 1)
    return row


def cost_text(cost: "MeasuredCost") -> str:
    """Time, memory and disk in one sentence."""
    text = QCoreApplication.translate(
        "cost",
        "{low} to {high}; at most {memory} of memory; {kept} stay on the disk, {disk} are needed "
        "while it runs.",
    )
    return text.format(
        low=duration(cost.wall_low_s),
        high=duration(cost.wall_high_s),
        memory=size(cost.memory_bytes),
        kept=size(cost.kept_bytes),
        disk=size(cost.disk_bytes),
    )


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 90:
        return QCoreApplication.translate("cost", "{n} s").format(n=max(1, round(seconds)))
    if seconds < 5400:
        return QCoreApplication.translate("cost", "{n} min").format(n=round(seconds / 60))
    return QCoreApplication.translate("cost", "{n} h").format(n=f"{seconds / 3600:.1f}")
