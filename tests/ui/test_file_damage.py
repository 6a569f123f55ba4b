"""A damaged file: what is told, the ways on, and not a byte of it changed."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from prefdesk.errors import DamagedProject, ProjectError
from prefdesk.project import Project, backups
from prefdesk.ui.crash import CrashDialog
from prefdesk.ui.dialogs import AskFile, Question
from prefdesk.ui.file import aside
from prefdesk.ui.file.backups import BackupsDialog
from prefdesk.ui.file.damaged import DamagedDialog
from prefdesk.ui.file.saved import SavedDialog
from prefdesk.ui.window import Window
from tests.ui.stage import Wait, press, shouting, shown
from tests.ui.test_shell_accessible import nameless
from tests.worlds import make_project, rate_by_panel

pytestmark = pytest.mark.usefixtures("backups_folder")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A rated project with a backup of an earlier state and one of the last."""
    path = tmp_path / "a.prefdesk"
    with make_project(path, prompts=8) as project:
        rate_by_panel(project)
    with Project.open(path) as project:
        session = project.ratings.session(project.raters.add("Zoe"))
        for item in session.upcoming(5):
            session.score(item.completion_id, 4.0).result()
    return path


def spoil(path: Path, *, cut: bool = False) -> bytes:
    data = path.read_bytes()
    data = data[: len(data) * 3 // 4] if cut else bytes(100) + data[100:]
    path.write_bytes(data)
    return data


def refused(window: Window, path: Path, wait: Wait) -> DamagedDialog:
    window.open_path(path)
    dialog = shown(window, DamagedDialog, wait)
    wait(lambda: not dialog.is_at_work and dialog.known.backups is not None)
    return dialog


def said(dialog: DamagedDialog) -> dict[str, str]:
    return {title.text(): state.text() for _, title, state in dialog.ways.findings.lines}


def test_that_a_damaged_header_is_told_with_what_is_whole(
    window: Window, file: Path, wait: Wait
) -> None:
    spoilt = spoil(file)
    dialog = refused(window, file, wait)
    assert "not a prefdesk project" in dialog.sentence.text()
    assert said(dialog)["Ratings and their history"].endswith(" whole")
    assert dialog.ways.found.text() == "Everything that was looked at can be read."
    assert not dialog.notice.isVisible() and not window.notice.isVisible()
    assert file.read_bytes() == spoilt


def test_that_the_newest_backup_is_restored_and_the_damaged_file_kept(
    window: Window, file: Path, wait: Wait
) -> None:
    spoilt = spoil(file)
    dialog = refused(window, file, wait)
    assert dialog.known.backups is not None and len(dialog.known.backups) == 2
    assert "Restore the backup of" in dialog.ways.restore.button.text()
    dialog.ways.restore.button.click()
    press(shown(dialog, Question, wait), "Restore")
    wait(lambda: window.desk.project is not None and window.notice.isVisible())
    assert window.desk.project is not None and window.desk.project.path == file
    assert window.desk.project.check() == []
    assert "as it was at" in window.notice.sentence.text()
    (kept,) = file.parent.glob("a.before-restore-*.prefdesk")
    assert kept.read_bytes() == spoilt
    assert kept.name in window.notice.hint.text()


def test_that_what_can_be_read_is_saved_reported_and_opened(
    window: Window, file: Path, monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    spoilt, new = spoil(file, cut=True), file.with_name("new.prefdesk")
    dialog = refused(window, file, wait)
    assert "cut off" in dialog.sentence.text()
    monkeypatch.setattr(AskFile, "to_save", lambda *a: a[-1](new))
    dialog.ways.save.button.click()
    report = shown(window, SavedDialog, wait)
    assert not [d for d in window.findChildren(DamagedDialog) if d.isVisible()]
    assert report.saved.table("event").recovered > 0
    assert file.read_bytes() == spoilt
    press(report, "Open it")
    wait(lambda: window.desk.project is not None)
    assert window.desk.project is not None and window.desk.project.path == new


def test_that_a_failed_way_leads_back_to_the_dialog(window: Window, file: Path, wait: Wait) -> None:
    spoil(file)
    newest, older = backups(file)
    spoilt = newest.path.read_bytes()
    dialog = refused(window, file, wait)
    newest.path.write_bytes(spoilt[:40_000])
    dialog.restore_from(newest)
    wait(lambda: dialog.notice.isVisible())
    assert dialog.isVisible() and dialog.ways.restore.button.isEnabled()
    assert dialog.known.backups == [older], "the next one is offered"
    assert not window.findChildren(CrashDialog) and window.desk.project is None


def test_that_a_name_that_is_taken_leads_back_to_the_dialog(
    window: Window, file: Path, wait: Wait
) -> None:
    spoil(file)
    dialog = refused(window, file, wait)
    taken = file.with_name("taken.prefdesk")
    taken.write_bytes(b"precious")
    dialog.save_into(taken)
    wait(lambda: dialog.notice.isVisible())
    assert "already a file" in dialog.notice.sentence.text()
    assert taken.read_bytes() == b"precious" and dialog.ways.save.button.isEnabled()


def test_that_another_backup_can_be_chosen_with_what_it_lacks(
    window: Window, file: Path, wait: Wait
) -> None:
    spoil(file)
    dialog = refused(window, file, wait)
    dialog.ways.others.click()
    chooser = shown(dialog, BackupsDialog, wait)
    wait(lambda: chooser.rows.records)
    lacks = [chooser.rows.columns[2].value(one) for one in chooser.rows.records]
    assert lacks == [0, 5]
    assert not chooser.now.isVisible(), "a file that cannot be opened cannot be backed up"
    chooser.table.selectRow(1)
    press(chooser, "Restore…")
    press(shown(chooser, Question, wait), "Restore")
    wait(lambda: window.desk.project is not None)
    assert window.desk.project is not None
    assert "Zoe" not in {r.name for r in window.desk.project.raters.all()}


def test_that_without_a_backup_saving_is_the_way(
    window: Window, file: Path, backups_folder: Path, wait: Wait
) -> None:
    import shutil

    shutil.rmtree(backups_folder)
    spoil(file)
    dialog = refused(window, file, wait)
    assert dialog.ways.restore.sentence.text() == "There is none."
    assert not dialog.ways.restore.button.isEnabled() and dialog.ways.save.button.isDefault()


def test_that_a_file_in_which_nothing_can_be_read_offers_its_backup(
    window: Window, file: Path, wait: Wait
) -> None:
    file.write_bytes(b"\xff" * 100_000)
    dialog = refused(window, file, wait)
    assert "Nothing of a project can be read" in dialog.ways.found.text()
    assert not dialog.ways.save.button.isEnabled()
    assert dialog.ways.restore.button.isEnabled() and dialog.ways.restore.button.isDefault()


def test_that_an_empty_file_that_was_a_project_offers_its_backup(
    window: Window, file: Path, wait: Wait
) -> None:
    window.desk.preferences.remember(file)
    file.write_bytes(b"")
    dialog = refused(window, file, wait)
    assert "is empty" in dialog.sentence.text() and dialog.ways.restore.button.isEnabled()


def test_that_a_text_of_the_wrong_name_gets_its_sentence_only(
    window: Window, tmp_path: Path, wait: Wait
) -> None:
    notes = tmp_path / "notes.prefdesk"
    notes.write_text("not a project")
    window.open_path(notes)
    wait(lambda: window.notice.isVisible())
    assert not window.findChildren(DamagedDialog)


def test_that_a_newer_file_gets_its_sentence_and_is_left_alone(
    window: Window, file: Path, wait: Wait
) -> None:
    data = bytearray(file.read_bytes())
    data[60:64] = (99).to_bytes(4, "big")
    file.write_bytes(data)
    window.open_path(file)
    wait(lambda: window.notice.isVisible())
    assert "newer prefdesk" in window.notice.sentence.text()
    assert not window.findChildren(DamagedDialog) and file.read_bytes() == bytes(data)


def test_that_damage_met_while_working_leads_to_the_same_dialog(
    window: Window, file: Path, wait: Wait
) -> None:
    window.open_path(file)
    wait(lambda: window.desk.project is not None)
    taken: list[object] = []

    def broken(_project: Project) -> None:
        raise DamagedProject("The project is damaged: a page.")

    window.desk.query(broken, on_error=taken.append)
    wait(lambda: window.notice.isVisible())
    assert len(taken) == 1 and window.notice.action.text() == "What can be done…"
    window.notice.action.click()
    dialog = shown(window, DamagedDialog, wait)
    wait(lambda: not dialog.is_at_work and dialog.known.backups is not None)
    assert window.desk.project is not None, "nothing is closed before a way is chosen"
    dialog.restore_from(dialog.known.backups[1])  # type: ignore[index]
    wait(lambda: window.desk.project is not None and "as it was" in window.notice.sentence.text())
    assert "Zoe" not in {r.name for r in window.desk.project.raters.all()}


def test_that_other_errors_stay_notices(window: Window, file: Path, wait: Wait) -> None:
    window.open_path(file)
    wait(lambda: window.desk.project is not None)
    window.desk.error_raised.emit(ProjectError("Something else."))
    assert window.notice.isVisible() and not window.notice.action.isVisible()


def test_that_a_look_is_stopped_with_the_dialog(window: Window, file: Path, wait: Wait) -> None:
    spoil(file)
    window.open_path(file)
    dialog = shown(window, DamagedDialog, wait)
    dialog.reject()
    assert not dialog.isVisible()
    wait(lambda: not aside.is_working())
    assert window.desk.project is None and not window.findChildren(CrashDialog)


def test_that_the_dialog_is_worked_by_keys_and_speaks_the_language(
    window: Window, file: Path, qtbot: QtBot, wait: Wait
) -> None:
    spoil(file)
    dialog = refused(window, file, wait)
    defaults = [b for b in dialog.findChildren(QPushButton) if b.isDefault()]
    assert len(defaults) == 1, "Enter takes the recommended way"
    reached = set()
    for _ in range(20):
        qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Tab)
        reached.add(dialog.focusWidget())
    buttons = {b for b in dialog.findChildren(QPushButton) if b.isVisible() and b.isEnabled()}
    assert buttons <= reached and nameless(dialog) == []
    with shouting():
        wait(lambda: dialog.ways.found.text().isupper())
        assert all(state.isupper() for state in said(dialog).values())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_a_report_is_written(
    window: Window, file: Path, monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    spoil(file)
    dialog = refused(window, file, wait)
    target = file.with_name("report.txt")
    monkeypatch.setattr(AskFile, "to_save", lambda *a: a[-1](target))
    press(dialog, "Save a report…")
    text = target.read_text(encoding="utf-8")
    assert " whole" in text and str(file) in text
    assert dialog.notice.isVisible() and "Zoe" not in text


def test_that_large_numbers_are_written_alike_in_the_list_and_in_the_sentences(
    window: Window, file: Path, wait: Wait
) -> None:
    spoil(file)
    dialog = refused(window, file, wait)
    known = dialog.known
    assert known.survey is not None and known.backups is not None
    backup = replace(known.backups[0], ratings=2_162, events=2_165)
    tables = tuple(
        replace(one, recovered=3_721) if one.name == "event" else one for one in known.survey.tables
    )
    dialog.ways.show_known(
        replace(known, survey=replace(known.survey, tables=tables), backups=[backup])
    )
    assert said(dialog)["Ratings and their history"] == "3,721 whole"
    sentence = dialog.ways.restore.sentence.text()
    assert "2,162 ratings" in sentence and "1,556 acts" in sentence
