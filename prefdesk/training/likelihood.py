"""The auxiliary likelihood term: texts that people wrote keep the policy's language.

As the pretraining gradients of Ouyang et al. (2022), PPO-ptx, but on the answers that came with the
prompts.
"""

import random
from collections.abc import Callable, Sequence

from prefdesk.training import packing, scoring
from prefdesk.training.packing import Row
from prefdesk.training.scoring import Even, Path
from prefdesk.training.types import Draft, PolicyLike


def portion(n: int, size: int, step: int, seed: int) -> list[int]:
    """Which of `n` texts `step` (from 1) takes: at most `size`, all of them before any again.

    Their order is made from the seed anew for every turn, and from nothing else.
    """
    size = min(size, n)
    found: list[int] = []
    for k in range((step - 1) * size, step * size):
        turn, place = divmod(k, n)
        order = list(range(n))
        random.Random(f"{seed}/texts/{turn}").shuffle(order)
        found.append(order[place])
    return found


def add_gradient(
    policy: PolicyLike,
    texts: Sequence[Draft],
    coef: float,
    *,
    budget: int,
    path: Path,
    rows: Sequence[Row] | None = None,
    ask: Callable[[], object] = lambda: None,
    even: Even = list,
) -> float:
    """Add the gradient of `-coef sum_i sum_t log pi_t / sum_i L_i` to the weights' `.grad`.

    Returns the mean of `-log pi_t` over all tokens of `texts`, without the coefficient. Where only
    some `rows` (of one text each) are read, both are their part of the whole. `even` as in
    `scoring.score_all`.
    """
    n_tokens = sum(len(text.token_ids) for text in texts)
    alone: Sequence[Row] = [(i,) for i in range(len(texts))] if rows is None else rows
    total = 0.0
    for some in even(packing.micro_batches(texts, alone, budget, share=False)):
        ask()
        if some is None:
            scoring.idle(policy, texts, path)
            continue
        batch = scoring.batch_of(policy, texts, some, path)
        loss = -scoring.score(policy, batch, path).logp.sum() / n_tokens
        (coef * loss).backward()  # type: ignore[no-untyped-call]
        total += float(loss.detach())
    return total
