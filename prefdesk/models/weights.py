"""Weights in and out: attach, save and export adapters and full weights, always safetensors."""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from prefdesk.errors import InputError, ModelError
from prefdesk.models import building, tensors
from prefdesk.models.load import Policy, load_policy

HEADER_KEY = "prefdesk"
"""Where the header lies in the notes of a safetensors file; the only note, because the library
writes several in an order that changes from run to run."""

MAX_RANK = 512

KINDS = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


def lora(policy: Policy, rank: int, alpha: float, seed: int) -> None:
    """Attach a fresh trainable adapter to every linear layer but the head.

    The same `seed` gives the same weights on every machine: A is uniform within
    ±1/√(inputs), B is zero, so that the policy starts equal to the base model. There is no
    dropout: two passes over the same tokens must agree.
    """
    if policy.is_adapter:
        raise InputError("The policy has an adapter already.", "Go on training that one.")
    _wrap(policy, rank, alpha, linear_layers(policy.model))
    for name, weight in sorted(policy.model.named_parameters()):
        if ".lora_A." in name:
            weight.data.copy_(_uniform(weight, seed, name))
        elif ".lora_B." in name:
            weight.data.zero_()
    unfreeze(policy)


def _uniform(weight: Tensor, seed: int, name: str) -> Tensor:
    """Numbers that depend on the seed and the layer's name, not on the order of the layers."""
    import hashlib

    key = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=7).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(key, "big"))
    bound = weight.shape[1] ** -0.5
    drawn: Tensor = torch.rand(weight.shape, generator=generator, dtype=torch.float32)
    return drawn.mul_(2 * bound).sub_(bound)


def unfreeze(policy: Policy) -> None:
    """Make the adapter trainable, or every weight where there is no adapter."""
    for name, weight in policy.model.named_parameters():
        weight.requires_grad_(not policy.is_adapter or ".lora_" in name)


def linear_layers(model: Any) -> list[str]:
    """Names for peft of all linear layers but the head: last parts where they are unambiguous."""
    from transformers.pytorch_utils import Conv1D

    head = model.get_output_embeddings()
    kinds = (nn.Linear, Conv1D)
    linear = [n for n, m in model.named_modules() if isinstance(m, kinds) and m is not head]
    left_out = {n.rpartition(".")[2] for n, m in model.named_modules() if m is head}
    last = {n.rpartition(".")[2] for n in linear}
    return sorted(linear if last & left_out else last)


def _wrap(policy: Policy, rank: int, alpha: float, target_modules: list[str]) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers.pytorch_utils import Conv1D

    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        target_modules=target_modules,
        lora_dropout=0.0,
        bias="none",
        task_type="CAUSAL_LM",
        fan_in_fan_out=any(isinstance(m, Conv1D) for m in policy.model.modules()),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft still asks transformers for names it renamed
        policy.model = get_peft_model(policy.model, config).eval()


def attach(policy: Policy, file: Path, header: str | Mapping[str, Any] = "") -> dict[str, Any]:
    """Attach the adapter in `file` to the policy, frozen; returns its header.

    Raises `ModelError` if the adapter was made for another model or does not fit.
    """
    from peft import set_peft_model_state_dict

    notes = tensors.read_header(file).metadata
    facts = _facts(header or notes.get(HEADER_KEY, ""))
    made_for = facts.get("base", "")
    if made_for and made_for != policy.info.fingerprint:
        raise ModelError(
            "This adapter was made for another model.",
            "Choose the model folder that the project started from.",
        )
    names = linear_layers(policy.model)
    if not set(facts["target_modules"]) <= set(names):
        raise ModelError("This adapter names layers that the model does not have.")
    _wrap(policy, facts["r"], facts["alpha"], facts["target_modules"])
    state = load_file(file)
    expected = {k: v.shape for k, v in _adapter_state(policy).items()}
    if {k: v.shape for k, v in state.items()} != expected:
        raise ModelError("This adapter does not fit the model: names or shapes differ.")
    set_peft_model_state_dict(policy.model, state)
    policy.model.requires_grad_(False)
    return facts


def _facts(header: str | Mapping[str, Any]) -> dict[str, Any]:
    """The header with the parts that shape an adapter checked."""
    try:
        facts = dict(json.loads(header) if isinstance(header, str) else header)
        rank, alpha, targets = facts["r"], float(facts["alpha"]), facts["target_modules"]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError("The adapter's header is missing or damaged.") from error
    names = isinstance(targets, list) and all(isinstance(t, str) for t in targets) and targets
    if type(rank) is not int or not 1 <= rank <= MAX_RANK or not 0 < alpha <= 1e6 or not names:
        raise ModelError("The adapter's header holds values that cannot be.")
    return {**facts, "alpha": alpha}


def restore(policy: Policy, source: Path | tensors.SizedStream) -> None:
    """Replace every weight of the policy by those of a file that `save` wrote.

    `source` is the file, or a stream of its bytes. They go straight into the memory of the
    model where the number types agree; nothing but one tensor is there twice. If this raises,
    the policy is half changed and must not be used.
    """
    if not isinstance(source, Path):
        _restore(policy, source, source.size_bytes, Path("checkpoint"))
        return
    with source.open("rb", buffering=0) as file:
        _restore(policy, file, source.stat().st_size, source)


def _restore(policy: Policy, stream: tensors.Stream, size: int, path: Path) -> None:
    header = tensors.read_stream_header(stream, size, path)
    mine = policy.model.state_dict()
    wanted = {k: tuple(v.shape) for k, v in _own_weights(policy.model).items()}
    if {t.name: t.shape for t in header.tensors} != wanted:
        raise ModelError("These weights do not fit the model: names or shapes differ.")
    for tensor in sorted(header.tensors, key=lambda t: (t.start, t.end)):
        _fill(mine[tensor.name], tensor, stream)


def _fill(target: Tensor, tensor: tensors.Tensor, stream: tensors.Stream) -> None:
    kind = KINDS[tensor.dtype]
    in_place = target.dtype == kind and target.device.type == "cpu" and target.is_contiguous()
    memory = target.detach() if in_place else torch.empty(tensor.shape, dtype=kind)
    view = memory.reshape(-1).view(torch.uint8).numpy().data
    at = 0
    while at < len(view):
        n = stream.readinto(view[at:])
        if not n:
            raise ModelError(f"The weights end before {tensor.name} does.")
        at += n
    if not in_place:
        target.copy_(memory)


def save(policy: Policy, path: Path) -> dict[str, Any]:
    """Write the adapter, or all weights where there is none, as one safetensors file.

    Returns the header: kind (lora or full), r, alpha, target_modules, base (the fingerprint of
    the model folder), dtype, n_parameters. The adapter's tensors carry peft's own names.
    """
    state = _adapter_state(policy) if policy.is_adapter else _own_weights(policy.model)
    first = next(iter(state.values()))
    header: dict[str, Any] = {
        "kind": "lora" if policy.is_adapter else "full",
        "base": policy.info.fingerprint,
        "model_type": policy.info.model_type,
        "dtype": str(first.dtype).removeprefix("torch."),
        "n_parameters": sum(t.numel() for t in state.values()),
    }
    if policy.is_adapter:
        header |= _shape_of_adapter(policy)
    state = {k: v.detach().cpu().contiguous() for k, v in state.items()}
    with building.disk_errors(path.parent):
        save_file(state, path, metadata={HEADER_KEY: json.dumps(header)})
    return header


def _shape_of_adapter(policy: Policy) -> dict[str, Any]:
    config = policy.model.peft_config["default"]
    return {
        "r": int(config.r),
        "alpha": float(config.lora_alpha),
        "target_modules": sorted(config.target_modules),
    }


def _adapter_state(policy: Policy) -> dict[str, Tensor]:
    from peft import get_peft_model_state_dict

    state: dict[str, Tensor] = get_peft_model_state_dict(policy.model, save_embedding_layers=False)
    return state


def _own_weights(model: Any) -> dict[str, Tensor]:
    """Every tensor of the model under one name; tied ones appear once."""
    seen: set[tuple[int, tuple[int, ...]]] = set()
    found = {}
    for name, weight in model.state_dict().items():
        key = (weight.data_ptr(), tuple(weight.shape))
        if key not in seen:
            seen.add(key)
            found[name] = weight
    return found


def export(
    base: Path | str,
    file: Path | None,
    header: str | Mapping[str, Any],
    out_dir: Path | str,
    *,
    merged: bool = False,
    about: str = "",
) -> Path:
    """Write a checkpoint as a folder that other programs load; returns the folder.

    `base` is the model folder, `file` the checkpoint's weights (None is the base itself). An
    adapter is written in peft's form unless `merged`; everything else as a whole model in the
    number type of the base. `about` is Markdown for the model card. Raises `ModelError` if
    `out_dir` exists.
    """
    from prefdesk.models.export import write

    facts = dict(json.loads(header) if isinstance(header, str) and header else header or {})
    is_adapter = file is not None and facts.get("kind", "lora") == "lora"
    arguments: dict[str, Any] = {"adapter": file} if is_adapter else {"weights": file}
    policy = load_policy(base, device="cpu", header=facts if is_adapter else "", **arguments)
    return write(policy, Path(out_dir), facts, merged=merged or not is_adapter, about=about)
