"""Figures of the mathematics as the report holds them: None for what is not a number."""

import math

from prefdesk import ratings
from prefdesk.project.report import Range


def as_range(found: ratings.Interval) -> Range:
    """Value and limits."""
    return Range(finite(found.value), finite(found.low), finite(found.high))


def finite(value: float | None) -> float | None:
    """The number, or None."""
    return float(value) if value is not None and math.isfinite(value) else None
