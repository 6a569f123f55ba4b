"""A report about a file for whoever helps: what it says, and where it goes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from prefdesk.ui.dialogs import AskFile
from prefdesk.ui.file import words
from prefdesk.ui.widgets import Notice

if TYPE_CHECKING:
    from prefdesk.project import Survey

translate = QCoreApplication.translate


def ask_to_save(
    parent: QWidget,
    notice: Notice,
    path: Path,
    sentences: Sequence[str],
    found: "Survey | None" = None,
) -> None:
    """Ask where a report on `path` goes, write it, and say so in the notice."""
    said = text(path, sentences, found)

    def write(chosen: Path) -> None:
        try:
            chosen.write_text(said, encoding="utf-8")
        except OSError as error:
            failed = translate("file", "The report was not written: {why}.")
            notice.tell(failed.format(why=error.strerror or error), kind="bad")
        else:
            written = translate("file", "The report was written to {file}.")
            notice.tell(written.format(file=chosen.name), kind="good")

    title, patterns = translate("file", "Save a report"), translate("file", "Texts (*.txt)")
    AskFile.to_save(parent, title, patterns, str(path.with_suffix(".report.txt")), write)


def text(path: Path, sentences: Sequence[str], found: "Survey | None" = None) -> str:
    """The report; it names no rater and quotes no text."""
    lines = [str(path), *sentences]
    if found is not None:
        lines.append(words.size(found.size_bytes))
        lines += [f"{words.kind(one.name)}: {words.condition(one)}" for one in found.tables]
    return "\n".join(lines) + "\n"
