"""A language model small enough to make on the spot: two layers, bytes as tokens, seeded weights.

It is a real model folder (config, safetensors, tokenizer, chat template), so whatever loads a
user's model loads this one by the same way.
"""

import json
from pathlib import Path
from typing import Any

SPECIAL = ("<|pad|>", "<|bos|>", "<|im_start|>", "<|im_end|>")
"""Control tokens; their ids follow the 256 bytes."""

PAD_ID, BOS_ID, START_ID, END_ID = range(256, 260)

VOCABULARY = 260

TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def make_model(folder: Path, *, seed: int = 0, hidden: int = 32, layers: int = 2) -> Path:
    """Write a byte-level Llama of float32 into `folder` and return it; about 30 000 parameters.

    `hidden` must be a multiple of 8 (four attention heads over two key-value heads). The same
    arguments give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = _config(hidden, layers)
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    (folder / "generation_config.json").write_text(
        json.dumps({"bos_token_id": BOS_ID, "eos_token_id": END_ID, "pad_token_id": PAD_ID})
    )
    _write_tokenizer(folder)
    _write_weights(folder, config, seed)
    return folder


def _config(hidden: int, layers: int) -> dict[str, object]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": VOCABULARY,
        "hidden_size": hidden,
        "intermediate_size": 2 * hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": hidden // 4,
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": BOS_ID,
        "eos_token_id": END_ID,
        "pad_token_id": PAD_ID,
        "dtype": "float32",
    }


def _write_tokenizer(folder: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    # bytes_char maps every byte to the printable character that a byte-level tokenizer uses.
    vocabulary = {character: byte for byte, character in enumerate(_byte_characters())}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in SPECIAL])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "bos_token": "<|bos|>",
                "eos_token": "<|im_end|>",
                "pad_token": "<|pad|>",
                "padding_side": "left",
                "model_max_length": 2048,
                "clean_up_tokenization_spaces": False,
                "chat_template": TEMPLATE,
            },
            indent=2,
        )
    )


def _byte_characters() -> list[str]:
    """The character that stands for each byte in a byte-level vocabulary (as in GPT-2)."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    spare = iter(range(256, 512))
    return [chr(byte if byte in printable else next(spare)) for byte in range(256)]


def _write_weights(folder: Path, config: dict[str, object], seed: int) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    generator = np.random.default_rng(seed)
    tensors = {}
    for name, shape in _shapes(config):
        if len(shape) == 1:
            tensors[name] = np.ones(shape, dtype=np.float32)
            continue
        # Wider than a usual initialisation, so that the tokens differ clearly in probability.
        scale = 0.25 if "embed" in name else 1.0 / float(np.sqrt(shape[-1]))
        tensors[name] = (generator.standard_normal(shape) * scale).astype(np.float32)
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            tensors[name][0] = 0.0  # leaves the first direction of the stream to the embedding
    tensors["model.embed_tokens.weight"][:, 0] = _readable()
    tensors["model.norm.weight"][0] = 2.0
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _readable() -> list[float]:
    """One embedding direction that makes small letters likely, so that texts can be read.

    Input and output share the embedding: a token with a large value here is likely itself and
    makes other such tokens likely after it.
    """
    value = [0.6] * VOCABULARY
    for token in (*b"abcdefghijklmnopqrstuvwxyz .", END_ID):
        value[token] = 2.0
    value[END_ID] = 2.3
    value[ord("\n")] = 1.4
    return value


def _shapes(config: dict[str, object]) -> list[tuple[str, tuple[int, ...]]]:
    hidden, layers = int(str(config["hidden_size"])), int(str(config["num_hidden_layers"]))
    wide, narrow = hidden, hidden // 2
    shapes: list[tuple[str, tuple[int, ...]]] = [
        ("model.embed_tokens.weight", (VOCABULARY, hidden)),
        ("model.norm.weight", (hidden,)),
    ]
    for layer in range(layers):
        at = f"model.layers.{layer}"
        shapes += [
            (f"{at}.input_layernorm.weight", (hidden,)),
            (f"{at}.post_attention_layernorm.weight", (hidden,)),
            (f"{at}.self_attn.q_proj.weight", (wide, hidden)),
            (f"{at}.self_attn.k_proj.weight", (narrow, hidden)),
            (f"{at}.self_attn.v_proj.weight", (narrow, hidden)),
            (f"{at}.self_attn.o_proj.weight", (hidden, wide)),
            (f"{at}.mlp.gate_proj.weight", (2 * hidden, hidden)),
            (f"{at}.mlp.up_proj.weight", (2 * hidden, hidden)),
            (f"{at}.mlp.down_proj.weight", (hidden, 2 * hidden)),
        ]
    return shapes


def make_gguf(model: Path, file: Path) -> Path:
    """Write the model folder `model` of `make_model` as a GGUF file of float32 and return it."""
    import gguf
    from safetensors.numpy import load_file

    config = json.loads((model / "config.json").read_text())
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("Tiny")
    writer.add_license("apache-2.0")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_vocab_size(VOCABULARY)
    _add_tokenizer(writer)
    for name, weight in load_file(model / "model.safetensors").items():
        parts = name.split(".")
        if "q_proj" in name or "k_proj" in name:
            heads = config["num_attention_heads" if "q_proj" in name else "num_key_value_heads"]
            weight = _interleaved(weight, heads)
        stem = _GGUF_NAMES[parts[-2]]
        writer.add_tensor(f"blk.{parts[2]}.{stem}" if "layers" in parts else stem, weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


_GGUF_NAMES = {
    "embed_tokens": "token_embd.weight",
    "norm": "output_norm.weight",
    "input_layernorm": "attn_norm.weight",
    "post_attention_layernorm": "ffn_norm.weight",
    "q_proj": "attn_q.weight",
    "k_proj": "attn_k.weight",
    "v_proj": "attn_v.weight",
    "o_proj": "attn_output.weight",
    "gate_proj": "ffn_gate.weight",
    "up_proj": "ffn_up.weight",
    "down_proj": "ffn_down.weight",
}


def _interleaved(weight: Any, heads: int) -> Any:
    """Rows in the order of GGUF, which keeps the two halves of a rotation side by side."""
    halves = weight.reshape(heads, 2, -1, weight.shape[1])
    return halves.swapaxes(1, 2).reshape(weight.shape).copy()


def _add_tokenizer(writer: Any) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*_byte_characters(), *SPECIAL])
    writer.add_token_types([1] * 256 + [3] * len(SPECIAL))
    writer.add_token_scores([0.0] * VOCABULARY)  # instead of merges, of which there are none
    writer.add_bos_token_id(BOS_ID)
    writer.add_eos_token_id(END_ID)
    writer.add_pad_token_id(PAD_ID)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
