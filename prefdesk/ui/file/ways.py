"""What is whole in a damaged file, and below it the ways on, each a card with its button."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from prefdesk.project import BackupInfo
from prefdesk.ui import dates
from prefdesk.ui.file import words
from prefdesk.ui.file.facts import Known
from prefdesk.ui.file.findings import Findings
from prefdesk.ui.tokens import SPACE_1, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Button, Label, PlainButton, Speaking, restyle


class WayCard(QFrame):
    """A card with a title, a sentence and a button; the recommended one has the accent."""

    def __init__(self, on_pressed: Callable[[], object], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.sentence = Label("", "heading"), Label("", "muted", wrap=True)
        self.button = Button()
        self.button.clicked.connect(lambda: on_pressed())
        self._words = QVBoxLayout()
        self._words.setSpacing(SPACE_1)
        self._words.addStretch(1)
        self._words.addWidget(self.title)
        self._words.addWidget(self.sentence)
        self._words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE_4, SPACE_3, SPACE_3, SPACE_3)
        line.setSpacing(SPACE_4)
        line.addLayout(self._words, 1)
        self.buttons = QVBoxLayout()
        self.buttons.setSpacing(SPACE_1)
        self.buttons.addWidget(self.button)
        line.addLayout(self.buttons)
        line.setAlignment(self.buttons, Qt.AlignmentFlag.AlignVCenter)
        self.recommend(False)

    def recommend(self, on: bool) -> None:
        """Make this the way that Enter goes, or one among others."""
        self.setProperty("role", "next" if on else "card")
        self.button.setProperty("role", "primary" if on else "")
        self.button.setDefault(on)
        restyle(self)
        restyle(self.button)


class WaysOn(Speaking, QWidget):
    """Says what is known of a file, and recommends the way that keeps more of its ratings.

    *Attributes*
    - `restore`, `save`: the ways back to a backup and into a new file. `others`: the button that
      leads to the backups that are not the newest.
    """

    def __init__(
        self,
        on_restore: Callable[[], object],
        on_others: Callable[[], object],
        on_save: Callable[[], object],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._known = Known()
        self.found, self.findings = Label("", "heading", wrap=True), Findings()
        self.restore, self.save = WayCard(on_restore), WayCard(on_save)
        self.others = PlainButton()
        self.others.clicked.connect(lambda: on_others())
        self.restore.buttons.addWidget(self.others)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        for part in (self.found, self.findings, self.restore, self.save):
            column.addWidget(part)
        column.addStretch(1)
        self._speak()

    def show_known(self, known: Known) -> None:
        """Show what is known by now."""
        self._known = known
        if known.survey is not None:
            self.findings.show_tables(known.survey.tables)
        self._say()
        self._recommend()

    def allow(self, free: bool) -> None:
        """Offer the ways that there are; none unless `free`."""
        self.restore.button.setEnabled(bool(self._known.backups) and free)
        self.others.setEnabled(free)
        self.save.button.setEnabled(free and not self._known.unreadable)

    def retranslate(self) -> None:
        """What is known follows the language."""
        super().retranslate()
        if hasattr(self, "others"):
            self._say()

    def _say(self) -> None:
        known = self._known
        text = words.summary(known.survey) if known.survey else known.unreadable
        self.found.setText(text)
        self.found.setVisible(bool(text))
        self.findings.setVisible(known.survey is not None)
        self.others.setVisible(len(known.backups or ()) > 1)
        if known.backups:
            self._say_newest(known.backups[0])
        else:
            self._say_no_backup()
        self._say_save()

    def _say_newest(self, newest: BackupInfo) -> None:
        text = self.tr("Restore the backup of {time}…")
        self.restore.button.setText(text.format(time=dates.moment(newest.made_ms)))
        parts = [self.tr("It has %Ln ratings and no weights.", "", newest.ratings)]
        lacks = words.missing(newest, self._known.events)
        if lacks:
            parts.append(self.tr("%Ln acts of rating in this file are newer.", "", lacks))
        self.restore.sentence.setText(" ".join(parts))

    def _say_no_backup(self) -> None:
        looking = self._known.backups is None
        text = self.tr("Looking for backups …") if looking else self.tr("There is none.")
        self.restore.sentence.setText(text)
        self.restore.button.setText(self.tr("Restore a backup…"))

    def _say_save(self) -> None:
        if self._known.unreadable:
            text = self.tr("Nothing can be read.")
        else:
            text = self.tr("It goes into a new file, with a report of what is lost.")
        self.save.sentence.setText(text)

    def _recommend(self) -> None:
        known = self._known
        self.save.recommend(known.reading_keeps_more and not known.unreadable)
        self.restore.recommend(not known.reading_keeps_more)
        if self.window().focusWidget() in (None, self.save.button, self.restore.button):
            better = self.save if known.reading_keeps_more else self.restore
            better.button.setFocus()

    def _speak(self) -> None:
        self.say(self.restore.title.setText, lambda: self.tr("The newest backup"))
        self.say(self.save.title.setText, lambda: self.tr("What can still be read"))
        self.say(self.save.button.setText, lambda: self.tr("Save what can be read…"))
        self.say(self.others.setText, lambda: self.tr("Another backup…"))
