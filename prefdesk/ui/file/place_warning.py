"""A warning about the folder or the disk of a project, once for each project and place."""

import hashlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prefdesk.errors import PrefdeskError
from prefdesk.ui.file import words

if TYPE_CHECKING:
    from prefdesk.project import Place
    from prefdesk.ui.window import Window


class PlaceWarning(QObject):
    """Looks at the place of a project that was opened for writing."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk

    def look(self) -> None:
        """Ask in the background, and warn if that was not done before."""
        project = self._desk.project
        if project is not None and project.mode == "w":
            self._desk.query(lambda p: (p.file.place, p.uid), self._on_place, self._on_error)

    def _on_place(self, found: "tuple[Place, str]") -> None:
        place, uid = found
        project = self._desk.project
        if project is None or not (place.service or place.is_fat):
            return
        key = _key(uid, str(project.path.parent), place)
        if self._desk.preferences.text(key):
            return
        self._desk.preferences.store(key, "1")
        self.tell(place)

    def tell(self, place: "Place") -> None:
        """Warn of this place."""
        project = self._desk.project
        if project is not None:
            sentence, hint = self._service(place) if place.service else self._fat()
            self._window.news.offer(
                sentence.format(name=words.long_name(project.path)), hint, kind="warn"
            )

    def _service(self, place: "Place") -> tuple[str, str]:
        return (
            self.tr("{name} lies in a folder of {service}.").replace("{service}", place.service),
            self.tr(
                "Such folders are copied while a project is written, and two computers can change "
                "it apart. Open it on one computer at a time, or keep it elsewhere and put copies "
                "there."
            ),
        )

    def _fat(self) -> tuple[str, str]:
        return (
            self.tr("{name} lies on a disk that cannot hold files above 4 GiB."),
            self.tr("A project with several checkpoints grows larger; keep it on another disk."),
        )

    def _on_error(self, _error: PrefdeskError) -> None:
        """A place that cannot be looked at has no warning of its own."""


def _key(uid: str, folder: str, place: "Place") -> str:
    text = "\0".join((uid, folder, place.service, place.file_system))
    return (
        f"place_known/{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
    )
