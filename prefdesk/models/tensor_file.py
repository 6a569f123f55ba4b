"""Write tensors as a safetensors file, one after the other, so that none is in memory twice.

The library's own writer first copies everything that is to be written.
"""

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from prefdesk.errors import ModelError
from prefdesk.models import building, tensors
from prefdesk.models.weights import HEADER_KEY, KINDS

_NAMES = {kind: name for name, kind in KINDS.items()}


def write(path: Path, state: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write `state` with `facts` (JSON) as its note; the file appears once it is whole on disk.

    Raises `ModelError` where the disk is full or takes nothing; then nothing is left.
    """
    part = path.with_name(f".{path.name}.part")
    # Wide numbers first: every tensor then begins at a multiple of its number's size.
    state = dict(sorted(state.items(), key=lambda item: -item[1].element_size()))
    head = _header(state, facts)
    try:
        with building.disk_errors(path.parent):
            with part.open("wb") as file:
                file.write(struct.pack("<Q", len(head)) + head)
                for tensor in state.values():
                    file.write(_bytes(tensor))
                file.flush()
                os.fsync(file.fileno())
            # Windows gives no new name to a file that is open.
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `write` wrote, on the CPU; `ModelError` if it is none of its files."""
    notes = tensors.read_header(path).metadata
    try:
        facts = json.loads(notes.get(HEADER_KEY, ""))
    except ValueError as error:
        raise ModelError(f"{path.name} does not say what it holds.") from error
    return load_file(path), facts


def _header(state: Mapping[str, Tensor], facts: Mapping[str, Any]) -> bytes:
    entries: dict[str, Any] = {"__metadata__": {HEADER_KEY: json.dumps(facts)}}
    at = 0
    for name, tensor in state.items():
        end = at + tensor.numel() * tensor.element_size()
        entries[name] = {
            "dtype": _NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [at, end],
        }
        at = end
    text = json.dumps(entries).encode()
    return text + b" " * (-len(text) % 8)


def _bytes(tensor: Tensor) -> memoryview:
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().data
