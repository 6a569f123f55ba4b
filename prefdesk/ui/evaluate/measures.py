"""What can be drawn beside the human score: a figure of each checkpoint, with its name and unit."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication


class Measure(NamedTuple):
    """A field of `CheckpointScore`: its title with the unit, and decimals to show."""

    field: str
    title: Callable[[], str]
    decimals: int


MEASURES: tuple[Measure, ...] = (
    Measure("kl", lambda: QCoreApplication.translate("measures", "KL, nats per token"), 4),
    Measure("mean_length", lambda: QCoreApplication.translate("measures", "Length, tokens"), 1),
    Measure("distinct_2", lambda: QCoreApplication.translate("measures", "Distinct-2"), 2),
    Measure("self_bleu", lambda: QCoreApplication.translate("measures", "Self-BLEU"), 1),
    Measure("bleu", lambda: QCoreApplication.translate("measures", "BLEU"), 1),
    Measure("chrf", lambda: QCoreApplication.translate("measures", "chrF"), 1),
    Measure("rouge1", lambda: QCoreApplication.translate("measures", "ROUGE-1"), 2),
    Measure("rouge2", lambda: QCoreApplication.translate("measures", "ROUGE-2"), 2),
    Measure("rougeL", lambda: QCoreApplication.translate("measures", "ROUGE-L"), 2),
    Measure("perplexity", lambda: QCoreApplication.translate("measures", "Perplexity"), 1),
    Measure("truncated", lambda: QCoreApplication.translate("measures", "Cut off, share"), 2),
)
