"""Variances of a big table from a tenth of it, for the steps on the whole to start from.

The steps of EM cost what the table costs. A tenth of its prompts tells the variances to a per
cent or so; from there the whole table needs two rounds of steps where it needed five or six. The
maximum it ends at is that of the whole table, whatever the start.
"""

import numpy as np

from prefdesk.ratings.em import Em, Point, run
from prefdesk.ratings.posterior import Design, Variances, sweep
from prefdesk.ratings.table import Bools, Ints, RatingTable

FROM_RATINGS = 100_000
"""Smaller tables are quick enough without."""
SHARE = 0.1
SWEEPS = 12
"""Cheap steps on the whole table; each takes about two thirds off the distance."""


def start(em: Em, seed: int = 0) -> Variances | None:
    """Variances to start from, with all raters of `em`; None where the table is small."""
    design = em.design
    if design.table.n < FROM_RATINGS:
        return None
    some = _some(design.table, np.random.default_rng(seed))
    if not some.n:
        return None
    part = Em(Design(some, groups=design.groups), em.span, em.held, em.fixed_tau2)
    found = run(part).posterior
    at, bias = em.bounded(found.variances), found.bias
    for _ in range(SWEEPS):
        posterior = sweep(design, at, bias)
        bias = posterior.bias
        at = em.step(Point(at, posterior, posterior.log_likelihood))
    return at


def _some(table: RatingTable, rng: np.random.Generator) -> RatingTable:
    """The ratings of a random tenth of the prompts; items and prompts have new codes."""
    prompts = rng.random(len(table.prompts)) < SHARE
    if len(table.prompts) < 1 / SHARE:
        # One prompt, or few: then items are drawn.
        items = rng.random(len(table.items)) < SHARE
        prompts[:] = True
    else:
        items = prompts[table.item_prompt]
    rows = items[table.item]
    item, prompt = _new_codes(items), _new_codes(prompts)
    return table.rows(rows)._replace(
        item=item[table.item[rows]],
        prompt=prompt[table.prompt[rows]],
        items=tuple(range(int(items.sum()))),
        prompts=tuple(range(int(prompts.sum()))),
        item_prompt=prompt[table.item_prompt[items]],
    )


def _new_codes(kept: Bools) -> Ints:
    return np.cumsum(kept) - 1
