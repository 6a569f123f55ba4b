"""Variances of a big design from a share of it: where the steps over all of it may begin.

A step over a million ratings costs what ten steps over a tenth of them cost, and most steps only
find the neighbourhood. The end is that of the full design; only the way there is shorter.
"""

import numpy as np

from prefdesk.ratings.em import Em, run
from prefdesk.ratings.posterior import Design, Variances
from prefdesk.ratings.table import RatingTable

BIG = 100_000
"""Ratings from which a share is fitted first."""
SHARE_RATINGS = 50_000
"""About so many ratings are in the share."""
NEAR = 0.01
"""Tolerance of the steps over all of it. Measured at a million ratings: no quality is further than
0.025 of its standard error from where more steps would take it."""
ROUGH = 0.05
"""Tolerance of the steps on the share: its variances are no surer than that themselves."""


def start(em: Em) -> Variances | None:
    """Variances fitted to a random share of the prompts; None where the draw leaves nothing."""
    part = share(em.design.table, groups=em.design.groups)
    if not part.n:
        return None
    groups = em.design.groups and part.grouped
    found = run(Em(Design(part, groups=groups), em.span, em.held, em.fixed_tau2), tolerance=ROUGH)
    return found.variances if groups == em.design.groups else None


def share(table: RatingTable, *, groups: bool) -> RatingTable:
    """All ratings of a random share of the prompts (without groups: of the items)."""
    owner, size = (table.prompt, len(table.prompts)) if groups else (table.item, len(table.items))
    chosen = np.random.default_rng(0).random(size) < SHARE_RATINGS / table.n
    return _compact(table.rows(chosen[owner]))


def _compact(table: RatingTable) -> RatingTable:
    """The same rows with new codes, without the items and prompts that have none."""
    kept, item = np.unique(table.item, return_inverse=True)
    owners, item_prompt = np.unique(table.item_prompt[kept], return_inverse=True)
    return table._replace(
        item=item,
        prompt=item_prompt[item],
        items=tuple(range(len(kept))),
        prompts=tuple(range(len(owners))),
        item_prompt=item_prompt,
    )
