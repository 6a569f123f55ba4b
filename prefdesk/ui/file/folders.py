"""Small things around a file: its folder shown, a report written, a name for a new file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.widgets import Notice

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


def ask_to_report(parent: QWidget, path: Path, text: str) -> None:
    """Ask where a report goes, and write it."""

    def write(chosen: Path) -> None:
        try:
            chosen.write_text(text, encoding="utf-8")
        except OSError as error:
            words = translate("file", "The report was not written: {why}.")
            _tell(parent, words.format(why=error.strerror or error), "bad")
        else:
            words = translate("file", "The report was written to {file}.")
            _tell(parent, words.format(file=chosen.name), "good")

    title, patterns = translate("file", "Save a report"), translate("file", "Texts (*.txt)")
    AskFile.to_save(parent, title, patterns, str(path.with_suffix(".report.txt")), write)


def _tell(parent: QWidget, sentence: str, kind: str) -> None:
    notice = getattr(parent, "notice", None)
    if isinstance(notice, Notice):
        notice.tell(sentence, kind=kind)  # type: ignore[arg-type]
