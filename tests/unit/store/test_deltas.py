"""Checkpoints of one run, kept as differences from its first, and none harmed by another."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from prefdesk import store
from prefdesk.errors import InputError, ProjectError
from prefdesk.store import chunks, codec, deleting, runs, sending, weights

from .conftest import Filled

MIB = 2**20
N = 3 * MIB // 2 + 100


def safetensors(path: Path, values: np.ndarray, note: str = "") -> Path:
    """One bf16 tensor."""
    bits = (values.view(np.uint32) >> 16).astype("<u2")
    entry = {"dtype": "BF16", "shape": [bits.size], "data_offsets": [0, bits.nbytes]}
    header: dict[str, Any] = {"__metadata__": {"note": note}} if note else {}
    text = json.dumps({**header, "w": entry}).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + bits.tobytes())
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The run's first checkpoint, and two after small steps, with longer and longer headers."""
    chance = np.random.default_rng(0)
    first = chance.normal(0, 0.02, N).astype(np.float32)
    steps = [np.zeros(N), chance.normal(0, 1e-5, N), chance.normal(0, 1e-5, N)]
    return [
        safetensors(tmp_path / f"{i}", (first + s).astype(np.float32), "n" * 20 * i)
        for i, s in enumerate(steps)
    ]


def ingest(filled: Filled, path: Path, parent: int, kind: str = "full") -> int:
    return store.checkpoints.ingest(
        filled.store, path, kind=kind, name=path.name, parent_id=parent, round_id=None, header="{}"
    )


def ingest_run(filled: Filled, files: list[Path]) -> list[int]:
    """Each from the one before, as rounds follow each other."""
    ids = [filled.base]
    for path in files:
        ids.append(ingest(filled, path, ids[-1]))
    return ids[1:]


def rows(filled: Filled, sql: str, *values: object) -> list[Any]:
    with filled.store.read() as c:
        found: list[Any] = c.execute(sql, values).fetchall()
        return found


def bytes_of(filled: Filled, id: int) -> bytes:
    stream = store.checkpoints.open_weights(filled.store, id)
    buffer = bytearray(stream.size_bytes)
    store.checkpoints.read_into(filled.store, id, buffer)
    return bytes(buffer)


def delete(filled: Filled, id: int) -> None:
    filled.store.write(lambda c: store.checkpoints.delete(c, id)).result()
    assert store.checkpoints.finish_deleting(filled.store)


def bases_of(filled: Filled, id: int) -> list[int | None]:
    return [
        row[0]
        for row in rows(
            filled,
            "SELECT h.base_id FROM checkpoint_chunk x JOIN chunk h ON h.id = x.chunk_id"
            " WHERE x.checkpoint_id = ? ORDER BY seq",
            id,
        )
    ]


def chunks_of(filled: Filled, id: int) -> list[int]:
    with filled.store.read() as c:
        return weights.chunk_ids(c, id)


def test_that_later_checkpoints_are_small_and_come_out_whole(
    filled: Filled, files: list[Path], tmp_path: Path
) -> None:
    ids = ingest_run(filled, files)
    first = chunks_of(filled, ids[0])
    for id, path in zip(ids, files):
        assert bytes_of(filled, id) == path.read_bytes()
        store.checkpoints.export_to(filled.store, id, tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == path.read_bytes()
        # Always the run's first, never the one before; the header stands for itself.
        assert bases_of(filled, id) == ([None] * 5 if id == ids[0] else [None, *first[1:]])
    sizes = dict(rows(filled, "SELECT codec, sum(length(data)) FROM chunk GROUP BY codec"))
    assert sizes[codec.DELTA + 2] < 0.2 * 2 * 2 * N
    assert filled.store.check() == []


def test_that_deleting_the_first_leaves_the_later_ones(filled: Filled, files: list[Path]) -> None:
    ids = ingest_run(filled, files)
    bases = chunks_of(filled, ids[0])[1:]
    delete(filled, ids[0])
    assert set(bases) <= {row[0] for row in rows(filled, "SELECT id FROM chunk")}
    for id, path in zip(ids[1:], files[1:]):
        assert bytes_of(filled, id) == path.read_bytes()
    assert filled.store.check() == []
    # What comes now still finds the old base, and never takes a difference of a difference.
    files[2].write_bytes(files[2].read_bytes()[:-2] + b"\0\0")
    fourth = ingest(filled, files[2], ids[2])
    assert bases_of(filled, fourth) == [None, *bases]
    for id in (fourth, ids[2], ids[1]):
        delete(filled, id)
    assert rows(filled, "SELECT count(*) FROM chunk") == [(0,)]
    assert filled.store.check() == []


def test_that_damage_is_found_in_its_own_checkpoint_only(filled: Filled, files: list[Path]) -> None:
    ids = ingest_run(filled, files)
    hurt = chunks_of(filled, ids[1])[2]
    filled.store.write(
        lambda c: c.execute(
            "UPDATE chunk SET data = CAST(substr(data, 1, 5000) || x'00ff' || substr(data, 5003)"
            " AS BLOB) WHERE id = ?",
            (hurt,),
        )
    ).result()
    with pytest.raises(ProjectError, match=f"Chunk {hurt} is damaged"):
        bytes_of(filled, ids[1])
    for good in (0, 2):
        assert bytes_of(filled, ids[good]) == files[good].read_bytes()
    problems = filled.store.check()
    assert len(problems) == 1 and "weights of 1 cannot" in problems[0]
    delete(filled, ids[1])
    assert filled.store.check() == []


def test_that_a_damaged_base_is_named_and_not_the_difference(
    filled: Filled, files: list[Path]
) -> None:
    ids = ingest_run(filled, files)
    base = chunks_of(filled, ids[0])[1]
    swapped = "UPDATE chunk SET data = (SELECT data FROM chunk WHERE id = ?) WHERE id = ?"
    other = chunks_of(filled, ids[0])[2]
    size = "UPDATE chunk SET data = zeroblob(20) WHERE id = ?"
    for sql, values in ((swapped, (other, base)), (size, (base,))):
        filled.store.write(lambda c, s=sql, v=values: c.execute(s, v)).result()  # type: ignore[misc]
        with pytest.raises(ProjectError, match=f"Chunk {base} is damaged"):
            bytes_of(filled, ids[2])


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE chunk SET base_id = :other WHERE id = :base", "depends on another"),
        ("UPDATE chunk SET base_id = NULL WHERE id = :hurt", "does not fit the piece"),
        ("UPDATE chunk SET codec = 99 WHERE id = :hurt", "does not know"),
        ("UPDATE chunk SET codec = 2 WHERE id = :hurt", "does not fit the piece"),
        ("UPDATE chunk SET base_id = id WHERE id = :hurt", "depends on another"),
        ("UPDATE chunk SET data = zeroblob(100000000) WHERE id = :hurt", "impossible size"),
        ("UPDATE chunk SET raw_size = raw_size - 2 WHERE id = :hurt", "is damaged"),
        ("UPDATE chunk SET hash = zeroblob(32) WHERE id = :hurt", "match its hash"),
    ],
)
def test_that_a_hostile_row_is_refused_in_a_sentence(
    filled: Filled, files: list[Path], sql: str, words: str
) -> None:
    ids = ingest_run(filled, files[:2])
    base, other = chunks_of(filled, ids[0])[1:3]
    values = {"hurt": chunks_of(filled, ids[1])[1], "base": base, "other": other}
    used = {k: v for k, v in values.items() if f":{k}" in sql}
    filled.store.write(lambda c: c.execute(sql, used)).result()
    with pytest.raises(ProjectError, match=words):
        bytes_of(filled, ids[1])


def test_that_a_base_deleted_on_the_way_is_done_without(filled: Filled, files: list[Path]) -> None:
    first = ingest_run(filled, files[:1])[0]
    with filled.store.read() as c:
        base = chunks.fetch(c, weights.chunk_ids(c, first)[1])
    raw = chunks.unpacked(base)
    new = raw.copy()
    new[:10] += 1
    packed = codec.pack(new, 2, raw)
    assert packed.is_delta
    delete(filled, first)
    piece = chunks.New(chunks.hash_of(new), new, packed, base)
    known = chunks.New(chunks.hash_of(raw), raw, None)

    def add(c: store.Connection) -> list[bytes]:
        # The id of the base is given to another piece meanwhile.
        while chunks.put(c, bytes([1, chunks.unused(c)])) < base.id:
            pass
        return [chunks.get(c, chunks.insert(c, p)) for p in (piece, known)]

    assert filled.store.write(add).result() == [new.tobytes(), raw.tobytes()]


def test_that_a_run_is_what_stems_from_one_root(filled: Filled, tmp_path: Path) -> None:
    small = tmp_path / "s"
    small.write_bytes(b"w" * 100)
    other = filled.store.write(
        lambda c: store.checkpoints.add_base(c, "other", '{"path": "o"}').id
    ).result()
    one = ingest(filled, small, filled.base)
    sibling = ingest(filled, small, filled.base)
    child = ingest(filled, small, sibling)
    elsewhere = ingest(filled, small, other)
    lora = ingest(filled, small, child, kind="lora")
    with filled.store.read() as c:

        def first(kind: str, parent: int | None) -> int | None:
            return runs.first_of_run(c, kind, parent)

        assert [first("full", p) for p in (filled.base, child, lora, other)] == [
            one, one, one, elsewhere,
        ]  # fmt: skip
        assert first("lora", sibling) == lora and first("lora", other) is None
        assert first("full", None) is None
    delete(filled, one)
    with filled.store.read() as c:
        assert runs.first_of_run(c, "full", child) == sibling


def test_that_a_lora_round_adds_no_byte_of_the_base(filled: Filled, files: list[Path]) -> None:
    first = ingest_run(filled, files[:1])[0]
    before = rows(filled, "SELECT count(*), sum(length(data)) FROM chunk")[0]
    adapter = files[0].with_name("adapter")
    adapter.write_bytes(np.random.default_rng(5).bytes(5000))
    ingest(filled, adapter, first, kind="lora")
    assert rows(filled, "SELECT count(*), sum(length(data)) FROM chunk")[0] == (
        before[0] + 1, before[1] + 5000,
    )  # fmt: skip


def test_that_a_large_deletion_goes_on_where_it_stopped(
    filled: Filled, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "PIECES_AT_ONCE", 2)
    ids = ingest_run(filled, files[:2])
    filled.store.write(lambda c: store.checkpoints.delete(c, ids[0])).result()
    assert len(chunks_of(filled, ids[0])) == 3
    with filled.store.read() as c:
        assert [k.id for k in store.checkpoints.all(c)] == [filled.base, ids[1]]
        with pytest.raises(InputError, match="no weights"):
            store.checkpoints.open_weights(filled.store, ids[0])
    assert filled.store.check() == []
    path = filled.store.path
    filled.store.close()
    with store.open(path) as again:
        assert not store.checkpoints.finish_deleting(again, budget_s=0)
        assert store.checkpoints.finish_deleting(again)
        with again.read() as c:
            # Its child speaks of it, so its name stays.
            assert store.checkpoints.get(c, ids[0]).name == "0"
            assert weights.chunk_ids(c, ids[0]) == []
        assert again.check() == []


def test_that_what_is_still_to_be_deleted_makes_room_first(
    filled: Filled, files: list[Path]
) -> None:
    first = ingest_run(filled, files[:1])[0]
    filled.store.write(lambda c: deleting.begin(c, first)).result()
    before = rows(filled, "PRAGMA page_count")[0][0]
    second = ingest(filled, files[1], filled.base)
    assert rows(filled, "SELECT count(*) FROM checkpoint WHERE id <> ?", second) == [(1,)]
    assert bases_of(filled, second) == [None] * 5
    assert rows(filled, "PRAGMA page_count")[0][0] < before + 20
    assert filled.store.check() == []


def test_that_a_stream_gives_any_stretch_and_the_end(filled: Filled, files: list[Path]) -> None:
    id = ingest_run(filled, files[:1])[0]
    whole = files[0].read_bytes()
    stream = store.checkpoints.open_weights(filled.store, id)
    assert stream.readable() and stream.size_bytes == len(whole)
    found, sizes = b"", [1, 7, 200, MIB, MIB - 3, 2 * MIB + 1, 10**7, 5]
    for size in sizes:
        found += stream.read(size) or b""
    assert found == whole and stream.read(1) == b""
    with pytest.raises(InputError, match="there is room for 5"):
        store.checkpoints.read_into(filled.store, id, bytearray(5))
    with pytest.raises((ValueError, TypeError)):
        store.checkpoints.open_weights(filled.store, id).readinto(bytes(5))


def test_that_the_whole_is_compared_with_the_last_byte(filled: Filled, files: list[Path]) -> None:
    id = ingest_run(filled, files[:1])[0]
    for sql in (
        "UPDATE checkpoint SET sha256 = zeroblob(32) WHERE id = ?",
        "UPDATE checkpoint SET size_bytes = size_bytes - 1 WHERE id = ?",
        "UPDATE checkpoint SET size_bytes = size_bytes + 2 WHERE id = ?",
    ):
        filled.store.write(lambda c, s=sql: c.execute(s, (id,))).result()  # type: ignore[misc]
        with pytest.raises(ProjectError, match=f"Checkpoint {id} is damaged"):
            bytes_of(filled, id)


def test_that_weights_that_change_on_the_way_to_the_disk_never_become_visible(
    filled: Filled, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ingest_run(filled, files[:1])[0]
    right = codec.pack

    def wrong(raw: codec.Bytes, width: int, base: codec.Bytes | None = None) -> codec.Packed:
        return right(raw ^ np.uint8(1), width, base)

    monkeypatch.setattr(codec, "pack", wrong)
    with pytest.raises(ProjectError, match="is damaged"):
        ingest(filled, files[1], first)
    monkeypatch.undo()
    with filled.store.read() as c:
        assert [k.id for k in store.checkpoints.all(c)] == [filled.base, first]
    assert filled.store.check() == []


def test_that_while_people_rate_each_piece_is_a_transaction(
    filled: Filled, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    right = weights.add_packed

    def counted(c: store.Connection, id: int, first: int, pieces: Any) -> None:
        sizes.append(len(pieces))
        right(c, id, first, pieces)

    monkeypatch.setattr(weights, "add_packed", counted)
    monkeypatch.setattr(sending, "PIECES_AT_ONCE", 3)
    ingest_run(filled, files[:1])
    assert sizes == [3, 2]
    sizes.clear()
    filled.store.write(lambda c: None, urgent=True).result()
    ingest_run(filled, files[1:2])
    assert sizes == [1] * 5
