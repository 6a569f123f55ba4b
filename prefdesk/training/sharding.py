"""A frozen model spread over the processes of a team, where it does not fit on one card.

Each process holds a part of the frozen weights of every layer, and gets the other parts while it
passes through that layer (ZeRO stage 3: Rajbhandari et al. 2020; torch's `fully_shard`). What is
trained, an adapter, is whole in every process, so that steps, states and checkpoints are as ever.
The processes must pass through the layers equally often: `Lockstep` sees to that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import nn

from prefdesk.errors import TrainingError
from prefdesk.models.memory import is_shortage
from prefdesk.training.team import Team

T = TypeVar("T")


def spread(model: nn.Module, device: torch.device | str) -> None:
    """Spread the frozen weights of `model`, which lies in main memory, over the team's devices.

    Afterwards everything is on `device`, this process's own. Raises `TrainingError` where weights
    of the layers themselves are trained.
    """
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    trained = {p for p in model.parameters() if p.requires_grad}
    weights = sum(p.numel() for p in model.parameters())
    if 2 * sum(p.numel() for p in trained) > weights:
        raise TrainingError(
            "A model can be spread over several cards only while an adapter is trained.",
            "Choose the method lora, or leave out --shard.",
        )
    device = torch.device(device)
    mesh = init_device_mesh(device.type, (Team().size,))
    for layer in _layers(model):
        kept = trained & set(layer.parameters())
        fully_shard(layer, mesh=mesh, ignored_params=kept, reshard_after_forward=True)
    for weight in model.parameters():
        if not _is_part(weight):
            weight.data = weight.data.to(device)
    for owner in model.modules():
        for name, value in owner.named_buffers(recurse=False):
            owner._buffers[name] = value.to(device)


def is_spread(model: nn.Module) -> bool:
    """True if weights of this model lie in several processes."""
    return any(map(_is_part, model.parameters()))


def _is_part(weight: torch.Tensor) -> bool:
    from torch.distributed.tensor import DTensor  # takes a second to import

    return isinstance(weight, DTensor)


def _layers(model: nn.Module) -> list[nn.Module]:
    """The blocks of the decoder: the longest list of modules."""
    lists = [list(m) for m in model.modules() if isinstance(m, nn.ModuleList)]
    if not any(lists):
        raise TrainingError("This model has no layers that could be spread over several cards.")
    return max(lists, key=len)


@dataclass(frozen=True)
class Lockstep:
    """How a process keeps step with the others of its team; alone, and where every process has
    the whole model, nothing is to be done."""

    team: Team
    needed: bool

    def even(self, batches: Sequence[T]) -> list[T | None]:
        """These batches, and None as often as another process has more of them."""
        if not self.needed:
            return list(batches)
        missing = self.team.largest(len(batches)) - len(batches)
        return [*batches, *[None] * missing]

    def at_once(self, work: Callable[[], T]) -> T:
        """`work`, which the other processes take part in: where memory runs out, all must end."""
        try:
            return work()
        except (MemoryError, RuntimeError) as error:
            if not is_shortage(error):
                raise
            raise TrainingError(
                "A process ran out of memory while the others waited for its part of the model.",
                "Start again with fewer micro_batch_tokens.",
            ) from error


def lockstep(team: Team, model: Any) -> Lockstep:
    """How `team` goes through `model`."""
    return Lockstep(team, team.size > 1 and is_spread(model))
