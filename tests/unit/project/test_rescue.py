"""Backups while people work, and the way back from them."""

import os
import shutil
import time
from pathlib import Path

import pytest

from prefdesk.errors import DiskFull, InputError, NotAProject, ProjectError, ProjectInUse
from prefdesk.project import Project, backups, restore, salvage
from prefdesk.store import backup
from tests.worlds import make_project, rate_by_panel

pytestmark = pytest.mark.usefixtures("backups_folder")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.prefdesk"
    with make_project(file, prompts=4) as project:
        rate_by_panel(project)
        project.exclusions.exclude_rater(project.raters.all()[0].id, "too hasty", author="Ana")
    return file


def everything(path: Path) -> tuple[object, ...]:
    with Project.open(path, "r") as project:
        assert project.check() == []
        return (
            project.uid,
            project.settings,
            project.ratings.history(limit=10**6),
            project.exclusions.log(),
            project.rewards(),
            list(project.completions.each()),
            project.raters.all(),
        )


def rate_one(path: Path, name: str = "Zoe") -> None:
    with Project.open(path) as project:
        session = project.ratings.session(project.raters.add(name))
        session.score(1, 7.0).result()


def damage(path: Path) -> bytes:
    data = bytearray(path.read_bytes())
    data[:100] = bytes(100)
    path.write_bytes(data)
    return bytes(data)


def test_that_closing_makes_a_backup_only_if_something_changed(path: Path) -> None:
    [made] = backups(path)
    assert made.of == str(path) and made.ratings > 0
    with Project.open(path):
        pass
    with Project.open(path, "r"):
        pass
    assert backups(path) == [made]
    rate_one(path)
    assert [one.ratings - made.ratings for one in backups(path)] == [1, 0]


def test_that_an_empty_project_makes_no_backup(tmp_path: Path, backups_folder: Path) -> None:
    Project.create(tmp_path / "b.prefdesk").close()
    assert not backups_folder.exists() or list(backups_folder.iterdir()) == []


def test_that_backups_can_be_switched_off(
    path: Path, backups_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFDESK_BACKUPS", "off")
    rate_one(path)
    assert backups(path) == []
    with Project.open(path) as project:
        assert project.file.backup() is None
    monkeypatch.setenv("PREFDESK_BACKUPS", str(backups_folder))
    assert len(backups(path)) == 1


def test_that_a_backup_is_due_after_ten_minutes_of_work_and_waits_for_nobody(path: Path) -> None:
    before = len(backups(path))
    with Project.open(path) as project:
        session = project.ratings.session(project.raters.add("Zoe"))
        assert not project.file.backup_if_due()
        project.file.backing._since_s -= 601
        begun = time.perf_counter()
        assert project.file.backup_if_due()
        session.score(1, 7.0).result()
        assert time.perf_counter() - begun < 5
        project.file.backing.wait()
        # What was rated meanwhile is saved at the end, nothing before ten more minutes.
        assert not project.file.backup_if_due()
        assert len(backups(path)) == before + 1
    assert len(backups(path)) == before + 2
    assert project.notices == ()


def test_that_a_project_that_nobody_changed_is_never_due(path: Path) -> None:
    with Project.open(path) as project:
        project.file.backing._since_s -= 10**6
        assert not project.file.backup_if_due()


@pytest.mark.parametrize("error", [DiskFull("Full."), ProjectError("No."), OSError(5, "I/O")])
def test_that_a_backup_that_fails_is_a_notice_and_no_error(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: object) -> None:
        raise error

    heard: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(backup, "make_in", refuse)
        with Project.open(path) as project:
            project.file.backing.tell = heard.append
            project.raters.add("Zoe")
    assert project.notices == tuple(heard)
    assert heard[0].startswith("No backup was made: ")
    with Project.open(path, "r") as project:
        assert "Zoe" in {r.name for r in project.raters.all()}
    assert not Path(f"{path}-wal").exists()


def test_that_a_folder_that_cannot_be_made_is_a_notice(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PREFDESK_BACKUPS", str(tmp_path / "file" / "backups"))
    with Project.open(path) as project:
        project.raters.add("Zoe")
    assert len(project.notices) == 1


def test_that_a_restored_project_is_what_was_saved(path: Path, tmp_path: Path) -> None:
    saved = everything(path)
    rate_one(path)
    newer = everything(path)
    old = backups(path)[-1]
    done = restore(path, old.path)
    assert everything(path) == saved != newer
    assert done.backup == old and done.kept is not None
    assert done.kept.name.startswith("a.before-restore-2")
    assert everything(done.kept) == newer
    again = restore(path, old.path)
    assert again.kept not in (None, done.kept)
    names = {p.name for p in tmp_path.iterdir()} - {"backups"}
    assert names == {path.name, done.kept.name, again.kept.name}


def test_that_a_project_with_braces_in_its_name_is_restored(path: Path) -> None:
    odd = path.with_name("a {n} {old}.prefdesk")
    done = restore(path.rename(odd), backups(path)[0].path)
    assert done.kept is not None and done.kept.name.startswith("a {n} {old}.before-restore-2")


def test_that_a_restored_project_goes_on(path: Path) -> None:
    restore(path)
    rate_one(path)
    with Project.open(path) as project:
        assert project.check() == []
        assert project.status().ratings == backups(path)[0].ratings


def test_that_a_damaged_project_finds_its_backups_and_gives_up_nothing(path: Path) -> None:
    saved = everything(path)
    torn = damage(path)
    with pytest.raises(NotAProject, match="prefdesk restore"):
        Project.open(path)
    done = restore(path)
    assert everything(path) == saved
    assert done.kept is not None and done.kept.read_bytes() == torn


def test_that_a_project_that_is_gone_comes_back(path: Path) -> None:
    saved = everything(path)
    path.unlink()
    assert restore(path).kept is None
    assert everything(path) == saved


def test_that_a_log_of_the_file_before_stays_with_that_file(path: Path, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed.prefdesk"
    with Project.open(path) as project, project.core.read():
        project.raters.add("Zoe")
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", f"{crashed}{end}")
    saved = backups(path)[-1]
    done = restore(crashed, saved.path)
    assert not Path(f"{crashed}-wal").exists()
    with Project.open(crashed, "r") as project:
        assert "Zoe" not in {r.name for r in project.raters.all()}
    assert done.kept is not None
    with Project.open(done.kept) as project:
        assert "Zoe" in {r.name for r in project.raters.all()}


def test_that_a_damaged_backup_is_passed_over_and_refused_by_name(path: Path) -> None:
    rate_one(path)
    newest, older = backups(path)
    data = bytearray(newest.path.read_bytes())
    for page in range(5, len(data) // 16384):
        data[page * 16384 + 8 : page * 16384 + 16] = b"\xff" * 8
    newest.path.write_bytes(data)
    with pytest.raises(ProjectError):
        restore(path, newest.path)
    assert restore(path).backup == older


def test_that_an_open_project_is_not_replaced(path: Path, tmp_path: Path) -> None:
    with Project.open(path) as project:
        with pytest.raises(ProjectInUse):
            restore(path)
        assert everything(restore(path, to=tmp_path / "b").path)[0] == project.uid
    with pytest.raises(ProjectError, match="already a file"):
        restore(path, to=tmp_path / "b.prefdesk")


def test_that_a_restore_that_fails_leaves_everything_as_it_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    names = sorted(p.name for p in tmp_path.iterdir())
    real = Path.replace

    def refuse(self: Path, target: object) -> Path:
        if self.name.endswith(".restoring"):
            raise OSError(28, os.strerror(28))
        return real(self, target)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refuse)
        with pytest.raises(DiskFull):
            restore(path)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_that_a_project_without_a_backup_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no backup of b"):
        restore(tmp_path / "b.prefdesk")
    assert backups(tmp_path / "b.prefdesk") == []


def test_that_a_salvaged_project_is_a_project(path: Path, tmp_path: Path) -> None:
    saved = everything(path)
    torn = damage(path)
    done = salvage(path, tmp_path / "new")
    assert done.path == tmp_path / "new.prefdesk"
    assert everything(done.path) == saved
    assert path.read_bytes() == torn
