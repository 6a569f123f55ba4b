"""Honest panels on real designs: everybody scores quality + bias + noise, clipped and rounded."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from prefdesk.ratings import RatingTable, fit

Panel = tuple[RatingTable, tuple[float, float]]
FILES = {
    "nflx": ("sureal_nflx_public.csv", (1.0, 5.0)),
    "vqeghd3": ("sureal_vqeghd3.csv", (1.0, 5.0)),
    "vqeg": ("sureal_vqeg_frtv1_525_low.csv", (-100.0, 100.0)),
    "squality": ("squality_ratings.csv", (0.0, 100.0)),
    "wmt": ("wmt23_sxs_ende_ratings.csv", (0.0, 10.0)),
}
DESIGNS = (*FILES, "desk")
GRID = 101


def honest_panels(data: Path, design: str, seeds: int) -> Iterator[Panel]:
    """Simulated panels on one design, with its scale.

    On the real designs quality, biases and noises are those of the fit, so that the panel is as
    uneven as the real one; `desk` is 24 prompts of 4 answers seen by all of 8 raters.
    """
    if design == "desk":
        yield from (_desk(seed) for seed in range(seeds))
        return
    table, scale = real(data, design)
    model = fit(table, scale=scale)
    sd = float(np.std(table.score - model.quality[table.item] - model.bias[table.rater]))
    noise = np.minimum(model.inconsistency, 2 * sd)
    for seed in range(seeds):
        rng = np.random.default_rng([seed, 11])
        raw = (
            model.quality[table.item]
            + model.bias[table.rater]
            + noise[table.rater] * rng.standard_normal(table.n)
        )
        yield (
            table.with_scores(on_scale(raw, table.score))._replace(order=_order(table, rng)),
            (scale),
        )


def real(data: Path, design: str) -> Panel:
    """A real table and its scale."""
    name, scale = FILES[design]
    with (data / name).open(newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r.get("aspect", "overall") == "overall"]
    items = [r["item"] for r in rows]
    prompts = [i.split("|")[0] for i in items] if "|" in items[0] else None
    scores = [float(r["score"]) for r in rows]
    return RatingTable.from_columns([r["rater"] for r in rows], items, scores, prompts), scale


def on_scale(raw: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The nearest of the scores that were seen; clipped only where the scale is continuous."""
    values = np.unique(seen)
    clipped = np.clip(raw, values[0], values[-1])
    if len(values) > GRID:
        return clipped
    upper = np.clip(np.searchsorted(values, clipped), 1, len(values) - 1)
    below, above = values[upper - 1], values[upper]
    return np.where(clipped - below < above - clipped, below, above)


def _order(table: RatingTable, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(table.n).astype(np.float64)


def _desk(seed: int) -> Panel:
    rng = np.random.default_rng([seed, 12])
    prompts, answers, raters = 24, 4, 8
    item = np.tile(np.arange(prompts * answers), raters)
    rater = np.repeat(np.arange(raters), prompts * answers)
    quality = 5.5 + rng.standard_normal(prompts).repeat(answers)
    quality = quality + 1.3 * rng.standard_normal(prompts * answers)
    noise, bias = rng.uniform(0.7, 1.6, raters), 0.8 * rng.standard_normal(raters)
    raw = quality[item] + bias[rater] + noise[rater] * rng.standard_normal(len(item))
    score = np.clip(np.rint(raw), 0, 10)
    table = RatingTable.from_columns(
        rater.tolist(), item.tolist(), score, (item // answers).tolist(),
        order=rng.permutation(len(item)),
    )  # fmt: skip
    return table, (0.0, 10.0)
