"""The check of a whole project, beside the work, and what came of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from prefdesk.ui import icons, theme
from prefdesk.ui.file import report, words
from prefdesk.ui.file.work_dialog import WorkDialog
from prefdesk.ui.widgets import Label, PlainText, row

if TYPE_CHECKING:
    from pathlib import Path

    from prefdesk.ui.file.care import Care


class CheckDialog(WorkDialog):
    """Checks the open project in a process of its own.

    It can be put away meanwhile; the window says then how it ended. What is wrong leads to what
    can be done about it.
    """

    def __init__(self, care: "Care", path: "Path", parent: QWidget) -> None:
        super().__init__(parent, width=600)
        self._care, self._path = care, path
        self.problems: list[str] | None = None
        self.sentence, self._mark = Label("", wrap=True), QLabel()
        self.listed = PlainText()
        self.listed.setMinimumHeight(170)
        line = row(self._mark, self.sentence, stretch_last=False)
        line.setStretch(1, 1)
        self.body.addLayout(line)
        self.body.addWidget(self.listed)
        self.body.addWidget(self.strip)
        self.listed.hide()
        self._mark.hide()
        self.ways = self.add_button("", self._on_ways, primary=True)
        self.report = self.add_button("", self._on_report)
        self.away = self.add_button("", self._on_away)
        self.leave = self.add_button("", self.reject)
        self._speak()
        self._show_buttons()
        self.work("check", str(path), then=self._on_checked)

    def retranslate(self) -> None:
        """The words follow the language."""
        super().retranslate()
        if hasattr(self, "leave"):
            self._say()

    def restyle(self) -> None:
        """The mark follows the theme."""
        if hasattr(self, "leave"):
            self._say()

    def on_work_changed(self, working: bool) -> None:
        """Words for now."""
        if hasattr(self, "leave"):
            self._say()

    def on_stopped(self) -> None:
        """Nobody wants to know any more."""
        self.close()

    def _on_checked(self, problems: list[str]) -> None:
        self.problems = problems
        self.listed.set_text("\n".join(problems))
        self._say()
        self._care.tell_checked(self)

    def _on_away(self) -> None:
        self.hide()

    def _on_ways(self) -> None:
        self.close()
        self._care.show_ways_after_check(self._path)

    def _on_report(self) -> None:
        report.ask_to_save(self, self.notice, self._path, self.problems or ())

    @Slot()
    def on_project_closed(self) -> None:
        """There is nothing to check any more."""
        self.stop()
        self.close()

    def verdict(self) -> str:
        """What came of it, in one sentence."""
        if self.problems is None:
            return self.tr("The whole file is read and compared. You can go on working meanwhile.")
        if not self.problems:
            return self.tr("The project is whole: its structure, every rating, every weight.")
        return self.tr("%Ln problems were found.", "", len(self.problems))

    def _say(self) -> None:
        self.sentence.setText(self.verdict())
        done, fine = self.problems is not None, self.problems == []
        self.sentence.set_role("heading" if done else "")
        self._mark.setVisible(done)
        self.listed.setVisible(bool(self.problems))
        if done:
            icon, tint = ("check", "good") if fine else ("warning", "bad")
            size = theme.scaled(20, theme.theme().zoom)
            colour = getattr(theme.current(), tint)
            self._mark.setPixmap(icons.pixmap(icon, colour, size, self.devicePixelRatioF()))
        self._show_buttons()

    def _show_buttons(self) -> None:
        wrong = bool(self.problems)
        self.ways.setVisible(wrong)
        self.report.setVisible(wrong)
        self.away.setVisible(self.is_at_work)
        self.leave.setText(self.tr("Stop") if self.is_at_work else self.tr("Close"))
        self.strip.stop.hide()
        button = self.ways if wrong else self.leave
        if self.is_at_work:
            button = self.away
        button.setFocus()

    def _speak(self) -> None:
        name = words.name(self._path)
        self.say(self.set_title, lambda: self.tr("Check of {file}").format(file=name))
        self.say(self.ways.setText, lambda: self.tr("What can be done…"))
        self.say(self.report.setText, lambda: self.tr("Save a report…"))
        self.say(self.away.setText, lambda: self.tr("Go on working"))
        self.say(self.listed.setAccessibleName, lambda: self.tr("Problems"))
