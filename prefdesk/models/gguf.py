"""Turn a GGUF file into a normal model folder: float32 safetensors, tokenizer, chat template."""

import contextlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from prefdesk.errors import ModelError
from prefdesk.models import building, folder, memory
from prefdesk.models.building import Cancel, Notify
from prefdesk.models.gguf_header import GgufHeader, read_header
from prefdesk.models.library import LOCAL, transformers

STEPS = 4

DIGITS_APART = frozenset({"smollm", "starcoder", "refact", "codeshell", "minerva-7b", "exaone"})
"""Values of `tokenizer.ggml.pre` whose tokenizers take every digit for itself."""


def convert(
    gguf_path: Path | str,
    out_dir: Path | str,
    notify: Notify = building.silent,
    *,
    cancelled: Cancel = building.never,
) -> Path:
    """Write the model of `gguf_path` as a new folder `out_dir` and return it.

    Takes about 8 bytes of memory and 4 bytes of disk per parameter. Raises `ModelError` for a
    damaged file or an architecture that transformers cannot read from GGUF, `OutOfMemory`,
    `Cancelled`; in each case `out_dir` does not exist afterwards.
    """
    with building.whole(Path(out_dir)) as partial:
        fill(Path(gguf_path), partial, notify, cancelled=cancelled)
    notify("The model folder is ready", STEPS, STEPS)
    return Path(out_dir)


def fill(source: Path, out: Path, notify: Notify, *, cancelled: Cancel = building.never) -> None:
    """Write the model of the GGUF file `source` into the empty folder `out`, as `convert` does."""
    if not source.is_file():
        raise ModelError(f"{source} is not a file.", "Name a GGUF file.")
    header = read_header(source)
    _check_architecture(header)
    memory.require(source.name, memory.needed_bytes(2 * header.n_parameters, "float32"))
    building.require_space(out, 4 * header.n_parameters + (64 << 20))
    with _alone(source) as alone:
        notify("Reading the tokenizer", 0, STEPS)
        building.check(cancelled)
        _write_tokenizer(alone, out, header)
        notify("Reading the weights", 1, STEPS)
        building.check(cancelled)
        model = _read_model(alone, notify, cancelled)
        notify("Writing the model folder", 2, STEPS)
        building.check(cancelled)
        with _readable(alone):
            _write_model(model, out)
    _write_card(source, out, header)
    notify("Checking the model folder", 3, STEPS)
    folder.inspect(out)
    building.check(cancelled)


def _check_architecture(header: GgufHeader) -> None:
    from transformers.modeling_gguf_pytorch_utils import GGUF_SUPPORTED_ARCHITECTURES

    known = {str(name).replace("_", "") for name in GGUF_SUPPORTED_ARCHITECTURES}
    if header.architecture.replace("-", "") not in known - {"general", "tokenizer"}:
        raise ModelError(
            f"transformers cannot read GGUF models of the kind {header.architecture!r}.",
            "Use the same model as a folder with safetensors weights.",
        )


@contextlib.contextmanager
def _alone(source: Path) -> Iterator[Path]:
    """The file under its name in a folder of its own.

    transformers looks at what lies beside a GGUF file: an adapter there would take its place,
    and settings there would change its tokenizer.
    """
    with tempfile.TemporaryDirectory(prefix="prefdesk-") as folder:
        link = Path(folder) / source.name
        try:
            link.symlink_to(source.resolve())
        except OSError:  # Windows without the right to make links
            try:
                os.link(source.resolve(), link)
            except OSError:
                shutil.copyfile(source, link)
        yield link


@contextlib.contextmanager
def _readable(source: Path) -> Iterator[dict[str, Any]]:
    """Arguments to read `source` through transformers; its failures become a sentence."""
    try:
        yield {"gguf_file": source.name, **LOCAL}
    except (OSError, MemoryError):
        raise
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError) as error:
        raise ModelError(
            f"transformers could not read {source.name}: {_first_line(error)}.",
            "Use the same model as a folder with safetensors weights.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def _write_tokenizer(source: Path, out: Path, header: GgufHeader) -> None:
    with _readable(source) as arguments:
        tokenizer = transformers.AutoTokenizer.from_pretrained(source.parent, **arguments)
    if header.facts.get("tokenizer.ggml.pre") in DIGITS_APART:
        _keep_digits_apart(tokenizer)
    _name_control_tokens(tokenizer, header)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    tokenizer.save_pretrained(out)
    longest = header.facts.get(f"{header.architecture}.context_length")
    _tidy_settings(out / "tokenizer_config.json", longest)


def _name_control_tokens(tokenizer: Any, header: GgufHeader) -> None:
    """Start, end and padding as the file states them; some transformers swap the first two."""
    for name, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding")):
        stated = header.facts.get(f"tokenizer.ggml.{key}_token_id")
        if type(stated) is int and 0 <= stated < len(tokenizer):
            setattr(tokenizer, f"{name}_token", tokenizer.convert_ids_to_tokens(stated))


def _tidy_settings(file: Path, longest: Any) -> None:
    """Padding belongs on the left for generation; arguments of this reading are no settings."""
    settings = folder.read_json(file)
    for name in ("is_local", "local_files_only", "gguf_file"):
        settings.pop(name, None)
    settings["padding_side"] = "left"
    if type(longest) is int:
        settings["model_max_length"] = longest
    file.write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _keep_digits_apart(tokenizer: Any) -> None:
    """Restore the splitting of digits, which transformers drops when it reads a GGUF file.

    Without it, text such as an empty line before "1." is cut differently from how the model
    learnt it.
    """
    from tokenizers import pre_tokenizers

    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )


def _read_model(source: Path, notify: Notify, cancelled: Cancel) -> Any:
    """The model with de-quantised float32 weights."""
    with _readable(source) as arguments, _progress(notify, cancelled):
        return transformers.AutoModelForCausalLM.from_pretrained(
            source.parent, dtype=torch.float32, **arguments
        )


@contextlib.contextmanager
def _progress(notify: Notify, cancelled: Cancel) -> Iterator[None]:
    """Hear of every tensor that transformers reads, instead of its bar on standard error."""
    from transformers import modeling_gguf_pytorch_utils as reading

    def told(items: Iterable[Any], *_: Any, **__: Any) -> Iterator[Any]:
        listed = list(items)
        for done, item in enumerate(listed):
            building.check(cancelled)
            if done % 16 == 0:
                notify(f"Reading the weights: {done} of {len(listed)}", 1, STEPS)
            yield item

    theirs = getattr(reading, "tqdm", None)
    reading.tqdm = told
    try:
        yield
    finally:
        reading.tqdm = theirs


def _write_model(model: Any, out: Path) -> None:
    """Save through a fresh model: the one read from GGUF still counts as quantised and refuses."""
    for name, weight in model.state_dict().items():
        if not math.isfinite(float(weight.sum(dtype=torch.float64))):
            raise ModelError(f"The weights hold values that are not numbers ({name}).")
    config = type(model.config).from_dict(_plain_config(model.config))
    config.architectures = [type(model).__name__]
    with torch.device("meta"):
        fresh = type(model)(config)
    fresh.load_state_dict(model.state_dict(), assign=True)
    fresh.tie_weights()
    ids = {n: getattr(config, n, None) for n in ("bos_token_id", "eos_token_id", "pad_token_id")}
    fresh.generation_config = transformers.GenerationConfig(**ids)
    fresh.save_pretrained(out)


def _plain_config(config: Any) -> dict[str, Any]:
    drop = ("quantization_config", "name_or_path")
    return {k: v for k, v in config.to_dict().items() if k[0] != "_" and k not in drop}


def _write_card(source: Path, out: Path, header: GgufHeader) -> None:
    licence = str(header.facts.get("general.license") or "unknown")[:80]
    name = str(header.facts.get("general.name") or source.stem)[:120]
    (out / "README.md").write_text(
        f"---\nlicense: {licence}\n---\n\n# {name}\n\n"
        f"Made by prefdesk from `{source.name}`: its weights were quantised and are de-quantised "
        "to float32 here, so answers can differ a little from the original model's.\n",
        encoding="utf-8",
    )
