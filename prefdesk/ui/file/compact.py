"""Unused space of the file given back at once: what it gains, what it needs, and the doing."""

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from prefdesk.errors import PrefdeskError
from prefdesk.project import Space
from prefdesk.ui.file import words
from prefdesk.ui.file.work_dialog import WorkDialog
from prefdesk.ui.widgets import Label

if TYPE_CHECKING:
    from pathlib import Path

    from prefdesk.ui.file.care import Care

LITTLE_BYTES = 2**20


class CompactDialog(WorkDialog):
    """Says what compacting would gain, and does it; the project is open again afterwards."""

    def __init__(self, care: "Care", path: "Path", parent: QWidget) -> None:
        super().__init__(parent, width=540)
        self._care, self._path = care, path
        self.space: Space | None = None
        self.gain, self.need = Label("", wrap=True), Label("", "muted", wrap=True)
        for part in (self.gain, self.need, self.strip):
            self.body.addWidget(part)
        self.do = self.add_button("", self._on_do, primary=True)
        self.leave = self.add_button("", self.reject)
        self.do.setEnabled(False)
        name = words.name(path)
        self.say(self.set_title, lambda: self.tr("Compact {file}").format(file=name))
        self.say(self.do.setText, lambda: self.tr("Compact"))
        self.say(self.leave.setText, lambda: self.tr("Cancel"))
        care.ask_for_space(self._on_space, self.notice.tell_error)

    def retranslate(self) -> None:
        """The figures follow the language."""
        super().retranslate()
        if hasattr(self, "leave"):
            self._say()

    def on_work_changed(self, working: bool) -> None:
        """It cannot be stopped half-way; the old file stays until the new one is whole."""
        self.strip.stop.hide()
        if hasattr(self, "leave"):
            self.leave.setEnabled(not working)
            self.do.setEnabled(False)

    def _on_space(self, space: Space) -> None:
        if self.space is None:
            self.show_space(space)

    def show_space(self, space: Space) -> None:
        """Show what there is to gain."""
        self.space = space
        self._say()
        self.leave.setFocus()
        if self.do.isEnabled():
            self.do.setFocus()

    def _say(self) -> None:
        space = self.space
        if space is None:
            return
        text = self.tr("The file has {size}; {unused} of it are not used.")
        if not space.unused_bytes:
            text = self.tr("The file has {size}, and all of it is used.")
        self.gain.setText(
            text.format(size=words.size(space.size_bytes), unused=words.size(space.unused_bytes))
        )
        trouble = self._care.why_not_compact()
        needed = space.size_bytes - space.unused_bytes
        if trouble:
            self.need.setText(trouble)
        elif space.unused_bytes < LITTLE_BYTES:
            self.need.setText(self.tr("There is next to nothing to gain."))
        else:
            text = self.tr(
                "A new file is written beside it and takes its place once it is checked. That "
                "needs {needed} for a moment; {free} are free. The project is closed meanwhile."
            )
            self.need.setText(
                text.format(needed=words.size(needed), free=words.size(space.free_bytes))
            )
        useful = not trouble and space.unused_bytes > 0
        self.do.setEnabled(useful)
        self.leave.setText(self.tr("Cancel") if useful else self.tr("Close"))

    def _on_do(self) -> None:
        trouble = self._care.why_not_compact()
        if trouble:
            self._say()
            return
        self.do.setEnabled(False)
        self._care.free(self._path, self._compact)

    def _compact(self) -> None:
        self.work(
            "compact",
            str(self._path),
            then=self._on_compacted,
            otherwise=self._on_failed_to_compact,
            must_end=True,
        )

    def _on_compacted(self, found: dict[str, Any]) -> None:
        self.close()
        self._care.open(
            self._path,
            partial(self._care.tell_compacted, found["before_bytes"], found["after_bytes"]),
        )

    def _on_failed_to_compact(self, error: PrefdeskError) -> None:
        self.tell_failure(error)
        self._care.open(self._path)
