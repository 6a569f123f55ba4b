"""A damaged file: what happened, what of it is whole, and the ways on."""

import stat
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from prefdesk.errors import DamagedProject, NotAProject, PrefdeskError
from prefdesk.project import SUFFIX, BackupInfo, Survey, header_is_ours
from prefdesk.ui import dates
from prefdesk.ui.file import facts, folders, report, words
from prefdesk.ui.file.aside import Aside
from prefdesk.ui.file.findings import Findings
from prefdesk.ui.file.way import Way
from prefdesk.ui.file.work_dialog import WorkDialog
from prefdesk.ui.tokens import SPACE_3, SPACE_4
from prefdesk.ui.widgets import Label, PlainButton
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.ui.file.care import Care

LEAST_BYTES = 16_384
"""No project is smaller."""

EDGE = 260
"""Height of what is around the scrolled part, and of the desktop's edges."""


def is_damage(path: Path, error: PrefdeskError, known: Sequence[Path]) -> bool:
    """True if a file was a project, and is not whole any more.

    A small file that never was one, and is not among the `known` ones, gets a sentence only.
    """
    if isinstance(error, DamagedProject):
        return True
    if not isinstance(error, NotAProject) or path.suffix.lower() != SUFFIX:
        return False
    try:
        found = path.lstat()
    except OSError:
        return False
    was_one = path in known or found.st_size >= LEAST_BYTES or header_is_ours(path)
    return stat.S_ISREG(found.st_mode) and was_one


class DamagedDialog(WorkDialog):
    """Looks at the file in the background, and offers a backup or what can still be read.

    The file itself is never written. After a way that failed everybody is back here.
    """

    def __init__(self, care: "Care", path: Path, error: PrefdeskError, parent: QWidget) -> None:
        super().__init__(parent, width=680)
        self._care, self.path, self._error = care, path, error
        self.survey: Survey | None = None
        self.backups: list[BackupInfo] | None = None
        self._unreadable = ""
        self.sentence, self.found = Label("", wrap=True), Label("", "heading", wrap=True)
        self.findings = Findings()
        self.restore, self.save = Way(self._on_restore), Way(self._on_save)
        self.others = PlainButton()
        self.others.clicked.connect(self._on_others)
        self._lay_out()
        self._speak()
        self._refresh()
        self._look_for_backups()
        self.work("survey", str(path), then=self._on_survey, otherwise=self._on_no_survey)

    def retranslate(self) -> None:
        """What was found follows the language."""
        super().retranslate()
        if hasattr(self, "others"):
            self._refresh()

    def on_work_changed(self, working: bool) -> None:
        """One thing at a time."""
        self._allow()

    def on_stopped(self) -> None:
        """The look was stopped: the ways are open all the same."""
        self._refresh()

    def _look_for_backups(self) -> None:
        aside = Aside("backups", str(self.path))
        aside.done.connect(self._on_backups)
        aside.failed.connect(self._on_no_backups)
        aside.start()

    def _on_backups(self, found: list[dict[str, Any]]) -> None:
        self.backups = facts.backups_of(found)
        self._refresh()

    def _on_no_backups(self, _error: PrefdeskError) -> None:
        self.backups = []
        self._refresh()

    def _on_survey(self, found: dict[str, Any]) -> None:
        self.survey = facts.survey_of(found)
        self.findings.show_tables(self.survey.tables)
        self._refresh()

    def _on_no_survey(self, error: PrefdeskError) -> None:
        self._unreadable = error.message
        self._refresh()

    def _on_restore(self) -> None:
        if self.backups:
            self._care.backup_flow.ask_to_restore(
                self, self.path, self.backups[0], self.restore_from
            )

    def _on_others(self) -> None:
        events = self.survey.table("event").recovered if self.survey else None
        self._care.backup_flow.choose(self, self.path, events, self.restore_from)

    def restore_from(self, backup: BackupInfo) -> None:
        """Put a backup in the file's place."""
        self._care.free(self.path, partial(self._restore, backup))

    def _restore(self, backup: BackupInfo) -> None:
        self.work(
            "restore",
            str(self.path),
            str(backup.path),
            then=self._on_restored,
            otherwise=partial(self._on_not_restored, backup),
            must_end=True,
        )

    def _on_restored(self, found: dict[str, Any]) -> None:
        self.close()
        self._care.backup_flow.tell_restored(facts.went_of(found))

    def _on_not_restored(self, backup: BackupInfo, error: PrefdeskError) -> None:
        # The next newest is offered then.
        self.backups = [one for one in self.backups or () if one.path != backup.path]
        self._refresh()
        self.tell_failure(error)

    def _on_save(self) -> None:
        folders.ask_to_save(
            self, self.tr("Save what can be read"), self._suggested(), self.save_into
        )

    def _suggested(self) -> Path:
        return self.path.with_name(f"{self.path.stem}-{self.tr('saved')}{SUFFIX}")

    def save_into(self, new: Path) -> None:
        """Save what can be read into a new file."""
        self._care.free(self.path, partial(self._salvage, new))

    def _salvage(self, new: Path) -> None:
        self.work(
            "salvage",
            str(self.path),
            str(new),
            then=self._on_saved,
            otherwise=self._on_not_saved,
            must_end=True,
        )

    def _on_saved(self, found: dict[str, Any]) -> None:
        self.close()
        self._care.show_saved(self.path, facts.salvaged_of(found))

    def _on_not_saved(self, error: PrefdeskError) -> None:
        self.tell_failure(error)

    def _on_report(self) -> None:
        report.ask_to_save(self, self.notice, self.path, [str(self._error)], self.survey)

    def _refresh(self) -> None:
        self._say_found()
        self._say_restore()
        self._say_save()
        self._recommend()
        self._allow()
        self._grow()

    def _say_found(self) -> None:
        text = words.summary(self.survey) if self.survey else self._unreadable
        self.found.setText(text)
        self.found.setVisible(bool(text))
        self.findings.setVisible(self.survey is not None)

    def _say_restore(self) -> None:
        found = self.backups
        self.others.setVisible(bool(found) and len(found or ()) > 1)
        if not found:
            looking = found is None
            text = self.tr("Looking for backups …") if looking else self.tr("There is none.")
            self.restore.sentence.setText(text)
            self.restore.button.setText(self.tr("Restore a backup…"))
            return
        newest, when = found[0], dates.moment(found[0].made_ms)
        text = self.tr("Restore the backup of {time}…")
        self.restore.button.setText(text.format(time=when))
        parts = [self.tr("It has %Ln ratings and no weights.", "", newest.ratings)]
        lacks = words.missing(newest, self._events())
        if lacks:
            parts.append(self.tr("%Ln acts of rating in this file are newer.", "", lacks))
        self.restore.sentence.setText(" ".join(parts))

    def _events(self) -> int | None:
        return self.survey.table("event").recovered if self.survey else None

    def _say_save(self) -> None:
        if self._unreadable:
            self.save.sentence.setText(self.tr("Nothing can be read."))
        else:
            self.save.sentence.setText(
                self.tr("It goes into a new file, with a report of what is lost.")
            )

    def _recommend(self) -> None:
        """What keeps more of the ratings."""
        events, newest = self._events(), self.backups[0] if self.backups else None
        better = newest is None or (events is not None and events >= newest.events)
        self.save.recommend(better and not self._unreadable)
        self.restore.recommend(newest is not None and not better)
        if self.focusWidget() in (None, self.save.button, self.restore.button):
            (self.save if better else self.restore).button.setFocus()

    def _allow(self) -> None:
        if not hasattr(self, "others"):
            return
        looking = self.is_at_work and self._then == self._on_survey
        free = not self.is_at_work or looking
        self.restore.button.setEnabled(bool(self.backups) and free)
        self.others.setEnabled(free)
        self.save.button.setEnabled(free and not self._unreadable)

    def _grow(self) -> None:
        """As high as the content, and no higher than the screen; it scrolls."""
        room = self.screen().availableSize().height() - EDGE
        self._inside.layout().activate()  # type: ignore[union-attr]
        wanted = self._inside.layout().totalHeightForWidth(max(self.width(), 680) - 64)  # type: ignore[union-attr]
        self._area.setMinimumHeight(max(0, min(wanted, room)))
        self.tighten()

    def _speak(self) -> None:
        path, name = self.path, words.name(self.path)
        self.say(self.set_title, lambda: self.tr("What can be done for {file}").format(file=name))
        self.say(
            self.sentence.setText,
            lambda: (
                f"{words.trouble(path, self._error)} "
                f"{self.tr('Whatever you choose, this file stays as it is.')}"
            ),
        )
        self.say(self.restore.title.setText, lambda: self.tr("The newest backup"))
        self.say(self.save.title.setText, lambda: self.tr("What can still be read"))
        self.say(self.save.button.setText, lambda: self.tr("Save what can be read…"))
        self.say(self.others.setText, lambda: self.tr("Another backup…"))
        self._add_buttons()

    def _add_buttons(self) -> None:
        show: Callable[[], object] = partial(folders.show, self.path)
        for position, (text, pressed) in enumerate(
            (
                (lambda: self.tr("Save a report…"), self._on_report),
                (lambda: self.tr("Show the folder"), show),
            )
        ):
            button = self.add_button("", pressed)
            self.say(button.setText, text)
            self.buttons.removeWidget(button)
            self.buttons.insertWidget(position, button)
        self.say(self.add_button("", self.reject).setText, lambda: self.tr("Close"))

    def _lay_out(self) -> None:
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        self.restore.buttons.addWidget(self.others)
        for part in (self.found, self.findings, self.restore, self.save):
            column.addWidget(part)
        column.addStretch(1)
        self._area = scrolled(self._inside)
        self.body.setSpacing(SPACE_4)
        self.body.insertWidget(0, self.sentence)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._area, 1)
