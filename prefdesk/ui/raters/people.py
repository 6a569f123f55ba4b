"""The raters as rows, and everything about the chosen one in words."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from prefdesk.ui.preferences import Preferences
from prefdesk.ui.raters import words
from prefdesk.ui.raters.habits import HabitsView
from prefdesk.ui.raters.naming import rater_name
from prefdesk.ui.widgets import (
    Button,
    Card,
    Column,
    Label,
    PlainButton,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)
from prefdesk.ui.widgets.arrange import scrolled, side_by_side

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, RaterReport
    from prefdesk.records import Exclusion

FIRST_OPTIONAL = 8
HIDDEN = range(FIRST_OPTIONAL - 1, 13)
"""Columns that are shown on demand, so that the table does not scroll sideways at first."""

KEYS = (
    "name", "flags", "ratings", "bias", "scatter", "agreement", "weight", "time", "scale_use",
    "repeat", "drift", "vitality", "modal_share",
)  # fmt: skip
"""Names of the columns where they are remembered, whatever the language."""
KEPT = "raters/"
WIDE_USE, WIDE_DRIFT = 2.0, 10.0
"""Intervals wider than twice the panel's range, or than the whole scale, tell nothing."""
NAME_WIDTH, LEAST_HEIGHT = 112, 340
"""Room for a name, and for the words about a rater; the page scrolls where the window is lower."""


class RaterCard(Speaking, Card):
    """One rater: why flagged, what the figures mean, exclude or take back.

    *Signals*
    - `exclude_wished(RaterReport, str)`: with a reason to begin with.
    - `restore_wished(RaterReport)`, `weight_wished(RaterReport)`
    """

    exclude_wished = Signal(object, str)
    restore_wished = Signal(object)
    weight_wished = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._rater: RaterReport | None = None
        self._report: AgreementReport | None = None
        self._reason = ""
        self.text = Label("", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.flags = Label("", "warn", wrap=True)
        self.exclude, self.restore = Button("", "close"), Button("", "undo")
        self.exclude.clicked.connect(self._on_exclude_pressed)
        self.restore.clicked.connect(lambda: self.restore_wished.emit(self._rater))
        self.weigh = Button("")
        self.weigh.clicked.connect(lambda: self.weight_wished.emit(self._rater))
        self.say(self.weigh.setText, lambda: self.tr("Set weight…"))
        self.say(self.exclude.setText, lambda: self.tr("Exclude this rater"))
        self.say(self.restore.setText, lambda: self.tr("Take the exclusion back"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        self.habits = HabitsView()
        column.addWidget(self.flags)
        column.addWidget(self.text)
        column.addWidget(self.habits)
        column.addStretch(1)
        self.body.addWidget(scrolled(inside), 1)
        line = QHBoxLayout()
        line.addWidget(self.exclude)
        line.addWidget(self.restore)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self.weigh, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_rater(None)

    def show_rater(
        self,
        rater: "RaterReport | None",
        reason: str = "",
        report: "AgreementReport | None" = None,
    ) -> None:
        """Show another rater of a report; `reason` is why they are excluded, if they are."""
        self._rater, self._reason, self._report = rater, reason, report
        self.habits.setVisible(rater is not None and report is not None)
        self.exclude.setVisible(rater is not None and not rater.excluded)
        self.restore.setVisible(rater is not None and rater.excluded)
        self.weigh.setVisible(rater is not None and not rater.excluded)
        self.flags.setVisible(rater is not None and bool(rater.flags))
        if rater is None:
            self.set_title("")
            self.text.setText(self.tr("Choose a rater to see what the figures mean."))
            return
        self.set_title(one_line(rater_name(rater), 60))
        self.flags.setText("\n".join(words.flag_sentence(f) for f in rater.flags))
        self.text.setText("\n".join(self._lines(rater, reason)))
        if report is not None:
            self.habits.show_rater(report, rater)

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_reason"):
            self.show_rater(self._rater, self._reason, self._report)

    def _on_exclude_pressed(self) -> None:
        if self._rater is not None:
            self.exclude_wished.emit(
                self._rater, " ".join(map(words.flag_sentence, self._rater.flags))
            )

    def _lines(self, rater: "RaterReport", reason: str) -> list[str]:
        lines = []
        if rater.excluded:
            text = self.tr("Excluded: {reason} The ratings stay in the file and count nowhere.")
            lines.append(text.format(reason=one_line(reason, 200)))
        if rater.bias is not None and not any(f.rule == "biased" for f in rater.flags):
            lines.append(self._bias(rater.bias, rater.bias_se))
        if rater.inconsistency is not None:
            text = self.tr("Single scores scatter by {sd} points around that.")
            lines.append(text.format(sd=words.plain(rater.inconsistency, 1)))
        if rater.loo.value is not None:
            text = self.tr("Correlation with the rest: {r}; 1 is the same order, 0 chance.")
            lines.append(text.format(r=words.with_limits(rater.loo)))
        else:
            lines.append(self.tr("Too few answers shared with others to compare."))
        if rater.weight is not None:
            text = self.tr("A rating weighs {weight} × as much as an average rater's.")
            lines.append(text.format(weight=words.plain(rater.weight, 1)))
        return lines + self._habit_lines(rater)

    def _habit_lines(self, rater: "RaterReport") -> list[str]:
        lines = []
        scale_use = words.told(rater.scale_use, WIDE_USE)
        if scale_use:
            text = self.tr(
                "Uses {figure} × the panel's range: above 1 spreads scores more, below 1 less."
            )
            lines.append(text.format(figure=scale_use))
        if rater.repeat.value is not None:
            text = self.tr("Agrees with their own earlier score: {figure}, over {n} answers.")
            lines.append(text.format(figure=words.with_limits(rater.repeat), n=rater.n_repeats))
        drift = words.told(rater.drift, WIDE_DRIFT, 1)
        if drift:
            text = self.tr("Scores move by {figure} points per 100 ratings.")
            lines.append(text.format(figure=drift))
        if rater.vitality is not None:
            text = self.tr("Adds {change} to the alpha of the panel.")
            lines.append(text.format(change=words.signed(rater.vitality, 2)))
        return lines

    def _bias(self, bias: float, se: float | None) -> str:
        figure = words.with_error(abs(bias), se)
        if not round(bias, 1):
            text = self.tr("Scores like the panel, within {figure} points.")
            figure = words.with_error(0.0, se)
        elif bias > 0:
            text = self.tr("Scores {figure} points higher than the panel; this is corrected.")
        else:
            text = self.tr("Scores {figure} points lower than the panel; this is corrected.")
        return text.format(figure=figure)


class PeopleView(Speaking, QWidget):
    """The table of raters with the card of the chosen one."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reasons: dict[int, str] = {}
        self._report: AgreementReport | None = None
        self._hidden = set(HIDDEN)
        self._rows: RowsModel[RaterReport] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.say(self.table.setAccessibleName, lambda: self.tr("Raters"))
        self.table.fill((0, 1), NAME_WIDTH)
        self.table.chosen.connect(self._on_chosen)
        self.card = RaterCard()
        self.table.setMinimumHeight(232)
        self.setMinimumHeight(LEAST_HEIGHT)
        self._preferences: Preferences | None = None
        self.columns = PlainButton("", "table")
        self.columns.clicked.connect(self._on_columns_pressed)
        self.say(self.columns.setText, lambda: self.tr("Columns"))
        self._hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(side_by_side(self.table, self.card, (860, 300)))

    def remember(self, preferences: Preferences) -> None:
        """Take columns and sorting as they were left, and keep what is chosen from now on."""
        self._preferences = preferences
        kept = preferences.text(f"{KEPT}hidden", "?")
        if kept != "?":
            self._hidden = {n for n, key in enumerate(KEYS) if key in kept.split() and n}
            self._hide()
        key, _, way = preferences.text(f"{KEPT}sort").partition(" ")
        if key in KEYS:
            down = Qt.SortOrder.DescendingOrder if way == "down" else Qt.SortOrder.AscendingOrder
            self.table.sortByColumn(KEYS.index(key), down)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._on_sorted)

    def _on_sorted(self, number: int, way: Qt.SortOrder) -> None:
        down = way == Qt.SortOrder.DescendingOrder
        if self._preferences is not None and 0 <= number < len(KEYS):
            kept = f"{KEYS[number]} {'down' if down else 'up'}"
            self._preferences.store(f"{KEPT}sort", kept)

    def show_report(self, report: "AgreementReport", active: "list[Exclusion]") -> None:
        """Show another report; the chosen rater stays chosen, and the order as it was asked for."""
        self._report = report
        self._reasons = {e.rater_id: e.reason for e in active if e.scope == "rater"}
        before = {r.rater_id for r in self.table.selected()[:1]}
        self._rows.set_rows(report.raters)
        header = self.table.horizontalHeader()
        if header.sortIndicatorSection() >= 0:
            self._rows.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._hide()
        flagged = [i for i, r in enumerate(self._rows.records) if r.flags and not r.excluded]
        known = [i for i, r in enumerate(self._rows.records) if r.rater_id in before]
        if report.raters:
            self.table.selectRow([*known, *flagged, 0][0])

    def _on_chosen(self, rater: "RaterReport | None") -> None:
        reason = self._reasons.get(rater.rater_id, "") if rater else ""
        self.card.show_rater(rater, reason, self._report)

    def choose(self, rater_id: int) -> None:
        """Make a rater the chosen one."""
        ids = [r.rater_id for r in self._rows.records]
        if rater_id in ids:
            self.table.selectRow(ids.index(rater_id))

    def _known(self, number: int) -> bool:
        """True if a column has a figure for anybody."""
        value = self._rows.columns[number].value
        return number < FIRST_OPTIONAL or any(value(r) is not None for r in self._rows.records)

    def _hide(self) -> None:
        for number in range(len(self._rows.columns)):
            shown = number not in self._hidden and self._known(number)
            self.table.setColumnHidden(number, not shown)

    def _on_columns_pressed(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for number, column in enumerate(self._rows.columns):
            if number and self._known(number):
                action = menu.addAction(column.title())
                action.setCheckable(True)
                action.setChecked(number not in self._hidden)
                action.toggled.connect(partial(self.show_column, number))
        menu.popup(self.columns.mapToGlobal(self.columns.rect().bottomLeft()))

    def show_column(self, number: int, on: bool) -> None:
        """Show or hide a column."""
        (self._hidden.discard if on else self._hidden.add)(number)
        self._hide()
        if self._preferences is not None:
            kept = " ".join(KEYS[n] for n in sorted(self._hidden))
            self._preferences.store(f"{KEPT}hidden", kept)

    def _columns(self) -> "list[Column[RaterReport]]":
        return [
            Column(lambda: self.tr("Rater"), lambda r: r.name, show=rater_name, width=132),
            Column(
                lambda: self.tr("Stands out"),
                self._standing,
                show=self._standing,
                tint=words.flag_tint,
                tip=lambda r: "\n".join(map(words.flag_sentence, r.flags)),
                width=132,
            ),
            Column(lambda: self.tr("Ratings"), lambda r: r.n, True, width=68),
            Column(
                lambda: self.tr("Bias ± se, points"),
                lambda r: r.bias,
                True,
                show=lambda r: words.with_error(r.bias, r.bias_se, sign=True),
                tip=lambda r: self.tr("How much higher than the panel; corrected in the reward."),
                width=112,
            ),
            Column(
                lambda: self.tr("Scatter, points"),
                lambda r: r.inconsistency,
                True,
                1,
                tip=lambda r: self.tr("Standard deviation of this rater's own noise."),
                width=96,
            ),
            Column(
                lambda: self.tr("Agreement, r"),
                lambda r: r.loo.value,
                True,
                show=lambda r: words.with_limits(r.loo),
                tip=lambda r: self.tr("Correlation with the others' mean, with a 95 % interval."),
                width=172,
            ),
            Column(
                lambda: self.tr("Weight, ×"),
                lambda r: r.weight,
                True,
                show=lambda r: "" if r.excluded else words.plain(r.weight, 1),
                tip=lambda r: self.tr("1 is an average rater."),
                width=72,
            ),
            Column(lambda: self.tr("Median time, s"), lambda r: r.median_s, True, 1, width=104),
            *self._more_columns(),
        ]

    def _more_columns(self) -> "list[Column[RaterReport]]":
        return [
            Column(
                lambda: self.tr("Scale use, ×"),
                lambda r: r.scale_use.value,
                True,
                show=lambda r: words.told(r.scale_use, WIDE_USE),
                tip=lambda r: self.tr("1 spreads scores like the panel, above 1 more."),
                width=150,
            ),
            Column(
                lambda: self.tr("Self-agreement, r"),
                lambda r: r.repeat.value,
                True,
                show=lambda r: words.with_limits(r.repeat),
                tip=lambda r: self.tr("Correlation of a rater's two scores of one answer."),
                width=150,
            ),
            Column(
                lambda: self.tr("Drift, points per 100"),
                lambda r: r.drift.value,
                True,
                show=lambda r: words.told(r.drift, WIDE_DRIFT, 1),
                tip=lambda r: self.tr("How the scores move as the rater goes on."),
                width=150,
            ),
            Column(
                lambda: self.tr("Adds to alpha"),
                lambda r: r.vitality,
                True,
                show=lambda r: words.signed(r.vitality, 2),
                tip=lambda r: self.tr("Alpha with this rater less alpha without."),
                width=104,
            ),
            Column(
                lambda: self.tr("Commonest score, %"),
                lambda r: r.modal_share,
                True,
                show=lambda r: "" if r.modal_share is None else f"{100 * r.modal_share:.0f}",
                tip=lambda r: self.tr("Share of this rater's ratings that are the same number."),
                width=104,
            ),
        ]

    def _standing(self, rater: "RaterReport") -> str:
        if rater.excluded:
            return self.tr("excluded")  # the card says why
        found = words.comma().join(map(words.flag_title, rater.flags))
        return f"⚑ {found}" if found else ""
