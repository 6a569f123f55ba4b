"""Judgements as the long table that the mathematics of people reads."""

from collections.abc import Sequence

import numpy as np

from prefdesk import ratings
from prefdesk.records import LABEL_POINTS, Rating
from prefdesk.store.columns import Columns


def table_of(
    rows: Sequence[Rating], points: tuple[float, ...] = LABEL_POINTS, *, timed: bool = True
) -> ratings.RatingTable:
    """The ratings as columns for the mathematics; labels lie at these points of the scale.

    `timed` says that `hlc` is when a rating was given; the column `order` counts along it.
    """
    columns = rows if isinstance(rows, Columns) else Columns.of(rows)
    order = np.empty(len(columns))
    order[np.argsort(columns.hlc, kind="stable")] = np.arange(len(columns))
    known = bool(np.isfinite(columns.seconds).any())
    return ratings.RatingTable.from_columns(
        columns.rater,
        columns.completion,
        columns.points(points),
        columns.prompt,
        seconds=columns.seconds if known else None,
        order=order if timed else None,
    )
