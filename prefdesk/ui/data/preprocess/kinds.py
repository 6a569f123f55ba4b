"""What was found, by kind: how many prompts, and how many are still to be decided on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from prefdesk.ui.data.preprocess import words
from prefdesk.ui.data.preprocess.reading import Kind, KindRow
from prefdesk.ui.tokens import SPACE_1
from prefdesk.ui.widgets import Card, Column, Label, RowsModel, Speaking, TableView
from prefdesk.ui.widgets.arrange import fit_rows


class KindsCard(Speaking, Card):
    """One row for each kind of finding.

    *Signals*
    - `chosen(str)`: another kind is looked at.
    """

    chosen = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.rows: RowsModel[KindRow] = RowsModel(self._columns())
        self.table = TableView(self.rows)
        self.nothing = Label("", "muted", wrap=True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSortingEnabled(False)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.body.setSpacing(SPACE_1)
        self.body.addWidget(self.table)
        self.body.addWidget(self.nothing)
        self.say(self.set_title, lambda: self.tr("Findings"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Kinds of findings"))
        self.say(self.nothing.setText, lambda: self.tr("Nothing stands out."))
        self.table.chosen.connect(self._on_chosen)

    def show_kinds(self, found: tuple[KindRow, ...], *, looked: bool) -> None:
        """Show other counts; the chosen kind stays chosen where it is still there."""
        before = self.kind()
        self.nothing.setVisible(looked and not found)
        self.table.setVisible(bool(found))
        kinds = [one.kind for one in found]
        if kinds == [one.kind for one in self.rows.records]:
            self.rows.records[:] = found
            if found:
                last = self.rows.index(len(found) - 1, self.rows.columnCount() - 1)
                self.rows.dataChanged.emit(self.rows.index(0, 0), last)
            return
        self.rows.set_rows(found)
        fit_rows(self.table, len(found))
        if found:
            self.table.selectRow(kinds.index(before) if before in kinds else 0)

    def kind(self) -> Kind | None:
        """The kind that is looked at."""
        row = self.table.currentIndex().row()
        return self.rows.records[row].kind if 0 <= row < len(self.rows.records) else None

    def retranslate(self) -> None:
        """Names follow the language."""
        super().retranslate()
        if hasattr(self, "rows"):
            self.rows.retitle()

    def restyle(self) -> None:
        """The height follows the text size."""
        if hasattr(self, "table"):
            fit_rows(self.table, len(self.rows.records))

    def _on_chosen(self, row: KindRow | None) -> None:
        if row is not None:
            self.chosen.emit(row.kind)

    def _columns(self) -> list[Column[KindRow]]:
        return [
            Column(lambda: self.tr("Kind"), lambda r: words.kind_name(r.kind), width=120),
            Column(lambda: self.tr("Prompts"), lambda r: r.n, numeric=True, width=66),
            Column(
                lambda: self.tr("Undecided"),
                lambda r: r.n_open,
                show=lambda r: f"{r.n_open:,}" if r.n_open else "",
                numeric=True,
                width=76,
            ),
        ]
