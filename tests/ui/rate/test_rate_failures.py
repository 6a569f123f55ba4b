"""What could not be written comes back with the answer and the reason; nobody waits."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from prefdesk.errors import DiskFull
from prefdesk.records import Event
from tests.ui.rate.conftest import Bench


class Disk:
    """Stands before a session's way to the disk: it can be slow or full."""

    def __init__(self, bench: Bench) -> None:
        self._session = bench.view.deck.session
        self._through = {
            name: getattr(self._session, name) for name in ("score", "skip", "comment")
        }
        self.is_full = False
        self.is_slow = False
        self.waiting: list[tuple[Future[Event], Any]] = []
        for name in self._through:
            setattr(self._session, name, self._write(name))

    def _write(self, name: str) -> Any:
        def write(*args: Any, **options: Any) -> Future[Event]:
            if self.is_full:
                future: Future[Event] = Future()
                future.set_exception(DiskFull("There is no space left.", "Free some space."))
                return future
            if self.is_slow:
                future = Future()
                self.waiting.append((future, lambda: self._through[name](*args, **options)))
                return future
            through: Future[Event] = self._through[name](*args, **options)
            return through

        return write

    def catch_up(self) -> None:
        """The disk answers at last."""
        for future, write in self.waiting:
            future.set_result(write().result(timeout=10))
        self.waiting.clear()


def test_that_a_rating_that_could_not_be_written_comes_back(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    bench.rate()
    disk = Disk(bench)
    disk.is_full = True
    item = bench.entry.id
    bench.press(Qt.Key.Key_6)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()) and bench.entry.id == item)
    checked = [
        b.value for b in bench.view.surface.questions.rows["overall"].buttons if b.isChecked()
    ]
    assert checked == [6]
    notice = bench.place.notice
    assert notice.isVisible()
    assert "no space" in notice.sentence.text()
    assert notice.hint.text() == "Free some space."
    assert bench.view.surface.top.dot.words().endswith("could not be saved")
    assert bench.view.deck.remaining == 39
    disk.is_full = False
    notice.action.click()
    bench.settle()
    bench.saved()
    assert bench.entry.id != item
    assert [r.value for r in bench.project.ratings.current(completion_id=item)] == [6]
    assert bench.view.surface.top.dot.words() == "All ratings are saved"


def test_that_another_key_on_a_lost_item_replaces_the_answer(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    disk = Disk(bench)
    disk.is_full = True
    item = bench.entry.id
    bench.press(Qt.Key.Key_6)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()) and bench.entry.id == item)
    disk.is_full = False
    bench.press(Qt.Key.Key_2)
    bench.saved()
    assert [r.value for r in bench.project.ratings.current(completion_id=item)] == [2]
    assert not bench.view.deck.lost_entries()


def test_that_of_several_lost_ratings_the_first_comes_back_first(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    disk = Disk(bench)
    disk.is_slow = True
    rated = [bench.rate(Qt.Key(Qt.Key.Key_1 + n)) for n in range(3)]
    waiting = bench.entry.id
    for future, _ in disk.waiting:
        future.set_exception(DiskFull("There is no space left."))
    disk.waiting.clear()
    bench.wait(lambda: len(bench.view.deck.lost_entries()) == 3)
    assert bench.entry.id == rated[0]
    disk.is_slow = False
    bench.place.notice.action.click()
    bench.settle()
    bench.saved()
    assert bench.entry.id == waiting
    found = {r.completion_id: r.value for r in bench.project.ratings.current()}
    assert found == dict(zip(rated, (1.0, 2.0, 3.0)))


def test_that_a_skip_and_a_comment_come_back_too(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    disk = Disk(bench)
    disk.is_full = True
    item = bench.entry.id
    bench.press(Qt.Key.Key_C)
    bench.write(bench.view.trays.comment.editor, "kept")
    bench.press(Qt.Key.Key_Escape)
    bench.wait(bench.view.trays.comment.isVisible)
    assert bench.view.trays.comment.text() == "kept"
    disk.is_full = False
    bench.press(Qt.Key.Key_Escape)
    bench.saved()
    disk.is_full = True
    bench.press(Qt.Key.Key_S)
    bench.press(Qt.Key.Key_1)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()) and bench.entry.id == item)
    disk.is_full = False
    bench.place.notice.action.click()
    bench.settle()
    bench.saved()
    kinds = [e.kind for e in bench.project.ratings.history(completion_id=item)]
    assert kinds == ["comment", "skip"]


def test_that_a_comment_in_the_making_survives_a_call_back(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    disk = Disk(bench)
    disk.is_slow = True
    lost = bench.rate()
    writing = bench.entry.id
    bench.press(Qt.Key.Key_C)
    bench.write(bench.view.trays.comment.editor, "in the making")
    for future, _ in disk.waiting:
        future.set_exception(DiskFull("There is no space left."))
    bench.wait(lambda: bench.entry.id == lost)
    assert not bench.view.trays.comment.isVisible()
    disk.is_slow = False
    bench.place.notice.action.click()
    bench.settle()
    assert bench.entry.id == writing
    assert bench.view.trays.comment.text() == "in the making"
    bench.press(Qt.Key.Key_Escape)
    bench.saved()
    found = bench.project.ratings.history(completion_id=writing)
    assert [e.body for e in found] == ["in the making"]


def test_that_a_lost_comment_does_not_keep_anybody_in(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    disk = Disk(bench)
    disk.is_full = True
    bench.press(Qt.Key.Key_C)
    bench.write(bench.view.trays.comment.editor, "lost")
    bench.press(Qt.Key.Key_Escape)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()))
    bench.place.leave()
    bench.wait(lambda: bench.place.notice.action.text() == "Leave without them")
    bench.place.notice.action.click()
    assert bench.place.sitting is None


def test_that_a_slow_disk_is_counted_and_not_waited_for(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    disk = Disk(bench)
    disk.is_slow = True
    rated = [bench.rate() for _ in range(6)]
    assert len(set(rated)) == 6
    assert bench.view.deck.outbox.unsaved == 6
    assert bench.view.surface.top.dot.words() == "6 ratings are not on disk yet"
    bench.press(Qt.Key.Key_Escape)
    assert bench.place.sitting is not None  # leaving waits, the window does not
    disk.catch_up()
    bench.wait(lambda: bench.place.sitting is None)
    assert {r.completion_id for r in bench.project.ratings.current()} == set(rated)


def test_that_one_is_asked_before_lost_ratings_are_given_up(bench: Bench, file: Path) -> None:
    bench.open(file)
    bench.start()
    disk = Disk(bench)
    disk.is_full = True
    bench.press(Qt.Key.Key_6)
    bench.wait(lambda: bool(bench.view.deck.lost_entries()))
    bench.press(Qt.Key.Key_Escape)
    assert bench.place.sitting is not None
    assert bench.place.notice.action.text() == "Leave without them"
    bench.window.close()
    assert bench.window.isVisible()
    assert bench.desk.project is not None
    bench.place.notice.action.click()
    assert bench.place.sitting is None
    assert bench.project.ratings.current() == []


def test_that_closing_the_window_keeps_the_last_ratings_and_the_comment(
    bench: Bench, file: Path
) -> None:
    from prefdesk.project import Project

    bench.open(file)
    bench.start()
    rated = [bench.rate(), bench.rate()]
    item = bench.entry.id
    bench.press(Qt.Key.Key_C)
    bench.write(bench.view.trays.comment.editor, "half a thought")
    bench.press(Qt.Key.Key_8, settle=False)
    bench.window.close()
    bench.wait(lambda: bench.desk.project is None and not bench.window.isVisible())
    with Project.open(file) as project:
        assert {r.completion_id for r in project.ratings.current()} == set(rated)
        comments = [e.body for e in project.ratings.history(completion_id=item)]
        assert comments == ["half a thought8"]


def test_that_a_project_open_read_only_says_that_nobody_can_rate(bench: Bench, file: Path) -> None:
    from prefdesk.project import Project

    bench.desk.adopt(Project.open(file, mode="r"))
    bench.window.show_place("rate")
    bench.wait(bench.place.read_only.isVisible)
    assert "read-only" in bench.place.read_only.sentence.text()
    assert not bench.place.start_button.isEnabled()
