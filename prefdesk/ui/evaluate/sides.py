"""Two checkpoints on the same prompts, side by side, with the differing words marked."""

from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from prefdesk.records import Completion
from prefdesk.ui.desk import Desk
from prefdesk.ui.evaluate import reading
from prefdesk.ui.evaluate.difftext import DiffText
from prefdesk.ui.evaluate.reading import Pair, Standing
from prefdesk.ui.evaluate.worddiff import Marked, compare
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import (
    Card,
    Column,
    Label,
    PlainText,
    RowsModel,
    Speaking,
    TableView,
    one_line,
    shown,
)
from prefdesk.ui.widgets.arrange import fit_text, scrolled, side_by_side

PROMPT_LINES = 5
TEXT_HEIGHT = 90


class SidesView(Speaking, QWidget):
    """Prompts at the left; the chosen prompt and both answers at the right."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._standing: Standing | None = None
        self._pair: Pair | None = None
        self.choices = (QComboBox(), QComboBox())
        self.rows: RowsModel[Pair] = RowsModel(self._columns())
        self.table = TableView(self.rows)
        self.prompt, self.reference = PlainText(), PlainText()
        self.texts = (DiffText("warn", dashed=True), DiffText("accent"))
        self._heads = (Label("", "heading", wrap=True), Label("", "heading", wrap=True))
        self._facts = (Label("", "caption", wrap=True), Label("", "caption", wrap=True))
        self.warning = Label("", "warn", wrap=True)
        self.legend = Label("", "caption", wrap=True)
        self._lay_out()
        self._speak()
        for box in self.choices:
            box.currentIndexChanged.connect(self._read)
        self.table.chosen.connect(self._on_chosen)
        self.restyle()

    def show_standing(self, found: Standing) -> None:
        """Offer the checkpoints that answered: the first one and the newest to begin with."""
        before, self._standing = self._standing, found
        ids = [r.score.checkpoint_id for r in found.scores]
        known = [r.score.checkpoint_id for r in before.scores] if before else []
        if ids != known:
            for box, start in zip(self.choices, (0, len(ids) - 1)):
                box.blockSignals(True)
                box.clear()
                for row in found.scores:
                    box.addItem(one_line(row.score.name, 60), row.score.checkpoint_id)
                box.setCurrentIndex(start)
                box.blockSignals(False)
        self._say_warning()
        self._read()

    def clear(self) -> None:
        """The project was closed."""
        self._standing = self._pair = None
        self.rows.set_rows([])
        for box in self.choices:
            box.clear()
        for text in self.texts:
            text.show_marked(None)

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "legend"):
            self._say_warning()
            self._say_facts()

    def _read(self) -> None:
        a, b = (box.currentData() for box in self.choices)
        if a is not None and b is not None:
            self._desk.query(lambda p: reading.pairs(p, a, b), self._on_pairs, key="pairs")

    def _on_pairs(self, found: list[Pair]) -> None:
        before = self._pair
        self.rows.set_rows(found)
        same = [
            i
            for i, p in enumerate(found)
            if before and (p.prompt.id, p.number) == (before.prompt.id, before.number)
        ]
        if found:
            self.table.selectRow(same[0] if same else 0)

    def _on_chosen(self, pair: Pair | None) -> None:
        if pair is None:
            return
        self._pair = pair
        self.prompt.set_text(pair.prompt.text)
        fit_text(self.prompt, PROMPT_LINES)
        self.reference.set_text("\n\n".join(pair.prompt.references))
        for part in (self.reference, self._reference_title):
            part.setVisible(bool(pair.prompt.references))
        fit_text(self.reference, PROMPT_LINES)
        self._say_facts()
        texts = tuple(one.text if one else "" for one in (pair.a, pair.b))
        self._desk.query(
            lambda _project: compare(shown(texts[0]), shown(texts[1])),
            self._on_compared,
            key="diff",
        )

    def _on_compared(self, found: tuple[Marked, Marked]) -> None:
        for view, marked in zip(self.texts, found):
            view.show_marked(marked)

    def _say_facts(self) -> None:
        for box, head in zip(self.choices, self._heads):
            head.setText(box.currentText())
        pair = self._pair
        for label, one in zip(self._facts, (pair.a, pair.b) if pair else (None, None)):
            label.setText(self._fact(one))

    def _fact(self, one: Completion | None) -> str:
        if one is None:
            return self.tr("no completion")
        text = self.tr("%n tokens", "", one.n_tokens)
        return text if one.finished else f"{text} · {self.tr('cut off at the limit')}"

    def _say_warning(self) -> None:
        found = self._standing
        open_ = found is not None and found.n_rated < found.n_answers
        self.warning.setVisible(open_)
        if open_ and found is not None:
            text = self.tr(
                "{n} evaluation answers have no rating yet. Whoever reads here which checkpoint "
                "wrote what no longer rates blind."
            )
            self.warning.setText(text.format(n=f"{found.n_answers - found.n_rated:,}"))

    def _columns(self) -> list[Column[Pair]]:
        return [
            Column(lambda: self.tr("Prompt"), lambda p: p.prompt.text, width=200),
            Column(lambda: self.tr("Completion"), lambda p: p.number, numeric=True, width=76),
        ]

    def _speak(self) -> None:
        self.say(self.choices[0].setAccessibleName, lambda: self.tr("Left checkpoint"))
        self.say(self.choices[1].setAccessibleName, lambda: self.tr("Right checkpoint"))
        self.say(self._against.setText, lambda: self.tr("against"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Evaluation prompts"))
        self.say(self.prompt.setAccessibleName, lambda: self.tr("Prompt"))
        self.say(self._prompt_title.setText, lambda: self.tr("Prompt"))
        self.say(self.reference.setAccessibleName, lambda: self.tr("Reference"))
        self.say(self._reference_title.setText, lambda: self.tr("Reference"))
        self.say(self.texts[0].setAccessibleName, lambda: self.tr("Left completion"))
        self.say(self.texts[1].setAccessibleName, lambda: self.tr("Right completion"))
        self.say(
            self.legend.setText,
            lambda: self.tr(
                "Underlined words differ: dashed ones stand only at the left, solid ones only at "
                "the right."
            ),
        )

    def _lay_out(self) -> None:
        self._against = Label("", "muted")
        self._prompt_title, self._reference_title = Label("", "caption"), Label("", "caption")
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setStretchLastSection(False)
        top, answers = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(SPACE_2)
        answers.setSpacing(SPACE_3)
        top.addWidget(self.choices[0])
        top.addWidget(self._against)
        top.addWidget(self.choices[1])
        top.addStretch(1)
        for box in self.choices:
            box.setMinimumContentsLength(18)
        for head, facts, text in zip(self._heads, self._facts, self.texts):
            card = Card()
            head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            card.body.addWidget(head)
            card.body.addWidget(facts)
            text.setMinimumHeight(TEXT_HEIGHT)
            card.body.addWidget(text, 1)
            answers.addWidget(card, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, SPACE_2, 0)
        column.setSpacing(SPACE_2)
        for part in (self._prompt_title, self.prompt, self._reference_title, self.reference):
            column.addWidget(part)
        column.addLayout(answers, 1)
        column.addWidget(self.legend)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_2)
        whole.addLayout(top)
        whole.addWidget(self.warning)
        whole.addWidget(side_by_side(self.table, scrolled(right), (400, 740)), 1)
