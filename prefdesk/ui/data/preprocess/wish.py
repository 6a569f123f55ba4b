"""How prompts are to be looked at: template, limit, expected language; and what was found last."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QWidget

from prefdesk.config import PreprocessConfig
from prefdesk.texts import LANGUAGES
from prefdesk.ui.data.preprocess import words
from prefdesk.ui.data.preprocess.reading import Overview
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import Card, Label, Speaking

if TYPE_CHECKING:
    from prefdesk.project import PreprocessReport

MOST_NAMED = 3
"""Languages that are named in the summary."""


class WishCard(Speaking, Card):
    """Three fields above a sentence on what there is.

    *Signals*
    - `changed()`: `config()` says something else now.
    """

    changed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown: Overview | None = None
        self._touched = False
        self.template, self.limit, self.language = QComboBox(), QSpinBox(), QComboBox()
        self.words = Label("", "muted", wrap=True)
        self._labels = [Label("", "caption") for _ in range(3)]
        self._fill()
        self._lay_out()
        self._speak()
        for combo in (self.template, self.language):
            combo.activated.connect(self._on_touched)
        self.limit.valueChanged.connect(self._on_touched)

    def config(self) -> PreprocessConfig:
        """What is asked for."""
        return PreprocessConfig(
            template=str(self.template.currentData()),
            max_prompt_tokens=self.limit.value(),
            language=str(self.language.currentData()),
        )

    def show_overview(self, found: Overview) -> None:
        """Say what was found; the fields stand as in the last run unless somebody changed them."""
        self._shown = found
        if found.report is not None and not self._touched:
            self._take(found.report)
        self._say_words()

    def forget(self) -> None:
        """The project was closed."""
        self._shown, self._touched = None, False
        self._say_words()

    @property
    def outdated(self) -> bool:
        """True if another run would look for something else, or at other prompts."""
        found = self._shown
        if found is None or found.report is None:
            return True
        report, wish = found.report, self.config()
        ran = (report.template, report.limit, report.language)
        wanted = (wish.template, wish.max_prompt_tokens, wish.language)
        return report.n_prompts != found.n_prompts or ran != wanted

    def retranslate(self) -> None:
        """Choices and the sentence follow the language."""
        super().retranslate()
        if hasattr(self, "_labels"):
            self.template.setItemText(0, self.tr("Chat template"))
            self.template.setItemText(1, self.tr("Plain text"))
            self.language.setItemText(0, self.tr("Any"))
            for at in range(1, self.language.count()):
                code = str(self.language.itemData(at))
                self.language.setItemText(at, words.language_name(code))
            self._say_words()

    def _on_touched(self) -> None:
        self._touched = True
        self.changed.emit()

    def _take(self, report: "PreprocessReport") -> None:
        self.limit.blockSignals(True)
        self.template.setCurrentIndex(max(0, self.template.findData(report.template)))
        self.limit.setValue(report.limit)
        self.language.setCurrentIndex(max(0, self.language.findData(report.language)))
        self.limit.blockSignals(False)

    def _say_words(self) -> None:
        found = self._shown
        if found is None:
            self.words.setText("")
        elif not found.has_model:
            self.words.setText(
                self.tr("Choose a model first: its tokenizer turns the prompts into tokens.")
            )
        elif found.report is None:
            self.words.setText(
                self.tr(
                    "Turns every prompt into the model's tokens, once, and looks for what is "
                    "empty, repeated, too long or in another language. Nothing is left out by "
                    "itself."
                )
            )
        else:
            self.words.setText(self._summary(found, found.report))

    def _summary(self, found: Overview, report: "PreprocessReport") -> str:
        parts = [
            self.tr("%n prompts, the longest has {n} tokens", "", report.n_prompts).format(
                n=f"{report.longest:,}"
            )
        ]
        named = list(report.languages.items())[:MOST_NAMED]
        told = [f"{words.language_name(code)} {n:,}" for code, n in named]
        unknown = sum(report.unknown_languages.values())
        if told and unknown:
            told.append(self.tr("not known {n}").format(n=f"{unknown:,}"))
        if told:
            parts.append(" · ".join(told))
        if found.n_left_out:
            parts.append(self.tr("%n left out by decision", "", found.n_left_out))
        if report.n_prompts != found.n_prompts:
            parts.append(self.tr("The prompts have changed since."))
        return "\n".join(parts)

    def _fill(self) -> None:
        self.template.addItem("", "chat")
        self.template.addItem("", "plain")
        limit = next(s for s in PreprocessConfig.describe() if s.name == "max_prompt_tokens")
        self.limit.setRange(int(limit.low or 1), int(limit.high or 1))
        self.limit.setValue(int(limit.default))
        self.limit.setKeyboardTracking(False)
        self.limit.setFixedWidth(120)
        self.limit.lineEdit().setTextMargins(SPACE_2, 0, 0, 0)
        self.language.addItem("", "")
        for code in LANGUAGES:
            self.language.addItem(words.language_name(code), code)

    def _speak(self) -> None:
        titles = (
            lambda: self.tr("Read as"),
            lambda: self.tr("Limit, tokens"),
            lambda: self.tr("Language"),
        )
        fields = (self.template, self.limit, self.language)
        for label, field, title in zip(self._labels, fields, titles, strict=True):
            self.say(label.setText, title)
            self.say(field.setAccessibleName, title)
        self.say(
            self.language.setToolTip,
            lambda: self.tr(
                "Prompts that are clearly in another language are listed. Short texts, names and "
                "programs cannot be told."
            ),
        )
        self.retranslate()

    def _lay_out(self) -> None:
        fields = QFormLayout()
        fields.setHorizontalSpacing(SPACE_3)
        fields.setVerticalSpacing(SPACE_2)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for label, field in zip(
            self._labels, (self.template, self.limit, self.language), strict=True
        ):
            fields.addRow(label, field)
        self.body.setSpacing(SPACE_2)
        self.body.addLayout(fields)
        self.body.addWidget(self.words)
