"""Tables for the tests of this room: simulated panels with known truth, and the real sets."""

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from prefdesk.ratings import PANEL, RatingTable, SimulatedRater, simulate

HONEST = tuple(
    SimulatedRater(f"honest {i}", bias=bias, noise=noise)
    for i, (bias, noise) in enumerate(
        zip(np.linspace(-1.5, 1.5, 7).tolist(), (0.7, 0.9, 1.1, 1.6, 1.3, 1.0, 0.8), strict=True)
    )
)
BAD = {PANEL[5].name: "random", PANEL[6].name: "inverted"}


class Truth(NamedTuple):
    """A table, and what it was made from: quality per item code, bias and noise per rater code."""

    table: RatingTable
    quality: np.ndarray
    bias: np.ndarray
    noise: np.ndarray


def sparse_panel(
    seed: int, *, prompts: int = 30, answers: int = 4, raters: int = 6, per_item: int = 3,
    prompt_sd: float = 1.0, sd: float = 1.3, bias_sd: float = 0.8, rounded: bool = True,
) -> Truth:  # fmt: skip
    """Honest raters of whom each item has `per_item`, chosen at random; codes equal keys."""
    rng = np.random.default_rng(seed)
    items = prompts * answers
    prompt = np.arange(items) // answers
    quality = (
        5.5 + prompt_sd * rng.standard_normal(prompts)[prompt] + sd * rng.standard_normal(items)
    )
    bias = bias_sd * rng.standard_normal(raters)
    noise = rng.uniform(0.7, 1.6, raters)
    item = np.repeat(np.arange(items), per_item)
    rater = np.argsort(rng.random((items, raters)), axis=1)[:, :per_item].ravel()
    score = quality[item] + bias[rater] + noise[rater] * rng.standard_normal(len(item))
    if rounded:
        score = np.clip(np.rint(score), 0, 10)
    table = RatingTable.from_columns(rater.tolist(), item.tolist(), score, prompt[item].tolist())
    order = np.array(table.raters, dtype=np.int64)
    return Truth(table, quality[np.array(table.items)], bias[order], noise[order])


def hidden(seed: int, prompts: int = 30, answers: int = 4) -> dict[int, float]:
    """Hidden quality on 0-10 per item; item // answers is its prompt."""
    rng = np.random.default_rng(seed)
    parts = 1.2 * rng.standard_normal(prompts).repeat(answers)
    values = 5.5 + parts + 1.6 * rng.standard_normal(prompts * answers)
    return dict(enumerate(np.clip(values, 0, 10).tolist()))


def judged(
    quality: dict[int, float], raters: tuple[SimulatedRater, ...], seed: int, share: float = 1.0
) -> RatingTable:
    """The table of a simulated panel, four answers a prompt."""
    columns = simulate(quality, raters, seed, share=share)
    prompts = [i // 4 for i in columns.items]
    return RatingTable.from_columns(columns.raters, columns.items, columns.scores, prompts)


class RealSet(NamedTuple):
    """A real table, the scale of its scores, and the stored reference values."""

    table: RatingTable
    scale: tuple[float, float]
    reference: dict[str, Any]


SCALES = {
    "sureal_nflx_public": (1, 5),
    "sureal_nflx_public_last4outliers": (1, 5),
    "sureal_vqeghd3": (1, 5),
    "sureal_vqeg_frtv1_525_low": (-100, 100),
    "squality_overall": (0, 100),
    "squality_correctness": (0, 100),
    "wmt23_sxs_ende": (0, 10),
}


def real(folder: Path, name: str) -> RealSet:
    """One of the real sets; where items are named prompt|system, prompts form groups."""
    reference = json.loads((folder / "reference_values.json").read_text())["sets"][name]
    aspect = name.split("_")[1] if name.startswith("squality") else None
    with (folder / reference["file"].split()[0]).open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if aspect is None or r["aspect"] == aspect]
    items = [r["item"] for r in rows]
    prompts = [i.split("|")[0] for i in items] if "|" in items[0] else None
    scores = [float(r["score"]) for r in rows]
    table = RatingTable.from_columns([r["rater"] for r in rows], items, scores, prompts)
    return RealSet(table, SCALES[name], reference)
