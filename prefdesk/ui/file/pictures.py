"""What the pictures show of the project's file: in use, read-only, moved, copied, no space left."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from prefdesk.errors import DiskFailed, DiskFull, Holder, NotWritable, PrefdeskError, ProjectInUse
from prefdesk.project import HERE, Place, Whereabouts
from prefdesk.ui.file.copying import MIB, CopyDialog

if TYPE_CHECKING:
    from prefdesk.ui.window import Window

Pose = tuple[str, Callable[[], QWidget | None], Callable[[], object]]
"""The picture's name (none: only a step on the way), how to get there, how to leave again."""


def poses(
    window: "Window", path: Path, begin: Callable[[], object], end: Callable[[], object]
) -> Iterator[Pose]:
    """All of them; `begin` and `end` are of a rating session."""
    desk, flow = window.desk, window.file
    shown_path = Path("/home/ana/study.prefdesk")
    holder = Holder("ana", "lab-3", 412, int(time.time() * 1000) - 5_400_000)

    def step(do: Callable[[], object]) -> Pose:
        return "", lambda: _nothing(do()), lambda: None

    def asked(error: PrefdeskError) -> QWidget:
        flow.offer_ways(shown_path, error)
        return window.findChildren(QDialog)[-1]

    def shut() -> None:
        for dialog in window.findChildren(QDialog):
            dialog.close()

    def state(where: Whereabouts, failure: PrefdeskError | None = None) -> None:
        flow.show_state(where, failure)

    def well() -> None:
        flow.show_state(HERE, None)

    protected = NotWritable("study.prefdesk cannot be changed: its folder is write-protected.")
    renamed = Whereabouts("renamed", path.with_name("study-old.prefdesk"))
    yield "file-in-use", lambda: asked(ProjectInUse("", "", holder)), shut
    yield "file-protected", lambda: asked(protected), shut
    yield step(lambda: desk.open_project(path, mode="r"))
    yield "file-read-only", lambda: None, lambda: None
    yield step(lambda: window.show_place("rate"))
    yield "file-read-only-rate", lambda: None, lambda: None
    yield step(lambda: desk.open_project(path))
    yield "file-renamed", lambda: state(renamed), well
    yield "file-overwritten", lambda: state(Whereabouts("overwritten")), well
    yield "file-failed", lambda: state(HERE, DiskFailed("")), well
    yield "file-copying", lambda: _copying(window, path), shut
    yield "file-synced", lambda: _synced(window), window.notice.hide
    yield step(lambda: window.show_place("rate"))
    yield step(begin)
    yield "file-full", lambda: _full(window), end
    yield step(begin)
    yield "file-deleted-rating", lambda: state(Whereabouts("deleted")), end
    yield step(well)
    yield step(desk.close_project)


def _nothing(_: object) -> None:
    """The window itself is the picture."""


def _copying(window: "Window", path: Path) -> QWidget:
    to = Path("/media/ana/disk/study copy.prefdesk")
    dialog = CopyDialog(lambda _: path, to, lambda _: None, window)
    dialog.open()
    dialog.show_state(212 * MIB, 538 * MIB)
    return dialog


def _synced(window: "Window") -> None:
    window.file.warning.tell(Place("ext4", "Dropbox"))


def _full(window: "Window") -> None:
    error = DiskFull(
        "There is no space left where study.prefdesk lies; the last change was not saved.",
        "Free at least 16 MiB on the disk that holds /home/ana, then try again. Everything saved "
        "before is there.",
    )
    window.places["rate"].sitting.deck.failed.emit(error.message, error.hint)  # type: ignore[attr-defined]
