"""A project that is in use, write-protected or badly placed: what is true, and the ways on."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from prefdesk.errors import Holder
from prefdesk.project import Project
from prefdesk.store import Place, Whereabouts, places
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import Question
from prefdesk.ui.file import whereabouts
from prefdesk.ui.file.copying import MIB, CopyDialog
from prefdesk.ui.window import Window

HOLDER = """
import sys, time
from pathlib import Path
from prefdesk import store
with store.open(Path(sys.argv[1])):
    print("open", flush=True)
    time.sleep(60)
"""


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Another process has the project open for writing; its number."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()


def choose(window: Window, path: Path) -> None:
    """Answer the file dialog that is open."""
    dialog = window.findChildren(QFileDialog)[-1]
    assert dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def questions(window: Window) -> list[Question]:
    return [q for q in window.findChildren(Question) if q.isVisible()]


def press(question: Question, text: str) -> None:
    buttons = [question.buttons.itemAt(i).widget() for i in range(question.buttons.count())]
    next(b for b in buttons if b is not None and b.text() == text).click()


def asked(qtbot: QtBot, window: Window, path: Path) -> Question:
    window.open_path(path)
    qtbot.waitUntil(lambda: bool(questions(window)), timeout=10_000)
    return questions(window)[0]


def opened(qtbot: QtBot, desk: Desk, mode: str) -> Project:
    qtbot.waitUntil(lambda: desk.project is not None and desk.project.mode == mode, timeout=10_000)
    assert desk.project is not None
    return desk.project


def texts(question: Question) -> str:
    item = question.body.itemAt(0)
    assert item is not None
    return item.widget().text()  # type: ignore[attr-defined,union-attr]


def test_that_a_project_in_use_says_by_whom_and_opens_read_only(
    qtbot: QtBot, window: Window, desk: Desk, project_file: Path
) -> None:
    with held(project_file) as pid:
        question = asked(qtbot, window, project_file)
        assert f"(process {pid})" in texts(question)
        assert time.strftime("since %H:%M by") in texts(question)
        press(question, "Open read-only")
        opened(qtbot, desk, "r")
        bar = window.file.bar
        assert bar.isVisible()
        assert bar.sentence.text() == "small.prefdesk is open read-only."
        assert f"(process {pid})" in bar.hint.text()
        languages = iter(("English", "Chinese"))
        bar.tell("info", lambda: (next(languages), "", []))
        desk.preferences.set("language", "zh_CN")
        qtbot.waitUntil(lambda: bar.sentence.text() == "Chinese")
        bar.tell("info", lambda: ("", "", []))
        desk.preferences.set("language", "en")
        qtbot.waitUntil(lambda: window.menus.actions["undo"].text() == "Undo")
        for name in ("make_pack", "merge_pack", "undo"):
            action = window.menus.actions[name]
            assert not action.isEnabled()
            assert action.toolTip() == "The project is open read-only."
        assert window.menus.actions["save_copy"].isEnabled()


def test_that_a_copy_of_a_project_in_use_is_worked_on(
    qtbot: QtBot, window: Window, desk: Desk, project_file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "mine.prefdesk"
    with held(project_file):
        press(asked(qtbot, window, project_file), "Work in a copy…")
        choose(window, copy)
        project = opened(qtbot, desk, "w")
        assert project.path == copy
        assert project.prompts.count() == 84
        project.raters.add("Ana")
    assert not window.file.bar.isVisible()


def test_that_read_only_is_one_sentence_with_a_way_out(
    qtbot: QtBot, window: Window, desk: Desk, project_file: Path, tmp_path: Path
) -> None:
    desk.open_project(project_file, mode="r")
    opened(qtbot, desk, "r")
    desk.mutate(lambda p: p.raters.add("Ana"))
    qtbot.waitUntil(window.notice.isVisible)
    assert window.notice.sentence.text() == "This project is open read-only."
    window.notice.hide()
    desk.run_job("sample")
    assert window.notice.isVisible()
    window.notice.action.click()
    choose(window, tmp_path / "copy.prefdesk")
    opened(qtbot, desk, "w").raters.add("Ana")
    assert sorted(p.name for p in project_file.parent.glob("small*")) == ["small.prefdesk"]


def test_that_a_write_protected_project_asks(
    qtbot: QtBot, window: Window, project_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "file_system", lambda _: "nfs4")
    question = asked(qtbot, window, project_file)
    assert question.heading.text() == "small.prefdesk cannot be changed here"
    assert "network disk (nfs4)" in texts(question)


def test_that_a_complete_copy_is_saved_and_never_over_a_file(
    qtbot: QtBot,
    window: Window,
    open_project: Callable[[], Project],
    tmp_path: Path,
) -> None:
    project = open_project()
    copy = tmp_path / "copy.prefdesk"
    for _ in range(2):
        window.menus.actions["save_copy"].trigger()
        choose(window, copy)
        qtbot.waitUntil(
            lambda: (
                window.notice.isVisible()
                or any(d.notice.isVisible() for d in window.findChildren(CopyDialog))
            )
        )
        window.notice.hide()
    dialog = window.findChildren(CopyDialog)[-1]
    assert "already a file called copy.prefdesk" in dialog.notice.sentence.text()
    assert dialog.stop.text() == "Close"
    dialog.close()
    with Project.open(copy) as other:
        assert other.uid == project.uid
        assert other.check() == []


@pytest.mark.parametrize("how", ["reject", "close"])
def test_that_a_copy_that_is_stopped_leaves_nothing(
    qtbot: QtBot, window: Window, tmp_path: Path, how: str
) -> None:
    done: list[Path] = []
    ended: list[bool] = []

    def make(errand: object) -> Path:
        while not errand.is_stopped():  # type: ignore[attr-defined]
            time.sleep(0.005)
        copy.write_text("whole")
        ended.append(True)
        return copy

    copy = tmp_path / "copy.prefdesk"
    dialog = CopyDialog(make, copy, done.append, window)
    dialog.start()
    assert dialog.isVisible()
    getattr(dialog, how)()
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: bool(ended))
    qtbot.wait(50)
    assert done == []
    assert not copy.exists()


def test_that_a_large_copy_counts_with_separators(window: Window, tmp_path: Path) -> None:
    dialog = CopyDialog(lambda _: tmp_path, tmp_path, lambda _: None, window)
    dialog.show_state(1_234 * MIB, 20_480 * MIB)
    assert dialog.words.text() == "1,234 of 20,480 MiB"


@pytest.mark.parametrize(
    "place, said", [(Place("ext4", "Dropbox"), "a folder of Dropbox"), (Place("vfat"), "4 GiB")]
)
def test_that_a_bad_place_is_said_once(
    qtbot: QtBot,
    window: Window,
    desk: Desk,
    open_project: Callable[[], Project],
    monkeypatch: pytest.MonkeyPatch,
    place: Place,
    said: str,
) -> None:
    monkeypatch.setattr(places, "of", lambda _: place)
    open_project()
    qtbot.waitUntil(window.notice.isVisible)
    assert said in window.notice.sentence.text()
    open_project()
    qtbot.wait(300)
    assert not window.notice.isVisible()


def test_that_an_ordinary_place_is_not_spoken_of(
    qtbot: QtBot, window: Window, open_project: Callable[[], Project]
) -> None:
    open_project()
    qtbot.wait(300)
    assert not window.notice.isVisible()
    assert not window.file.bar.isVisible()


def test_that_the_status_line_says_that_nothing_is_saved(
    qtbot: QtBot, window: Window, open_project: Callable[[], Project]
) -> None:
    path = open_project().path
    qtbot.waitUntil(lambda: window.status.saved.text() == "All saved")
    path.rename(path.with_name("other.prefdesk"))
    qtbot.waitUntil(lambda: window.status.saved.text() == "Nothing can be saved")
    path.with_name("other.prefdesk").rename(path)
    qtbot.waitUntil(lambda: window.status.saved.text() == "All saved")


def test_that_a_file_written_over_is_only_left(
    qtbot: QtBot, window: Window, desk: Desk, open_project: Callable[[], Project]
) -> None:
    path = open_project().path
    path.write_bytes(bytes(path.stat().st_size))
    qtbot.waitUntil(window.file.bar.isVisible)
    assert "wrote over small.prefdesk" in window.file.bar.sentence.text()
    assert [b.text() for b in window.file.bar.buttons] == ["Close the project"]
    window.file.bar.buttons[0].click()
    qtbot.waitUntil(lambda: desk.project is None)
    assert path.read_bytes() == bytes(path.stat().st_size)


@pytest.mark.parametrize(
    "state", ["renamed", "replaced", "deleted", "overwritten", "gone", "silent"]
)
def test_that_each_state_has_its_own_words(state: str) -> None:
    where = Whereabouts(state, Path("/a/now.prefdesk"))  # type: ignore[arg-type]
    sentence, hint = whereabouts.trouble(Path("/a/p.prefdesk"), where, None)
    assert "p.prefdesk" in sentence
    assert hint
    others = {
        whereabouts.trouble(Path("p"), Whereabouts(one), None)  # type: ignore[arg-type]
        for one in ("replaced", "deleted", "overwritten", "gone", "silent")
    }
    assert len(others) == 5


def test_that_a_holder_without_a_name_is_no_riddle() -> None:
    assert whereabouts.holder(None) == "It is open in another prefdesk."
    long_ago = whereabouts.holder(Holder("ana", "lab-3", 412, 1_700_000_000_000))
    assert "since 2023-11-1" in long_ago
