"""Which rating to ask for next, once every answer has as many as are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

from prefdesk import ratings, store
from prefdesk.project.core import Core
from prefdesk.project.fitting import Fitted
from prefdesk.project.settings import ProjectSettings

Found = tuple[int, float, float]
"""Completion id, gain and variance, in squared standard deviations within prompts."""


@dataclass(frozen=True, slots=True)
class NextBest:
    """A completion that another rating would teach much about, for the project's owner.

    `gain` is by how much one more rating is expected to cut the sum of the variances of its
    prompt's advantages, `variance` that of its own advantage now; the unit is the squared
    standard deviation within prompts. Raters never see this.
    """

    completion_id: int
    prompt_id: int
    gain: float
    variance: float
    n_ratings: int
    reason: str


def found(fits: Sequence[Fitted]) -> list[Found]:
    """Rated completions with a gain, best first; criteria add up by their squared shares."""
    gains: dict[int, float] = {}
    variances: dict[int, float] = {}
    for f in fits:
        one = ratings.next_best(f.model)
        columns = zip(f.table.items, one.gain.tolist(), one.variance.tolist(), strict=True)
        for item, gain, variance in columns:
            id = int(item)  # type: ignore[call-overload]
            gains[id] = gains.get(id, 0.0) + f.share**2 * gain
            variances[id] = variances.get(id, 0.0) + f.share**2 * variance
    useful = [(id, gain, variances[id]) for id, gain in gains.items() if gain > 0]
    return sorted(useful, key=lambda one: (-one[1], one[0]))


def next_best(core: Core, fits: Sequence[Fitted], limit: int) -> list[NextBest]:
    """The front of the list, with reasons in sentences."""
    front = found(fits)[:limit]
    with core.read() as c:
        completions = store.completions.by_ids(c, [id for id, _, _ in front])
        coverage = store.statistics.coverage_of(c, [id for id, _, _ in front])
    return [
        NextBest(
            id, completions[id].prompt_id, gain, variance, coverage[id],
            _reason(gain, variance, coverage[id]),
        )
        for id, gain, variance in front
    ]  # fmt: skip


def _reason(gain: float, variance: float, n: int) -> str:
    people = "1 person" if n == 1 else f"{n} people"
    return (
        f"{people} judged it and its advantage is known to ± {variance**0.5:.2f} sd; one more "
        f"rating is expected to cut the variance within its prompt by {gain:.3f}."
    )


def refresh(core: Core, fits: Sequence[Fitted]) -> None:
    """Keep the order for the queues; the list is made here and only copied by the writer."""
    best = found(fits)[: store.next_best.MOST]

    def write(c: store.Connection) -> None:
        settings = ProjectSettings.from_json(store.meta.get(c, "settings"))
        store.next_best.put(c, settings.target_ratings, best)

    core.mutate(write, "reports")
