"""Planted bad raters and spoilt ratings in real tables, honest panels, and what flags make of them.

The spoilt tables come from the planting tool that lies beside the data (`PREFDESK_PLANT_TOOL`
names another); planted with it, found by `flag`, and held against its truth. MANY: every kind at
once in a large panel. SMALL: one bad and one benign rater at a time in a small one. Honest: the
panel is simulated from its own fit, on the same design. Noise: crowds whose answers do not differ,
and what the verdict says of them.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from prefdesk.ratings import Flags, RaterModel, RatingTable, fit, flag
from tests.bench import proposals
from tests.bench.planted_honest import DESIGNS, honest_panels
from tests.bench.planted_noise import KINDS, LARGE, words
from tests.bench.planted_score import Count, Found, found, pooled
from tests.bench.report import Report

REPOSITORY = Path(__file__).resolve().parents[2]
BAD = ("random", "permuted", "constant", "nearconst", "inverted", "bias", "lazy")
BENIGN = ("mild", "narrow", "wide", "noisy")
MANY = ("sureal_nflx_public", "sureal_vqeghd3", "sureal_vqeg_frtv1_525_low")
SMALL = ("squality_overall", "wmt23_sxs_ende")
SCALES = {
    "sureal_nflx_public": (1, 5),
    "sureal_vqeghd3": (1, 5),
    "sureal_vqeg_frtv1_525_low": (-100, 100),
    "squality_overall": (0, 100),
    "wmt23_sxs_ende": (0, 10),
}
PARTS = ("many", "small", "honest", "noise")
SEEDS, QUICK_SEEDS, HONEST_SEEDS, QUICK_HONEST = range(100, 106), range(100, 101), 20, 2


class Case(NamedTuple):
    """One spoilt table: its rows, scale, and the planting tool's truth."""

    name: str
    table: RatingTable
    scale: tuple[float, float]
    truth: dict[str, Any]


def measure(*, quick: bool, only: Sequence[str] = PARTS) -> Report:
    """Every figure about planted raters and ratings beside its bar, or `only` some parts."""
    report = Report("planted")
    data, tool = folder(), plant_tool()
    if data is None or tool is None:
        missing = "the real ratings" if data is None else "the planting tool"
        report.runs.append({"run": "planted", "left_out": f"{missing} do not lie beside this."})
        return report
    seeds = QUICK_SEEDS if quick else SEEDS
    with tempfile.TemporaryDirectory() as name:
        if "many" in only:
            many = [_one(report, c) for c in many_cases(data, tool, Path(name), seeds)]
            _many_bars(report, pooled(many))
        if "small" in only:
            small = [_one(report, c) for c in small_cases(data, tool, Path(name), seeds)]
            _small_bars(report, pooled(small))
    crowds = QUICK_HONEST if quick else HONEST_SEEDS
    if "honest" in only:
        _honest(report, data, crowds)
    if "noise" in only:
        _noise(report, data, crowds)
    return report


def folder() -> Path | None:
    """The folder with the real ratings, or None."""
    named = os.environ.get("PREFDESK_TEST_DATA")
    place = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    return place if place.is_dir() else None


def plant_tool() -> Path | None:
    """The planting tool, or None."""
    named = os.environ.get("PREFDESK_PLANT_TOOL")
    beside = REPOSITORY.parent / "shared" / "bench" / "plant_outliers.py"
    place = Path(named) if named else beside
    return place if place.is_file() else None


def many_cases(data: Path, tool: Path, work: Path, seeds: range) -> Iterator[Case]:
    """All kinds at once in each large panel."""
    for name in MANY:
        for seed in seeds:
            yield _planted(data, tool, work, name, ["--seed", str(seed)])


def small_cases(data: Path, tool: Path, work: Path, seeds: range) -> Iterator[Case]:
    """One bad and one benign rater in each small panel, each of the seven kinds."""
    for name in SMALL:
        for seed in seeds:
            for place, kind in enumerate(BAD):
                benign = BENIGN[(place + seed) % len(BENIGN)]
                kinds = ["--kinds", kind, "--benign", benign, "--seed", str(seed)]
                yield _planted(data, tool, work, name, kinds)


def _planted(data: Path, tool: Path, work: Path, name: str, options: list[str]) -> Case:
    aspect = ["--aspect", "overall"] if name == "squality_overall" else []
    out, truth = work / "out.csv", work / "truth.json"
    source = data / f"{'squality' if aspect else name}{_suffix(name)}.csv"
    command = [sys.executable, str(tool), "plant", str(source), str(out), str(truth)]
    subprocess.run([*command, *aspect, *options], check=True, capture_output=True)
    return Case(name, read(out), SCALES[name], json.loads(truth.read_text()))


def _suffix(name: str) -> str:
    return "" if name.startswith("sureal") else "_ratings"


def read(path: Path, aspect: str | None = None) -> RatingTable:
    """A table of a CSV file with rater, item, score and, where they are known, seconds, order."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if aspect is None or r["aspect"] == aspect]
    items = [r["item"] for r in rows]
    prompts = [i.split("|")[0] for i in items] if "|" in items[0] else None
    known = {k: [float(r[k]) for r in rows] for k in ("seconds", "order") if k in rows[0]}
    scores = [float(r["score"]) for r in rows]
    return RatingTable.from_columns([r["rater"] for r in rows], items, scores, prompts, **known)


def _one(report: Report, case: Case) -> Found:
    model = fit(case.table, scale=case.scale)
    flags = flag(case.table, model)
    result = found(case.table, flags, case.truth, _qualities(case, model, flags))
    report.runs.append({"run": case.name, "seed": case.truth["seed"], **result.row()})
    return result


def _qualities(case: Case, model: RaterModel, flags: Flags) -> dict[str, np.ndarray]:
    """Item qualities: plain means, the fit to everything, and after what the flags propose:

    `excluded` without raters and outliers, `proposed` with copies counted as one besides.
    """
    table = case.table
    mean = np.bincount(table.item, table.score) / np.maximum(table.item_counts, 1)
    excluded = fit(proposals.kept(table, flags), scale=case.scale)
    weighed = proposals.refitted(table, flags, case.scale)
    return {
        "mean": mean, "fit": model.quality,
        "excluded": excluded.quality, "proposed": weighed.quality,
    }  # fmt: skip


def _proposed(flags: Flags) -> set[Any]:
    return {f.rater for f in flags.raters if f.suggests_exclusion}


def _many_bars(report: Report, all_: Count) -> None:
    report.runs.append({"run": "MANY", **all_.row()})
    report.at_least("B1 recall, bias aside", all_.recall_aside, 0.95, "")
    report.at_least("B1 precision", all_.precision_aside, 0.90, "")
    report.at_most("B1 benign raters hit", all_.benign_share, 1 / 48, "of them")
    report.at_least("B1 F1, all kinds", all_.f1, 0.824, "")
    report.at_least("B3 single ratings, many raters: F1", all_.ratings_f1, 0.845, "")
    report.at_least("B4 Spearman of the aggregate", all_.spearman["proposed"], 0.9945, "")


def _small_bars(report: Report, all_: Count) -> None:
    report.runs.append({"run": "SMALL", **all_.row()})
    report.at_least("B2 F1, small panels", all_.f1, 0.889, "")
    report.at_least("B3 single ratings, small panels: F1", all_.ratings_f1, 0.382, "")
    better = all_.spearman["proposed"] - all_.spearman["mean"]
    report.at_least("B2 Spearman of the aggregate over the plain mean's", better, 0.0, "")


def _honest(report: Report, data: Path, seeds: int) -> None:
    accused = panels = 0
    for name in DESIGNS:
        hit: list[int] = []
        rules: list[str] = []
        for seed, (table, scale) in enumerate(honest_panels(data, name, seeds)):
            flags = flag(table, fit(table, scale=scale), seed=seed)
            hit += [seed] if _proposed(flags) else []
            rules += [f.rule for f in flags.raters]
        accused, panels = accused + len(hit), panels + seeds
        report.runs.append({"run": f"honest {name}", "accused": hit, "rules": rules})
    report.at_most("B5 honest panels with a rater to exclude", accused / panels, 11 / 120, "")


def _noise(report: Report, data: Path, seeds: int) -> None:
    every, large = Counter[str](), Counter[str]()
    for kind in KINDS:
        for name in DESIGNS:
            said = Counter(words(data, name, kind, seeds))
            every += said
            large += said if name in LARGE else Counter()
            report.runs.append({"run": f"{kind} {name}", **said})
    report.at_most("B9 crowds without a signal called usable", every["usable"], 0, "crowds")
    share = large["no_signal"] / large.total()
    report.at_least("B9 the same called no signal, 300 answers and more", share, 0.95, "")
    share = every["no_signal"] / every.total()
    report.runs.append({"run": "crowds without a signal", "called no_signal": share})
