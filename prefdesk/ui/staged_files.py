"""Damaged files and their dialogs, for the pictures."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from prefdesk.errors import DamagedProject
from prefdesk.project import Project, Salvaged, SavedTable, Space
from prefdesk.ui.file.backups import BackupsDialog
from prefdesk.ui.file.checking import CheckDialog
from prefdesk.ui.file.compact import CompactDialog
from prefdesk.ui.file.damaged import DamagedDialog
from prefdesk.ui.packs.merges import MergesDialog
from prefdesk.ui.window import Window

PAGE = 16_384
SPOILT = (0.45, 0.6, 0.8)
PROBLEMS = [
    "Rating event 0192f3a1c07d4e was changed after it was written.",
    "The weights of round-3 cannot be used: Chunk 212 is damaged: it does not match its hash.",
]


@dataclass(frozen=True)
class Files:
    """A project with backups, and damaged copies of it under other names."""

    whole: Path
    spoilt: Path
    headless: Path
    hopeless: Path


def make_files(project: Path, pack: Path, folder: Path) -> Files:
    """Copies of a project into which a pack was merged, damaged in three ways, with backups."""
    folders = {name: folder / name for name in ("whole", "spoilt", "headless", "hopeless")}
    for one in folders.values():
        one.mkdir()
    whole, spoilt, headless = (
        Path(shutil.copy(project, folders[name] / "summaries.prefdesk"))
        for name in ("whole", "spoilt", "headless")
    )
    for path in (whole, spoilt):
        _live_through(path, pack)
    data = spoilt.read_bytes()
    spoilt.write_bytes(_with_holes(data))
    headless.write_bytes(bytes(100) + data[100:])
    hopeless = folders["hopeless"] / "holiday.prefdesk"
    hopeless.write_bytes(b"\xff" * 3 * PAGE)
    return Files(whole, spoilt, headless, hopeless)


def _live_through(path: Path, pack: Path) -> None:
    """Two sittings, each with its backup, and a merge."""
    for name in ("Mira", "Tomás"):
        with Project.open(path) as opened:
            session = opened.ratings.session(opened.raters.add(name))
            for item in session.upcoming(6):
                session.score(item.completion_id, 6.0).result()
    with Project.open(path) as opened:
        opened.packs.merge(pack, unverified=True, conflicts=3)


def _with_holes(data: bytes) -> bytes:
    cut = bytearray(data[: len(data) * 9 // 10])
    for share in SPOILT:
        first = int(len(cut) * share) // PAGE * PAGE
        cut[first : first + PAGE] = bytes(PAGE)
    return bytes(cut)


def poses(window: Window, files: Files) -> dict[str, Callable[[], QWidget | None]]:
    """By the name of its picture, how each dialog comes up; some need the project to be open."""
    care = window.care

    def report() -> QWidget:
        tables = (
            SavedTable("event", 8_123, 0),
            SavedTable("prompt", 400, 0),
            SavedTable("completion", 1_594, 6),
            SavedTable("rater", 5, 0),
            SavedTable("checkpoint", 3, 0),
            SavedTable("chunk", 411, 1),
        )
        notes = ("The weights of round-3 are lost.",)
        new = files.whole.with_name("summaries-saved.prefdesk")
        return care.show_saved(files.whole, Salvaged(new, tables, notes))

    def damaged(path: Path) -> QWidget:
        return care.show_damage(path, DamagedProject(f"{path.name} is damaged."))

    return {
        "file-damaged": lambda: damaged(files.spoilt),
        "file-headless": lambda: damaged(files.headless),
        "file-hopeless": lambda: damaged(files.hopeless),
        "file-saved": report,
        "file-failed": lambda: _failed(damaged(files.headless)),
    }


def _failed(dialog: QWidget) -> QWidget:
    assert isinstance(dialog, DamagedDialog)
    dialog.notice.tell("The backup 20261125-134002.prefdesk is damaged.", kind="bad")
    return dialog


def poses_while_open(window: Window) -> dict[str, Callable[[], QWidget | None]]:
    """The dialogs about the open project."""
    care = window.care

    def newest(kind: type[QWidget]) -> QWidget | None:
        found = [d for d in window.findChildren(kind) if d.isVisible()]
        return found[-1] if found else None

    def problems() -> QWidget | None:
        care.check()
        dialog = newest(CheckDialog)
        assert isinstance(dialog, CheckDialog)
        dialog.forget_work()
        dialog._on_checked(PROBLEMS)
        return dialog

    def after(verb: Callable[[], object], kind: type[QWidget]) -> QWidget | None:
        verb()
        return newest(kind)

    path = window.desk.project.path if window.desk.project else Path()
    return {
        "file-check": lambda: after(care.check, CheckDialog),
        "file-check-problems": problems,
        "file-compact": lambda: _roomy(after(care.compact, CompactDialog)),
        "file-merges": lambda: after(window.packs.show_merges, MergesDialog),
        "file-backups": lambda: _backups(window, path),
        "file-damage-met": lambda: _met(window),
    }


def _roomy(dialog: QWidget | None) -> QWidget | None:
    """As if a deleted checkpoint had left room."""
    assert isinstance(dialog, CompactDialog)
    dialog.show_space(Space(2_714_000_000, 811_000_000, 48_300_000_000))
    return dialog


def _backups(window: Window, path: Path) -> QWidget:
    dialog = BackupsDialog(window.care.backup_flow, path, lambda _backup: None, window, 0)
    window.desk.query(lambda p: p.ratings.count_events(), lambda n: setattr(dialog, "_events", n))
    dialog.open()
    return dialog


def _met(window: Window) -> None:
    window.desk.error_raised.emit(
        DamagedProject("The project is damaged: a header cannot be read.")
    )
