"""What to do when memory runs out: the same work in smaller micro-batches, or a sentence."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor

from prefdesk.errors import OutOfMemory
from prefdesk.models import memory as machine
from prefdesk.models.device import free_bytes
from prefdesk.models.memory import is_shortage

T = TypeVar("T")

COPIES = 4
"""How often training holds the weights that it changes, beside themselves: gradients, AdamW's two
moments, and the weights as they were before the last step."""

HINT = "Choose a smaller model, the lora method or shorter answers."


def require(parameters: Sequence[Tensor]) -> None:
    """Raise `OutOfMemory` if training these weights, loaded already, is too much (an estimate)."""
    needed = COPIES * sum(p.numel() * p.element_size() for p in parameters)
    free = free_bytes(parameters[0].device)
    machine.require("Training, beside the model,", needed, free=free, hint=HINT)


@contextmanager
def shortages() -> Iterator[None]:
    """Turn any failure to allocate into `OutOfMemory`."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_shortage(error):
            raise
        raise OutOfMemory("Training this model does not fit into memory.", HINT) from error


def halving(budget: int, floor: int, work: Callable[[int], T]) -> tuple[T, int]:
    """`work(budget)`, with half the budget after each shortage; the result and the last budget.

    `work` must be free to run again from its beginning. Below `floor` (the longest single
    sequence, in tokens) less is of no use and `OutOfMemory` is raised.
    """
    while True:
        done, result = _attempt(budget, work)
        if done:
            return result, budget  # type: ignore[return-value]
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if budget <= floor:
            raise OutOfMemory("The model and one answer do not fit into memory.", HINT)
        budget = max(budget // 2, floor)


def _attempt(budget: int, work: Callable[[int], T]) -> tuple[bool, T | None]:
    # The error dies with this frame, and with it the tensors that its traceback holds.
    try:
        return True, work(budget)
    except (MemoryError, RuntimeError) as error:
        if not is_shortage(error):
            raise
        return False, None
