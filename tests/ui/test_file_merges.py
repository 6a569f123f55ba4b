"""Past merges: listed, taken back, brought back; and Undo right after a merge."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from prefdesk.project import Project
from prefdesk.store import merges
from prefdesk.ui.packs.merges import MergesDialog
from prefdesk.ui.staged import make_pack
from prefdesk.ui.window import Window
from tests.ui.conftest import StubPlace
from tests.ui.stage import Wait, shouting, values_of
from tests.worlds import make_project

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack that came back a second time, beside its project; some of its rows are spoilt."""
    with make_project(tmp_path / "home.prefdesk", prompts=14) as project:
        project.raters.add("Ana")
        back, _ = make_pack(project, "Ana", tmp_path)
    return back


@pytest.fixture
def home(window: Window, pack: Path, wait: Wait) -> Project:
    window.open_path(pack.with_name("home.prefdesk"))
    wait(lambda: window.desk.project is not None)
    assert window.desk.project is not None
    return window.desk.project


@pytest.fixture
def merged(window: Window, home: Project, pack: Path, wait: Wait) -> int:
    """The number of the second merge, just made by hand."""
    dialog = window.packs.merge(pack)
    wait(lambda: dialog.preview.found is not None)
    dialog.preview.vouch.setChecked(True)
    dialog.take.click()
    wait(lambda: "came in" in window.notice.sentence.text())
    return home.packs.merges()[-1].id


def listed(window: Window, wait: Wait) -> MergesDialog:
    window.menus.actions["merges"].trigger()
    wait(lambda: [d for d in window.findChildren(MergesDialog) if d.isVisible()])
    dialog = window.findChildren(MergesDialog)[-1]
    wait(lambda: dialog.rows.records or dialog.words.text())
    return dialog


def press(window: Window, qtbot: QtBot, modifiers: Qt.KeyboardModifier) -> None:
    """Z with these keys, once the window has the keyboard again."""
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Z, modifiers)


def test_that_merges_are_listed_with_their_counts(
    window: Window, home: Project, merged: int, wait: Wait
) -> None:
    dialog = listed(window, wait)
    wait(lambda: len(dialog.rows.records) == 2)
    newest = dialog.rows.records[0]
    assert (newest.merge.id, newest.rater, newest.file) == (merged, "Ana", "ada-back.prefpack")
    assert newest.new and newest.there and newest.conflicts and newest.refused
    assert dialog.reasons.text().startswith("Refused: It was changed after it was written. (")


def test_that_a_merge_is_taken_back_and_brought_back_from_the_list(
    window: Window, home: Project, pack: Path, merged: int, wait: Wait
) -> None:
    after = values_of(home, "Ana")
    dialog = listed(window, wait)
    wait(lambda: dialog.turn.isEnabled())
    assert dialog.turn.text() == "Take back"
    pack.unlink()
    dialog.turn.click()
    wait(lambda: dialog.turn.text() == "Bring back" and dialog.turn.isEnabled())
    assert dialog.rows.columns[3].text(dialog.rows.records[0]) == "taken back"
    assert values_of(home, "Ana") != after
    dialog.turn.click()
    wait(lambda: dialog.turn.text() == "Take back" and dialog.turn.isEnabled())
    assert values_of(home, "Ana") == after
    assert "counts again" in window.notice.sentence.text()


def test_that_judgements_kept_out_are_shown_with_their_reason(
    window: Window, home: Project, merged: int, wait: Wait
) -> None:
    held = [(bytes(16), "its item is not in this project", '{"kind": "score", "value": 7.0}')]
    home.core.mutate(lambda c: merges.quarantine(c, merged, held))
    dialog = listed(window, wait)
    wait(lambda: dialog.refused.records)
    assert dialog.refused_table.isVisible()
    (row,) = dialog.refused.records
    assert [c.text(row) for c in dialog.refused.columns][2:] == [
        "7",
        "",
        "Its answer is not in this project.",
    ]


def test_that_nothing_merged_is_said(window: Window, tmp_path: Path, wait: Wait) -> None:
    with make_project(tmp_path / "new.prefdesk", prompts=1):
        pass
    window.open_path(tmp_path / "new.prefdesk")
    wait(lambda: window.desk.project is not None)
    dialog = listed(window, wait)
    assert "Nothing was merged" in dialog.words.text() and not dialog.turn.isEnabled()


def test_that_undo_right_after_a_merge_takes_it_back_and_redo_brings_it_back(
    window: Window, home: Project, pack: Path, qtbot: QtBot, wait: Wait
) -> None:
    before = values_of(home, "Ana")
    dialog = window.packs.merge(pack)
    wait(lambda: dialog.preview.found is not None)
    dialog.preview.vouch.setChecked(True)
    dialog.take.click()
    wait(lambda: "came in" in window.notice.sentence.text())
    after = values_of(home, "Ana")
    assert after != before
    press(window, qtbot, CONTROL)
    wait(lambda: "was taken back" in window.notice.sentence.text())
    assert values_of(home, "Ana") == before
    press(window, qtbot, CONTROL | SHIFT)
    wait(lambda: "counts again" in window.notice.sentence.text())
    assert values_of(home, "Ana") == after
    assert isinstance(window.place, StubPlace)
    assert not {"undo", "redo"} & set(window.place.heard), "the place was not asked"


def test_that_undo_belongs_to_the_place_once_something_else_was_done(
    window: Window, home: Project, merged: int, qtbot: QtBot, wait: Wait
) -> None:
    after = values_of(home, "Ana")
    session = home.ratings.session(home.raters.add("Ben"))
    session.score(session.upcoming(1)[0].completion_id, 4.0).result()
    qtbot.wait(50)
    press(window, qtbot, CONTROL)
    assert isinstance(window.place, StubPlace) and "undo" in window.place.heard
    qtbot.wait(50)
    assert values_of(home, "Ana") == after


def test_that_the_list_follows_the_language(
    window: Window, home: Project, merged: int, wait: Wait
) -> None:
    dialog = listed(window, wait)
    wait(lambda: dialog.turn.isEnabled())
    with shouting():
        wait(lambda: dialog.turn.text() == "TAKE BACK")
        assert dialog.words.text().isupper() and dialog.rows.columns[0].title() == "WHEN"
