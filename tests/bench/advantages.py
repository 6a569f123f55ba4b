"""What corrected rewards are worth: how far advantages follow a hidden preference.

Panels are simulated: 24 prompts with 4 answers each, 8 raters who score them all from 0 to 10.
Honest raters differ in bias and noise; a bad one scores at random or mirrors the scale. Measured
is the correlation, over the 96 answers of a panel, of the advantages that training would take
with those of the hidden preference itself. With --quick a twentieth of the panels.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from prefdesk.ratings import (
    RatingTable,
    SimulatedRater,
    advantages,
    fit,
    flag,
    mean_interval,
    rewards,
    rewards_by,
    simulate,
)
from prefdesk.ratings.model import RaterModel
from prefdesk.ratings.table import Floats, Ints
from prefdesk.records import SCALE
from tests.bench import proposals
from tests.bench.report import Report

PANELS, QUICK_PANELS = 1000, 50
PROMPTS, PER_PROMPT, RATERS, BAD = 24, 4, 8, 3
PROMPT_SD, WITHIN_SD = 1.2, 1.5
"""Standard deviations of the hidden preference between and within prompts, in points."""
BIAS_SD, NOISE = 1.0, (0.7, 2.0)
PARTS = ("bad", "honest")
MEAN, MODEL, PROPOSED, ALONE, ALONE_MEAN = (
    "plain mean",
    "corrected",
    "corrected, proposals taken",
    "honest raters alone, corrected",
    "honest raters alone, plain mean",
)


class Panel(NamedTuple):
    """Ratings of one simulated panel; `hidden` are the true advantages by item of the table."""

    table: RatingTable
    hidden: Floats
    honest: Sequence[str]
    inverted: int


def measure(*, quick: bool, only: Sequence[str] = PARTS) -> Report:
    """Mean correlations with and without bad raters, beside the bars."""
    report = Report("advantages")
    n = QUICK_PANELS if quick else PANELS
    if "bad" in only:
        _judge_bad(report, _run(report, n, BAD))
    if "honest" in only:
        found = _run(report, n, 0)
        _not_below(report, found, "no bad rater")
    return report


def _run(report: Report, n: int, bad: int) -> dict[str, Floats]:
    """Correlations by rule over `n` panels, their means noted by the number of inverted raters."""
    rows: dict[str, list[float]] = defaultdict(list)
    inverted, left_out = [], {"bad": 0, "honest": 0}
    for seed in range(n):
        one = panel(seed, bad)
        inverted.append(one.inverted)
        for name, value in _correlations(one, left_out).items():
            rows[name].append(value)
    found = {name: np.array(values) for name, values in rows.items()}
    run = {"run": f"{n} panels, {bad} of {RATERS} bad", "prompts": PROMPTS, "answers": PER_PROMPT}
    shares = {
        "bad raters left out": round(left_out["bad"] / max(n * bad, 1), 4),
        "honest raters left out": round(left_out["honest"] / (n * (RATERS - bad)), 4),
    }
    report.runs.append(run | shares)
    kinds = np.array(inverted)
    for name, values in found.items():
        report.runs.append({"rule": name, "bad": bad} | _means(values, kinds))
    return found


def _means(values: Floats, inverted: Ints) -> dict[str, Any]:
    mean = mean_interval(values.tolist(), seed=0)
    out: dict[str, Any] = {
        "mean": round(mean.value, 4),
        "interval": [round(mean.low, 4), round(mean.high, 4)],
        "worst twentieth": round(float(np.quantile(values, 0.05)), 4),
    }
    if inverted.any():
        by = {k: values[inverted == k] for k in range(BAD + 1)}
        out["by inverted raters"] = {k: round(float(v.mean()), 4) for k, v in by.items() if v.size}
    return out


def _judge_bad(report: Report, found: dict[str, Floats]) -> None:
    _not_below(report, found, f"{BAD} of {RATERS} bad")
    best = max(found[ALONE].mean(), found[ALONE_MEAN].mean())
    for name in (MODEL, PROPOSED):
        share = float(found[name].mean() / best)
        report.at_least(f"{name}, {BAD} of {RATERS} bad: share of honest alone", share, 0.9, "")


def _not_below(report: Report, found: dict[str, Floats], what: str) -> None:
    for name in (MODEL, PROPOSED):
        better = float((found[name] - found[MEAN]).mean())
        report.at_least(f"{name} over plain mean, {what}", better, 0.0, "")


def panel(seed: int, bad: int) -> Panel:
    """A panel drawn from its seed; the bad raters are the last ones."""
    rng = np.random.default_rng([seed, bad])
    items = PROMPTS * PER_PROMPT
    prompt = np.arange(items) // PER_PROMPT
    middle = rng.uniform(4.5, 6.5)
    within = WITHIN_SD * rng.standard_normal(items)
    hidden = middle + PROMPT_SD * rng.standard_normal(PROMPTS)[prompt] + within
    people = list(_people(rng, bad))
    quality = dict(enumerate(hidden.tolist()))
    said = simulate(quality, people, seed)
    owners = [i // PER_PROMPT for i in said.items]
    order = np.arange(len(owners))
    table = RatingTable.from_columns(said.raters, said.items, said.scores, owners, order=order)
    true = _advantages(hidden[np.array(table.items, dtype=np.int64)], table)
    honest = [p.name for p in people if p.manner == "honest"]
    return Panel(table, true, honest, sum(p.manner == "inverted" for p in people))


def _people(rng: np.random.Generator, bad: int) -> Iterator[SimulatedRater]:
    for i in range(RATERS):
        bias, noise = BIAS_SD * rng.standard_normal(), rng.uniform(*NOISE)
        manner = "honest" if i < RATERS - bad else rng.choice(["random", "inverted"])
        yield SimulatedRater(f"Simulated {i + 1} ({manner})", manner, bias, noise)


def _advantages(values: Floats, table: RatingTable) -> Floats:
    return advantages(values, table.item_prompt, np.ones(len(values)))


def _correlations(one: Panel, left_out: dict[str, int]) -> dict[str, float]:
    table = one.table
    model = fit(table, scale=SCALE)
    flags = flag(table, model)
    for f in flags.raters:
        if f.suggests_exclusion:
            left_out["honest" if f.rater in one.honest else "bad"] += 1
    keep = np.isin(table.rater, [table.raters.index(r) for r in one.honest])
    alone = table.rows(keep)
    rules = {
        MEAN: rewards_by(table, "mean"),
        MODEL: _rewards(model, table),
        PROPOSED: _rewards(proposals.refitted(table, flags, SCALE), table),
        ALONE: _rewards(fit(alone, scale=SCALE), alone),
        ALONE_MEAN: rewards_by(alone, "mean"),
    }
    return {name: _correlation(_advantages(r, table), one.hidden) for name, r in rules.items()}


def _rewards(model: RaterModel, table: RatingTable) -> Floats:
    return np.array([one.reward for one in rewards(model, table)])


def _correlation(a: Floats, b: Floats) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 else 0.0
