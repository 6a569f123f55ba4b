"""Words about files, backups and what is in them, in the present language."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from prefdesk.ui.widgets import one_line

if TYPE_CHECKING:
    from prefdesk.errors import PrefdeskError
    from prefdesk.project import BackupInfo, SavedTable, Survey

NAME_SHOWN, LONG_NAME_SHOWN = 60, 80
translate = QCoreApplication.translate


def kind(table: str) -> str:
    """What the rows of a table are."""
    return {
        "event": translate("file", "Ratings and their history"),
        "completion": translate("file", "Answers"),
        "prompt": translate("file", "Prompts"),
        "rater": translate("file", "Raters"),
        "exclusion": translate("file", "Exclusions"),
        "round": translate("file", "Rounds"),
        "checkpoint": translate("file", "Checkpoints"),
        "chunk": translate("file", "Weights"),
    }[table]


def condition(one: "SavedTable") -> str:
    """How much of a kind is whole."""
    total = one.recovered + (one.lost or 0)
    if one.lost is None and not one.recovered:
        return translate("file", "None can be read; how many there were is not known")
    if one.lost is None:
        text = translate("file", "{n} can be read; how many there were is not known")
        return text.format(n=f"{one.recovered:,}")
    if not one.lost:
        return translate("file", "{n} whole").format(n=f"{total:,}")
    if one.name == "chunk":
        text = translate("file", "{lost} of {n} pieces are damaged")
    else:
        text = translate("file", "{lost} of {n} cannot be read")
    return text.format(lost=f"{one.lost:,}", n=f"{total:,}")


def summary(found: "Survey") -> str:
    """What is whole, in one sentence."""
    ratings, lost = found.table("event"), [one for one in found.tables if one.lost != 0]
    if not lost:
        return translate("file", "Everything that was looked at can be read.")
    if ratings.lost == 0:
        return translate("file", "All ratings can be read. Something else cannot.")
    return translate("file", "Some ratings cannot be read in this file.")


def doing(what: str) -> str:
    """What a look or a salvage has in hand."""
    return {
        "copy": translate("file", "Copying the file"),
        "event": translate("file", "Reading the ratings"),
        "chunk": translate("file", "Reading the weights"),
        "weights": translate("file", "Checking what was saved"),
        "check": translate("file", "Checking the project"),
        "compact": translate("file", "Writing the compact file"),
        "restore": translate("file", "Checking and restoring the backup"),
        "backups": translate("file", "Looking for backups"),
    }.get(what) or translate("file", "Reading the file")


def size(n_bytes: int) -> str:
    """A size in the units people know."""
    return QLocale().formattedDataSize(n_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def name(path: Path) -> str:
    """A file's name, fit for a heading."""
    return one_line(path.name, NAME_SHOWN)


def long_name(path: Path) -> str:
    """A file's name, fit for a sentence, which has more room."""
    return one_line(path.name, LONG_NAME_SHOWN)


def trouble(path: Path, error: "PrefdeskError") -> str:
    """What happened to a file, in the present language where it is one of the usual things."""
    said = error.message.replace(path.name, "").strip()
    usual = (
        ("is damaged.", translate("file", "{file} is damaged.")),
        ("is empty.", translate("file", "{file} is empty.")),
        ("is not a prefdesk project", translate("file", "{file} is not a prefdesk project.")),
        ("is cut off", translate("file", "{file} is cut off: its end is missing.")),
        ("has a damaged header", translate("file", "The beginning of {file} is damaged.")),
        ("holds other tables", translate("file", "Another program changed {file}.")),
        (
            "was not closed",
            translate("file", "{file} was not closed, and what was left is damaged."),
        ),
    )
    for words, sentence in usual:
        if said.startswith(words):
            return sentence.format(file=name(path))
    return error.message


def missing(backup: "BackupInfo", events: int | None) -> int | None:
    """How many acts of rating of a file a backup lacks; None if the file's are not known."""
    return None if events is None else max(0, events - backup.events)
