"""The window: rail, places, notice, status line; and the ways between them."""

from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from prefdesk.ui import i18n, icons, theme
from prefdesk.ui.announcements import Announcements
from prefdesk.ui.columns import restore_columns, store_columns
from prefdesk.ui.commands import Commands
from prefdesk.ui.desk import Desk
from prefdesk.ui.drops import Drops
from prefdesk.ui.file.care import Care
from prefdesk.ui.file.flow import FileFlow
from prefdesk.ui.file.refusals import Refusals
from prefdesk.ui.housekeeping import Housekeeper
from prefdesk.ui.leaving import Leaving
from prefdesk.ui.menus import Menus
from prefdesk.ui.newest import Newest
from prefdesk.ui.packs.copy import CopyBar
from prefdesk.ui.packs.flow import PackFlow, is_pack
from prefdesk.ui.palette import CommandPalette
from prefdesk.ui.place import Place
from prefdesk.ui.rail import PLACES, Rail
from prefdesk.ui.raters.import_flow import RatingsFlow
from prefdesk.ui.recent import RecentMenu
from prefdesk.ui.status import StatusLine
from prefdesk.ui.tokens import SPACE_2, SPACE_5
from prefdesk.ui.welcome import Welcome
from prefdesk.ui.widgets import Notice, Speaking

SMALLEST = (880, 560)


class Window(Speaking, QMainWindow):
    """One window for one project.

    *Attributes*
    - `desk`: what it works on. `places`: those made so far, by name.
    - `rating_place`: the place in which somebody rates, and nothing else is shown; or None.
    - `news`, `leaving`, `drops`, `commands`: what it says, how it leaves a project, who takes
      dropped files, what its verbs do.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.places: dict[str, Place] = {}
        self.rating_place: Place | None = None
        self.rail, self.notice = Rail(), Notice()
        self.news, self.leaving, self.drops = Announcements(self), Leaving(self), Drops(self)
        self.newest, self.care = Newest(desk, self), Care(self)
        self.copy_bar, self.packs = CopyBar(desk), PackFlow(self)
        self.ratings, self.file = RatingsFlow(self), FileFlow(self)
        self.housekeeper = Housekeeper(desk, self)
        self.refusals = Refusals(desk, self.care, self.file, self)
        self.status = StatusLine(desk, lambda: self.file.is_in_trouble)
        self.welcome = Welcome(desk.preferences)
        self.stack = QStackedWidget()
        self.commands = Commands(self)
        self.menus = Menus(
            self, self.commands.do, RecentMenu(desk.preferences, self.open_path, self)
        )
        self.palette_panel = CommandPalette(self._lay_out())
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
        return self.rating_place is not None

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
        self.rating_place = place
        self.housekeeper.pause(True)
        self.stack.setCurrentWidget(place)
        self.notice.hide()
        self._show_chrome(False)

    def leave_rating(self) -> None:
        """Show the window as it was."""
        self.rating_place = None
        self.housekeeper.pause(False)
        self._show_chrome(True)

    def verbs(self) -> list[QAction]:
        """All actions: those of the shown place first, then the other places', then our own."""
        first = [self.place] if self.place is not None else []
        rest = [p for p in self.places.values() if p not in first]
        offered = [a for place in first + rest for a in place.actions_offered()]
        return offered if self.is_rating else offered + list(self.menus.actions.values())

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
        if not self.leaving.is_under_way:
            self.leaving.leave(self.close)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take projects, rating packs and files of prompts."""
        if event.mimeData().hasUrls() and not self.is_rating:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped project, take a pack in, or hand files to Data."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.drops.take(paths)

    def open_path(self, path: str | Path) -> None:
        """Open a project in place of the present one; a rating pack is looked at first."""
        if is_pack(path):
            self.packs.take(Path(path))
            return
        self.leaving.leave(lambda: self.desk.open_project(path))

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
        self.rating_place = None
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

    @Slot(str)
    def _on_preference_changed(self, name: str) -> None:
        chosen, app = self.desk.preferences, QApplication.instance()
        if name in ("theme", "zoom", "rated_size"):
            theme.theme().apply(chosen.theme, chosen.zoom, chosen.rated_size)
        elif name == "language" and isinstance(app, QApplication):
            i18n.install(app, chosen.language)

    def _connect(self) -> None:
        desk = self.desk
        desk.project_opened.connect(self._show_project)
        desk.project_closed.connect(self._show_project)
        desk.project_moved.connect(self._show_name)
        desk.error_raised.connect(self.news.tell_error)
        desk.told.connect(self.news.tell)
        desk.place_requested.connect(self.show_place)
        desk.verb_requested.connect(self.commands.do)
        self.copy_bar.give_back_wished.connect(self.packs.give_back)
        desk.preferences.changed.connect(self._on_preference_changed)
        self.rail.place_chosen.connect(self.show_place)
        self.welcome.new_wished.connect(self.commands.ask_new)
        self.welcome.open_wished.connect(self.commands.ask_open)
        self.welcome.starter_wished.connect(self.commands.show_starter)
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
