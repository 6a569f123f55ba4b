"""The checkpoint store: how fast weights come in and out, and how much room a run takes.

Four bf16 checkpoints of one run, made from the starter model: its weights were once quantised,
so the gaps between their steps are filled with noise again (dense mantissas, as real weights
have them), and the later ones are random steps of rms 1e-6, 1e-5 and 1e-4 away. Every ingest
stands beside a plain copy with fsync, every load beside a plain read, both with the page cache
dropped, in the same round. Wall times are those of a machine that others may use: figures are
medians over the rounds, with the best beside them and the processor time.
"""

import json
import os
import shutil
import statistics
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from prefdesk import store
from prefdesk.models import starter
from prefdesk.paths import models_dir
from tests.bench.report import Report

ROUNDS, QUICK_ROUNDS = 3, 1
QUICK_BYTES = 48 * 2**20
STEPS = {"A": None, "B": 1e-6, "C": 1e-5, "D": 1e-4}
BLOCK = 32
ADAPTER_BYTES = 20 * 2**20
INGEST_BAR, LOAD_BAR, DELTA_BAR, SIZE_BAR = 100.0, 150.0, 100.0, 0.3

Header = dict[str, Any]


def measure(*, quick: bool) -> Report:
    """Ingest and load all four, several times, and compare with plain files."""
    report = Report("weights")
    with tempfile.TemporaryDirectory(dir=os.environ.get("PREFDESK_BENCH_DIR")) as name:
        folder = Path(name)
        model = starter.installed(models_dir())
        if model is None:
            raise SystemExit("This needs the starter model: prefdesk model get starter.")
        files = _make(folder, model / "model.safetensors", quick=quick)
        for number in range(QUICK_ROUNDS if quick else ROUNDS):
            report.runs += list(_round(folder, files, number))
    _judge(report)
    return report


def _judge(report: Report) -> None:
    for what, kinds, bar in (
        ("ingest, first of the run", ("ingest A",), INGEST_BAR),
        ("ingest, difference", ("ingest B", "ingest C", "ingest D"), INGEST_BAR),
        ("verified load, cold, first of the run", ("load A",), LOAD_BAR),
        ("verified load, cold, difference", ("load B", "load C", "load D"), DELTA_BAR),
    ):
        for unit, how in (("MB_s", "wall"), ("MB_per_cpu_s", "per core")):
            rates = [r[unit] for r in report.runs if r["what"] in kinds]
            best = f"best {max(rates):.0f}"
            report.at_least(f"{what}, {how} ({best})", statistics.median(rates), bar, "MB/s")
    last = [r for r in report.runs if r["what"] == "sizes"]
    report.at_most("four checkpoints", max(r["four_x"] for r in last), SIZE_BAR, "x plain size")
    report.at_most("the project file with them", max(r["file_x"] for r in last), SIZE_BAR, "x")
    live = max(r["file_per_live"] for r in report.runs if r["what"] == "give back")
    report.at_most("the file after giving back", live, 1.1, "x live pages")
    added = max(r["base_bytes_of_a_lora_round"] for r in last)
    report.at_most("bytes of the base in a LoRA round", added, 0, "bytes")


def _round(folder: Path, files: dict[str, Path], number: int) -> Iterator[dict[str, Any]]:
    path = folder / "p.prefdesk"
    with store.create(path, meta={}) as opened:
        root = opened.write(lambda c: store.checkpoints.add_base(c, "base", "{}").id).result()
        ids: dict[str, int] = {}
        for letter, file in files.items():
            yield _timed(number, f"write {letter}", file, lambda f=file: _copy(f, folder / "copy"))
            before = _stored(opened)
            took_in = partial(_take_in, opened, file, letter, ids, root)
            row = _timed(number, f"ingest {letter}", file, took_in)
            yield row | {"stored_x": round((_stored(opened) - before) / file.stat().st_size, 4)}
        yield _sizes(folder, opened, files, root) | {"round": number}
    with store.open(path) as opened:
        for letter, file in files.items():
            yield _cold(number, f"read {letter}", file, file, lambda b, f=file: _plain_read(f, b))
            yield _cold(
                number, f"load {letter}", file, path,
                lambda b, n=letter: store.checkpoints.read_into(opened, ids[n], b),
            )  # fmt: skip
        yield _given_back(opened, list(ids.values())) | {"round": number}
    path.unlink()


def _given_back(opened: store.Store, ids: list[int]) -> dict[str, Any]:
    """Delete all four (the adapter stays), then give the space back as idle moments would."""
    before = opened.path.stat().st_size
    started = time.perf_counter()
    for id in ids:
        opened.write(lambda c, i=id: store.checkpoints.delete(c, i)).result()  # type: ignore[misc]
        store.checkpoints.finish_deleting(opened)
    deleted_s, calls = time.perf_counter() - started, []
    more = True
    while more:
        at = time.perf_counter()
        more = opened.give_back(0.0 if not calls else 0.001)
        calls.append(time.perf_counter() - at)
    with opened.read() as c:
        free, pages = (c.execute(f"PRAGMA {n}_count").fetchone()[0] for n in ("freelist", "page"))
    return {
        "what": "give back",
        "before_MB": round(before / 1e6, 1),
        "after_MB": round(pages * 16384 / 1e6, 1),
        "delete_s": round(deleted_s, 3),
        "give_back_s": round(sum(calls), 3),
        "longest_step_ms": round(max(calls) * 1e3, 1),
        "file_per_live": round(pages / (pages - free), 4),
    }


def _sizes(folder: Path, opened: store.Store, files: dict[str, Path], root: int) -> dict[str, Any]:
    plain = sum(f.stat().st_size for f in files.values())
    four = _stored(opened)
    file_bytes = opened.path.stat().st_size
    adapter = folder / "adapter"
    adapter.write_bytes(np.random.default_rng(1).bytes(ADAPTER_BYTES))
    _ingest(opened, adapter, "lora", root)
    return {
        "what": "sizes",
        "plain_MB": round(plain / 1e6, 1),
        "stored_MB": round(four / 1e6, 1),
        "four_x": round(four / plain, 4),
        "file_x": round(file_bytes / plain, 4),
        "base_bytes_of_a_lora_round": max(0, _stored(opened) - four - ADAPTER_BYTES),
    }


def _take_in(opened: store.Store, file: Path, letter: str, ids: dict[str, int], root: int) -> None:
    """Each checkpoint stems from the one before, as rounds do."""
    ids[letter] = _ingest(opened, file, "full", [root, *ids.values()][-1])


def _ingest(opened: store.Store, file: Path, kind: str, parent: int) -> int:
    found: int = store.checkpoints.ingest(
        opened, file, kind=kind, name="x", parent_id=parent, round_id=None, header="{}"
    )
    return found


def _stored(opened: store.Store) -> int:
    with opened.read() as c:
        found: int = c.execute("SELECT coalesce(sum(length(data)), 0) FROM chunk").fetchone()[0]
    return found


def _timed(number: int, what: str, file: Path, run: Callable[[], Any]) -> dict[str, Any]:
    megabytes = file.stat().st_size / 1e6
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "round": number,
        "what": what,
        "wall_s": round(wall, 3),
        "cpu_s": round(cpu, 3),
        "MB_s": round(megabytes / wall, 1),
        "MB_per_cpu_s": round(megabytes / max(cpu, 1e-3), 1),
    }


def _cold(
    number: int, what: str, file: Path, read: Path, run: Callable[[np.ndarray], None]
) -> dict[str, Any]:
    """A load into memory that is there already, after the file was dropped from the cache."""
    buffer = np.zeros(file.stat().st_size, np.uint8)
    _forget(read)
    return _timed(number, what, file, lambda: run(buffer))


def _forget(path: Path) -> None:
    """Drop a file from the page cache."""
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as file, target.open("wb") as out:
        shutil.copyfileobj(file, out, 2**20)
        out.flush()
        os.fsync(out.fileno())


def _plain_read(file: Path, buffer: np.ndarray) -> None:
    with file.open("rb", buffering=0) as opened:
        view, at = memoryview(buffer), 0
        while n := opened.readinto(view[at : at + 2**20]):
            at += n


def _make(folder: Path, starter: Path, *, quick: bool) -> dict[str, Path]:
    header, start = _header(starter, QUICK_BYTES if quick else 2**62)
    files = {letter: folder / f"{letter}.safetensors" for letter in STEPS}
    chance = np.random.default_rng(0)
    opened = {letter: path.open("wb") for letter, path in files.items()}
    text = json.dumps(_as_bf16(header)).encode()
    text += b" " * (-len(text) % 8)
    for file in opened.values():
        file.write(struct.pack("<Q", len(text)) + text)
    for entry in header.values():
        first, end = entry["data_offsets"]
        raw = np.fromfile(starter, "<f4", offset=start + first, count=(end - first) // 4)
        dense = _refilled(raw, chance)
        for letter, file in opened.items():
            file.write(_bf16(_stepped(dense, STEPS[letter], chance)).tobytes())
    for file in opened.values():
        file.close()
    return files


def _header(path: Path, most_bytes: int) -> tuple[Header, int]:
    with path.open("rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        entries = json.loads(file.read(length))
    entries.pop("__metadata__", None)
    ordered = dict(sorted(entries.items(), key=lambda e: e[1]["data_offsets"]))
    # From the end: the embedding, which comes first, alone would fill a quick run.
    kept, room = {}, most_bytes
    for name, entry in reversed(ordered.items()):
        room -= entry["data_offsets"][1] - entry["data_offsets"][0]
        if room >= 0:
            kept[name] = entry
    return dict(reversed(kept.items())), 8 + length


def _as_bf16(header: Header) -> Header:
    made, at = {}, 0
    for name, entry in header.items():
        size = (entry["data_offsets"][1] - entry["data_offsets"][0]) // 2
        made[name] = {"dtype": "BF16", "shape": entry["shape"], "data_offsets": [at, at + size]}
        at += size
    return made


def _refilled(raw: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Quantised weights with the gap between neighbouring steps of each block filled evenly."""
    if raw.size % BLOCK:
        return raw
    blocks = raw.reshape(-1, BLOCK)
    gaps = np.diff(np.sort(blocks, axis=1), axis=1)
    gaps[gaps < 1e-9] = np.inf
    gap = gaps.min(axis=1, keepdims=True)
    gap[~np.isfinite(gap)] = 0
    noise = chance.random(blocks.shape, np.float32) - np.float32(0.5)
    filled: np.ndarray = (blocks + gap * noise).reshape(-1).astype(np.float32)
    return filled


def _stepped(dense: np.ndarray, rms: float | None, chance: np.random.Generator) -> np.ndarray:
    if rms is None:
        return dense
    return dense + np.float32(rms) * chance.standard_normal(dense.size, np.float32)


def _bf16(values: np.ndarray) -> np.ndarray:
    """Rounded to the nearest bf16, as its 16 bits."""
    bits = values.view(np.uint32)
    rounded: np.ndarray = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")
    return rounded
