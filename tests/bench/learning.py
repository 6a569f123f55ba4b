"""Does the model learn what the panel likes, and what does it cost in divergence?

The starter model answers 24 prompts four times; 8 simulated raters, 3 of them bad, judge the
answers by a hidden preference that can be measured; the next round learns from that. Methods:
plain mean rewards (`mean`), our rewards with proposed exclusions taken (`ours`), and TRL's DPO and
KTO on the first round's ratings (`dpo`, `kto`; --peer-python, an epoch counts as a round). After
each round the hidden preference of 30 prompts never trained on is measured, and the KL divergence
from the starter model per completion. What is done lies in a folder (PREFDESK_BENCH_DIR, or the
cache) and is not done again: --minutes says for how long to go on. --only names methods.
"""

import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from prefdesk import evaluation
from prefdesk.paths import cache_dir
from tests.bench.learning_peer import PEERS
from tests.bench.learning_round import Unit, World, baseline, carry_out
from tests.bench.report import Report

METHODS = ("ours", "mean", "dpo", "kto")
SEEDS, ROUNDS, MINUTES = 3, 4, 90.0
QUICK_MINUTES = 5.0
Row = dict[str, Any]


def measure(*, quick: bool, only: Sequence[str] = METHODS, minutes: float = 0.0) -> Report:
    """Go on where an earlier call ended, then report all that is known."""
    place = Path(os.environ.get("PREFDESK_BENCH_DIR") or cache_dir()) / "learning"
    place.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * (minutes or (QUICK_MINUTES if quick else MINUTES))
    done, left_out = _known(place), []
    for unit in _units(only):
        if time.monotonic() > until:
            break
        if (unit.method, unit.seed, unit.round) in {_key(r) for r in done}:
            continue
        if unit.method in PEERS and not os.environ.get("PREFDESK_PEER_PYTHON"):
            left_out.append(unit.method)
            continue
        world = World.of(place, unit.seed)
        for row in chain(baseline(world, done), carry_out(world, unit)):
            _keep(place, row)
            done.append(row)
    return _report(done, sorted(set(left_out)), place)


def _units(methods: Sequence[str]) -> Iterator[Unit]:
    """Every method's first round, then every second one, and so on, seed by seed."""
    for seed in range(1, SEEDS + 1):
        for number in range(1, ROUNDS + 1):
            yield from (Unit(method, seed, number) for method in methods)


def _key(row: Row) -> tuple[str, int, int]:
    return row["method"], row["seed"], row["round"]


def _known(place: Path) -> list[Row]:
    file = place / "results.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines]


def _keep(place: Path, row: Row) -> None:
    with (place / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def _report(done: Sequence[Row], left_out: Sequence[str], place: Path) -> Report:
    report = Report("learning")
    report.runs += [{"run": m, "left_out": "no interpreter with trl"} for m in left_out]
    before = {r["seed"]: r["hidden"] for r in done if r["method"] == "base"}
    curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for method in METHODS:
        for number in range(1, ROUNDS + 1):
            rows = [r for r in done if r["method"] == method and r["round"] == number]
            if rows:
                found = _gain(rows, before)
                curves[method].append((found["KL per completion"], found["gain"]))
                report.runs.append({"run": method, "round": number, **found})
    report.runs += _at_equal_kl(curves)
    report.runs.append({"run": "kept in", "folder": place.name, "rows": len(done)})
    ours = [r for r in report.runs if r["run"] == "ours"]
    if ours:
        low = ours[-1]["interval"][0]
        report.at_least("lower end of our gain, last round", low, 0.0, "points")
    return report


def _gain(rows: Sequence[Row], before: dict[int, dict[str, float]]) -> Row:
    """Hidden preference after less before, by prompt, averaged over the seeds."""
    prompts = sorted(set.intersection(*(set(r["hidden"]) for r in rows)))
    change = [np.mean([r["hidden"][p] - before[r["seed"]][p] for r in rows]) for p in prompts]
    found = evaluation.mean_interval([float(c) for c in change], seed=0)
    return {
        "seeds": len(rows),
        "prompts": len(prompts),
        "gain": round(found.value, 3),
        "interval": [round(found.low, 3), round(found.high, 3)],
        "KL per completion": round(float(np.mean([r["kl"] for r in rows])), 3),
        "KL per token": round(float(np.mean([r["kl_token"] for r in rows])), 4),
        "words": round(float(np.mean([r["words"] for r in rows])), 1),
        "CPU s a round": round(float(np.mean([r["cpu_s"] for r in rows])), 1),
        "bad raters left out": [r.get("left_out") for r in rows],
    }


def _at_equal_kl(curves: dict[str, list[tuple[float, float]]]) -> Iterator[Row]:
    """Gains where all curves have come to the KL of the one that went least far."""
    if len(curves) < 2:
        return
    kl = min(max(x for x, _ in points) for points in curves.values())
    along: Callable[[list[tuple[float, float]]], float] = lambda points: float(  # noqa: E731
        np.interp(kl, *zip(*sorted([(0.0, 0.0), *points])))
    )
    found = {method: round(along(points), 3) for method, points in curves.items()}
    yield {"run": "gain at equal KL, interpolated", "KL per completion": round(kl, 3), **found}
