"""Look into a model folder without loading anything; standard library only.

What is refused here is refused in one sentence before torch or transformers see the folder.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefdesk.errors import ModelError, UnsafeModel
from prefdesk.models import tensors
from prefdesk.models.identity import fingerprint, licence
from prefdesk.models.model_types import CAUSAL_LM

PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".msgpack", ".h5")
MAX_CONFIG_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model folder that can be loaded.

    `fingerprint` names the weights and the vocabulary: the same on every machine and after the
    same conversion by another version of transformers. `dtype` is the kind of number most weights
    are stored in; `licence` is empty where the folder does not say.
    """

    path: Path
    model_type: str
    n_parameters: int
    size_bytes: int
    fingerprint: str
    has_chat_template: bool
    licence: str
    dtype: str = "F32"

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.absolute().name


def inspect(path: Path | str) -> ModelInfo:
    """Check the folder at `path` and say what model it holds.

    Raises `ModelError`, or `UnsafeModel` for pickled weights and program code.
    """
    try:
        return _inspect(Path(path))
    except OSError as error:
        raise ModelError(
            f"{error.filename or path} cannot be read: {error.strerror or error}.",
            "Check that the folder is there and that you may read it.",
        ) from error


def _inspect(folder: Path) -> ModelInfo:
    _check_is_folder(folder)
    config = read_json(folder / "config.json")
    _check_code(folder, config)
    _check_kind(folder, config)
    files = weight_files(folder)
    headers = [tensors.read_header(file) for file in files]
    _check_tokenizer(folder)
    entries = [t for header in headers for t in header.tensors]
    kinds = [t.dtype for t in entries]
    return ModelInfo(
        path=folder,
        model_type=str(config["model_type"]),
        n_parameters=sum(h.n_parameters for h in headers),
        size_bytes=sum(h.size_bytes for h in headers),
        fingerprint=fingerprint(folder, str(config["model_type"]), list(zip(files, headers))),
        has_chat_template=_has_chat_template(folder),
        licence=licence(folder),
        dtype=max(set(kinds), key=kinds.count) if kinds else "F32",
    )


def _check_is_folder(folder: Path) -> None:
    if folder.suffix.lower() == ".gguf" and folder.is_file():
        raise ModelError(
            f"{folder.name} is a GGUF file, not a model folder.",
            "Convert it first: prefdesk model convert FILE.gguf FOLDER.",
        )
    if not folder.is_dir():
        raise ModelError(
            f"{folder} is not a model folder.",
            "Name the folder that holds config.json and the weights.",
        )
    if not (folder / "config.json").is_file():
        if (folder / "adapter_config.json").is_file():
            raise ModelError(
                f"{folder.name} holds an adapter, not a whole model.",
                "Name the folder of the model that the adapter was made for.",
            )
        raise ModelError(
            f"{folder.name} has no config.json, so it is not a model folder.", _convert_hint(folder)
        )


def _convert_hint(folder: Path) -> str:
    found = sorted(folder.glob("*.gguf"))
    if found:
        return (
            f"It holds {found[0].name}; convert it: prefdesk model convert {found[0].name} FOLDER."
        )
    return "Name the folder that holds config.json and the weights."


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a small file of a model folder; `ModelError` if it is anything else."""
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise ModelError(f"{path.name} is larger than a settings file can be.")
        body = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path.name} is not valid JSON.", "Copy the file again.") from error
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror}.") from error
    if not isinstance(body, dict):
        raise ModelError(f"{path.name} is not a table of settings.", "Copy the file again.")
    return body


def _check_code(folder: Path, config: dict[str, Any]) -> None:
    settings = {"config.json": config}
    for name in ("tokenizer_config.json", "generation_config.json"):
        if (folder / name).is_file():
            settings[name] = read_json(folder / name)
    for name, body in settings.items():
        if body.get("auto_map"):
            raise UnsafeModel(
                f"{name} asks for program code that is not part of transformers (auto_map).",
                "Use a model that transformers implements itself.",
            )
    code = sorted(f.name for f in folder.iterdir() if f.suffix == ".py")
    if code or (folder / "custom_generate").exists():
        raise UnsafeModel(
            f"The folder holds program code ({code[0] if code else 'custom_generate'}).",
            "prefdesk runs no code from model folders; remove it if the model works without it.",
        )


def _check_kind(folder: Path, config: dict[str, Any]) -> None:
    kind = config.get("model_type")
    if not isinstance(kind, str) or not kind:
        raise ModelError("config.json does not say what kind of model this is (model_type).")
    if kind not in CAUSAL_LM:
        raise ModelError(
            f"Models of type {kind[:60]!r} cannot be used: they are no causal language model that "
            "transformers implements with a growing cache.",
            "Use a Llama, Qwen, Gemma, Mistral, Phi, SmolLM or a similar text model.",
        )
    stored = config.get("quantization_config")
    if stored:
        method = stored.get("quant_method", "") if isinstance(stored, dict) else ""
        raise ModelError(
            f"The weights are stored quantised ({str(method)[:40] or 'unknown method'}) and cannot "
            "be trained.",
            "Use the same model in float32, float16 or bfloat16.",
        )
    if (folder / "adapter_config.json").is_file():
        raise ModelError(
            "The folder holds an adapter beside the model, so it is not clear which is meant.",
            "Move adapter_config.json and the adapter's weights elsewhere.",
        )


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of the model in `folder`; refuses pickled weights and gaps.

    Where there are both a single file and an index of several, the single file counts: that is
    the one which transformers loads.
    """
    single = folder / "model.safetensors"
    if single.is_file():
        return [single]
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        return _shards(folder, index)
    pickled = sorted(f.name for f in folder.iterdir() if _is_pickled(f))
    if pickled:
        raise UnsafeModel(
            f"The weights are pickled ({pickled[0]}); opening them could run a program.",
            "Use a copy of the model with safetensors weights.",
        )
    raise ModelError(f"{folder.name} has no model.safetensors.", _convert_hint(folder))


def _is_pickled(file: Path) -> bool:
    if not file.is_file():
        return False
    return file.suffix.lower() in PICKLED or tensors.is_pickle(file)


def _shards(folder: Path, index: Path) -> list[Path]:
    try:
        names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{index.name} is damaged.", "Copy the file again.") from error
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9._-]+\.safetensors", name):
            raise UnsafeModel(f"{index.name} names a file that is no safetensors file here.")
        if not (folder / name).is_file():
            raise ModelError(
                f"The file {name} of the weights is missing.", "Copy or download it again."
            )
    return [folder / name for name in sorted(names)]


def _check_tokenizer(folder: Path) -> None:
    if (folder / "tokenizer.json").is_file() or (folder / "tokenizer.model").is_file():
        return
    if (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        return
    raise ModelError(
        f"{folder.name} has no tokenizer.",
        "Copy tokenizer.json and tokenizer_config.json of the same model into the folder.",
    )


def _has_chat_template(folder: Path) -> bool:
    if (folder / "chat_template.jinja").is_file():
        return True
    for name in ("chat_template.json", "tokenizer_config.json"):
        file = folder / name
        if file.is_file() and read_json(file).get("chat_template"):
            return True
    return False
