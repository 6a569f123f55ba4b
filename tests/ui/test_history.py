"""The history of the ratings: newest first, page by page, of everybody or of one."""

import time

import pytest

from prefdesk.store import events
from prefdesk.ui.raters import history
from prefdesk.ui.raters.history import HistoryView
from tests.worlds import make_project


@pytest.fixture
def view(qtbot, stage, tmp_path, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 4)
    with make_project(tmp_path / "a.prefdesk", prompts=3) as project:
        for name in ("Ana", "Ben"):
            session = project.ratings.session(project.raters.add(name))
            for value, item in enumerate(session.upcoming(5)):
                session.score(item.completion_id, value, seconds=2.0).result()
        session.comment(item.completion_id, "<b>odd</b>\u202e").result()
        session.undo().result()
    stage.open(tmp_path / "a.prefdesk")
    made = HistoryView(stage.desk)
    qtbot.addWidget(made)
    made.show()
    stage.wait(lambda: made._rows.rowCount())
    return made


def texts(view, column):
    return [view._rows.columns[column].text(r) for r in view._rows.records]


def test_that_the_newest_come_first_in_plain_text(view):
    assert texts(view, 2)[:3] == ["Undone", "Comment", "Score"]
    assert set(texts(view, 1)[:4]) == {"Ben"}
    words = texts(view, 7)[1]
    assert words.startswith("<b>odd</b>") and "\u202e" not in words


def test_that_further_pages_follow_until_all_is_there(view, stage):
    stage.quiet()
    while view._rows.canFetchMore(view._rows.index(-1, -1)):
        view._rows.fetchMore(view._rows.index(-1, -1))
        stage.quiet()
    shown = [e.uid for e in view._rows.records]
    assert shown == [e.uid for e in stage.project.ratings.history()][::-1]


def test_that_a_further_page_does_not_push_out_what_happened_meanwhile(view, stage):
    session = stage.project.ratings.session(stage.project.raters.by_name("Ana"))
    newest = session.comment(1, "the newest").result()
    view.refresh()
    view._rows.fetchMore(view._rows.index(-1, -1))
    stage.quiet()
    assert view._rows.records[0].uid == newest.uid


def test_that_one_rater_can_be_chosen(view, stage):
    view.who.setCurrentIndex(view.who.findText("Ana"))
    view.who.activated.emit(view.who.currentIndex())
    stage.wait(lambda: set(texts(view, 1)) == {"Ana"})


def test_that_a_hidden_history_reads_nothing(view, stage, monkeypatch):
    asked = []
    monkeypatch.setattr(history, "read_page", lambda *a: asked.append(a))
    view.hide()
    view.refresh()
    stage.quiet()
    assert not asked


def test_that_a_time_in_the_future_is_marked(view, stage):
    far = int(time.time() * 1000) + 48 * 3600 * 1000
    given = {"rater_id": 1, "completion_id": 3, "kind": "score", "value": 4.0}
    stage.project.core.mutate(lambda c: events.append(c, now_ms=far, **given))
    view.refresh()
    stage.quiet()
    newest, before = view._rows.records[:2]
    when = view._rows.columns[0]
    assert "future" in when.tip(newest) and when.tint(newest) == "warn"
    assert when.tip(before) == "" and when.tint(before) != "warn"
