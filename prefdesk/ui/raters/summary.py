"""Do the raters agree? A verdict, and Krippendorff's alpha explained to whoever never met it."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from prefdesk.ui import icons, theme
from prefdesk.ui.raters import words
from prefdesk.ui.raters.bar import RangeBar
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import Card, Label, Speaking
from prefdesk.ui.widgets.arrange import stack
from prefdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, Range

NARROW = 800
CUSTOM = (0.67, 0.8)
"""Krippendorff's own advice (Content Analysis, 2004, p. 241): no conclusions below the first,
firm ones from the second."""


class VerdictCard(Speaking, Card):
    """One word, one sentence, and the interval behind them."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._report: AgreementReport | None = None
        self._low = self._brief = False
        self._picture, self.word = QLabel(), Label("", "number")
        self.sentence, self.advice = Label("", wrap=True), Label("", "muted", wrap=True)
        self.figure = Label("", "caption", wrap=True)
        from prefdesk.ratings.verdict import NO_SIGNAL_BELOW, USABLE_FROM

        self._limits = (NO_SIGNAL_BELOW, USABLE_FROM)
        self._bar = RangeBar(0, 1, self._limits)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self._picture)
        line.addWidget(self.word, 1)
        self.body.addLayout(line)
        for part in (self.sentence, self.advice, self._bar, self.figure):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.say(self.set_title, lambda: self.tr("Can these ratings train a model?"))

    def show_report(self, report: "AgreementReport") -> None:
        """Show another verdict."""
        self._report = report
        found = report.verdict
        self.word.setText(words.verdict_word(found.word))
        self.sentence.setText(words.verdict_sentence(found.word, found.sentence))
        self.advice.setText(words.verdict_advice(found.word))
        self._bar.show_range(found.reliability)
        self.figure.setText(self._figure(found.reliability))
        self._bar.setVisible(found.reliability.value is not None)
        self._set_figure()
        self.restyle()

    def set_low(self, on: bool) -> None:
        """In a low window the small print is a tip, and leaves its room to the tables below."""
        self._low = on
        self._set_figure()

    def set_brief(self, on: bool) -> None:
        """Say the word alone, where other views need the room; the sentences are a tip."""
        self._brief = on
        self._set_figure()

    def _set_figure(self) -> None:
        known = self._report is not None and self._report.verdict.reliability.value is not None
        # Without a figure the sentences are all there is; they are long, and matter.
        brief, low = known and self._brief, known and (self._low or self._brief)
        self.sentence.setVisible(not brief)
        self.advice.setVisible(not low)
        self.figure.setVisible(known and not low)
        hidden = [self.sentence] * brief + [self.advice, self.figure] * low
        self.setToolTip(tip("\n".join(part.text() for part in hidden)))

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_report", None) is not None:
            self.show_report(self._report)  # type: ignore[arg-type]

    def restyle(self) -> None:
        """The icon follows the theme."""
        if getattr(self, "_report", None) is not None:
            word = self._report.verdict.word  # type: ignore[union-attr]
            tint = getattr(theme.current(), words.verdict_tint(word))
            name = words.verdict_icon(word)
            self._picture.setPixmap(icons.pixmap(name, tint, 24, self.devicePixelRatioF()))

    def _figure(self, found: "Range") -> str:
        noise, usable = self._limits
        return self.tr(
            "Reliability of the rewards, between answers to one prompt: {figure}. Usable if the "
            "whole interval lies above {usable}, noise if it lies below {noise}."
        ).format(figure=words.with_limits(found), usable=f"{usable:g}", noise=f"{noise:g}")


class AlphaCard(Speaking, Card):
    """Krippendorff's alpha with its interval, over everything or within prompts."""

    def __init__(self, *, within: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._within = within
        self._found: Range | None = None
        self.value, self.interval = Label("", "number"), Label("", "muted", wrap=True)
        self._bar = RangeBar(-0.2, 1, (0.0, *CUSTOM))
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self.value)
        line.addWidget(self.interval, 1)
        self.body.addLayout(line)
        self.body.addWidget(self._bar)
        self._explained = Label("", "caption", wrap=True)
        self.body.addWidget(self._explained)
        self.body.addStretch(1)
        self._low = False
        self.say(self.set_title, self._title)
        self.say(self._explained.setText, self._sentence)

    def set_low(self, on: bool) -> None:
        """In a low window the small print is a tip."""
        self._low = on
        self._explained.setVisible(not on)
        self.setToolTip(tip(self._sentence()) if on else "")

    def show_range(self, found: "Range") -> None:
        """Show another figure."""
        self._found = found
        self.value.setText(words.plain(found.value) or "–")
        interval = words.limits(found)
        self.interval.setText(
            self.tr("95 % interval {interval}").format(interval=interval)
            if interval
            else self.tr("too few ratings")
        )
        self._bar.show_range(found)

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_found", None) is not None:
            self.show_range(self._found)  # type: ignore[arg-type]
        if hasattr(self, "_low"):
            self.set_low(self._low)

    def _title(self) -> str:
        if self._within:
            return self.tr("Alpha within prompts")
        return self.tr("Krippendorff's alpha")

    def _sentence(self) -> str:
        if self._within:
            return self.tr(
                "The same, only between answers to one prompt: that some prompts are easy does "
                "not count. This is the part that training uses."
            )
        return self.tr(
            "How much closer raters are on the same answer than on any two answers: 1 is full "
            "agreement, 0 what chance gives. Published data mostly asks for 0.67 or 0.8."
        )


class Summary(QWidget):
    """The verdict beside the two alphas, or above them where the window is narrow."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = self._brief = False
        self.verdict = VerdictCard()
        self.alpha, self.within = AlphaCard(within=False), AlphaCard(within=True)
        self._parts, alphas = QHBoxLayout(self), QHBoxLayout()
        self._parts.setContentsMargins(0, 0, 0, 0)
        for line in (self._parts, alphas):
            line.setSpacing(SPACE_3)
        alphas.addWidget(self.alpha, 1)
        alphas.addWidget(self.within, 1)
        self._parts.addWidget(self.verdict, 5)
        self._parts.addLayout(alphas, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        stack(self._parts, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))

    def set_low(self, on: bool) -> None:
        """Say less where the window is low."""
        self._low = on
        for card in (self.verdict, self.alpha, self.within):
            card.set_low(on or self._brief)

    def set_brief(self, on: bool) -> None:
        """Leave room for what is below, whatever the window."""
        self._brief = on
        self.verdict.set_brief(on)
        self.set_low(self._low)

    def show_report(self, report: "AgreementReport") -> None:
        """Show another report."""
        self.verdict.show_report(report)
        self.alpha.show_range(report.alpha)
        self.within.show_range(report.alpha_within)
