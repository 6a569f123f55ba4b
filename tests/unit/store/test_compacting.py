"""Space given back: in steps while nobody works, and all of it on request."""

import hashlib
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from prefdesk import store
from prefdesk.errors import DiskFull, NotAProject, ProjectError, ProjectInUse
from prefdesk.store import compacting, deleting

from .conftest import Filled

MIB = 2**20


def ingest(filled: Filled, folder: Path, size: int, seed: int) -> int:
    path = folder / f"weights-{seed}"
    path.write_bytes(hashlib.shake_128(bytes([seed])).digest(size))
    return store.checkpoints.ingest(
        filled.store, path, kind="full", name="w", parent_id=1, round_id=None, header="{}"
    )


def delete(filled: Filled, id: int) -> None:
    filled.store.write(lambda c: store.checkpoints.delete(c, id)).result()


def pages(filled: Filled) -> tuple[int, int]:
    with filled.store.read() as c:
        return compacting._pages(c)


def size(filled: Filled) -> int:
    """The size of the file once its log is taken in."""
    filled.store.write(lambda c: None).result()
    filled.store.write(lambda c: None).result()
    return filled.store.path.stat().st_size


def test_that_space_is_given_back_in_steps_until_little_is_free(
    filled: Filled, tmp_path: Path
) -> None:
    kept = ingest(filled, tmp_path, 10 * MIB, 1)
    gone = ingest(filled, tmp_path, 12 * MIB, 2)
    last = ingest(filled, tmp_path, 10 * MIB, 3)
    delete(filled, gone)
    before, calls = size(filled), 0
    while filled.store.give_back(budget_s=0):
        calls += 1
        filled.store.write(compacting._shrink).result()
        assert calls < 20
    free, total = pages(filled)
    assert calls >= 3 and free <= 0.05 * total
    assert size(filled) < before - 10 * MIB
    assert filled.store.give_back() is False
    for id, seed in ((kept, 1), (last, 3)):
        store.checkpoints.export_to(filled.store, id, tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == (tmp_path / f"weights-{seed}").read_bytes()
    assert filled.store.check() == []


def test_that_a_little_free_space_stays_for_the_next_checkpoint(
    filled: Filled, tmp_path: Path
) -> None:
    ingest(filled, tmp_path, 13 * MIB, 1)
    delete(filled, ingest(filled, tmp_path, MIB, 2))
    before = pages(filled)
    assert 0.05 < before[0] / before[1] < 0.09
    assert filled.store.give_back(budget_s=5) is False
    assert pages(filled) == before


def test_that_nothing_is_given_back_while_somebody_rates(filled: Filled, tmp_path: Path) -> None:
    delete(filled, ingest(filled, tmp_path, 8 * MIB, 1))
    waiting = ingest(filled, tmp_path, MIB, 2)
    filled.store.write(lambda c: deleting.begin(c, waiting)).result()
    filled.store.write(lambda c: None, urgent=True).result()
    before = pages(filled)
    assert filled.store.give_back(budget_s=5) is True
    assert pages(filled) == before
    with filled.store.read() as c:
        assert deleting.is_waiting(c)


def test_that_giving_back_goes_on_with_what_a_kill_cut_off(filled: Filled, tmp_path: Path) -> None:
    id = ingest(filled, tmp_path, 3 * MIB, 1)
    filled.store.write(
        lambda c: c.execute("UPDATE checkpoint SET state = 'deleting' WHERE id = ?", (id,))
    ).result()
    assert filled.store.give_back(budget_s=5) is False
    with filled.store.read() as c:
        assert c.execute("SELECT count(*) FROM chunk").fetchone() == (0,)
    assert size(filled) < 2 * MIB


def test_that_a_compact_file_holds_everything_and_nothing_more(
    filled: Filled, tmp_path: Path
) -> None:
    path = filled.store.path
    kept = ingest(filled, tmp_path, 2 * MIB, 1)
    delete(filled, ingest(filled, tmp_path, 9 * MIB, 2))
    filled.store.close()
    path.chmod(0o640)
    before = path.stat().st_size
    done = store.compact(path)
    assert done == store.Compacted(before, path.stat().st_size)
    assert done.after_bytes < before - 8 * MIB
    assert path.stat().st_mode & 0o777 == 0o640
    with store.open(path) as after:
        with after.read() as c:
            assert len(list(store.completions.page(c))) == len(filled.completions)
            assert compacting._pages(c)[0] == 0
        store.checkpoints.export_to(after, kept, tmp_path / "out")
        assert after.check() == []
    assert (tmp_path / "out").read_bytes() == (tmp_path / "weights-1").read_bytes()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith((".", "p."))] == ["p.prefdesk"]


def test_that_a_project_in_use_is_not_compacted(filled: Filled) -> None:
    with pytest.raises(ProjectInUse):
        store.compact(filled.store.path)


def test_that_too_little_space_is_said_before_anything_is_written(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.store.close()
    before = filled.store.path.read_bytes()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, MIB))
    with pytest.raises(DiskFull, match=r"needs 1\d MiB .* only\s1 MiB"):
        store.compact(filled.store.path)
    with store.open(filled.store.path, "r") as after:
        assert after.check() == []
    assert len(before) == filled.store.path.stat().st_size


@pytest.mark.parametrize("moment", ["is_whole", "durable.sync", "counts"])
def test_that_a_failure_leaves_the_old_file(
    filled: Filled, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = filled.store.path
    filled.store.close()

    def fail(*_: object) -> bool:
        raise OSError(28, "no space")

    monkeypatch.setattr(f"prefdesk.store.compacting.{moment}", fail)
    with pytest.raises(DiskFull):
        store.compact(path)
    monkeypatch.setattr(compacting, "is_whole", lambda _: False)
    if moment == "is_whole":
        with pytest.raises(ProjectError, match="is not the same"):
            store.compact(path)
    assert sorted(p.name for p in path.parent.iterdir()) == ["p.prefdesk"]
    with store.open(path) as after:
        assert after.check() == []


def test_that_copies_a_kill_left_behind_are_removed(filled: Filled) -> None:
    path = filled.store.path
    filled.store.close()
    for end in ("compact", "compact-journal"):
        path.with_name(f".{path.name}.{os.getpid() + 1}.{end}").touch()
    store.compact(path)
    assert sorted(p.name for p in path.parent.iterdir()) == ["p.prefdesk"]


def test_that_only_projects_are_compacted(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"not a database" * 100)
    with pytest.raises(NotAProject):
        store.compact(tmp_path / "other")
    assert (tmp_path / "other").read_bytes() == b"not a database" * 100
