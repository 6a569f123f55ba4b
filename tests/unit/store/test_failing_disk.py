"""A disk that reports an error is not believed again until the project is opened anew."""

from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import DiskFailed, DiskFull

from .conftest import Filled, engine_error, save_prompt

IOERR, FULL = 10, 13
FSYNC, NOMEM, SHMSIZE = IOERR | 4 << 8, IOERR | 12 << 8, IOERR | 19 << 8


def fail(opened: store.Store, code: int) -> None:
    def run(_: store.Connection) -> None:
        raise engine_error(code)

    opened.write(run, urgent=True).result()


def test_that_nothing_is_written_after_the_disk_failed(filled_path: Path, tmp_path: Path) -> None:
    opened = store.open(filled_path)
    save_prompt(opened, "saved")
    with pytest.raises(DiskFailed, match="reports an error"):
        fail(opened, FSYNC)
    with pytest.raises(DiskFailed, match="not saved"):
        save_prompt(opened, "refused")
    assert isinstance(opened.failure, DiskFailed)
    bare = filled_path.read_bytes()
    made = opened.save_copy(tmp_path / "rescued.prefdesk")
    opened.close()
    assert filled_path.read_bytes() == bare, "the log was brought in on a failing disk"
    for path in (made, filled_path):
        with store.open(path) as again, again.read() as c:
            assert store.prompts.count(c) == 5
            assert again.check() == []
            save_prompt(again, "goes on")


def test_that_a_failed_checkpoint_is_final_too(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checkpoint(*_: object) -> None:
        raise engine_error(FSYNC)

    monkeypatch.setattr("prefdesk.store.generation.Marker.checkpoint", checkpoint)
    filled.store.write(lambda c: store.raters.add(c, "Cleo")).result()
    with pytest.raises(DiskFailed):
        save_prompt(filled.store, "refused")


@pytest.mark.parametrize("code", [FULL, NOMEM, SHMSIZE, 5])
def test_that_other_troubles_pass(filled: Filled, code: int) -> None:
    with pytest.raises(Exception) as caught:
        fail(filled.store, code)
    assert isinstance(caught.value, DiskFull) == (code == FULL)
    save_prompt(filled.store, "saved")
    assert filled.store.failure is None


def test_that_a_full_disk_says_where_and_how_much(filled: Filled) -> None:
    with pytest.raises(DiskFull, match=r"not saved\. Free at least 16 MiB on the disk that holds"):
        fail(filled.store, FULL)
