"""The findings of one kind as a table, and the keys that decide about them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QMenu, QVBoxLayout, QWidget

from prefdesk.records import PromptChoice
from prefdesk.ui.data.preprocess import words
from prefdesk.ui.data.preprocess.reading import Kind, Row, RowPage
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import Button, Column, Label, PlainButton, RowsModel, Speaking, TableView

KEYS: dict[PromptChoice, str] = {"keep": "K", "leave-out": "L", "shorten": "S", "open": "U"}
TINTS = {"keep": "good", "leave-out": "warn", "shorten": "accent"}


class FindingsView(Speaking, QWidget):
    """A table of findings above the buttons that decide about the chosen ones.

    *Signals*
    - `chosen(Row)`: another finding is looked at; None if there is none.
    - `decided(list[Row], str)`: these findings got this choice.
    - `all_decided(str)`: all undecided findings of the kind are to get this choice.
    - `more_wanted(Row)`: the rows behind this one.
    """

    chosen = Signal(object)
    decided = Signal(object, str)
    all_decided = Signal(str)
    more_wanted = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind: Kind = "empty"
        self.n_open = 0
        self._writable = False
        self.help = Label("", "muted", wrap=True)
        self.rows: RowsModel[Row] = RowsModel(self._columns(), more=self.more_wanted.emit)
        self.table = TableView(self.rows)
        self.buttons = {choice: Button() for choice in KEYS}
        self.all = PlainButton("", "down")
        self._lay_out()
        self._speak()
        self.table.chosen.connect(self.chosen)
        self.table.selectionModel().selectionChanged.connect(self.show_buttons)
        for choice, key in KEYS.items():
            self.buttons[choice].clicked.connect(partial(self.decide, choice))
            short = QShortcut(QKeySequence(key), self)
            short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short.activated.connect(partial(self.decide, choice))
        self.all.clicked.connect(self._on_all_pressed)
        self.show_buttons()

    def show_page(self, page: RowPage) -> None:
        """Show the first rows of a kind, or add a page to them.

        Rows that are there already stay chosen; those of the same keys only change their words.
        """
        if not page.first:
            self.rows.add_rows(page.rows, complete=page.complete)
            return
        same = [r.key for r in page.rows] == [r.key for r in self.rows.records]
        if page.kind == self.kind and same:
            self.rows.records[:] = page.rows
            last = self.rows.index(len(page.rows) - 1, self.rows.columnCount() - 1)
            self.rows.dataChanged.emit(self.rows.index(0, 0), last)
        else:
            self._start_anew(page)
        self.show_buttons()

    def _start_anew(self, page: RowPage) -> None:
        row = max(0, self.table.currentIndex().row()) if page.kind == self.kind else 0
        self.kind = page.kind
        self.rows.set_rows(page.rows, complete=page.complete)
        if page.rows:
            self.table.selectRow(min(row, len(page.rows) - 1))

    def clear(self) -> None:
        """Nothing was found."""
        self.rows.set_rows([])
        self.show_buttons()

    def show_state(self, *, writable: bool, n_open: int) -> None:
        """Whether decisions can be written, and how many of the kind are open."""
        self._writable, self.n_open = writable, n_open
        self.show_buttons()

    def decide(self, choice: PromptChoice) -> None:
        """Decide about the chosen findings, show it at once, and go on to the next one."""
        rows = [r for r in self._offered(choice) if r.finding.choice != choice]
        if not rows or not self._writable:
            return
        chosen = self.table.selected()
        self._show_choice(rows, choice)
        self.decided.emit(rows, choice)
        if len(chosen) == 1 and self.kind != "left-out":
            row = self.table.currentIndex().row() + 1
            if row < self.rows.rowCount():
                self.table.selectRow(row)

    def _show_choice(self, rows: Sequence[Row], choice: PromptChoice) -> None:
        keys = {r.key for r in rows}
        for at, one in enumerate(self.rows.records):
            if one.key in keys:
                finding = replace(one.finding, choice=choice)
                self.rows.records[at] = replace(one, finding=finding)
                last = self.rows.index(at, self.rows.columnCount() - 1)
                self.rows.dataChanged.emit(self.rows.index(at, 0), last)

    def _offered(self, choice: PromptChoice) -> list[Row]:
        rows: list[Row] = self.table.selected()
        return [r for r in rows if choice != "shorten" or r.finding.can_shorten]

    def show_buttons(self) -> None:
        """Offer what makes sense for the chosen findings."""
        for choice, button in self.buttons.items():
            wanted = [r for r in self._offered(choice) if r.finding.choice != choice]
            button.setEnabled(self._writable and bool(wanted))
        self.buttons["shorten"].setVisible(self.kind == "too-long")
        self.all.setVisible(self.kind != "left-out")
        self.all.setEnabled(self._writable and self.n_open > 0)

    def menu(self) -> QMenu:
        """What can be decided about all undecided findings of the kind."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Keep all undecided"), lambda: self.all_decided.emit("keep"))
        menu.addAction(
            self.tr("Leave all undecided out"), lambda: self.all_decided.emit("leave-out")
        )
        if self.kind == "too-long":
            menu.addAction(
                self.tr("Shorten all undecided"), lambda: self.all_decided.emit("shorten")
            )
        return menu

    def _on_all_pressed(self) -> None:
        self.menu().popup(self.all.mapToGlobal(self.all.rect().bottomLeft()))

    def retranslate(self) -> None:
        """Buttons and cells follow the language."""
        super().retranslate()
        if hasattr(self, "all"):
            self.rows.retitle()

    def _columns(self) -> list[Column[Row]]:
        return [
            Column(lambda: self.tr("Prompt"), lambda r: r.text, width=220),
            Column(
                lambda: self.tr("Finding"),
                lambda r: r.finding.value or 0.0,
                show=self._finding,
                tip=self._finding,
                width=150,
            ),
            Column(
                lambda: self.tr("Split"),
                lambda r: r.split,
                show=lambda r: self.tr("training") if r.split == "train" else self.tr("evaluation"),
                width=84,
            ),
            Column(
                lambda: self.tr("Decision"),
                lambda r: r.finding.choice,
                show=lambda r: words.choice_name(r.finding.choice),
                tint=lambda r: TINTS.get(r.finding.choice, "muted"),
                width=96,
            ),
        ]

    def _finding(self, row: Row) -> str:
        said = words.what(row.finding)
        if self.kind != "left-out":
            return said
        name = words.kind_name(row.finding.kind)
        return f"{name}: {said}" if said else name

    def _speak(self) -> None:
        names = {
            "keep": lambda: self.tr("Keep (K)"),
            "leave-out": lambda: self.tr("Leave out (L)"),
            "shorten": lambda: self.tr("Shorten (S)"),
            "open": lambda: self.tr("Undecided (U)"),
        }
        for choice, name in names.items():
            self.say(self.buttons[choice].setText, name)  # type: ignore[index]
        self.say(self.all.setText, lambda: self.tr("All undecided …"))
        self.say(self.table.setAccessibleName, lambda: self.tr("Findings"))
        self.say(
            self.buttons["shorten"].setToolTip,
            lambda: self.tr("A copy that fits takes its place; the long one is left out."),
        )

    def _lay_out(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumHeight(120)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        for button in self.buttons.values():
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.help)
        column.addWidget(self.table, 1)
        column.addLayout(line)
