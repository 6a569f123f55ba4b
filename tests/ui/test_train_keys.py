"""The Train place without a mouse: every control is reached, and the focus is never lost."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from prefdesk.events import JobStarted
from prefdesk.ui.train.panel import TrainPlace
from prefdesk.ui.widgets import Button, Notice
from tests.ui.stage import checkpoint, ended, judged_project, step

MOST_STOPS = 80


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return judged_project(tmp_path_factory.mktemp("judged") / "judged.prefdesk", prompts=4)


@pytest.fixture
def place(stage, own_copy, tmp_path):
    stage.scripts["round"] = [
        JobStarted("round", 2, "steps"),
        step(1, 2, reward=0.1, kl=0.0),
        step(2, 2, reward=0.2, kl=0.1),
        checkpoint(tmp_path),
        ended("done", "Round 1 is done: 2 steps."),
    ]
    stage.open(own_copy)
    place = stage.show(TrainPlace(stage.desk))
    place.activateWindow()
    stage.wait(lambda: place.setup.may_start)
    return place


def focused(place):
    return place.window().focusWidget()


def press(place, key):
    QTest.keyClick(focused(place), key)


def stops(place):
    """Where the Tab key leads, once around."""
    place.tabs.tabBar().setFocus(Qt.FocusReason.TabFocusReason)
    found = [focused(place)]
    for _ in range(MOST_STOPS):
        press(place, Qt.Key.Key_Tab)
        if focused(place) is found[0]:
            return found
        assert focused(place) not in found, f"Tab turns round at {focused(place)}"
        found.append(focused(place))
    raise AssertionError("Tab does not come back")


def wanted(place):
    return {
        one
        for one in place.findChildren(QWidget)
        if one.isVisible()
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(one, QScrollArea)
        and one.focusProxy() is None
    }


def train(place, stage):
    place.primary.setFocus()
    press(place, Qt.Key.Key_Return)
    stage.wait(lambda: place.conductor.state == "done")
    stage.quiet()


def test_that_tab_reaches_every_control_of_every_view_and_each_has_a_name(place, stage):
    place.setup.recipe.form.open_fold()
    train(place, stage)
    place.conductor.back()
    stage.quiet()
    place.tabs.setCurrentIndex(1)
    stage.wait(lambda: place.rounds.chart is not None)
    for number in range(place.tabs.count()):
        place.tabs.setCurrentIndex(number)
        stage.quiet()
        found = stops(place)
        presets = set(place.setup.recipe.presets.findChildren(Button))  # by arrow, as one stop
        missed = wanted(place) - set(found) - presets
        assert not missed, [
            (type(m).__name__, m.accessibleName(), type(m.parent()).__name__) for m in missed
        ]
        for one in found:
            text = one.text() if hasattr(one, "text") else ""
            assert one.accessibleName() or text, one


def test_that_a_round_goes_from_start_to_the_way_back_by_keyboard(place, stage):
    stage.hold = True
    for worker in stage.workers:
        worker.held = True
    place.primary.setFocus()
    press(place, Qt.Key.Key_Return)
    stage.wait(lambda: place.conductor.state == "running")
    assert focused(place) is place.round.pause
    stage.release()
    stage.wait(lambda: place.conductor.state == "done")
    assert focused(place).isVisible() and focused(place) is place.round.back
    press(place, Qt.Key.Key_Escape)
    assert place.conductor.state == "setup"
    assert focused(place) is place.setup.recipe.start


def test_that_escape_does_not_leave_a_round_that_runs(place, stage):
    stage.hold = True
    for worker in stage.workers:
        worker.held = True
    place.primary.setFocus()
    press(place, Qt.Key.Key_Return)
    stage.wait(lambda: place.conductor.state == "running")
    press(place, Qt.Key.Key_Escape)
    assert place.conductor.state == "running" and focused(place) is place.round.pause
    assert "cancel" not in stage.told()


def test_that_an_earlier_round_and_a_checkpoint_open_with_enter(place, stage):
    train(place, stage)
    place.conductor.back()
    stage.quiet()
    place.tabs.setCurrentIndex(1)
    place.rounds.table.setFocus()
    press(place, Qt.Key.Key_Return)
    stage.wait(lambda: focused(place) is place.round.back)
    press(place, Qt.Key.Key_Return)
    assert focused(place) is place.setup.recipe.start
    place.tabs.setCurrentIndex(2)
    place.checkpoints.table.setFocus()
    press(place, Qt.Key.Key_Return)
    assert place.tabs.currentIndex() == 0 and focused(place) is place.setup.recipe.start


def test_that_escape_closes_a_question_and_a_comparison(place, stage):
    train(place, stage)
    view = place.checkpoints
    place.tabs.setCurrentIndex(2)
    view.table.selectRow(1)
    view.compare.setFocus()
    press(place, Qt.Key.Key_Return)
    stage.wait(view.pair.isVisible)
    view.table.setFocus()
    press(place, Qt.Key.Key_Delete)
    assert view.notice.isVisible() and focused(place) is view.notice.action
    press(place, Qt.Key.Key_Escape)
    assert view.notice.isHidden() and view.pair.isVisible() and focused(place) is view.table
    press(place, Qt.Key.Key_Escape)
    assert view.pair.isHidden() and focused(place) is view.table
    assert len(stage.project.checkpoints.models()) == 2


def test_that_enter_presses_a_button_once_and_a_chord_does_not(qtbot):
    button, pressed = Button("Go"), []
    qtbot.addWidget(button)
    button.clicked.connect(lambda: pressed.append(1))
    button.show()
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Enter)
    assert len(pressed) == 2
    chord = Qt.KeyboardModifier.ControlModifier
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, chord.NoModifier, "", True)
    for event in (QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, chord), held):
        QApplication.sendEvent(button, event)
    assert len(pressed) == 2


def test_that_a_notice_gives_the_focus_back(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    button, notice = Button("Go", parent=page), Notice(parent=page)
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    button.setFocus()
    notice.tell("Sure?", action="Yes", on_action=lambda: None)
    notice.action.setFocus()
    QTest.keyClick(notice.action, Qt.Key.Key_Escape)
    assert notice.isHidden() and page.focusWidget() is button
