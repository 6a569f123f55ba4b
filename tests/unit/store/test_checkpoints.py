"""Weights in and out of the file: whole or not there at all."""

import hashlib
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefdesk import store
from prefdesk.errors import Cancelled, DiskFull, InputError, ProjectError
from prefdesk.store import chunks, transfer

from .conftest import Filled, fill, in_memory

MIB = 2**20


def weights_file(folder: Path, size: int = 2 * MIB + 77, seed: int = 1) -> Path:
    path = folder / f"weights-{seed}"
    path.write_bytes(hashlib.shake_128(bytes([seed])).digest(size))
    return path


def ingest(filled: Filled, path: Path, **more: Any) -> int:
    options: dict[str, Any] = {
        "kind": "lora", "name": "one", "parent_id": filled.base, "round_id": None, "header": "{}"
    }  # fmt: skip
    return store.checkpoints.ingest(filled.store, path, **{**options, **more})


def count(filled: Filled, table: str) -> int:
    with filled.store.read() as c:
        return int(c.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_that_weights_come_out_as_they_went_in(filled: Filled, tmp_path: Path) -> None:
    path = weights_file(tmp_path)
    told: list[tuple[int, int]] = []
    id = ingest(filled, path, progress=lambda done, total: told.append((done, total)))
    size = path.stat().st_size
    assert told == [(MIB, size), (2 * MIB, size), (size, size)]
    with filled.store.read() as c:
        assert b"".join(store.checkpoints.read(c, id)) == path.read_bytes()
        found = store.checkpoints.get(c, id)
        assert (found.kind, found.name, found.size_bytes, found.parent_id) == (
            "lora",
            "one",
            size,
            1,
        )
        assert [k.id for k in store.checkpoints.all(c)] == [filled.base, id]
        assert store.checkpoints.has_weights(c, id)
        assert not store.checkpoints.has_weights(c, filled.base)
    store.checkpoints.export_to(filled.store, id, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == path.read_bytes()
    assert filled.store.check() == []


def test_that_equal_pieces_are_kept_once(filled: Filled, tmp_path: Path) -> None:
    path = weights_file(tmp_path)
    first = ingest(filled, path)
    path.write_bytes(path.read_bytes() + b"more")
    second = ingest(filled, path)
    assert count(filled, "chunk") == 4
    filled.store.write(lambda c: store.checkpoints.delete(c, first)).result()
    assert count(filled, "chunk") == 3
    with filled.store.read() as c:
        assert b"".join(store.checkpoints.read(c, second)) == path.read_bytes()
        with pytest.raises(InputError):
            store.checkpoints.get(c, first)
    filled.store.write(lambda c: store.checkpoints.delete(c, second)).result()
    assert count(filled, "chunk") == count(filled, "checkpoint_chunk") == 0
    assert filled.store.check() == []


def test_that_a_checkpoint_others_speak_of_keeps_its_name(filled: Filled, tmp_path: Path) -> None:
    id = ingest(filled, weights_file(tmp_path))
    filled.store.write(lambda c: store.completions.create_sampling(c, id, "train", "{}")).result()
    filled.store.write(lambda c: store.checkpoints.delete(c, id)).result()
    assert count(filled, "chunk") == 0
    with filled.store.read() as c:
        assert store.checkpoints.get(c, id).name == "one"
        assert [k.id for k in store.checkpoints.all(c)] == [filled.base]
        with pytest.raises(InputError, match="no weights"):
            list(store.checkpoints.read(c, id))
        with pytest.raises(InputError, match="base checkpoint stays"):
            store.checkpoints.delete(c, filled.base)


def test_that_an_unfinished_checkpoint_is_invisible_and_swept(filled: Filled) -> None:
    def half(c: store.Connection) -> int:
        id = store.checkpoints.begin(c, "full", "half", filled.base, None, "{}", 2 * MIB, 2)
        store.checkpoints.add_chunk(c, id, 0, b"a" * MIB)
        return id

    id = filled.store.write(half).result()
    with filled.store.read() as c:
        assert [k.id for k in store.checkpoints.all(c)] == [filled.base]
        for look in (store.checkpoints.get, lambda c, i: list(store.checkpoints.read(c, i))):
            with pytest.raises(InputError):
                look(c, id)
    assert filled.store.write(store.checkpoints.sweep).result() == 1
    assert count(filled, "chunk") == 0 and count(filled, "checkpoint") == 1


def test_that_wrong_weights_never_become_visible(filled: Filled) -> None:
    data = b"w" * 1000
    right = hashlib.sha256(data).digest()
    cases = [(right[::-1], 1000, 1), (right, 999, 1), (right, 1000, 2)]
    for digest, size, n_chunks in cases:
        id = filled.store.write(
            lambda c, s=size, n=n_chunks: store.checkpoints.begin(  # type: ignore[misc]
                c, "lora", "x", filled.base, None, "{}", s, n
            )
        ).result()
        filled.store.write(lambda c, i=id: store.checkpoints.add_chunk(c, i, 0, data)).result()  # type: ignore[misc]
        with pytest.raises(ProjectError, match="not those that were handed in"):
            filled.store.write(
                lambda c, i=id, d=digest: store.checkpoints.complete(c, i, d)  # type: ignore[misc]
            ).result()
    filled.store.write(
        lambda c: store.checkpoints.begin(c, "lora", "y", 1, None, "", 1000, 1)
    ).result()
    filled.store.write(lambda c: store.checkpoints.add_chunk(c, id + 1, 0, data)).result()
    filled.store.write(lambda c: store.checkpoints.complete(c, id + 1, right)).result()
    with filled.store.read() as c:
        assert [k.name for k in store.checkpoints.all(c)] == ["base", "y"]
    with pytest.raises(ProjectError, match="not being written"):
        filled.store.write(lambda c: store.checkpoints.add_chunk(c, id + 1, 1, data)).result()


def test_that_a_stopped_ingest_leaves_nothing(filled: Filled, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        ingest(filled, weights_file(tmp_path), cancelled=lambda: next(asked))
    assert count(filled, "chunk") == 0 and count(filled, "checkpoint") == 1
    assert filled.store.check() == []


def test_that_too_little_space_is_said_before_anything_is_written(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 66 * MIB))
    with pytest.raises(DiskFull, match=r"need 67 MiB .* only\s66 MiB"):
        ingest(filled, weights_file(tmp_path))
    assert count(filled, "checkpoint") == 1


def test_that_a_disk_that_fills_while_weights_come_in_leaves_nothing(
    filled: Filled, tmp_path: Path
) -> None:
    used = filled.store.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0]).result()
    filled.store.write(
        lambda c: c.execute(f"PRAGMA max_page_count={used + 90}").fetchall()
    ).result()
    with pytest.raises(DiskFull):
        ingest(filled, weights_file(tmp_path))
    assert count(filled, "chunk") == 0 and count(filled, "checkpoint") == 1
    assert filled.store.check() == []


def test_that_damaged_weights_are_not_given_out(filled: Filled, tmp_path: Path) -> None:
    id = ingest(filled, weights_file(tmp_path))
    filled.store.write(
        lambda c: c.execute("UPDATE chunk SET data = zeroblob(raw_size) WHERE id = 2")
    ).result()
    with filled.store.read() as c, pytest.raises(ProjectError, match="Chunk 2 is damaged"):
        list(store.checkpoints.read(c, id))
    with pytest.raises(ProjectError, match="Chunk 2 is damaged"):
        store.checkpoints.export_to(filled.store, id, tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir() if "out" in p.name) == []
    assert len(filled.store.check()) == 1


def test_that_notes_and_names_change(filled: Filled, tmp_path: Path) -> None:
    id = ingest(filled, weights_file(tmp_path))
    filled.store.write(lambda c: store.checkpoints.note(c, id, "good one")).result()
    found = filled.store.write(lambda c: store.checkpoints.rename(c, id, " two ")).result()
    assert (found.name, found.note) == ("two", "good one")
    with pytest.raises(InputError, match="needs a name"):
        filled.store.write(lambda c: store.checkpoints.rename(c, id, " ")).result()
    changed = filled.store.write(lambda c: store.checkpoints.set_header(c, id, "{1}")).result()
    assert changed.header == "{1}"


def test_that_one_model_folder_is_one_base(filled: Filled) -> None:
    for _ in range(2):
        filled.store.write(lambda c: store.checkpoints.add_base(c, "m", '{"f": 1}')).result()
    assert count(filled, "checkpoint") == 2
    with pytest.raises(InputError, match="holds no weights"):
        filled.store.write(
            lambda c: store.checkpoints.begin(c, "base", "m", None, None, "", 1, 1)
        ).result()


def test_that_an_empty_file_of_weights_is_refused(filled: Filled, tmp_path: Path) -> None:
    (tmp_path / "nothing").touch()
    with pytest.raises(InputError, match="nothing is empty"):
        ingest(filled, tmp_path / "nothing")


def test_that_ratings_come_in_between_the_pieces(filled: Filled, tmp_path: Path) -> None:
    path = weights_file(tmp_path, size=4 * MIB)
    seen: list[int] = []

    def rate(done: int, total: int) -> None:
        filled.store.write(
            lambda c: store.events.append(c, rater_id=1, completion_id=1, kind="score", value=1),
            urgent=True,
        ).result(timeout=10)
        seen.append(filled.store.pending)

    ingest(filled, path, progress=rate)
    assert seen == [0] * 4
    assert count(filled, "event") == 4


def test_that_the_space_of_deleted_weights_is_used_again(filled: Filled, tmp_path: Path) -> None:
    for number in range(1, 4):
        id = ingest(filled, weights_file(tmp_path, size=3 * MIB, seed=number))
        filled.store.write(lambda c, i=id: store.checkpoints.delete(c, i)).result()  # type: ignore[misc]
    filled.store.close()
    assert filled.store.path.stat().st_size < 5 * MIB


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=8))
def test_that_pieces_of_any_size_make_the_whole_again(pieces: list[bytes]) -> None:
    c = in_memory()
    base, *_ = fill(c)
    whole = b"".join(pieces)
    id = store.checkpoints.begin(c, "full", "n", base, None, "{}", len(whole), len(pieces))
    for seq, data in enumerate(pieces):
        store.checkpoints.add_chunk(c, id, seq, data)
    store.checkpoints.complete(c, id, hashlib.sha256(whole).digest())
    assert b"".join(store.checkpoints.read(c, id)) == whole
    assert len(chunks.ids(c)) == len(set(pieces))
    store.checkpoints.delete(c, id)
    assert chunks.ids(c) == []
    c.close()


def test_that_chunks_have_limits(c: store.Connection) -> None:
    for data in (b"", b"x" * (4 * MIB + 1)):
        with pytest.raises(InputError, match="A chunk has 1 to"):
            chunks.put(c, data)
    with pytest.raises(ProjectError, match="missing"):
        chunks.get(c, 99)
    id = chunks.put(c, b"abc")
    c.execute("UPDATE chunk SET codec = 7 WHERE id = ?", (id,))
    with pytest.raises(ProjectError, match="does not know"):
        chunks.get(c, id)


def test_that_real_free_space_is_looked_up(filled: Filled) -> None:
    assert shutil.disk_usage(filled.store.path.parent).free > 0
    transfer._require_space(filled.store, 1)
    with pytest.raises(DiskFull):
        transfer._require_space(filled.store, 2**60)
