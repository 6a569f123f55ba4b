"""What benchmarks of sampling and training share: the starter model and prompts of a length.

All figures are CPU seconds of one thread, which other programs disturb far less than the clock.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from prefdesk.models import Policy, encode, load_policy, starter
from prefdesk.paths import models_dir, resource

DTYPES = {"fp32": "float32", "bf16": "bfloat16"}
Ids = tuple[int, ...]


def folder() -> Path:
    """The starter model's folder; ends the program with a sentence where it is not there."""
    found = starter.installed(models_dir())
    if found is None:
        raise SystemExit("This needs the starter model: prefdesk model get starter.")
    return found


def policy(kind: str) -> Policy:
    """The starter model in `fp32` or `bf16` on the processor; answers never end by themselves."""
    found = load_policy(folder(), device="cpu", dtype=DTYPES[kind], threads=1)
    found.end_ids = frozenset()
    return found


def has_bf16() -> bool:
    """True if the processor multiplies bf16 numbers by itself."""
    asked = (getattr(torch.cpu, f"_is_{n}_supported", bool) for n in ("avx512_bf16", "amx_tile"))
    return any(bool(ask()) for ask in asked)


def texts() -> list[str]:
    """The shipped prompts that are plain texts."""
    lines = resource("starter/prompts.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if line]
    return [t for row in found if isinstance(t := row.get("prompt") or row.get("content"), str)]


def prompts(tokenizer: Any, n: int, length: int) -> list[tuple[str, Ids]]:
    """`n` different prompts of about `length` tokens with the template, as texts and token ids.

    Short ones are those of the shipped prompts that come nearest; long ones are several in one.
    """
    pool = texts()
    encoded = [(t, encode(tokenizer, t)) for t in pool]
    if length > max(len(ids) for _, ids in encoded):
        encoded = [_joined(tokenizer, pool[i:] + pool[:i], length) for i in range(n)]
    return sorted(encoded, key=lambda one: abs(len(one[1]) - length))[:n]


def _joined(tokenizer: Any, pool: Sequence[str], length: int) -> tuple[str, Ids]:
    for n in range(1, len(pool)):
        text = " ".join(pool[:n])
        ids = encode(tokenizer, text)
        if len(ids) >= length:
            return text, ids
    return text, ids


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process for `work`."""
    began = time.process_time()
    work()
    return time.process_time() - began


def middle(values: Sequence[float]) -> float:
    """The median, to the millisecond."""
    return round(statistics.median(values), 3)


def peak_gib() -> float:
    """Most memory that this process ever held, in GiB."""
    import resource as system

    peak = system.getrusage(system.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**30 if sys.platform == "darwin" else 2**20), 2)
