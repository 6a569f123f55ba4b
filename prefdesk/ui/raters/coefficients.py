"""Every figure of agreement with what it means, and what the design of the ratings allows."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.ui.raters import words
from prefdesk.ui.raters.reasons import reason_sentence, warning_sentence
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Column, Label, RowsModel, Speaking, TableView

if TYPE_CHECKING:
    from prefdesk.project import AgreementReport
    from prefdesk.project.report import Coefficient, DesignReport

_tr = QCoreApplication.translate
MEANING = 4
"""The column of sentences, which takes the room that the figures leave."""


def name_of(form: str) -> str:
    """The name of a figure of agreement, as a reader of statistics knows it."""
    family, _, kind = form.partition("_")
    if family in ("icc", "ac1", "ac2") or form.startswith("kendall"):
        return _fixed(form)
    kinds = {
        "nominal": _tr("coefficients", "nominal"),
        "ordinal": _tr("coefficients", "ordinal"),
        "interval": _tr("coefficients", "interval"),
        "linear": _tr("coefficients", "linear weights"),
        "quadratic": _tr("coefficients", "quadratic weights"),
        "weighted": _tr("coefficients", "weighted"),
    }
    families = {
        "alpha": _tr("coefficients", "Krippendorff's alpha"),
        "fleiss": _tr("coefficients", "Fleiss' kappa"),
        "cohen": _tr("coefficients", "Cohen's kappa"),
        "kappa": _tr("coefficients", "Cohen's kappa"),
        "loo": _tr("coefficients", "Agreement with the rest"),
    }
    base = families.get(family)
    if base is None:
        return form.replace("_", " ")
    both = _tr("coefficients", "{family}, {kind}")
    return both.format(family=base, kind=kinds[kind]) if kind in kinds else base


def _fixed(form: str) -> str:
    if form.startswith("icc"):
        inside = ", ".join(form.split("_")[1:])
        if inside.startswith("model"):
            mean = inside.endswith("k")
            return (
                _tr("coefficients", "ICC from the model, mean of raters")
                if mean
                else _tr("coefficients", "ICC from the model, one rater")
            )
        return f"ICC({inside})"
    return {
        "ac1": "Gwet's AC1",
        "ac2": "Gwet's AC2",
        "kendall_w": _tr("coefficients", "Kendall's W"),
        "kendall_w_within": _tr("coefficients", "Kendall's W within prompts"),
    }[form]


def meaning(form: str) -> str:
    """One sentence on what a figure says."""
    exact = {
        "alpha_nominal": _tr(
            "coefficients", "Agreement beyond chance where only the very same score counts."
        ),
        "alpha_ordinal": _tr(
            "coefficients", "Agreement beyond chance where the order of the scores counts."
        ),
        "alpha_interval": _tr(
            "coefficients", "Agreement beyond chance where the distance in points counts."
        ),
        "ac1": _tr(
            "coefficients",
            "Same scores beyond chance; stays steady where one score is much commoner.",
        ),
        "ac2": _tr("coefficients", "As AC1, and near misses count in part."),
        "kendall_w": _tr("coefficients", "How far all raters put the answers in the same order."),
        "kendall_w_within": _tr(
            "coefficients",
            "How far raters put the answers to a prompt in the same order; by chance 1 over their "
            "number.",
        ),
        "icc_model": _tr(
            "coefficients", "How much one rating tells of an answer's quality, for any design."
        ),
    }
    if form in exact:
        return exact[form]
    return _by_family(form)


def _by_family(form: str) -> str:
    if form.startswith("icc"):
        return (
            _tr("coefficients", "How much the mean of all raters tells of an answer's quality.")
            if form.endswith("_k")
            else _tr("coefficients", "How much a single rating tells of an answer's quality.")
        )
    family = form.partition("_")[0]
    return {
        "fleiss": _tr("coefficients", "Same scores beyond chance, over all raters."),
        "cohen": _tr("coefficients", "Agreement of two raters beyond chance, as a mean of pairs."),
        "kappa": _tr("coefficients", "Agreement of two raters beyond chance, as a mean of pairs."),
        "loo": _tr("coefficients", "How well each rater follows the mean of the others."),
    }.get(family, "")


def _meant(figure: "Coefficient") -> str:
    return reason_sentence(figure.reason) if figure.reason else meaning(figure.form)


class CoefficientsView(Speaking, QWidget):
    """The table of all figures, and in words who judged what."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._design: DesignReport | None = None
        self._rows: RowsModel[Coefficient] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.fill((MEANING,), 200)
        self.design, self.warnings = Label("", wrap=True), Label("", "warn", wrap=True)
        self._explained = Label("", "caption", wrap=True)
        self.say(self.table.setAccessibleName, lambda: self.tr("All figures of agreement"))
        self.say(
            self._explained.setText,
            lambda: self.tr(
                "1 is full agreement and 0 what chance gives. “These raters” asks what other "
                "answers would give; “raters like these” asks what other people would, too."
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        for part in (self.design, self.warnings, self._explained):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        self.table.setMinimumHeight(180)

    def show_report(self, report: "AgreementReport") -> None:
        """Show another report."""
        self._design = report.design
        self._rows.set_rows(report.coefficients)
        self._say_design(report.design)

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if getattr(self, "_design", None) is not None:
            self._say_design(self._design)  # type: ignore[arg-type]

    def _say_design(self, design: "DesignReport") -> None:
        parts = []
        if design.coverage:
            one = self.tr("{n} answers with {k}")
            listed = words.comma().join(one.format(n=f"{n:,}", k=k) for k, n in design.coverage[:8])
            more = " …" if len(design.coverage) > 8 else ""
            parts.append(self.tr("Ratings per answer: {listed}.").format(listed=listed + more))
        if design.components > 1:
            text = self.tr(
                "The raters fall into %n groups that share no answer: their biases cannot be "
                "compared across groups.",
                "",
                design.components,
            )
            parts.append(text)
        self.design.setText(" ".join(parts))
        self.design.setVisible(bool(parts))
        self.warnings.setText("\n".join(map(warning_sentence, design.warnings)))
        self.warnings.setVisible(bool(design.warnings))

    def _columns(self) -> "list[Column[Coefficient]]":
        return [
            Column(
                lambda: self.tr("Figure"),
                lambda c: c.form,
                show=lambda c: name_of(c.form),
                width=240,
            ),
            Column(
                lambda: self.tr("Value"),
                lambda c: c.these.value,
                True,
                show=lambda c: words.plain(c.these.value) or "–",
                tip=lambda c: reason_sentence(c.reason),
                width=64,
            ),
            Column(
                lambda: self.tr("These raters, 95 %"),
                lambda c: c.these.low,
                True,
                show=lambda c: words.limits(c.these),
                width=136,
            ),
            Column(
                lambda: self.tr("Raters like these, 95 %"),
                lambda c: c.like_these.low,
                True,
                show=lambda c: words.limits(c.like_these),
                width=150,
            ),
            Column(
                lambda: self.tr("What it means"),
                _meant,
                tip=_meant,
                tint=lambda c: "muted" if c.reason else "",
                width=420,
            ),
        ]
