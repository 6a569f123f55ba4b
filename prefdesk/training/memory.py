"""What to do when memory runs out: the same work in smaller micro-batches."""

from collections.abc import Callable
from typing import TypeVar

import torch

from prefdesk.errors import OutOfMemory

T = TypeVar("T")

_SIGNS = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")


def is_shortage(error: BaseException) -> bool:
    """True if the error says that memory ran out; torch on a CPU says so in a RuntimeError."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _SIGNS)


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
            raise OutOfMemory(
                "The model and one answer do not fit into memory.",
                "Choose a smaller model, the lora method or shorter answers.",
            )
        budget = max(budget // 2, floor)


def _attempt(budget: int, work: Callable[[int], T]) -> tuple[bool, T | None]:
    # The error dies with this frame, and with it the tensors that its traceback holds.
    try:
        return True, work(budget)
    except (MemoryError, RuntimeError) as error:
        if not is_shortage(error):
            raise
        return False, None
