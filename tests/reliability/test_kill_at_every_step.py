"""Killed between any two file operations, work on whole files leaves whole files."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.project import Project, open_pack, rescue
from prefdesk.project.backing_up import folder_of
from prefdesk.store import engine, events, schema
from tests.worlds import make_project

from .power_child import next_format
from .steps import kill_at_each

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks a process"),
    pytest.mark.usefixtures("backups_folder"),
]

KEPT = f"p.prefdesk.v{schema.FORMAT}.bak"
"""The file as it was before a migration."""

Do = Callable[[], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with 8 ratings, closed, in a folder of its own."""
    (tmp_path / "work").mkdir()
    path = tmp_path / "work" / "p.prefdesk"
    with make_project(path, prompts=4, answers=2) as project:
        project.raters.add("Ana")
        project.core.mutate(lambda c: rate(c, 8))
    return path


def rate(c: store.Connection, n: int, value: float = 3.0) -> None:
    drafts = [
        {"completion_id": i + 1, "rater_id": 1, "kind": "score", "value": value} for i in range(n)
    ]
    events.append_many(c, drafts)


def deaths(work: Do, folder: Path) -> Iterator[int]:
    """The folder is as it was before the work at the start of each run."""
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    died = 0
    for died in kill_at_each(work, (folder,)):
        yield died
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
    assert died > 2, "hardly a step was met; the test looked at nothing"


def n_ratings(path: Path) -> int:
    """How many ratings count in a project that is whole."""
    with Project.open(path) as project:
        assert project.check() == []
        return len(project.ratings.current())


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_that_a_migration_leaves_the_old_or_the_new_file(path: Path) -> None:
    folder, old = path.parent, path.read_bytes()

    def migrate() -> None:
        with next_format():
            store.open(path).close()

    for died in deaths(migrate, folder):
        kept = folder / KEPT
        assert path.read_bytes() == old or kept.read_bytes() == old, died
        with next_format(), store.open(path) as opened, opened.read() as c:
            assert c.execute("SELECT count(*) FROM note").fetchone() == (8,), died
            assert c.execute("SELECT count(*) FROM rating").fetchone() == (8,), died
        assert left(folder) == ["p.prefdesk", KEPT], died


def test_that_a_restore_leaves_the_file_or_the_backup_under_the_name(path: Path) -> None:
    folder = path.parent
    with Project.open(path) as project:
        backup = project.file.backup()
        project.core.mutate(lambda c: rate(c, 8, value=9.0))
    assert backup is not None

    def values(found: Path) -> set[float]:
        with closing(engine.connect(found, read_only=True, bare=True)) as c:
            return {value for (value,) in c.execute("SELECT value FROM rating")}

    for died in deaths(lambda: rescue.restore(path, backup.path), folder):
        assert path.exists(), f"nothing goes by the name after step {died}"
        kept = [p for p in folder.iterdir() if ".before-restore-" in p.name]
        assert 9.0 in set().union(*(values(p) for p in [path, *kept])), died
        assert n_ratings(path) == 8, died
        rescue.restore(path, backup.path)
        assert values(path) == {3.0}
        assert not [name for name in left(folder) if name.startswith(".")], died


def test_that_a_restore_over_a_log_keeps_what_the_log_holds(path: Path, tmp_path: Path) -> None:
    folder = path.parent
    with Project.open(path) as project:
        backup = project.file.backup()
        project.core.store.write(lambda c: rate(c, 8, value=9.0), urgent=True).result()
        crashed = tmp_path / "crashed"
        shutil.copytree(folder, crashed)
    shutil.rmtree(folder)
    shutil.copytree(crashed, folder)
    (folder / "p.prefdesk.lock").unlink()
    assert (folder / "p.prefdesk-wal").stat().st_size
    assert backup is not None

    def highest(found: Path) -> float:
        with store.open(found) as opened, opened.read() as c:
            return float(c.execute("SELECT max(value) FROM rating").fetchone()[0])

    for died in deaths(lambda: rescue.restore(path, backup.path), folder):
        assert path.exists(), f"nothing goes by the name after step {died}"
        values = {highest(path)}
        values |= {highest(p) for p in folder.glob("p.before-restore-*.prefdesk")}
        assert 9.0 in values, died


def test_that_a_backup_counts_once_it_is_whole(path: Path, tmp_path: Path) -> None:
    with Project.open(path) as project:
        uid = project.uid
        project.core.mutate(lambda c: rate(c, 2, value=7.0))
        project.file.backing.at_end()
    folder = folder_of(tmp_path / "backups", uid)
    before = len(rescue.backups(path))

    def back_up() -> None:
        store.backup.make_in(folder, path)

    for died in deaths(back_up, folder):
        found = rescue.backups(path)
        assert len(found) in (before, before + 1), died
        assert all(n_ratings_of(one.path) == 8 for one in found), died
        assert n_ratings(path) == 8, died


def n_ratings_of(path: Path) -> int:
    with store.open(path, "r") as opened, opened.read() as c:
        return len(events.current(c))


def test_that_compacting_leaves_a_whole_file(path: Path) -> None:
    folder = path.parent
    for died in deaths(lambda: store.compact(path), folder):
        assert n_ratings(path) == 8, died
        store.compact(path)
        assert left(folder) == ["p.prefdesk"], died


@pytest.mark.parametrize("name", ["new.prefdesk", "p.csv", "copy.prefdesk"])
def test_that_what_is_written_appears_whole_or_not_at_all(
    path: Path, tmp_path: Path, name: str
) -> None:
    folder = path.parent
    out, pack = folder / name, tmp_path / "given.prefpack"
    with Project.open(path) as project:
        project.packs.make(project.raters.add("Ben"), pack)

    def write() -> None:
        if name == "new.prefdesk":
            rescue.salvage(path, out)
        elif name == "copy.prefdesk":
            open_pack(pack, out)
        else:
            with Project.open(path) as project:
                project.export.write("ratings", out)

    write()
    whole = size_or_ratings(out)
    out.unlink()
    for died in deaths(write, folder):
        assert n_ratings(path) == 8, died
        if out.exists():
            assert size_or_ratings(out) == whole, died


def size_or_ratings(path: Path) -> int:
    return n_ratings(path) if path.suffix == ".prefdesk" else path.stat().st_size


def test_that_a_new_project_is_whole_or_absent(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    path = folder / "n.prefdesk"
    for died in deaths(lambda: Project.create(path).close(), folder):
        if path.exists():
            assert n_ratings(path) == 0, died
        else:
            Project.create(path).close()
        assert left(folder) == ["n.prefdesk"], died


def test_that_a_pack_appears_whole_or_not_at_all(path: Path) -> None:
    folder, out = path.parent, path.parent / "p.prefpack"

    def write() -> None:
        with Project.open(path) as project:
            project.packs.make(project.raters.by_name("Ben"), out)

    with Project.open(path) as project:
        project.raters.add("Ben")
    for died in deaths(write, folder):
        assert n_ratings(path) == 8, died
        if out.exists():
            made = open_pack(out, folder / "copy.prefdesk")
            assert n_ratings(made) == 0, died
