"""The table of rewards; each opens into the ratings it came from."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.ui.desk import Desk
from prefdesk.ui.raters import words
from prefdesk.ui.raters.item import ItemPanel
from prefdesk.ui.raters.ledger import Opened, RewardPage, RewardRow, open_reward, reward_page
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Column, Label, RowsModel, Speaking, TableView
from prefdesk.ui.widgets.arrange import side_by_side

if TYPE_CHECKING:
    from prefdesk.project import Project

ANSWER_WIDTH = 104
"""The least that is seen of an answer."""
FIELDS = ("", "reward", "quality", "reliability", "n_ratings", "")
"""What each column sorts by; texts do not sort."""


class RewardsView(Speaking, QWidget):
    """Rewards on the left, the chosen one's ratings on the right."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._order, self._ascending, self._total = "", True, 0
        self._stale = True
        self._rows: RowsModel[RewardRow] = RowsModel(self._columns(), more=self._on_more)
        self._rows.sort_wished.connect(self._on_sort_wished)
        self.table = TableView(self._rows)
        self.table.fill((0,), ANSWER_WIDTH)
        self.table.chosen.connect(self._on_chosen)
        self.said = Label("", "caption", wrap=True)
        self.item = ItemPanel()
        self.say(self.table.setAccessibleName, lambda: self.tr("Rewards"))
        self._lay_out()

    def refresh(self) -> None:
        """Read the first page again, and the open item; later if nobody looks."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        self._ask(0)
        if self.item.opened is not None:
            self.open(self.item.opened.completion.id)

    def clear(self) -> None:
        """The project was closed."""
        self._rows.set_rows([])
        self.item.show_item(None)
        self._stale = True

    def open(self, completion_id: int) -> None:
        """Open one reward into its ratings."""
        self._desk.query(lambda p: open_reward(p, completion_id), self._on_opened, key="item")

    def showEvent(self, event: object) -> None:
        """Catch up."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._stale:
            self.refresh()

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "said"):
            self._say_total()

    def _ask(self, start: int) -> None:
        order, ascending = self._order, self._ascending
        if not start:
            self._rows.hold()

        def read(project: "Project") -> RewardPage:
            return reward_page(project, order, ascending, start)

        self._desk.query(read, self._on_page, key="rewards")

    def _on_page(self, page: RewardPage) -> None:
        self._total = page.total
        complete = page.start + len(page.rows) >= page.total
        if page.start:
            self._rows.add_rows(page.rows, complete=complete)
        else:
            chosen = {r.reward.completion_id for r in self.table.selected()[:1]}
            self._rows.set_rows(page.rows, complete=complete)
            self._choose(chosen)
        self._say_total()

    def _choose(self, chosen: set[int]) -> None:
        """Keep the same answer chosen without asking for it again."""
        ids = [r.reward.completion_id for r in self._rows.records]
        at = [i for i, one in enumerate(ids) if one in chosen]
        if at or (ids and self.item.opened is None):
            self.table.selectRow([*at, 0][0])

    def _say_total(self) -> None:
        text = self.tr(
            "{n} rewarded completions. Choose one to open it into its ratings.", "", self._total
        )
        self.said.setText(text.format(n=f"{self._total:,}"))

    def _on_more(self, _last: RewardRow) -> None:
        self._ask(len(self._rows.records))

    def _on_sort_wished(self, column: int, ascending: bool) -> None:
        order = FIELDS[column] if 0 <= column < len(FIELDS) else ""
        if (order, ascending) != (self._order, self._ascending):
            self._order, self._ascending = order, ascending
            self._ask(0)

    def _on_chosen(self, row: RewardRow | None) -> None:
        if row is not None:
            self.open(row.reward.completion_id)

    def _on_opened(self, opened: Opened) -> None:
        self.item.show_item(opened)

    def _columns(self) -> list[Column[RewardRow]]:
        return [
            Column(lambda: self.tr("Completion"), lambda r: r.answer, width=176),
            Column(
                lambda: self.tr("Reward, sd"),
                lambda r: r.reward.reward,
                True,
                show=lambda r: words.signed(r.reward.reward, 2),
                tip=lambda r: self.tr(
                    "Distance from the mean in within-prompt standard deviations."
                ),
            ),
            Column(
                lambda: self.tr("Quality ± se, points"),
                lambda r: r.reward.quality,
                True,
                show=lambda r: words.with_error(r.reward.quality, r.reward.se),
                tip=lambda r: self.tr("Posterior mean and its standard error, of 10 points."),
            ),
            Column(
                lambda: self.tr("Reliability"),
                lambda r: r.reward.reliability,
                True,
                2,
                tip=lambda r: self.tr("1 is sure, 0 is no better than the prompt's mean."),
            ),
            Column(lambda: self.tr("Ratings"), lambda r: r.reward.n_ratings, True),
            Column(lambda: self.tr("Prompt"), lambda r: r.prompt, width=110),
        ]

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.table, 1)
        column.addWidget(self.said)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(side_by_side(left, self.item, (640, 500)))
