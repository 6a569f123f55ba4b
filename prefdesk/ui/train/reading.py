"""What the card before a round shows, read in the background. No widgets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefdesk.config import RoundConfig
from prefdesk.ui.train.conductor import LOOKED_AT

if TYPE_CHECKING:
    from prefdesk.project import MeasuredCost, Preflight, Project

SHOWN = 10
"""Prompts whose part of the gradient is shown."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Counts for one recipe, the texts of the prompts that would move the model most by id, and
    what the last trial measured, for this recipe or another."""

    counts: "Preflight"
    config: RoundConfig
    texts: dict[int, str]
    cost: "MeasuredCost | None" = None

    @property
    def cost_is_own(self) -> bool:
        """True if the trial was of this recipe and checkpoint, with what the window shows of it."""
        cost = self.cost
        if cost is None or cost.checkpoint_id != self.counts.checkpoint.id:
            return False
        return cost.config == self.config.to_json() and cost.gallery == LOOKED_AT


def read(project: "Project", config: RoundConfig, checkpoint_id: int | None) -> Seen | None:
    """Count what a round would train on; None while the project has no model."""
    from prefdesk.project import MeasuredCost

    if not project.checkpoints.models():
        return None
    counts = project.rounds.preflight(config, checkpoint_id)
    prompts = project.prompts.by_ids([s.prompt_id for s in counts.shares[:SHOWN]])
    document = project.report("trial")
    return Seen(
        counts,
        config,
        {i: prompt.text for i, prompt in prompts.items()},
        MeasuredCost.from_document(document) if document else None,
    )
