"""What waits for a quiet moment, and for nobody who rates."""

import gc
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from prefdesk.errors import DamagedProject, DiskFull, ProjectError
from prefdesk.project import Project
from prefdesk.project.project_file import ProjectFile
from prefdesk.records import NewPrompt
from prefdesk.ui import background
from prefdesk.ui.window import Window


@pytest.fixture
def full_collections() -> Iterator[list[int]]:
    found: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            found.append(1)

    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)


def test_that_a_quiet_moment_collects_garbage_and_asks_for_a_backup(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    window: Window,
    open_project: Callable[[], Project],
    full_collections: list[int],
) -> None:
    asked: list[ProjectFile] = []
    monkeypatch.setattr(ProjectFile, "backup_if_due", lambda self: bool(asked.append(self)))
    open_project()
    qtbot.waitUntil(background.is_idle)
    full_collections.clear()
    window.housekeeper.timer.timeout.emit()
    assert full_collections
    qtbot.waitUntil(lambda: bool(asked))


def test_that_nothing_is_collected_while_somebody_rates(
    qtbot: QtBot,
    window: Window,
    open_project: Callable[[], Project],
    full_collections: list[int],
) -> None:
    open_project()
    qtbot.waitUntil(background.is_idle)
    window.housekeeper.pause(True)
    full_collections.clear()
    window.housekeeper.timer.timeout.emit()
    assert not full_collections


def test_that_the_index_of_the_search_is_made_in_quiet_moments_only(
    qtbot: QtBot,
    window: Window,
    open_project: Callable[[], Project],
) -> None:
    project = open_project()
    project.prompts.add([NewPrompt("Where is the walrus?")])
    qtbot.waitUntil(background.is_idle)
    window.housekeeper.pause(True)
    window.housekeeper.timer.timeout.emit()
    qtbot.waitUntil(background.is_idle)
    assert project.search.prompts("walrus") is None
    window.housekeeper.pause(False)
    window.housekeeper.timer.timeout.emit()

    def indexed() -> bool:
        window.housekeeper.between.timeout.emit()
        qtbot.waitUntil(background.is_idle)
        return project.search.prompts("walrus") is not None

    qtbot.waitUntil(indexed, timeout=10_000)


def test_that_space_which_cannot_be_given_back_is_no_news(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    window: Window,
    open_project: Callable[[], Project],
) -> None:
    def fail(budget_s: float) -> bool:
        raise error

    project = open_project()
    qtbot.waitUntil(background.is_idle)
    monkeypatch.setattr(project.file, "give_back", fail)
    error: ProjectError = DiskFull("The last change was not saved.")
    window.housekeeper.timer.timeout.emit()
    qtbot.waitUntil(background.is_idle)
    assert window.notice.isHidden()
    error = DamagedProject("a.prefdesk is damaged.")
    window.housekeeper.timer.timeout.emit()
    qtbot.waitUntil(lambda: not window.notice.isHidden())
