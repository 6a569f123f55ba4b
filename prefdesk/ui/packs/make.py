"""A pack for a rater: who, how many items, from which prompts, and into which file."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Dialog
from prefdesk.ui.packs import reading
from prefdesk.ui.packs.reading import Waiting
from prefdesk.ui.packs.who import RaterChoice
from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Button, Label, Notice, one_line

if TYPE_CHECKING:
    from prefdesk.project import Project
    from prefdesk.records import Rater

SUFFIX = ".prefpack"
MOST = 100_000
USUAL = 200


class MakeDialog(Dialog):
    """Asks what goes into a pack and writes it; `on_made` gets (items, rater's name, path)."""

    def __init__(
        self,
        desk: Desk,
        on_made: Callable[[int, str, Path], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "", width=600)
        self._desk, self._on_made = desk, on_made
        self._waiting: dict[int, int] = {}
        self._asked: Path | None = None
        self.notice, self.who = Notice(), RaterChoice()
        self.words = Label("", "caption", wrap=True)
        self.limit, self.split = QSpinBox(), QComboBox()
        self.path, self._browse = QLineEdit(), Button()
        self._own_path = False
        self._titles = {name: Label("") for name in ("who", "limit", "split", "path")}
        self._hint = Label("", "muted", wrap=True)
        self._lay_out()
        self.make = self.add_button("", self._on_make_pressed, primary=True)
        self.make.setEnabled(False)
        self._cancel = self.add_button("", self.close)
        self._speak()
        self._connect()
        desk.query(reading.waiting, self._on_waiting, self._on_error)

    def retranslate(self) -> None:
        """The count follows the language."""
        super().retranslate()
        if hasattr(self, "_hint"):
            self._allow()

    def _on_waiting(self, found: tuple[Waiting, ...]) -> None:
        self._waiting = {one.rater.id: one.n for one in found}
        raters = [one.rater for one in found]
        self.who.offer(raters, chosen=raters[0] if raters else None, new_name="")
        self._suggest()
        self._allow()

    def _suggest(self) -> None:
        """A file beside the project, named after the rater, unless somebody chose one."""
        project = self._desk.project
        if self._own_path or project is None:
            return
        self.path.setText(str(project.path.parent / file_name(self._name())))

    def _name(self) -> str:
        chosen = self.who.value()
        return chosen.rater.name if chosen.rater else chosen.new_name

    def _allow(self) -> None:
        rater = self.who.value().rater
        n = self._waiting.get(rater.id) if rater else None
        if n is None:
            self.words.setText(self.tr("Nothing is rated yet: every answer waits for them."))
        elif n:
            self.words.setText(self.tr("%n answers wait for this rater.", "", n))
        else:
            self.words.setText(self.tr("This rater has rated everything there is."))
        self.make.setEnabled(bool(self._name() and self.path.text().strip()) and n != 0)

    def _on_make_pressed(self) -> None:
        chosen, path = self.who.value(), Path(self.path.text().strip())
        path = path if path.suffix else path.with_suffix(SUFFIX)
        name, limit, split = chosen.new_name, self.limit.value() or None, self.split.currentData()
        # Only the file dialog has asked whether a file may be replaced.
        overwrite = path == self._asked
        self.make.setEnabled(False)

        def write(project: "Project") -> tuple[int, str, Path]:
            rater: Rater = chosen.rater or project.raters.add(name)
            n = project.packs.make(rater, path, limit=limit, split=split, overwrite=overwrite)
            return n, rater.name, path

        self._desk.mutate(write, self._on_written, self._on_error)

    def _on_written(self, made: tuple[int, str, Path]) -> None:
        done = self._on_made
        self.close()
        done(*made)

    def _on_error(self, error: PrefdeskError) -> None:
        self.notice.tell_error(error)
        self._desk.query(reading.waiting, self._on_waiting_again, self._on_error)

    def _on_waiting_again(self, found: tuple[Waiting, ...]) -> None:
        """A new rater may have come in before the pack was refused."""
        before, name = self.who.value().rater, self._name()
        self._waiting = {one.rater.id: one.n for one in found}
        raters = [one.rater for one in found]
        same = next((r for r in raters if r.name.casefold() == name.casefold()), before)
        self.who.offer(raters, chosen=same, new_name="" if same else name)
        self._allow()

    def _on_browse(self) -> None:
        AskFile.to_save(
            self,
            self.tr("Where the pack goes"),
            self.tr("Rating packs (*.prefpack)"),
            self.path.text(),
            self._on_path,
        )

    def _on_path(self, path: Path) -> None:
        self._asked, self._own_path = path, True
        self.path.setText(str(path))
        self._allow()

    def _on_path_edited(self) -> None:
        self._own_path = True
        self._allow()

    def _on_who_changed(self) -> None:
        self._suggest()
        self._allow()

    def _connect(self) -> None:
        self.who.changed.connect(self._on_who_changed)
        self.who.renamed.connect(self._on_who_changed)
        self.path.textEdited.connect(self._on_path_edited)
        self._browse.clicked.connect(self._on_browse)

    def _speak(self) -> None:
        self.say(self.set_title, lambda: self.tr("Make a pack for a rater"))
        self.say(self.make.setText, lambda: self.tr("Make the pack"))
        self.say(self._cancel.setText, lambda: self.tr("Cancel"))
        self.say(self._browse.setText, lambda: self.tr("Choose"))
        self.say(
            self._hint.setText,
            lambda: self.tr(
                "The rater opens the pack in prefdesk, rates, and gives it back; no server is "
                "needed. It holds prompts, answers and the question, no model names and nobody's "
                "ratings."
            ),
        )
        self.say(lambda t: self.split.setItemText(0, t), lambda: self.tr("All prompts"))
        self.say(lambda t: self.split.setItemText(1, t), lambda: self.tr("Training prompts"))
        self.say(lambda t: self.split.setItemText(2, t), lambda: self.tr("Evaluation prompts"))
        self.say(self.limit.setSpecialValueText, lambda: self.tr("All that wait"))
        for name, control, text in (
            ("who", self.who.box, lambda: self.tr("Rater")),
            ("limit", self.limit, lambda: self.tr("Answers at most")),
            ("split", self.split, lambda: self.tr("From")),
            ("path", self.path, lambda: self.tr("File")),
        ):
            self.say(self._titles[name].setText, text)
            self.say(control.setAccessibleName, text)

    def _lay_out(self) -> None:
        self.limit.setRange(0, MOST)
        self.limit.setSingleStep(50)
        self.limit.setValue(USUAL)
        self.limit.setMinimumWidth(160)
        self.limit.lineEdit().setTextMargins(SPACE_2, 0, 0, 0)
        for split in (None, "train", "evaluation"):
            self.split.addItem("", split)
        self.split.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.split.setMinimumWidth(160)
        file = QHBoxLayout()
        file.setSpacing(SPACE_2)
        file.addWidget(self.path, 1)
        file.addWidget(self._browse)
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_4)
        form.setVerticalSpacing(SPACE_3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self._titles["who"], self.who)
        form.addRow("", self.words)
        form.addRow(self._titles["limit"], _left(self.limit))
        form.addRow(self._titles["split"], _left(self.split))
        form.addRow(self._titles["path"], file)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._hint)
        self.body.addLayout(form)
        self.body.addStretch(1)


def _left(control: QWidget) -> QHBoxLayout:
    """A control that takes only the room it needs."""
    line = QHBoxLayout()
    line.addWidget(control)
    line.addStretch(1)
    return line


def file_name(name: str, tail: str = "") -> str:
    """A file name for somebody's pack."""
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in one_line(name, 60))
    return f"{kept or 'pack'}{tail}{SUFFIX}"
