"""Backups, the check, compacting, and word of how a file was found."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from prefdesk.errors import DiskFull
from prefdesk.project import Project, backups
from prefdesk.store import compacting, engine, header, migrations, schema
from prefdesk.ui import background
from prefdesk.ui.dialogs import Question
from prefdesk.ui.file import aside, folders
from prefdesk.ui.file.backups import BackupsDialog, RestoreDialog
from prefdesk.ui.file.checking import CheckDialog
from prefdesk.ui.file.compact import CompactDialog
from prefdesk.ui.file.damaged import DamagedDialog
from prefdesk.ui.window import Window
from tests.ui.conftest import CannedWorker
from tests.ui.stage import Wait, press, shown
from tests.ui.test_shell_accessible import nameless
from tests.worlds import make_project, rate_by_panel

pytestmark = pytest.mark.usefixtures("backups_folder")


@pytest.fixture
def home(window: Window, tmp_path: Path, wait: Wait) -> Path:
    """A rated project with one backup, open in the window."""
    path = tmp_path / "a.prefdesk"
    with make_project(path, prompts=8) as project:
        rate_by_panel(project)
    window.open_path(path)
    wait(lambda: window.desk.project is not None)
    return path


def rate_one(window: Window) -> None:
    project = window.desk.project
    assert project is not None
    session = project.ratings.session(project.raters.add("Zoe"))
    session.score(session.upcoming(1)[0].completion_id, 4.0).result()


def listed(window: Window, wait: Wait) -> BackupsDialog:
    window.menus.actions["backups"].trigger()
    dialog = shown(window, BackupsDialog, wait)
    wait(lambda: not dialog.is_at_work)
    return dialog


class TestBackups:
    def test_that_they_are_listed_with_what_they_lack(
        self, window: Window, home: Path, backups_folder: Path, wait: Wait
    ) -> None:
        rate_one(window)
        dialog = listed(window, wait)
        assert [one.path for one in dialog.rows.records] == [one.path for one in backups(home)]
        assert dialog.rows.columns[2].value(dialog.rows.records[0]) == 1
        assert str(backups_folder) in dialog.where.text()

    def test_that_one_is_made_now(self, window: Window, home: Path, wait: Wait) -> None:
        rate_one(window)
        dialog = listed(window, wait)
        dialog.now.click()
        wait(lambda: len(dialog.rows.records) == 2 and not dialog.is_at_work)
        assert dialog.rows.columns[2].value(dialog.rows.records[0]) == 0

    def test_that_one_is_restored_and_the_present_file_kept(
        self, window: Window, home: Path, wait: Wait
    ) -> None:
        rate_one(window)
        dialog = listed(window, wait)
        press(dialog, "Restore…")
        question = shown(dialog, Question, wait)
        press(question, "Restore")
        wait(
            lambda: window.desk.project is not None and "as it was" in window.notice.sentence.text()
        )
        project = window.desk.project
        assert project is not None and "Zoe" not in {r.name for r in project.raters.all()}
        (kept,) = home.parent.glob("a.before-restore-*.prefdesk")
        with Project.open(kept, "r") as before:
            assert "Zoe" in {r.name for r in before.raters.all()}

    def test_that_a_damaged_backup_leaves_the_project_open_as_it_was(
        self, window: Window, home: Path, wait: Wait
    ) -> None:
        rate_one(window)
        dialog = listed(window, wait)
        backup = dialog.rows.records[0].path
        data = backup.read_bytes()
        dialog._on_confirmed(dialog.rows.records[0])
        backup.write_bytes(data[:40_000])
        failed = shown(window, RestoreDialog, wait)
        wait(lambda: failed.notice.isVisible() and window.desk.project is not None)
        assert window.desk.project is not None and window.desk.project.path == home
        assert "Zoe" in {r.name for r in window.desk.project.raters.all()}
        press(failed, "Close")

    def test_that_switched_off_ones_are_said_to_be(
        self, window: Window, home: Path, monkeypatch: pytest.MonkeyPatch, wait: Wait
    ) -> None:
        monkeypatch.setenv("PREFDESK_BACKUPS", "off")
        dialog = listed(window, wait)
        assert "switched off" in dialog.where.text() and not dialog.restore.isEnabled()

    def test_that_one_that_fails_is_told_once_and_when_nobody_rates(
        self, window: Window, home: Path, monkeypatch: pytest.MonkeyPatch, wait: Wait, qtbot: QtBot
    ) -> None:
        project = window.desk.project
        assert project is not None

        def refuse(*_: object) -> None:
            raise DiskFull("There is no space left.")

        monkeypatch.setattr("prefdesk.store.backup.make_in", refuse)
        monkeypatch.setattr("prefdesk.ui.file.care.PATIENCE_MS", 20)
        rate_one(window)
        monkeypatch.setattr(Window, "is_rating", property(lambda self: True))
        assert project.file.backup_if_due(0)
        project.file.backing.wait()
        qtbot.wait(100)
        assert not window.notice.isVisible()
        monkeypatch.setattr(Window, "is_rating", property(lambda self: False))
        wait(lambda: window.notice.isVisible())
        assert "No backup was made" in window.notice.sentence.text()
        window.notice.hide()
        threading.Thread(
            target=project.file.backing.tell, args=(project.file.backing.notices[0],)
        ).start()
        qtbot.wait(100)
        assert not window.notice.isVisible(), "the same thing is told once"


class TestCheck:
    def test_that_a_whole_project_is_said_to_be_whole(
        self, window: Window, home: Path, wait: Wait
    ) -> None:
        window.menus.actions["check"].trigger()
        dialog = shown(window, CheckDialog, wait)
        assert dialog.away.isVisible()
        rate_one(window)  # nothing is locked meanwhile
        wait(lambda: dialog.problems is not None)
        assert dialog.problems == [] and "is whole" in dialog.sentence.text()
        assert not dialog.ways.isVisible() and not window.notice.isVisible()

    def test_that_what_is_wrong_leads_to_the_ways_on(
        self, window: Window, tmp_path: Path, wait: Wait
    ) -> None:
        path = tmp_path / "b.prefdesk"
        with make_project(path, prompts=4) as project:
            rate_by_panel(project)
        c = engine.connect(path, read_only=False)
        c.execute("UPDATE event SET value = 10.0 WHERE uid = (SELECT uid FROM event LIMIT 1)")
        c.close()
        window.open_path(path)
        wait(lambda: window.desk.project is not None)
        window.menus.actions["check"].trigger()
        dialog = shown(window, CheckDialog, wait)
        wait(lambda: dialog.problems is not None)
        assert "was changed after it was written" in dialog.listed.toPlainText()
        dialog.ways.click()
        ways = shown(window, DamagedDialog, wait)
        wait(lambda: ways.known.survey is not None)
        assert ways.known.survey is not None and ways.known.survey.table("event").lost == 1
        assert "Some ratings" in ways.ways.found.text()

    def test_that_it_goes_on_when_it_is_put_away_and_says_how_it_ended(
        self, window: Window, home: Path, wait: Wait
    ) -> None:
        window.menus.actions["check"].trigger()
        dialog = shown(window, CheckDialog, wait)
        dialog.away.click()
        assert not dialog.isVisible()
        wait(lambda: window.notice.isVisible())
        assert "is whole" in window.notice.sentence.text()

    def test_that_it_ends_with_the_project(self, window: Window, home: Path, wait: Wait) -> None:
        window.menus.actions["check"].trigger()
        shown(window, CheckDialog, wait)
        window.desk.close_project()
        wait(lambda: window.desk.project is None and not aside.is_working())
        wait(lambda: not [d for d in window.findChildren(CheckDialog) if d.isVisible()])


class TestCompact:
    @pytest.fixture
    def loose(self, window: Window, home: Path, wait: Wait) -> Path:
        """The project with two megabytes of holes."""
        project = window.desk.project
        assert project is not None
        big = [bytes([n]) * 60_000 for n in range(60)]
        project.core.mutate(
            lambda c: c.executemany(
                "INSERT INTO meta(key, value) VALUES(?, ?)",
                [(f"x{n}", one.decode("latin-1")) for n, one in enumerate(big)],
            )
        )
        project.core.mutate(lambda c: c.execute("DELETE FROM meta WHERE key LIKE 'x%'"))
        return home

    def test_that_it_says_its_gain_does_it_and_opens_the_project_again(
        self, window: Window, loose: Path, wait: Wait
    ) -> None:
        project = window.desk.project
        assert project is not None
        events = project.ratings.count_events()
        window.menus.actions["compact"].trigger()
        dialog = shown(window, CompactDialog, wait)
        wait(lambda: dialog.do.isEnabled())
        assert "are not used" in dialog.gain.text() and "are free" in dialog.need.text()
        before = loose.stat().st_size
        dialog.do.click()
        wait(lambda: window.desk.project is not None and "has" in window.notice.sentence.text())
        assert loose.stat().st_size < before - 2**20
        again = window.desk.project
        assert again is not None and again is not project and again.path == loose
        assert again.ratings.count_events() == events and again.check() == []

    def test_that_it_waits_for_a_running_job(
        self, window: Window, loose: Path, worker: CannedWorker, wait: Wait
    ) -> None:
        worker.hold = True
        window.desk.run_job("sample")
        wait(lambda: window.desk.jobs.running is not None)
        window.menus.actions["compact"].trigger()
        dialog = shown(window, CompactDialog, wait)
        wait(lambda: dialog.space is not None)
        assert "A job is running" in dialog.need.text() and not dialog.do.isEnabled()

    def test_that_a_project_without_holes_has_nothing_to_gain(
        self, window: Window, home: Path, wait: Wait
    ) -> None:
        window.menus.actions["compact"].trigger()
        dialog = shown(window, CompactDialog, wait)
        wait(lambda: dialog.space is not None)
        assert "next to nothing" in dialog.need.text()

    def test_that_the_gain_is_what_the_engine_gains(self, home: Path, window: Window) -> None:
        project = window.desk.project
        assert project is not None
        space = project.file.space()
        assert space.size_bytes % engine.PAGE_SIZE == 0 and space.free_bytes > 0
        assert isinstance(space, compacting.Space)


def test_that_how_a_file_was_found_is_told_with_the_way_to_it(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    path = tmp_path / "c.prefdesk"
    log = path.with_name("c.prefdesk-wal")
    with make_project(path, prompts=2):
        pass
    older = path.read_bytes()
    for _ in range(2):
        with Project.open(path) as project:
            project.raters.add(
                f"rater {project.ratings.count_events()} {len(project.raters.all())}"
            )
            left = log.read_bytes()
    path.write_bytes(older)
    log.write_bytes(left)
    seen: list[Path] = []
    monkeypatch.setattr(folders, "show", seen.append)
    window.open_path(path)
    wait(lambda: window.notice.isVisible())
    assert "put aside" in window.notice.sentence.text()
    window.notice.action.click()
    assert seen == [path]


def test_that_an_older_file_is_said_to_be_brought_up_to_date_and_kept(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    path = tmp_path / "d.prefdesk"
    with make_project(path, prompts=2):
        pass
    older = path.read_bytes()
    newer, kept = schema.FORMAT + 1, f"d.prefdesk.v{schema.FORMAT}.bak"
    step = migrations.Step(newer, "nothing_new", "For this test.", lambda c: None)
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, step])
    monkeypatch.setattr(schema, "FORMAT", newer)
    monkeypatch.setattr(header, "FORMAT", newer)
    window.open_path(path)
    wait(lambda: window.notice.isVisible())
    assert "brought up to date" in window.notice.sentence.text()
    assert kept in window.notice.sentence.text()
    assert path.with_name(kept).read_bytes() == older
    assert window.notice.action.text() == "Show the file"


@pytest.mark.parametrize("verb", ["backups", "check", "compact", "merges"])
def test_that_every_control_has_a_name_and_escape_closes(
    window: Window, home: Path, verb: str, wait: Wait, qtbot: QtBot
) -> None:
    window.menus.actions[verb].trigger()
    dialog = shown(window, QDialog, wait)
    wait(lambda: not aside.is_working() and background.is_idle())
    assert nameless(dialog) == []
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    wait(lambda: not [d for d in window.findChildren(QDialog) if d.isVisible()])
