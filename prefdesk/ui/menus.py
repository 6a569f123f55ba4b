"""The verbs of the window itself, in menus; the command palette lists the same actions."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

Keys = QKeySequence.StandardKey
MENUS = ("file", "edit", "go", "help")


@dataclass(frozen=True)
class Verb:
    """A verb: its name, its keys, its menu, and when it makes sense.

    `in_copies` is True for what only working copies of packs offer, False for what they hide;
    `writes` for what cannot be done to a project that is open read-only.
    """

    name: str
    menu: str
    keys: str | QKeySequence.StandardKey = ""
    needs_project: bool = False
    while_rating: bool = False
    after_line: bool = False
    in_copies: bool | None = None
    writes: bool = False


VERBS: tuple[Verb, ...] = (
    Verb("new", "file", Keys.New),
    Verb("open", "file", Keys.Open),
    Verb("starter", "file"),
    Verb("close_project", "file", "Ctrl+W", needs_project=True),
    Verb("save_copy", "file", needs_project=True),
    Verb("make_pack", "file", needs_project=True, after_line=True, in_copies=False, writes=True),
    Verb("merge_pack", "file", needs_project=True, in_copies=False, writes=True),
    Verb("merges", "file", needs_project=True, in_copies=False),
    Verb("import_ratings", "file", needs_project=True, in_copies=False, writes=True),
    Verb("give_back", "file", needs_project=True, in_copies=True),
    Verb("backups", "file", needs_project=True, after_line=True),
    Verb("check", "file", needs_project=True),
    Verb("compact", "file", needs_project=True, writes=True),
    Verb("preferences", "file", "Ctrl+,", after_line=True),
    Verb("quit", "file", "Ctrl+Q", while_rating=True, after_line=True),
    Verb("undo", "edit", Keys.Undo, needs_project=True, while_rating=True, writes=True),
    Verb("redo", "edit", "Ctrl+Shift+Z", needs_project=True, while_rating=True, writes=True),
    Verb("palette", "edit", "Ctrl+K", after_line=True),
    Verb("overview", "go", "Ctrl+1", needs_project=True, in_copies=False),
    Verb("data", "go", "Ctrl+2", needs_project=True, in_copies=False),
    Verb("rate", "go", "Ctrl+3", needs_project=True),
    Verb("raters", "go", "Ctrl+4", needs_project=True, in_copies=False),
    Verb("train", "go", "Ctrl+5", needs_project=True, in_copies=False),
    Verb("evaluate", "go", "Ctrl+6", needs_project=True, in_copies=False),
    Verb("stop", "go", needs_project=True, after_line=True),
    Verb("shortcuts", "help", "?", while_rating=True),
    Verb("log", "help"),
    Verb("about", "help", after_line=True),
)


class Menus:
    """Makes the actions of a window, puts them into its menus, and keeps them in step.

    *Attributes*
    - `actions`: by name. `recent`: the menu of recent projects.
    """

    def __init__(self, window: QMainWindow, handle: Callable[[str], None], recent: QMenu) -> None:
        self._window = window
        self.actions = {verb.name: self._action(verb, handle) for verb in VERBS}
        self._menus = {name: window.menuBar().addMenu("") for name in MENUS}
        for menu in self._menus.values():
            menu.setToolTipsVisible(True)
        self.recent = recent
        for verb in VERBS:
            menu = self._menus[verb.menu]
            if verb.after_line:
                menu.addSeparator()
            menu.addAction(self.actions[verb.name])
            if verb.name == "open":
                menu.addMenu(self.recent)
        self.retranslate()

    def retranslate(self) -> None:
        """Say all texts in the present language."""
        said, titles = verb_texts(), menu_texts()
        for name, action in self.actions.items():
            action.setText(said[name])
        for name, menu in self._menus.items():
            menu.setTitle(titles[name])
        self.recent.setTitle(titles["recent"])

    def enable(
        self, *, project: bool, rating: bool, copy: bool = False, read_only: bool = False
    ) -> None:
        """Offer what makes sense now."""
        reason = QCoreApplication.translate("menus", "The project is open read-only.")
        for verb in VERBS:
            fits = (project or not verb.needs_project) and (verb.while_rating or not rating)
            shown, barred = verb.in_copies in (None, copy), verb.writes and read_only
            self.actions[verb.name].setEnabled(fits and shown and not barred)
            self.actions[verb.name].setVisible(shown)
            self.actions[verb.name].setToolTip(reason if barred else "")
        self.recent.setEnabled(not rating)

    def _action(self, verb: Verb, handle: Callable[[str], None]) -> QAction:
        action = QAction(self._window)
        action.setShortcut(QKeySequence(verb.keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.triggered.connect(lambda: handle(verb.name))
        self._window.addAction(action)  # keys keep working while the menu bar is hidden
        return action


def menu_texts() -> dict[str, str]:
    """The menus' titles in the present language."""
    return {
        "file": QCoreApplication.translate("menus", "File"),
        "edit": QCoreApplication.translate("menus", "Edit"),
        "go": QCoreApplication.translate("menus", "Go"),
        "help": QCoreApplication.translate("menus", "Help"),
        "recent": QCoreApplication.translate("menus", "Recent projects"),
    }


def verb_texts() -> dict[str, str]:
    """The verbs in the present language."""
    return {
        "new": QCoreApplication.translate("menus", "New project…"),
        "open": QCoreApplication.translate("menus", "Open project…"),
        "starter": QCoreApplication.translate("menus", "Starter project…"),
        "save_copy": QCoreApplication.translate("menus", "Save a copy…"),
        "close_project": QCoreApplication.translate("menus", "Close project"),
        "make_pack": QCoreApplication.translate("menus", "Make a pack for a rater…"),
        "merge_pack": QCoreApplication.translate("menus", "Merge a pack…"),
        "merges": QCoreApplication.translate("menus", "Merged packs…"),
        "import_ratings": QCoreApplication.translate("menus", "Import ratings…"),
        "give_back": QCoreApplication.translate("menus", "Give the ratings back…"),
        "backups": QCoreApplication.translate("menus", "Backups…"),
        "check": QCoreApplication.translate("menus", "Check the project…"),
        "compact": QCoreApplication.translate("menus", "Compact the file…"),
        "preferences": QCoreApplication.translate("menus", "Preferences…"),
        "quit": QCoreApplication.translate("menus", "Quit"),
        "undo": QCoreApplication.translate("menus", "Undo"),
        "redo": QCoreApplication.translate("menus", "Redo"),
        "palette": QCoreApplication.translate("menus", "Find a command…"),
        "overview": QCoreApplication.translate("menus", "Go to Overview"),
        "data": QCoreApplication.translate("menus", "Go to Data"),
        "rate": QCoreApplication.translate("menus", "Go to Rate"),
        "raters": QCoreApplication.translate("menus", "Go to Raters"),
        "train": QCoreApplication.translate("menus", "Go to Train"),
        "evaluate": QCoreApplication.translate("menus", "Go to Evaluate"),
        "stop": QCoreApplication.translate("menus", "Stop the running job"),
        "shortcuts": QCoreApplication.translate("menus", "Keyboard shortcuts"),
        "log": QCoreApplication.translate("menus", "Open log folder"),
        "about": QCoreApplication.translate("menus", "About prefdesk"),
    }
