"""What if: other decisions about a rater, or another rule, and what they do to every reward."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.ui.desk import Desk
from prefdesk.ui.raters import words
from prefdesk.ui.raters.item import ItemPanel
from prefdesk.ui.raters.ledger import Opened, open_reward
from prefdesk.ui.raters.naming import rater_name
from prefdesk.ui.raters.supposed import Supposed
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Button, Column, Label, RowsModel, Speaking, TableView
from prefdesk.ui.widgets.arrange import side_by_side, whole

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, Moved, Project, WhatIf, WhatIfReport
    from prefdesk.ratings import Rule

MOST_ROWS = 1000
AS_NOW = -1.0
WEIGHTS = (AS_NOW, 0.0, 0.5, 1.0, 2.0, 3.0)
RULES: "tuple[Rule, ...]" = ("model", "bias_removed", "z", "mean")


def turned(before: float | None, after: float | None) -> bool:
    """True if a figure changes its sign."""
    return before is not None and after is not None and before * after < 0


class WhatIfView(Speaking, QWidget):
    """The question above, the verdicts, the moves, and the answer behind the chosen one."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._found: WhatIfReport | None = None
        self._supposed: Supposed | None = None
        self.who, self.weight, self.rule = QComboBox(), QComboBox(), QComboBox()
        self.ask = Button("")
        self.said, self._explained = Label("", wrap=True), Label("", "caption", wrap=True)
        self._rows: RowsModel[Moved] = RowsModel(self._columns())
        self.table, self.item = TableView(self._rows), ItemPanel()
        for value in WEIGHTS:
            self.weight.addItem("", value)
        for rule in RULES:
            self.rule.addItem("", rule)
        self.ask.clicked.connect(self.suppose)
        self.who.currentIndexChanged.connect(self._on_who_changed)
        self.item.suppose_wished.connect(self.suppose_this)
        self.table.chosen.connect(self._on_chosen)
        self.weight.setCurrentIndex(self.weight.findData(0.0))
        self._lay_out()
        self._speak()
        self._tell("")

    def show_report(self, report: "AgreementReport") -> None:
        """Offer the raters of a report."""
        chosen = self.who.currentData()
        self.who.clear()
        if self._supposed is not None:
            self.who.addItem(self._supposed.words(), self._supposed)
        for rater in report.raters:
            self.who.addItem(rater_name(rater), rater.rater_id)
        odd = next((r.rater_id for r in report.raters if r.flags and not r.excluded), None)
        self._choose(odd if chosen is None else chosen)

    def suppose_this(self, supposed: Supposed) -> None:
        """Put one decision on top of the list, choose it and work it out."""
        if self._supposed is not None:
            self.who.removeItem(0)
        self._supposed = supposed
        self.who.insertItem(0, supposed.words(), supposed)
        self.who.setCurrentIndex(0)
        self.suppose()

    def _choose(self, wanted: object) -> None:
        # Qt compares what it does not know by identity, or not at all.
        known = [self.who.itemData(i) for i in range(self.who.count())]
        self.who.setCurrentIndex(known.index(wanted) if wanted in known else 0)

    def _on_who_changed(self) -> None:
        # One rating, or one decision, is there or is not: it has no weight to choose.
        self.weight.setEnabled(not isinstance(self.who.currentData(), Supposed))

    def clear(self) -> None:
        """The project was closed."""
        self._found = self._supposed = None
        self.who.clear()
        self._rows.set_rows([])
        self._tell("")
        self.item.show_item(None)

    def change(self) -> "WhatIf":
        """What is supposed at present."""
        from prefdesk.project import WhatIf

        who, weight = self.who.currentData(), self.weight.currentData()
        if isinstance(who, Supposed):
            return who.change(self.rule.currentData())
        credibility = {} if who is None or weight <= 0 else {int(who): float(weight)}
        out = (int(who),) if who is not None and weight == 0 else ()
        return WhatIf(leave_out_raters=out, credibility=credibility, rule=self.rule.currentData())

    def suppose(self) -> None:
        """Work it out in the background."""
        change = self.change()

        def read(project: "Project") -> "WhatIfReport":
            return project.judgement.what_if(change)

        self.ask.setEnabled(False)
        self._tell(self.tr("Working it out …"))
        self._desk.query(read, self._on_found, self._on_failed, key="what_if")

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_supposed", None) is not None:
            self.who.setItemText(0, self._supposed.words())  # type: ignore[union-attr]
        if getattr(self, "_found", None) is not None:
            self._say(self._found)  # type: ignore[arg-type]

    def _on_found(self, found: "WhatIfReport") -> None:
        self._found = found
        self.ask.setEnabled(True)
        self._rows.set_rows(found.rows[:MOST_ROWS])
        self.table.selectRow(0)
        self._say(found)

    def _on_failed(self, error: PrefdeskError) -> None:
        self.ask.setEnabled(True)
        self._tell(str(error))

    def _tell(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self._explained.setVisible(not text)  # the table needs the room

    def _say(self, found: "WhatIfReport") -> None:
        before, after = found.verdict_before, found.verdict_after
        text = self.tr(
            "{moved} of {all} answers move; {turned} change from better to worse than their "
            "prompt's others, or back. Verdict: {before}, then {after}. Alpha: {a}, then {b}."
        )
        self._tell(
            text.format(
                moved=f"{found.n_moved:,}",
                all=f"{len(found.rows):,}",
                turned=f"{found.n_advantages_turned:,}",
                before=f"{words.verdict_word(before.word)} {words.with_limits(before.reliability)}",
                after=f"{words.verdict_word(after.word)} {words.with_limits(after.reliability)}",
                a=words.plain(found.alpha_before) or "–",
                b=words.plain(found.alpha_after) or "–",
            )
        )

    def _on_chosen(self, row: "Moved | None") -> None:
        if row is not None:
            wanted = row.completion_id
            self._desk.query(lambda p: open_reward(p, wanted), self._on_opened, key="item")

    def _on_opened(self, opened: Opened) -> None:
        self.item.show_item(opened)

    def _speak(self) -> None:
        self.say(self.ask.setText, lambda: self.tr("Show what moves"))
        self.say(self.who.setAccessibleName, lambda: self.tr("Whom or what to suppose otherwise"))
        self.say(self.weight.setAccessibleName, lambda: self.tr("What the rater counts"))
        self.say(self.rule.setAccessibleName, lambda: self.tr("Rule from scores to rewards"))
        self.say(self.table.setAccessibleName, lambda: self.tr("What moves"))
        self.say(
            self._explained.setText,
            lambda: self.tr(
                "Nothing is changed: this only shows what another decision would do. The "
                "advantage is what training uses: an answer's reward less the mean of the others."
            ),
        )
        for number, value in enumerate(WEIGHTS):
            self.say(
                lambda text, n=number: self.weight.setItemText(n, text),  # type: ignore[misc]
                lambda v=value: self._weight_name(v),  # type: ignore[misc]
            )
        for number, rule in enumerate(RULES):
            self.say(
                lambda text, n=number: self.rule.setItemText(n, text),  # type: ignore[misc]
                lambda r=rule: self._rule_name(r),  # type: ignore[misc]
            )

    def _weight_name(self, value: float) -> str:
        if value == AS_NOW:
            return self.tr("counts as now")
        if value == 0:
            return self.tr("is left out")
        return self.tr("counts {weight} × an average rater").format(weight=f"{value:g}")

    def _rule_name(self, rule: str) -> str:
        return {
            "model": self.tr("rule as now, by rater"),
            "bias_removed": self.tr("mean, bias removed"),
            "z": self.tr("mean of standardised scores"),
            "mean": self.tr("plain mean of the scores"),
        }[rule]

    def _columns(self) -> "list[Column[Moved]]":
        def tint(row: "Moved") -> str:
            return "bad" if turned(row.advantage_before, row.advantage_after) else ""

        return [
            Column(lambda: self.tr("Completion"), lambda m: m.completion_id, True, width=84),
            Column(
                lambda: self.tr("Advantage, sd"),
                lambda m: m.advantage_before,
                True,
                show=lambda m: words.signed(m.advantage_before, 2),
            ),
            Column(
                lambda: self.tr("then"),
                lambda m: m.advantage_after,
                True,
                show=lambda m: (
                    words.signed(m.advantage_after, 2)
                    + (" ⇄" if turned(m.advantage_before, m.advantage_after) else "")
                ),
                tint=tint,
                tip=lambda m: self.tr("⇄ marks a change of sign."),
                width=84,
            ),
            Column(
                lambda: self.tr("Reward, sd"),
                lambda m: m.reward_before,
                True,
                show=lambda m: words.signed(m.reward_before, 2),
            ),
            Column(
                lambda: self.tr("then"),
                lambda m: m.reward_after,
                True,
                show=lambda m: words.signed(m.reward_after, 2),
                width=84,
            ),
            Column(
                lambda: self.tr("Rank"),
                lambda m: m.rank_after,
                True,
                show=lambda m: f"{m.rank_before or '–'} → {m.rank_after or '–'}",
                width=84,
            ),
        ]

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        for box in (self.who, self.weight, self.rule):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(10)
            line.addWidget(box, 1)
        whole(self.ask)
        line.addWidget(self.ask)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        for part in (self._explained, self.said):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_2)
        outer.addLayout(line)
        outer.addWidget(side_by_side(left, self.item, (640, 500)), 1)
