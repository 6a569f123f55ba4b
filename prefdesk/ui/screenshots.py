"""Pictures of every place, dialog and state, in both themes and both languages.

    QT_QPA_PLATFORM=offscreen python -m prefdesk.ui.screenshots FOLDER [--project FILE]

Chinese needs a font with Chinese characters, such as Debian's `fonts-noto-cjk`. The project is
copied first; the given file is not touched. Theme and language are switched in the running
window, as a user would.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTabWidget, QWidget

from prefdesk.errors import InputError
from prefdesk.events import JobEnded, JobEvent, JobSpec, JobStarted, Progress
from prefdesk.project import Project
from prefdesk.ui import background, staged, staged_files
from prefdesk.ui.app import make_app, prepare
from prefdesk.ui.crash import CrashDialog
from prefdesk.ui.data import pictures as data_pictures
from prefdesk.ui.data.panel import DataPlace
from prefdesk.ui.desk import Desk
from prefdesk.ui.file import aside
from prefdesk.ui.file.pictures import poses
from prefdesk.ui.jobs import JobRunner
from prefdesk.ui.packs.reading import glance
from prefdesk.ui.preferences import Preferences
from prefdesk.ui.rail import PLACES
from prefdesk.ui.raters.panel import RatersPlace
from prefdesk.ui.train import pictures as train_pictures
from prefdesk.ui.train.panel import TrainPlace
from prefdesk.ui.window import Window

LANGUAGES: tuple[str, ...] = ("en", "zh_CN")
SIZES: tuple[tuple[int, int], ...] = ((1280, 800), (1024, 640))
RATER = "Ada"
SETTLE_S = 0.3
LIMIT_S = 20.0
FAULT = "prefdesk 0.1.0\nKeyError\n  prefdesk/ui/window.py:212 _on_verb"


@dataclass(frozen=True)
class Shot:
    """One picture: its name, how the window gets there, and how it leaves again."""

    name: str
    pose: Callable[[], QWidget | None]
    leave: Callable[[], object] = lambda: None


class StillWorker:
    """Works agreement out and does nothing else: pictures need no process with a model."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def warm(self) -> None:
        """Nothing to warm."""

    def run(self, spec: JobSpec) -> Iterator[JobEvent]:
        """The figures about raters; any other job ends at once."""
        if spec.kind == "agreement":
            yield from self._project.run_job(spec)
        else:
            yield JobEnded("cancelled", "Cancelled.")

    def pause(self) -> None:
        """Nothing to pause."""

    def go_on(self) -> None:
        """Nothing to go on with."""

    def stop(self) -> None:
        """Nothing to stop."""

    def cancel(self, grace_s: float = 0.0) -> None:
        """Nothing to cancel."""

    def kill(self) -> None:
        """Nothing to kill."""

    def close(self) -> None:
        """Nothing to close."""


class Studio(QObject):
    """Takes shot after shot in the running event loop."""

    def __init__(self, window: Window, folder: Path, shots: Iterator[Shot]) -> None:
        super().__init__()
        self._window, self._folder, self._shots = window, folder, shots
        self._shot: Shot | None = None
        self._subject: QWidget | None = None
        self._since = self._began = 0.0
        self.taken: list[Path] = []
        self._timer = QTimer(self)
        self._timer.setInterval(40)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin; the application quits after the last shot."""
        self._timer.start()

    @Slot()
    def _on_tick(self) -> None:
        now = time.monotonic()
        if self._shot is None:
            self._next(now)
        elif self._is_working() and now - self._began < LIMIT_S:
            self._since = now
        elif now - self._since > SETTLE_S:
            self._take(self._shot)

    def _is_working(self) -> bool:
        desk = self._window.desk
        return (
            aside.is_working()
            or not background.is_idle()
            or desk.is_busy
            or desk.jobs.is_busy("agreement")
        )

    def _next(self, now: float) -> None:
        self._shot = next(self._shots, None)
        if self._shot is None:
            self._timer.stop()
            QApplication.quit()
            return
        self._since = self._began = now
        self._subject = self._shot.pose()

    def _take(self, shot: Shot) -> None:
        if shot.name:
            path = self._folder / f"{shot.name}.png"
            (self._subject or self._window).grab().save(str(path))
            self.taken.append(path)
        shot.leave()
        self._shot = self._subject = None


class Album:
    """All shots, in every theme, language and size."""

    def __init__(
        self,
        window: Window,
        empty: Path,
        full: Path | None,
        packs: tuple[Path, Path] | None = None,
        only: str = "",
        files: staged_files.Files | None = None,
        languages: tuple[str, ...] = LANGUAGES,
    ) -> None:
        self._window, self._desk, self._files = window, window.desk, files
        self._empty, self._full, self._packs, self._only = empty, full, packs, only
        self._languages = languages

    def shots(self) -> Iterator[Shot]:
        """Everything, one look after the other."""
        for theme in ("light", "dark"):
            for language in self._languages:
                yield Shot("", lambda t=theme, la=language: self._look(t, la))  # type: ignore[misc]
                for width, height in SIZES:
                    yield Shot("", lambda w=width, h=height: self._window.resize(w, h))  # type: ignore[misc]
                    yield from self._scene(f"{theme}-{language}-{width}x{height}")

        for language in self._languages:
            yield Shot("", lambda la=language: self._look("light", la, 150))  # type: ignore[misc]
            yield from self._scene(f"zoomed-{language}-1024x640")

    def _scene(self, tail: str) -> Iterator[Shot]:
        if self._only == "packs":
            yield from self._pack_scene(tail)
            return
        if self._only == "file":
            yield from self._file_scene(tail)
            yield from self._place_scene(tail)
            return
        if self._only == "raters":
            yield from self._raters_scene(tail)
            return
        if self._only == "data":
            yield from self._data_scene(tail)
            return
        if self._only == "train":
            yield from self._train_scene(tail)
            return
        yield Shot(f"welcome-{tail}", lambda: None)
        yield Shot("", lambda: self._desk.new_project(self._empty))
        yield from self._places("empty", tail)
        yield Shot("", self._close_empty)
        if self._full is not None:
            full = self._full
            yield Shot("", lambda: self._desk.open_project(full))
            yield from self._places("full", tail)
            yield from self._tabs(tail)
            yield from self._rating(tail)
            yield from self._states(tail)
            yield Shot("", self._desk.close_project)
        yield from self._pack_scene(tail)
        yield from self._file_scene(tail)
        yield from self._place_scene(tail)
        yield from self._raters_scene(tail)
        yield from self._data_scene(tail)
        yield from self._train_scene(tail)
        yield from self._dialogs(tail)

    def _pack_scene(self, tail: str) -> Iterator[Shot]:
        """A pack is made, merged and rated in a working copy."""
        if self._full is None or self._packs is None:
            return
        full, (back, copy), window = self._full, self._packs, self._window
        out, wrong = back.with_name("ada.prefpack"), back.with_name("holiday.prefpack")
        wrong.write_bytes(b"no pack")
        yield Shot("", lambda: self._desk.open_project(full))
        yield Shot("", lambda: window.show_place("raters"))
        yield Shot("", lambda: self._raters_tab(4))
        yield Shot(f"raters-history-{tail}", lambda: None, lambda: self._raters_tab(0))
        yield Shot(f"pack-make-{tail}", lambda: self._opened(window.packs.make), self._shut)
        yield Shot(
            f"pack-merge-{tail}", lambda: self._opened(lambda: window.packs.merge(back)), self._shut
        )
        yield Shot(
            f"pack-refused-{tail}",
            lambda: self._opened(lambda: window.packs.merge(wrong)),
            self._shut,
        )
        yield Shot(
            f"pack-merged-{tail}",
            lambda: window.packs.tell_merged(staged.merged(RATER)),
            window.notice.hide,
        )
        yield Shot(
            f"pack-to-rate-{tail}",
            lambda: self._opened(lambda: window.packs.offer_copy(glance(out))),
            self._shut,
        )
        yield Shot("", lambda: self._desk.open_project(copy))
        yield Shot(f"pack-copy-{tail}", lambda: None)
        yield Shot("", self._desk.close_project)

    def _file_scene(self, tail: str) -> Iterator[Shot]:
        """Damaged files, backups, the check, compacting, past merges."""
        files = self._files
        if files is None:
            return
        for name, pose in staged_files.poses(self._window, files).items():
            yield Shot(f"{name}-{tail}", pose, self._shut)
        yield Shot("", lambda: self._desk.open_project(files.whole))
        yield Shot("", lambda: None)
        for name, pose in staged_files.poses_while_open(self._window).items():
            yield Shot(f"{name}-{tail}", pose, self._shut)
        yield Shot("", self._window.notice.hide)
        yield Shot("", self._desk.close_project)

    def _place_scene(self, tail: str) -> Iterator[Shot]:
        """A project in use, write-protected, moved, on a full disk, badly placed."""
        if self._full is None:
            return
        begin = self._begin_rating, self._leave_rating
        for name, pose, leave in poses(self._window, self._full, *begin):
            yield Shot(f"{name}-{tail}" if name else "", pose, leave)

    def _raters_scene(self, tail: str) -> Iterator[Shot]:
        """The views of the first tab, the other tabs, and a supposition."""
        full = self._full
        if full is None:
            return
        yield Shot("", lambda: self._desk.open_project(full))
        yield Shot("", lambda: self._window.show_place("raters"))
        place = self._window.places["raters"]
        if not isinstance(place, RatersPlace):
            return
        for number, name in enumerate(("people", "compared", "figures")):
            yield Shot(f"raters-{name}-{tail}", lambda n=number: place.agreement.choose(n))  # type: ignore[misc]
        yield Shot(f"raters-pair-{tail}", lambda: self._pair(place))
        yield Shot("", lambda: place.agreement.choose(0))
        for number, name in enumerate(("outliers", "rewards", "exclusions", "history"), start=1):
            yield Shot(f"raters-{name}-{tail}", lambda n=number: self._raters_tab(n))  # type: ignore[misc]
        for way in ("position", "expected"):
            yield Shot("", lambda: self._raters_tab(1))
            yield Shot(f"raters-by-{way}-{tail}", lambda w=way: place.outliers.plot.choose(w))  # type: ignore[misc]
        yield Shot("", lambda: place.outliers.plot.choose("rater"))
        yield Shot("", lambda: self._raters_tab(5))
        yield Shot("", place.what_if.suppose)
        yield Shot(f"raters-what-if-{tail}", lambda: None, lambda: self._raters_tab(0))
        yield Shot("", self._desk.close_project)

    def _data_scene(self, tail: str) -> Iterator[Shot]:
        """What preprocessing found, and what the model sees."""
        full = self._full
        if full is None:
            return
        yield Shot("", lambda: self._desk.open_project(full))
        yield Shot("", lambda: self._window.show_place("data"))
        data = self._window.places["data"]
        if isinstance(data, DataPlace):
            for name, pose in data_pictures.poses(data):
                yield Shot(f"{name}-{tail}" if name else "", pose)
        yield Shot("", self._desk.close_project)

    def _train_scene(self, tail: str) -> Iterator[Shot]:
        """The recipe, a round as it runs, rounds and checkpoints."""
        full = self._full
        if full is None:
            return
        yield Shot("", lambda: self._desk.open_project(full))
        yield Shot("", lambda: self._window.show_place("train"))
        train = self._window.places["train"]
        if isinstance(train, TrainPlace):
            for name, pose in train_pictures.poses(train):
                yield Shot(f"{name}-{tail}" if name else "", pose)
        yield Shot(f"evaluate-scores-{tail}", lambda: self._window.show_place("evaluate"))
        evaluate = self._window.places["evaluate"]
        for tabs in evaluate.findChildren(QTabWidget):
            yield Shot("", lambda t=tabs: t.setCurrentIndex(1))  # type: ignore[misc]
            yield Shot(f"evaluate-sides-{tail}", lambda: None)
            yield Shot("", lambda t=tabs: t.setCurrentIndex(0))  # type: ignore[misc]
        yield Shot("", self._desk.close_project)

    def _pair(self, place: RatersPlace) -> None:
        """The pair that agrees least."""
        pairs = place.agreement.compared.pairs
        if pairs.rows.records:
            pairs.opened.emit(pairs.rows.records[0])

    def _raters_tab(self, number: int) -> None:
        self._window.places["raters"].findChildren(QTabWidget)[0].setCurrentIndex(number)

    def _places(self, what: str, tail: str) -> Iterator[Shot]:
        for name in PLACES:
            yield Shot(f"{name}-{what}-{tail}", lambda n=name: self._window.show_place(n))  # type: ignore[misc]

    def _tabs(self, tail: str) -> Iterator[Shot]:
        """What lies behind the first tab of each place."""
        for name, place in self._window.places.items():
            for tabs in place.findChildren(QTabWidget):
                for number in range(1, tabs.count()):
                    yield Shot("", lambda n=name: self._window.show_place(n))  # type: ignore[misc]
                    yield Shot(
                        f"{name}-tab{number}-{tail}",
                        lambda t=tabs, k=number: t.setCurrentIndex(k),  # type: ignore[misc]
                        lambda t=tabs: t.setCurrentIndex(0),  # type: ignore[misc]
                    )

    def _rating(self, tail: str) -> Iterator[Shot]:
        """Somebody rates, and then leaves."""
        yield Shot("", lambda: self._window.show_place("rate"))
        yield Shot(f"rating-{tail}", self._begin_rating, self._leave_rating)

    def _begin_rating(self) -> None:
        place = self._window.places["rate"]
        if place.primary is not None:
            place.primary.click()

    def _leave_rating(self) -> None:
        QTest.keyClick(self._window.focusWidget() or self._window, Qt.Key.Key_Escape)

    def _states(self, tail: str) -> Iterator[Shot]:
        yield Shot(f"palette-{tail}", self._palette, self._window.palette_panel.shut)
        yield Shot(f"running-{tail}", self._running, self._end_running)
        yield Shot(f"error-{tail}", self._error, self._window.notice.hide)

    def _dialogs(self, tail: str) -> Iterator[Shot]:
        verbs = self._window.menus.actions
        for name in ("preferences", "shortcuts", "about", "starter"):
            yield Shot(f"{name}-{tail}", lambda n=name: self._opened(verbs[n].trigger), self._shut)  # type: ignore[misc]
        yield Shot(f"question-{tail}", lambda: self._opened(self._question), self._shut)
        yield Shot(f"crash-{tail}", lambda: self._opened(self._crash), self._shut)

    def _look(self, theme: str, language: str, zoom: int = 100) -> None:
        self._desk.preferences.set("zoom", zoom)
        self._desk.preferences.set("theme", theme)
        self._desk.preferences.set("language", language)

    def _close_empty(self) -> None:
        self._desk.close_project(lambda: self._empty.unlink(missing_ok=True))

    def _opened(self, show: Callable[[], object]) -> QWidget | None:
        show()
        found = self._window.findChildren(QDialog)
        return found[-1] if found else None

    def _shut(self) -> None:
        for dialog in self._window.findChildren(QDialog):
            dialog.close()

    def _palette(self) -> None:
        self._window.palette_panel.open(self._window.verbs())

    def _running(self) -> None:
        spec, jobs = JobSpec("sample"), self._desk.jobs
        self._window.show_place("overview")
        jobs.started.emit(spec)
        jobs.event_arrived.emit(spec, JobStarted("sample", 480, "completions", "cpu"))
        jobs.event_arrived.emit(spec, Progress(131, 480, "", 154.0))

    def _end_running(self) -> None:
        spec, last = JobSpec("sample"), JobEnded("cancelled", "Cancelled.")
        self._desk.jobs.event_arrived.emit(spec, last)
        self._desk.jobs.ended.emit(spec, last)
        self._window.notice.hide()

    def _error(self) -> None:
        self._desk.error_raised.emit(
            InputError(
                "3 of 40 rows in prompts.jsonl cannot be used; nothing was imported.",
                "Mend the rows, or import without them.",
            )
        )

    def _question(self) -> None:
        window = self._window
        window.leaving.ask_about_job(window.status.job_name("round"), lambda: None)

    def _crash(self) -> None:
        CrashDialog(self._window, FAULT).open()


def photograph(
    folder: Path,
    project: Path | None,
    only: str = "",
    languages: tuple[str, ...] = LANGUAGES,
) -> list[Path]:
    """Take all pictures, or those of one scene, into a folder; the paths of what was taken."""
    app = make_app()
    with tempfile.TemporaryDirectory() as scratch:
        preferences = Preferences(Path(scratch) / "look.ini")
        prepare(app, preferences)
        os.environ["PREFDESK_BACKUPS"] = str(Path(scratch) / "backups")
        full, packs, files = None, None, None
        if project is not None:
            full = Path(shutil.copy(project, Path(scratch) / project.name))
            packs = prepare_project(full, Path(scratch))
            files = staged_files.make_files(full, packs[0], Path(scratch))
        window = Window(Desk(preferences, JobRunner(lambda project, _device: StillWorker(project))))
        window.show()
        empty = Path(scratch) / "empty.prefdesk"
        album = Album(window, empty, full, packs, only, files, languages)
        studio = Studio(window, folder, album.shots())
        studio.start()
        app.exec()
        window.close()
        background.finish()
    return studio.taken


def prepare_project(path: Path, folder: Path) -> tuple[Path, Path]:
    """Somebody who has everything still to rate, and a pack that came back from her."""
    with Project.open(path) as project:
        if not any(rater.name == RATER for rater in project.raters.all()):
            project.raters.add(RATER)
        packs = staged.make_pack(project, RATER, folder)
        staged.preprocess(project)
        project.agreement()  # known from here on, so that no picture waits for it
        return packs


def main() -> int:
    """Parse, take, say how many."""
    parser = argparse.ArgumentParser(description="Take pictures of the window.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--project", type=Path, help="a project to show; it is copied")
    parser.add_argument(
        "--only",
        choices=("packs", "file", "raters", "data", "train"),
        default="",
        help="one scene alone",
    )
    parser.add_argument("--language", choices=LANGUAGES, help="in one language alone")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    taken = photograph(
        options.folder,
        options.project,
        options.only,
        (options.language,) if options.language else LANGUAGES,
    )
    sys.stdout.write(f"{len(taken)} pictures in {options.folder}\n")
    return 0 if taken else 1


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
