"""Is a checkpoint better? Text metrics, intervals and paired comparisons.

Pure functions from texts and numbers to numbers: no project, no model, no files. `project`
decides what is compared with what; nothing here is ever a reward.
"""

from prefdesk.evaluation.compare import Paired, paired
from prefdesk.evaluation.interval import Interval, mean_interval
from prefdesk.evaluation.overlap import bleu, chrf, rouge, self_bleu, signature
from prefdesk.evaluation.plain import distinct, mean_length, perplexity, truncated_share

__all__ = [
    "Interval",
    "Paired",
    "bleu",
    "chrf",
    "distinct",
    "mean_interval",
    "mean_length",
    "paired",
    "perplexity",
    "rouge",
    "self_bleu",
    "signature",
    "truncated_share",
]
