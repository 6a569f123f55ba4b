"""A panel of *simulated* raters with a hidden preference that is simple and can be measured.

They exist for the demonstration and for tests, and are called simulated wherever they show. The
hidden preference likes answers that are short and whose last sentence is finished:

    quality = 10 · (0.5 · finished + 0.5 · brevity),   brevity = 1 − min(words, 60) / 60
"""

from collections.abc import Sequence

from prefdesk import ratings, store
from prefdesk.project.project import Project
from prefdesk.ratings import SimulatedRater
from prefdesk.records import Completion, Rater

LONG_WORDS = 60
SENTENCE_ENDS = (".", "!", "?", "…", '."', '!"', '?"', ".)", "!)", "?)", ".”", "!”", "?”")


def hidden_quality(text: str, *, finished: bool) -> float:
    """What the simulated raters think of an answer, from 0 to 10.

    `finished` says whether the model ended the answer itself; a sentence cut off by the length
    limit is never finished, however it looks.
    """
    words = len(text.split())
    if not words:
        return 0.0
    whole = finished and text.rstrip().endswith(SENTENCE_ENDS)
    brevity = 1.0 - min(words, LONG_WORDS) / LONG_WORDS
    return 10.0 * (0.5 * whole + 0.5 * brevity)


PANEL: tuple[SimulatedRater, ...] = (
    SimulatedRater("Simulated 1 (honest)", bias=0.0, noise=0.8),
    SimulatedRater("Simulated 2 (honest, generous)", bias=1.2, noise=1.0),
    SimulatedRater("Simulated 3 (honest, strict)", bias=-1.2, noise=0.9),
    SimulatedRater("Simulated 4 (honest, noisy)", bias=0.4, noise=1.6),
    SimulatedRater("Simulated 5 (honest, a little strict)", bias=-0.6, noise=1.2),
    SimulatedRater("Simulated 6 (at random)", manner="random"),
    SimulatedRater("Simulated 7 (inverted)", manner="inverted", noise=1.0),
)


def rate_all(
    project: Project,
    completions: Sequence[Completion],
    *,
    panel: Sequence[SimulatedRater] = PANEL,
    seed: int = 1,
) -> int:
    """Let the panel judge these completions; how many ratings were written."""
    raters = {one.name: _rater(project, one.name) for one in panel}
    quality = {c.id: hidden_quality(c.text, finished=c.finished) for c in completions}
    judged = ratings.simulate(quality, panel, seed)
    criterion = project.settings.criteria[0].name
    drafts = [
        store.events.Draft(
            int(item), raters[who].id, "score", value=float(score), criterion=criterion
        )
        for who, item, score in zip(judged.raters, judged.items, judged.scores, strict=True)
    ]
    project.core.mutate(lambda c: store.events.append_many(c, drafts), "ratings")
    return len(drafts)


def _rater(project: Project, name: str) -> Rater:
    for known in project.raters.all():
        if known.name == name:
            return known
    return project.raters.add(name, simulated=True)
