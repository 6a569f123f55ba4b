"""A job that runs out of memory says so, in whatever words the machine put it."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from prefdesk.events import JobEnded, JobSpec
from prefdesk.project.work.context import Context

work = importlib.import_module("prefdesk.project.work.run")

SHORT = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:126] DefaultCPUAllocator: not enough memory"),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
    OSError(12, "Cannot allocate memory"),
]


def ended(error: Exception, monkeypatch: pytest.MonkeyPatch) -> JobEnded:
    def job(*_: Any) -> Iterator[Any]:
        raise error
        yield

    monkeypatch.setattr(work, "_job", lambda _: job)
    [end] = work.run(None, JobSpec("round", {}), Context(Path()))
    return end


@pytest.mark.parametrize("error", SHORT)
def test_that_any_shortage_of_memory_ends_a_job_with_the_same_sentence(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = ended(error, monkeypatch)
    assert end.status == "failed" and end.detail == ""
    assert end.message.startswith("There is not enough memory for this. Close other programs")


def test_that_other_errors_stay_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    end = ended(RuntimeError("shape mismatch"), monkeypatch)
    assert "RuntimeError" in end.message and "shape mismatch" in end.detail
    assert "No space left" in ended(OSError(28, "No space left"), monkeypatch).message
