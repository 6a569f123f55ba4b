"""Other architectures than Llama, tiny and with random weights, as model folders."""

import shutil
from pathlib import Path
from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 256},
    "bloom": {"hidden_size": 32, "n_layer": 2, "n_head": 4},
    "opt": {
        "hidden_size": 32,
        "ffn_dim": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "word_embed_proj_dim": 32,
        "max_position_embeddings": 256,
    },
    "mistral": {"sliding_window": 8},
    "gemma2": {"sliding_window": 8, "head_dim": 8},
    "qwen3": {"head_dim": 8},
}
"""Learned positions, no positions, an offset, sliding windows, alternating windows, and norms."""

_COMMON = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}


def make_kind(kind: str, tiny: Path, folder: Path, **changes: Any) -> Path:
    """Write a model of `kind` with the tokenizer of the `tiny` model into `folder`."""
    import torch

    from prefdesk.models.library import transformers

    own = KINDS.get(kind, {})
    settings = own if kind in ("gpt2", "bloom", "opt") else {**_COMMON, **own, **changes}
    config = transformers.CONFIG_MAPPING[kind](
        vocab_size=260, bos_token_id=257, eos_token_id=259, pad_token_id=256, **settings
    )
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(config)
    for weight in model.parameters():
        if weight.ndim > 1:
            torch.nn.init.normal_(weight, std=0.2)
    model.save_pretrained(folder)
    for file in tiny.glob("tokenizer*"):
        shutil.copy(file, folder)
    return folder
