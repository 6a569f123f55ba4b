"""What happens when something unknown goes wrong: it is logged, and one dialog says so.

Known errors never come here; they are sentences in the window.
"""

import sys
import threading
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    QUrl,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from prefdesk import __version__
from prefdesk.errors import PrefdeskError
from prefdesk.paths import log_dir
from prefdesk.ui import log
from prefdesk.ui.dialogs import Dialog
from prefdesk.ui.widgets import Label, PlainText

_LEVELS = {
    QtMsgType.QtDebugMsg: "debug",
    QtMsgType.QtInfoMsg: "info",
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "error",
    QtMsgType.QtFatalMsg: "critical",
}


class CrashDialog(Dialog):
    """Says that something unknown went wrong, that ratings are safe, and what to do."""

    def __init__(self, parent: QWidget | None, report: str) -> None:
        super().__init__(parent, "", width=560)
        self._report = report
        self.say(self.set_title, lambda: self.tr("Something unexpected happened"))
        words, details = Label("", wrap=True), PlainText(report)
        self.say(
            words.setText,
            lambda: self.tr(
                "This is a fault in prefdesk. Every rating that was shown as saved is in your "
                "project. You can go on working; if things look wrong, start again."
            ),
        )
        self.say(details.setAccessibleName, lambda: self.tr("Details for a fault report"))
        details.setMinimumHeight(160)
        self.body.addWidget(words)
        self.body.addWidget(details)
        self.say(
            self.add_button("", self._on_copy_pressed).setText, lambda: self.tr("Copy details")
        )
        self.say(self.add_button("", open_log_folder).setText, lambda: self.tr("Open log folder"))
        go_on = self.add_button("", self.close, primary=True)
        self.say(go_on.setText, lambda: self.tr("Go on"))
        go_on.setFocus()

    def _on_copy_pressed(self) -> None:
        QGuiApplication.clipboard().setText(self._report)


class CrashReporter(QObject):
    """Takes unknown errors of every thread and shows them on the window's.

    *Signals*
    - `known(PrefdeskError)`: a known error that reached the end of the road; not a crash.
    """

    known = Signal(object)
    _caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.window: QWidget | None = None
        self.dialog: CrashDialog | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over from Python and Qt."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_on_qt_message)

    def uninstall(self) -> None:
        """Give back what was taken over."""
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(None)

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
        elif isinstance(error, PrefdeskError):
            self.known.emit(error)
        else:
            text = log.describe(error, trace)
            log.logger.error("unexpected: %s", text)
            self._caught.emit(f"prefdesk {__version__}\n{text}")

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str)
    def _on_caught(self, report: str) -> None:
        if self.dialog is None:  # a fault in a timer must not bury the screen in dialogs
            self.dialog = CrashDialog(self.window, report)
            self.dialog.destroyed.connect(self._on_dialog_gone)
            self.dialog.open()

    @Slot()
    def _on_dialog_gone(self) -> None:
        self.dialog = None


def open_log_folder() -> None:
    """Show the log in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir())))


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    getattr(log.logger, _LEVELS.get(kind, "warning"))("Qt: %s", message)
