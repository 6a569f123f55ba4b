"""Several processes that train one policy: each works on its share, all of them take the same step.

`torchrun` or `accelerate launch` starts them, and torch.distributed carries the sums: of gradients,
as DistributedDataParallel does it, and of the numbers that are shown. Whole prompts are shared out,
so every answer meets the ones it is compared with. Denominators are those of the whole step, so the
sum over processes is what one process would have found.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from prefdesk.errors import OutOfMemory, TrainingError
from prefdesk.training import memory, packing
from prefdesk.training.packing import Row
from prefdesk.training.types import Scorable, Word

T = TypeVar("T")

_WORDS: tuple[Word, ...] = ("go", "stop", "cancel")


class Team:
    """This process among its likes: `rank` of `size`. Alone, nothing is sent."""

    def __init__(self) -> None:
        joined = dist.is_available() and dist.is_initialized()
        self.rank: int = dist.get_rank() if joined else 0
        self.size: int = dist.get_world_size() if joined else 1

    def share(self, items: Sequence[Scorable], groups: Sequence[Row]) -> list[Row]:
        """The groups that this process works on; the same division in every process.

        The widest first, each to the process that has the fewest tokens so far.
        """
        if self.size == 1:
            return list(groups)
        loads, mine = [0] * self.size, []
        for group in sorted(groups, key=lambda g: (-packing.width(items, g), g)):
            least = loads.index(min(loads))
            loads[least] += packing.width(items, group)
            if least == self.rank:
                mine.append(group)
        return mine

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Make each tensor the sum over all processes, in place."""
        if self.size == 1:
            return
        for tensor in tensors:
            there = tensor.to(_device())
            dist.all_reduce(there)
            if there is not tensor:
                tensor.copy_(there)

    def add_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Add up the gradients of all processes; one that had none counts as 0."""
        if self.size == 1:
            return
        for weight in parameters:
            if weight.grad is None:
                weight.grad = torch.zeros_like(weight)
        self.add([weight.grad for weight in parameters if weight.grad is not None])

    def copy(self, tensors: Sequence[Tensor]) -> None:
        """Give every process the tensors of the first one, in place."""
        if self.size == 1:
            return
        with torch.no_grad():
            for tensor in tensors:
                there = tensor.detach().to(_device())
                dist.broadcast(there, 0)
                tensor.copy_(there)

    def union(
        self,
        found: Mapping[int, Tensor],
        items: Sequence[Scorable],
        wanted: Sequence[int],
        dtype: torch.dtype,
    ) -> dict[int, Tensor]:
        """Log-probs [length] of all `wanted` sequences, each of which one process has `found`."""
        if self.size == 1:
            return dict(found)
        order = sorted(wanted)
        lengths = [len(items[i].token_ids) for i in order]
        flat = torch.zeros(sum(lengths) + len(order), dtype=torch.float64)
        values, finders = flat[len(order) :], flat[: len(order)]
        for k, (i, piece) in enumerate(zip(order, torch.split(values, lengths))):
            if i in found:
                piece.copy_(found[i])
                finders[k] = 1
        self.add([flat])
        pieces = zip(order, torch.split(values, lengths), finders.tolist())
        return {i: piece.to(dtype, copy=True) for i, piece, n in pieces if n == 1}

    def strictest(self, word: Word) -> Word:
        """The strictest of what the processes were told."""
        return _WORDS[self.largest(_WORDS.index(word))]

    def largest(self, number: int) -> int:
        """The largest number that a process brings."""
        if self.size == 1:
            return int(number)
        held = torch.tensor([int(number)], device=_device())
        dist.all_reduce(held, op=dist.ReduceOp.MAX)
        return int(held)

    def all_or_none(self, work: Callable[[], T], undo: Callable[[], object]) -> T:
        """`work` in every process; where memory runs out in one, `OutOfMemory` in all of them,
        after `undo` in those that had enough."""
        short: OutOfMemory | None = None
        try:
            found = work()
        except OutOfMemory as error:
            short = error
        if not self.largest(short is not None):
            return found
        if short is None:
            undo()
        raise short or OutOfMemory("Another process ran out of memory.", memory.HINT)

    def tell(self, text: str) -> str:
        """The text of the first process; what the others bring is passed over."""
        if self.size == 1:
            return text
        raw = text.encode() if self.rank == 0 else b""
        length = self.largest(len(raw))
        held = torch.zeros(length, dtype=torch.uint8)
        if self.rank == 0:
            held = torch.frombuffer(bytearray(raw), dtype=torch.uint8) if raw else held
        if length:
            self.copy([held])
        return bytes(held.tolist()).decode()


def _device() -> torch.device:
    """Where tensors must lie to be sent."""
    return torch.device("cuda" if dist.get_backend() == "nccl" else "cpu")


def own_device(name: str) -> str:
    """The device of this process: the card of its own number where the machine has cards, unless
    the processor is asked for."""
    if name in ("auto", "cuda") and torch.cuda.is_available():
        return f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    return "cpu" if name == "auto" else name


@contextmanager
def joined(device: str) -> Iterator[Team]:
    """Meet the other processes, as the environment says; `device` is this one's own."""
    on_card = device.startswith("cuda")
    if on_card:
        torch.cuda.set_device(device)
    try:
        dist.init_process_group("nccl" if on_card else "gloo")
    except (RuntimeError, ValueError) as error:
        raise TrainingError(
            f"The processes that should train together do not find each other: {error}.",
            "Start them with torchrun or accelerate launch.",
        ) from error
    try:
        yield Team()
    finally:
        dist.destroy_process_group()
