"""Which device the model runs on, and what happens when its memory is full."""

import contextlib
from collections.abc import Iterator

import torch

from prefdesk.errors import InputError, OutOfMemory
from prefdesk.models.memory import is_shortage


def choose_device(name: str) -> torch.device:
    """The torch device for a name in the settings; `InputError` if this machine has none such."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError(f"There is no device called {name!r}.", "Choose auto or cpu.") from error
    there = {
        "cpu": 1,
        "cuda": torch.cuda.device_count(),
        "mps": int(torch.backends.mps.is_available()),
    }
    if (device.index or 0) >= there.get(device.type, 0):
        raise InputError(f"This machine has no device {name!r}.", "Choose auto or cpu.")
    return device


def free_bytes(device: torch.device) -> int | None:
    """Memory free on a graphics card; None for a device that shares the machine's memory."""
    return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else None


@contextlib.contextmanager
def memory_errors(name: str) -> Iterator[None]:
    """Turn any failure to allocate into `OutOfMemory`."""
    try:
        yield
    except (MemoryError, RuntimeError, OSError) as error:
        if not is_shortage(error):
            raise
        raise _too_big(name) from error


def _too_big(name: str) -> OutOfMemory:
    return OutOfMemory(
        f"{name} does not fit into the memory of this machine.",
        "Draw fewer prompts together, close other programs, or use a smaller model.",
    )
