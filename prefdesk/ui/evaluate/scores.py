"""The figures of every checkpoint on the evaluation prompts, with a plot of the human score."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.ui import background, theme
from prefdesk.ui.evaluate.measures import MEASURES
from prefdesk.ui.evaluate.reading import CompareRow, ScoreRow, Standing
from prefdesk.ui.raters import words
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets import Card, Column, Label, RowsModel, Speaking, TableView, one_line
from prefdesk.ui.widgets.arrange import fit_rows, scrolled, stack

if TYPE_CHECKING:
    from prefdesk.project import Range
    from prefdesk.project.evaluation import Caution, Divergence

PLOT_HEIGHT = 300
MOST_ROWS = 12
NARROW = 840


class ScoresView(Speaking, QWidget):
    """Plot and comparison above, the table of all figures below."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._standing: Standing | None = None
        self.plot: Any = None
        self.rows: RowsModel[ScoreRow] = RowsModel(self._columns())
        self.compared: RowsModel[CompareRow] = RowsModel(self._compare_columns())
        self.table, self.compare_table = TableView(self.rows), TableView(self.compared)
        self.coverage, self.explained = Label("", wrap=True), Label("", "caption", wrap=True)
        self.no_comparison = Label("", "muted", wrap=True)
        self.compare_help = Label("", "caption", wrap=True)
        self.cautions, self.divergences = Label("", wrap=True), Label("", "warn", wrap=True)
        self._compare_card, self._table_card = Card(), Card()
        self._lay_out()
        self._speak()

    def show_standing(self, found: Standing) -> None:
        """Show other figures."""
        self._standing = found
        self.rows.set_rows(found.scores)
        self.compared.set_rows(found.comparisons)
        self.no_comparison.setVisible(not found.comparisons)
        self.compare_table.setVisible(bool(found.comparisons))
        self.compare_help.setVisible(bool(found.comparisons))
        self._fit_tables()
        background.query(self, _load_plot, self._on_plot_loaded, key="plot")
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Plot and comparison side by side where there is room."""
        super().resizeEvent(event)
        stack(self._top, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))

    def _fit_tables(self) -> None:
        fit_rows(self.table, min(len(self.rows.records), MOST_ROWS))
        fit_rows(self.compare_table, min(len(self.compared.records), MOST_ROWS))

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        found = getattr(self, "_standing", None)
        if found is None:
            return
        text = self.tr("{rated} of {all} answers to the evaluation prompts are rated.")
        self.coverage.setText(text.format(rated=f"{found.n_rated:,}", all=f"{found.n_answers:,}"))
        cautions = [
            f"{r.name}: {self._caution(c)}" for r in found.comparisons for c in r.found.cautions
        ]
        self.cautions.setText("\n".join(cautions))
        self.cautions.setVisible(bool(cautions))
        warnings = [self._divergence(found, one) for one in found.divergences]
        self.divergences.setText("\n".join(warnings))
        self.divergences.setVisible(bool(warnings))
        if self.plot is not None:
            self._name_plot()

    def restyle(self) -> None:
        """Columns follow the text size."""
        if getattr(self, "plot", None) is not None:
            self.plot.setFixedHeight(theme.scaled(PLOT_HEIGHT, theme.theme().zoom))
        if getattr(self, "_standing", None) is not None:
            self.retranslate()

    def _on_plot_loaded(self, make_card: Callable[..., Any]) -> None:
        if self.plot is None:
            # A heading that is visible before it has a parent would flash as a window.
            self.plot = make_card()
            self.plot.setFixedHeight(theme.scaled(PLOT_HEIGHT, theme.theme().zoom))
            self._top.insertWidget(0, self.plot, 1)
            self._name_plot()
        QTimer.singleShot(0, self, self._draw)

    def _draw(self) -> None:
        found = self._standing
        if found is not None and self.plot is not None:
            self.plot.show_scores([row.score for row in found.scores])

    def _name_plot(self) -> None:
        self.plot.speak()

    def _columns(self) -> list[Column[ScoreRow]]:
        def figure(title: Any, name: str, decimals: int) -> Column[ScoreRow]:
            return Column(
                title, lambda r: getattr(r.score, name), numeric=True, decimals=decimals, width=60
            )

        return [
            Column(lambda: self.tr("Checkpoint"), lambda r: r.score.name, width=160),
            figure(lambda: self.tr("Prompts"), "n_prompts", 0),
            Column(
                lambda: self.tr("Rated"),
                lambda r: r.score.n_rated,
                numeric=True,
                show=lambda r: f"{r.score.n_rated:,} / {r.n_answers:,}",
                width=74,
            ),
            Column(
                lambda: self.tr("Human score"),
                lambda r: r.score.human.value,
                numeric=True,
                show=lambda r: words.with_limits(r.score.human, 1),
                width=150,
            ),
            figure(lambda: self.tr("BLEU"), "bleu", 1),
            figure(lambda: self.tr("chrF"), "chrf", 1),
            figure(lambda: self.tr("ROUGE-1"), "rouge1", 2),
            figure(lambda: self.tr("ROUGE-L"), "rougeL", 2),
            figure(lambda: self.tr("Perplexity"), "perplexity", 1),
            figure(lambda: self.tr("Length, tokens"), "mean_length", 1),
            Column(
                lambda: self.tr("Cut off, %"),
                lambda r: 100 * r.score.truncated,
                numeric=True,
                width=70,
            ),
            figure(lambda: self.tr("Distinct-2"), "distinct_2", 2),
            figure(lambda: self.tr("Self-BLEU"), "self_bleu", 1),
            figure(lambda: self.tr("KL, nats per token"), "kl", 4),
        ]

    def _compare_columns(self) -> list[Column[CompareRow]]:
        return [
            Column(lambda: self.tr("Checkpoint"), lambda r: r.name, width=80),
            Column(
                lambda: self.tr("Difference"),
                lambda r: r.found.difference.value,
                numeric=True,
                show=self._difference,
                width=140,
            ),
            Column(
                lambda: self.tr("Win rate, %"),
                lambda r: r.found.win_rate.value,
                numeric=True,
                show=self._win_rate,
                width=110,
            ),
            Column(
                lambda: self.tr("Better / equal / worse"),
                lambda r: r.found.win,
                numeric=True,
                show=lambda r: "{:.0f} / {:.0f} / {:.0f} %".format(
                    *(100 * share for share in (r.found.win, r.found.tie, r.found.loss))
                ),
                width=120,
            ),
        ]

    def _difference(self, row: CompareRow) -> str:
        return self._with_limits(row.found.difference)

    def _win_rate(self, row: CompareRow) -> str:
        found = row.found.win_rate
        if found.value is None or found.low is None or found.high is None:
            return ""
        limits = self.tr("({low} to {high})")
        shown = limits.format(low=f"{100 * found.low:.0f}", high=f"{100 * found.high:.0f}")
        return f"{100 * found.value:.0f} {shown}"

    def _with_limits(self, found: "Range") -> str:
        text = words.signed(found.value)
        if found.low is None or found.high is None:
            return text
        limits = self.tr("({low} to {high})")
        return f"{text} " + limits.format(
            low=words.signed(found.low), high=words.signed(found.high)
        )

    def _divergence(self, found: Standing, one: "Divergence") -> str:
        names = {r.score.checkpoint_id: one_line(r.score.name, 40) for r in found.scores}
        what = next(m for m in MEASURES if m.field == one.measure)
        text = self.tr(
            "From {old} to {new}, {measure} rose from {before} to {after}, and people see no "
            "sure gain: {people} points."
        )
        return text.format(
            old=names[one.a],
            new=names[one.b],
            measure=what.title(),
            before=f"{one.before:.{what.decimals}f}",
            after=f"{one.after:.{what.decimals}f}",
            people=self._with_limits(one.people),
        )

    def _caution(self, caution: "Caution") -> str:
        return {
            "settings": self.tr("the two were sampled with different settings."),
            "raters": self.tr("no rater judged both."),
            "trained": self.tr(
                "some of these prompts were trained on before they were kept for evaluation."
            ),
        }[caution]

    def _speak(self) -> None:
        self.say(self._compare_card.set_title, lambda: self.tr("Against the first checkpoint"))
        self.say(self._table_card.set_title, lambda: self.tr("All figures"))
        self.say(self.table.setAccessibleName, lambda: self.tr("All figures"))
        self.say(
            self.compare_table.setAccessibleName, lambda: self.tr("Against the first checkpoint")
        )
        self.say(
            self.no_comparison.setText,
            lambda: self.tr(
                "A comparison needs two checkpoints whose answers to the same prompts are rated."
            ),
        )
        self.say(
            self.compare_help.setText,
            lambda: self.tr(
                "Difference in points of the score with its 95 % interval, prompt by prompt; if "
                "the interval holds 0, people may see no difference. The win rate counts an equal "
                "prompt as half a win."
            ),
        )
        self.say(
            self.explained.setText,
            lambda: self.tr(
                "BLEU and chrF (0 to 100) and ROUGE (0 to 1) say how much an answer shares with "
                "the references. Perplexity says how surprised a checkpoint is by a text of your "
                "choice: lower is better. Cut off is the share that reached the length limit. "
                "Distinct-2 is the share of word pairs that differ: higher is more varied. "
                "Self-BLEU says how much answers to one prompt repeat each other: lower is more "
                "varied. KL says how far a checkpoint has moved from the model as it came."
            ),
        )

    def _lay_out(self) -> None:
        for table in (self.table, self.compare_table):
            table.horizontalHeader().setStretchLastSection(True)
            table.horizontalScrollBar().rangeChanged.connect(self._fit_tables)
        self._top = QHBoxLayout()
        self._top.setSpacing(SPACE_3)
        for part in (
            *(self.coverage, self.no_comparison, self.compare_table),
            *(self.divergences, self.cautions, self.compare_help),
        ):
            self._compare_card.body.addWidget(part)
        self._compare_card.body.addStretch(1)
        self._top.addWidget(self._compare_card, 1)
        self._table_card.body.addWidget(self.table)
        self._table_card.body.addWidget(self.explained)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE_3, 0)
        column.setSpacing(SPACE_3)
        column.addLayout(self._top)
        column.addWidget(self._table_card)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_2)
        whole.addWidget(scrolled(inside))


def _load_plot() -> Callable[..., Any]:
    """The plotting library takes most of a second to import, so it comes in the background."""
    from prefdesk.ui.evaluate.timeline import Timeline

    return Timeline
