"""How much memory is free and how much a model needs; standard library only."""

import contextlib
import os
import sys
from pathlib import Path

from prefdesk.errors import OutOfMemory

SIGNS = (
    "out of memory",  # CUDA, ROCm, MPS
    "can't allocate memory",  # torch on a processor
    "cannot allocate memory",  # the system
    "not enough memory",  # torch on a processor under Windows
    "alloc_failed",  # cuBLAS and cuDNN
)
"""What an error says, in small letters, when memory ran out."""

DTYPE_BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}

OVERHEAD_BYTES = 400 << 20
"""What torch, transformers and one batch take beside the weights (measured: about 350 MiB)."""


def is_shortage(error: BaseException) -> bool:
    """True if the error says that memory ran out, in whatever words of torch or the system."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    kinds = (RuntimeError, OSError)
    return isinstance(error, kinds) and any(sign in str(error).lower() for sign in SIGNS)


def available_bytes() -> int | None:
    """Memory that can be used without swapping, or None where the system does not say.

    Inside a container its own limit counts.
    """
    free = [b for b in (_from_meminfo(), _from_container()) if b is not None]
    if free:
        return min(free)
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _from_meminfo() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found else None


def _from_container() -> int | None:
    root = Path("/sys/fs/cgroup")
    try:
        limit = (root / "memory.max").read_text(encoding="ascii").strip()
        used = int((root / "memory.current").read_text(encoding="ascii"))
        facts = (root / "memory.stat").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    if not limit.isdigit():
        return None
    # Pages of files that were read count as used but are given back on demand.
    cached = int(facts[facts.index("file") + 1]) if "file" in facts else 0
    return int(limit) - used + cached


def needed_bytes(n_parameters: int, dtype: str) -> int:
    """Estimated memory of a loaded model before any training, in bytes."""
    return n_parameters * DTYPE_BYTES[dtype] + OVERHEAD_BYTES


def require(name: str, needed: int, *, free: int | None = None, hint: str = "") -> None:
    """Raise `OutOfMemory` if `needed` bytes are more than are free (now, unless given)."""
    free = available_bytes() if free is None else free
    if free is not None and needed > free:
        raise OutOfMemory(
            f"{name} needs about {needed / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free.",
            hint or "Close other programs, use a smaller model, or load it as bfloat16.",
        )


def forget_peak() -> None:
    """Let `peak_bytes` begin anew, where the system can do that (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes() -> int:
    """The most memory that this process held: since `forget_peak` on Linux, else since it began."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return _peak_of_all()
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) * 1024 if found else _peak_of_all()


def _peak_of_all() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
