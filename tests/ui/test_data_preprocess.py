"""Preprocessing in the window: what was found, decided on by keys, undone, looked at."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from prefdesk.events import JobEnded, JobSpec, ReportReady
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from prefdesk.ui.data.panel import PREPROCESSING, DataPlace
from prefdesk.ui.desk import Desk
from tests.tiny import make_model
from tests.ui.test_data import place, settle

__all__ = ["place"]

SENTENCE = "Explain to a child why the sky is blue and what happens when the sun goes down."
TEXTS = [SENTENCE, f" {SENTENCE}", f"{SENTENCE} ", "", "word " * 60, "<b>bold</b> <|im_end|>"]


@pytest.fixture
def project(qtbot: QtBot, desk: Desk, place: DataPlace, tmp_path: Path) -> Project:
    """A project that was looked at, shown with the tab."""
    made = Project.create(tmp_path / "a.prefdesk")
    made.checkpoints.use_model(make_model(tmp_path / "tiny"))
    made.prompts.add([NewPrompt(text) for text in TEXTS])
    list(made.preprocessing.run(max_prompt_tokens=200))
    desk.adopt(made)
    place.tabs.setCurrentIndex(PREPROCESSING)
    settle(qtbot)
    return made


def choose(qtbot: QtBot, place: DataPlace, kind: str) -> None:
    kinds = place.preprocess.kinds
    kinds.table.selectRow([r.kind for r in kinds.rows.records].index(kind))
    settle(qtbot)


def shown(place: DataPlace) -> list[tuple[int, str]]:
    rows = place.preprocess.findings.rows.records
    return [(r.finding.prompt_id, r.finding.choice) for r in rows]


def press(qtbot: QtBot, place: DataPlace, key: Qt.Key) -> None:
    table = place.preprocess.findings.table
    table.setFocus()
    qtbot.keyClick(table, key)
    settle(qtbot)


def test_that_findings_are_listed_by_kind(qtbot: QtBot, place: DataPlace, project: Project) -> None:
    view = place.preprocess
    kinds = [(r.kind, r.n, r.n_open) for r in view.kinds.rows.records]
    assert kinds == [("empty", 1, 1), ("control", 1, 1), ("duplicate", 2, 2), ("too-long", 1, 1)]
    assert "6 prompts" in view.wish.words.text()
    assert view.plot is not None and sum(p.y for p in view.plot.points()) == 6
    choose(qtbot, place, "duplicate")
    assert shown(place) == [(2, "open"), (3, "open")]
    assert view.texts.other.isVisible() and "Prompt 1" in view.texts.other_caption.text()


def test_that_keys_decide_and_go_on_and_undo_takes_back(
    qtbot: QtBot, place: DataPlace, project: Project
) -> None:
    choose(qtbot, place, "duplicate")
    press(qtbot, place, Qt.Key.Key_L)
    assert shown(place) == [(2, "leave-out"), (3, "open")]
    assert [r.finding.prompt_id for r in place.preprocess.findings.table.selected()] == [3]
    press(qtbot, place, Qt.Key.Key_K)
    assert shown(place) == [(2, "leave-out"), (3, "keep")]
    assert project.preprocessing.left_out() == {2}
    assert place.preprocess.kinds.rows.records[-1].kind == "left-out"
    assert place.can_undo() and not place.can_redo()
    for expected in ([(2, "leave-out"), (3, "open")], [(2, "open"), (3, "open")]):
        place.undo()
        settle(qtbot)
        assert shown(place) == expected
    assert not place.can_undo() and place.can_redo()
    place.redo()
    settle(qtbot)
    assert shown(place) == [(2, "leave-out"), (3, "open")]


def test_that_all_undecided_are_decided_at_once(
    qtbot: QtBot, place: DataPlace, project: Project
) -> None:
    choose(qtbot, place, "duplicate")
    menu = place.preprocess.findings.menu()
    assert [a.text() for a in menu.actions()] == ["Keep all undecided", "Leave all undecided out"]
    menu.actions()[1].trigger()
    menu.close()
    settle(qtbot)
    assert project.preprocessing.left_out() == {2, 3}
    assert not place.preprocess.findings.all.isEnabled()


def test_that_what_is_too_long_shows_its_cut_and_is_shortened(
    qtbot: QtBot, place: DataPlace, project: Project
) -> None:
    view = place.preprocess
    choose(qtbot, place, "too-long")
    [mark] = view.texts.text.extraSelections()
    [finding] = project.preprocessing.findings("too-long")
    assert mark.cursor.selectionStart() == finding.detail["keep"]
    assert view.findings.buttons["shorten"].isVisible()
    press(qtbot, place, Qt.Key.Key_S)
    assert project.preprocessing.left_out() == {5}
    assert project.prompts.count() == len(TEXTS) + 1
    choose(qtbot, place, "left-out")
    press(qtbot, place, Qt.Key.Key_U)
    assert project.preprocessing.left_out() == set()
    assert project.prompts.count() == len(TEXTS)


def test_that_a_choice_that_makes_no_sense_is_not_offered(
    qtbot: QtBot, place: DataPlace, project: Project
) -> None:
    choose(qtbot, place, "empty")
    buttons = place.preprocess.findings.buttons
    assert not buttons["shorten"].isVisible() and not buttons["open"].isEnabled()
    press(qtbot, place, Qt.Key.Key_S)
    assert project.preprocessing.log() == []


def test_that_texts_are_plain_and_control_strings_are_marked(
    qtbot: QtBot, place: DataPlace, project: Project
) -> None:
    choose(qtbot, place, "control")
    text = place.preprocess.texts.text
    assert text.toPlainText() == TEXTS[5]
    [mark] = text.extraSelections()
    assert mark.cursor.selectedText() == "<|im_end|>"


def test_that_what_the_model_sees_is_asked_for_and_shown(
    qtbot: QtBot, desk: Desk, place: DataPlace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []
    monkeypatch.setattr(desk, "run_job", lambda kind, **settings: asked.append((kind, settings)))
    choose(qtbot, place, "control")
    place.preprocess.texts.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [("tokens", {"prompt_id": 6, "template": "chat"})]
    spec = project.preprocessing.tokens_job(6)
    for event in project.run_job(spec):
        desk.jobs.event_arrived.emit(spec, event)
    texts = place.preprocess.texts
    assert texts.templated.toPlainText().startswith("<|im_start|>user\n<b>bold</b> <|im_end|>")
    assert len(texts.tokens.records) > 20 and "tokens" in texts.state.text()
    assert texts.tokens.records[0] == (1, texts.tokens.records[0][1], "<|im_start|>", True)


def test_that_an_answer_about_another_prompt_is_not_shown(
    qtbot: QtBot, desk: Desk, place: DataPlace, project: Project
) -> None:
    choose(qtbot, place, "control")
    body = {"prompt_id": 1, "text": "x", "n_tokens": 1, "tokens": [[1, "x", False]]}
    desk.jobs.event_arrived.emit(JobSpec("tokens"), ReportReady("tokens", body))
    assert place.preprocess.texts.templated.toPlainText() == ""
    place.preprocess.texts.setCurrentIndex(1)
    desk.jobs.ended.emit(JobSpec("tokens"), JobEnded("failed", "No tokenizer."))
    assert place.preprocess.texts.state.text() == "No tokenizer."


def test_that_the_job_starts_with_what_was_asked_for(
    qtbot: QtBot, desk: Desk, place: DataPlace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(desk, "run_job", lambda kind, **settings: asked.append((kind, settings)))
    assert not place.preprocess.wish.outdated
    place.preprocess.wish.limit.setValue(64)
    assert place.preprocess.wish.outdated
    assert place.primary is not None and place.primary.text() == "Look again"
    qtbot.mouseClick(place.primary, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0][0] == "preprocess" and '"max_prompt_tokens": 64' in asked[0][1]["config"]


def test_that_every_control_has_a_name(place: DataPlace, project: Project) -> None:
    for control in place.preprocess.findChildren(QAbstractButton):
        if control.isVisible():
            assert control.text() or control.accessibleName() or control.toolTip()
