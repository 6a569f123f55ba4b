"""Load a model folder as a policy: safetensors only, known settings only, silent, offline."""

import contextlib
import copy
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from prefdesk.errors import InputError, ModelError
from prefdesk.models import encoding, folder, memory
from prefdesk.models.device import choose_device, free_bytes, memory_errors
from prefdesk.models.folder import ModelInfo
from prefdesk.models.library import LOCAL, transformers
from prefdesk.models.quick import unhurried
from prefdesk.models.settings import cannot_load, end_ids, read_config
from prefdesk.models.tensors import SizedStream

DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}


CACHE_LINE = 64
"""Bytes; also the alignment of memory that torch asks for."""


class Policy:
    """A language model that can be sampled and trained, with its tokenizer.

    `model` is the torch module, wrapped by peft once an adapter is attached. Tokens in `end_ids`
    finish a completion. `info` is the folder it came from.
    """

    def __init__(
        self, model: Any, tokenizer: Any, info: ModelInfo, end_ids: frozenset[int]
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.info = info
        self.end_ids = end_ids
        self.fingerprint = encoding.tokenizer_fingerprint(tokenizer)

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        device: torch.device = next(self.model.parameters()).device
        return device

    @property
    def dtype(self) -> torch.dtype:
        """The kind of number the model computes in."""
        dtype: torch.dtype = self.base_model.dtype
        return dtype

    @property
    def device_name(self) -> str:
        """The device in words, such as "cpu, 1 thread"."""
        if self.device.type == "cuda":
            return str(torch.cuda.get_device_name(self.device))
        n = torch.get_num_threads()
        return f"{self.device}, {n} thread{'s' if n > 1 else ''}"

    @property
    def base_model(self) -> Any:
        """The transformers model, without peft's wrapper."""
        return self.model.get_base_model() if self.is_adapter else self.model

    @property
    def is_adapter(self) -> bool:
        """True once a LoRA adapter is attached."""
        return hasattr(self.model, "peft_config")

    @property
    def context(self) -> int | None:
        """The most tokens that prompt and completion may have together, if there is a limit."""
        config = self.base_model.config.get_text_config()
        found = getattr(config, "max_position_embeddings", None)
        return found if isinstance(found, int) and found > 0 else None

    @property
    def n_parameters(self) -> int:
        """Numbers in the model, tied ones counted once."""
        return sum(p.numel() for p in self.model.parameters())

    @property
    def n_trainable(self) -> int:
        """Numbers that training changes now."""
        return sum(p.numel() for p in self.model.parameters() if p.requires_grad)

    @property
    def n_bytes(self) -> int:
        """Memory of the model's numbers, tied ones counted once."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters())

    @contextlib.contextmanager
    def reference(self) -> Iterator[Any]:
        """A context in which `model` is the base model: the adapter is off.

        A policy without an adapter is its own reference as long as it is not trained; where all
        weights are trained, take `clone_reference` before.
        """
        if not self.is_adapter:
            yield self.model
            return
        trained = [w for w in self.model.parameters() if w.requires_grad]
        try:
            with self.model.disable_adapter():
                yield self.model
        finally:
            # peft makes the adapter trainable when it comes back, whatever it was before.
            self.model.requires_grad_(False)
            for weight in trained:
                weight.requires_grad_(True)

    def clone_reference(self) -> "Policy":
        """A frozen copy of the policy as it is now; needs the memory of a second model."""
        memory.require("A copy of the model", self.n_parameters * self.dtype.itemsize)
        model = copy.deepcopy(self.model).requires_grad_(False).eval()
        unhurried(model)  # a round that is asked between two steps computes `quick`
        return Policy(model, self.tokenizer, self.info, self.end_ids)


def load_policy(
    where: ModelInfo | Path | str,
    *,
    device: str = "auto",
    dtype: str = "auto",
    threads: int = 0,
    adapter: Path | None = None,
    weights: Path | SizedStream | None = None,
    header: str | Mapping[str, Any] = "",
) -> Policy:
    """Load the model of a folder, with an adapter or full weights if given.

    Full `weights` may be a file, or a stream that is read once, straight into the model.
    `device`: auto, cpu, cuda, cuda:1, mps. `dtype`: float64, float32, bfloat16, float16; auto is
    float32. `threads`: 0 leaves one core free. `header` is what `weights.save` returned, or its
    JSON; without it the file's own copy is read. The policy is frozen; `weights.lora` or
    `weights.unfreeze` makes it trainable. Raises `ModelError`, `InputError`, `OutOfMemory`.
    """
    from prefdesk.models import weights as weight_files

    info = folder.inspect(where.path if isinstance(where, ModelInfo) else where)
    target = choose_device(device)
    kind = DTYPES.get("float32" if dtype == "auto" else dtype)
    if kind is None:
        raise InputError(
            f"There is no number type called {dtype!r}.", f"One of {', '.join(DTYPES)}."
        )
    torch.set_num_threads(threads or max(1, (os.cpu_count() or 2) - 1))
    _check_memory(info, target, str(kind).removeprefix("torch."))
    tokenizer = encoding.read_tokenizer(info.path)
    with memory_errors(info.name):
        model = _load_model(info, kind).to(target)
        align(model)
    model.requires_grad_(False).eval()
    policy = Policy(model, tokenizer, info, end_ids(info.path, tokenizer))
    if adapter is not None:
        weight_files.attach(policy, adapter, header)
    elif weights is not None:
        weight_files.restore(policy, weights)
    return policy


def align(model: torch.nn.Module) -> None:
    """Move weights that begin within a line of the processor's cache to where one begins.

    Weights are read in place from their file, where they begin anywhere; products with them took
    up to twice as long (measured: float32, AVX-512).
    """
    for weight in model.parameters():
        if weight.device.type == "cpu" and weight.data_ptr() % CACHE_LINE:
            weight.data = weight.data.clone(memory_format=torch.preserve_format)


def _check_memory(info: ModelInfo, device: torch.device, dtype: str) -> None:
    needed = memory.needed_bytes(info.n_parameters, dtype)
    memory.require(info.name, needed, free=free_bytes(device))


def _load_model(info: ModelInfo, dtype: torch.dtype) -> Any:
    config = read_config(info.path)
    try:
        model_class = transformers.MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]
    except KeyError as error:
        raise ModelError(
            f"This transformers has no causal language model of type {info.model_type!r}."
        ) from error
    try:
        model, report = model_class.from_pretrained(
            info.path,
            config=config,
            dtype=dtype,
            use_safetensors=True,
            output_loading_info=True,
            **LOCAL,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        if memory.is_shortage(error):
            raise
        raise cannot_load(info.path, error) from error
    if report["missing_keys"]:
        raise ModelError(
            f"The weights lack {sorted(report['missing_keys'])[0]}, so the model is incomplete.",
            "Copy or download the model again.",
        )
    return model
