"""Passes through the model that survive a shortage of memory and can be stopped between batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

import torch
from torch import Tensor

from prefdesk.config import RoundConfig
from prefdesk.errors import Cancelled
from prefdesk.training import likelihood, memory, packing, scoring, update
from prefdesk.training.packing import Row
from prefdesk.training.scoring import Path
from prefdesk.training.sharding import Lockstep, lockstep
from prefdesk.training.team import Team
from prefdesk.training.types import (
    Baseline,
    Control,
    Draft,
    PolicyLike,
    Rollout,
    Scorable,
    Word,
)
from prefdesk.training.update import Known, Visit

T = TypeVar("T")


class Gate:
    """Asks whether to go on. Cancel raises at once; stop is remembered.

    A team asks only before a pass, together: alone between micro-batches, one process would leave
    while the others wait for it.
    """

    def __init__(self, control: Control, team: Team | None = None) -> None:
        self._control = control
        self._team = team or Team()
        self.stopping = False

    def go_on(self) -> bool:
        """False once somebody asked to stop; raises `Cancelled`."""
        if self._team.size == 1:
            self._hear(self._control())
        return not self.stopping

    def agree(self) -> None:
        """Where a team asks; raises `Cancelled`."""
        if self._team.size > 1:
            self._hear(self._team.strictest(self._control()))

    def _hear(self, word: Word) -> None:
        if word == "cancel":
            raise Cancelled
        self.stopping = self.stopping or word == "stop"


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
    team: Team = field(default_factory=Team)

    @cached_property
    def lockstep(self) -> Lockstep:
        """How this process keeps step with the others."""
        return lockstep(self.team, self.policy.model)

    @cached_property
    def floor(self) -> int:
        """Tokens of the longest single sequence."""
        every: list[Scorable] = [*self.rollouts, *self.texts]
        return max(packing.width(every, (i,)) for i in range(len(every)))

    def scores(self, groups: Sequence[Row], *, whole: bool = False) -> dict[int, Tensor]:
        """Log-probs by index without gradients; incomplete when somebody asked to stop.

        With `whole` only a cancel ends them.
        """
        self.gate.agree()
        mine = self.team.share(self.rollouts, groups)
        work = partial(scoring.score_all, self.policy, self.rollouts, mine, self.path)

        def ask() -> bool:
            return self.gate.go_on() or whole

        with scoring.steady(self.policy.model):
            size = scoring.read_at_once(self.path, self.budget)
            found = self._halving(lambda size: work(size, ask, self.lockstep.even), size)
        return self.team.union(found, self.rollouts, [i for g in groups for i in g], self._fine)

    def gradients(
        self,
        groups: Sequence[Row],
        known: Known,
        config: RoundConfig,
        baseline: Baseline,
        step: int = 1,
    ) -> Visit:
        """The gradient of one step, left in the weights' `.grad`; with that of its texts."""
        self.gate.agree()
        mine = self.team.share(self.rollouts, groups)
        chosen = likelihood.portion(len(self.texts), config.batch_prompts, step, config.seed)
        texts = [self.texts[i] for i in chosen]
        alone: list[Row] = [(i,) for i in range(len(texts))]
        read = self.team.share(texts, alone)
        parameters = [p for p in self.policy.model.parameters() if p.requires_grad]

        def work(size: int) -> Visit:
            self.policy.model.zero_grad(set_to_none=True)
            how: Any = {"budget": size, "path": self.path, "ask": self.gate.go_on}
            how["even"] = self.lockstep.even
            visit = update.gradients(
                self.policy,
                self.rollouts,
                groups,
                known,
                config,
                baseline=baseline,
                mine=mine,
                **how,
            )
            if texts:
                found = likelihood.add_gradient(
                    self.policy, texts, config.mle_coef, rows=read, **how
                )
                visit.likelihood = found
                visit.loss += config.mle_coef * found
            return visit

        fresh = [i for g in groups for i in g if i not in known.behaviour]
        bare = [i for g in groups for i in g if i not in known.reference]
        visit = self._halving(work, self.budget)
        self.team.add_gradients(parameters)
        if self.team.size > 1:
            visit.add_up(self.team.add)
            known.behaviour |= self.team.union(known.behaviour, self.rollouts, fresh, self._fine)
            known.reference |= self.team.union(known.reference, self.rollouts, bare, self._fine)
        return visit

    @property
    def _fine(self) -> torch.dtype:
        """The kind of number in which log-probs come."""
        wide = scoring.dtype_of(self.policy.model) == torch.float64
        return torch.float64 if wide else torch.float32

    def _halving(self, work: Callable[[int], T], budget: int) -> T:
        """`work` with what fits into memory of `budget` tokens."""
        if self.lockstep.needed:
            return self.lockstep.at_once(lambda: work(budget))
        found, size = self.team.all_or_none(
            lambda: memory.halving(budget, self.floor, work), lambda: None
        )
        self.budget = min(self.budget, size)
        return found
