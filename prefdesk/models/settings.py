"""A model's config.json as transformers' own settings, with only the keys that its class knows.

Some keys make transformers load code or kernels from elsewhere; nothing but plain, declared
settings gets through, for the tokenizer as for the model.
"""

import dataclasses
from pathlib import Path
from typing import Any

from prefdesk.errors import ModelError
from prefdesk.models import folder
from prefdesk.models.library import transformers

_LEGACY = frozenset({"rope_theta", "rope_scaling", "partial_rotary_factor", "torch_dtype"})
"""Keys of older configs that transformers still converts."""

_NEVER = frozenset(
    {
        # What would load code, kernels or other files.
        *("auto_map", "quantization_config", "name_or_path", "trust_remote_code"),
        *("transformers_weights", "attn_implementation"),
        # What would change the form of the answers, which is ours to ask for.
        *("return_dict", "use_return_dict", "output_hidden_states", "output_attentions"),
        *("use_cache", "torchscript", "output_router_logits"),
    }
)


def read_config(path: Path) -> Any:
    """The settings of the model folder `path`, as an object of its class in transformers."""
    body = folder.read_json(path / "config.json")
    kind = str(body.get("model_type"))
    try:
        config_class = transformers.CONFIG_MAPPING[kind]
    except KeyError as error:
        raise ModelError(
            f"The installed transformers does not know models of type {kind[:60]!r}."
        ) from error
    known = {f.name for f in dataclasses.fields(config_class)} | _LEGACY
    known |= {*config_class.attribute_map, *config_class.attribute_map.values()}
    kept = {k: _plain(v) for k, v in body.items() if k in known and _allowed(k)}
    try:
        return config_class.from_dict(kept)
    except Exception as error:  # the classes check themselves with errors of many kinds
        raise cannot_load(path, error) from error


def cannot_load(path: Path, error: Exception) -> ModelError:
    """The sentence for what transformers could not do with the folder `path`."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    why = " ".join(lines[:2])[:240] or type(error).__name__
    return ModelError(
        f"{path.absolute().name} cannot be loaded: {why.rstrip('.')}.",
        "Copy or download the model again.",
    )


def end_ids(path: Path, tokenizer: Any) -> frozenset[int]:
    """Every token that ends an answer, as the folder's files and the tokenizer state it.

    The files are read as they are: a key that is missing there would come out of the config's
    class as the end token of some other model.
    """
    files = [f for f in (path / "generation_config.json", path / "config.json") if f.is_file()]
    stated = [folder.read_json(file).get("eos_token_id") for file in files]
    found: set[int] = set()
    for source in (*stated, tokenizer.eos_token_id):
        several = source if isinstance(source, list) else [source]
        found.update(i for i in several if type(i) is int and i >= 0)
    return frozenset(found)


def _allowed(key: str) -> bool:
    return not key.startswith("_") and key not in _NEVER


def _plain(value: Any) -> Any:
    """The value without private or code-loading keys at any depth."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if _allowed(k)}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value
