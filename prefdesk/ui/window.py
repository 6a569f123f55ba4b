"""The window: rail, places, notice, status line; and the ways between them."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from prefdesk.errors import DamagedProject, PrefdeskError, ReadOnly
from prefdesk.ui import i18n, icons, theme
from prefdesk.ui.columns import restore_columns, store_columns
from prefdesk.ui.crash import open_log_folder
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Question
from prefdesk.ui.file.care import Care
from prefdesk.ui.file.flow import FileFlow
from prefdesk.ui.file.refusals import Refusals
from prefdesk.ui.housekeeping import Housekeeper
from prefdesk.ui.menus import Menus
from prefdesk.ui.newest import Newest
from prefdesk.ui.packs.copy import CopyBar
from prefdesk.ui.packs.flow import PackFlow, is_pack
from prefdesk.ui.palette import CommandPalette
from prefdesk.ui.place import Place
from prefdesk.ui.rail import PLACES, Rail
from prefdesk.ui.raters.import_flow import RatingsFlow
from prefdesk.ui.status import StatusLine
from prefdesk.ui.tokens import SPACE_2, SPACE_5
from prefdesk.ui.welcome import Welcome
from prefdesk.ui.widgets import Notice, Speaking, tip
from prefdesk.ui.widgets.notice import Kind

SUFFIX = ".prefdesk"
SMALLEST = (880, 560)
GOOD_NEWS_MS = 6_000


class Window(Speaking, QMainWindow):
    """One window for one project.

    *Attributes*
    - `desk`: what it works on. `places`: those made so far, by name.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.places: dict[str, Place] = {}
        self._rating: Place | None = None
        self._closing = False
        self.rail, self.notice = Rail(), Notice()
        self.newest, self.care = Newest(desk, self), Care(self)
        self.copy_bar, self.packs = CopyBar(desk), PackFlow(self)
        self.ratings, self.file = RatingsFlow(self), FileFlow(self)
        self.housekeeper = Housekeeper(desk, self)
        self.refusals = Refusals(desk, self.care, self.file, self)
        self.status = StatusLine(desk, lambda: self.file.is_in_trouble)
        self.welcome = Welcome(desk.preferences)
        self.stack = QStackedWidget()
        self.menus = Menus(self, self._on_verb)
        self.palette_panel = CommandPalette(self._lay_out())
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.timeout.connect(self.notice.hide)
        self._connect()
        self.setAcceptDrops(True)
        self.setWindowIcon(icons.app_icon())
        self.restoreGeometry(desk.preferences.bytes("geometry"))
        self._show_project()

    @property
    def place(self) -> Place | None:
        """The place that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Place) else None

    @property
    def is_rating(self) -> bool:
        """True while somebody rates and nothing else is shown."""
        return self._rating is not None

    def show_place(self, name: str) -> None:
        """Go to a place, unless somebody is rating or no project is open."""
        if self.desk.project is None or name not in self._offered():
            return
        present = self.place
        if present is not None and present.name != name and not present.may_leave():
            self.rail.mark(present.name)
            return
        self.stack.setCurrentWidget(self._made(name))
        self.rail.mark(name)

    def enter_rating(self, place: Place) -> None:
        """Show only this place until `leave_rating`: no rail, menus, notices or status."""
        self._rating = place
        self.housekeeper.pause(True)
        self.stack.setCurrentWidget(place)
        self.notice.hide()
        self._show_chrome(False)

    def leave_rating(self) -> None:
        """Show the window as it was."""
        self._rating = None
        self.housekeeper.pause(False)
        self._show_chrome(True)

    def verbs(self) -> list[QAction]:
        """All actions: those of the shown place first, then the other places', then our own."""
        first = [self.place] if self.place is not None else []
        rest = [p for p in self.places.values() if p not in first]
        offered = [a for place in first + rest for a in place.actions_offered()]
        return offered if self._rating else offered + list(self.menus.actions.values())

    def retranslate(self) -> None:
        """Menus and the title follow the language."""
        super().retranslate()
        if hasattr(self, "menus"):
            self.menus.retranslate()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once everything is on disk; ask first if a job runs."""
        if self.desk.project is None and not self.desk.is_busy:
            self._keep_layout()
            event.accept()
            return
        event.ignore()
        if not self._closing:
            self.leave_project(self.close)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take projects, rating packs and files of prompts."""
        if event.mimeData().hasUrls() and self._rating is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped project, take a pack in, or hand files to Data."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.take_files(paths)

    def take_files(self, paths: list[str]) -> None:
        """What a drop does."""
        projects = [p for p in paths if p.endswith(SUFFIX)]
        if projects:
            self.open_path(projects[0])
        elif packs := [p for p in paths if is_pack(p)]:
            self.packs.take(Path(packs[0]))
        elif paths and self.desk.project is None:
            words = self.tr("Open or make a project first, then drop the file again.")
            self.notice.tell(words, kind="info")
        elif paths:
            self.ratings.take(paths)

    def take_other_files(self, paths: list[str]) -> None:
        """What a drop of files does that hold neither projects nor packs nor ratings."""
        if paths:
            taker = self.place if self.place and self.place.take_files(paths) else None
            if taker is None:
                self.show_place("data")
                if self.place is not None and not self.place.take_files(paths):
                    self.notice.tell(self.tr("These files cannot be imported."), kind="bad")

    def open_path(self, path: str | Path) -> None:
        """Open a project in place of the present one; a rating pack is looked at first."""
        if is_pack(path):
            self.packs.take(Path(path))
            return
        self.leave_project(lambda: self.desk.open_project(path))

    def offer(
        self,
        sentence: str,
        hint: str = "",
        *,
        kind: Kind = "info",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """Say something with one action; it stays until it is read."""
        self._calm.stop()
        self.notice.tell(sentence, hint, kind=kind, action=action, on_action=on_action)

    def event(self, event: QEvent) -> bool:
        """A file that the system asks us to open."""
        if event.type() == QEvent.Type.FileOpen:
            self.open_path(event.file())  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def _made(self, name: str) -> Place:
        """A place by name, made on its first showing so that the window starts fast."""
        if name not in self.places:
            place = make_place(name, self.desk)
            self.places[name] = place
            self.stack.addWidget(place)
            restore_columns(place, self.desk.preferences)
        return self.places[name]

    def leave_project(self, then: Callable[[], object]) -> None:
        """Close the project and go on; asks if a job runs."""
        if self.desk.jobs.running is None:
            self._finish(then)
            return
        self.ask_about_job(self.status.job_name(self.desk.jobs.running.kind), then)

    def ask_about_job(self, name: str, then: Callable[[], object]) -> None:
        """Ask what becomes of the running job, then close the project and go on."""
        Question.ask(
            self,
            self.tr("{job} is running").format(job=name),
            self.tr(
                "It can stop after the present step and keep what is done, or be cancelled at once."
            ),
            [
                (self.tr("Stop and keep"), partial(self._stop_then, then)),
                (self.tr("Cancel the job"), partial(self._finish, then)),
            ],
            stay=self.tr("Stay here"),
        )

    def _stop_then(self, then: Callable[[], object]) -> None:
        def ended() -> None:
            if self.desk.jobs.running is None:
                self.desk.jobs.ended.disconnect(ended)
                self._finish(then)

        self.desk.jobs.ended.connect(ended)
        self.desk.jobs.stop()
        self.status.strip.stopping()

    def _finish(self, then: Callable[[], object]) -> None:
        def closed() -> None:
            self._closing = False
            then()

        self._closing = True
        self.desk.close_project(closed)

    def _keep_layout(self) -> None:
        """Remember where the window was and how wide the columns of its tables."""
        for place in self.places.values():
            store_columns(place, self.desk.preferences)
        self.desk.preferences.set_bytes("geometry", self.saveGeometry())
        self.desk.preferences.save()

    def _show_chrome(self, on: bool) -> None:
        project, copy = self.desk.project is not None, self.desk.mark is not None
        self.rail.setVisible(on and project)
        self.rail.offer(self._offered())
        self.copy_bar.setVisible(on and copy)
        self.status.setVisible(on and project)
        self.menuBar().setVisible(on)
        self.file.bar.set_rating(not on)
        read_only = self.desk.project is not None and self.desk.project.mode == "r"
        self.menus.enable(project=project, rating=not on, copy=copy, read_only=read_only)

    def _offered(self) -> tuple[str, ...]:
        """The places of this project; in a working copy of a pack people only rate."""
        return PLACES if self.desk.mark is None else ("rate",)

    @Slot()
    def _show_project(self) -> None:
        """Welcome without a project, Overview with one."""
        project = self.desk.project
        self._rating = None
        self._show_chrome(True)
        if project is None:
            self.setWindowTitle("prefdesk")
            self.welcome.refresh()
            self.stack.setCurrentWidget(self.welcome)
        else:
            self._show_name()
            self.notice.hide()
            self.show_place(self._offered()[0])
            self.copy_bar.refresh()
            if project.notices:
                self.care.tell_notices(project.notices, project.path)

    @Slot()
    def _show_name(self) -> None:
        if self.desk.project is not None:
            self.setWindowTitle(f"{self.desk.project.name} – prefdesk")

    @Slot(object)
    def _on_error(self, error: PrefdeskError) -> None:
        self._calm.stop()
        shown = self.notice if self._rating is None else self._rating.notice
        if isinstance(error, DamagedProject):
            self.care.tell_damage(error, shown)
        elif isinstance(error, ReadOnly):
            ways = {"action": self.tr("Work in a copy…"), "on_action": self.file.work_in_copy}
            shown.tell(error.message, kind="info", **ways)  # type: ignore[arg-type]
        else:
            shown.tell_error(error)

    @Slot(str, str)
    def _on_told(self, sentence: str, kind: str) -> None:
        if self._rating is not None:
            return  # nothing but the text while somebody rates
        self.notice.tell(sentence, kind=kind)  # type: ignore[arg-type]
        if kind in ("good", "info"):
            self._calm.start(GOOD_NEWS_MS)
        else:
            self._calm.stop()

    @Slot(str)
    def _on_preference_changed(self, name: str) -> None:
        chosen, app = self.desk.preferences, QApplication.instance()
        if name in ("theme", "zoom", "rated_size"):
            theme.theme().apply(chosen.theme, chosen.zoom, chosen.rated_size)
        elif name == "language" and isinstance(app, QApplication):
            i18n.install(app, chosen.language)

    @Slot()
    def _fill_recent(self) -> None:
        self.menus.recent.clear()
        for path in self.desk.preferences.recent():
            action = self.menus.recent.addAction(path.stem)
            action.setToolTip(tip(str(path)))
            action.triggered.connect(partial(self.open_path, path))
        if self.menus.recent.isEmpty():
            self.menus.recent.addAction(self.tr("None yet")).setEnabled(False)

    @Slot(str)
    def _on_verb(self, name: str) -> None:
        if name in PLACES:
            self.show_place(name)
        else:
            handlers: dict[str, Callable[[], object]] = {
                "new": self._ask_new,
                "open": self._ask_open,
                "starter": self._show_starter,
                "make_pack": self.packs.make,
                "merge_pack": self.packs.ask_for_pack,
                "merges": self.packs.show_merges,
                "give_back": self.packs.give_back,
                "import_ratings": self.ratings.ask,
                "backups": self.care.backups,
                "check": self.care.check,
                "compact": self.care.compact,
                "save_copy": self.file.save_copy,
                "work_in_copy": self.file.work_in_copy,
                "close_project": lambda: self.leave_project(lambda: None),
                "preferences": self._show_preferences,
                "quit": self.close,
                "undo": self._undo,
                "redo": self._redo,
                "palette": lambda: self.palette_panel.open(self.verbs()),
                "stop": self.desk.jobs.stop,
                "shortcuts": self._show_shortcuts,
                "log": open_log_folder,
                "about": self._show_about,
            }
            handlers[name]()

    def _undo(self) -> None:
        if not self.is_rating and self.newest.undo():
            return
        if self.place is not None:
            self.place.undo()

    def _redo(self) -> None:
        if not self.is_rating and self.newest.redo():
            return
        if self.place is not None:
            self.place.redo()

    def _ask_new(self) -> None:
        AskFile.to_save(
            self,
            self.tr("New project"),
            self.tr("Projects (*.prefdesk)"),
            f"{self.tr('project')}{SUFFIX}",
            lambda path: self.leave_project(lambda: self.desk.new_project(path)),
        )

    def _ask_open(self) -> None:
        patterns = self.tr("Projects and rating packs (*.prefdesk *.prefpack)")
        AskFile.to_open(self, self.tr("Open project"), patterns, self.open_path)

    def _show_starter(self) -> None:
        from prefdesk.ui.starter import StarterDialog

        StarterDialog(self.desk, self).open()

    def _show_preferences(self) -> None:
        from prefdesk.ui.preferences_dialog import PreferencesDialog

        PreferencesDialog(self.desk.preferences, self).open()

    def _show_shortcuts(self) -> None:
        from prefdesk.ui.shortcuts import ShortcutsDialog

        ShortcutsDialog(self, self.verbs()).open()

    def _show_about(self) -> None:
        from prefdesk.ui.about import AboutDialog

        AboutDialog(self).open()

    def _connect(self) -> None:
        desk = self.desk
        desk.project_opened.connect(self._show_project)
        desk.project_closed.connect(self._show_project)
        desk.project_moved.connect(self._show_name)
        desk.error_raised.connect(self._on_error)
        desk.told.connect(self._on_told)
        desk.place_requested.connect(self.show_place)
        desk.verb_requested.connect(self._on_verb)
        self.copy_bar.give_back_wished.connect(self.packs.give_back)
        desk.preferences.changed.connect(self._on_preference_changed)
        self.rail.place_chosen.connect(self.show_place)
        self.menus.recent.aboutToShow.connect(self._fill_recent)
        self.welcome.new_wished.connect(self._ask_new)
        self.welcome.open_wished.connect(self._ask_open)
        self.welcome.starter_wished.connect(self._show_starter)
        self.welcome.recent_wished.connect(self.open_path)

    def _lay_out(self) -> QWidget:
        middle = QWidget()
        rows = QVBoxLayout(middle)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._notice_frame = QVBoxLayout()
        self._notice_frame.setContentsMargins(SPACE_5, SPACE_2, SPACE_5, 0)
        self._notice_frame.addWidget(self.file.bar)
        self._notice_frame.addWidget(self.copy_bar)
        self._notice_frame.addWidget(self.notice)
        columns = QHBoxLayout()
        columns.setSpacing(0)
        right = QVBoxLayout()
        right.addLayout(self._notice_frame)
        right.addWidget(self.stack, 1)
        columns.addWidget(self.rail)
        columns.addLayout(right, 1)
        rows.addLayout(columns, 1)
        rows.addWidget(self.status)
        self.stack.addWidget(self.welcome)
        self.setCentralWidget(middle)
        self.setMinimumSize(*SMALLEST)
        self.resize(1280, 800)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        return middle


def make_place(name: str, desk: Desk) -> Place:
    """The place of this name, from `prefdesk.ui.<name>.panel`."""
    module = import_module(f"prefdesk.ui.{name}.panel")
    place: Place = getattr(module, f"{name.capitalize()}Place")(desk)
    return place
