"""A damaged file: what happened, what of it is whole, and the ways on."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from prefdesk.errors import DamagedProject, NotAProject, PrefdeskError
from prefdesk.project import SUFFIX, BackupInfo, header_is_ours
from prefdesk.ui.file import facts, folders, report, words
from prefdesk.ui.file.aside import Aside
from prefdesk.ui.file.facts import Known
from prefdesk.ui.file.ways import WaysOn
from prefdesk.ui.file.work_dialog import WorkDialog
from prefdesk.ui.tokens import SPACE_4
from prefdesk.ui.widgets import Label
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.ui.file.care import Care

LEAST_BYTES = 16_384
"""No project is smaller."""

WIDTH = 680
MARGINS = 64
"""Width of what is around the scrolled part."""

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
        super().__init__(parent, width=WIDTH)
        self._care, self.path, self._error = care, path, error
        self.known = Known()
        self.sentence = Label("", wrap=True)
        self.ways = WaysOn(self._on_restore, self._on_others, self._on_save)
        self._area = scrolled(self.ways)
        self.body.setSpacing(SPACE_4)
        self.body.insertWidget(0, self.sentence)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._area, 1)
        self._speak()
        self._show(self.known)
        self._look_for_backups()
        self.work("survey", str(path), then=self._on_survey, otherwise=self._on_no_survey)

    def retranslate(self) -> None:
        """What was found follows the language."""
        super().retranslate()
        if hasattr(self, "ways"):
            self.ways.retranslate()
            self._grow()

    def on_work_changed(self, working: bool) -> None:
        """One thing at a time."""
        self._allow()

    def on_stopped(self) -> None:
        """The look was stopped: the ways are open all the same."""
        self._show(self.known)

    def _look_for_backups(self) -> None:
        aside = Aside("backups", str(self.path))
        aside.done.connect(self._on_backups)
        aside.failed.connect(self._on_no_backups)
        aside.start()

    def _on_backups(self, found: list[dict[str, Any]]) -> None:
        self._show(replace(self.known, backups=facts.backups_of(found)))

    def _on_no_backups(self, _error: PrefdeskError) -> None:
        self._show(replace(self.known, backups=[]))

    def _on_survey(self, found: dict[str, Any]) -> None:
        self._show(replace(self.known, survey=facts.survey_of(found)))

    def _on_no_survey(self, error: PrefdeskError) -> None:
        self._show(replace(self.known, unreadable=error.message))

    def _show(self, known: Known) -> None:
        """Show what is known by now."""
        self.known = known
        self.ways.show_known(known)
        self._allow()
        self._grow()

    def _on_restore(self) -> None:
        if self.known.backups:
            flow, newest = self._care.backup_flow, self.known.backups[0]
            flow.ask_to_restore(self, self.path, newest, self.restore_from)

    def _on_others(self) -> None:
        flow, events = self._care.backup_flow, self.known.events
        flow.choose(self, self.path, events, self.restore_from)

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
        others = [one for one in self.known.backups or () if one.path != backup.path]
        self._show(replace(self.known, backups=others))
        self.tell_failure(error)

    def _on_save(self) -> None:
        suggested = self.path.with_name(f"{self.path.stem}-{self.tr('saved')}{SUFFIX}")
        folders.ask_to_save(self, self.tr("Save what can be read"), suggested, self.save_into)

    def save_into(self, new: Path) -> None:
        """Save what can be read into a new file."""
        self._care.free(self.path, partial(self._salvage, new))

    def _salvage(self, new: Path) -> None:
        self.work(
            "salvage",
            str(self.path),
            str(new),
            then=self._on_saved,
            otherwise=self.tell_failure,
            must_end=True,
        )

    def _on_saved(self, found: dict[str, Any]) -> None:
        self.close()
        self._care.show_saved(self.path, facts.salvaged_of(found))

    def _on_report(self) -> None:
        report.ask_to_save(self, self.notice, self.path, [str(self._error)], self.known.survey)

    def _allow(self) -> None:
        looking = self.is_at_work and self._then == self._on_survey
        self.ways.allow(looking or not self.is_at_work)

    def _grow(self) -> None:
        """As high as the content, and no higher than the screen; it scrolls."""
        room = self.screen().availableSize().height() - EDGE
        layout = self.ways.layout()
        assert layout is not None
        layout.activate()
        wanted = layout.totalHeightForWidth(max(self.width(), WIDTH) - MARGINS)
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
