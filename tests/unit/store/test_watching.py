"""The file that is open and the one under its name: noticed, and nothing saved in the wrong one."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import Cancelled, DiskFull, FileMoved, ProjectError
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from prefdesk.store import copying, engine, watching, writer
from tests.worlds import make_project

from .conftest import Filled, save_prompt


def rename(path: Path) -> None:
    path.rename(path.with_name("other.prefdesk"))


def delete(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    shutil.copyfile(path, path.with_name("new"))
    path.with_name("new").replace(path)


def take_folder_away(path: Path) -> None:
    shutil.rmtree(path.parent)


def overwrite(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


CHANGES: dict[str, Callable[[Path], None]] = {
    "renamed": rename,
    "deleted": delete,
    "replaced": replace,
    "gone": take_folder_away,
    "overwritten": overwrite,
}


def answer(opened: store.Store, wanted: str) -> store.Whereabouts:
    ends = time.monotonic() + 2.0
    while (found := opened.whereabouts()).state != wanted:
        assert time.monotonic() < ends, f"not noticed within 2 s, but {found}"
        time.sleep(0.05)
    return found


@pytest.fixture
def placed(filled_path: Path, tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return Path(shutil.move(filled_path, tmp_path / "in" / "p.prefdesk"))


@pytest.mark.parametrize("change", CHANGES)
def test_that_it_is_noticed_within_two_seconds(placed: Path, change: str) -> None:
    with store.open(placed) as opened:
        answer(opened, "here")
        CHANGES[change](placed)
        found = answer(opened, change)
        with pytest.raises(FileMoved, match="not saved"):
            save_prompt(opened, "too late")
    assert found.now == (placed.with_name("other.prefdesk") if change == "renamed" else None)


def test_that_a_file_put_back_is_written_again(placed: Path) -> None:
    away = placed.with_name("away")
    with store.open(placed) as opened:
        placed.rename(away)
        with pytest.raises(FileMoved):
            save_prompt(opened, "lost")
        away.rename(placed)
        save_prompt(opened, "kept")
        answer(opened, "here")
    with store.open(placed) as again, again.read() as c:
        assert store.prompts.count(c) == 5


def test_that_touching_the_file_is_no_harm(placed: Path) -> None:
    with store.open(placed) as opened:
        save_prompt(opened, "one")
        os.utime(placed)
        save_prompt(opened, "two")
        assert answer(opened, "here").is_here


@pytest.mark.parametrize("old", [True, False])
def test_that_a_file_written_over_keeps_what_was_put_there(placed: Path, old: bool) -> None:
    copy = placed.read_bytes()
    with store.open(placed) as opened:
        for text in ("one", "two"):  # each is brought into the file before the next begins
            opened.write(lambda c, t=text: store.prompts.add(c, [NewPrompt(t)])).result()
        assert opened._parts.writer is not None
        opened._parts.writer.look()  # waits until the log is in the file
        other = copy if old else b"another program's file" * 4000
        placed.write_bytes(other)
        with pytest.raises(FileMoved, match="wrote over"):
            save_prompt(opened, "three")
        with pytest.raises(FileMoved, match="wrote over"):
            opened.save_copy(placed.with_name("rescued.prefdesk"))
    assert placed.read_bytes() == other
    if old:
        with store.open(placed) as again, again.read() as c:
            assert store.prompts.count(c) == 4
            assert again.check() == []


def test_that_a_read_never_sees_the_other_file(placed: Path, templates: Path) -> None:
    with store.open(placed, "r") as reading:
        shutil.copyfile(templates / "empty.prefdesk", placed.with_name("new"))
        placed.with_name("new").replace(placed)
        with pytest.raises(FileMoved), reading.read():
            pass


@pytest.mark.parametrize("change", ["renamed", "deleted", "replaced"])
def test_that_all_that_was_saved_is_in_the_copy(placed: Path, tmp_path: Path, change: str) -> None:
    steps: list[tuple[int, int]] = []
    with store.open(placed) as opened:
        save_prompt(opened, "saved before")
        CHANGES[change](placed)
        made = opened.save_copy(tmp_path / "copy.prefdesk", lambda n, of: steps.append((n, of)))
    assert steps[-1][0] == steps[-1][1] > 0
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["copy.prefdesk"]
    with store.open(made) as copy, copy.read() as c:
        assert store.prompts.count(c) == 5
        assert copy.check() == []
    left = {"deleted": set(), "renamed": {"other.prefdesk"}, "replaced": {"p.prefdesk"}}[change]
    assert {p.name for p in placed.parent.iterdir()} == left


def test_that_a_copy_is_whole_or_not_there(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(tmp_path.iterdir())
    out = tmp_path / "copy.prefdesk"
    with pytest.raises(Cancelled):
        filled.store.save_copy(out, cancelled=lambda: True)
    monkeypatch.setattr(copying, "_SPARE_BYTES", 2**60)
    with pytest.raises(DiskFull, match="needs"):
        filled.store.save_copy(out)
    monkeypatch.undo()
    monkeypatch.setattr(copying.compacting, "is_whole", lambda *_, **__: False)
    with pytest.raises(ProjectError, match="not the same"):
        filled.store.save_copy(out)
    assert sorted(tmp_path.iterdir()) == before
    out.write_text("mine")
    with pytest.raises(ProjectError, match="already"):
        filled.store.save_copy(out)
    assert out.read_text() == "mine"


def test_that_a_copy_is_of_one_moment_while_somebody_writes(filled: Filled, tmp_path: Path) -> None:
    def write(_done: int, _total: int) -> None:
        save_prompt(filled.store, f"prompt {time.monotonic_ns()}")

    made = filled.store.save_copy(tmp_path / "copy.prefdesk", write)
    with store.open(made, "r") as copy, copy.read() as c:
        assert store.prompts.count(c) == 4
    with filled.store.read() as c:
        assert store.prompts.count(c) > 4


def test_that_work_goes_on_in_the_copy_and_under_a_new_name(tmp_path: Path) -> None:
    path = tmp_path / "p.prefdesk"
    with Project.create(path) as project:
        project.prompts.add_starter()
        rater = project.raters.add("Ana")
        path.unlink()
        with pytest.raises(FileMoved):
            project.raters.add("Ben")
        project.file.go_on_in(project.file.save_copy(tmp_path / "copy"))
        project.raters.add("Ben")
        now = tmp_path / "renamed.prefdesk"
        project.path.rename(now)
        assert project.file.go_on_renamed() == now
        project.raters.add("Cleo")
        assert [r.name for r in project.raters.all()] == [rater.name, "Ben", "Cleo"]
    assert [p.name for p in tmp_path.iterdir()] == ["renamed.prefdesk"]


def test_that_a_copy_that_lacks_ratings_is_not_gone_on_in(tmp_path: Path) -> None:
    path, away = tmp_path / "p.prefdesk", tmp_path / "away"
    with make_project(path, prompts=2) as project:
        session = project.ratings.session(project.raters.add("Ana"))
        session.score(1, 5.0).result()
        path.rename(away)
        copy = project.file.save_copy(tmp_path / "copy")
        away.rename(path)
        session.score(2, 5.0).result()
        with pytest.raises(ProjectError, match="lacks 1"):
            project.file.go_on_in(copy)
        assert session.done() == 2
        project.file.go_on_in(project.file.save_copy(tmp_path / "newer"))
        assert session.done() == 2


def test_that_another_project_is_not_gone_on_in(tmp_path: Path) -> None:
    Project.create(tmp_path / "other").close()
    with Project.create(tmp_path / "p") as project:
        with pytest.raises(ProjectError, match="another project"):
            project.file.go_on_in(tmp_path / "other.prefdesk")
        project.raters.add("Ana")


def test_that_a_backup_is_never_of_the_other_file(tmp_path: Path) -> None:
    Project.create(tmp_path / "other").close()
    with Project.create(tmp_path / "p") as project:
        project.raters.add("Ana")
        (tmp_path / "other.prefdesk").replace(project.path)
        with pytest.raises(FileMoved):
            project.file.backup()
        with pytest.raises(FileMoved):
            project.file.backup(tmp_path / "backup")


def test_that_a_disk_that_does_not_answer_is_silent_and_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def hang(path: Path, _identity: object) -> watching.Whereabouts:
        asked.append(path)
        time.sleep(0.3)
        return watching.HERE

    monkeypatch.setattr(watching, "find", hang)
    monkeypatch.setattr(watching, "SILENT_S", 0.1)
    watch = watching.Watch(tmp_path, (0, 0))
    began = time.monotonic()
    assert watch.look().is_here
    time.sleep(0.15)
    assert watch.look().state == "silent"
    assert time.monotonic() - began < 0.28, "looking waited for the disk"
    assert len(asked) == 1
    time.sleep(0.3)
    assert watch.look().is_here


def test_that_a_long_transaction_is_no_silent_disk(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SILENT_S", 0.8)
    seen = {filled.store.whereabouts().state}
    long = filled.store.write(lambda c: time.sleep(2))
    while not long.done():
        seen.add(filled.store.whereabouts().state)
        time.sleep(0.1)
    assert seen == {"here"}


def test_that_a_question_that_failed_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path, _identity: object) -> watching.Whereabouts:
        raise OSError("the handle was closed meanwhile")

    monkeypatch.setattr(watching, "find", fail)
    monkeypatch.setattr(watching, "SILENT_S", 0.1)
    watch = watching.Watch(tmp_path, (0, 0))
    watch.look()
    time.sleep(0.2)
    assert watch.look().is_here


def test_that_looking_does_not_keep_the_log_from_being_brought_in(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "IDLE_S", 0.3)
    path = filled.store.path
    filled.store.write(lambda c: store.raters.add(c, "Zoe"), urgent=True).result()

    def is_in_the_file() -> bool:
        with closing(engine.connect(path, read_only=True, bare=True)) as c:
            return c.execute("SELECT 1 FROM rater WHERE name = 'Zoe'").fetchone() is not None

    assert not is_in_the_file()
    ends = time.monotonic() + 3.0
    while not is_in_the_file():
        assert time.monotonic() < ends
        assert filled.store.whereabouts().is_here
        time.sleep(0.05)
