"""The merge of a pack: what would come of it, whose it is, and then the merge itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.ui import theme
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.errand import ErrandStrip
from prefdesk.ui.packs import reading
from prefdesk.ui.packs.preview import NAME_SHOWN, MergePreview
from prefdesk.ui.packs.reading import Look
from prefdesk.ui.widgets import Notice, one_line
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.project import MergeReport, PackPreview

SIZE = (920, 700)
TABLES_HEIGHT = 190
SCREEN_EDGE = 60
"""Room that the desktop and the title bar take."""


class MergeDialog(Dialog):
    """Shows what merging a pack would do; the filled button does it.

    `on_merged` gets the `MergeReport`; `on_stopped` is called when a merge was stopped on its
    way. A pack that cannot be used gets its sentence here and no way on.
    """

    def __init__(
        self,
        desk: Desk,
        path: Path,
        on_merged: Callable[["MergeReport"], object],
        on_stopped: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "", width=640)
        self._desk, self._path = desk, path
        self._on_done, self._on_stop = on_merged, on_stopped
        self._merging = False
        self.notice, self.strip = Notice(), ErrandStrip(counted=True)
        self.preview = MergePreview()
        self._lay_out()
        self.take = self.add_button("", self._on_take_pressed, primary=True)
        self.leave = self.add_button("", self.reject)
        self._speak()
        self._connect()
        self._look()

    def reject(self) -> None:
        """Close; while a merge runs, stop it first."""
        self.strip.ask_to_stop()
        if self._merging:
            self.strip.stopping()
            self.leave.setEnabled(False)
            return
        super().reject()

    def closeEvent(self, event: object) -> None:
        """The cross of the window stops too."""
        if self._merging:
            event.ignore()  # type: ignore[attr-defined]
        self.reject()

    def retranslate(self) -> None:
        """Sentences about the pack follow the language."""
        super().retranslate()
        if hasattr(self, "preview"):
            self._say_found()

    def _look(self) -> None:
        """Ask what the merge would do, for whoever is chosen."""
        errand = self.strip.follow(self.tr("Looking at the pack"))
        path, as_name = self._path, self.preview.as_name()
        self.take.setEnabled(False)
        self._desk.query(
            lambda p: reading.look(p, path, as_name, errand),
            self._on_looked,
            self._on_error,
            key="look",
        )

    def _on_looked(self, look: Look) -> None:
        first = self.preview.found is None
        self.strip.rest()
        self.notice.hide()
        self._area.show()
        self.preview.show_look(look)
        if first:
            self._grow()
        self._say_found()

    def _grow(self) -> None:
        """Be as large as the content likes, and no larger than the screen; it scrolls."""
        zoom, room = theme.theme().zoom, self.screen().availableSize()
        self.preview.tables.setMinimumHeight(theme.scaled(TABLES_HEIGHT, zoom))
        height = min(theme.scaled(SIZE[1], zoom), room.height() - SCREEN_EDGE)
        self.resize(max(self.width(), SIZE[0]), max(self.height(), height))

    def _on_error(self, error: PrefdeskError) -> None:
        """The pack cannot be used, or not for the one who is chosen."""
        if isinstance(error, Cancelled):
            return
        self.strip.rest()
        self.notice.tell_error(error)
        self.take.setEnabled(False)
        if self.preview.found is None:
            self.take.hide()
            self.leave.setText(self.tr("Close"))
            self.leave.setFocus()

    def _on_take_pressed(self) -> None:
        preview, path = self.preview, self._path
        as_name, vouched = preview.as_name(), preview.vouch.isChecked()
        conflicts = len(preview.found.conflicts) if preview.found else None
        self._set_merging(True)
        errand = self.strip.follow(self.tr("Merging"))
        self._desk.mutate(
            lambda p: p.packs.merge(
                path,
                as_name=as_name,
                unverified=vouched,
                progress=errand.progress,
                cancelled=errand.is_stopped,
                conflicts=conflicts,
            ),
            self._on_merged,
            self._on_merge_failed,
        )

    def _on_merged(self, report: "MergeReport") -> None:
        self._merging = False
        done = self._on_done
        self.close()
        done(report)

    def _on_merge_failed(self, error: PrefdeskError) -> None:
        self._set_merging(False)
        self.strip.rest()
        if isinstance(error, Cancelled):
            stopped = self._on_stop
            self.close()
            stopped()
            return
        self.notice.tell_error(error)
        self._allow()

    @Slot()
    def _on_project_closed(self) -> None:
        """Nobody answers any more; what was merged so far is in the file."""
        self._merging = False
        self.close()

    def _set_merging(self, on: bool) -> None:
        self._merging = on
        self.preview.lock(on)
        self.take.setEnabled(not on)
        self.leave.setEnabled(True)
        self.leave.setVisible(not on)

    def _allow(self) -> None:
        """Offer the merge where nothing stands in its way."""
        found = self.preview.found
        if found is None:
            return
        useful = bool(found.new.count) or found.earlier in ("running", "undone", "undoing")
        self.take.setEnabled(self.preview.is_settled() and self._desk.is_writable and useful)

    def _say_found(self) -> None:
        found = self.preview.found
        if found is not None:
            self._say_take(found)
            self._say_warning(found)
            self._allow()

    def _say_take(self, found: "PackPreview") -> None:
        if found.earlier == "undone":
            self.take.setText(self.tr("Bring the merge back"))
        elif found.earlier in ("running", "undoing"):
            self.take.setText(self.tr("Finish the merge"))
        elif found.new.count:
            self.take.setText(self.tr("Merge %n judgements", "", found.new.count))
        else:
            self.take.setText(self.tr("Merge"))

    def _say_warning(self, found: "PackPreview") -> None:
        if self._desk.project is not None and not self._desk.is_writable:
            self.notice.tell(
                self.tr("This project is open read-only, so nothing can be merged."), kind="warn"
            )
        elif found.earlier:
            self.notice.tell(self._earlier(found), kind="info")
        elif found.ahead.count:
            text = self.tr(
                "%n judgements come from a clock more than a day ahead.", "", found.ahead.count
            )
            self.notice.tell(text, self.tr("They count until they are changed."), kind="warn")

    def _earlier(self, found: "PackPreview") -> str:
        return {
            "done": self.tr("This pack was merged before."),
            "running": self.tr("A merge of this pack was not finished."),
            "undoing": self.tr("This pack was merged, and taking it back was not finished."),
            "undone": self.tr("This pack was merged before and taken back."),
        }[found.earlier]

    def _connect(self) -> None:
        self.preview.rater_chosen.connect(self._look)
        self.preview.answered.connect(self._allow)
        self.strip.stop_pressed.connect(self.reject)
        self._desk.project_closed.connect(self._on_project_closed)

    def _speak(self) -> None:
        name = one_line(self._path.name, NAME_SHOWN)
        self.say(self.set_title, lambda: self.tr("Merge {file}").format(file=name))
        self.say(self.leave.setText, lambda: self.tr("Cancel"))
        self.say(self.take.setText, lambda: self.tr("Merge"))

    def _lay_out(self) -> None:
        self._area = scrolled(self.preview)
        self._area.hide()
        self.body.addWidget(self.notice)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self.strip)
