"""A folder shown in the system's file manager, and a place for a new project file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from prefdesk.ui.dialogs import AskFile

translate = QCoreApplication.translate


def show(path: Path) -> None:
    """Show a file's folder in the system's file manager."""
    folder = path if path.is_dir() else path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def ask_to_save(
    parent: QWidget, title: str, suggested: Path, on_chosen: Callable[[Path], object]
) -> None:
    """Ask for the name of a new project file."""
    patterns = translate("file", "Projects (*.prefdesk)")
    AskFile.to_save(parent, title, patterns, str(suggested), on_chosen)
