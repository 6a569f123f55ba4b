"""Going on with less when memory runs out."""

import pytest
import torch

from prefdesk.errors import OutOfMemory
from prefdesk.training import memory


def fits(limit: int, error: BaseException, tried: list[int]):  # type: ignore[no-untyped-def]
    def work(size: int) -> str:
        tried.append(size)
        if size > limit:
            raise error
        return "done"

    return work


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:114] . DefaultCPUAllocator: not enough memory"
        ),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
    ],
)
def test_that_the_budget_is_halved_until_the_work_fits(error: BaseException) -> None:
    tried: list[int] = []
    assert memory.halving(1000, 10, fits(300, error, tried)) == ("done", 250)
    assert tried == [1000, 500, 250]


def test_that_one_sequence_that_does_not_fit_is_said_so() -> None:
    tried: list[int] = []
    with pytest.raises(OutOfMemory, match="do not fit") as caught:
        memory.halving(1000, 400, fits(300, MemoryError(), tried))
    assert tried == [1000, 500, 400]
    assert caught.value.hint


def test_that_other_errors_pass_through() -> None:
    with pytest.raises(RuntimeError, match="shape"):
        memory.halving(1000, 10, fits(0, RuntimeError("shape mismatch"), []))
