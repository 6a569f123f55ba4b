"""Ratings that stand out: seen in the plot, listed in the table, opened with all there is."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from prefdesk.ui.desk import Desk
from prefdesk.ui.raters import words
from prefdesk.ui.raters.item import ItemPanel
from prefdesk.ui.raters.ledger import Opened, open_reward
from prefdesk.ui.raters.scores import ScorePlot
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Column, Label, RowsModel, Speaking, TableView, one_line
from prefdesk.ui.widgets.arrange import scrolled, side_by_side

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, RatingReport


NAME_WIDTH = 96


class OutliersView(Speaking, QWidget):
    """Score plot and table on the left, the chosen answer with its ratings on the right."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._names: dict[int, str] = {}
        self._marked = b""
        self.plot = ScorePlot()
        self.plot.rating_opened.connect(self.open)
        self._rows: RowsModel[RatingReport] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.fill((0,), NAME_WIDTH)
        self.table.chosen.connect(self._on_chosen)
        self.none = Label("", "muted", wrap=True)
        self.item = ItemPanel()
        self.say(self.table.setAccessibleName, lambda: self.tr("Ratings that stand out"))
        self.say(
            self.none.setText,
            lambda: self.tr(
                "No single rating stands out. Ratings of raters who stand out as a whole are not "
                "listed one by one."
            ),
        )
        self._lay_out()

    def show_report(self, report: "AgreementReport") -> None:
        """Show another report; the open answer is read again."""
        self._names = {r.rater_id: r.name for r in report.raters}
        self.plot.show_report(report)
        rows = sorted(report.outliers, key=lambda r: -abs(r.residual))
        self._rows.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        if self.item.opened is not None:
            self._ask(self.item.opened.completion.id, self._marked)
        elif rows:
            self.table.selectRow(0)  # what stands out most

    def clear(self) -> None:
        """The project was closed."""
        self._rows.set_rows([])
        self.item.show_item(None)

    def open(self, rating: "RatingReport") -> None:
        """Open the answer behind a mark."""
        self.open_answer(rating.completion_id, bytes.fromhex(rating.event_uid))

    def open_answer(self, completion_id: int, marked: bytes) -> None:
        """Open an answer; the rating with the event `marked` is chosen."""
        self._ask(completion_id, marked)

    def _ask(self, completion_id: int, marked: bytes) -> None:
        self._marked = marked
        self._desk.query(lambda p: open_reward(p, completion_id), self._on_opened, key="item")

    def _on_opened(self, opened: Opened) -> None:
        self.item.show_item(opened, self._marked)

    def _on_chosen(self, rating: "RatingReport | None") -> None:
        if rating is not None:
            self.open(rating)

    def _columns(self) -> "list[Column[RatingReport]]":
        def tint(rating: "RatingReport") -> str:
            return "muted" if rating.excluded else ""

        return [
            Column(lambda: self.tr("Rater"), self._name, tint=tint, width=140),
            Column(lambda: self.tr("Completion"), lambda r: r.completion_id, True, width=68),
            Column(
                lambda: self.tr("Score"),
                lambda r: r.score,
                True,
                show=lambda r: f"{r.score:g}",
                tint=tint,
                width=56,
            ),
            Column(lambda: self.tr("Expected"), lambda r: r.expected, True, 1, width=76),
            Column(
                lambda: self.tr("Difference, points"),
                lambda r: r.residual,
                True,
                show=lambda r: words.signed(r.residual),
                width=116,
            ),
            Column(
                lambda: self.tr("Kind"),
                lambda r: words.kind_name(r.kind, excluded=r.excluded),
                tint=tint,
                tip=lambda r: words.rating_sentence(r.kind, r.score, r.expected),
                width=104,
            ),
        ]

    def _name(self, rating: "RatingReport") -> str:
        return one_line(self._names.get(rating.rater_id, ""), 60)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        self.table.setMinimumHeight(116)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        column.addWidget(self.plot, 3)
        column.addWidget(self.none)
        column.addWidget(self.table, 2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(side_by_side(scrolled(left), self.item, (640, 500)))
