"""Thirty answers by keyboard, three taken back, and what the file holds after a restart."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from prefdesk.project import Project
from prefdesk.ui.desk import Desk
from tests.ui.rate.conftest import Bench
from tests.ui.rate.making import make_project


def test_that_thirty_ratings_less_three_undone_are_there_after_a_restart(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    path = make_project(tmp_path / "thirty", n_prompts=10, per_prompt=4)
    bench = Bench(qtbot, desk)
    bench.open(path)
    bench.start("Ana")
    given: dict[int, float] = {}
    order: list[int] = []
    for turn in range(30):
        item = bench.entry.id
        assert item not in given
        given[item] = float(turn % 9 + 1)
        order.append(item)
        bench.press(Qt.Key(Qt.Key.Key_1 + turn % 9))
    for back in range(1, 4):
        bench.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert bench.entry.id == order[-back]
        assert bench.entry.answers == {}
    bench.close()

    with Project.open(path) as project:
        ana = project.raters.by_name("Ana")
        current = project.ratings.current(rater_id=ana.id)
        assert {r.completion_id: r.value for r in current} == {i: given[i] for i in order[:27]}
        assert len(current) == 27
        events = project.ratings.history(rater_id=ana.id)
        assert len(events) == 33
        assert len({e.act for e in events}) == 33
        assert sorted(e.verb for e in events) == ["rate"] * 30 + ["undo"] * 3
        assert project.check() == []
        session = project.ratings.session(ana)
        assert session.remaining() == 13
        assert set(order[27:]) <= {i.completion_id for i in session.upcoming(13)}


def test_that_undo_reaches_back_before_the_restart(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    last = [bench.rate(), bench.rate()][-1]
    bench.leave()
    bench.start()
    waiting = bench.entry.id
    bench.press(Qt.Key.Key_U)
    assert bench.entry.id == last
    bench.rate(Qt.Key.Key_3)
    assert bench.entry.id == waiting
    bench.saved()
    (rating,) = bench.project.ratings.current(completion_id=last)
    assert rating.value == 3
