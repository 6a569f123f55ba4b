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
        token_texts,
    )
    from prefdesk.models.encoding_many import encode_many, with_control
    from prefdesk.models.load import Policy, load_policy
    from prefdesk.models.sample import DrawRequest, batch_of, draw, fits
    from prefdesk.models.shortening import fitting

_LATER = {
    "encode": "encoding",
    "encode_answer": "encoding",
    "encode_many": "encoding_many",
    "encoding_fingerprint": "encoding",
    "load_tokenizer": "encoding",
    "templated": "encoding",
    "token_texts": "encoding",
    "Policy": "load",
    "load_policy": "load",
    "DrawRequest": "sample",
    "batch_of": "sample",
    "draw": "sample",
    "fits": "sample",
    "fitting": "shortening",
    "with_control": "encoding_many",
}

__all__ = [
    "DrawRequest",
    "ModelInfo",
    "Policy",
    "batch_of",
    "draw",
    "encode",
    "encode_answer",
    "encode_many",
    "encoding_fingerprint",
    "fits",
    "fitting",
    "inspect",
    "load_policy",
    "load_tokenizer",
    "templated",
    "token_texts",
    "with_control",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
