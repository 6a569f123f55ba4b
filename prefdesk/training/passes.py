"""Passes through the model that survive a shortage of memory and can be stopped between batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from torch import Tensor

from prefdesk.config import RoundConfig
from prefdesk.errors import Cancelled
from prefdesk.training import likelihood, memory, packing, scoring, update
from prefdesk.training.packing import Row
from prefdesk.training.scoring import Path
from prefdesk.training.types import Baseline, Control, Draft, PolicyLike, Rollout, Scorable
from prefdesk.training.update import Known, Visit


class Gate:
    """Asks whether to go on. Cancel raises at once; stop is remembered."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self.stopping = False

    def go_on(self) -> bool:
        """False once somebody asked to stop; raises `Cancelled`."""
        word = self._control()
        if word == "cancel":
            raise Cancelled
        self.stopping = self.stopping or word == "stop"
        return not self.stopping


@dataclass
class Passes:
    """The policy with its rollouts and the texts to learn along.

    `budget` is the tokens that fit into memory at once. It is halved at each shortage and stays so;
    the numbers do not depend on it.
    """

    policy: PolicyLike
    rollouts: Sequence[Rollout]
    path: Path
    budget: int
    gate: Gate
    texts: Sequence[Draft] = ()

    @cached_property
    def floor(self) -> int:
        """Tokens of the longest single sequence."""
        every: list[Scorable] = [*self.rollouts, *self.texts]
        return max(packing.width(every, (i,)) for i in range(len(every)))

    def scores(self, groups: Sequence[Row], *, whole: bool = False) -> dict[int, Tensor]:
        """Log-probs by index without gradients; incomplete when somebody asked to stop.

        With `whole` only a cancel ends them.
        """
        work = partial(scoring.score_all, self.policy, self.rollouts, groups, self.path)

        def ask() -> bool:
            return self.gate.go_on() or whole

        with scoring.steady(self.policy.model):
            found, size = memory.halving(self.budget, self.floor, lambda size: work(size, ask))
        self.budget = size
        return found

    def gradients(
        self,
        groups: Sequence[Row],
        known: Known,
        config: RoundConfig,
        baseline: Baseline,
        step: int = 1,
    ) -> Visit:
        """The gradient of one step, left in the weights' `.grad`; with that of its texts."""
        chosen = likelihood.portion(len(self.texts), config.batch_prompts, step, config.seed)
        texts = [self.texts[i] for i in chosen]

        def work(size: int) -> Visit:
            self.policy.model.zero_grad(set_to_none=True)
            how: Any = {"budget": size, "path": self.path, "ask": self.gate.go_on}
            visit = update.gradients(
                self.policy, self.rollouts, groups, known, config, baseline=baseline, **how
            )
            if texts:
                found = likelihood.add_gradient(self.policy, texts, config.mle_coef, **how)
                visit.likelihood = found
                visit.loss += config.mle_coef * found
            return visit

        visit, self.budget = memory.halving(self.budget, self.floor, work)
        return visit
