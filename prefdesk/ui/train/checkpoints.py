"""The checkpoints of the project: names and notes, export as a folder, delete."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from prefdesk.events import JobEnded, JobSpec
from prefdesk.ui import dates
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Dialog, Question
from prefdesk.ui.tokens import SPACE_2
from prefdesk.ui.widgets import (
    Button,
    Column,
    EmptyState,
    PlainButton,
    RowsModel,
    Speaking,
    TableView,
    one_line,
)

if TYPE_CHECKING:
    from prefdesk.project import Project
    from prefdesk.records import Checkpoint


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint with the name of its parent and the number of its round."""

    checkpoint: "Checkpoint"
    parent: str
    round: int | None


def read_checkpoints(project: "Project") -> list[CheckpointRow]:
    """All checkpoints, oldest first."""
    found = project.checkpoints.models()
    names = {c.id: c.name for c in found}
    numbers = {r.id: r.number for r in project.rounds.all()}
    return [
        CheckpointRow(
            c,
            names.get(c.parent_id, "") if c.parent_id is not None else "",
            numbers.get(c.round_id) if c.round_id is not None else None,
        )
        for c in found
    ]


def kind_word(kind: str) -> str:
    """What a checkpoint holds."""
    return {
        "base": QCoreApplication.translate("checkpoints", "the model as it came"),
        "lora": QCoreApplication.translate("checkpoints", "adapter"),
        "full": QCoreApplication.translate("checkpoints", "all weights"),
    }.get(kind, kind)


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
    """The list of checkpoints with their verbs.

    *Signals*
    - `start_wished(Checkpoint)`: train from this one.
    """

    start_wished = Signal(object)

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: RowsModel[CheckpointRow] = RowsModel(self._columns())
        self.table = TableView(self._rows)
        self.table.chosen.connect(self._on_chosen)
        self.start, self.rename = Button("", "train"), PlainButton("")
        self.note, self.export = PlainButton("", "comment"), PlainButton("", "export")
        self.delete = PlainButton("", "delete")
        self.empty = EmptyState("", "model")
        self.start.clicked.connect(self._on_start_pressed)
        self.rename.clicked.connect(self._on_rename_pressed)
        self.note.clicked.connect(self._on_note_pressed)
        self.export.clicked.connect(self._on_export_pressed)
        self.delete.clicked.connect(self._on_delete_pressed)
        desk.jobs.ended.connect(self._on_job_ended)
        self._say()
        self._lay_out()
        self._on_chosen(None)

    def show_checkpoints(self, rows: Sequence[CheckpointRow]) -> None:
        """Show these checkpoints; the chosen one stays chosen."""
        before = {r.checkpoint.id for r in self.table.selected()[:1]}
        self._rows.set_rows(rows)
        self._stack.setCurrentIndex(int(bool(rows)))
        at = [i for i, r in enumerate(rows) if r.checkpoint.id in before]
        if rows:
            self.table.selectRow([*at, len(rows) - 1][0])

    def chosen(self) -> "Checkpoint | None":
        """The chosen checkpoint."""
        rows = self.table.selected()
        return rows[0].checkpoint if rows else None

    def _on_chosen(self, row: CheckpointRow | None) -> None:
        for button in (self.start, self.rename, self.note, self.export):
            button.setEnabled(row is not None)
        self.delete.setEnabled(row is not None and row.checkpoint.kind != "base")

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

    def _on_delete_pressed(self) -> None:
        one = self.chosen()
        if one is None:
            return
        sentence = self.tr(
            "Its weights, {size} MB, are removed from the file and cannot be brought back. Its "
            "answers, ratings and curves stay."
        ).format(size=f"{one.size_bytes / 1e6:,.1f}")
        Question.ask(
            self,
            self.tr("Delete {name}?").format(name=one_line(one.name, 60)),
            sentence,
            [(self.tr("Delete"), partial(self._delete, one.id))],
        )

    def _delete(self, checkpoint_id: int) -> None:
        self._desk.mutate(lambda p: p.checkpoints.delete(checkpoint_id))

    def _columns(self) -> list[Column[CheckpointRow]]:
        return [
            Column(lambda: self.tr("Checkpoint"), lambda r: r.checkpoint.name, width=180),
            Column(
                lambda: self.tr("Holds"),
                lambda r: r.checkpoint.kind,
                show=lambda r: kind_word(r.checkpoint.kind),
                width=170,
            ),
            Column(lambda: self.tr("From"), lambda r: r.parent, width=150),
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
                width=240,
            ),
        ]

    def _say(self) -> None:
        self.say(self.table.setAccessibleName, lambda: self.tr("Checkpoints"))
        self.say(self.start.setText, lambda: self.tr("Train from this one"))
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
        column.addWidget(self.table, 1)
        line = QHBoxLayout()
        for button in (self.start, self.rename, self.note, self.export):
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.delete)
        column.addLayout(line)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)


def folder_name(name: str) -> str:
    """A checkpoint's name as the name of a folder on any system."""
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in name.strip())
    return kept.strip("-.") or "checkpoint"
