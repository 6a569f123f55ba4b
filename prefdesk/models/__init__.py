"""Language models: look into folders, load, encode, sample, and take weights in and out.

The only room that imports transformers, peft and gguf; `training`, `project` and the command
line use it. Inspecting a folder needs no torch: names that need it are loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from prefdesk.models.folder import ModelInfo, inspect

if TYPE_CHECKING:
    from prefdesk.models.encoding import (
        encode,
        encode_answer,
        encoding_fingerprint,
        load_tokenizer,
        templated,
    )
    from prefdesk.models.load import Policy, load_policy
    from prefdesk.models.sample import DrawRequest, batch_of, draw, fits

_LATER = {
    "encode": "encoding",
    "encode_answer": "encoding",
    "encoding_fingerprint": "encoding",
    "load_tokenizer": "encoding",
    "templated": "encoding",
    "Policy": "load",
    "load_policy": "load",
    "DrawRequest": "sample",
    "batch_of": "sample",
    "draw": "sample",
    "fits": "sample",
}

__all__ = [
    "DrawRequest",
    "ModelInfo",
    "Policy",
    "batch_of",
    "draw",
    "encode",
    "encode_answer",
    "encoding_fingerprint",
    "fits",
    "inspect",
    "load_policy",
    "load_tokenizer",
    "templated",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
