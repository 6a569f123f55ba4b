"""Write a policy as a folder: an adapter in peft's form, or a whole model with a model card."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from prefdesk.models import building
from prefdesk.models.load import Policy

LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "NOTICE", "USE_POLICY.md")

_SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)")

_STORED_AS = {"F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64}


def write(
    policy: Policy, out_dir: Path, facts: Mapping[str, Any], *, merged: bool, about: str = ""
) -> Path:
    """Write `policy` into the new folder `out_dir`.

    `facts` and `about`, Markdown on how it was made, go into the model card.
    """
    with building.whole(out_dir) as partial, _system_errors(partial):
        if merged:
            _write_whole(policy, partial)
        else:
            policy.model.save_pretrained(partial)
            _tidy_adapter(partial / "adapter_config.json", policy.info.name)
        policy.tokenizer.save_pretrained(partial)
        for name in LICENCES:
            if (policy.info.path / name).is_file():
                shutil.copyfile(policy.info.path / name, partial / name)
        (partial / "README.md").write_text(_card(policy, facts, merged, about), encoding="utf-8")
    return out_dir


@contextlib.contextmanager
def _system_errors(folder: Path) -> Iterator[None]:
    """Raise `OSError` where the libraries below hide the system's error in one of their own.

    safetensors and tokenizers say `No space left on device (os error 28)` in a plain exception.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        found = _SYSTEM_ERROR.search(str(error))
        if found is None:
            raise
        number = int(found[1])
        raise OSError(number, os.strerror(number), str(folder)) from error


def _write_whole(policy: Policy, out: Path) -> None:
    """Merge the adapter in the computing precision, then store as the base was stored."""
    model = policy.model.merge_and_unload() if policy.is_adapter else policy.model
    generation = policy.info.path / "generation_config.json"
    model.to(_STORED_AS.get(policy.info.dtype, torch.float32)).save_pretrained(out)
    if generation.is_file():
        shutil.copyfile(generation, out / "generation_config.json")


def _tidy_adapter(file: Path, base: str) -> None:
    """Name the base model instead of a path on this machine."""
    body = json.loads(file.read_text(encoding="utf-8"))
    body["base_model_name_or_path"] = base
    file.write_text(json.dumps(body, indent=2, sort_keys=True) + "\n", encoding="utf-8")


_USE_WHOLE = (
    "from transformers import AutoModelForCausalLM, AutoTokenizer",
    'model = AutoModelForCausalLM.from_pretrained("this folder")',
    'tokenizer = AutoTokenizer.from_pretrained("this folder")',
)


def _use_adapter(base: str) -> tuple[str, ...]:
    return (
        "from peft import PeftModel",
        "from transformers import AutoModelForCausalLM, AutoTokenizer",
        f"base = AutoModelForCausalLM.from_pretrained({json.dumps(base)})  # its folder",
        'model = PeftModel.from_pretrained(base, "this folder")',
        'tokenizer = AutoTokenizer.from_pretrained("this folder")',
    )


def _card(policy: Policy, facts: Mapping[str, Any], merged: bool, about: str) -> str:
    licence = policy.info.licence or "unknown"
    what = "the whole model" if merged else f"a LoRA adapter (rank {facts.get('r', '?')})"
    front = [f"license: {json.dumps(licence)}", f"base_model: {json.dumps(policy.info.name)}"]
    front += ["library_name: transformers" if merged else "library_name: peft"]
    front += ["pipeline_tag: text-generation", "tags:", "- rlhf", "- prefdesk"]
    lines = [
        "---",
        *front,
        "---",
        "",
        f"# {policy.info.name}, trained on ratings",
        "",
        f"This folder holds {what}. It was made with prefdesk from {policy.info.name} "
        f"(fingerprint {policy.info.fingerprint}) and the ratings that people gave its answers.",
        "",
        f"Licence of the base model: {licence}. Its terms hold for this model too.",
        "",
        *([about] if about else []),
        "## Use",
        "",
        "```python",
        *(_USE_WHOLE if merged else _use_adapter(policy.info.name)),
        "```",
        "",
        "## Limits",
        "",
        "It learnt what these raters liked on these prompts and nothing else; it can be wrong, and "
        "it can have kept or gained faults that nobody asked about.",
        "",
    ]
    return "\n".join(lines)
