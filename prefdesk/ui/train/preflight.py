"""What a round would train on, counted in the background before any compute. No widgets."""

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prefdesk.config import RoundConfig

if TYPE_CHECKING:
    from prefdesk.project import Project, VerdictReport
    from prefdesk.records import Checkpoint, Reward


@dataclass(frozen=True, slots=True)
class Preflight:
    """Counts for one recipe and one checkpoint.

    `completions` can be used, in groups of one prompt each (`prompts`); `single` groups have one
    rated answer, `flat` groups have several with equal rewards. `unsure` answers wait for more
    ratings, `older` belong to other checkpoints, `unrated` of this one have no rating.
    `truncated` says that some were drawn with top-p or top-k.
    """

    checkpoint: "Checkpoint"
    completions: int = 0
    prompts: int = 0
    single: int = 0
    flat: int = 0
    unsure: int = 0
    older: int = 0
    unrated: int = 0
    steps: int = 0
    truncated: bool = False
    verdict: "VerdictReport | None" = None

    @property
    def comparable(self) -> int:
        """Groups with two rated answers whose rewards differ."""
        return self.prompts - self.single - self.flat


def look(project: "Project", config: RoundConfig, checkpoint_id: int | None) -> Preflight | None:
    """Count; None while the project has no model."""
    if not project.checkpoints.models():
        return None
    start = project.checkpoints.chosen(checkpoint_id)
    used = project.rounds.usable(config, start.id)
    sure_or_not = project.rounds.usable(replace(config, min_reliability=0.0), start.id)
    widest = replace(config, min_reliability=0.0, take_older=True)
    everything = project.rounds.usable(widest, start.id)
    own = project.rounds.usable(replace(widest, take_older=False), start.id)
    groups = grouped(used)
    answers = project.completions.count("train", start.id)
    return Preflight(
        checkpoint=start,
        completions=len(used),
        prompts=len(groups),
        single=sum(len(values) == 1 for values in groups.values()),
        flat=sum(len(values) > 1 and len(set(values)) == 1 for values in groups.values()),
        unsure=len(sure_or_not) - len(used),
        older=len(everything) - len(own),
        unrated=max(0, answers - len(own)),
        steps=math.ceil(len(groups) / config.batch_prompts) * config.epochs,
        truncated=_truncated(project, None if config.take_older else start.id),
        verdict=project.judgement.verdict({r.completion_id for r in used}) if used else None,
    )


def grouped(rewards: "list[Reward]") -> dict[int, list[float]]:
    """Rewards by prompt, rounded as the engine does when it asks whether they differ."""
    groups: dict[int, list[float]] = defaultdict(list)
    for one in rewards:
        groups[one.prompt_id].append(round(one.reward, 9))
    return dict(groups)


def _truncated(project: "Project", checkpoint_id: int | None) -> bool:
    from prefdesk.project import SamplingKey

    for sampling in project.completions.samplings():
        if sampling.split == "train" and checkpoint_id in (None, sampling.checkpoint_id):
            config = SamplingKey.from_json(sampling.settings).config
            if config.top_p < 1 or config.top_k:
                return True
    return False
