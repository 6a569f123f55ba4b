"""Making a project where there is no space, or where the system refuses: all of it or nothing."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, ProjectError
from prefdesk.project import Project
from prefdesk.store import engine, migrations

WHOLE_KIB = 1200


@contextmanager
def small_disk(folder: Path, size_kib: int) -> Iterator[Path]:
    """A disk of this size in memory; the test is skipped where none can be made."""
    folder.mkdir(exist_ok=True)
    if not sys.platform.startswith("linux") or not shutil.which("mount"):
        pytest.skip("needs a small disk in memory")
    options = ["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", str(folder)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("make", [lambda p: store.create(p, meta={"a": "b"}), Project.create])
def test_that_a_disk_of_any_size_gets_a_whole_project_or_nothing(
    tmp_path: Path, make: Callable[[Path], store.Store | Project]
) -> None:
    refused = made = 0
    for size_kib in (4, 60, 200, 420, 640, 840, 872, 880, 900, 960, 1020, WHOLE_KIB):
        with small_disk(tmp_path / "small", size_kib) as disk:
            path = disk / "a.prefdesk"
            try:
                make(path).close()
            except DiskFull:
                assert list(disk.iterdir()) == []
                refused += 1
                continue
            made += 1
            assert [p.name for p in disk.iterdir()] == ["a.prefdesk"]
            with store.open(path, "r") as whole:
                assert whole.check() == []
    assert refused > 3 and made


def refusing(number: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("place", ["touch", "rename", "folder", "build", "log"])
def test_that_a_refusal_at_any_step_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, place: str
) -> None:
    target: tuple[object, str] = {
        "touch": (Path, "touch"),
        "rename": (Path, "rename"),
        "folder": (os, "fsync"),
        "build": (migrations, "build"),
        "log": (engine, "start_log"),
    }[place]  # type: ignore[assignment]
    with monkeypatch.context() as patched:
        patched.setattr(*target, refusing(number))
        full = number in (errno.ENOSPC, errno.EDQUOT)
        with pytest.raises(DiskFull if full else ProjectError) as caught:
            store.create(tmp_path / "a.prefdesk", meta={})
    assert "a.prefdesk" in caught.value.message
    assert list(tmp_path.iterdir()) == []
    store.create(tmp_path / "a.prefdesk", meta={}).close()


def test_that_a_disk_that_cannot_sync_folders_still_gets_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", refusing(errno.EINVAL))
    store.create(tmp_path / "a.prefdesk", meta={}).close()
    assert [p.name for p in tmp_path.iterdir()] == ["a.prefdesk"]


def test_that_a_disk_that_fills_up_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2 * WHOLE_KIB) as disk:
        path, kept = disk / "a.prefdesk", 0
        with store.create(path, meta={}) as opened, pytest.raises(DiskFull):
            for number in range(10_000):
                text = f"{number} " * 2000
                opened.write(lambda c, t=text: store.meta.put(c, t[:9], t)).result()  # type: ignore[misc]
                kept += 1
        with store.open(path, "r") as again:
            with again.read() as c:
                texts = [key for key in store.meta.all(c) if key != "log_bases"]
            assert len(texts) == kept > 3
            assert again.check() == []


def test_that_a_project_whose_first_settings_cannot_be_stored_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prefdesk.store.queue.set_criteria", refusing(errno.ENOSPC))
    with pytest.raises(DiskFull):
        Project.create(tmp_path / "a.prefdesk")
    assert list(tmp_path.iterdir()) == []
