"""The merge of a pack: what would come of it, whose it is, and then the merge itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from prefdesk.errors import Cancelled, PrefdeskError
from prefdesk.ui import dates, icons, theme
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.packs import reading, words
from prefdesk.ui.packs.errand import Errand
from prefdesk.ui.packs.reading import Look
from prefdesk.ui.packs.rows import PreviewTables
from prefdesk.ui.packs.who import RaterChoice
from prefdesk.ui.tokens import SPACE_2, SPACE_3, SPACE_4
from prefdesk.ui.widgets import Label, Notice, NumberCard, ProgressStrip, one_line
from prefdesk.ui.widgets.arrange import scrolled

if TYPE_CHECKING:
    from prefdesk.project import MergeReport, PackPreview
    from prefdesk.records import Rater

NAME_SHOWN = 60
SIZE = (920, 700)
TABLES_HEIGHT = 190
SCREEN_EDGE = 60
"""Room that the desktop and the title bar take."""
POLL_MS = 100


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
        self._errand: Errand | None = None
        self._merging = False
        self.found: PackPreview | None = None
        self._raters: tuple[Rater, ...] = ()
        self.notice, self.strip = Notice(), ProgressStrip()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._on_poll)
        self.sentence = Label("", wrap=True)
        self.who, self.who_problem = RaterChoice(), Label("", "problem", wrap=True)
        self.seal, self._seal_icon = Label("", wrap=True), QLabel()
        self.vouch = QCheckBox()
        self.cards = {name: NumberCard() for name in ("new", "conflicts", "refused", "there")}
        self.tables = PreviewTables()
        self._who_title, self._seal_title = Label(""), Label("")
        self._lay_out()
        self.take = self.add_button("", self._on_take_pressed, primary=True)
        self.leave = self.add_button("", self.reject)
        self._speak()
        self._connect()
        self._look()

    def reject(self) -> None:
        """Close; while a merge runs, stop it first."""
        if self._errand is not None:
            self._errand.stop()
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
        if hasattr(self, "_errand"):
            self._say_found()

    def restyle(self) -> None:
        """The mark of the signature follows the theme."""
        if hasattr(self, "_seal_icon"):
            self._paint_seal()

    def _look(self) -> None:
        """Ask what the merge would do, for whoever is chosen."""
        if self._errand is not None:
            self._errand.stop()
        errand = self._errand = Errand()
        path, as_name = self._path, self._as_name()
        self.take.setEnabled(False)
        self._begin(self.tr("Looking at the pack"))
        self._desk.query(
            lambda p: reading.look(p, path, as_name, errand),
            self._on_looked,
            self._on_error,
            key="look",
        )

    def _on_looked(self, look: Look) -> None:
        first = self.found is None
        self.found, self._raters = look.found, look.raters
        self._rest()
        self.notice.hide()
        self._area.show()
        if first:
            self._offer_raters(look)
            self._grow()
        self.tables.show_preview(look.found)
        self._say_found()

    def _grow(self) -> None:
        """Be as large as the content likes, and no larger than the screen; it scrolls."""
        zoom, room = theme.theme().zoom, self.screen().availableSize()
        self.tables.setMinimumHeight(theme.scaled(TABLES_HEIGHT, zoom))
        height = min(theme.scaled(SIZE[1], zoom), room.height() - SCREEN_EDGE)
        self.resize(max(self.width(), SIZE[0]), max(self.height(), height))

    def _offer_raters(self, look: Look) -> None:
        identity = look.found.identity
        undecided = identity.target is None and identity.found == "same name"
        name = {"known": None, "same name": "", "new": identity.name}[identity.found]
        self.who.offer(look.raters, chosen=identity.target, new_name=name, undecided=undecided)

    def _on_error(self, error: PrefdeskError) -> None:
        """The pack cannot be used, or not for the one who is chosen."""
        if isinstance(error, Cancelled):
            return
        self._rest()
        self.notice.tell_error(error)
        self.take.setEnabled(False)
        if self.found is None:
            self.take.hide()
            self.leave.setText(self.tr("Close"))
            self.leave.setFocus()

    def _on_take_pressed(self) -> None:
        errand = self._errand = Errand()
        path, as_name, vouched = self._path, self._as_name(), self.vouch.isChecked()
        conflicts = len(self.found.conflicts) if self.found else None
        self._set_merging(True)
        self._begin(self.tr("Merging"))
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
        self._rest()
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

    @Slot()
    def _on_poll(self) -> None:
        if self._errand is not None and self._errand.state[1] and not self._errand.is_stopped():
            self.strip.advance(*self._errand.state)

    def _begin(self, what: str) -> None:
        self.strip.begin(what)
        self.strip.show()
        self._poll.start()

    def _rest(self) -> None:
        self._poll.stop()
        self.strip.hide()

    def _set_merging(self, on: bool) -> None:
        self._merging = on
        for part in (self.who, self.vouch, self.take):
            part.setEnabled(not on)
        self.leave.setEnabled(True)
        self.leave.setVisible(not on)

    def _as_name(self) -> str:
        """What the engine is to be told about the rater; empty where it knows."""
        if self.found is None:
            return ""
        identity, chosen = self.found.identity, self.who.value()
        if chosen.rater is not None:
            return "" if chosen.rater.uid == identity.uid else chosen.rater.name
        same = identity.found == "new" and chosen.new_name == identity.name
        return "" if same else chosen.new_name

    def _who_trouble(self) -> str:
        """Why the choice of rater will not do, or an empty string."""
        chosen, here = self.who.value(), {r.name.casefold() for r in self._raters}
        if chosen.rater is not None:
            return ""
        if self.who.box.currentData() == "none":
            return self.tr("Somebody of this name is here already. Say whose ratings these are.")
        if not chosen.new_name:
            return self.tr("Give the new rater a name.")
        if chosen.new_name.casefold() in here:
            return self.tr("There is a rater of this name already.")
        return ""

    def _allow(self) -> None:
        """Offer the merge where nothing stands in its way."""
        found, project = self.found, self._desk.project
        if found is None:
            return
        trouble = self._who_trouble()
        self.who_problem.setText(trouble)
        self._form_lines.setRowVisible(self.who_problem, bool(trouble))
        self._form_lines.setRowVisible(self.vouch, found.doubtful)
        vouched = self.vouch.isChecked() or not found.doubtful
        writable = project is not None and project.mode == "w"
        useful = bool(found.new.count) or found.earlier in ("running", "undone", "undoing")
        self.take.setEnabled(bool(not trouble and vouched and writable and useful))

    def _say_found(self) -> None:
        found = self.found
        if found is None:
            return
        self.sentence.setText(self._sentence(found))
        self.seal.setText(words.seal(found.seal))
        text = self.tr("I asked {name}: the pack is theirs")
        self.vouch.setText(text.format(name=one_line(found.identity.name, NAME_SHOWN)))
        self._paint_seal()
        self._say_cards(found)
        self._say_take(found)
        self._say_warning(found)
        self._allow()

    def _sentence(self, found: "PackPreview") -> str:
        text = self.tr("%n judgements by {name}, given back on {day}.", "", found.events)
        name = one_line(found.identity.name, NAME_SHOWN)
        return text.format(name=name, day=dates.day(found.made_ms))

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
        project = self._desk.project
        if project is not None and project.mode != "w":
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

    def _say_cards(self, found: "PackPreview") -> None:
        figures = {
            "new": (found.new.count, self.tr("New"), self.tr("come in")),
            "conflicts": (
                len(found.conflicts),
                self.tr("In conflict"),
                self.tr("the newest counts"),
            ),
            "refused": (found.refused.count, self.tr("Refused"), self.tr("stay out")),
            "there": (found.duplicate.count, self.tr("Here already"), self.tr("nothing changes")),
        }
        for name, (n, title, compared) in figures.items():
            self.cards[name].set_title(title)
            self.cards[name].show_number(f"{n:,}", compared=compared)

    def _paint_seal(self) -> None:
        if self.found is None:
            return
        fine = self.found.seal in ("verified", "first key")
        icon, tint = ("check", "good") if fine else ("info", "muted")
        if self.found.doubtful:
            icon, tint = "warning", "warn"
        size = theme.scaled(16, theme.theme().zoom)
        colour = getattr(theme.current(), tint)
        self._seal_icon.setPixmap(icons.pixmap(icon, colour, size, self.devicePixelRatioF()))

    def _on_who_changed(self) -> None:
        chosen = self.who.value()
        if chosen.rater is not None or self.found is None or self.found.identity.target:
            self._look()
        else:
            self._allow()

    def _connect(self) -> None:
        self.who.changed.connect(self._on_who_changed)
        self.who.renamed.connect(self._allow)
        self.vouch.toggled.connect(lambda _on: self._allow())
        self.strip.stop_pressed.connect(self.reject)
        self._desk.project_closed.connect(self._on_project_closed)

    def _speak(self) -> None:
        name = one_line(self._path.name, NAME_SHOWN)
        self.say(self.set_title, lambda: self.tr("Merge {file}").format(file=name))
        self.say(self.leave.setText, lambda: self.tr("Cancel"))
        self.say(self.take.setText, lambda: self.tr("Merge"))
        self.say(self._who_title.setText, lambda: self.tr("They go to"))
        self.say(self.who.box.setAccessibleName, lambda: self.tr("They go to"))
        self.say(self._seal_title.setText, lambda: self.tr("Signature"))

    def _lay_out(self) -> None:
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self.sentence)
        column.addLayout(self._form())
        cards = QHBoxLayout()
        cards.setSpacing(SPACE_3)
        for card in self.cards.values():
            cards.addWidget(card, 1)
        column.addLayout(cards)
        column.addWidget(self.tables, 1)
        self._area = scrolled(self._content)
        self._area.hide()
        self.strip.hide()
        self.body.addWidget(self.notice)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self.strip)

    def _form(self) -> QFormLayout:
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self._seal_icon)
        line.addWidget(self.seal, 1)
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_4)
        form.setVerticalSpacing(SPACE_3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self._who_title, self.who)
        form.addRow("", self.who_problem)
        form.addRow(self._seal_title, line)
        form.addRow("", self.vouch)
        self._form_lines = form
        self._who_title.setBuddy(self.who.box)
        return form
