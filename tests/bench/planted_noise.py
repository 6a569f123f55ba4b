"""Crowds without a signal on real designs: what is said of them must be that there is none.

Noise alone: everybody scores by bias and noise, answers do not differ. Shuffled: the real scores
of each rater, put in a random order among the answers to a prompt (among all answers where prompts
form no groups), so that scales, habits and prompts are as they were and answers mean nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from prefdesk.ratings import RatingTable, fit, verdict
from tests.bench.planted_honest import Panel, honest_panels, on_scale, real

KINDS = ("noise", "shuffled")
LARGE = ("squality", "wmt")
"""Designs of 300 answers and more. With fewer than about 120 even an exact 95 % interval seldom
ends below the limit: of 79 answers that do not differ at all it reaches to a reliability of .29
in the middle case."""


def crowds(data: Path, design: str, kind: str, seeds: int) -> Iterator[Panel]:
    """Tables of one kind (noise or shuffled) on one design, with the scale."""
    table, scale = (
        next(iter(honest_panels(data, "desk", 1))) if design == "desk" else real(data, design)
    )
    model = fit(table, scale=scale)
    sd = float(np.std(table.score - model.bias[table.rater]))
    for seed in range(seeds):
        rng = np.random.default_rng([seed, 13])
        if kind == "shuffled":
            yield _shuffled(table, rng), scale
        else:
            raw = model.mu + model.bias[table.rater] + sd * rng.standard_normal(table.n)
            yield table.with_scores(on_scale(raw, table.score)), scale


def _shuffled(table: RatingTable, rng: np.random.Generator) -> RatingTable:
    group = table.rater * len(table.prompts) + (table.prompt if table.grouped else 0)
    place = np.argsort(group, kind="stable")
    mixed = np.lexsort((rng.random(table.n), group))
    scores = table.score.copy()
    scores[place] = table.score[mixed]
    return table.with_scores(scores)


def words(data: Path, design: str, kind: str, seeds: int) -> list[str]:
    """The verdict on each crowd."""
    return [verdict(t, fit(t, scale=s)).word for t, s in crowds(data, design, kind, seeds)]
