"""One prompt: its texts, and what the model wrote to it, without anybody's ratings."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from prefdesk.records import Completion
from prefdesk.ui.data.reading import Opened
from prefdesk.ui.tokens import SPACE_1, SPACE_3
from prefdesk.ui.widgets import (
    Card,
    Column,
    Label,
    PlainText,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)
from prefdesk.ui.widgets.arrange import fit_rows, fit_text, scrolled
from prefdesk.ui.widgets.marks import Span, mark

MOST_LINES, MOST_ROWS = 9, 6


class PromptDetail(Speaking, Card):
    """Shows an `Opened` prompt."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._opened: Opened | None = None
        self.facts = Label("", "muted", wrap=True)
        self.texts = {name: PlainText() for name in ("prompt", "source", "references", "columns")}
        self._captions = {name: Label("", "caption") for name in (*self.texts, "completions")}
        self.rows: RowsModel[Completion] = RowsModel(self._columns())
        self.table, self.answer = TableView(self.rows), PlainText()
        self.empty = Label("", "muted", wrap=True)
        self._lay_out()
        self._speak()
        self.table.chosen.connect(self._on_chosen)
        self.show_prompt(None)

    def show_prompt(self, found: Opened | None) -> None:
        """Show another prompt, or none."""
        self._opened = found
        self._inside.setVisible(found is not None)
        self.empty.setVisible(found is None)
        if found is None:
            return
        prompt = found.prompt
        self.facts.setText(self._facts(found))
        columns = "\n".join(f"{k}: {v}" for k, v in prompt.columns.items())
        for name, text in (
            ("prompt", prompt.text),
            ("source", prompt.source),
            ("references", "\n\n".join(prompt.references)),
            ("columns", columns),
        ):
            self.texts[name].setVisible(bool(text))
            self._captions[name].setVisible(bool(text))
            self.texts[name].set_text(text)
            fit_text(self.texts[name], MOST_LINES)
            mark(self.texts[name], self._places(name))
        self.rows.set_rows(found.completions)
        several = len({c.checkpoint_id for c in found.completions}) > 1
        self.table.setColumnHidden(1, not several)
        n = len(found.completions)
        self.table.setVisible(bool(n))
        self.answer.setVisible(bool(n))
        fit_rows(self.table, min(n, MOST_ROWS))
        if n:
            first = found.words.first if found.words else None
            self.table.selectRow(first or 0)
            if first is not None and not self._places("prompt"):
                # The words may stand below what fits into the window.
                QTimer.singleShot(0, self, self._show_answer)

    def retranslate(self) -> None:
        """The facts follow the language."""
        super().retranslate()
        if getattr(self, "_opened", None) is not None:
            self.show_prompt(self._opened)

    def restyle(self) -> None:
        """Columns and heights follow the text size."""
        if getattr(self, "_opened", None) is not None:
            self.show_prompt(self._opened)

    def _facts(self, found: Opened) -> str:
        prompt = found.prompt
        split = self.tr("Training") if prompt.split == "train" else self.tr("Evaluation")
        parts = [self.tr("Prompt {id}").format(id=prompt.id), split, one_line(prompt.task, 60)]
        if found.n_tokens:
            parts.append(self.tr("%n tokens", "", found.n_tokens))
        parts += [one_line(tag, 40) for tag in prompt.tags]
        if not found.completions:
            parts.append(self.tr("no completions yet"))
        return " · ".join(p for p in parts if p)

    def _on_chosen(self, completion: Completion | None) -> None:
        self.answer.set_text(completion.text if completion else "")
        fit_text(self.answer, 2 * MOST_LINES)
        mark(self.answer, self._places(completion.id) if completion else ())

    def _places(self, name: str | int) -> tuple[Span, ...]:
        words = self._opened.words if self._opened else None
        return words.places.get(name, ()) if words else ()

    def _show_answer(self) -> None:
        self._area.ensureWidgetVisible(self.answer)

    def _columns(self) -> list[Column[Completion]]:
        return [
            Column(lambda: self.tr("Completion"), lambda c: c.text, width=140),
            Column(lambda: self.tr("Checkpoint"), self._checkpoint, width=96),
            Column(lambda: self.tr("Tokens"), lambda c: c.n_tokens, numeric=True, width=68),
            Column(
                lambda: self.tr("Cut off"),
                lambda c: not c.finished,
                show=lambda c: "" if c.finished else self.tr("yes"),
                width=70,
            ),
            Column(lambda: self.tr("Drawn"), lambda c: c.multiplicity, numeric=True, width=66),
        ]

    def _checkpoint(self, completion: Completion) -> str:
        names = self._opened.checkpoints if self._opened else {}
        return names.get(completion.checkpoint_id, "")

    def _speak(self) -> None:
        titles = {
            "prompt": lambda: self.tr("Prompt"),
            "source": lambda: self.tr("Source text"),
            "references": lambda: self.tr("References"),
            "columns": lambda: self.tr("Other columns"),
            "completions": lambda: self.tr("Completions"),
        }
        for name, title in titles.items():
            self.say(self._captions[name].setText, title)
            if name in self.texts:
                self.say(self.texts[name].setAccessibleName, title)
        self.say(self.table.setAccessibleName, titles["completions"])
        self.say(self.answer.setAccessibleName, lambda: self.tr("The chosen completion"))
        self.say(
            self.empty.setText,
            lambda: self.tr("Choose a prompt to see its texts and what the model wrote to it."),
        )

    def _lay_out(self) -> None:
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setStretchLastSection(False)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, SPACE_3, 0)
        column.setSpacing(SPACE_1)
        column.addWidget(self.facts)
        for name, text in self.texts.items():
            column.addSpacing(SPACE_1)
            column.addWidget(self._captions[name])
            column.addWidget(text)
        column.addSpacing(SPACE_1)
        for part in (self._captions["completions"], self.table, self.answer):
            column.addWidget(part)
        column.addStretch(1)
        outside = QWidget()
        whole = QVBoxLayout(outside)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.empty)
        whole.addWidget(self._inside)
        whole.addStretch(1)
        self._area = scrolled(outside)
        self.body.addWidget(self._area, 1)
