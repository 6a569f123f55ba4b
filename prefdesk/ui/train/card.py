"""The card that is looked at before a round: what it would train on, and each finding."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from prefdesk.ui import icons, theme
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.train.findings import Finding, findings, may_start
from prefdesk.ui.train.reading import Seen
from prefdesk.ui.widgets import Card, Label, PlainButton, Speaking
from prefdesk.ui.widgets.text import sentences

_ICONS = {"good": "check", "info": "info", "warn": "warning", "bad": "close"}
_TINTS = {"good": "good", "info": "accent", "warn": "warn", "bad": "bad"}


class FindingRow(Speaking, QWidget):
    """One finding with its shape, and the button that mends it.

    *Signals*
    - `place_wished(str)`
    """

    place_wished = Signal(str)

    def __init__(self, finding: Finding, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self._picture = QLabel()
        self.sentence = Label(finding.sentence, wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.sentence)
        line.addLayout(words, 1)
        if finding.action:
            button = PlainButton(finding.action, "next")
            button.clicked.connect(lambda: self.place_wished.emit(finding.place))
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.restyle()

    def restyle(self) -> None:
        """The icon follows the theme."""
        if hasattr(self, "_picture"):
            tint = getattr(theme.current(), _TINTS[self.finding.level])
            name = _ICONS[self.finding.level]
            self._picture.setPixmap(icons.pixmap(name, tint, 20, self.devicePixelRatioF()))


class PreflightCard(Speaking, Card):
    """What a round would train on.

    *Signals*
    - `changed`: the written override, or what blocks the round, is other now.
    - `place_wished(str)`: a finding's button was pressed.
    """

    changed = Signal()
    place_wished = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._seen: Seen | None = None
        self.found: list[Finding] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_3)
        self.counts, self.steps = Label("", "", wrap=True), Label("", "caption", wrap=True)
        self.override = QLineEdit()
        self.override.textChanged.connect(lambda: self.changed.emit())
        self._why = Label("", "", wrap=True)
        self.body.addWidget(self.counts)
        self.body.addWidget(self.steps)
        self.body.addLayout(self._list)
        self.body.addWidget(self._why)
        self.body.addWidget(self.override)
        self.body.addStretch(1)
        self.say(self.set_title, lambda: self.tr("Before you train"))
        self.say(
            self._why.setText,
            lambda: self.tr(
                "To train anyway, write down why. The reason is kept with the round, so that "
                "nobody mistakes its checkpoint for a better one."
            ),
        )
        self.say(self.override.setAccessibleName, lambda: self.tr("Reason to train anyway"))
        self.say(self.override.setPlaceholderText, lambda: self.tr("Reason to train anyway"))
        self._show_override()

    @property
    def seen(self) -> Seen | None:
        """What was counted last."""
        return self._seen

    @property
    def may_start(self) -> bool:
        """True if a round could start as things are."""
        return self._seen is not None and may_start(self.found, self.override.text())

    def written(self) -> str:
        """The reason to train anyway, where one is asked for."""
        return self.override.text().strip() if self.override.isVisibleTo(self) else ""

    def show_seen(self, seen: Seen | None) -> None:
        """Show other counts; None while there is nothing to count."""
        self._seen = seen
        self._say_counts()
        found = findings(seen) if seen else []
        if found != self.found:
            self.found = found
            self._fill(found)
        self._show_override()
        self.changed.emit()

    def retranslate(self) -> None:
        """Findings follow the language."""
        super().retranslate()
        if hasattr(self, "_seen"):
            self.show_seen(self._seen)

    def _say_counts(self) -> None:
        if self._seen is None:
            self.counts.setText(self.tr("Counting …"))
            self.steps.setText("")
            return
        seen = self._seen.counts
        answers = self.tr("%n rated completions", "", seen.completions)
        prompts = self.tr("%n prompts", "", seen.prompts)
        text = self.tr("{answers} to {prompts} would be used, starting from {checkpoint}.")
        self.counts.setText(
            text.format(answers=answers, prompts=prompts, checkpoint=seen.checkpoint.name)
        )
        compared = self.tr("%n prompts have answers that can be told apart.", "", seen.comparable)
        steps = self.tr("About %n steps of the optimiser.", "", seen.steps)
        self.steps.setText(sentences(compared, steps) if seen.completions else "")

    def _fill(self, found: Sequence[Finding]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for finding in found:
            row = FindingRow(finding)
            row.place_wished.connect(self.place_wished)
            self._list.addWidget(row)

    def _show_override(self) -> None:
        asked = any(f.level == "bad" and f.open_to_override for f in self.found)
        self._why.setVisible(asked)
        self.override.setVisible(asked)
