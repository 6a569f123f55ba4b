"""The disk is taken away, or the holder of the lock is killed: noticed, named, nothing stale."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prefdesk import cli, store
from prefdesk.errors import FileMoved, NotWritable, ProjectInUse
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from tests.unit.store.test_full_disk import small_disk

REPOSITORY = Path(__file__).parents[2]
KILLS = 3
HOLDER = """
import sys, time
from prefdesk import cli, store
with store.open(sys.argv[1]):
    print("open", flush=True)
    time.sleep(60)
"""


def make(path: Path, text: str = "saved") -> None:
    with store.create(path, meta={"uid": "1"}) as opened:
        opened.write(lambda c: store.prompts.add(c, [NewPrompt(text)])).result()


def kill_holders(path: Path, kills: int) -> None:
    """Open in another process, be refused by name, kill it, open here; again and again."""
    for _ in range(kills):
        command = [sys.executable, "-c", HOLDER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"open\n"
            with pytest.raises(ProjectInUse) as caught:
                store.open(path)
            who = rf"by \S+ on \S+ \(process {holder.pid}\) since \d{{4}}-\d\d-\d\d \d\d:\d\d"
            assert re.search(who, caught.value.message)
            assert caught.value.holder is not None
            assert caught.value.holder.pid == holder.pid
            with store.open(path, "r") as reading, reading.read() as c:
                assert store.prompts.count(c) == 1
            holder.kill()
            holder.wait()
        began = time.monotonic()
        store.open(path).close()
        assert time.monotonic() - began < 1.0


def test_that_a_killed_holder_leaves_no_lock_and_a_living_one_is_named(tmp_path: Path) -> None:
    make(tmp_path / "p.prefdesk")
    kill_holders(tmp_path / "p.prefdesk", KILLS)


@pytest.mark.heavy
def test_that_fifty_killed_holders_leave_no_lock(tmp_path: Path) -> None:
    make(tmp_path / "p.prefdesk")
    kill_holders(tmp_path / "p.prefdesk", 50)


def test_that_a_disk_taken_away_is_noticed_and_its_content_saved(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8 * 1024) as disk:
        path = disk / "p.prefdesk"
        make(path)
        with store.open(path) as opened:
            assert opened.whereabouts().is_here
            subprocess.run(["umount", "-l", str(disk)], check=True)
            ends = time.monotonic() + 2.0
            while (found := opened.whereabouts()).is_here:
                assert time.monotonic() < ends, "not noticed within 2 s"
                time.sleep(0.05)
            assert found.state == "gone"
            with pytest.raises(FileMoved):
                opened.write(lambda c: store.prompts.add(c, [NewPrompt("late")])).result()
            made = opened.save_copy(tmp_path / "copy.prefdesk")
        assert list(disk.iterdir()) == []
        with store.open(made) as copy, copy.read() as c:
            assert copy.check() == []
            assert store.prompts.count(c) == 1
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], check=True)


def test_that_a_read_only_disk_is_read_without_a_trace(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8 * 1024) as disk:
        path = disk / "p.prefdesk"
        make(path)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(NotWritable, match="write-protected"):
            store.open(path)
        with store.open(path, "r") as opened:
            assert opened.check() == []
            made = opened.save_copy(tmp_path / "copy.prefdesk")
        assert [p.name for p in disk.iterdir()] == ["p.prefdesk"]
        store.open(made).close()


def test_that_what_a_crash_left_on_a_read_only_disk_is_in_the_copy(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8 * 1024) as disk:
        path = disk / "p.prefdesk"
        make(path)
        if not os.fork():
            opened = store.open(path)
            opened.write(
                lambda c: store.prompts.add(c, [NewPrompt("in the log")]), urgent=True
            ).result()
            os._exit(0)
        os.wait()
        for left in (f"{path}-shm", f"{path}.lock"):
            Path(left).unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(Exception, match="cut off"):
            store.open(path, "r")
        made = store.copying.copy_of(path, tmp_path / "copy.prefdesk")
        with store.open(made) as copy, copy.read() as c:
            assert store.prompts.count(c) == 2
            assert copy.check() == []
        assert sorted(p.name for p in disk.iterdir()) == ["p.prefdesk", "p.prefdesk-wal"]


@pytest.mark.parametrize(
    "arguments",
    ["status", "check", "history", "checkpoints", "agree", "rewards", "backup --list"],
)
def test_that_a_verb_that_reads_works_on_a_read_only_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    verb, *options = arguments.split()
    with small_disk(tmp_path / "disk", 8 * 1024) as disk:
        with Project.create(disk / "p") as project:
            project.prompts.add_starter()
            project.raters.add("Ana")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert cli.main([verb, str(disk / "p.prefdesk"), *options]) == 0, capsys.readouterr().err
        assert cli.main(["import", str(disk / "p.prefdesk"), "starter"]) == 1
        assert "Open it for reading only" in capsys.readouterr().err
        assert [p.name for p in disk.iterdir()] == ["p.prefdesk"]
