"""The lock file: what an odd disk does to it, who is told what, and that no handle is left."""

import errno
import os
import sys
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import ProjectError, ProjectInUse
from prefdesk.store import lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks and links")


def handles() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def fails_with(number: int) -> object:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_that_a_disk_without_space_for_the_holders_name_keeps_nobody_out(
    empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = handles()
    with monkeypatch.context() as patched:
        patched.setattr(lock.os, "write", fails_with(errno.ENOSPC))
        held = lock.acquire(empty_path)
    with pytest.raises(ProjectInUse, match="another prefdesk"):
        lock.acquire(empty_path)
    assert lock.is_held(empty_path)
    held.release()
    assert not lock.is_held(empty_path)
    assert handles() == before


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_that_a_disk_that_cannot_lock_is_named(
    empty_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = handles()
    with monkeypatch.context() as patched:
        patched.setattr("fcntl.flock", fails_with(number))
        with pytest.raises(ProjectError, match="cannot lock files") as caught:
            store.open(empty_path)
    assert "disk of this computer" in caught.value.hint
    assert handles() == before
    store.open(empty_path).close()


def test_that_a_lock_file_that_cannot_be_removed_is_let_go_all_the_same(
    empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = lock.acquire(empty_path)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", fails_with(errno.EACCES))
        held.release()
    lock.acquire(empty_path).release()


def test_that_looking_at_a_lock_leaves_it_to_its_holder(empty_path: Path) -> None:
    assert not lock.is_held(empty_path)
    with store.open(empty_path) as opened:
        assert lock.is_held(empty_path)
        opened.write(lambda c: store.meta.put(c, "a", "b")).result()
        with pytest.raises(ProjectInUse):
            store.open(empty_path)


def test_that_a_file_with_two_names_is_not_written(filled_path: Path) -> None:
    """Each name would have a lock of its own, and each lock a writer."""
    other = filled_path.with_name("other.prefdesk")
    with store.open(filled_path):
        os.link(filled_path, other)
        with pytest.raises(ProjectError, match="two names") as caught:
            store.open(other)
        assert "copy" in caught.value.hint.lower()
    for name in (filled_path, other):
        with pytest.raises(ProjectError, match="two names"):
            store.open(name)
        store.open(name, "r").close()
        assert not Path(f"{name}.lock").exists()
    other.unlink()
    store.open(filled_path).close()


def test_that_a_migration_cut_off_between_two_names_opens(filled_path: Path) -> None:
    """The kept old file is a second name of the project until the new one takes its place."""
    os.link(filled_path, f"{filled_path}.v1.bak")
    store.open(filled_path).close()
    assert not Path(f"{filled_path}.v1.bak").exists()
