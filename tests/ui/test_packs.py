"""Rating packs in the window: made, rated in a working copy, given back, merged, taken back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from prefdesk.errors import Cancelled
from prefdesk.project import Project, open_pack
from prefdesk.ui import background
from prefdesk.ui.desk import Desk
from prefdesk.ui.dialogs import AskFile, Question
from prefdesk.ui.packs.make import MakeDialog
from prefdesk.ui.packs.merge import MergeDialog
from prefdesk.ui.packs.rows import CONFLICTS, NEW, REFUSED, THERE
from prefdesk.ui.staged import make_pack
from prefdesk.ui.window import Window
from tests.ui.stage import Wait, press, shouting, shown, values_of
from tests.worlds import make_project


@pytest.fixture
def staged(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A project, a pack that came back to it, and the working copy it was rated in."""
    with make_project(tmp_path / "home.prefdesk", prompts=14) as project:
        project.raters.add("Ana")
        project.raters.add("Ben")
        back, copy = make_pack(project, "Ana", tmp_path)
    return tmp_path / "home.prefdesk", back, copy


@pytest.fixture
def home(qtbot: QtBot, window: Window, staged: tuple[Path, Path, Path]) -> Iterator[Project]:
    with qtbot.waitSignal(window.desk.project_opened, timeout=20_000):
        window.open_path(staged[0])
    assert window.desk.project is not None
    yield window.desk.project


def merge_dialog(window: Window, path: Path, wait: Wait) -> MergeDialog:
    window.drops.take([str(path)])
    dialog = shown(window, MergeDialog, wait)
    wait(lambda: dialog.preview.found is not None or dialog.notice.isVisible())
    return dialog


def test_that_a_dropped_pack_is_shown_with_its_counts_before_anything_changes(
    window: Window, home: Project, staged: tuple[Path, Path, Path], wait: Wait
) -> None:
    before = home.ratings.count_events()
    dialog = merge_dialog(window, staged[1], wait)
    found = home.packs.preview(staged[1])
    counts = (found.new.count, len(found.conflicts), found.refused.count, found.duplicate.count)
    assert all(counts), "the staged pack shows every kind of row"
    shown = [
        dialog.preview.cards[n]._value.text() for n in ("new", "conflicts", "refused", "there")
    ]
    assert shown == [str(n) for n in counts]
    rows = [len(dialog.preview.tables.models[n].records) for n in (NEW, CONFLICTS, REFUSED, THERE)]
    assert rows == list(counts)
    reasons = dialog.preview.tables.models[REFUSED].columns[-1]
    assert {reasons.text(r) for r in dialog.preview.tables.models[REFUSED].records} == {
        "It was changed after it was written."
    }
    assert home.ratings.count_events() == before


def test_that_merging_brings_ratings_in_and_undo_takes_them_out(
    window: Window, home: Project, staged: tuple[Path, Path, Path], wait: Wait
) -> None:
    before = values_of(home, "Ana")
    dialog = merge_dialog(window, staged[1], wait)
    dialog.preview.vouch.setChecked(True)
    new = home.packs.preview(staged[1]).new.count
    assert dialog.take.text() == f"Merge {new} judgements" and dialog.take.isEnabled()
    dialog.take.click()
    wait(lambda: window.notice.isVisible())
    assert f"{new} judgements by Ana came in." in window.notice.sentence.text()
    assert len(values_of(home, "Ana")) > len(before)
    assert window.notice.action.text() == "Undo"
    window.notice.action.click()
    wait(lambda: "taken back" in window.notice.sentence.text())
    assert values_of(home, "Ana") == before


def test_that_a_pack_with_a_missing_signature_needs_a_word_for_it(
    window: Window, home: Project, staged: tuple[Path, Path, Path], wait: Wait
) -> None:
    dialog = merge_dialog(window, staged[1], wait)
    assert "unlike earlier packs" in dialog.preview.seal.text()
    assert dialog.preview.vouch.isVisible() and not dialog.take.isEnabled()
    dialog.preview.vouch.setChecked(True)
    assert dialog.take.isEnabled()


def test_that_the_ratings_can_go_to_somebody_else(
    window: Window, home: Project, staged: tuple[Path, Path, Path], wait: Wait
) -> None:
    dialog = merge_dialog(window, staged[1], wait)
    names = [dialog.preview.who.box.itemText(n) for n in range(dialog.preview.who.box.count())]
    assert names == ["Ana", "Ben"]
    first = dialog.preview.found
    dialog.preview.who.box.setCurrentIndex(1)
    dialog.preview.who.box.activated.emit(1)
    wait(lambda: dialog.preview.found is not first)
    assert dialog.preview.found is not None and not dialog.preview.found.duplicate.count
    dialog.preview.vouch.setChecked(True)
    dialog.take.click()
    ben = home.raters.by_name("Ben")
    wait(lambda: home.ratings.current(rater_id=ben.id) and window.notice.isVisible())
    assert "by Ben" in window.notice.sentence.text()


def test_that_a_namesake_must_be_chosen_or_renamed(
    window: Window, home: Project, staged: tuple[Path, Path, Path], tmp_path: Path, wait: Wait
) -> None:
    import shutil

    away = tmp_path / "other"
    away.mkdir()
    with make_project(away / "twin.prefdesk", prompts=2) as twin:
        ana = twin.raters.add("Ana")
        twin.packs.make(ana, away / "a.prefpack")
        uid = home.uid
        twin.core.mutate(lambda c: c.execute("UPDATE meta SET value = ? WHERE key = 'uid'", (uid,)))
        twin.packs.make(ana, away / "b.prefpack")
    copy = open_pack(away / "b.prefpack", away / "copy.prefdesk")
    with Project.open(copy) as project:
        session = project.ratings.session(project.raters.all()[0])
        session.score(session.upcoming(1)[0].completion_id, 5.0).result()
        project.packs.return_pack(away / "back.prefpack")
    shutil.copy(away / "back.prefpack", tmp_path / "back.prefpack")
    dialog = merge_dialog(window, tmp_path / "back.prefpack", wait)
    assert dialog.preview.who_problem.isVisible() and not dialog.take.isEnabled()
    last = dialog.preview.who.box.count() - 1
    dialog.preview.who.box.setCurrentIndex(last)
    dialog.preview.who.box.activated.emit(last)
    dialog.preview.who.name.setText("Ben")
    dialog.preview.who.renamed.emit()
    assert dialog.preview.who_problem.text() == "There is a rater of this name already."
    dialog.preview.who.name.setText("Ana from Graz")
    dialog.preview.who.renamed.emit()
    assert not dialog.preview.who_problem.isVisible()


def test_that_a_pack_of_another_project_gets_its_sentence_and_no_way_on(
    window: Window, staged: tuple[Path, Path, Path], tmp_path: Path, qtbot: QtBot, wait: Wait
) -> None:
    with make_project(tmp_path / "else.prefdesk", prompts=1):
        pass
    with qtbot.waitSignal(window.desk.project_opened, timeout=20_000):
        window.open_path(tmp_path / "else.prefdesk")
    dialog = merge_dialog(window, staged[1], wait)
    assert "belongs to another project" in dialog.notice.sentence.text()
    assert not dialog.take.isVisible() and dialog.leave.text() == "Close"


def test_that_a_file_that_is_no_pack_gets_its_sentence(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    wrong = tmp_path / "wrong.prefpack"
    wrong.write_text("no pack")
    window.drops.take([str(wrong)])
    wait(lambda: window.notice.isVisible())
    assert "wrong.prefpack" in window.notice.sentence.text()
    assert not window.findChildren(MergeDialog)


def test_that_ratings_without_a_project_are_answered(
    window: Window, staged: tuple[Path, Path, Path], wait: Wait
) -> None:
    window.drops.take([str(staged[1])])
    wait(lambda: window.notice.isVisible())
    assert "Open the project" in window.notice.sentence.text()
    assert window.notice.action.text() == "Open project…"


def test_that_a_stopped_merge_says_so_and_can_be_taken_back(
    monkeypatch: pytest.MonkeyPatch,
    window: Window,
    home: Project,
    staged: tuple[Path, Path, Path],
    wait: Wait,
) -> None:
    dialog = merge_dialog(window, staged[1], wait)
    dialog.preview.vouch.setChecked(True)

    def merge(_self: object, *_: object, cancelled: Callable[[], bool], **_k: object) -> None:
        while not cancelled():
            pass
        raise Cancelled

    monkeypatch.setattr(type(home.packs), "merge", merge)
    dialog.take.click()
    assert dialog.strip.isVisible() and not dialog.preview.who.isEnabled()
    dialog.reject()
    assert dialog.isVisible(), "the dialog stays until the merge has ended"
    wait(lambda: window.notice.isVisible())
    assert "stopped" in window.notice.sentence.text()
    assert window.notice.action.text() == "Undo"


def test_that_the_words_of_the_preview_follow_the_language(
    window: Window, home: Project, staged: tuple[Path, Path, Path], wait: Wait
) -> None:
    dialog = merge_dialog(window, staged[1], wait)
    with shouting():
        wait(lambda: dialog.preview.seal.text().isupper())
        assert dialog.preview.cards["new"].heading.text() == "NEW"
        assert dialog.preview.tables.tabText(REFUSED) == "REFUSED"
        assert dialog.preview.tables.captions[REFUSED].text().isupper()


def test_that_a_pack_to_rate_offers_a_working_copy_and_opens_it(
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    window: Window,
    staged: tuple[Path, Path, Path],
    tmp_path: Path,
    wait: Wait,
) -> None:
    made = tmp_path / "mine.prefdesk"
    monkeypatch.setattr(AskFile, "to_save", lambda *a: a[-1](made))
    window.drops.take([str(staged[2].with_name("ada.prefpack"))])
    question = shown(window, Question, wait)
    with qtbot.waitSignal(window.desk.project_opened, timeout=20_000):
        press(question, "Choose where it goes…")
    assert window.desk.project is not None and window.desk.project.path == made
    assert window.desk.mark is not None


def test_that_a_working_copy_shows_rate_alone_and_gives_its_ratings_back(
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    window: Window,
    staged: tuple[Path, Path, Path],
    tmp_path: Path,
    wait: Wait,
) -> None:
    with qtbot.waitSignal(window.desk.project_opened, timeout=20_000):
        window.open_path(staged[2])
    assert window.place is window.places["rate"]
    assert [n for n, b in window.rail.buttons.items() if b.isVisible()] == ["rate"]
    actions = window.menus.actions
    assert not actions["train"].isEnabled() and not actions["train"].isVisible()
    qtbot.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    window.desk.go("train")
    assert window.place is window.places["rate"]
    wait(lambda: window.copy_bar.facts is not None)
    assert window.copy_bar.words.text() == "Working copy of a pack for Ana"
    assert window.copy_bar.count.text() == "24 of 48 rated"
    target = tmp_path / "given.prefpack"
    monkeypatch.setattr(AskFile, "to_save", lambda *a: a[-1](target))
    window.copy_bar.give_back.click()
    wait(lambda: window.notice.isVisible() and target.exists())
    assert "24 judgements" in window.notice.sentence.text()


def test_that_a_working_copy_at_rest_asks_nothing(
    qtbot: QtBot, window: Window, staged: tuple[Path, Path, Path], wait: Wait
) -> None:
    with qtbot.waitSignal(window.desk.project_opened, timeout=20_000):
        window.open_path(staged[2])
    wait(lambda: window.copy_bar.facts is not None and background.is_idle())
    qtbot.wait(100)
    changes: list[object] = []
    window.desk.changed.connect(changes.append)
    qtbot.wait(200)
    assert not changes


def test_that_an_ordinary_project_has_no_way_to_give_ratings_back(
    window: Window, home: Project
) -> None:
    assert not window.copy_bar.isVisible()
    assert not window.menus.actions["give_back"].isVisible()
    assert window.menus.actions["make_pack"].isEnabled()


def test_that_a_pack_is_made_for_a_new_rater(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    window.menus.actions["make_pack"].trigger()
    dialog = shown(window, MakeDialog, wait)
    wait(lambda: dialog.make.isEnabled())
    assert dialog.path.text() == str(tmp_path / "Ana.prefpack")
    last = dialog.who.box.count() - 1
    dialog.who.box.setCurrentIndex(last)
    dialog.who.box.activated.emit(last)
    assert not dialog.make.isEnabled()
    dialog.who.name.setText("Cleo")
    dialog.who.renamed.emit()
    dialog.limit.setValue(5)
    dialog.make.click()
    wait(lambda: window.notice.isVisible())
    assert "5 answers for Cleo" in window.notice.sentence.text()
    assert (tmp_path / "Cleo.prefpack").exists()


def test_that_a_file_that_is_there_is_not_replaced_unasked(
    window: Window, home: Project, tmp_path: Path, wait: Wait
) -> None:
    (tmp_path / "Ana.prefpack").write_bytes(b"precious")
    window.menus.actions["make_pack"].trigger()
    dialog = shown(window, MakeDialog, wait)
    wait(lambda: dialog.make.isEnabled())
    dialog.make.click()
    wait(lambda: dialog.notice.isVisible())
    assert (tmp_path / "Ana.prefpack").read_bytes() == b"precious"


def test_that_space_is_given_back_until_none_is_left_and_not_while_somebody_rates(
    monkeypatch: pytest.MonkeyPatch, window: Window, home: Project, desk: Desk, wait: Wait
) -> None:
    answers, asked = [True, True, False], []

    def give_back(budget_s: float) -> bool:
        asked.append(budget_s)
        return answers[len(asked) - 1]

    monkeypatch.setattr(home.file, "give_back", give_back)
    monkeypatch.setattr("prefdesk.ui.housekeeping.BETWEEN_MS", 1)
    keeper = window.housekeeper
    wait(background.is_idle)
    keeper.pause(True)
    keeper._on_quiet()
    assert not asked
    keeper.pause(False)
    keeper._on_quiet()
    wait(lambda: len(asked) == 3)
    wait(lambda: background.is_idle() and not keeper.between.isActive())
    assert set(asked) == {0.2} and len(asked) == 3
