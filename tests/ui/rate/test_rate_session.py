"""Rating by keyboard: back and change, skip, comment, undo and redo, several raters."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication

from prefdesk.project import Project
from prefdesk.project.settings import Criterion
from prefdesk.records import LABELS, Event, NewPrompt
from prefdesk.ui.rate.editors import REASONS
from tests.ui.rate.conftest import Bench
from tests.ui.rate.making import answer, make_project

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
PAD = Qt.KeyboardModifier.KeypadModifier


def events(bench: Bench, item: int) -> list[Event]:
    """What was written about one item, in order."""
    bench.saved()
    return bench.project.ratings.history(completion_id=item)


def value(bench: Bench, item: int) -> float:
    """The one score that counts for an item."""
    bench.saved()
    (rating,) = bench.project.ratings.current(completion_id=item)
    return rating.value


def test_that_the_window_shows_only_rate_and_names_the_rater(bench: Bench, file: Path) -> None:
    bench.open(file)
    assert bench.window.rail.isVisible()
    bench.start("Ben")
    for part in (bench.window.rail, bench.window.status, bench.window.menuBar()):
        assert not part.isVisible()
    assert bench.view.surface.top.who.text() == "Ben is rating"
    bench.press(Qt.Key.Key_1, CONTROL)  # Go to Overview
    bench.window.show_place("data")
    assert bench.window.place is bench.place
    assert not bench.place.start_page.isVisible()
    bench.leave()
    assert bench.window.rail.isVisible()
    assert bench.place.start_page.isVisible()
    bench.window.show_place("overview")
    assert bench.window.place is not bench.place


def test_that_nothing_on_the_screen_tells_where_an_answer_comes_from(
    bench: Bench, file: Path
) -> None:
    with Project.open(file) as project:
        base = project.checkpoints.base()
        assert base is not None and base.name == "tiny"
    bench.open(file)
    bench.start()
    from PySide6.QtWidgets import QLabel, QTextEdit

    seen = [w.text() for w in bench.view.surface.findChildren(QLabel)]
    seen += [w.toPlainText() for w in bench.view.surface.findChildren(QTextEdit)]
    seen += [w.accessibleName() + w.toolTip() for w in bench.view.surface.findChildren(QLabel)]
    assert bench.entry.item.text in seen
    assert not [words for words in seen if "tiny" in words or "seed" in words.lower()]


def test_that_a_click_rates_as_a_key_does(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.view.surface.questions.rows["overall"].buttons[10].click()
    bench.settle()
    assert bench.entry.id != item
    assert value(bench, item) == 10


def test_that_the_number_pad_rates(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    first, second = bench.entry.id, 0
    bench.press(Qt.Key.Key_0, PAD)
    second = bench.entry.id
    bench.press(Qt.Key.Key_Plus, PAD)
    assert value(bench, first) == 0
    assert value(bench, second) == 10


def test_that_a_french_key_rates_by_its_place(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Egrave, Qt.KeyboardModifier.NoModifier, "è")
    QApplication.sendEvent(bench.view.surface.item.answer, press)
    bench.settle()
    assert value(bench, item) == 7


def test_that_the_chosen_answer_is_shown_before_the_next_item(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.view._confirm.setInterval(120)
    bench.press(Qt.Key.Key_4, settle=False)
    assert bench.entry.id == item
    assert [
        b.value for b in bench.view.surface.questions.rows["overall"].buttons if b.isChecked()
    ] == [4]
    bench.press(Qt.Key.Key_9, settle=False)  # a second key within the moment hits nothing
    bench.settle()
    assert bench.entry.id != item
    assert value(bench, item) == 4
    assert len(bench.view.deck.trail) == 2


def test_that_a_key_held_down_rates_one_item(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    bench.rate()
    item = bench.entry.id
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_7, Qt.KeyboardModifier.NoModifier, "7", True)
    QApplication.sendEvent(bench.view.surface.item.answer, held)
    bench.settle()
    assert bench.entry.id == item


def test_that_no_shortcut_of_the_window_takes_a_key_of_the_surface(
    bench: Bench, file: Path
) -> None:
    bench.open(file)
    bench.start()
    heard: list[bool] = []
    greedy = QAction(bench.window)
    greedy.setShortcut("7")
    greedy.triggered.connect(lambda: heard.append(True))
    bench.window.addAction(greedy)
    item = bench.rate(Qt.Key.Key_7)
    assert value(bench, item) == 7
    assert not heard


def test_that_one_goes_back_changes_an_answer_and_returns(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    first, second = bench.rate(Qt.Key.Key_2), bench.rate(Qt.Key.Key_3)
    waiting = bench.entry.id
    bench.press(Qt.Key.Key_Left)
    assert bench.entry.id == second
    bench.press(Qt.Key.Key_Backspace)
    assert bench.entry.id == first
    checked = [
        b.value for b in bench.view.surface.questions.rows["overall"].buttons if b.isChecked()
    ]
    assert checked == [2]
    bench.press(Qt.Key.Key_8)
    assert bench.entry.id == waiting
    assert value(bench, first) == 8
    assert value(bench, second) == 3
    assert len(events(bench, first)) == 2
    bench.press(Qt.Key.Key_Left)
    bench.press(Qt.Key.Key_Right)
    assert bench.entry.id == waiting


def test_that_back_at_the_first_item_says_so(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_Left)
    assert bench.entry.id == item
    assert "first" in bench.view.surface.top.word.text()


def test_that_a_skip_keeps_its_reason(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    first = bench.entry.id
    bench.press(Qt.Key.Key_S)
    assert bench.view.trays.skip.isVisible()
    assert bench.entry.id == first
    bench.press(Qt.Key.Key_2)
    second = bench.entry.id
    assert second != first
    bench.press(Qt.Key.Key_S)
    own = bench.view.trays.skip.own
    own.setFocus()
    bench.write(own, "too 1 long")  # digits are text here
    bench.press(Qt.Key.Key_Return)
    assert bench.entry.id not in (first, second)
    assert [(e.kind, e.body) for e in events(bench, first)] == [("skip", REASONS[1])]
    assert [(e.kind, e.body) for e in events(bench, second)] == [("skip", "too 1 long")]
    assert bench.view.deck.session.remaining() == 38


def test_that_escape_closes_the_skip_and_rates_nothing(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_S)
    bench.press(Qt.Key.Key_Escape)
    assert not bench.view.trays.skip.isVisible()
    assert bench.entry.id == item
    assert events(bench, item) == []


def test_that_a_skip_can_be_undone_and_redone(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_S)
    bench.press(Qt.Key.Key_1)
    following = bench.entry.id
    bench.press(Qt.Key.Key_U)
    assert bench.entry.id == item
    assert bench.entry.skipped is None
    bench.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert bench.entry.id == following
    assert bench.view.deck.session.remaining() == 39


def test_that_a_comment_is_kept_when_one_moves_on(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_C)
    bench.write(bench.view.trays.comment.editor, "wrong in 1 place")
    assert bench.entry.id == item  # 1 was text
    bench.view.surface.questions.rows["overall"].buttons[3].click()
    bench.settle()
    assert bench.entry.id != item
    assert [(e.kind, e.body) for e in events(bench, item)] == [
        ("comment", "wrong in 1 place"),
        ("score", ""),
    ]
    bench.press(Qt.Key.Key_Left)
    assert bench.entry.comment == "wrong in 1 place"
    bench.press(Qt.Key.Key_C)
    assert bench.view.trays.comment.text() == "wrong in 1 place"
    bench.press(Qt.Key.Key_Escape)
    assert bench.place.sitting is not None  # Escape closed the comment, not the session
    assert len(events(bench, item)) == 2  # and wrote nothing, for nothing was changed


def test_that_a_comment_survives_the_end_of_the_session(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_C)
    bench.write(bench.view.trays.comment.editor, "half a thought")
    bench.place.leave()
    bench.wait(lambda: bench.place.sitting is None)
    found = bench.project.ratings.history(completion_id=item)
    assert [e.body for e in found] == ["half a thought"]


def test_that_redo_gives_the_answer_back_and_goes_on(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    first, second = bench.rate(Qt.Key.Key_2), bench.rate(Qt.Key.Key_3)
    waiting = bench.entry.id
    bench.press(Qt.Key.Key_Z, CONTROL)
    bench.press(Qt.Key.Key_Z, CONTROL)
    assert bench.entry.id == first
    assert bench.view.deck.remaining == 40
    bench.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert bench.entry.id == second
    bench.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert bench.entry.id == waiting
    assert (value(bench, first), value(bench, second)) == (2, 3)
    assert bench.view.deck.remaining == 38


def test_that_three_undos_in_one_breath_end_at_the_third_item(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    rated = [bench.rate() for _ in range(4)]
    for _ in range(3):
        bench.press(Qt.Key.Key_U, settle=False)
    bench.press(Qt.Key.Key_5, settle=False)  # must not hit the item that is about to go
    bench.settle()
    assert bench.entry.id == rated[1]
    bench.saved()
    assert [r.completion_id for r in bench.project.ratings.current()] == [rated[0]]
    assert [bench.rate() for _ in range(3)] == rated[1:]


def test_that_undo_with_nothing_to_undo_says_so(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_U)
    bench.wait(lambda: "nothing more" in bench.view.surface.top.word.text())
    assert bench.entry.id == item


def test_that_two_raters_have_orders_and_queues_of_their_own(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start("Ana")
    ana = [bench.rate() for _ in range(8)]
    bench.leave()
    bench.start("Ben")
    assert bench.view.deck.remaining == 40
    ben = [bench.rate() for _ in range(8)]
    assert bench.entry.answers == {}
    bench.leave()
    assert ana != ben
    bench.choose("Ana")
    counts = {r.rater.name: r.waiting for r in bench.place.start_page.who._rows}
    assert counts == {"Ana": 32, "Ben": 32}


def test_that_duplicates_are_shown_once(bench: Bench, tmp_path: Path) -> None:
    with Project.create(tmp_path / "twins") as project:
        answer(project, [NewPrompt("Say it")], ["the same", "the same", "another", "the same"])
        project.raters.add("Ana")
        assert {c.text: c.multiplicity for c in project.completions.of_prompt(1)} == {
            "the same": 3,
            "another": 1,
        }
        path = project.path
    bench.open(path)
    bench.start()
    seen = []
    while bench.view.deck.entry is not None:
        seen.append(bench.entry.item.text)
        bench.rate()
    assert sorted(seen) == ["another", "the same"]


def test_that_labels_are_given_by_one_two_three(bench: Bench, file: Path) -> None:
    with Project.open(file) as project:
        project.change_settings(question="label")
    bench.open(file)
    bench.start()
    item = bench.entry.id
    for key in (Qt.Key.Key_0, Qt.Key.Key_4, Qt.Key.Key_9):
        bench.press(key)
    assert bench.entry.id == item
    given = [bench.rate(k) for k in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)]
    bench.saved()
    found = {
        r.completion_id: (r.kind, LABELS[int(r.value)]) for r in bench.project.ratings.current()
    }
    assert [found[i] for i in given] == [("label", word) for word in ("bad", "medium", "good")]


def two_criteria(path: Path) -> Path:
    with Project.open(make_project(path)) as project:
        project.change_settings(
            criteria=(
                Criterion("helpful", "Does it help?"),
                Criterion("fluent", "Is it good English?"),
            )
        )
        return project.path


def test_that_criteria_are_answered_in_order_and_the_last_moves_on(
    bench: Bench, tmp_path: Path
) -> None:
    bench.open(two_criteria(tmp_path / "two"))
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_8)
    assert bench.entry.id == item
    assert bench.view.deck.remaining == 40
    bench.press(Qt.Key.Key_3)
    assert bench.entry.id != item
    bench.saved()
    found = {r.criterion: r.value for r in bench.project.ratings.current(completion_id=item)}
    assert found == {"helpful": 8, "fluent": 3}
    bench.press(Qt.Key.Key_U)  # takes back the last answer only
    assert bench.entry.id == item
    assert bench.entry.answers == {"helpful": 8}
    bench.press(Qt.Key.Key_4)
    assert bench.entry.id != item


def test_that_one_of_two_criteria_of_an_earlier_item_can_be_changed(
    bench: Bench, tmp_path: Path
) -> None:
    bench.open(two_criteria(tmp_path / "two"))
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_8)
    bench.press(Qt.Key.Key_3)
    bench.press(Qt.Key.Key_Left)
    bench.press(Qt.Key.Key_5)
    assert bench.entry.id == item  # the second one may be changed too
    bench.press(Qt.Key.Key_Right)
    assert bench.entry.id != item
    bench.saved()
    found = {r.criterion: r.value for r in bench.project.ratings.current(completion_id=item)}
    assert found == {"helpful": 5, "fluent": 3}


def test_that_an_item_with_one_of_two_answers_waits_for_the_next_session(
    bench: Bench, tmp_path: Path
) -> None:
    bench.open(two_criteria(tmp_path / "two"))
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_8)
    bench.leave()
    view = bench.start()
    for _ in range(40):
        if bench.entry.id == item:
            break
        bench.press(Qt.Key.Key_1)
        bench.press(Qt.Key.Key_1)
    assert bench.entry.answers == {"helpful": 8}
    assert view._active == "fluent"


def test_that_answers_that_come_in_while_somebody_rates_are_rated_too(
    bench: Bench, tmp_path: Path
) -> None:
    bench.open(make_project(tmp_path / "few", n_prompts=1, per_prompt=2))
    bench.start()
    bench.rate()
    bench.rate()
    assert bench.view.deck.has_ended
    assert "everything" in bench.view.surface.end.sentence.text()
    project = bench.project
    bench.desk.mutate(lambda p: answer(project, [NewPrompt("A late one")], ["late"]))
    bench.wait(lambda: bench.view.deck.entry is not None)
    assert bench.entry.item.text == "late"


def test_that_the_next_items_are_there_before_they_are_needed(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    bench.wait(lambda: not bench.view.deck._feed._loading)
    for _ in range(3):
        before = bench.entry.id
        bench.view.deck.answer("overall", 5.0)
        bench.view.deck.advance()
        assert bench.entry.id != before  # without a turn of the event loop


def test_that_the_time_on_an_item_is_written(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    now = [100.0]
    clock = bench.view.deck.clock
    clock._now = lambda: now[0]
    clock.start()
    now[0] += 12.5
    item = bench.rate()
    assert [e.seconds for e in events(bench, item)] == [12.5]


def test_that_earlier_answers_with_the_same_score_are_shown(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    text = bench.entry.item.text
    bench.rate(Qt.Key.Key_7)
    item = bench.entry.id
    bench.press(Qt.Key.Key_E)
    tray = bench.view.trays.earlier
    bench.wait(tray.isVisible)
    assert "7" in tray.heading.text()
    assert text in tray.lines[0].text()
    bench.press(Qt.Key.Key_2, ALT)
    bench.wait(lambda: "2" in tray.heading.text())
    assert bench.entry.id == item  # Alt only looks
    assert bench.project.ratings.count_events() == 1
    bench.press(Qt.Key.Key_E)
    assert not tray.isVisible()


def test_that_the_list_of_keys_covers_the_surface_until_a_key(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    item = bench.entry.id
    bench.press(Qt.Key.Key_Question, SHIFT)
    assert bench.view.surface.overlay.isVisible()
    bench.press(Qt.Key.Key_7)
    assert not bench.view.surface.overlay.isVisible()
    assert bench.entry.id == item


def test_that_the_input_method_is_off_where_keys_rate_and_on_where_one_writes(
    bench: Bench, file: Path
) -> None:
    bench.open(file)
    view = bench.start()
    off = Qt.WidgetAttribute.WA_InputMethodEnabled
    texts = (
        view.surface,
        view.surface.item.answer,
        view.surface.item.texts.prompt,
        view.surface.item.side.source,
    )
    assert not any(w.testAttribute(off) for w in texts)
    assert view.trays.comment.editor.testAttribute(off)
    assert view.trays.skip.own.testAttribute(off)


def test_that_the_text_can_be_made_larger_by_key(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    before = bench.view.surface.item.answer.font().pixelSize()
    bench.press(Qt.Key.Key_Plus, CONTROL)
    assert bench.desk.preferences.rated_size == 18
    assert bench.view.surface.item.answer.font().pixelSize() > before


@pytest.mark.parametrize("text", ["safe\u202egnp.exe", "a\u200bb", "tag\U000e0041"])
def test_that_invisible_characters_are_shown(bench: Bench, tmp_path: Path, text: str) -> None:
    with Project.create(tmp_path / "hidden") as project:
        answer(project, [NewPrompt("Say <b>it</b>", references=(text,))], [text, "<img src=x>"])
        project.raters.add("Ana")
        path = project.path
    bench.open(path)
    bench.start()
    shown = {}
    for _ in range(2):
        shown[bench.entry.item.text] = bench.view.surface.item.answer.toPlainText()
        assert "<b>" in bench.view.surface.item.texts.prompt.toPlainText()
        assert "⟦U+" in bench.view.surface.item.side.references.toPlainText()
        bench.rate()
    assert shown["<img src=x>"] == "<img src=x>"
    assert "⟦U+" in shown[text]
    assert not set(text) & {"\u202e", "\u200b", "\U000e0041"} & set(shown[text])


def test_that_a_passage_and_good_answers_stand_beside_the_answer(
    bench: Bench, tmp_path: Path
) -> None:
    with Project.create(tmp_path / "side") as project:
        answer(
            project,
            [
                NewPrompt(
                    "In which year?", source="It opened in 1911.", references=("1911", "In 1911.")
                )
            ],
            ["1912"],
        )
        project.raters.add("Ana")
        path = project.path
    bench.open(path)
    view = bench.start()
    assert view.surface.item.side.isVisible()
    assert view.surface.item.side.source.toPlainText() == "It opened in 1911."
    assert "1911" in view.surface.item.side.references.toPlainText()
