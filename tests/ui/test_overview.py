"""Overview: the next step follows the project, and every station leads to its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from prefdesk.events import JobEnded, JobSpec, JobStarted
from prefdesk.project import Project
from prefdesk.records import JobRow, NewPrompt, Round
from prefdesk.ui.desk import Desk
from prefdesk.ui.overview import facts, steps
from prefdesk.ui.overview.panel import OverviewPlace
from prefdesk.ui.widgets import PlainButton
from tests.worlds import add_answers, make_project, rate_by_panel


@pytest.fixture
def place(qtbot: QtBot, desk: Desk) -> OverviewPlace:
    """Overview on its own."""
    made = OverviewPlace(desk)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


def show(qtbot: QtBot, desk: Desk, place: OverviewPlace, project: Project) -> None:
    desk.adopt(project)
    qtbot.waitUntil(lambda: place.next_step.isVisible())


def what(place: OverviewPlace) -> str:
    return place.next_step.what.text()


def test_that_an_empty_project_asks_for_prompts_and_then_for_a_model(
    qtbot: QtBot, desk: Desk, place: OverviewPlace, tmp_path: Path
) -> None:
    project = Project.create(tmp_path / "empty.prefdesk")
    show(qtbot, desk, place, project)
    assert what(place) == "Import prompts"
    assert place.loop.stations["prompts"].property("role") == "station-next"
    assert place.loop.stations["agreement"].value.text() == "–"

    project.prompts.add([NewPrompt("Why is the sea salty?")])

    qtbot.waitUntil(lambda: what(place) == "Choose the model")
    assert place.loop.stations["prompts"].property("role") == "station"


def test_that_the_next_step_and_the_numbers_follow_the_ratings(
    qtbot: QtBot, desk: Desk, place: OverviewPlace, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "a.prefdesk", prompts=3, evaluation_prompts=2)
    show(qtbot, desk, place, project)
    assert what(place) == "Rate completions"
    assert place.loop.stations["completions"].value.text() == "20"

    rate_by_panel(project)

    qtbot.waitUntil(lambda: what(place) == "Train a round")
    assert "simulated" in place.loop.stations["ratings"].detail.text()
    qtbot.waitUntil(lambda: "of 10" in place.loop.stations["scores"].unit.text())
    assert "base:" in place.loop.stations["scores"].detail.text()


@pytest.mark.parametrize("step", sorted(steps.STATION_OF))
def test_that_every_step_has_words_of_its_own(step: tuple[str, str], qapp: object) -> None:
    words = steps.words(*step, otherwise="An English sentence.")
    assert words.what != "An English sentence."
    assert words.why
    assert steps.STATION_OF[step] in steps.STATIONS


def test_that_a_station_and_the_button_lead_to_their_places(
    qtbot: QtBot, desk: Desk, place: OverviewPlace, tmp_path: Path
) -> None:
    wanted: list[str] = []
    desk.place_requested.connect(wanted.append)
    show(qtbot, desk, place, make_project(tmp_path / "a.prefdesk", prompts=1))
    qtbot.mouseClick(place.loop.stations["agreement"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(place.next_step.button, Qt.MouseButton.LeftButton)
    assert wanted == ["raters", "rate"]


def test_that_a_job_cut_off_can_go_on_from_here(
    qtbot: QtBot, desk: Desk, place: OverviewPlace, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "a.prefdesk", prompts=1)
    intake = project.intake(JobSpec("sample", {"sampling_id": 1}))
    intake.take(JobStarted("sample", 4, "completions"))
    intake.take(JobEnded("failed", "The worker process ended unexpectedly."))
    show(qtbot, desk, place, project)
    buttons = place.activity.findChildren(PlainButton)
    assert [b.text() for b in buttons] == ["Go on"]

    with qtbot.waitSignal(desk.jobs.started) as started:
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)

    assert started.args is not None
    assert started.args[0] == JobSpec("sample", {"sampling_id": 1})


def test_that_only_the_newest_of_a_kind_can_go_on_and_figures_are_not_listed() -> None:
    def job(number: int, kind: str, status: str) -> JobRow:
        return JobRow(number, kind, status, '{"round_id": 7}', 0, 0, 0, 0)  # type: ignore[arg-type]

    rounds = [Round(7, b"", 3, "failed", "{}", 1, None, 0)]
    jobs = [job(4, "agreement", "done"), job(3, "sample", "done"), job(2, "sample", "failed")]
    found = facts.happenings([*jobs, job(1, "round", "failed")], rounds)
    assert [(h.job.id, h.can_go_on) for h in found] == [(3, False), (2, False), (1, True)]
    assert found[2].round_number == 3


def test_that_closing_the_project_empties_the_place(
    qtbot: QtBot, desk: Desk, place: OverviewPlace, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "a.prefdesk", prompts=2)
    show(qtbot, desk, place, project)
    closed: list[bool] = []
    desk.close_project(lambda: closed.append(True))
    qtbot.waitUntil(lambda: bool(closed))
    assert not place.next_step.isVisible()
    assert place.loop.stations["prompts"].value.text() == "–"


def test_that_two_checkpoints_show_their_difference(
    qtbot: QtBot, desk: Desk, place: OverviewPlace, two_checkpoints: Callable[[], Project]
) -> None:
    show(qtbot, desk, place, two_checkpoints())
    scores = place.loop.stations["scores"].detail
    qtbot.waitUntil(lambda: "newest against first" in scores.text())
    assert "Round 1:" in scores.text()


@pytest.fixture
def two_checkpoints(tmp_path: Path) -> Callable[[], Project]:
    """A project whose base and first round answered and were rated."""

    def made() -> Project:
        project = make_project(tmp_path / "two.prefdesk", prompts=0, evaluation_prompts=3)
        second = second_checkpoint(project)
        add_answers(project, second, "evaluation", 4)
        rate_by_panel(project)
        return project

    return made


def second_checkpoint(project: Project) -> int:
    from prefdesk.store import checkpoints

    return project.core.mutate(lambda c: checkpoints.add_base(c, "Round 1", '{"path": ""}')).id
