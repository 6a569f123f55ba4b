"""Starting the window: the application object, look, language, log, and the one window."""

import gc
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from prefdesk import __version__
from prefdesk.ui import background, i18n, log, theme
from prefdesk.ui.crash import CrashReporter
from prefdesk.ui.desk import Desk
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.window import Window

RARELY = 1000
"""Full collections of garbage wait for a quiet moment (see `housekeeping`); this many of the
smaller ones still bring one, for whoever never pauses."""


def run(path: str | Path | None = None) -> int:
    """Show the window, with a project if one is named, until it is closed; the exit status."""
    app = make_app()
    gc.set_threshold(*gc.get_threshold()[:2], RARELY)
    died = log.start()
    reporter = CrashReporter(app)
    reporter.install()
    preferences = Preferences()
    prepare(app, preferences)
    desk = Desk(preferences)
    window = Window(desk)
    reporter.window = window
    reporter.known.connect(desk.error_raised)
    window.show()
    if died:
        words = QCoreApplication.translate(
            "app", "prefdesk ended unexpectedly the last time; the log says where."
        )
        desk.tell(words, "warn")
    if path is not None:
        window.open_path(path)
    status = app.exec()
    if "prefdesk.ui.file.aside" in sys.modules:
        sys.modules["prefdesk.ui.file.aside"].stop_all()
    background.finish()
    reporter.uninstall()
    log.stop()
    return status


def make_app() -> QApplication:
    """The application object with its names; the present one if there is one."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("prefdesk")
    app.setApplicationDisplayName("prefdesk")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("io.github.prefdesk.prefdesk")
    return app


def prepare(app: QApplication, preferences: Preferences) -> None:
    """Look and language as the preferences say."""
    theme.theme().apply(preferences.theme, preferences.zoom, preferences.rated_size)
    i18n.install(app, preferences.language)
