"""The raters as rows, and everything about the chosen one in words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.ui.raters import words
from prefdesk.ui.widgets import (
    Button,
    Card,
    Column,
    Label,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)
from prefdesk.ui.widgets.arrange import scrolled, side_by_side

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport, RaterReport
    from prefdesk.records import Exclusion


class RaterCard(Speaking, Card):
    """One rater: why flagged, what the figures mean, exclude or take back.

    *Signals*
    - `exclude_wished(RaterReport, str)`: with a reason to begin with.
    - `restore_wished(RaterReport)`
    """

    exclude_wished = Signal(object, str)
    restore_wished = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._rater: RaterReport | None = None
        self._reason = ""
        self.text = Label("", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.flags = Label("", "warn", wrap=True)
        self.exclude, self.restore = Button("", "close"), Button("", "undo")
        self.exclude.clicked.connect(self._on_exclude_pressed)
        self.restore.clicked.connect(lambda: self.restore_wished.emit(self._rater))
        self.say(self.exclude.setText, lambda: self.tr("Exclude this rater"))
        self.say(self.restore.setText, lambda: self.tr("Take the exclusion back"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.flags)
        column.addWidget(self.text, 1)
        self.body.addWidget(scrolled(inside), 1)
        line = QHBoxLayout()
        line.addWidget(self.exclude)
        line.addWidget(self.restore)
        line.addStretch(1)
        self.body.addLayout(line)
        self.show_rater(None)

    def show_rater(self, rater: "RaterReport | None", reason: str = "") -> None:
        """Show another rater; `reason` is why they are excluded, if they are."""
        self._rater, self._reason = rater, reason
        self.exclude.setVisible(rater is not None and not rater.excluded)
        self.restore.setVisible(rater is not None and rater.excluded)
        self.flags.setVisible(rater is not None and bool(rater.flags))
        if rater is None:
            self.set_title("")
            self.text.setText(self.tr("Choose a rater to see what the figures mean."))
            return
        self.set_title(one_line(rater_name(rater), 60))
        self.flags.setText("\n".join(words.flag_sentence(f) for f in rater.flags))
        self.text.setText("\n".join(self._lines(rater, reason)))

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "_reason"):
            self.show_rater(self._rater, self._reason)

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
        if rater.bias is not None:
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
        return lines

    def _bias(self, bias: float, se: float | None) -> str:
        figure = words.with_error(abs(bias), se)
        if bias >= 0:
            text = self.tr("Scores {figure} points higher than the panel; this is corrected.")
        else:
            text = self.tr("Scores {figure} points lower than the panel; this is corrected.")
        return text.format(figure=figure)


class PeopleView(Speaking, QWidget):
    """The table of raters with the card of the chosen one."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reasons: dict[int, str] = {}
        self._rows: RowsModel[RaterReport] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.say(self.table.setAccessibleName, lambda: self.tr("Raters"))
        self.table.chosen.connect(self._on_chosen)
        self.card = RaterCard()
        self.table.setMinimumHeight(232)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(side_by_side(self.table, self.card, (860, 300)))

    def show_report(self, report: "AgreementReport", active: "list[Exclusion]") -> None:
        """Show another report; the chosen rater stays chosen."""
        self._reasons = {e.rater_id: e.reason for e in active if e.scope == "rater"}
        before = {r.rater_id for r in self.table.selected()[:1]}
        self._rows.set_rows(report.raters)
        flagged = [i for i, r in enumerate(report.raters) if r.flags and not r.excluded]
        known = [i for i, r in enumerate(report.raters) if r.rater_id in before]
        if report.raters:
            self.table.selectRow([*known, *flagged, 0][0])

    def _on_chosen(self, rater: "RaterReport | None") -> None:
        self.card.show_rater(rater, self._reasons.get(rater.rater_id, "") if rater else "")

    def _columns(self) -> "list[Column[RaterReport]]":
        return [
            Column(lambda: self.tr("Rater"), lambda r: r.name, show=rater_name, width=208),
            Column(
                lambda: self.tr("Stands out"),
                self._standing,
                show=self._standing,
                tint=lambda r: "muted" if r.excluded else "bad" if r.flags else "",
                tip=lambda r: "\n".join(map(words.flag_sentence, r.flags)),
                width=116,
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
        ]

    def _standing(self, rater: "RaterReport") -> str:
        if rater.excluded:
            return self.tr("excluded")  # the card says why
        found = ", ".join(words.flag_name(f.rule) for f in rater.flags)
        return f"⚑ {found}" if found else ""


def rater_name(rater: "RaterReport") -> str:
    """The name on one line, and that a rater is simulated if the name does not say so."""
    name = one_line(rater.name, 60)
    if rater.simulated and "simulated" not in rater.name.casefold():
        return f"{name} ({QCoreApplication.translate('raters', 'simulated')})"
    return name
