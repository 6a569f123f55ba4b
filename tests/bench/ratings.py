"""The rater model and agreement on a million ratings, and how well held-out ratings are foretold.

CPU seconds of one thread on a ready table; memory is the peak of a process of its own. Speed
and memory are measured on simulated ratings (five an answer, scores 0 to 10), the held-out
error on the real sets in the folder PREFDESK_TEST_DATA, five folds. With --quick a tenth.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from prefdesk.ratings import RatingTable, alpha_interval, fit, flag, krippendorff, verdict
from tests.bench import peers
from tests.bench.report import Report
from tests.unit.ratings.panels import RealSet, real

RATINGS, PER_ITEM = 1_000_000, 5
HELD_OUT = {
    "sureal_nflx_public": 0.649,
    "sureal_vqeghd3": 0.6422,
    "squality_overall": 20.49,
    "wmt23_sxs_ende": 2.795,
}
"""Held-out error of the reference EM (root mean square), which may be exceeded by 0.5 %."""
SLACK, FOLDS = 1.005, 5
NO_DATA = "there is no folder with real ratings; name one in PREFDESK_TEST_DATA"


def measure(*, quick: bool) -> Report:
    """Every figure of the ratings room beside its bar."""
    report = Report("ratings")
    n = RATINGS // 10 if quick else RATINGS
    _million(report, n)
    _agreement(report, simulated(n))
    _tenth(report, simulated(n // 10, answers=4))
    peers.compare(report, simulated(n), simulated(n // 10))
    _memory(report, n)
    _held_out(report)
    return report


def simulated(n: int, *, answers: int = 1, seed: int = 0) -> RatingTable:
    """`n` rounded scores in random order; a panel of up to 400, `answers` answers a prompt."""
    rng = np.random.default_rng(seed)
    items, raters = n // PER_ITEM, min(400, max(10, n // 250))
    prompt = np.arange(items) // answers
    item = np.repeat(np.arange(items), PER_ITEM)
    # Steps of at least one round a circle of raters: nobody rates an answer twice.
    first = rng.integers(raters, size=items)
    step = rng.integers(1, (raters - 1) // (PER_ITEM - 1) + 1, size=items)
    rater = ((first[:, None] + step[:, None] * np.arange(PER_ITEM)) % raters).ravel()
    quality = 6 + 1.3 * rng.standard_normal(items) + 1.2 * rng.standard_normal(items)[prompt]
    bias, noise = 0.7 * rng.standard_normal(raters), rng.uniform(0.5, 2, raters)
    raw = quality[item] + bias[rater] + noise[rater] * rng.standard_normal(n)
    mixed = rng.permutation(n)
    item, rater, score = item[mixed], rater[mixed], np.clip(np.rint(raw), 0, 10)[mixed]
    keys = [tuple(range(size)) for size in (raters, items, int(prompt.max()) + 1)]
    return RatingTable(rater, item, score, prompt[item], keys[0], keys[1], keys[2], prompt)


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def _million(report: Report, n: int) -> None:
    for answers in (1, 4):
        table = simulated(n, answers=answers)
        seconds, model = _cpu(lambda table=table: fit(table))  # type: ignore[misc]
        judged, _ = _cpu(lambda table=table, model=model: verdict(table, model))  # type: ignore[misc]
        row = {"run": f"fit of {n} ratings, {answers} answers a prompt", "seconds": seconds}
        report.runs.append({**row, "verdict seconds": judged, "converged": model.converged})
        report.at_most(f"rater model, {n} ratings, {answers} answers a prompt", seconds, 2, "CPU s")
        report.at_most(f"verdict, {n} ratings, {answers} answers a prompt", judged, 10, "CPU s")
    rater, item, prompt = table.rater.tolist(), table.item.tolist(), table.prompt.tolist()
    seconds, _ = _cpu(lambda: RatingTable.from_columns(rater, item, table.score, prompt))
    report.at_most(f"table of {n} ratings from lists", seconds, 1.5, "CPU s")


def _agreement(report: Report, table: RatingTable) -> None:
    seconds, alpha = _cpu(lambda: krippendorff(table, "ordinal"))
    report.at_most(f"ordinal alpha, {table.n} ratings", seconds, 0.5, "CPU s")
    report.runs.append({"run": "ordinal alpha", "alpha": alpha, "seconds": seconds})


def _tenth(report: Report, table: RatingTable) -> None:
    n = table.n
    seconds, _ = _cpu(lambda: alpha_interval(table, "ordinal", 1000))
    report.at_most(f"1000 bootstraps of ordinal alpha, {n} ratings", seconds, 4, "CPU s")
    model = fit(table)
    seconds, _ = _cpu(lambda: flag(table, model))
    report.at_most(f"flags, {n} ratings", seconds, 60, "CPU s")


_CHILD = """
import json, resource, sys
from prefdesk.ratings import fit
from tests.bench.ratings import simulated
fit(simulated({n}, answers=4))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)))
"""


def _memory(report: Report, n: int) -> None:
    if sys.platform == "win32":
        report.runs.append({"run": "memory", "left_out": "Windows does not tell a peak this way"})
        return
    command = [sys.executable, "-c", _CHILD.format(n=n)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report.at_most(f"peak memory, fit of {n} ratings", float(json.loads(done.stdout)), 1000, "MB")


def _held_out(report: Report) -> None:
    named = os.environ.get("PREFDESK_TEST_DATA")
    here = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(named) if named else here
    if not folder.is_dir():
        report.runs.append({"run": "held-out error", "left_out": NO_DATA})
        return
    for name, reference in HELD_OUT.items():
        error = held_out_error(real(folder, name))
        report.at_most(f"held-out error, {name}", error, round(reference * SLACK, 4), "points")


def held_out_error(found: RealSet) -> float:
    """Root mean square of score - quality - bias over ratings left out of the fit.

    Prompts are not told to the model, as to the one it is compared with. Ratings of an answer
    that has no other rating in the fit are left out.
    """
    items = np.arange(len(found.table.items))
    table = found.table._replace(
        prompt=found.table.item, prompts=found.table.items, item_prompt=items
    )
    # The reference draws folds over cells in the order of rater and item names.
    names = [np.argsort(np.argsort(np.array(k, str))) for k in (table.raters, table.items)]
    fold = np.empty(table.n, dtype=np.int64)
    order = np.lexsort((names[1][table.item], names[0][table.rater]))
    fold[order] = np.random.default_rng(0).integers(0, FOLDS, table.n)
    errors = []
    for number in range(FOLDS):
        model = fit(table.rows(fold != number), scale=found.scale)
        rest = table.rows(fold == number)
        rest = rest.rows((model.item_n[rest.item] > 0) & (model.rater_n[rest.rater] > 0))
        errors.append(rest.score - model.quality[rest.item] - model.bias[rest.rater])
    return float(np.sqrt(np.mean(np.concatenate(errors) ** 2)))
