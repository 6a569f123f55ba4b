"""The checkpoints of the project: which one is current, names and notes, export, delete."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.events import JobEnded, JobSpec
from prefdesk.ui import dates, theme
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Dialog
from prefdesk.ui.raters import words
from prefdesk.ui.tokens import ROW_HEIGHT, SPACE_2
from prefdesk.ui.train.pair import PairCard
from prefdesk.ui.train.shelf import (
    CheckpointRow,
    Pair,
    kind_word,
    read_pair,
    read_scores,
    with_scores,
)
from prefdesk.ui.widgets import (
    Button,
    Column,
    EmptyState,
    Notice,
    PlainButton,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)
from prefdesk.ui.widgets.arrange import scrolled, stack

if TYPE_CHECKING:
    from prefdesk.project import CheckpointScore
    from prefdesk.records import Checkpoint

INDENT, BRANCH = "\N{EM SPACE}\N{EM SPACE}", "\N{BOX DRAWINGS LIGHT UP AND RIGHT}\N{EN SPACE}"
NARROW, TABLE_ROWS = 840, 3
NOTE, LEAST_NOTE = 7, 120
MOST_INDENT = 12
"""Generations that are indented; a longer chain goes straight down."""


class LineDialog(Dialog):
    """Asks for one line of text."""

    def __init__(
        self, parent: QWidget | None, title: str, value: str, on_given: Callable[[str], object]
    ) -> None:
        super().__init__(parent, title)
        self._on_given = on_given
        self.line = QLineEdit(value)
        self.line.setAccessibleName(title)
        self.body.addWidget(self.line)
        self.confirm = self.add_button("", self._on_confirmed, primary=True)
        self.say(self.confirm.setText, lambda: self.tr("Save"))
        self.say(self.add_button("", self.close).setText, lambda: self.tr("Cancel"))
        self.line.selectAll()
        self.line.setFocus()

    def _on_confirmed(self) -> None:
        text = self.line.text().strip()
        self.close()
        self._on_given(text)

    @classmethod
    def ask(
        cls, parent: QWidget | None, title: str, value: str, on_given: Callable[[str], object]
    ) -> "LineDialog":
        """Open the dialog; `on_given` gets the text."""
        dialog = cls(parent, title, value, on_given)
        dialog.open()
        return dialog


class CheckpointsView(Speaking, QWidget):
    """The family of checkpoints with their verbs.

    *Signals*
    - `start_wished(Checkpoint)`: train from this one.
    - `read_wished()`: show answers side by side.
    """

    start_wished = Signal(object)
    read_wished = Signal()

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bare: list[CheckpointRow] = []
        self._scores: dict[int, CheckpointScore] = {}
        self._rows: RowsModel[CheckpointRow] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.chosen.connect(self._on_chosen)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.pair, self.notice = PairCard(), Notice()
        self.start, self.promote = Button("", "train"), Button("", "check")
        self.compare, self.rename = PlainButton("", "evaluate"), PlainButton("")
        self.note, self.export = PlainButton("", "comment"), PlainButton("", "export")
        self.delete = PlainButton("", "delete")
        self.empty = EmptyState("", "model")
        self._connect()
        self._say()
        self._lay_out()
        self._on_chosen(None)

    def show_checkpoints(self, rows: Sequence[CheckpointRow]) -> None:
        """Show these checkpoints; the chosen ones stay chosen. Scores follow."""
        self._bare = list(rows)
        self._fill()
        self._stack.setCurrentIndex(int(bool(rows)))
        if rows and not self.table.selected():
            current = [i for i, r in enumerate(self._rows.records) if r.current]
            self.table.selectRow([*current, 0][0])
        if rows:
            self._desk.query(read_scores, self._on_scores, key="scores")

    def clear(self) -> None:
        """The project was closed."""
        self._scores = {}
        self.notice.hide()
        self.pair.hide()
        self.show_checkpoints(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two lines of buttons where one would squeeze them."""
        super().resizeEvent(event)
        stack(self._buttons, narrow=self.width() < theme.scaled(NARROW, theme.theme().zoom))

    def restyle(self) -> None:
        """Some rows stay in sight at any text size; the rest of a low window scrolls."""
        if hasattr(self, "_stack"):
            height = theme.scaled(ROW_HEIGHT, theme.theme().zoom)
            self.table.setMinimumHeight(height * (TABLE_ROWS + 1))

    def chosen(self) -> "Checkpoint | None":
        """The chosen checkpoint."""
        rows = self.table.selected()
        return rows[0].checkpoint if rows else None

    def _fill(self) -> None:
        before = {r.checkpoint.id for r in self.table.selected()}
        self._rows.set_rows(with_scores(self._bare, self._scores))
        model, flags = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        for i, row in enumerate(self._rows.records):
            if row.checkpoint.id in before:
                if not model.hasSelection():
                    self.table.setCurrentIndex(self._rows.index(i, 0))
                model.select(self._rows.index(i, 0), flags.Select | flags.Rows)

    def _on_scores(self, scores: "dict[int, CheckpointScore]") -> None:
        if scores != self._scores:
            self._scores = scores
            self._fill()

    def _on_chosen(self, _row: CheckpointRow | None) -> None:
        self._on_selection_changed()

    def _on_selection_changed(self, *_changes: object) -> None:
        rows: list[CheckpointRow] = self.table.selected()
        one = rows[0] if len(rows) == 1 else None
        for button in (self.start, self.rename, self.note, self.export):
            button.setEnabled(one is not None)
        self.promote.setEnabled(one is not None and not one.current)
        self.promote.setText(self._promote_word(one))
        self.compare.setEnabled(self._two(rows) is not None)
        self.delete.setEnabled(one is not None and one.checkpoint.kind != "base")

    def _promote_word(self, row: CheckpointRow | None) -> str:
        back = row is not None and row.above
        return self.tr("Roll back to this one") if back else self.tr("Make current")

    def _two(self, rows: Sequence[CheckpointRow]) -> tuple[int, int] | None:
        """Two chosen ones, or one and what it was made from."""
        if len(rows) == 2:
            return rows[0].checkpoint.id, rows[1].checkpoint.id
        if len(rows) == 1:
            parent = [r for r in self._bare if r.checkpoint.id == rows[0].checkpoint.parent_id]
            return (parent[0].checkpoint.id, rows[0].checkpoint.id) if parent else None
        return None

    def _on_compare_pressed(self) -> None:
        two = self._two(self.table.selected())
        if two is not None:
            self._desk.query(lambda p: read_pair(p, *two), self._on_pair, key="pair")

    def _on_pair(self, pair: Pair) -> None:
        self.pair.show_pair(pair)

    def _on_promote_pressed(self) -> None:
        one = self.chosen()
        if one is not None and self.promote.isEnabled():
            self._desk.mutate(lambda p: (p.checkpoints.promote(one.id), one), self._on_promoted)

    def _on_promoted(self, result: "tuple[Checkpoint, Checkpoint]") -> None:
        before, now = result
        text = self.tr(
            "{name} is current now: sampling and training start from it until a newer checkpoint "
            "is made."
        )
        self.notice.tell(
            text.format(name=one_line(now.name, 60)),
            kind="good",
            action=self.tr("Undo"),
            on_action=lambda: self._desk.mutate(lambda p: p.checkpoints.promote(before.id)),
        )

    def _on_start_pressed(self) -> None:
        if (one := self.chosen()) is not None:
            self.start_wished.emit(one)

    def _on_rename_pressed(self) -> None:
        if (one := self.chosen()) is not None:
            title = self.tr("Name of the checkpoint")
            LineDialog.ask(self, title, one.name, partial(self._rename, one.id))

    def _rename(self, checkpoint_id: int, name: str) -> None:
        self._desk.mutate(lambda p: p.checkpoints.rename(checkpoint_id, name))

    def _on_note_pressed(self) -> None:
        if (one := self.chosen()) is not None:
            title = self.tr("Note on {name}").format(name=one_line(one.name, 60))
            LineDialog.ask(self, title, one.note, partial(self._note, one.id))

    def _note(self, checkpoint_id: int, text: str) -> None:
        self._desk.mutate(lambda p: p.checkpoints.note(checkpoint_id, text))

    def _on_export_pressed(self) -> None:
        one = self.chosen()
        if one is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if one.kind == "lora":
            menu.addAction(self.tr("Adapter folder"), partial(self._ask_folder, one, False))
        menu.addAction(self.tr("Whole model folder"), partial(self._ask_folder, one, True))
        menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))

    def _ask_folder(self, one: "Checkpoint", merged: bool) -> None:
        title = self.tr("Where should the new folder be made?")
        AskFile.folder(self, title, partial(self._export, one, merged))

    def _export(self, one: "Checkpoint", merged: bool, parent: Path) -> None:
        """Weights are joined in the worker process: the window itself loads no model."""
        folder = parent / folder_name(one.name)
        self._desk.run_job("export", checkpoint_id=one.id, folder=str(folder), merged=merged)

    def _on_job_ended(self, spec: JobSpec, ended: JobEnded) -> None:
        if spec.kind == "export":
            kind = (
                "bad" if ended.status == "failed" else "good" if ended.status == "done" else "info"
            )
            self._desk.tell(ended.message, kind)

    def _on_escape(self) -> None:
        """One thing less on the page: the question first, then the comparison."""
        part = self.pair if self.notice.isHidden() else self.notice
        if not part.isHidden():
            part.hide()
            self.table.setFocus()

    def _on_delete_pressed(self) -> None:
        one = self.chosen()
        if one is None or not self.delete.isEnabled():
            return
        sentence = self.tr(
            "Its weights, {size} MB, are removed from the file and cannot be brought back. Its "
            "answers, ratings and curves stay."
        ).format(size=f"{one.size_bytes / 1e6:,.1f}")
        self.notice.tell(
            self.tr("Delete {name}?").format(name=one_line(one.name, 60)),
            sentence,
            kind="warn",
            action=self.tr("Delete"),
            on_action=partial(self._delete, one.id),
        )
        self.notice.action.setFocus()

    def _delete(self, checkpoint_id: int) -> None:
        self.pair.hide()
        self._desk.mutate(lambda p: p.checkpoints.delete(checkpoint_id))

    def _columns(self) -> list[Column[CheckpointRow]]:
        return [
            Column(
                lambda: self.tr("Checkpoint"),
                lambda r: r.checkpoint.name,
                show=_in_tree,
                tip=lambda r: r.checkpoint.name,
                width=220,
            ),
            Column(
                lambda: self.tr("State"),
                lambda r: r.current,
                show=lambda r: self.tr("current") if r.current else "",
                tint=lambda _r: "accent",
                width=80,
            ),
            Column(
                lambda: self.tr("Human score"),
                lambda r: None if r.score is None else r.score.human.value,
                True,
                show=lambda r: "" if r.score is None else words.with_limits(r.score.human, 1),
                width=150,
            ),
            Column(
                lambda: self.tr("Holds"),
                lambda r: r.checkpoint.kind,
                show=lambda r: kind_word(r.checkpoint.kind),
                width=170,
            ),
            Column(lambda: self.tr("Round"), lambda r: r.round, True),
            Column(
                lambda: self.tr("Size in the file, MB"),
                lambda r: r.checkpoint.size_bytes / 1e6 if r.checkpoint.size_bytes else None,
                True,
                1,
            ),
            Column(
                lambda: self.tr("Made"),
                lambda r: r.checkpoint.created_ms,
                show=lambda r: dates.moment(r.checkpoint.created_ms),
                width=130,
            ),
            Column(
                lambda: self.tr("Note"),
                lambda r: r.checkpoint.note,
                tip=lambda r: one_line(r.checkpoint.note),
                width=LEAST_NOTE,
            ),
        ]

    def _connect(self) -> None:
        for button, pressed in (
            (self.start, self._on_start_pressed),
            (self.promote, self._on_promote_pressed),
            (self.compare, self._on_compare_pressed),
            (self.rename, self._on_rename_pressed),
            (self.note, self._on_note_pressed),
            (self.export, self._on_export_pressed),
            (self.delete, self._on_delete_pressed),
        ):
            button.clicked.connect(pressed)
        for keys, pressed in (
            (QKeySequence(Qt.Key.Key_F2), self._on_rename_pressed),
            (QKeySequence(Qt.Key.Key_Delete), self._on_delete_pressed),
        ):
            short = QShortcut(keys, self.table)
            short.setContext(Qt.ShortcutContext.WidgetShortcut)
            short.activated.connect(pressed)
        shut = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        shut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shut.activated.connect(self._on_escape)
        self.pair.shut.clicked.connect(self.table.setFocus)
        self.table.opened.connect(lambda _row: self._on_start_pressed())
        self.pair.read_wished.connect(self.read_wished)
        self._desk.jobs.ended.connect(self._on_job_ended)

    def _say(self) -> None:
        self.say(self.table.setAccessibleName, lambda: self.tr("Checkpoints"))
        self.say(self.start.setText, lambda: self.tr("Train from this one"))
        self.say(lambda _t: self._on_selection_changed(), lambda: "")
        self.say(self.compare.setText, lambda: self.tr("Compare"))
        self.say(
            self.compare.setToolTip,
            lambda: self.tr("Two chosen ones, or one with what it was made from"),
        )
        self.say(self.rename.setText, lambda: self.tr("Rename"))
        self.say(self.note.setText, lambda: self.tr("Note"))
        self.say(self.export.setText, lambda: self.tr("Export"))
        self.say(self.delete.setText, lambda: self.tr("Delete"))
        self.say(
            self.empty.set_sentence,
            lambda: self.tr("No checkpoint yet. The first one is the model you choose in Data."),
        )

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        shelf = QWidget()
        rows = QVBoxLayout(shelf)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_2)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.pair)
        self.table.fill((NOTE,), LEAST_NOTE)
        column.addWidget(self.notice)
        column.addWidget(scrolled(shelf), 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_2)
        for group in (
            (self.start, self.promote, self.compare),
            (self.export, self.rename, self.note, None, self.delete),
        ):
            line = QHBoxLayout()
            line.setSpacing(SPACE_2)
            for button in group:
                if button is None:
                    line.addStretch(1)
                else:
                    line.addWidget(button)
            if None not in group:
                line.addStretch(1)
            self._buttons.addLayout(line, int(None in group))
        column.addLayout(self._buttons)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self.restyle()


def _in_tree(row: CheckpointRow) -> str:
    """The name, indented below what it was made from."""
    name = one_line(row.checkpoint.name)
    return f"{INDENT * (min(row.depth, MOST_INDENT) - 1)}{BRANCH}{name}" if row.depth else name


def folder_name(name: str) -> str:
    """A checkpoint's name as the name of a folder on any system."""
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in name.strip())
    return kept.strip("-.") or "checkpoint"
