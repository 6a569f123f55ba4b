"""Figures about raters that need no model: at hand at once, however many ratings there are."""

from dataclasses import dataclass

from prefdesk import store
from prefdesk.project.core import Core
from prefdesk.project.settings import ProjectSettings


@dataclass(frozen=True, slots=True)
class FirstFigures:
    """What was judged, of all criteria together: `coverage` holds (raters, answers with so many).

    `mean` is that of all scores of the first criterion, `between` the standard deviation of the
    answers' means and `within` that of scores around the mean of their answer, in points; None
    where there is too little.
    """

    n_ratings: int
    n_items: int
    coverage: tuple[tuple[int, int], ...]
    mean: float | None
    between: float | None
    within: float | None


@dataclass(frozen=True, slots=True)
class RaterFigures:
    """A rater's scores of the first criterion: how many, mean and standard deviation in points."""

    name: str
    n: int
    mean: float
    spread: float | None


def first_figures(core: Core) -> FirstFigures:
    """From what is kept beside the ratings; takes a moment with millions of them."""
    with core.read() as c:
        settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
        coverage = store.statistics.coverage(c)
        together = store.statistics.together(c, settings.criteria[0].name)
    return FirstFigures(
        sum(n for *_, n in coverage),
        sum(n for _, n, _ in coverage),
        tuple((raters, n) for raters, n, _ in coverage),
        together.mean,
        together.between,
        together.within,
    )


def rater_figures(core: Core) -> tuple[RaterFigures, ...]:
    """From one pass over the ratings: seconds with millions of them."""
    with core.read() as c:
        settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
        names = {r.id: r.name for r in store.raters.all(c)}
        found = store.statistics.of_raters(c, settings.criteria[0].name)
    return tuple(RaterFigures(names[r.rater_id], r.n, r.mean, r.spread) for r in found)
