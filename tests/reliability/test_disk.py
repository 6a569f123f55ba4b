"""The disk that loses power, and the recorder: what the crash states are made of."""

import random
from pathlib import Path

import pytest

from . import recording
from .disk import SECTOR, Disk
from .recording import Record


def states(disk: Disk, n: int = 200) -> list[dict[str, bytes]]:
    return [disk.crash(random.Random(seed)) for seed in range(n)]


def disk_after(before: dict[str, bytes], *records: Record) -> Disk:
    disk = Disk(before)
    for record in records:
        disk.apply(record)
    return disk


OPENED = Record("o", 1, 0, b"a")


def test_that_what_was_synced_stays_and_later_sectors_are_old_or_new() -> None:
    old, new = bytes(3 * SECTOR), b"x" * 3 * SECTOR
    synced = disk_after({"a": old}, OPENED, Record("w", 1, 0, new), Record("s", 1, 0, b""))
    assert states(synced) == [{"a": new}] * 200
    found = states(disk_after({"a": old}, OPENED, Record("w", 1, 0, new)))
    cut = [{s["a"][i : i + SECTOR] for i in range(0, len(new), SECTOR)} for s in found]
    assert set().union(*cut) == {old[:SECTOR], new[:SECTOR]}
    assert any(len(parts) == 2 for parts in cut), "no state was torn"


def test_that_a_write_is_cut_where_sectors_begin() -> None:
    write = Record("w", 1, SECTOR - 2, b"xxyy")
    found = {s["a"][SECTOR - 2 :] for s in states(disk_after({"a": bytes(600)}, OPENED, write))}
    assert {content[:4] for content in found} == {bytes(4), b"xx\0\0", b"\0\0yy", b"xxyy"}


def test_that_names_change_in_order_and_stay_after_a_sync_of_the_folder() -> None:
    changes = (
        Record("c", 2, 0, b"new"),
        Record("w", 2, 0, b"n"),
        Record("s", 2, 0, b""),
        Record("l", 0, 0, b"a\0kept"),
        Record("r", 0, 0, b"new\0a"),
    )
    found = states(disk_after({"a": b"o"}, *changes))
    possible = [
        {"a": b"o"},
        {"a": b"o", "new": b"n"},
        {"a": b"o", "new": b"n", "kept": b"o"},
        {"a": b"n", "kept": b"o"},
    ]
    assert all(state in found for state in possible)
    assert all(state in possible for state in found)
    assert states(disk_after({"a": b"o"}, *changes, Record("d", 0, 0, b""))) == [possible[-1]] * 200


def test_that_a_new_file_has_nothing_of_a_removed_one_with_the_same_number() -> None:
    disk = disk_after(
        {"a": b"old"}, OPENED, Record("u", 0, 0, b"a"), Record("d", 0, 0, b""),
        Record("c", 1, 0, b"b"), Record("w", 1, 0, b"new"), Record("s", 1, 0, b""),
        Record("d", 0, 0, b""),
    )  # fmt: skip
    assert states(disk, 5) == [{"b": b"new"}] * 5


PROGRAM = """
import os, shutil, sys
from pathlib import Path
folder, other = map(Path, sys.argv[1:])
(folder / "a").write_bytes(b"abc")
with (folder / "a").open("r+b", buffering=0) as file:
    file.seek(1); file.write(b"X"); os.fsync(file.fileno()); file.truncate(2)
(other / "not recorded").write_bytes(b"abc")
shutil.copy2(other / "not recorded", folder / "b")
os.link(folder / "a", folder / "c")
os.replace(folder / "a", folder / "d")
(folder / "c").unlink()
Path(os.environ["RECORDED_MARKS"]).write_text("done")
handle = os.open(folder, os.O_RDONLY); os.fsync(handle)
"""


@pytest.mark.skipif(bool(recording.why_not()), reason=recording.why_not() or "-")
def test_that_each_call_is_recorded_in_order(tmp_path: Path, monkeypatch) -> None:
    folder, other = tmp_path / "folder", tmp_path / "other"
    folder.mkdir(), other.mkdir()
    (tmp_path / "recorded_program.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    recorder = recording.build(tmp_path)
    found = recording.record(recorder, folder, "recorded_program", folder, other)
    assert [(r.what, r.at, r.data) for r in found] == [
        ("c", 1, b"a"),
        ("w", 0, b"abc"),
        ("o", 0, b"a"),
        ("w", 1, b"X"),
        ("s", 0, b""),
        ("t", 2, b""),
        ("c", 1, b"b"),
        ("w", 0, b"abc"),
        ("l", 0, b"a\0c"),
        ("r", 0, b"a\0d"),
        ("u", 0, b"c"),
        ("m", 0, b"done"),
        ("d", 0, b""),
    ]
