"""Figures that need nothing but counts."""

import math
from collections.abc import Sequence

from prefdesk.evaluation.words import words


def perplexity(total_logprob: float, n_tokens: int) -> float:
    """`exp(-total_logprob / n_tokens)`, natural logarithms; infinite where it overflows.

    `ValueError` without tokens or where the log-probability is no number.
    """
    if n_tokens <= 0 or math.isnan(total_logprob):
        raise ValueError(f"no perplexity of {n_tokens} tokens with log-probability {total_logprob}")
    try:
        return math.exp(-total_logprob / n_tokens)
    except OverflowError:
        return math.inf


def distinct(texts: Sequence[str], n: int) -> float:
    """Distinct-n (Li et al. 2016): different n-grams of words over all n-grams; 0 without any."""
    if n < 1:
        raise ValueError(f"n-grams have at least one word, not {n}")
    seen: set[tuple[str, ...]] = set()
    total = 0
    for text in texts:
        tokens = words(text)
        grams = list(zip(*(tokens[i:] for i in range(n))))
        seen.update(grams)
        total += len(grams)
    return len(seen) / total if total else 0.0


def mean_length(n_tokens: Sequence[int]) -> float:
    """Mean number of tokens; 0 of nothing."""
    return sum(n_tokens) / len(n_tokens) if n_tokens else 0.0


def truncated_share(finished: Sequence[bool]) -> float:
    """Share of completions that ran into the length limit; 0 of nothing."""
    return sum(not one for one in finished) / len(finished) if finished else 0.0
