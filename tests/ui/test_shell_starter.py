"""The starter project: what is said before fetching, and what is made afterwards."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from prefdesk.errors import ModelError
from prefdesk.models import starter
from prefdesk.ui import fetch
from prefdesk.ui.fetch import ModelFetch
from prefdesk.ui.starter import StarterDialog, free_path
from prefdesk.ui.window import Window

Command = Callable[[str], None]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Stands in for the program that fetches models."""

    def use(code: str) -> None:
        monkeypatch.setattr(fetch, "command", lambda source="": [sys.executable, "-c", code])

    return use


def opened(window: Window, path: Path) -> StarterDialog:
    window.welcome.starter.click()
    (dialog,) = window.findChildren(StarterDialog)
    dialog.path.setText(str(path))
    return dialog


def test_that_size_source_and_licence_are_said_before_anything_is_fetched(
    window: Window, tmp_path: Path
) -> None:
    dialog, recipe = opened(window, tmp_path / "s.prefdesk"), starter.recipe()
    words = dialog.words.text()
    for part in (f"{round(recipe.size_bytes / 1e6)} MB", recipe.source, recipe.version):
        assert part in words
    assert recipe.licence in words
    assert not dialog.fetch.running


def test_that_a_model_that_cannot_be_fetched_is_said_in_the_dialog(
    qtbot: QtBot, window: Window, tmp_path: Path, script: Command
) -> None:
    script("import sys; sys.stderr.write('There is no network.'); sys.exit(1)")
    dialog = opened(window, tmp_path / "s.prefdesk")
    dialog.start.click()
    assert not dialog.start.isEnabled()
    qtbot.waitUntil(dialog.notice.isVisible, timeout=20_000)
    assert dialog.notice.sentence.text() == "There is no network."
    assert dialog.start.isEnabled()
    assert not (tmp_path / "s.prefdesk").exists()


def test_that_an_existing_file_is_not_replaced(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "mine.prefdesk"
    path.write_text("keep")
    dialog = opened(window, path)
    dialog.start.click()
    assert dialog.notice.isVisible() and not dialog.fetch.running
    assert path.read_text() == "keep"
    assert free_path(path) == tmp_path / "mine-2.prefdesk"


def test_that_fetching_shows_progress_and_can_be_stopped(
    qtbot: QtBot, window: Window, tmp_path: Path, script: Command
) -> None:
    script(
        "import sys, time; sys.stderr.write('Fetching 40 %\\n'); sys.stderr.flush(); time.sleep(60)"
    )
    dialog = opened(window, tmp_path / "s.prefdesk")
    dialog.start.click()
    qtbot.waitUntil(lambda: dialog.strip.words.text() == "Fetching 40 %", timeout=20_000)
    dialog.strip.stop.click()
    qtbot.waitUntil(dialog.notice.isVisible, timeout=20_000)
    assert not dialog.fetch.running


def test_that_the_project_is_made_with_its_prompts_once_the_model_is_there(
    qtbot: QtBot, window: Window, tmp_path: Path, script: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Path] = []
    monkeypatch.setattr(
        "prefdesk.project.Checkpoints.use_model", lambda self, folder, *a, **k: used.append(folder)
    )
    script('print(\'{"path": "/models/small"}\')')
    dialog = opened(window, tmp_path / "s.prefdesk")
    with qtbot.waitSignal(window.desk.project_opened, timeout=30_000):
        dialog.start.click()
    qtbot.waitUntil(lambda: used == [Path("/models/small")], timeout=20_000)
    assert window.desk.project is not None
    assert window.desk.project.prompts.count() >= 60


def test_that_a_broken_answer_is_a_known_error(qtbot: QtBot, script: Command) -> None:
    script("print('nothing that can be read')")
    one = ModelFetch()
    with qtbot.waitSignal(one.failed, timeout=20_000) as caught:
        one.start()
    assert isinstance(caught.args[0], ModelError)
