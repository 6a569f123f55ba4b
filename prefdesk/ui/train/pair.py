"""Two checkpoints beside each other: how each was made, and which one people like better."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from prefdesk.ui import dates
from prefdesk.ui.raters import words
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.train.shelf import Pair, Side, kind_word
from prefdesk.ui.widgets import (
    Card,
    Column,
    Label,
    PlainButton,
    RowsModel,
    Speaking,
    TableView,
    config_text,
    one_line,
    setting_name,
)
from prefdesk.ui.widgets.arrange import fit_rows

MOST_ROWS = 9


@dataclass(frozen=True, slots=True)
class Line:
    """One property with its two values."""

    name: str
    a: str
    b: str


class PairCard(Speaking, Card):
    """A small table of what differs, and one sentence on what people think.

    *Signals*
    - `read_wished()`: show the answers of both in Evaluate.
    """

    read_wished = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._pair: Pair | None = None
        self.rows: RowsModel[Line] = RowsModel(self._columns())
        self.table = TableView(self.rows)
        self.sentence = Label("", wrap=True)
        self.read, self.shut = PlainButton("", "evaluate"), PlainButton("", "close")
        self.read.clicked.connect(self.read_wished)
        self.shut.clicked.connect(self.hide)
        self.table.horizontalScrollBar().rangeChanged.connect(self._fit)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        self.body.removeWidget(self.heading)
        line.addWidget(self.heading)
        line.addStretch(1)
        line.addWidget(self.read)
        line.addWidget(self.shut)
        self.body.addLayout(line)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.table)
        self.say(self.read.setText, lambda: self.tr("Read their answers"))
        self.say(self.shut.setText, lambda: self.tr("Close"))
        self.say(self.table.setAccessibleName, lambda: self.tr("The two checkpoints"))
        self.hide()

    def show_pair(self, pair: Pair) -> None:
        """Show two checkpoints."""
        self._pair = pair
        self._say_pair()
        self.show()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_pair", None) is not None:
            self._say_pair()

    def _say_pair(self) -> None:
        pair = self._pair
        assert pair is not None
        names = {s: one_line(s.checkpoint.name, 40) for s in (pair.a, pair.b)}
        title = self.tr("{new} against {old}")
        self.set_title(title.format(new=names[pair.b], old=names[pair.a]))
        self.sentence.setText(self._verdict(pair))
        self.rows.set_rows(self._lines(pair))
        self.rows.retitle()
        self._fit()

    def _fit(self, *_range: int) -> None:
        fit_rows(self.table, min(len(self.rows.records), MOST_ROWS))

    def _verdict(self, pair: Pair) -> str:
        found = pair.found
        if found.difference.value is None:
            return self.tr("People have not rated both on the same evaluation prompts yet.")
        text = self.tr(
            "People gave it {difference} points ({low} to {high}) on {n} prompts: better {win} %, "
            "equal {tie} %, worse {loss} %."
        )
        low, high = found.difference.low, found.difference.high
        return text.format(
            difference=words.signed(found.difference.value),
            low="–" if low is None else words.signed(low),
            high="–" if high is None else words.signed(high),
            n=f"{found.n_prompts:,}",
            win=f"{100 * found.win:.0f}",
            tie=f"{100 * found.tie:.0f}",
            loss=f"{100 * found.loss:.0f}",
        )

    def _lines(self, pair: Pair) -> list[Line]:
        def line(name: str, value: "object") -> Line:
            return Line(name, value(pair.a), value(pair.b))  # type: ignore[operator]

        fixed = [
            line(self.tr("Human score"), _score),
            line(self.tr("Holds"), lambda s: kind_word(s.checkpoint.kind)),
            line(self.tr("Made"), lambda s: dates.moment(s.checkpoint.created_ms)),
            line(self.tr("Trained on, completions"), lambda s: f"{s.answers:,}" if s.round else ""),
            line(
                self.tr("KL to the reference, nats per token"),
                lambda s: "" if s.kl is None else f"{s.kl:.4f}",
            ),
        ]
        settings = [
            Line(setting_name(name), config_text(ours), config_text(theirs))
            for name, ours, theirs in pair.settings()
        ]
        return [one for one in fixed if one.a or one.b] + settings

    def _columns(self) -> list[Column[Line]]:
        def name(side: str) -> str:
            pair = self._pair
            return "" if pair is None else one_line(getattr(pair, side).checkpoint.name, 40)

        return [
            Column(lambda: self.tr("Property"), lambda r: r.name, width=260),
            Column(lambda: name("a"), lambda r: r.a, width=220),
            Column(lambda: name("b"), lambda r: r.b, width=220),
        ]


def _score(side: Side) -> str:
    return "" if side.score is None else words.with_limits(side.score.human, 1)
