"""The start page: who rates, empty states, and ratings made under a wrong name."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from prefdesk.project import Project
from prefdesk.project.settings import Criterion
from prefdesk.records import Rating
from prefdesk.ui.rate.move import PAUSE_MS, runs
from tests.ui.rate.conftest import Bench
from tests.ui.rate.making import make_project


def names(bench: Bench) -> list[str]:
    return [r.rater.name for r in bench.place.start_page.who._rows]


def test_that_a_project_without_answers_leads_to_data(bench: Bench, tmp_path: Path) -> None:
    with Project.create(tmp_path / "empty") as project:
        path = project.path
    bench.open(path)
    empty = bench.place.start_page.empty
    assert empty.isVisible()
    assert not bench.place.start_button.isVisible()
    with bench.qtbot.waitSignal(bench.desk.place_requested) as asked:
        empty.button.click()
    assert asked.args == ["data"]


def test_that_a_newcomer_adds_a_name_and_starts(bench: Bench, tmp_path: Path) -> None:
    bench.open(make_project(tmp_path / "new", raters=()))
    who = bench.place.start_page.who
    assert who.nobody.isVisible()
    assert not bench.place.start_button.isEnabled()
    who.name.setFocus()
    who.name.setText("Chen & Söhne")
    bench.press(Qt.Key.Key_Return)
    bench.wait(lambda: names(bench) == ["Chen & Söhne"])
    assert bench.place.start_button.isEnabled()
    assert who.name.text() == ""
    bench.start("Chen & Söhne")
    assert bench.view.surface.top.who.text() == "Chen & Söhne is rating"


def test_that_a_name_twice_is_refused_with_a_sentence(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.choose("Ana")
    who = bench.place.start_page.who
    who.name.setText(" ANA ")
    who.add.click()
    bench.wait(who.problem.isVisible)
    assert "already a rater called Ana" in who.problem.text()
    assert names(bench) == ["Ana", "Ben"]
    bench.write(who.name, "x")
    assert not who.problem.isVisible()


def test_that_nobody_is_chosen_unless_there_is_only_one(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.wait(lambda: names(bench) == ["Ana", "Ben"])
    assert bench.place.start_page.row is None
    assert not bench.place.start_button.isEnabled()


def test_that_simulated_raters_do_not_rate_here(bench: Bench, file: Path) -> None:
    with Project.open(file) as project:
        project.raters.add("honest 1 (simulated)", simulated=True)
    bench.open(file)
    bench.wait(lambda: names(bench) == ["Ana", "Ben"])


def test_that_the_question_and_every_guideline_are_read_before(bench: Bench, file: Path) -> None:
    with Project.open(file) as project:
        project.change_settings(
            criteria=(Criterion("helpful", "Does it help?"), Criterion("fluent", "Good English?"))
        )
    bench.open(file)
    from PySide6.QtWidgets import QLabel

    bench.choose("Ana")
    said = [w.text() for w in bench.place.start_page.question.findChildren(QLabel)]
    assert {"helpful", "Does it help?", "fluent", "Good English?"} <= set(said)
    assert "40 of 40 answers wait for Ana." in said


def test_that_a_rater_who_rated_everything_reads_so(bench: Bench, tmp_path: Path) -> None:
    bench.open(make_project(tmp_path / "few", n_prompts=1, per_prompt=2))
    bench.start()
    bench.rate()
    bench.rate()
    bench.leave()
    bench.wait(lambda: "rated everything" in bench.place.start_page.question.waiting.text())
    assert not bench.place.start_button.isEnabled()


def test_that_ratings_under_a_wrong_name_are_moved_and_moved_back(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start("Ana")
    rated = [bench.rate(Qt.Key(Qt.Key.Key_1 + n)) for n in range(5)]
    bench.leave()
    bench.place.move_button.click()
    card = bench.place.start_page.move_card
    bench.wait(lambda: card.count.text() == "5")
    assert card.source.currentText() == "Ana"
    assert card.target.currentText() == "Ben"
    card.count.setText("3")
    assert card.move_button.text() == "Move 3 ratings"
    card.move_button.click()

    def theirs() -> dict[str, set[int]]:
        return {
            rater.name: {r.completion_id for r in bench.project.ratings.current(rater_id=rater.id)}
            for rater in bench.project.raters.all()
        }

    bench.wait(bench.place.notice.isVisible)
    assert "3 ratings belong to Ben" in bench.place.notice.sentence.text()
    assert theirs() == {"Ana": set(rated[:2]), "Ben": set(rated[2:])}
    bench.place.notice.action.click()
    bench.wait(lambda: theirs() == {"Ana": set(rated), "Ben": set()})
    bench.wait(lambda: "back under" in bench.place.notice.sentence.text())
    assert not bench.place.can_undo()


def test_that_ratings_cannot_be_moved_to_the_same_rater(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start("Ana")
    bench.rate()
    bench.leave()
    bench.place.move_button.click()
    card = bench.place.start_page.move_card
    bench.wait(lambda: card.count.text() == "1")
    card.target.setCurrentIndex(card.source.currentIndex())
    assert not card.move_button.isEnabled()
    assert card.hint.text() == "Choose two different raters."


def test_that_a_rater_takes_a_move_back_without_losing_their_place(
    bench: Bench, file: Path
) -> None:
    bench.open(file)
    bench.start("Ana")
    rated = [bench.rate() for _ in range(3)]
    bench.leave()
    ana, ben = (bench.project.raters.by_name(name) for name in ("Ana", "Ben"))
    theirs = [r.event_uid for r in bench.project.ratings.current(rater_id=ana.id)]
    bench.project.ratings.move(theirs, ana, ben)
    bench.start("Ana")
    bench.rate()
    bench.press(Qt.Key.Key_U)  # the newest act
    item = bench.entry.id
    bench.press(Qt.Key.Key_U)  # the move
    bench.wait(lambda: "several" in bench.view.surface.top.word.text())
    assert bench.entry.id == item
    found = bench.project.ratings.current()
    assert {(r.completion_id, r.rater_id) for r in found} == {(i, ana.id) for i in rated}
    bench.wait(lambda: bench.view.deck.remaining == 37)
    bench.rate()
    assert bench.entry.id not in rated


def test_that_a_pause_starts_another_run() -> None:
    minute = PAUSE_MS // 20
    times = [100 * minute, 99 * minute, 60 * minute, 59 * minute, 58 * minute]
    ratings = [
        Rating(1, 1, 1, "score", "overall", 0, 5.0, None, ms << 16, bytes(16)) for ms in times
    ]
    assert [(r.since_ms, r.n_ratings) for r in runs(ratings)] == [
        (99 * minute, 2),
        (58 * minute, 5),
    ]
    assert runs([]) == []


def test_that_every_control_has_a_name(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.wait(lambda: bool(names(bench)))
    QAccessible.setActive(True)
    checked = nameless_free(bench.place)
    bench.place.move_button.click()
    checked += nameless_free(bench.place)
    bench.start("Ana")
    bench.press(Qt.Key.Key_S)
    checked += nameless_free(bench.view.surface)
    bench.press(Qt.Key.Key_C)
    bench.wait(bench.view.trays.comment.isVisible)
    checked += nameless_free(bench.view.surface)
    assert checked > 50


def nameless_free(shown: QWidget) -> int:
    """How many controls there are to reach; each says what it is."""
    kinds = (QAbstractButton, QLineEdit, QComboBox)
    found = [
        w
        for w in shown.findChildren(QWidget)
        if (isinstance(w, kinds) or w.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and w.isVisibleTo(shown)
        and not w.objectName().startswith("qt_")
    ]
    for widget in found:
        heard = QAccessible.queryAccessibleInterface(widget)
        assert heard is not None and heard.text(QAccessible.Text.Name), widget
    return len(found)
