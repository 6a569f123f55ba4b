"""The weights in training with the way one step back."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from prefdesk.errors import OutOfMemory
from prefdesk.training import memory
from prefdesk.training.types import Baseline


class Trail:
    """Where a round has come: steps taken, the running mean, and both as one step before.

    `untried` is True while nobody has looked at what the last step made. `good` are the weights
    before the last step (empty before the first), `before` the running mean from then.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], baseline: Baseline) -> None:
        self.taken = 0
        self.baseline = baseline
        self.untried = False
        self._parameters = parameters
        self.good: list[Tensor] = []
        self.before = baseline

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Take a step. Where memory runs out, `OutOfMemory` and the weights are as they were."""
        with memory.shortages(), torch.no_grad():
            if self.good:
                self._copy(self._parameters, self.good)
            else:
                self.good = [p.detach().clone() for p in self._parameters]
        try:
            with memory.shortages():
                optimizer.step()
        except OutOfMemory:
            self._copy(self.good, self._parameters)
            raise
        self.before = self.baseline
        self.taken += 1
        self.untried = True

    def back(self) -> bool:
        """Undo the last step and what the running mean learnt by it; False if there was none."""
        if not self.taken:
            return False
        self._copy(self.good, self._parameters)
        self.baseline = self.before
        self.taken -= 1
        self.untried = False
        return True

    def withdraw(self) -> None:
        """Make it as if the last step had found no memory, because another process had none."""
        self.back()
        self.untried = self.taken > 0

    @staticmethod
    @torch.no_grad()
    def _copy(source: Sequence[Tensor], target: Sequence[Tensor]) -> None:
        for ours, theirs in zip(source, target):
            theirs.copy_(ours)
