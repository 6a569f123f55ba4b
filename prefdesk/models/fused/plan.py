"""Read the weights and the shape of a model of the Llama family, adapters merged in."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from prefdesk.models.products import Product

FAMILY = frozenset({"llama", "qwen2", "qwen3", "mistral"})
"""Types of models, as their settings call them, whose layers are of this plan."""


class Unknown(Exception):
    """The model is built otherwise than this plan; the sentence says where."""


class Norm(NamedTuple):
    """Root mean square norm over the last dimension."""

    weight: Tensor
    eps: float

    def __call__(self, x: Tensor) -> Tensor:
        wide = x.float()  # in transformers too, for every type of number
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(x.dtype)


class Layer(NamedTuple):
    """One block. `query_key_value` and `gate_up` are several projections in one product."""

    attention_norm: Norm
    query_key_value: Product
    query_norm: Norm | None
    key_norm: Norm | None
    out: Product
    mlp_norm: Norm
    gate_up: Product
    down: Product


class Plan(NamedTuple):
    """All that a forward pass needs; `rotary(x, places)` answers cosines and sines."""

    layers: tuple[Layer, ...]
    embedding: Tensor
    norm: Norm
    head: Product
    rotary: Any
    heads: int
    kv_heads: int
    head_size: int

    @property
    def group(self) -> int:
        """Query heads that share one head of keys and values."""
        return self.heads // self.kv_heads


def read(model: Any, *, rows: int) -> Plan:
    """The plan of a transformers model, for about `rows` rows at once.

    Copies every weight but the embedding. Raises `Unknown` where the model is built otherwise.
    """
    config = model.config
    if config.model_type not in FAMILY:
        raise Unknown(f"models of type {config.model_type} have layers of another plan")
    if getattr(config, "hidden_act", "") != "silu":
        raise Unknown(f"its activation is {getattr(config, 'hidden_act', 'not named')}")
    if _slides(config):
        raise Unknown("its attention sees a window only")
    inner = model.model
    first = inner.layers[0].self_attn
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    with torch.no_grad():
        layers = tuple(_layer(layer, rows) for layer in inner.layers)
        head = Product(*_merged([model.lm_head]), rows=rows)
    return Plan(
        layers, inner.embed_tokens.weight, _norm(inner.norm), head, inner.rotary_emb,
        heads, kv_heads, first.head_dim,
    )  # fmt: skip


def _slides(config: Any) -> bool:
    kinds = getattr(config, "layer_types", None)
    if kinds is not None:
        return any(kind != "full_attention" for kind in kinds)
    return getattr(config, "sliding_window", None) is not None


def _layer(layer: Any, rows: int) -> Layer:
    attention, mlp = layer.self_attn, layer.mlp
    norms = [getattr(attention, name, None) for name in ("q_norm", "k_norm")]
    query, key = (None if norm is None else _norm(norm) for norm in norms)
    return Layer(
        _norm(layer.input_layernorm),
        Product(*_merged([attention.q_proj, attention.k_proj, attention.v_proj]), rows=rows),
        query,
        key,
        Product(*_merged([attention.o_proj]), rows=rows),
        _norm(layer.post_attention_layernorm),
        Product(*_merged([mlp.gate_proj, mlp.up_proj]), rows=rows),
        Product(*_merged([mlp.down_proj]), rows=rows),
    )


def _norm(module: Any) -> Norm:
    if not hasattr(module, "variance_epsilon") or set(module._parameters) != {"weight"}:
        raise Unknown(f"its norm is a {type(module).__name__}")
    return Norm(module.weight.detach(), module.variance_epsilon)


def _merged(modules: list[Any]) -> tuple[Tensor, Tensor | None]:
    """Weight and bias of linear layers below one another, adapters added."""
    weights, biases = zip(*(_linear(module) for module in modules))
    if all(bias is None for bias in biases):
        return torch.cat(weights), None
    filled = [w.new_zeros(len(w)) if b is None else b for w, b in zip(weights, biases)]
    return torch.cat(weights), torch.cat(filled)


def _linear(module: Any) -> tuple[Tensor, Tensor | None]:
    if type(module) is nn.Linear:
        return module.weight.detach(), None if module.bias is None else module.bias.detach()
    base = getattr(module, "base_layer", None)
    if type(base) is not nn.Linear or not hasattr(module, "lora_A"):
        raise Unknown(f"a layer of it is a {type(module).__name__}")
    weight, bias = _linear(base)
    if module.disable_adapters or module.merged:
        return weight, bias
    for name in module.active_adapters:
        if name not in module.lora_A:
            continue
        if getattr(module, "use_dora", {}).get(name) or module.lora_B[name].bias is not None:
            raise Unknown("its adapter is more than a product of two matrices")
        a, b = module.lora_A[name].weight.detach(), module.lora_B[name].weight.detach()
        wide = torch.promote_types(weight.dtype, a.dtype)
        weight = (weight.to(wide) + module.scaling[name] * (b @ a).to(wide)).to(weight.dtype)
    return weight, bias
