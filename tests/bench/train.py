"""A whole training step, and the update alone, against TRL's RLOO and GRPO.

A step draws k completions of each prompt, scores them with a trivial reward and makes one update
of a LoRA adapter (rank 16, every linear layer, KL coefficient 0.05). TRL runs under an interpreter
of its own that has it (`--peer-python` or PREFDESK_PEER_PYTHON), at its best micro-batch; both
sides take turns, CPU seconds of one thread, medians after a step that is thrown away. Ours is the
product's round with all it does, the look at the end included; memory is the peak of each process.
`start` is how long a warm worker takes from the weights to its first step. Parts: --only fp32,...
With --quick two prompts, 16 tokens, one turn and one micro-batch.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from prefdesk.models import load_tokenizer, memory
from tests.bench import starter
from tests.bench.report import Report
from tests.bench.train_start import measure_start
from tests.bench.turns import Side

PARTS = ("fp32", "bf16", "grpo-fp32", "grpo-bf16", "long-fp32", "long-bf16", "start")
TURNS, MICRO = 3, (8, 16, 32)
LARGE_GIB = 16
"""Memory to be free before TRL is tried with 32 completions at once."""
NO_PEER = "no interpreter with trl; name one with --peer-python or in PREFDESK_PEER_PYTHON"
BARS = {"fp32": (2.0, 0.5), "bf16": (2.5, 0.6)}
"""Times as fast as TRL's RLOO at its best in that number type, and share of its memory."""
UPDATE_BAR, LONG_BAR = 2.5, 3.0


class Shape(NamedTuple):
    """Prompts of about `P` tokens, `k` completions each of `C` tokens."""

    n: int
    P: int
    C: int
    k: int


USUAL, LONG, QUICK = Shape(8, 45, 64, 4), Shape(2, 300, 64, 8), Shape(2, 45, 16, 4)


class Setting(NamedTuple):
    """How TRL runs."""

    algorithm: str
    kind: str
    micro: int
    checkpointing: bool = False

    def words(self) -> str:
        """For people."""
        more = ", checkpointing" if self.checkpointing else ""
        return f"TRL {self.algorithm.upper()}, {self.kind}, micro-batch {self.micro}{more}"


class Table(NamedTuple):
    """Where both sides find the same prompts."""

    shape: Shape
    texts: Path
    ids: Path
    mean_length: float


def measure(*, quick: bool, only: Sequence[str] = PARTS) -> Report:
    """Every part beside its bars."""
    report = Report("train")
    peer = os.environ.get("PREFDESK_PEER_PYTHON", "")
    for part in only:
        if part == "start":
            measure_start(report)
            continue
        if part.endswith("bf16") and not starter.has_bf16():
            report.runs.append({"run": part, "left_out": "the processor has no bf16"})
            continue
        if not peer:
            report.runs.append({"run": part, "left_out": NO_PEER})
            continue
        shape = QUICK if quick else LONG if part.startswith("long") else USUAL
        with tempfile.TemporaryDirectory() as name:
            _compare(report, part, peer, _table(shape, Path(name)), quick=quick)
    return report


def _table(shape: Shape, folder: Path) -> Table:
    found = starter.prompts(load_tokenizer(starter.folder()), shape.n, shape.P)
    texts, ids = folder / "texts.json", folder / "ids.json"
    texts.write_text(json.dumps([text for text, _ in found]))
    ids.write_text(json.dumps([row for _, row in found]))
    return Table(shape, texts, ids, sum(len(row) for _, row in found) / shape.n)


def _compare(report: Report, part: str, peer: str, table: Table, *, quick: bool) -> None:
    kind = part.rpartition("-")[2]
    algorithm = "grpo" if part.startswith("grpo") else "rloo"
    settings = list(_settings(algorithm, kind, table.shape, quick=quick))
    best = settings[0] if len(settings) == 1 else _best(report, part, peer, table, settings)
    sides = {"ours": _ours(table, kind), "theirs": _theirs(peer, table, best)}
    rounds = _turns(sides, 1 if quick else TURNS)
    _judge(report, part, best, table, rounds)


def _best(
    report: Report, part: str, peer: str, table: Table, settings: Sequence[Setting]
) -> Setting:
    """The setting with which TRL's first step takes the least time."""
    tried = {setting: _one(peer, table, setting) for setting in settings}
    for setting, found in tried.items():
        row = {"CPU s": round(found["cpu"]["step"], 2), "peak GiB": found["peak GiB"]}
        report.runs.append({"run": f"{part}: one step of {setting.words()}", **row})
    return min(tried, key=lambda setting: float(tried[setting]["cpu"]["step"]))


def _settings(algorithm: str, kind: str, shape: Shape, *, quick: bool) -> Iterator[Setting]:
    """What TRL is tried with: its micro-batches, and in bf16 both of its ways to it.

    PREFDESK_PEER_SETTINGS names some, such as `fp32/16,bf16/8`, where the best are known.
    """
    named = [s.split("/") for s in os.environ.get("PREFDESK_PEER_SETTINGS", "").split(",") if s]
    ways = ("fp32",) if kind == "fp32" else ("autocast", "bf16")
    if named:
        yield from (Setting(algorithm, way, int(micro)) for way, micro in named if way in ways)
        return
    together = shape.n * shape.k
    sizes = [m for m in MICRO if together % m == 0]
    if (memory.available_bytes() or 2**60) < LARGE_GIB * 2**30:
        sizes = [m for m in sizes if m < 32]
    for micro in sizes[:1] if quick else sizes:
        for way in ways:
            yield Setting(algorithm, way, micro)


def _one(peer: str, table: Table, setting: Setting) -> dict[str, Any]:
    side = _theirs(peer, table, setting)
    try:
        return side.step()
    finally:
        side.close()


def _theirs(peer: str, table: Table, setting: Setting) -> Side:
    options = ["--model", str(starter.folder()), "--prompts", str(table.texts)]
    options += ["--algorithm", setting.algorithm, "--kind", setting.kind]
    options += ["--micro-batch", str(setting.micro), *_sizes(table.shape)]
    return Side(peer, "train_trl.py", options)


def _ours(table: Table, kind: str) -> Side:
    options = ["--prompts", str(table.ids), "--kind", kind, *_sizes(table.shape)]
    return Side(sys.executable, "train_ours.py", options)


def _sizes(shape: Shape) -> list[str]:
    return ["--samples", str(shape.k), "--new-tokens", str(shape.C)]


def _turns(sides: dict[str, Side], turns: int) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in sides}
    try:
        for turn in range(turns + 1):
            for name, side in sides.items():
                one = side.step()
                if turn:
                    found[name].append(one)
    finally:
        for side in sides.values():
            side.close()
    return found


def _judge(
    report: Report,
    part: str,
    best: Setting,
    table: Table,
    rounds: dict[str, list[dict[str, Any]]],
) -> None:
    shape = {"P": round(table.mean_length, 1), "C": table.shape.C, "k": table.shape.k}
    ours, theirs = (_phases(rounds[name]) for name in ("ours", "theirs"))
    peaks = {name: max(one["peak GiB"] for one in found) for name, found in rounds.items()}
    shape["prompts"] = table.shape.n
    for name, phases in (("ours", ours), (best.words(), theirs)):
        side = "ours" if name == "ours" else "theirs"
        every = [round(one["cpu"]["step"], 2) for one in rounds[side]]
        row = {**shape, "CPU s": phases, "all steps": every, "peak GiB": peaks[side]}
        report.runs.append({"run": f"{part}: {name}", **row})
    times = {p: theirs[p] / ours[p] for p in ("step", "update", "generate")}
    looked = theirs["step"] / (ours["step"] - ours.get("log-probs at the end", 0.0))
    ratios = {f"{p}, times as fast": round(v, 2) for p, v in times.items()}
    memory_share = peaks["ours"] / peaks["theirs"]
    last = {"step without our last look, times as fast": round(looked, 2)}
    report.runs.append({"run": f"{part}: ratios", **shape, **ratios, **last})
    _bars(report, part, times, memory_share)


def _bars(report: Report, part: str, times: dict[str, float], share: float) -> None:
    kind = part.rpartition("-")[2]
    if part.startswith("long"):
        report.at_least(f"{part}: whole step", times["step"], LONG_BAR, "x TRL")
        return
    if part.startswith("grpo"):
        return
    faster, less = BARS[kind]
    report.at_least(f"{part}: whole step", times["step"], faster, "x TRL")
    report.at_least(f"{part}: update alone", times["update"], UPDATE_BAR, "x TRL")
    report.at_most(f"{part}: memory", share, less, "of TRL's")


def _phases(found: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The median of every phase; `update` is the step without generating."""
    rows = [{**one["cpu"], "update": one["cpu"]["step"] - one["cpu"]["generate"]} for one in found]
    return {phase: starter.middle([row.get(phase, 0.0) for row in rows]) for phase in rows[0]}
